/* Words and times: every text from /ui/texts, every moment in the centre's own time zone. */
import {
  DEFAULT_LANGUAGE,
  fillIn,
  inLanguage,
  isLanguage,
  staffLanguages,
  useLanguages,
} from "/ui/languages.js";
import { fetchInTime, PATIENT_LIMIT_MS } from "../fetch_in_time.js";
import { html } from "./html.js";

const store = {};
let language = DEFAULT_LANGUAGE;
let own = {};
let zone = "Asia/Ho_Chi_Minh";

const fetched = (path) => fetchInTime(path, {}, PATIENT_LIMIT_MS).then((answer) => answer.json());

async function load(lang, areas) {
  const parts = await Promise.all(areas.map((area) => fetched(`/ui/texts/${lang}/${area}.json`)));
  store[lang] = Object.assign({}, ...parts);
}

/** Load the named areas in a language; `all`: in each the staff may switch to, so that switching needs no hub. */
export async function loadTexts(areas, wanted, all = false) {
  const [listing] = await Promise.all([fetched("/ui/languages.json"), load(wanted, areas)]);
  useLanguages(listing);
  const others = all ? staffLanguages().filter((lang) => lang !== wanted) : [];
  await Promise.all(others.map((lang) => load(lang, areas)));
  setLanguage(wanted);
}

/** The language of the staff after this one, by turns. */
export function nextLanguage() {
  const all = staffLanguages();
  return all[(all.indexOf(language) + 1) % all.length];
}

export const currentLanguage = () => language;
export const setZone = (name) => {
  zone = name || zone;
};

/** Switch the words; remembered in a cookie, so that the log-in and the next page speak the same. */
export function setLanguage(wanted) {
  language = isLanguage(wanted) ? wanted : DEFAULT_LANGUAGE;
  document.documentElement.lang = language;
  document.cookie = `luot_lang=${language}; path=/; max-age=31536000; samesite=lax`;
}

/** What a centre says in its own words, by key, in the language of the page. */
export function useOwn(words) {
  own = words;
}

function template(key) {
  if (typeof own[key] === "string") return own[key];
  let value = store[language];
  for (const part of key.split(".")) value = value?.[part];
  return typeof value === "string" ? value : null;
}

const fill = (text, params) => fillIn(language, text, params);

/** The text of `key` with its {places} filled. */
export function t(key, params) {
  const text = template(key);
  return text === null ? key : fill(text, params);
}

/** The text of `key` in one of the languages that were loaded, else nothing. */
export const textIn = (lang, key) =>
  key.split(".").reduce((node, part) => node?.[part], store[lang]) || "";

export const hasText = (key) => template(key) !== null;

/** Like t, but <b>…</b> (figures) and <t>…</t> (words) in the language file become strong text. Values are never parsed. */
export function rich(key, params) {
  return (template(key) ?? key).split(/(<[bt]>.*?<\/[bt]>)/).map((part) => {
    const strong = /^<([bt])>(.*)<\/[bt]>$/.exec(part);
    return strong
      ? html`<b class=${strong[1] === "t" ? "t" : ""}>${fill(strong[2], params)}</b>`
      : fill(part, params);
  });
}

/** A text by language in the language of the page. */
export const nameOf = (name) => inLanguage(name, language);

/** A name of at most `room` letters, never cut inside a word: without its bracket, then without its last parts, then by whole words and "…". */
export function fitted(name, room) {
  if (name.length <= room) return name;
  const parts = name.replace(/\s*\([^)]*\)/g, "").split(" – ");
  while (parts.length > 1 && parts.join(" – ").length > room) parts.pop();
  const text = parts.join(" – ");
  if (text.length <= room) return text;
  const words = text.split(" ");
  while (words.length > 1 && words.join(" ").length + 1 > room) words.pop();
  return `${words.join(" ").replace(/[,;:–-]$/, "")}…`;
}

export function timeOfDay(ms, seconds) {
  const options = { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (seconds) options.second = "2-digit";
  return new Intl.DateTimeFormat("en-GB", options).format(ms);
}

/** 222000 → "03:42"; from an hour on "1:03:42". */
export function stopwatch(ms) {
  const all = Math.max(0, Math.floor(ms / 1000));
  const two = (n) => String(n).padStart(2, "0");
  const minutes = two(Math.floor(all / 60) % 60);
  return all < 3600
    ? `${minutes}:${two(all % 60)}`
    : `${Math.floor(all / 3600)}:${minutes}:${two(all % 60)}`;
}

/** Like stopwatch, without the leading zero: for the banner ("2:48"). */
export const age = (ms) => stopwatch(ms).replace(/^0(\d:)/, "$1");
export const minutesOf = (ms) => Math.max(0, Math.floor(ms / 60000));
