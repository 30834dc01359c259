// Where to go: centres in the order in which somebody is called soonest, the way there included, without sending
// everybody to the same door. The same rule as domain/where_quiet.py, where its constants are explained.

const WORTH_MIN = 20;
const ALIKE_MIN = 10;

/**
 * @typedef {{code: string, travel: number, low: number, high: number, counters: number, distance: number}} Choice
 *   travel: minutes on the way; distance: which of two as quick to reach is nearer; low, high: minutes of waiting told for the time of arrival
 */

/**
 * The choices, the best first, and how many of the first are alike; those stand in an order drawn for the visitor.
 * @param {Choice[]} choices
 * @param {number} visitor
 */
export function ranked(choices, visitor) {
  const nearest = [...choices].sort(
    (a, b) => a.travel - b.travel || a.distance - b.distance || byCode(a, b)
  )[0];
  const cost = (choice) =>
    choice === nearest
      ? choice.travel + (choice.low + choice.high) / 2
      : choice.travel + choice.high + WORTH_MIN;
  const rows = [...choices].sort((a, b) => cost(a) - cost(b) || byCode(a, b));
  const alike = rows.filter((choice) => cost(choice) <= cost(rows[0]) + ALIKE_MIN);
  const turn = (choice) => -Math.log(luck(visitor, choice.code)) / Math.max(1, choice.counters);
  const drawn = [...alike].sort((a, b) => turn(a) - turn(b) || byCode(a, b));
  return { rows: [...drawn, ...rows.slice(alike.length)], alike: alike.length, nearest };
}

function byCode(a, b) {
  if (a.code === b.code) return 0;
  return a.code < b.code ? -1 : 1;
}

/** A number between 0 and 1 that belongs to a visitor and a centre. */
export function luck(visitor, code) {
  let mixed = 2166136261;
  for (const letter of `${visitor}:${code}`)
    mixed = Math.imul(mixed ^ letter.codePointAt(0), 16777619) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) >>> 0;
  mixed = (mixed ^ (mixed >>> 16)) >>> 0;
  return (mixed + 0.5) / 2 ** 32;
}
