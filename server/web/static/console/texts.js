/* Words and times: every text from /ui/texts, every moment in the centre's own time zone. */
import { fetchInTime, PATIENT_LIMIT_MS } from "../fetch_in_time.js";
import { html } from "./html.js";

const LANGUAGES = ["vi", "en"];
const store = {};
let language = "vi";
let zone = "Asia/Ho_Chi_Minh";

/** Load the named areas in both languages, so switching needs no hub. */
export async function loadTexts(areas, wanted) {
  await Promise.all(
    LANGUAGES.map(async (lang) => {
      const parts = await Promise.all(
        areas.map((area) =>
          fetchInTime(`/ui/texts/${lang}/${area}.json`, {}, PATIENT_LIMIT_MS).then((answer) =>
            answer.json()
          )
        )
      );
      store[lang] = Object.assign({}, ...parts);
    })
  );
  setLanguage(wanted);
}

export const currentLanguage = () => language;
export const setZone = (name) => {
  zone = name || zone;
};

/** Switch the words; remembered in a cookie, so that the log-in and the next page speak the same. */
export function setLanguage(wanted) {
  language = LANGUAGES.includes(wanted) ? wanted : "vi";
  document.documentElement.lang = language;
  document.cookie = `luot_lang=${language}; path=/; max-age=31536000; samesite=lax`;
}

function template(key) {
  let value = store[language];
  for (const part of key.split(".")) value = value?.[part];
  return typeof value === "string" ? value : null;
}

/* {n|person|people}: the word that goes with the number in {n}. */
const fill = (text, params) =>
  text
    .replace(/\{(\w+)\|([^|}]*)\|([^}]*)\}/g, (whole, name, single, many) =>
      String(params?.[name]) === "1" ? single : many
    )
    .replace(/\{(\w+)\}/g, (whole, name) =>
      params && name in params ? String(params[name]) : whole
    );

/** The text of `key` with its {places} filled. */
export function t(key, params) {
  const text = template(key);
  return text === null ? key : fill(text, params);
}

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

/** A {"vi", "en"} name in the language of the page. */
export const nameOf = (name) => (name ? name[language] || name.vi || name.en || "" : "");

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
