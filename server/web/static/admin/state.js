/* The settings in force and the person's draft: what a place holds, where that comes from, what was edited. A place is a list of
   names, as in the API: ["fields", "A", "cap"]. Nothing is live until it is applied. */
import { DEFAULT_LANGUAGE } from "/ui/languages.js";
import { fetchInTime, PATIENT_LIMIT_MS } from "/static/fetch_in_time.js";
import { ask } from "/static/screens/api.js";

/** A list's rows are known by this key of theirs, and the sections such lists may lie in: as the hub says. */
export const NAMED = {};
const SECTIONS_OF_ROWS = [];
export const ORDER = "*";
const KEEP_AFTER_MS = 1200;

const root = document.getElementById("admin");
export const { centre, lang, zone, reset } = root.dataset;
export const mayChange = root.dataset.may === "change";
export const api = `/api/v1/${centre}/settings`;

/**
 * @typedef {object} Settings
 * @property {number} version of the document in force
 * @property {object} document what is said
 * @property {Record<string, {group: string, parts: object[]}>} pages
 */
export const state = {
  /** @type {Settings | null} */
  settings: null,
  /** words of the settings, from ui/texts/LANG/settings.json */
  words: null,
  /** JSON of a place → {place, value} */
  draft: new Map(),
  draftVersion: 0,
  keeping: "", // "", keeping, kept, failed
  trouble: "",
  page: "home",
  row: [],
  /** what the last review said, until something is edited */
  review: null,
};

let shown = () => {};
/** Called whenever something is to be drawn anew. */
export const onChange = (draw) => {
  shown = draw;
};
export const redraw = () => shown();

export async function load() {
  const [answer, words] = await Promise.all([
    ask("GET", api),
    state.words
      ? state.words
      : fetchInTime(`/ui/texts/${lang}/settings.json`, {}, PATIENT_LIMIT_MS).then((r) => r.json()),
  ]);
  state.words = words;
  if (!answer.ok) {
    state.trouble = answer.message;
    return false;
  }
  state.settings = answer;
  Object.assign(NAMED, answer.named);
  SECTIONS_OF_ROWS.splice(0, Infinity, ...answer.sections_of_rows);
  state.draft = byPlace(answer.draft?.changes || []);
  edited.clear();
  state.draftVersion = answer.draft?.version ?? answer.version;
  return true;
}

export const isReadOnly = () => !mayChange || state.settings.managed_by === "file";

/** A list's rows by name, made once a list: a city has 1,200 procedures, and a page asks for each value of each. */
const indexes = new WeakMap();
function indexOf(rows, key) {
  if (!indexes.has(rows)) indexes.set(rows, new Map(rows.map((row) => [String(row?.[key]), row])));
  return indexes.get(rows);
}

/** The row of a list by its name; null where it is no such list. */
function step(here, name, around) {
  if (Array.isArray(here)) {
    const key = NAMED[around];
    if (name === ORDER) return here.map((row) => String(row[key]));
    return key && indexOf(here, key).get(name);
  }
  return here?.[name];
}

export function valueIn(document, place) {
  return place.reduce((here, name, n) => step(here, name, place[n - 1]), document) ?? null;
}

/** The draft's entry for a place, or for what it is a part of. */
function entryOver(place) {
  for (let n = place.length; n > 0; n -= 1) {
    const entry = state.draft.get(JSON.stringify(place.slice(0, n)));
    if (entry) return entry;
  }
  return null;
}

/** What a place holds with the draft; null where nothing is said. */
export function value(place) {
  const entry = entryOver(place);
  if (entry)
    return valueIn(
      { [place[entry.place.length - 1]]: entry.value },
      place.slice(entry.place.length - 1)
    );
  const held = valueIn(state.settings.document, place);
  return withParts(place, held);
}

/** A value whose parts were edited (a name in one language): made of both. */
function withParts(place, held) {
  let whole = held;
  for (const entry of state.draft.values()) {
    if (entry.place.length !== place.length + 1 || Array.isArray(whole)) continue;
    if (!place.every((name, n) => entry.place[n] === name)) continue;
    whole = { ...(whole || {}), [entry.place.at(-1)]: entry.value };
    if (entry.value === null) delete whole[entry.place.at(-1)];
  }
  return whole;
}

/** What is in force at a place, whatever the draft says. */
export const inForce = (place) => valueIn(state.settings.document, place);

const same = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/** JSON of the places edited here since the hub last kept the draft → place. The person may edit others in another window. */
const edited = new Map();
const edit = (place) => edited.set(JSON.stringify(place), place);

/** Edit a place; the value in force takes it out of the draft again. */
export function set(place, next) {
  state.review = null;
  const around = entryOver(place.slice(0, -1));
  edit(around && around.value !== null ? around.place : place);
  if (around && around.value !== null) {
    const whole = structuredClone({ root: around.value });
    const inner = ["root", ...place.slice(around.place.length)];
    let here = whole;
    inner.slice(0, -1).forEach((name, n) => {
      const stepped = step(here, name, n === 1 ? around.place.at(-1) : inner[n - 1]);
      if (stepped === undefined || stepped === null) here[name] = {};
      here = step(here, name, inner[n - 1]);
    });
    if (next === null) delete here[inner.at(-1)];
    else here[inner.at(-1)] = next;
    state.draft.set(JSON.stringify(around.place), { place: around.place, value: whole.root });
  } else if (same(inForce(place), next)) {
    state.draft.delete(JSON.stringify(place));
  } else {
    for (const [key, entry] of state.draft)
      if (entry.place.length > place.length && place.every((name, n) => entry.place[n] === name))
        state.draft.delete(key);
    state.draft.set(JSON.stringify(place), { place, value: next });
  }
  keepSoon();
  redraw();
}

/** Take places out of the draft. */
export function drop(places) {
  for (const place of places) {
    edit(place);
    state.draft.delete(JSON.stringify(place));
  }
  state.review = null;
  keepSoon();
  redraw();
}

export const changes = () => [...state.draft.values()];

let timer = 0;
function keepSoon() {
  clearTimeout(timer);
  state.keeping = "keeping";
  timer = setTimeout(keep, KEEP_AFTER_MS);
}

const byPlace = (rows) => new Map(rows.map((row) => [JSON.stringify(row.place), row]));

/** Keep what was edited here at the hub now; what was edited in another window comes with the answer. */
export async function keep() {
  const answer = await send([...edited.values()]);
  if (answer.ok && edited.size === 0) {
    const merged = byPlace(answer.changes);
    if (merged.size !== state.draft.size || [...merged.keys()].some((key) => !state.draft.has(key)))
      state.review = null;
    state.draft = merged;
  }
  redraw();
  return answer.ok;
}

/** Keep what was edited here before something is applied, which is what stands on this page. */
export const keepFirst = () => edited.size > 0 && send([...edited.values()]);

/** Keep these changes in the place of the draft before. */
export async function keepWhole(rows = changes()) {
  state.draft = byPlace(rows);
  const answer = await send();
  redraw();
  return answer.ok;
}

async function send(places) {
  clearTimeout(timer);
  edited.clear();
  const answer = await ask("PUT", `${api}/draft`, {
    version: state.draftVersion,
    changes: changes(),
    edited: places,
    request_id: undefined,
  });
  if (!answer.ok) places?.forEach(edit);
  state.keeping = answer.ok ? "kept" : "failed";
  state.trouble = answer.ok ? "" : answer.message;
  return answer;
}

/** The key of the file a place belongs to, rows left out. */
export function keyOf(place) {
  const steps = [];
  let skip = false;
  place.forEach((name, n) => {
    if (skip) {
      skip = false;
      return;
    }
    steps.push(name);
    skip = name in NAMED && (n === 0 || SECTIONS_OF_ROWS.includes(place[n - 1]));
  });
  return steps.join(".");
}

export const idOf = (place) => `p-${place.join("-").replace(/[^\w-]/g, "_")}`;
export const label = (key) => state.words.labels[key] || key;
export const choice = (key, name) =>
  state.words.choices[`${key}.${name}`] || state.words.choices[name] || String(name);

/** A name by language, else the text itself. */
export const nameOf = (name) => (name ? name[lang] || name[DEFAULT_LANGUAGE] || "" : "");

/** The languages of the centre, as its texts are written in. */
export const languages = () => value(["site", "locales"]) || Object.keys(state.words.languages);

/** Names of a list's rows with the draft: added ones at the end, removed ones gone, in the draft's order. */
export function rowNames(place) {
  const key = NAMED[place.at(-1)];
  const whole = entryOver(place);
  const rows = whole ? value(place) || [] : inForce(place) || [];
  let names = rows.map((row) => String(row[key]));
  if (!whole)
    for (const entry of state.draft.values()) {
      if (entry.place.length !== place.length + 1) continue;
      if (!place.every((name, n) => entry.place[n] === name) || entry.place.at(-1) === ORDER)
        continue;
      const name = entry.place.at(-1);
      if (entry.value === null) names = names.filter((other) => other !== name);
      else if (!names.includes(name)) names.push(name);
    }
  const order = state.draft.get(JSON.stringify([...place, ORDER]))?.value;
  if (order) names.sort((a, b) => rank(order, a) - rank(order, b));
  return names;
}
const rank = (order, name) => (order.includes(name) ? order.indexOf(name) : order.length);

/** Where a value comes from: {mark: own|base|default|day, text, back}. `back`: what it would be put back to (undefined: nothing). */
export function originOf(place, part) {
  const base = state.settings.base && valueIn(state.settings.base.document, place);
  const here = value(place);
  if (base !== null && base !== undefined && base !== false)
    return same(base, here) ? { mark: "base" } : { mark: "own", back: base, from: "base" };
  if (part.required || !("default" in part) || isNothing(part.default)) return null;
  if (here === null || same(here, part.default)) return { mark: "default" };
  return { mark: "own", back: null, shownBack: part.default, from: "default" };
}

/** What only a centre can have carries no mark: nothing stands there by default. */
const isNothing = (held) =>
  held === null || (typeof held === "object" && Object.keys(held).length === 0);

/** Every part of the form that holds a value or rows, flat. */
export function* leaves(parts) {
  for (const part of parts) {
    if (part.parts) yield* leaves(part.parts);
    else yield part;
  }
}

/** Small letters without diacritics: what is typed finds what is written. */
export const bare = (text) =>
  String(text ?? "")
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[đĐ]/g, "d")
    .toLowerCase();
