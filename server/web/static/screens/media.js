/* What the boards play: files taken in, and the playlist: order, seconds, days, hours, zones. Nothing is in force before it is saved. */
import { decimalMark, defaultFirst, ownName } from "/ui/languages.js";
import { html, render } from "/static/console/html.js";
import { loadTexts, setZone, t } from "/static/console/texts.js";
import { ask, listed, send, signIn } from "./api.js";

const root = document.getElementById("media"),
  { centre, lang, zone } = root.dataset,
  api = `/api/v1/${centre}`;
const languages = defaultFirst(root.dataset.languages.split(" "));
const mayUpload = "mayUpload" in root.dataset,
  zones = listed("zones", "zone"),
  fields = listed("fields", "field");
const state = { media: null, saved: "", items: [], trouble: "", done: "", coming: null };
let keys = 0;

const size = (bytes) =>
  bytes < 1e6
    ? t("media.kb", { n: Math.max(1, Math.round(bytes / 1024)) })
    : t("media.mb", { n: (bytes / 1048576).toFixed(1).replace(".", decimalMark(lang)) });
const plain = () => state.items.map(({ key, ...item }) => item);
const changed = () => JSON.stringify(plain()) !== state.saved;

async function read() {
  const answer = await ask("GET", `${api}/media`);
  if (answer.ok) {
    Object.assign(state, { media: answer.media, trouble: "" });
    if (!changed()) {
      state.items = answer.playlist.map((item) => ({ key: ++keys, ...item }));
      state.saved = JSON.stringify(plain());
    }
  } else state.trouble = answer.message;
  show();
}

async function take(files) {
  for (const file of files) {
    const most = file.type.startsWith("video/") ? +root.dataset.videoMb : +root.dataset.imageMb;
    if (file.size > most * 1048576) {
      state.trouble = t("media.heavy", { name: file.name, n: most });
      show();
      continue;
    }
    state.coming = { name: file.name, part: 0 };
    state.trouble = "";
    state.done = "";
    show();
    const answer = await send(`${api}/media`, file, (part) => {
      state.coming.part = part;
      show();
    });
    state.coming = null;
    if (answer.ok) {
      state.done = t(answer.media.changed ? "media.taken_anew" : "media.taken", {
        name: file.name,
      });
      add({
        kind: answer.media.kind,
        media: answer.media.id,
        ...(answer.media.kind === "image"
          ? { seconds: 12 }
          : {
              seconds: answer.media.seconds
                ? Math.min(600, Math.max(4, answer.media.seconds + 1))
                : 60,
            }),
      });
    } else state.trouble = `${file.name}: ${answer.message}`;
    await read();
  }
}

function add(item) {
  state.items = [...state.items, { key: ++keys, seconds: 12, ...item }];
  show();
}
function put(key, changes) {
  state.items = state.items.map((item) =>
    item.key === key ? tidy({ ...item, ...changes }) : item
  );
  state.done = "";
  show();
}
function out(key) {
  state.items = state.items.filter((item) => item.key !== key);
  show();
}

function move(key, by) {
  const items = [...state.items],
    at = items.findIndex((item) => item.key === key),
    to = at + by;
  if (to < 0 || to >= items.length) return;
  items.splice(to, 0, ...items.splice(at, 1));
  state.items = items;
  show();
}

/** What was not said is left out, so that the hub keeps no empty words. */
function tidy(item) {
  const kept = Object.fromEntries(
    Object.entries(item).filter(
      ([, value]) => value !== undefined && value !== "" && !(Array.isArray(value) && !value.length)
    )
  );
  return kept;
}

async function save() {
  const answer = await ask("PUT", `${api}/playlist`, { items: plain() });
  if (answer.ok) {
    state.saved = JSON.stringify(plain());
    state.trouble = "";
    state.done = t("list.saved");
  } else
    state.trouble = /^items\.(\d+)/.test(answer.key || "")
      ? t("list.wrong", { n: +answer.key.split(".")[1] + 1, message: answer.message })
      : answer.message;
  await read();
}

async function remove(file) {
  const answer = await ask("DELETE", `${api}/media/${file.id}`);
  state.trouble = answer.ok ? "" : answer.message;
  await read();
}

const fileOf = (item) => state.media.find((file) => file.id === item.media);

function Picture({ file }) {
  if (!file) return html`<span class="thumb none">?</span>`;
  return file.kind === "image"
    ? html`<img class="thumb" src=${file.src} alt="" loading="lazy" />`
    : html`<video class="thumb" src=${`${file.src}#t=1`} preload="metadata" muted></video>`;
}

function Item({ item, n }) {
  const file = item.media ? fileOf(item) : null,
    words = item.kind === "notice" || item.kind === "ticker";
  const text = (key) => (event) =>
    put(item.key, { text: tidy({ ...item.text, [key]: event.target.value }) });
  const spans = (event) =>
    put(item.key, { hours: event.target.value.split(/[\s,;]+/).filter(Boolean) });
  const inZone = (id, on) =>
    put(item.key, {
      zones: on ? [...(item.zones || []), id] : (item.zones || []).filter((one) => one !== id),
    });
  return html`<li class="item">
    <span class="order">
      <b class="num">${n}</b>
      <button type="button" class="btn" aria-label=${t("list.up", { n })} onClick=${() => move(item.key, -1)}>↑</button>
      <button type="button" class="btn" aria-label=${t("list.down", { n })} onClick=${() => move(item.key, 1)}>↓</button>
    </span>
    ${item.media ? html`<${Picture} file=${file} />` : html`<span class="thumb none">${t(`play.${item.kind}`)}</span>`}
    <div class="fields"><p><b>${file ? file.name : t(`play.${item.kind}`)}</b> ${file && html`<span class="soft">${t(`play.${item.kind}`)}</span>`}</p>
      ${
        words &&
        languages.map(
          (
            code
          ) => html`<label class="field" key=${code}><span class="label">${t("list.text", { language: ownName(code) })}</span>
          <input maxlength="400" lang=${code} value=${item.text?.[code] || ""} onInput=${text(code)} /></label>`
        )
      }
      ${
        item.kind === "prepare" &&
        html`<label class="field short"><span class="label">${t("list.field")}</span>
        <select onChange=${(event) => put(item.key, { field: event.target.value })}>
          <option value="">${t("list.all_fields")}</option>
          ${fields.map(([id, name]) => html`<option value=${id} selected=${item.field === id}>${id} – ${name}</option>`)}
        </select></label>`
      }
      <div class="when">
        ${
          item.kind !== "ticker" &&
          html`<label class="field tiny"><span class="label">${t("list.seconds")}</span>
          <input type="number" min="4" max="600" value=${item.seconds}
            onInput=${(event) => put(item.key, { seconds: Number(event.target.value) || 0 })} /></label>`
        }
        <label class="field short"><span class="label">${t("list.from")}</span>
          <input type="date" value=${item.from || ""} onInput=${(event) => put(item.key, { from: event.target.value })} /></label>
        <label class="field short"><span class="label">${t("list.to")}</span>
          <input type="date" value=${item.to || ""} onInput=${(event) => put(item.key, { to: event.target.value })} /></label>
        <label class="field short"><span class="label">${t("list.hours")}</span>
          <input placeholder="07:30-11:30" value=${(item.hours || []).join(" ")} onChange=${spans} /></label></div>
      <p class="zones">${t("list.zones")} ${zones.map(
        ([id, name]) => html`<label class="tick">
        <input type="checkbox" checked=${(item.zones || []).includes(id)} onChange=${(event) => inZone(id, event.target.checked)} />
        <span>${name}</span></label>`
      )}</p></div>
    <button type="button" class="btn" aria-label=${t("list.out_n", { n })} onClick=${() => out(item.key)}>${t("list.out")}</button></li>`;
}

function Files() {
  return html`<section><h2>${t("media.files")}</h2>
    ${
      mayUpload
        ? html`<label class="drop">
        <input type="file" multiple accept="image/jpeg,image/png,image/webp,video/mp4,video/webm"
          onChange=${(event) => {
            take([...event.target.files]);
            event.target.value = "";
          }} />
        <span class="go">${t("media.choose")}</span></label>
      <p class="soft">${t("media.limits", { image: root.dataset.imageMb, video: root.dataset.videoMb })}</p>`
        : html`<p class="soft">${t("media.admin_only")}</p>`
    }
    ${state.coming && html`<p role="status">${t("media.coming", { name: state.coming.name })} <progress value=${state.coming.part} max="1"></progress></p>`}
    ${
      !state.media
        ? html`<p class="soft">${t("loading")}</p>`
        : html`<ul class="files">${state.media.map(
            (file) => html`<li key=${file.id}>
      <${Picture} file=${file} />
      <span class="what"><b>${file.name}</b><small class="soft">
        ${file.width}×${file.height} · ${size(file.bytes)}${file.seconds ? ` · ${t("media.length", { n: file.seconds })}` : ""}
      </small></span>
      <span class="acts">
        <button type="button" class="btn" onClick=${() =>
          add({
            kind: file.kind,
            media: file.id,
            seconds:
              file.kind === "video" && file.seconds
                ? Math.min(600, Math.max(4, file.seconds + 1))
                : 12,
          })}>${t("media.add")}</button>
        ${mayUpload && html`<button type="button" class="btn" onClick=${() => remove(file)}>${t("media.remove")}</button>`}
      </span></li>`
          )}</ul>`
    }
    ${state.media && !state.media.length && html`<p class="soft">${t("media.none")}</p>`}</section>`;
}

function Page() {
  return html`<div class="sides"><main>
    <div class="adds">${["notice", "ticker", "hours", "prepare"].map(
      (kind) => html`<button type="button" class="btn"
      onClick=${() => add({ kind, ...(kind === "notice" || kind === "ticker" ? { text: { vi: "" } } : {}) })}>
      + ${t(`play.${kind}`)}</button>`
    )}</div>
    ${
      state.items.length === 0
        ? html`<p class="soft">${t("list.empty")}</p>`
        : html`<ol class="items">${state.items.map((item, i) => html`<${Item} key=${item.key} item=${item} n=${i + 1} />`)}</ol>`
    }
    <div class="save">${state.trouble && html`<p class="mend" role="alert">${state.trouble}</p>`}${state.done && html`<p class="done" role="status">${state.done}</p>`}
      <span class="soft">${changed() ? t("list.unsaved") : ""}</span><button type="button" class="go" onClick=${save}>${t("list.save")}</button></div>
  </main><aside><${Files} /></aside></div>`;
}

function show() {
  render(html`<${Page} />`, root);
}

addEventListener("beforeunload", (event) => {
  if (changed()) event.preventDefault();
});
await loadTexts(["devices"], lang);
setZone(zone);
state.saved = "[]";
show();
await signIn();
await read();
