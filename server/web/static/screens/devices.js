/* The screens of the hall: how each is, pairing a new one, changing or shutting one off. */
import { Again } from "/static/admin/again.js";
import { html, render } from "/static/console/html.js";
import { inOrderOf } from "/ui/languages.js";
import { loadTexts, setZone, t, timeOfDay } from "/static/console/texts.js";
import { ask, listed, signIn } from "./api.js";
import { CounterMachines, readCounterMachines } from "./counter_machines.js";
import { NewFirmware, remake, useFirmware } from "./firmware.js";
import { DEFAULTS, own, ScreenFields } from "./form.js";
import * as look from "./health.js";

const root = document.getElementById("devices"),
  { centre, lang, zone, code, flashes } = root.dataset;
const named = (name) => root.dataset[name].split(" ");
const lists = {
  zones: listed("zones", "zone"),
  counters: listed("counters", "counter"),
  layouts: named("layouts"),
  orientations: named("orientations"),
  themes: named("themes"),
  arrows: named("arrows"),
  langs: named("langs"),
  kinds: named("kinds"),
};
const api = `/api/v1/${centre}`;
const state = {
  devices: null,
  missing: [],
  at: 0,
  trouble: "",
  code: code || "",
  found: null,
  pair: null,
  edit: null,
  neverOpen: false,
  wanted: "",
  group: "",
  open: {},
  done: "",
};
const fresh = () => ({
  kind: "board",
  name: "",
  zone: lists.zones[0]?.[0] || "",
  counter: "",
  settings: { ...DEFAULTS, media: [...lists.kinds] },
});

/** Screens first, then what stands at the door, then pads and programs; among equals by name. */
const ORDER = ["board", "sign", "led", "kiosk", "pad", "counter", "manager", "bridge"];
const inOrder = (rows) =>
  [...rows].sort(
    (a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || inOrderOf(lang)(a.name, b.name)
  );

async function read() {
  const devices = await ask("GET", `${api}/devices`);
  if (devices.ok)
    Object.assign(state, {
      devices: inOrder(devices.devices),
      missing: devices.missing,
      version: devices.version,
      at: devices.at,
      trouble: "",
      old: false,
    });
  else Object.assign(state, { trouble: devices.message, old: devices.error === "offline" });
  show();
}

async function lookUp(event) {
  event?.preventDefault();
  const answer = await ask("POST", `${api}/pairings`, { code: state.code });
  state.found = answer.ok ? answer.screen : null;
  state.pair = answer.ok
    ? {
        ...fresh(),
        kind: answer.screen.kind,
        name:
          answer.screen.kind === "board" ? state.missing[0]?.name || "" : answer.screen.name || "",
      }
    : null;
  state.pairTrouble = answer.ok ? "" : answer.message;
  state.done = "";
  if (state.pair) adopt(state.pair);
  show();
}

/** A name the centre's file knows brings its zone and layout. */
function adopt(form) {
  const planned = state.missing.find((row) => row.name === form.name);
  if (planned) {
    form.zone = planned.zone || "";
    form.settings = { ...form.settings, layout: planned.layout };
  }
}

async function pair(event) {
  event.preventDefault();
  const { kind, name, zone: at, counter, replaces } = state.pair;
  const zone = at ? { zone: at } : {};
  const place = kind === "sign" ? { counter } : zone;
  const answer = await ask("POST", `${api}/devices`, {
    code: state.found.code,
    kind,
    name: name.trim(),
    ...place,
    ...(replaces ? { replaces } : {}),
    ...(kind === "kiosk" ? {} : { settings: own(state.pair) }),
  });
  state.pairTrouble = answer.ok ? "" : answer.message;
  if (answer.ok)
    Object.assign(state, { done: t("pair.done", { name }), pair: null, found: null, code: "" });
  await read();
}

async function save(event) {
  event.preventDefault();
  const { device, kind, name, zone: at, counter } = state.edit;
  const answer = await ask("POST", `${api}/devices/${device}`, {
    kind,
    name: name.trim(),
    ...(kind === "sign" ? { counter } : { zone: at || "" }),
    settings: own(state.edit),
  });
  state.editTrouble = answer.ok ? "" : answer.message;
  if (answer.ok) state.edit = null;
  await read();
}

async function shutOff(row) {
  const answer = await ask("POST", `${api}/devices/${row.device}/shut-off`);
  if (!answer.ok) state.trouble = answer.message;
  await read();
}

function edit(row) {
  state.editTrouble = "";
  state.edit =
    state.edit?.device === row.device
      ? null
      : {
          device: row.device,
          kind: row.kind === "sign" ? "sign" : "board",
          name: row.name,
          zone: row.zone || "",
          counter: row.counter || "",
          settings: { ...DEFAULTS, media: [...lists.kinds], ...row.settings },
        };
  show();
}

/* ---- how a device is, in words ---- */

const seen = (row) => look.seen(row, state.at);
const health = (row) => look.health(row, state.version);
const needsLook = (row) => look.needsLook(row, state.at, state.version);

const zoneName = (id) => lists.zones.find(([value]) => value === id)?.[1] || id;

function place(row) {
  if (row.counter) return t("place.counter", { counter: row.counter });
  return row.zone ? zoneName(row.zone) : t("form.all_zones");
}

/** A button that takes something from a machine: the second press does it. */
function Sure({ row, what, act }) {
  const name = `${what} ${row.device}`,
    sure = state.sure === name;
  const press = () => {
    state.sure = sure ? null : name;
    show();
    if (sure) act(row);
  };
  return html`<button type="button" class=${`btn ${sure ? "sure" : ""}`} onClick=${press}>${t(`act.${what}${sure ? "_sure" : ""}`)}</button>`;
}

function Row({ row }) {
  const now = seen(row),
    about = [row.status.glass || null, look.versionOf(row, state.version) || null]
      .filter(Boolean)
      .join(" · ");
  const mine = row.kind === "board" || row.kind === "sign",
    flashed = row.kind === "led" || row.kind === "pad";
  return html`<li class="device">
    <div class="line">
      <span class="what"><b>${row.name}</b><small class="soft">
        ${t(`kind.${row.kind}`)}
        ${mine || row.counter ? html` · ${place(row)}` : ""}
        ${row.group && html` · ${row.group}`}
        ${
          row.kind === "board" && row.settings
            ? html` · ${t(`layout.${row.settings.layout}`)}${row.settings.quiet ? html` · ${t("form.quiet")}` : ""}`
            : ""
        }
      </small></span>
      <span class="how"><span class=${now.bad ? "late" : ""}>${now.good && html`<i class="dot"></i>`}${now.text}</span><small class="soft num">${about}</small></span>
      <span class="says">${health(row).map(([text, bad]) => html`<span class=${bad ? "late" : "soft"}>${text}</span>`)}</span>
      <span class="acts">
        ${
          mine &&
          html`<button type="button" class="btn"
          aria-expanded=${state.edit?.device === row.device ? "true" : "false"} onClick=${() => edit(row)}>${t("act.change")}</button>`
        }
        ${flashed && flashes && html`<${Sure} row=${row} what="remake" act=${remake} />`}
        ${
          (flashed && !flashes) || row.kind === "bridge"
            ? html`<small class="soft">${t("act.shut_off_there", { name: row.name })}</small>`
            : html`<${Sure} row=${row} what="shut_off" act=${shutOff} />`
        }
      </span></div>
    ${
      state.edit?.device === row.device &&
      html`<form class="sheet" onSubmit=${save}>
      <${ScreenFields} form=${state.edit} lists=${lists} set=${(changes) => {
        state.edit = { ...state.edit, ...changes };
        show();
      }} />
      ${state.editTrouble && html`<p class="mend" role="alert">${state.editTrouble}</p>`}
      <p class="ends">
        <button class="btn">${t("act.save")}</button>
        <button type="button" class="btn" onClick=${() => edit(row)}>${t("act.leave")}</button>
      </p></form>`
    }</li>`;
}

function setPair(changes) {
  state.pair = { ...state.pair, ...changes };
  if (changes.name !== undefined && !state.pair.replaces) adopt(state.pair);
  show();
}

/** A kiosk: its name and where it stands; the rest is the centre's. */
function KioskFields({ form, set }) {
  return html`<label class="field"><span class="label">${t("form.name")}</span>
      <input value=${form.name} maxlength="60" required onInput=${(event) => set({ name: event.target.value })} />
      <small class="soft">${t("pair.kiosk_name")}</small></label>
    <label class="field"><span class="label">${t("form.zone")}</span>
      <select value=${form.zone} onChange=${(event) => set({ zone: event.target.value })}>
        <option value="">${t("form.all_zones")}</option>
        ${lists.zones.map(([value, text]) => html`<option value=${value}>${text}</option>`)}</select></label>`;
}

/** The machine that the new one replaces, if any: it stops at once, its name and numbers go over. */
function Replaces({ form, set }) {
  const same = (state.devices || []).filter((row) => row.kind === form.kind);
  if (!same.length) return null;
  return html`<label class="field"><span class="label">${t("pair.replaces")}</span>
    <select value=${form.replaces || ""} onChange=${(event) => {
      const row = same.find((each) => each.device === event.target.value);
      set(
        row
          ? {
              replaces: row.device,
              name: row.name,
              zone: row.zone || "",
              counter: row.counter || "",
            }
          : { replaces: "" }
      );
    }}>
      <option value="">${t("pair.replaces_none")}</option>
      ${same.map((row) => html`<option value=${row.device}>${row.name}</option>`)}</select>
    ${form.replaces && html`<small class="soft">${t("pair.replaces_how")}</small>`}</label>`;
}

function Pairing() {
  const about =
    state.found &&
    [
      state.found.screen && state.found.screen.replace("x", "×"),
      t(`kind.${state.found.kind}`),
      state.found.version && t("health.version", { v: state.found.version }),
      state.found.printer,
    ]
      .filter(Boolean)
      .join(" · ");
  return html`<section><h2>${t("pair.title")}</h2>
    ${!state.pair && html`<p class="soft">${t("pair.how", { address: `${location.host}/pair` })}</p>`}
    <form class="code" onSubmit=${lookUp}>
      <label class="field"><span class="label">${t("pair.code")}</span>
        <input class="num" value=${state.code} autocomplete="off" spellcheck="false" maxlength="9"
          onInput=${(event) => {
            state.code = event.target.value.toUpperCase();
            state.found = state.pair = null;
            show();
          }} /></label>
      <button class="btn" disabled=${state.code.replace(/\s/g, "").length < 4}>${t("pair.find")}</button></form>
    ${state.pairTrouble && html`<p class="mend" role="alert">${state.pairTrouble}</p>`}${state.done && html`<p class="done" role="status">${state.done}</p>`}
    ${
      state.pair &&
      html`<form class="sheet" onSubmit=${pair}><p class="soft">${about}</p>
      <datalist id="known-names">${state.missing.map((row) => html`<option value=${row.name}></option>`)}</datalist>
      <${Replaces} form=${state.pair} set=${setPair} />
      <${state.pair.kind === "kiosk" ? KioskFields : ScreenFields} form=${state.pair} lists=${lists} set=${setPair} />
      <p class="ends"><button class="go">${t("pair.go")}</button></p></form>`
    }</section>`;
}

/** Machines nothing was ever heard of, behind one line: they need nobody today. */
function NeverHeard({ rows }) {
  return html`<details class="never" open=${state.neverOpen}
    onToggle=${(event) => {
      state.neverOpen = event.target.open;
    }}>
    <summary>${t("devices.never", { n: rows.length })}</summary>
    <p class="soft">${t("devices.never_how")}</p>
    <ul class="list">${rows.map((row) => html`<${Row} key=${row.device} row=${row} />`)}</ul>
  </details>`;
}

/** So many well machines of a kind have a row each; more are one line. */
const ROWS_OF_A_KIND = 7;

const list = (some) => some.map((row) => html`<${Row} key=${row.device} row=${row} />`);

/** What needs a person, of every kind, stands on top. */
function NeedsLook({ rows }) {
  if (!rows.length) return null;
  return html`<section class="kind look"><h2>${t("look.title")} <span class="soft num">${rows.length}</span></h2>
    <ul class="list">${list(rows)}</ul></section>`;
}

/** The machines that are well, by kind: many are one line. */
function Kind({ kind, rows }) {
  const folded = rows.length > ROWS_OF_A_KIND && !state.wanted && !state.group && !state.edit;
  return html`<section class="kind"><h2>${t(`kind.${kind}`)} <span class="soft num">${rows.length}</span></h2>
    ${
      folded
        ? html`<details class="never" open=${Boolean(state.open[kind])} onToggle=${(event) => {
            state.open[kind] = event.target.open;
          }}><summary>${t("devices.well", { n: rows.length })}</summary><ul class="list">${list(rows)}</ul></details>`
        : html`<ul class="list">${list(rows)}</ul>`
    }</section>`;
}

/** Small letters without marks: "quay 5" finds "Quầy 5". */
const bare = (text) =>
  text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[đĐ]/g, "d")
    .toLocaleLowerCase();

/** Every word typed is in a machine's name, place, kind or version. */
function matches(row) {
  if (state.group && row.group !== state.group) return false;
  const about = bare(
    [row.name, t(`kind.${row.kind}`), place(row), row.group, row.status.version].join(" ")
  );
  return bare(state.wanted)
    .split(/\s+/)
    .every((word) => about.includes(word));
}

/** The groups there are, each with how many machines stand in it; one of them, or none, is looked at. */
function Groups() {
  const names = [...new Set(state.devices.map((row) => row.group).filter(Boolean))];
  names.sort(inOrderOf(lang));
  if (!names.length) return null;
  const tab = (name, text, n) =>
    html`<button type="button" class="btn" aria-pressed=${state.group === name ? "true" : "false"} onClick=${() => {
      state.group = name;
      show();
    }}>${text} <span class="num soft">${n}</span></button>`;
  return html`<p class="groups" role="group" aria-label=${t("groups.title")}>${tab("", t("groups.all"), state.devices.length)}
    ${names.map((name) => tab(name, name, state.devices.filter((row) => row.group === name).length))}</p>`;
}

/** Puts what is looked at into a group; without a name, out of theirs. */
async function putInGroup(event, rows) {
  event.preventDefault();
  const { group } = event.target.elements;
  const answer = await ask("POST", `/api/v1/${centre}/device-groups`, {
    devices: rows.map((row) => row.device),
    group: group.value,
  });
  state.trouble = answer.ok ? "" : answer.message;
  if (answer.ok) Object.assign(state, { wanted: "", group: group.value.trim() });
  await read();
}

function IntoGroup({ rows }) {
  return html`<form class="code into" onSubmit=${(event) => putInGroup(event, rows)}>
    <label class="field"><span class="label">${t("groups.into", { n: rows.length })}</span>
      <input name="group" maxlength="60" list="group-names" /></label>
    <datalist id="group-names">${[...new Set(state.devices.map((row) => row.group).filter(Boolean))].map((name) => html`<option value=${name}></option>`)}</datalist>
    <button class="btn">${t("groups.put")}</button></form>`;
}

function Search() {
  return html`<label class="field search"><span class="label">${t("devices.search")}</span>
    <input type="search" value=${state.wanted} onInput=${(event) => {
      state.wanted = event.target.value;
      show();
    }} /></label>`;
}

function Page() {
  const there = state.devices?.filter(matches),
    rows = there?.filter((row) => !look.neverHeard(row)),
    never = there?.filter(look.neverHeard),
    well = rows?.filter((row) => !needsLook(row)),
    kinds = rows && ORDER.filter((kind) => well.some((row) => row.kind === kind));
  return html`${state.old && state.at > 0 && html`<p class="old" role="status">${t("devices.old", { time: timeOfDay(state.at) })}</p>`}
  <div class=${`sides${state.old ? " stale" : ""}`}><main>
    ${state.trouble && html`<p class="mend" role="alert">${state.trouble}</p>`}
    ${state.devices?.length > ROWS_OF_A_KIND && html`<${Search} />`}
    ${state.devices && html`<${Groups} />`}
    ${there?.length > 0 && (state.wanted || state.group) && html`<${IntoGroup} rows=${there} />`}
    ${rows && html`<${NeedsLook} rows=${rows.filter(needsLook)} />`}
    ${!rows ? html`<p class="soft">${t("loading")}</p>` : kinds.map((kind) => html`<${Kind} key=${kind} kind=${kind} rows=${well.filter((row) => row.kind === kind)} />`)}
    ${rows && !rows.length && html`<p class="soft">${t(emptyWords(never))}</p>`}
    ${never?.length > 0 && html`<${NeverHeard} rows=${never} />`}
    ${state.missing.length > 0 && html`<h2 class="after">${t("devices.missing")}</h2><p class="soft">${state.missing.map((row) => row.name).join(" · ")}</p>`}
  </main><aside><${Pairing} /><${NewFirmware} counters=${lists.counters} flashes=${flashes} /><${CounterMachines} counters=${lists.counters} /><${Again} /></aside></div>`;
}

function emptyWords(never) {
  if (state.wanted) return "devices.none_found";
  return never.length ? "devices.none_heard" : "devices.none";
}

function show() {
  render(html`<${Page} />`, root);
}

await loadTexts(["admin", "devices"], lang);
setZone(zone);
show();
await signIn();
await read();
if (state.code) lookUp();
readCounterMachines(centre, show);
useFirmware(api, show, read);
setInterval(() => {
  if (!document.hidden && !state.edit) read();
}, 5000);
