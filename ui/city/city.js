// The city page: which centre is quiet for a procedure, the way there included. Everything is reckoned here, on the
// phone of whoever asks, from the open files; nothing of what they choose is sent anywhere.

import {
  DEFAULT_LANGUAGE,
  allLanguages,
  inLanguage,
  isLanguage,
  language,
  useFontsOf,
  useLanguages,
} from "../languages.js";
import { bare, isEnough, makeIndex, search, shortName } from "../procedures.js";
import {
  clockThere,
  fieldsFor,
  isStale,
  openData,
  outlook,
  readPlaces,
  readStatus,
} from "./data.js";
import { ranked } from "./ranking.js";
import { STEP_MIN, distanceKm, travelMinutes } from "./travel.js";
import { el, icon, placeList, placePage, wordsOf } from "./view.js";

const MOST_HITS = 6;
const page = document.getElementById("page");
/** The visitor's draw among places that are alike: the same as long as the page is open. */
const visitor = Math.floor(Math.random() * 2 ** 31);
const chosen = { procedure: null, from: null, here: null };
const typed = { procedure: "", from: "" };
let words = null;
let index = null;
let trouble = "";

async function json(url) {
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(url);
  return answer.json();
}

/** The language asked for by the address, the one chosen before, or the browser's. */
function wanted() {
  const asked = new URLSearchParams(location.search).get("lang");
  const all = [asked, localStorage.getItem("lang"), ...navigator.languages];
  const short = all.filter(Boolean).flatMap((code) => [code, code.split("-")[0]]);
  return short.find(isLanguage) || DEFAULT_LANGUAGE;
}

async function useLanguage(lang) {
  const texts = await json(`/city/texts/${lang}.json`);
  words = wordsOf(lang, texts);
  document.documentElement.lang = lang;
  document.title = words.say("title");
  useFontsOf(allLanguages());
  index = makeIndex(
    [{ field: "", name: { [DEFAULT_LANGUAGE]: "" }, services: withCodes(openData.procedures) }],
    lang,
    synonyms
  );
}

const withCodes = (procedures) => procedures.map((row) => ({ ...row, code: row.id }));
let synonyms = {};

/** Where the visitor starts: their phone's place, or a centre's. */
const start = () => chosen.here || (chosen.from && chosen.from.location);

/** The places as they are listed: those that tell first, by the rule; the others behind, by name. */
function rows() {
  const from = start();
  const all = openData.centres
    .filter((centre) => fieldsFor(centre, chosen.procedure && chosen.procedure.id).length)
    .map((centre) => {
      const own = centre === chosen.from;
      const distance = from && centre.location ? distanceKm(from, centre.location) : 0;
      const far = from && centre.location ? travelMinutes(distance) : null;
      const travel = own ? STEP_MIN : far;
      const seen = outlook(centre, chosen.procedure && chosen.procedure.id, travel || 0);
      return { centre, travel, distance, outlook: seen };
    });
  const byName = (a, b) =>
    inLanguage(a.centre.name, words.lang).localeCompare(
      inLanguage(b.centre.name, words.lang),
      words.lang
    );
  const telling = all.filter((row) => row.outlook.state === "told" && row.travel !== null);
  const rest = all.filter((row) => !telling.includes(row)).sort(byName);
  const choices = telling.map(({ centre, travel, distance, outlook: seen }) => ({
    code: centre.code,
    travel,
    low: seen.low,
    high: seen.high,
    counters: seen.counters,
    distance,
  }));
  const { rows: order, alike, nearest } = ranked(choices, visitor);
  const sorted = order.map((choice) => ({
    ...telling.find((row) => row.centre.code === choice.code),
    isNearest: choice === nearest && choices.length > 1,
  }));
  return { list: [...sorted, ...rest], alike };
}

/** A box in which one types, with what fits below it. */
function box(kind, drawing, label, value, hits, choose) {
  const input = el("input", {
    id: kind,
    type: "search",
    autocomplete: "off",
    placeholder: label,
    "aria-label": label,
    value,
    oninput: (event) => {
      typed[kind] = event.target.value;
      draw();
    },
  });
  return el(
    "div",
    { class: "asking" },
    el("label", { class: "field-in", for: kind }, icon(drawing), input),
    hits &&
      el(
        "ul",
        { class: "hits" },
        hits.length
          ? hits.map(({ name, row }) =>
              el("li", {}, el("button", { type: "button", onclick: () => choose(row) }, name))
            )
          : el("li", {}, words.say(kind === "procedure" ? "none_found" : "no_place"))
      )
  );
}

/** What was chosen, with a press that clears it. */
const choice = (drawing, name, clear) =>
  el(
    "p",
    { class: "field-in chosen" },
    icon(drawing),
    el("span", {}, name),
    el(
      "button",
      { type: "button", class: "clear", "aria-label": words.say("clear"), onclick: clear },
      icon("clear")
    )
  );

function procedureBox() {
  const { lang, say } = words;
  if (chosen.procedure)
    return choice("find", shortName(chosen.procedure, lang), () => take({ procedure: null }));
  const enough = isEnough(typed.procedure);
  const hits =
    enough &&
    search(index, typed.procedure, MOST_HITS).found.map(({ service }) => ({
      name: shortName(service, lang),
      row: service,
    }));
  return box("procedure", "find", say("procedure"), typed.procedure, hits, (procedure) =>
    take({ procedure })
  );
}

function placeBox() {
  const { lang, say } = words;
  if (start()) {
    const name = chosen.here ? say("here_mine") : inLanguage(chosen.from.name, lang);
    return choice("place", name, () => take({ from: null, here: null }));
  }
  const looked = bare(typed.from);
  const named = (centre) => `${inLanguage(centre.name, lang)} ${centre.code}`;
  const hits =
    looked.length >= 2 &&
    openData.centres
      .filter((centre) => centre.location && bare(named(centre)).includes(looked))
      .slice(0, MOST_HITS)
      .map((row) => ({ name: inLanguage(row.name, lang), row }));
  const typing = box("from", "place", say("from"), typed.from, hits, (from) => take({ from }));
  const locate = "geolocation" in navigator && window.isSecureContext;
  return el(
    "div",
    { class: "where-am" },
    typing,
    locate && el("button", { type: "button", class: "near", onclick: whereAmI }, say("here"))
  );
}

function whereAmI() {
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => take({ here: { lat: coords.latitude, lon: coords.longitude } }),
    () => {
      trouble = words.say("here_failed");
      draw();
    },
    { timeout: 10_000, maximumAge: 300_000 }
  );
}

function take(change) {
  Object.assign(chosen, change);
  Object.assign(typed, { procedure: "", from: "" });
  trouble = "";
  draw();
}

/** The centre whose page is asked for by the address, or null. */
const asked = () => openData.centres.find(({ code }) => location.hash === `#/${code}`) || null;

function draw() {
  const { say } = words;
  const at = document.activeElement && document.activeElement.id;
  const one = asked();
  page.replaceChildren(header(one), el("main", {}, ...(one ? onePage(one) : listPage())));
  page.lang = words.lang;
  const back = at && document.getElementById(at);
  if (back && back.tagName === "INPUT") {
    back.focus();
    back.setSelectionRange(back.value.length, back.value.length);
  }
  document.title = one ? inLanguage(one.name, words.lang) : say("title");
}

function header(one) {
  const { say, lang } = words;
  const next = allLanguages().filter((code) => code !== lang);
  const links = next.map((code) =>
    el(
      "button",
      {
        type: "button",
        class: "lang",
        lang: code,
        onclick: async () => {
          localStorage.setItem("lang", code);
          await useLanguage(code);
          draw();
        },
      },
      language(code).name
    )
  );
  return el(
    "header",
    { class: "sign" },
    el(
      "p",
      { class: "where" },
      one
        ? el("a", { class: "back", href: "#/" }, icon("back"), say("back"))
        : el("b", {}, say("centres", { n: openData.centres.length })),
      el("span", { class: "langs" }, links)
    ),
    language(lang).draft && el("p", { class: "draft" }, language(lang).draft),
    el("h1", {}, one ? inLanguage(one.name, lang) : say("title")),
    procedureBox(),
    one ? null : placeBox(),
    trouble && el("p", { role: "alert" }, trouble)
  );
}

/** When the figures are of, or that they are old. */
function age() {
  const { say } = words;
  if (!openData.at) return say("loading");
  const time = clockThere(openData.centres[0] || {}, openData.at);
  return openData.failed || isStale() ? say("old", { time }) : say("at", { time });
}

function listPage() {
  const { say } = words;
  const { list, alike } = rows();
  const notes = [];
  if (!start()) notes.push(say("choose_place"));
  if (alike > 1) notes.push(say("alike", { n: alike }));
  if (start()) notes.push(say("worth"));
  if (chosen.here) notes.push(say("private"));
  return [
    el(
      "h2",
      { class: "cap" },
      el("span", {}, say(start() ? "until_called" : "wait_now")),
      el("span", {}, age())
    ),
    placeList(words, list),
    el("p", { class: "note" }, notes.join(" ")),
    el("p", { class: "note" }, el("a", { href: "/open/luot.json" }, say("data"))),
  ];
}

function onePage(centre) {
  const letters = fieldsFor(centre, chosen.procedure && chosen.procedure.id);
  return [
    el("p", { class: "cap" }, el("span", {}, words.say("now")), el("span", {}, age())),
    placePage(words, centre, chosen.procedure, letters),
  ];
}

async function goOn() {
  const pause = await readStatus();
  draw();
  setTimeout(goOn, pause);
}

async function begin() {
  useLanguages(await json("/city/languages.json"));
  [synonyms] = await Promise.all([
    json(`/city/ui/search/${DEFAULT_LANGUAGE}.json`).catch(() => ({})),
    readPlaces(),
  ]);
  await useLanguage(wanted());
  draw();
  addEventListener("hashchange", () => {
    draw();
    scrollTo(0, 0);
  });
  await goOn();
}

begin().catch((error) => {
  console.error(error);
  setTimeout(() => location.reload(), 10_000);
});
