/* The overview: a search over everything, how much is the centre's own, every page with what it holds; and what is said of files. */
import { html } from "/static/console/html.js";
import { t, timeOfDay } from "/static/console/texts.js";
import { fetchInTime, LONG_LIMIT_MS } from "/static/fetch_in_time.js";
import { ask } from "/static/screens/api.js";
import { Again, askSurely } from "./again.js";
import { address, placeOf } from "./form.js";
import { NeedsLook } from "./needs_look.js";
import { dayAndTime, summary } from "./summary.js";
import { inWords, refName } from "./widgets.js";
import {
  api,
  bare,
  centre,
  idOf,
  isReadOnly,
  keepWhole,
  label,
  lang,
  leaves,
  mayChange,
  NAMED,
  nameOf,
  originOf,
  redraw,
  rowNames,
  state,
  value,
  zone,
} from "./state.js";

const MOST = 60;

export function Home() {
  const asked = state.asked || "";
  return html`
    <h2 class="unseen">${state.words.pages.home}</h2>
    <label class="find"><span class="unseen">${t("search.label")}</span><input id="search" type="search" placeholder=${t("search.hint")} value=${asked} autocomplete="off"
      onInput=${(event) => {
        state.asked = event.target.value;
        if (!state.entriesAsked) loadEntries();
        redraw();
      }} /><kbd class="key">/</kbd></label>
    ${asked.trim() ? html`<${Found} asked=${asked} />` : html`<${Overview} />`}
  `;
}

/** A hub that is busy with other settings, or away, is asked again after so long while somebody waits for the answer. */
const AGAIN_MS = 2000;

/** What is searched: found out beside the hub, so it takes a moment in a large centre. */
async function loadEntries() {
  state.entriesAsked = true;
  try {
    const options = { headers: { Accept: "application/json", "Accept-Language": lang } };
    const answer = await (await fetchInTime(`${api}/search`, options, LONG_LIMIT_MS)).json();
    if (!answer.ok) throw new Error(answer.message);
    state.entries = answer.entries.map((entry) => ({
      ...entry,
      bare: bare(
        `${entry.where} ${entry.label} ${entry.value ?? ""} ${entry.place.join(" ")} ${answer.words[entry.key] ?? ""}`
      ),
    }));
  } catch {
    if (state.asked?.trim()) setTimeout(loadEntries, AGAIN_MS);
    else state.entriesAsked = false;
  }
  redraw();
}

/** Where an entry is opened: its page, its row if it has one, and the field itself. */
export function linkOf(entry) {
  const { parts } = state.settings.pages[entry.page];
  const list = rowsOver(parts, entry.place);
  const row = list ? [list.key, entry.place[placeOf(list).length]] : [];
  return `${address(entry.page, ...row.filter((step) => step !== undefined))}#${idOf(entry.place)}`;
}
function rowsOver(parts, place) {
  for (const part of parts) {
    const steps = placeOf(part);
    if (!steps.every((step, n) => place[n] === step)) continue;
    if (part.kind === "rows" && part.named) return part;
    const inner = part.parts && part.kind === "section" && rowsOver(part.parts, place);
    if (inner) return inner;
  }
  return null;
}

function Found({ asked }) {
  if (!state.entries) return html`<p role="status" class="soft">${t("draft.reading")}</p>`;
  const words = bare(asked).split(/\s+/).filter(Boolean);
  const hits = (state.entries || []).filter((entry) =>
    words.every((word) => entry.bare.includes(word))
  );
  const pages = Object.keys(state.settings.pages).filter((page) =>
    hits.some((hit) => hit.page === page)
  );
  return html`<p role="status" class="soft">${hits.length ? t("search.found", { n: hits.length, asked }) : t("search.none")}</p>
    ${pages.map((page) => {
      const here = hits.filter((hit) => hit.page === page);
      return html`<section class="group" key=${page}><h3 class="grp">${state.words.pages[page]} <span class="soft">${here.length}</span></h3>
        <ul class="hits">${here.slice(0, MOST).map((hit) => html`<li key=${hit.place.join("/")}><a href=${linkOf(hit)}><span class="soft">${hit.where === state.words.pages[page] ? "" : `${hit.where}, `}${hit.label}</span><span>${hit.value ?? t("nothing")}</span></a></li>`)}</ul></section>`;
    })}`;
}

/** The values of a page by where they come from: `{own, base}`, each `[{place, part}]`; what is usual counts as shared. */
function byOrigin(parts) {
  const out = { own: [], base: [] };
  const walk = (inner, place) => {
    for (const part of inner) {
      const here = [...place, part.name];
      if (part.kind === "section") walk(part.parts, here);
      else if (part.kind === "rows" && part.named)
        for (const name of rowNames(here)) walk(part.parts, [...here, name]);
      else {
        const mark = originOf(here, part)?.mark;
        if (mark) out[mark === "own" ? "own" : "base"].push({ place: here, part });
      }
    }
  };
  walk(parts, []);
  return out;
}

/** One part of the sentence of origins: a press shows those values, another lets go. */
function Filter({ mark, text }) {
  const chosen = state.origin === mark;
  return html`<button type="button" class="link" aria-pressed=${chosen ? "true" : "false"} onClick=${() => {
    state.origin = chosen ? "" : mark;
    redraw();
  }}><span class=${`o ${mark}`}>${text}</span></button>`;
}

/** The sentence of origins, each part a filter: shared, the centre's own, today only. */
function Origins({ n, day }) {
  const shared = state.settings.base ? "base" : "default";
  return html`<p class="origins" role="group" aria-label=${t("origins.label")}><${Filter} mark="base" text=${t(`origins.${shared}`)}/>
    <${Filter} mark="own" text=${t("origins.own", { n })} />${day > 0 && html`<${Filter} mark="day" text=${t("origins.today", { n: day })} />`}</p>`;
}

/** The values of one origin, page by page. */
function OfOrigin({ sorted }) {
  const { today } = state.settings;
  const rows =
    state.origin === "day"
      ? ["counters", "fields"].map((list) => [
          list,
          today[list].map((name) => ({ place: [list, name], text: refName(list, name) })),
        ])
      : Object.entries(sorted).map(([page, marks]) => [page, marks[state.origin]]);
  return rows
    .filter(([, values]) => values.length)
    .map(
      ([
        page,
        values,
      ]) => html`<section class="group" key=${page}><h3 class="grp">${state.words.pages[page]} <span class="soft">${values.length}</span></h3>
      <ul class="hits">${values
        .slice(0, MOST)
        .map(
          ({ place, part, text }) =>
            html`<li key=${place.join("/")}><a href=${linkOf({ page, place })}><span class="soft">${whose(place)}${text ? "" : label(part.key)}</span><span>${text ?? inWords(part, value(place) ?? part.default)}</span></a></li>`
        )}</ul></section>`
    );
}
/** Whose value it is, in front of its name: the row of a list. */
const whose = (place) =>
  place.length > 2 && NAMED[place[0]] && rowNames([place[0]]).includes(place[1])
    ? `${refName(place[0], place[1])}, `
    : "";

function Overview() {
  const { pages, today, managed_by: managed } = state.settings;
  const groups = [...new Set(Object.values(pages).map((page) => page.group))];
  const sorted = Object.fromEntries(
    Object.entries(pages).map(([page, { parts }]) => [page, byOrigin(parts)])
  );
  const own = Object.fromEntries(
    Object.entries(sorted).map(([page, marks]) => [page, marks.own.length])
  );
  const all = Object.values(own).reduce((sum, n) => sum + n, 0),
    day = today.counters.length + today.fields.length;
  return html`
    <${NeedsLook} />
    <${Origins} n=${all} day=${day} />
    ${state.origin ? html`<${OfOrigin} sorted=${sorted} />` : html`<${Pages} groups=${groups} own=${own} />`}
    <section class="group"><h3 class="grp">${t("file.title")}</h3><p class="ways">
      <a class="btn" href=${`${api}/file`} download=${`${centre}.yaml`}>${t("file.out")}</a>
      ${!isReadOnly() && html`<label class="btn file">${t("file.in")}<input type="file" accept=".yaml,.yml,.json" onChange=${(event) => takeFile(event.target)} /></label>`}
      ${mayChange && html`<button type="button" class="btn" onClick=${() => manage(managed === "file" ? "browser" : "file")}>${t(managed === "file" ? "file.browser" : "file.only")}</button>`}</p>
      <${Again} />
      ${state.fileTold && html`<p role="status">${state.fileTold}</p>`}
      ${state.fileRefusals?.length > 0 && html`<ul class="lines bad">${state.fileRefusals.map((line) => html`<li key=${line}>${line}</li>`)}</ul>`}
    </section>
    <section class="group"><h3 class="grp">${t("changed.title")} <a href=${address("changes")}>${t("changed.all")}</a></h3>
      <ul class="lines">${state.settings.changed.map((row) => html`<li key=${row.version}><b class="num">${dayAndTime(row.at)}</b> ${row.by || t("changed.program")} <span class="soft">${t(`source.${row.source || "file"}`)}${row.reason && `: ${row.reason}`}</span></li>`)}</ul></section>`;
}

/** Every page with what it holds. */
function Pages({ groups, own }) {
  const { pages } = state.settings;
  return html`<div class="over">${groups.map(
    (group) => html`<section key=${group}><h3 class="grp">${state.words.groups[group]}</h3><ul>
      ${Object.entries(pages)
        .filter(([, { group: of }]) => of === group)
        .map(([page]) => [
          html`<li key=${page}><a href=${address(page)}><b>${state.words.pages[page]}</b><span class="soft">${summary(page)}</span></a>${own[page] > 0 && html`<span class="o own" title=${t("origin.own")}>${own[page]}</span>`}</li>`,
          page === "site" && mayChange && html`<${Beside} />`,
        ])}
    </ul></section>`
  )}</div>`;
}

/** What of the centre is looked after on pages of its own. */
function Beside() {
  return html`<li><a href=${address("people")}><b>${state.words.pages.people}</b></a></li>
    <li><a href=${`/audit/${centre}`}><b>${t("audit")}</b></a></li>`;
}

async function takeFile(input) {
  const [file] = input.files;
  input.value = "";
  if (!file) return;
  state.fileTold = t("file.reading", { name: file.name });
  redraw();
  try {
    const options = {
      method: "POST",
      headers: {
        "X-CSRF-Token": state.csrf,
        "Accept-Language": lang,
        "Content-Type": "application/octet-stream",
      },
      body: file,
    };
    const answer = await (await fetchInTime(`${api}/file`, options, LONG_LIMIT_MS)).json();
    state.fileRefusals = answer.refusals;
    if (!answer.ok) state.fileTold = answer.message;
    else if (answer.refusals.length) state.fileTold = t("file.refused");
    else if (!answer.changes.length) state.fileTold = t("file.same");
    else {
      state.draftVersion = answer.version;
      state.fileTold = "";
      await keepWhole(answer.changes);
      state.go(address("draft"));
    }
  } catch {
    state.fileTold = t("offline");
  }
  redraw();
}

async function manage(by) {
  const answer = await askSurely("POST", `${api}/managed`, { by });
  state.fileTold = answer.ok ? t(`file.now_${by}`) : answer.message;
  if (answer.ok) state.settings.managed_by = by;
  redraw();
}
