/* A ticket's number as its centre writes it: `ticket_format` of the snapshot, as in domain/numbers.py. A module. */

const USUAL = "{prefix}{n:03d}";
const COUNT = /\{n(?::0?(\d*)d?)?\}/g;

/** The number of a count: writeNumber("{prefix}{n:03d}", "A", 12) === "A012". */
export function writeNumber(format, prefix, n) {
  return (format || USUAL)
    .replaceAll("{prefix}", prefix)
    .replace(COUNT, (all, width) => String(n).padStart(Number(width) || 0, "0"));
}

/** What was typed of a number, letters first or figures first: {prefix, n}, the prefix empty when only figures were; else null. */
export function typedNumber(typed) {
  const parts = /^(\p{L}*)[^\p{L}\d]?(\d{1,9})$/u.exec(typed);
  if (parts) return { prefix: parts[1], n: Number(parts[2]) };
  const other = /^(\d{1,9})[^\p{L}\d]?(\p{L}+)$/u.exec(typed);
  return other && { prefix: other[2], n: Number(other[1]) };
}

/** Finds numbers in a text, with the groups `prefix` and `n`; three figures at least where the format does not say. */
export function numberPattern(format) {
  const escaped = (format || USUAL).replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  const source = escaped
    .replace("{prefix}", "(?<prefix>[A-ZĐ]{1,2})")
    .replace(COUNT, (all, width) => `(?<n>\\d{${Number(width) || 3},})`);
  return new RegExp(`(?<![\\p{L}\\d])${source}(?![\\p{L}\\d])`, "gu");
}
