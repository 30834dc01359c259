// Which procedures a typed text means: without marks, in any order of words, by what people call them, and with a letter wrong.
import { named, bare } from "/static/words.js";

// words of asking, not of the thing asked for
const EMPTY = new Set([
  "lam",
  "xin",
  "toi",
  "muon",
  "cho",
  "thu",
  "tuc",
  "dang",
  "cap",
  "giay",
  "to",
  "ve",
  "cua",
  "the",
  "for",
  "want",
  "need",
  "get",
  "and",
  "of",
]);

/** Services that fit the query, best first: [{field, service}]. Closed fields are found too, after open ones of the same fit; the page says when they open. */
export function find(fields, query, lang, most) {
  const asked = bare(query);
  if (asked.length < 2) return [];
  const found = [];
  for (const field of fields) {
    for (const service of field.services) {
      const own = [
        named(service.name, "vi"),
        named(service.name, lang),
        ...(service.words || []),
      ].map(bare);
      const wide = ["vi", lang].map((l) =>
        bare(`${named(service.name, l)} ${named(field.name, l)} ${(service.words || []).join(" ")}`)
      );
      const fit = Math.max(
        ...own.map((text) => score(text, asked)),
        ...wide.map((text) => score(text, asked) * 0.8)
      );
      if (fit > 0) found.push({ field, service, fit: fit + (field.state === "open" ? 0.05 : 0) });
    }
  }
  const best = Math.max(0, ...found.map(({ fit }) => fit));
  return found
    .filter(({ fit }) => fit >= best * 0.55)
    .sort((a, b) => b.fit - a.fit)
    .slice(0, most);
}

/** 0 to 4: the phrase as it stands, else the share of its words found, whole, begun, or with a slip of the finger. */
function score(text, asked) {
  if (` ${text}`.includes(` ${asked}`)) return 3 + Math.min(1, asked.length / text.length);
  const all = asked.split(" ");
  const telling = all.filter((word) => !EMPTY.has(word));
  const words = telling.length ? telling : all;
  const own = text.split(" ");
  let sum = 0;
  let missed = 0;
  let sure = 0;
  words.forEach((word, i) => {
    const last = i === words.length - 1;
    const fit = Math.max(
      ...own.map((have) =>
        have === word
          ? 1
          : have.startsWith(word) && (last || word.length > 2)
            ? 0.9
            : near(have, word, last)
              ? 0.6
              : 0
      )
    );
    sum += fit;
    if (!fit) missed += 1;
    if (fit > 0.6) sure += 1;
  });
  // guesses alone make no find, but for one long word
  if (
    (missed && (missed > words.length / 3 || words.length < 3)) ||
    (!sure && (words.length > 1 || words[0].length < 5))
  )
    return 0;
  return (2 * sum) / words.length;
}

/** Whether two words differ by one slip: a letter wrong, missing, too many, or two changed about. */
function near(have, word, begun) {
  if (word.length < 4 || have.length < 3) return false;
  return (
    slips(have, word) <= 1 ||
    (begun &&
      have.length > word.length &&
      word.length > 3 &&
      slips(have.slice(0, word.length), word) <= 1) ||
    (word.length > 7 && slips(have, word) <= 2)
  );
}

function slips(a, b) {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let before = null;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + same);
      if (before && i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    before = row;
    row = next;
  }
  return row[b.length];
}
