// Texts in the visitor's language, and the small grammar of names, waits, counters and times.
const texts = {};
let zone = "Asia/Ho_Chi_Minh";

/** Fetches the texts of every language of the page; to be awaited before the first page is drawn. */
export async function loadTexts(languages) {
  await Promise.all(
    languages.map(async (lang) => {
      const answer = await fetch(`/ui/texts/${lang}/kiosk.json`);
      texts[lang] = await answer.json();
    })
  );
}

export function setZone(name) {
  if (name) zone = name;
}

/** The text under a dotted key, its {places} filled; {n|person|people} is the word that goes with the number n. Vietnamese stands in for a language without texts. */
export function say(lang, key, values) {
  let node = texts[lang] || texts.vi;
  for (const part of key.split(".")) node = node[part];
  if (typeof node !== "string" || !values) return node;
  const counted = node.replace(/\{(\w+)\|([^|}]*)\|([^}]*)\}/g, (all, name, single, many) =>
    String(values[name]) === "1" ? single : many
  );
  return counted.replace(/\{(\w+)\}/g, (all, name) =>
    name in values ? String(values[name]) : all
  );
}

export const named = (names, lang) => (names ? names[lang] || names.vi || "" : "");

/** "Chứng thực (sao y, chữ ký)" → ["Chứng thực", "sao y, chữ ký"]. */
export function mainAndRest(name) {
  const found = /^\s*(.*?)\s*\((.*)\)\s*$/.exec(name);
  return found ? [found[1], found[2]] : [name, ""];
}

/** "Khu 2 – Đất đai, xây dựng" → "Khu 2": the place, not what is done there. */
export const zoneShort = (zone, lang) => named(zone, lang).split(" – ")[0];

/** An honest range of minutes, or '' when nothing is known. */
export function minutes(lang, estimate) {
  if (!estimate) return "";
  if (estimate.low <= 0) return say(lang, "wait.under", { high: Math.max(5, estimate.high) });
  return say(lang, "wait.range", estimate);
}

/** Why no range of minutes can be told, in few words, or '' when one is told or there is nothing to say. */
export function whyNoMinutes(lang, why) {
  if (!why || why.why === "closed") return "";
  return say(lang, why.why === "no_counter" ? "wait.no_counter" : "wait.unknown");
}

/** "Quầy 3", "Quầy 9 hoặc 10", "Quầy 2 đến 5". A desk's id stands as it is. */
export function counters(lang, numbers) {
  if (!numbers || !numbers.length) return "";
  if (numbers.some((n) => typeof n !== "number")) return numbers.join(", ");
  const runs = [];
  for (const n of numbers) {
    const run = runs[runs.length - 1];
    if (run && n === run[run.length - 1] + 1) run.push(n);
    else runs.push([n]);
  }
  const parts = runs.flatMap((run) =>
    run.length > 2
      ? [say(lang, "counter.run", { first: run[0], last: run[run.length - 1] })]
      : run.map(String)
  );
  if (parts.length > 1)
    return say(lang, "counter.some", {
      list: parts.slice(0, -1).join(", "),
      last: parts[parts.length - 1],
    });
  if (numbers.length > 1)
    return say(lang, "counter.row", { first: numbers[0], last: numbers[numbers.length - 1] });
  return say(lang, "counter.one", { n: numbers[0] });
}

/** Hours and minutes at the centre, always two digits each. */
export function clock(ms) {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  }).format(ms);
}

const partsOf = (ms) =>
  Object.fromEntries(
    new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      weekday: "short",
      day: "2-digit",
      month: "2-digit",
      year: "numeric",
    })
      .formatToParts(ms)
      .map((part) => [part.type, part.value])
  );

/** The calendar day at the centre: {iso, date, weekday}. */
export function dayOf(lang, ms) {
  const parts = partsOf(ms);
  const weekday = say(lang, "weekdays")[
    ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"].indexOf(parts.weekday)
  ];
  return {
    iso: `${parts.year}-${parts.month}-${parts.day}`,
    date: `${parts.day}/${parts.month}`,
    weekday,
  };
}
