// What the rows of a list say and which of them stand on one page. Pure: the page and its tests ask the same.
import { fit, lines } from "/ui/lines.js";
import { bare, plainName } from "/ui/procedures.js";

/**
 * @typedef {{service: Object, same: string, text: string, lines: number}} Row  same: what the row above says too; text: what differs
 */

const ALIKE = 3; // words; fewer in common say nothing
const OPENING = 30; // letters that are left of a long beginning that is said above already

const MORE_LINES = 3; // for names that differ only far on

const wordsOf = (text) => text.split(/\s+/);

/** How many words a name begins with as the other does; at least one word of its own is left. */
function common(own, other) {
  const most = Math.min(own.length - 1, other.length);
  let count = 0;
  while (count < most && bare(own[count]) === bare(other[count])) count += 1;
  return count;
}

/** Names that begin alike stand together, each beside the first of them; else the order stays. */
function together(list, words) {
  const left = [...list.keys()];
  const order = [];
  while (left.length) {
    const first = left.shift();
    order.push(first);
    for (let i = 0; i < left.length;) {
      if (common(words[first], words[left[i]]) >= ALIKE + 1) order.push(...left.splice(i, 1));
      else i += 1;
    }
  }
  return order;
}

/**
 * The rows of a list: {same, rows}. `same` is what every name begins with ("" where that says little); it stands once
 * above the list. A row tells what it shares with the row above from what differs, within `room.lines` lines of `room.text` ems.
 */
export function rowsOf(services, lang, room) {
  const names = services.map((service) => plainName(service, lang));
  const words = names.map(wordsOf);
  const order = together(services, words);
  const all =
    words.length > 2
      ? Math.min(...words.slice(1).flatMap((w) => [common(words[0], w), common(w, words[0])]))
      : 0;
  const lifted = all >= ALIKE ? all : 0;
  const ways = order.map((number, place) => {
    const own = words[number].slice(lifted);
    const near = [place - 1, place + 1]
      .filter((at) => at in order)
      .map((at) => common(own, words[order[at]].slice(lifted)));
    const above = place ? near[0] : 0;
    const shared = Math.max(0, ...near);
    return (most) => ({
      service: services[number],
      ...worded(own, above, shared, { ...room, lines: most, longer: most - room.lines }),
    });
  });
  const rows = distinct(ways, room.lines);
  const same = lifted ? words[0].slice(0, lifted).join(" ") : "";
  return { same: same && fit(same, room.head, 2), rows };
}

/** Each row in as few lines as allowed; those that would then read as another take more. */
function distinct(ways, most) {
  const read = ({ same, text }) => `${same} ${text}`;
  let rows = ways.map((way) => way(most));
  for (let more = 1; more <= MORE_LINES; more += 1) {
    const times = new Map();
    for (const row of rows) times.set(read(row), (times.get(read(row)) || 0) + 1);
    rows = rows.map((row, at) =>
      times.get(read(row)) > 1 || !row.text ? ways[at](most + more) : row
    );
  }
  return rows;
}

/** A name in at most so many lines: the beginning it shares with a neighbour gives way to what only it says. */
function worded(words, above, shared, room) {
  const whole = upper(words.join(" "));
  if (lines(whole, room.text) <= room.lines) {
    const same = above >= ALIKE ? upper(words.slice(0, above).join(" ")) : "";
    return {
      same,
      text: same ? words.slice(above).join(" ") : whole,
      lines: lines(whole, room.text),
    };
  }
  if (shared < ALIKE)
    return { same: "", text: fit(whole, room.text, room.lines), lines: room.lines };
  const same = beginning(
    words.slice(0, shared),
    Math.min(OPENING, room.text * 1.6) * (1 + room.longer / 2)
  );
  const rest = fit(`${same} ${words.slice(shared).join(" ")}`, room.text, room.lines);
  const text = rest.startsWith(`${same} `) ? rest.slice(same.length + 1) : "";
  return { same, text, lines: lines(rest, room.text) };
}

/** The first words of a long beginning, with "…". */
function beginning(words, most) {
  let text = words[0];
  for (const word of words.slice(1)) {
    if (text.length + word.length >= most) return `${upper(text.replace(/[,;:(–-]+$/, ""))}…`;
    text += ` ${word}`;
  }
  return upper(text);
}

const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** How high a row is at least, in rem: its lines, and never less than a finger needs. */
export function rowHeight(row, room) {
  return Math.max(room.least, row.lines * room.line + room.pad);
}

/** How high rows that stand beside one another are, with the gap under them, in rem. */
export function heightOf(rows, room) {
  return Math.max(...rows.map((row) => rowHeight(row, room))) + room.gap;
}

/**
 * The pages of a list: [[row, …], …]; each holds what fits in `room.height` rem, which the pager shortens as soon as there are two.
 */
export function pagesOf(rows, room) {
  const whole = packed(rows, room, room.height);
  return whole.length < 2 ? whole : packed(rows, room, room.height - room.pager);
}

function packed(rows, room, height) {
  const pages = [[]];
  let used = 0;
  for (let at = 0; at < rows.length; at += room.columns) {
    const line = rows.slice(at, at + room.columns);
    const own = heightOf(line, room);
    const page = pages[pages.length - 1];
    const full = used + own > height + room.gap || page.length + line.length > room.most;
    if (page.length && full) {
      pages.push([...line]);
      used = own;
    } else {
      page.push(...line);
      used += own;
    }
  }
  return pages;
}
