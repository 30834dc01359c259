// How much of a list a page has room for, by the screen's shape and the visitor's ways. Pure; in rem, as the style sheets.
// A change of heights there is a change here: tests/kiosk/bounds_test.py measures every page in every way.
import { DEFAULT_LANGUAGE } from "/ui/languages.js";
import { heightOf, pagesOf, rowsOf } from "/static/rows.js";

/** @typedef {{width: number, height: number, low: boolean, big: boolean, few: boolean}} View  few: chosen by keys or by ear */

const SHORT_SIDE = 67.5; // rem, as html's font-size
const SHORT_SIDE_BIG = 54;
export const KEYED = 6; // choices a page by keypad or by ear: one key each

/** "tall", "low" (upright, all controls in the lower half), "side" (lying) or "down" (lying, lower half). */
export function layoutOf({ width, height, low }) {
  if (width > height) return low ? "down" : "side";
  return low ? "low" : "tall";
}

const NARROW = 0.41;

/** How much of a lying screen's width the sign takes. */
function signShare(view) {
  if (view.low) return 0.5;
  return view.width / view.height < 1.7 ? NARROW : 0.44;
}

/** The panel between its edges, above what is pinned at its foot: {wide, high} in rem. */
function panel(view) {
  const unit = Math.min(view.width, view.height) / (view.big ? SHORT_SIDE_BIG : SHORT_SIDE);
  const [w, h] = [view.width / unit, view.height / unit];
  const sign = signShare(view);
  const side = view.big || sign === NARROW ? 5 : 8;
  switch (layoutOf(view)) {
    case "tall":
      return view.big ? { wide: w - 5, high: h - 30.5 } : { wide: w - 8, high: h - 32.5 };
    case "low":
      return view.big ? { wide: w - 5, high: h / 2 - 13 } : { wide: w - 8, high: h / 2 - 14 };
    case "side":
      return { wide: w * (1 - sign) - side, high: h - 16 };
    default:
      return { wide: w * (1 - sign) - side, high: h / 2 - 3.5 };
  }
}

const BOTH = 8; // the two buttons under a list, with their gap
const BOTH_COMPACT = 7;

/** Room for rows of procedures: see rows.js. */
export function listRoom(view) {
  const { wide, high } = panel(view);
  const layout = layoutOf(view);
  const most = view.few ? KEYED : 99;
  const both = { down: 0, tall: BOTH }[layout] ?? BOTH_COMPACT;
  const head = (wide / 1.875) * 0.95;
  if (layout === "tall") {
    const text = ((wide - 12.5) / 2.25) * 0.98;
    const height = high - both;
    return {
      columns: 1,
      text,
      lines: 2,
      line: 2.8125,
      pad: 1.375,
      least: 7,
      gap: 0.75,
      height,
      pager: 8.5,
      most,
      head,
    };
  }
  const columns = view.low && view.big ? 1 : 2;
  const text = (((wide - 0.75 * (columns - 1)) / columns - 8.25) / 2) * 0.98;
  const pager = layout === "down" ? 0 : 7;
  return {
    columns,
    text,
    lines: 3,
    line: 2.44,
    pad: 0.875,
    least: 6.5,
    gap: 0.75,
    height: high - both,
    pager,
    most,
    head,
  };
}

/** Room for groups: how many stand beside one another, and how high each is with its gap. */
export function groupRoom(view) {
  const layout = layoutOf(view);
  if (layout === "tall") return { columns: 2, step: 7.75 };
  return { columns: view.big ? 2 : 3, step: 7 };
}

const HEAD = 3.5; // a heading between most asked and groups; compact pages have none
const SAME = 8; // the common beginning above a list, at most two lines

/**
 * The pages of a field, or of one of its groups: {same, pages: [{rows, groups}]}.
 *
 * {first, groups}: the field as ui/groups.js has it. group: the number of a group, or null for the field's first page.
 */
export function fieldPagesOf({ first, groups }, group, lang, view) {
  const room = listRoom(view);
  if (group !== null && groups[group]) return listPages(groups[group].services, lang, room);
  if (!groups.length) return listPages(first, lang, room);
  if (view.few) return fewPages(first, groups, lang, room);
  const heads = layoutOf(view) === "tall" ? 2 * HEAD : 0;
  const { columns, step } = groupRoom(view);
  const high = Math.ceil(groups.length / columns) * step;
  const [rows] = pagesOf(rowsOf(first, lang, { ...room, lines: 2 }).rows, {
    ...room,
    height: room.height - high - heads,
    pager: 0,
  });
  if (heightOfRows(rows, room) + high + heads <= room.height + room.gap)
    return { same: "", pages: [{ rows, groups: numbered(groups) }] };
  const fit = Math.max(1, Math.floor((room.height - room.pager + room.gap) / step)) * columns;
  const all = numbered(groups);
  const one = all.length * (step / columns) <= room.height + room.gap ? all.length : fit;
  return { same: "", pages: chunks(all, one).map((part) => ({ rows: [], groups: part })) };
}

const numbered = (groups) => groups.map((group, number) => ({ ...group, number }));

const chunks = (list, most) =>
  Array.from({ length: Math.ceil(list.length / most) }, (_, i) =>
    list.slice(i * most, (i + 1) * most)
  );

function heightOfRows(rows, room) {
  let high = 0;
  for (let at = 0; at < rows.length; at += room.columns)
    high += heightOf(rows.slice(at, at + room.columns), room);
  return high;
}

function listPages(services, lang, room) {
  const { same, rows } = rowsOf(services, lang, room);
  const height = room.height - (same ? SAME : 0);
  return {
    same,
    pages: pagesOf(rows, { ...room, height }).map((part) => ({ rows: part, groups: [] })),
  };
}

/** By keys: the most asked and the groups in one list, six a page. */
function fewPages(first, groups, lang, room) {
  const { rows } = rowsOf(first, lang, { ...room, lines: 2 });
  const all = [...rows.map((row) => ({ row })), ...numbered(groups).map((group) => ({ group }))];
  const pages = chunks(
    all,
    Math.min(KEYED, room.columns * Math.floor((room.height - room.pager) / 7.75))
  );
  return {
    same: "",
    pages: pages.map((part) => ({
      rows: part.filter(({ row }) => row).map(({ row }) => row),
      groups: part.filter(({ group }) => group).map(({ group }) => group),
    })),
  };
}

/** How many fields stand on the first page (wide rows where the screen is upright) and on those after it. */
export function fieldsRoom(view) {
  if (view.few) return { first: view.big ? 4 : KEYED, more: view.big ? 4 : KEYED };
  if (layoutOf(view) === "tall") return view.big ? { first: 4, more: 8 } : { first: 6, more: 12 };
  return view.big ? { first: 4, more: 4 } : { first: 6, more: 6 };
}

/** How many results stand above the keyboard; the last place turns to more of them. */
export function resultsRoom(view) {
  const layout = layoutOf(view);
  if (layout === "tall") return view.big ? 3 : 5;
  return view.big && layout !== "down" ? 2 : 4;
}

/**
 * The pages of all fields: the first holds those most people come for, in letter order — by what was asked in thirty
 * days, else those that hand out results and then the centre's own order.
 */
export function pagesOfFields(fields, view) {
  const { first, more } = fieldsRoom(view);
  if (fields.length <= first) return [fields];
  const asked = (field) =>
    (field.services || []).reduce((sum, service) => sum + (service.asked || 0), 0);
  const rank = fields
    .map((field, place) => [field.kind === "result" ? Infinity : asked(field), place, field])
    .sort(([a, i], [b, j]) => (a === b ? i - j : b - a))
    .map(([, , field]) => field);
  const byLetter = (a, b) => a.field.localeCompare(b.field, DEFAULT_LANGUAGE);
  return [rank.slice(0, first).sort(byLetter), ...chunks(rank.slice(first).sort(byLetter), more)];
}

/** Cuts a list into pages of at most so many, none much shorter than another. */
export function even(list, most) {
  const count = Math.max(1, Math.ceil(list.length / most));
  return chunks(list, Math.ceil(list.length / count));
}

/** Room for the title of a chosen procedure on the sign: {text, lines}, text in ems. */
export function titleRoom(view) {
  const unit = Math.min(view.width, view.height) / (view.big ? SHORT_SIDE_BIG : SHORT_SIDE);
  const wide = view.width / unit;
  if (view.height >= view.width) return { text: (wide - (view.big ? 5 : 8)) / TITLE, lines: 3 };
  return { text: (wide * signShare(view) - 8) / TITLE_LYING, lines: view.low ? 4 : 6 };
}

const TITLE = 4; // rem
const TITLE_LYING = 3.5;
