// Texts in the visitor's language, and the small grammar of names, waits, counters and times.
import {
  DEFAULT_LANGUAGE,
  allLanguages,
  fillIn,
  inLanguage,
  isLanguage,
  useFontsOf,
  useLanguages,
} from "/ui/languages.js";

const texts = {};
let zone = "Asia/Ho_Chi_Minh";

const fetched = async (path) => (await fetch(path)).json();

/** Fetches the texts of every language there is; to be awaited before the first page is drawn. */
export async function loadTexts() {
  useLanguages(await fetched("/ui/languages.json"));
  await Promise.all(
    allLanguages().map(async (lang) => {
      texts[lang] = await fetched(`/ui/texts/${lang}/kiosk.json`);
    })
  );
}

/** The languages of the centre that this page has words for. */
export const languagesOf = (snapshot) =>
  snapshot ? snapshot.centre.locales.filter(isLanguage) : allLanguages();

/** What stands beside a language in a second line: the default one, or beside that one the centre's next. */
export const besides = (lang, snapshot) =>
  lang === DEFAULT_LANGUAGE
    ? languagesOf(snapshot).find((other) => other !== lang) || lang
    : DEFAULT_LANGUAGE;

/** The letters of the languages of the centre. */
export const loadLetters = (snapshot) => useFontsOf(languagesOf(snapshot));

export function setZone(name) {
  if (name) zone = name;
}

/** The text under a dotted key, its {places} filled; {n|person|people} is the word that goes with the number n. The default language stands in for one without texts. */
export function say(lang, key, values) {
  let node = texts[lang] || texts[DEFAULT_LANGUAGE];
  for (const part of key.split(".")) node = node[part];
  if (typeof node !== "string" || !values) return node;
  return fillIn(lang in texts ? lang : DEFAULT_LANGUAGE, node, values);
}

export const named = inLanguage;

/** "Chứng thực (sao y, chữ ký)" → ["Chứng thực", "sao y, chữ ký"]. */
export function mainAndRest(name) {
  const parts = /^\s*(.*?)\s*\((.*)\)\s*$/.exec(name);
  return parts ? [parts[1], parts[2]] : [name, ""];
}

/** "Khu 2 – Đất đai, xây dựng" → "Khu 2": the place, not what is done there. */
export const zoneShort = (zone, lang) => named(zone, lang).split(" – ")[0];

/** An honest range of minutes, or '' when nothing is known. */
export function minutes(lang, estimate) {
  if (!estimate) return "";
  if (estimate.low <= 0) return say(lang, "wait.under", { high: Math.max(5, estimate.high) });
  return say(lang, "wait.range", estimate);
}

/** When the counters call again, while they are closed: "nghỉ trưa, gọi lại từ 13:00", or ''. */
export const callsFrom = (lang, from) =>
  from ? say(lang, `wait.${from.why}`, { time: clock(from.at) }) : "";

/** How what was told lately was kept, in a sentence; '' where too few were told. `today` and the line's day are service days ("2026-11-23"). */
export function promisesKept(lang, line, today) {
  if (!line) return "";
  const isYesterday = Date.parse(today) - Date.parse(line.day) === 86400000;
  const day = line.day.split("-").slice(1).reverse().map(Number).join("/");
  return say(lang, `kept.${isYesterday ? "yesterday" : "day"}`, { of_ten: line.of_ten, day });
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
