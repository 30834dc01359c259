/* What a province shares: its values, who keeps their own, and one change on its way from a proposal to every centre and back. */
import { html, render } from "/static/console/html.js";
import { loadTexts, setZone, t, timeOfDay } from "/static/console/texts.js";
import { ask, signIn } from "/static/screens/api.js";
import { Again, askSurely, onAgain } from "./again.js";

const root = document.getElementById("admin"),
  { centre, lang, zone, name: centreName } = root.dataset,
  api = `/api/v1/${centre}/base`;
const state = {
  seen: null,
  edits: new Map(),
  wanted: "",
  told: "",
  trouble: "",
  going: false,
};
const key = (place) => place.join("/");

async function load() {
  const answer = await ask("GET", api);
  if (answer.ok) state.seen = answer;
  else state.trouble = answer.message;
  show();
}

async function step(path, body, told) {
  const answer = await askSurely("POST", `${api}/${path}`, body);
  state.trouble = answer.ok ? "" : answer.message;
  state.told = answer.ok ? told : "";
  await load();
  if (answer.ok) document.getElementById("told")?.focus();
  return answer;
}

async function propose(event) {
  event.preventDefault();
  const changes = [...state.edits.values()];
  const answer = await step(
    "propose",
    { changes, reason: event.target.elements.reason.value.trim() },
    t("province.proposed")
  );
  if (answer.ok) state.edits.clear();
  show();
}

/** Go on in fives until every centre has it, or one refuses. */
async function onward(first, more, change, told) {
  state.going = true;
  let answer = await step(first, { change }, "");
  while (answer.ok && answer.left && answer.taken.length && !answer.refused.length)
    answer = await step(more, { change }, "");
  state.going = false;
  if (answer.ok)
    state.told = answer.refused.length
      ? t("province.refused", { list: answer.refused.map((row) => row.centre).join(", ") })
      : told;
  show();
}

async function share(event) {
  event.preventDefault();
  const form = new FormData(event.target);
  const answer = await step(
    "share",
    { pages: form.getAll("page"), reason: form.get("reason").trim() },
    t("province.proposed")
  );
  if (answer.ok) event.target.reset();
}

/** Centre after centre stands on the base, until none is left or one will not. */
async function join() {
  state.going = true;
  let answer = await step("join", {}, "");
  while (answer.ok && answer.left && answer.taken.length) answer = await step("join", {}, "");
  state.going = false;
  if (answer.ok) state.told = t("province.joined");
  show();
}

/** What of this centre's settings all could share, page by page, and the centres that stand alone. */
function More() {
  const { could_share: pages, alone, version, on_way: waits } = state.seen;
  const names = Object.keys(pages);
  return html`${
    version > 0 &&
    alone.length > 0 &&
    html`<section class="group"><h2 class="grp">${t("province.alone")} <span class="soft">${t("province.centres", { n: alone.length })}</span></h2>
    <p>${t("province.join_how")}</p><p class="ways"><button type="button" class="go" disabled=${state.going} onClick=${join}>${t("province.join", { n: alone.length })}</button></p></section>`
  }${
    names.length > 0 &&
    !waits &&
    html`<section class="group"><h2 class="grp">${t("province.share")}</h2><p>${t("province.share_how", { centre: centreName })}</p>
    <form onSubmit=${share}><div class="ticks">${names.map((page) => html`<label class="pick" key=${page}><input type="checkbox" name="page" value=${page} />${t(`pages.${page}`)} <span class="soft">${t("province.values", { n: pages[page] })}</span></label>`)}</div>
    <div class="row-form"><label>${t("province.reason")}<input class="box" name="reason" maxlength="300" /></label><button class="btn">${t("province.share_go")}</button></div></form></section>`
  }`;
}

const moment = (ms) =>
  `${new Intl.DateTimeFormat("en-GB", { timeZone: zone, day: "2-digit", month: "2-digit", year: "numeric" }).format(ms)} ${timeOfDay(ms)}`;

function Differences({ row }) {
  return html`<ul class="lines">${row.differences.map(
    (
      line
    ) => html`<li key=${key(line.place)}><b>${line.label}</b> <span class="soft">${line.where}</span><br />
      ${line.old ?? t("province.nothing")} → <b>${line.new ?? t("province.nothing")}</b></li>`
  )}</ul>
    <p>${t("province.reaches", { n: state.seen.centres.length })} ${Object.keys(row.keeps).length > 0 && t("province.keep", { n: Object.keys(row.keeps).length })}</p>
    ${Object.keys(row.keeps).length > 0 && html`<ul class="lines">${Object.entries(row.keeps).map(([code, values]) => html`<li key=${code}>${code}: <b>${values.join(", ")}</b></li>`)}</ul>`}`;
}

function OnWay({ row }) {
  const own = row.by_id === state.seen.own,
    done = state.seen.centres.length - row.waiting.length;
  const { id } = row;
  return html`<section class="group"><h2 class="grp">${t("province.on_way")} <span class="soft">${t("province.by", { name: row.by, at: moment(row.at) })}</span></h2>
    ${row.reason && html`<p>${row.reason}</p>`}<${Differences} row=${row} />
    ${
      !row.approved_at &&
      html`<p class="ways">${own ? html`<span class="soft">${t("province.second")}</span>` : html`<button type="button" class="go" onClick=${() => step("approve", { change: id }, t("province.approved"))}>${t("province.approve")}</button>`}
      <button type="button" class="btn" onClick=${() => step("drop", { change: id }, t("province.dropped"))}>${t("province.drop")}</button></p>`
    }
    ${
      row.approved_at &&
      html`<p>${t("province.approved_by", { name: row.approved_by, at: moment(row.approved_at) })} ${t("province.has", { n: done, all: state.seen.centres.length })}</p>
      <p class="ways">${
        row.tried
          ? html`<button type="button" class="go" disabled=${state.going} onClick=${() => onward("carry", "carry", id, t("province.everywhere"))}>${t("province.to_all", { n: row.waiting.length })}</button>`
          : html`<button type="button" class="go" disabled=${state.going} onClick=${() => step("carry", { change: id }, t("province.tried"))}>${t("province.try")}</button>`
      }
      <button type="button" class="btn" disabled=${state.going} onClick=${() => onward("revert", "revert/more", id, t("province.reverted"))}>${t("province.revert")}</button></p>`
    }</section>`;
}

function Last({ row }) {
  const unfinished = row.ended === "reverted" && row.waiting.length > 0;
  return html`<section class="group"><h2 class="grp">${t("province.last")} <span class="soft">${t(`province.ended.${row.ended}`)}</span></h2><${Differences} row=${row} />
    ${row.ended === "everywhere" && row.is_newest && !state.seen.on_way && html`<p class="ways"><button type="button" class="btn" disabled=${state.going} onClick=${() => onward("revert", "revert/more", row.id, t("province.reverted"))}>${t("province.revert")}</button></p>`}
    ${unfinished && html`<p class="ways"><button type="button" class="btn" disabled=${state.going} onClick=${() => onward("revert/more", "revert/more", row.id, t("province.reverted"))}>${t("province.revert_on")}</button></p>`}</section>`;
}

/** A list of words or times, which is edited as people write one: with commas. */
const isWords = (value) => Array.isArray(value) && value.every((word) => typeof word === "string");
/** A list whose entries hold plain values (how loud by the hour): edited where they stand. */
const isRows = (value) =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every(
    (entry) => isRecord(entry) && Object.values(entry).every((held) => Object(held) !== held)
  );
const isRecord = (value) => Boolean(value) && typeof value === "object" && !Array.isArray(value);
/** What was typed, a number where one stood. */
const typed = (text, before) =>
  typeof before === "number" && /^-?\d+([.,]\d+)?$/.test(text.trim())
    ? Number(text.trim().replace(",", "."))
    : text;
/** A value as people write it here: a comma in Vietnamese. */
const written = (held) =>
  typeof held === "number" ? String(held).replace(".", t("words.decimal")) : held;
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function Value({ row }) {
  const name = key(row.place),
    edit = state.edits.get(name),
    value = edit ? edit.value : row.value,
    set = (next) => {
      if (same(next, row.value)) state.edits.delete(name);
      else state.edits.set(name, { place: row.place, value: next });
      show();
    };
  const label = `${row.label}, ${row.where}`;
  if (row.choices.length)
    return html`<select class="box" aria-label=${label} value=${value} onChange=${(event) => set(event.target.value)}>
      ${row.choices.map(([name, words]) => html`<option value=${name} key=${name}>${words}</option>`)}</select>`;
  if (isRows(row.value))
    return html`<div class="several">${value.map(
      (entry, n) =>
        html`<p class="one" key=${n}>${row.columns.map(
          ([
            name,
            words,
          ]) => html`<input class="box" key=${name} aria-label=${`${label} ${n + 1}, ${words}`} value=${written(entry[name])}
        onChange=${(event) => set(value.map((other, at) => (at === n ? { ...other, [name]: typed(event.target.value, entry[name]) } : other)))} />`
        )}<button type="button" class="link" aria-label=${t("remove_of", { name: `${label} ${n + 1}` })} onClick=${() => set(value.filter((_, at) => at !== n))}>${t("remove")}</button></p>`
    )}<button type="button" class="link" aria-label=${`${t("add")}: ${label}`} onClick=${() => set([...value, { ...(value.at(-1) ?? row.value[0]) }])}>${t("add")}</button></div>`;
  if (typeof row.value === "boolean")
    return html`<input type="checkbox" aria-label=${label} checked=${value} onChange=${(event) => set(event.target.checked)} />`;
  if (typeof row.value === "number")
    return html`<input class="box n" inputmode="decimal" aria-label=${label} value=${written(value)} onChange=${(event) => set(typed(event.target.value, row.value))} />`;
  if (typeof row.value === "string")
    return html`<input class="box" aria-label=${label} value=${value} onInput=${(event) => set(event.target.value)} />`;
  if (isWords(row.value))
    return html`<input class="box" aria-label=${label} value=${value.join(", ")} onChange=${(
      event
    ) =>
      set(
        event.target.value
          .split(",")
          .map((word) => word.trim())
          .filter(Boolean)
      )} />`;
  return html`<span>${row.words ?? t("province.nothing")}</span>`;
}

function Places() {
  const wanted = state.wanted.trim().toLocaleLowerCase();
  const rows = state.seen.places.filter(
    (row) =>
      !wanted || `${row.label} ${row.where} ${row.words ?? ""}`.toLocaleLowerCase().includes(wanted)
  );
  return html`<section class="group"><h2 class="grp">${t("province.shared")} <span class="soft">${t("province.places", { n: state.seen.places.length, version: state.seen.version })}</span></h2>
    <p><label>${t("province.find")} <input class="box" type="search" value=${state.wanted} onInput=${(
      event
    ) => {
      state.wanted = event.target.value;
      show();
    }} /></label></p>
    <div class="scroll"><table class="t places"><thead><tr><th scope="col">${t("province.what")}</th><th scope="col">${t("province.value")}</th><th scope="col">${t("province.own")}</th></tr></thead>
    <tbody>${rows.slice(0, 200).map(
      (
        row
      ) => html`<tr key=${key(row.place)}><th scope="row">${row.label}<br /><small class="soft">${row.where}</small></th><td><${Value} row=${row} /></td>
      <td>${row.kept_by.length > 0 && html`<details><summary>${t("province.centres", { n: row.kept_by.length })}</summary>${row.kept_by.join(", ")}</details>`}</td></tr>`
    )}</tbody></table></div>
    ${
      state.edits.size > 0 &&
      html`<form class="row-form" onSubmit=${propose}><label>${t("province.reason")}<input class="box" name="reason" maxlength="300" /></label>
      <button class="go" disabled=${Boolean(state.seen.on_way)}>${t("province.propose", { n: state.edits.size })}</button></form>
      ${state.seen.on_way && html`<p class="bad">${t("province.wait")}</p>`}`
    }</section>`;
}

function show() {
  const { seen } = state;
  render(
    html`<main id="main"><h2 class="unseen">${t("province.title")}</h2>
      ${state.told && html`<p role="status" class="ok" id="told" tabindex="-1">${state.told}</p>`}
      ${state.trouble && html`<p role="alert" class="bad">${state.trouble}</p>`}
      <${Again} />
      ${!seen && html`<p class="soft" role="status">${t("loading")}</p>`}
      ${seen && seen.version === 0 && html`<p class="soft">${t("province.none")}</p>`}
      ${seen?.on_way && html`<${OnWay} row=${seen.on_way} />`}
      ${seen?.last && html`<${Last} row=${seen.last} />`}
      ${seen && html`<${More} />`}
      ${seen && seen.version > 0 && html`<${Places} />`}</main>`,
    root
  );
}

onAgain(show);
await loadTexts(["settings", "devices", "admin"], lang);
setZone(zone);
show();
await signIn();
await load();
