// What a picker of procedures shows: at a clerk's console and on the greeter's tablet. Pure: a list and what was
// typed in, rows out; found by ui/procedures.js, the counter's own fields before the others whatever fits better.
import { bare, makeIndex, officialCode, search, shortName } from "./procedures.js";

/**
 * @typedef {import("./procedures.js").Procedure} Procedure
 * @typedef {{field: string, name: Object<string, string>, short?: Object<string, string>, services: Procedure[]}} ListedField
 * @typedef {{index: object, fields: ListedField[], lang: string, byCode: Map<string, Entry>, hasCodes: boolean}} Picker
 * @typedef {{service: Procedure, fields: string[], begins: string}} Entry  a procedure and the letters of the fields
 *   it is listed in; begins: its name without marks, a space before each word
 * @typedef {{key: string, field: string, service: ?Procedure, own: boolean, word: string}} Row
 *   service: null for the field as a whole; word: the people's word that found it, or ""
 * @typedef {{rows: Row[], own: number, others: number}} Picked  rows: those of the own fields first
 */

/** So many rows may be chosen by their figure. */
export const FIGURES = 9;

/** The fields with their procedures, however the list came: in the fields, or beside them with `field` or `fields` in each. */
export function listed(fields, services) {
  if (!services) return fields.map((field) => ({ ...field, services: field.services || [] }));
  const of = new Map(fields.map((field) => [field.field, []]));
  for (const service of services)
    for (const letter of service.fields || [service.field]) of.get(letter)?.push(service);
  return fields.map((field) => ({ ...field, services: of.get(field.field) }));
}

/**
 * A picker over a list, in one language. Make it once for a list: the index is made here.
 * @returns {Picker}
 */
export function makePicker(fields, lang, synonyms = {}) {
  const named = fields.map((field) => ({ ...field, name: field.name || field.short }));
  const index = makeIndex(named, lang, synonyms);
  const entries = index.procedures.map(({ service, fields: letters }) => ({
    service,
    fields: letters,
    begins: ` ${bare(deskName(service, lang))}`,
  }));
  const byCode = new Map(entries.map((entry) => [entry.service.code, entry]));
  const hasCodes = entries.some(({ service }) => officialCode(service));
  return { index, fields: named, lang, byCode, hasCodes };
}

/** A procedure's short name where it is chosen at a desk. */
export const deskName = (service, lang) => shortName(service, lang, 88);

/**
 * The rows for what was typed.
 *
 * near: letters of the fields that come first. first: codes that lead while nothing is typed. whole: letters of the
 * fields that may be chosen as such. only: letters the rows are bound to; all, if left out.
 * without: codes that are not offered.
 * @returns {Picked}
 */
export function pick(
  picker,
  typed,
  { near = [], first = [], whole = [], only = null, without = [] } = {}
) {
  const wanted = bare(typed);
  const entries = wanted
    ? matching(picker, typed, wanted)
    : inOrder(picker, near, first).map((entry) => ({ ...entry, word: "" }));
  const allowed = (letter) => !only || only.includes(letter);
  const [own, others] = [[], []];
  for (const { service, fields, word } of entries) {
    const letters = fields.filter(allowed);
    if (!letters.length || without.includes(service.code)) continue;
    const at = near.find((letter) => letters.includes(letter));
    const leads = !wanted && first.includes(service.code);
    const row = { key: service.code, field: at || letters[0], service, own: Boolean(at), word };
    (at || leads ? own : others).push(row);
  }
  const wholes = wholeRows(picker, wanted, near, whole.filter(allowed));
  const block = (services, isOwn) => {
    const of = (leads) => wholes.filter((one) => one.row.own === isOwn && one.leads === leads);
    return [...of(true).map(({ row }) => row), ...services, ...of(false).map(({ row }) => row)];
  };
  const [ownRows, otherRows] = [block(own, true), block(others, false)];
  return { rows: [...ownRows, ...otherRows], own: ownRows.length, others: otherRows.length };
}

/**
 * What a number is asked for by a row: the field as a whole, or the procedure; with the field it was chosen in where it
 * is listed in several.
 */
export function wishOf({ field, service }) {
  if (!service) return { field };
  const several = (service.fields || []).length > 1;
  return several ? { field, service: service.code } : { service: service.code };
}

/** Every procedure while nothing is typed: `first`, then the near fields' in their order, the most asked before. */
function inOrder(picker, near, first) {
  const place = ({ service, fields }) => {
    const lead = first.indexOf(service.code);
    if (lead >= 0) return lead - first.length;
    const at = near.findIndex((letter) => fields.includes(letter));
    return at < 0 ? near.length : at;
  };
  return [...picker.byCode.values()]
    .map((entry, n) => ({ entry, n, place: place(entry), asked: entry.service.asked || 0 }))
    .sort((a, b) => a.place - b.place || b.asked - a.asked || a.n - b.n)
    .map(({ entry }) => entry);
}

/** What the index finds; one letter, which is too little for it, begins a word, a field's letter or a code. */
function matching(picker, typed, wanted) {
  if (wanted.replace(/ /g, "").length > 1)
    return search(picker.index, typed, Infinity).found.map(({ service, fields, word }) => ({
      service,
      fields,
      word,
    }));
  const begins = ({ service, begins: name }) =>
    /\d/.test(wanted) ? service.code.startsWith(wanted) : name.includes(` ${wanted}`);
  return [...picker.byCode.values()].filter(begins).map((entry) => ({ ...entry, word: "" }));
}

/** The fields that may be chosen as such, the near ones first: {row, leads}[]; those that lead stand before procedures. */
function wholeRows(picker, wanted, near, whole) {
  const place = ({ field }) => (near.includes(field) ? near.indexOf(field) : near.length);
  const exact = ({ field }) => field.toLowerCase() === wanted;
  return picker.fields
    .filter((field) => whole.includes(field.field))
    .filter((field) => !wanted || exact(field) || fits([field.name, field.short], wanted))
    .sort((a, b) => place(a) - place(b))
    .map((field) => ({
      row: {
        key: `field ${field.field}`,
        field: field.field,
        service: null,
        own: near.includes(field.field),
        word: "",
      },
      leads: !wanted || exact(field),
    }));
}

/**
 * Whether one of the names is meant by what was typed (without marks): it holds it, with or without spaces, or its
 * words begin with its letters.
 */
export function fits(names, wanted) {
  const close = wanted.replace(/ /g, "");
  if (!close) return false;
  return names
    .flatMap((name) => (typeof name === "string" ? [name] : Object.values(name || {})))
    .some((name) => {
      const text = bare(name);
      const words = text.split(" ");
      if (` ${text}`.includes(` ${wanted}`)) return true;
      const joined = words.some((_, at) => words.slice(at).join("").startsWith(close));
      const initials = words.map((word) => word[0]).join("");
      return joined || (close.length > 1 && initials.includes(close));
    });
}

/**
 * Whether a figure typed now chooses a row: only where no code can follow. A list with official codes reads figures
 * as the beginning of one; after a space or a figure more of the text follows.
 */
export function figureChooses(picker, typed) {
  if (!typed) return !picker.hasCodes;
  if (!/\p{L}$/u.test(typed)) return false;
  const begun = typed.trim().toLowerCase();
  return ![...picker.byCode.keys()].some((code) => {
    const lower = code.toLowerCase();
    return lower.startsWith(begun) && /^[-._]?\d/.test(lower.slice(begun.length));
  });
}

/**
 * A name cut where its words were typed, the last of them perhaps only begun: [text, whether it was typed][], for
 * showing why it was found.
 */
export function marks(text, typed) {
  const whole = bare(typed).split(" ").filter(Boolean);
  const begun = whole.pop() || "";
  return text
    .split(/([\p{L}\p{N}]+)/u)
    .filter(Boolean)
    .map((part) => {
      const word = bare(part);
      const typedWhole = whole.includes(word) && word.length > 1;
      return [part, typedWhole || (begun.length > 1 && word.startsWith(begun))];
    });
}
