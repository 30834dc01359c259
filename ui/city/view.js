// What the page draws, from what is known and what was chosen. Nothing here reads or keeps anything.

import { fillIn, inLanguage, language } from "../languages.js";
import { clockThere, openData, minuteThere, quartersOf, weekdayThere } from "./data.js";

const CALM_MIN = 15;
const MID_MIN = 30;
const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const QUIETEST = 3;
const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  find: "M10.5 4.5a6 6 0 1 0 0 12a6 6 0 0 0 0-12M15 15l5.5 5.5",
  place:
    "M12 21c-4-5-6.500-8-6.500-11a6.500 6.500 0 0 1 13 0c0 3-2.500 6-6.500 11zM12 8a2 2 0 1 0 0 4.4a2 2 0 0 0 0-4.4",
  go: "M9 5l7 7-7 7",
  back: "M15 5l-7 7 7 7",
  clear: "M6 6l12 12M18 6L6 18",
};

/** An element with attributes and children; what is null or false is left out. */
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== false));
  return made;
}

/** One of the page's drawings. */
export function icon(name, more = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `ico ${more}`);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** The words of the page in its language. */
export function wordsOf(lang, texts) {
  const say = (key, values) => fillIn(lang, texts[key], values);
  return { lang, say };
}

/** How busy: the plate beside a place. */
function plate(say, outlook) {
  if (outlook.state === "silent" || outlook.state === "unsure") return ["unknown", say("unknown")];
  if (outlook.state === "shut") return ["shut", say("closed")];
  if (outlook.high <= CALM_MIN) return ["calm", say("calm")];
  return outlook.high <= MID_MIN ? ["mid", say("mid")] : ["busy", say("busy")];
}

/** When a closed place opens, with the day where it is not today. */
function opens({ say, lang }, centre, at) {
  const time = clockThere(centre, at);
  if (at - Date.now() < 43_200_000) return say("opens", { time });
  return say("opens_day", { day: weekdayThere(centre, at, lang), time });
}

/** What a place says of itself in one line, and the small words beside it. */
function summary(words, row) {
  const { say } = words;
  const { outlook, travel, centre } = row;
  const way = travel === null ? "" : say("go", { travel });
  if (outlook.state === "silent") {
    const time = outlook.at ? clockThere(centre, outlook.at) : "–";
    return [say("silent", { time }), way];
  }
  if (outlook.state === "unsure") return [say("unsure"), way];
  if (outlook.state === "shut")
    return [outlook.at ? opens(words, centre, outlook.at) : say("closed"), way];
  const { low, high } = outlook;
  if (travel === null) return [say(low ? "wait" : "wait_under", { low, high }), ""];
  const total = { low: travel + low, high: travel + high };
  const parts = say(low ? "parts" : "parts_under", { travel, low, high });
  return [say("minutes", total), row.isNearest ? `${say("nearest")}, ${parts}` : parts];
}

/** The bar of a place: the way, the wait at least, the wait at most; all bars have one scale. */
function bar({ outlook, travel }, scale) {
  if (outlook.state !== "told") return null;
  const part = (name, minutes) => {
    const piece = el("i", { class: name });
    piece.style.width = `${(100 * minutes) / scale}%`;
    return piece;
  };
  return el(
    "span",
    { class: "span", "aria-hidden": "true" },
    travel === null ? null : part("go-to", travel),
    part("low", outlook.low),
    part("high", outlook.high - outlook.low)
  );
}

/** What names begin with alike ("Trung tâm Phục vụ hành chính công") is left out of a list of many. */
function withoutCommon(names) {
  const heads = new Map();
  for (const name of names) {
    const parts = name.split(" ");
    for (let n = 2; n < parts.length; n++) {
      const head = `${parts.slice(0, n).join(" ")} `;
      heads.set(head, (heads.get(head) || 0) + 1);
    }
  }
  const [common] = [...heads]
    .filter(([, times]) => times >= 3 && times * 2 > names.length)
    .sort((a, b) => b[1] - a[1] || b[0].length - a[0].length)
    .map(([head]) => head);
  return (name) => {
    if (!common || !name.startsWith(common)) return name;
    const rest = name.slice(common.length);
    return rest.charAt(0).toUpperCase() + rest.slice(1);
  };
}

/** The list of places as ranked. */
export function placeList(words, rows) {
  const shorter = withoutCommon(rows.map(({ centre }) => inLanguage(centre.name, words.lang)));
  const longest = rows.map(({ outlook, travel }) =>
    outlook.state === "told" ? (travel || 0) + outlook.high : 0
  );
  const scale = Math.max(60, ...longest);
  return el(
    "ol",
    { class: "places" },
    rows.map((row) => {
      const [kind, word] = plate(words.say, row.outlook);
      const [line, small] = summary(words, row);
      return el(
        "li",
        {},
        el(
          "a",
          { class: `place ${row.outlook.state}`, href: `#/${row.centre.code}` },
          el(
            "span",
            { class: "top" },
            el("b", {}, shorter(inLanguage(row.centre.name, words.lang))),
            el("span", { class: `st ${kind}` }, word)
          ),
          bar(row, scale),
          el("span", { class: "sum" }, line, " ", el("small", {}, small), icon("go", "go"))
        )
      );
    })
  );
}

/** One place: how it is now, how the day goes, where it is. */
export function placePage(words, centre, procedure, letters) {
  const { say, lang } = words;
  const status = openData.status.get(centre.code);
  const parts = letters.map((letter) => fieldPart(words, centre, status, letter));
  return el(
    "div",
    { class: "one" },
    parts.length ? parts : el("p", {}, say("not_done")),
    el("h2", {}, say("hours")),
    hours(words, centre),
    about(say("address"), inLanguage(centre.address, lang)),
    about(say("speaks"), centre.languages.map((code) => language(code).name || code).join(", ")),
    about(say("access"), centre.accessibility.map((code) => say(`access_${code}`)).join(", "))
  );
}

const about = (title, text) => (text ? [el("h2", {}, title), el("p", {}, text)] : []);

function hours({ say }, centre) {
  const times = (windows) =>
    windows.length
      ? windows.map((window) => el("span", {}, `${window.replace("-", "–")} `))
      : say("no_hours");
  return el(
    "dl",
    { class: "hours" },
    WEEKDAYS.map((day) =>
      el("div", {}, el("dt", {}, say(day)), el("dd", { class: "num" }, times(centre.hours[day])))
    )
  );
}

function fieldPart(words, centre, status, letter) {
  const { say, lang } = words;
  const field = centre.fields.find((row) => row.field === letter);
  const row = status && status.fields.find((each) => each.field === letter);
  const facts = row && row.open ? nowWords(say, row) : [];
  return el(
    "section",
    { class: "field" },
    el("h2", {}, inLanguage(field.name, lang)),
    el("p", { class: "now" }, facts.join(" · ") || say("closed")),
    day(words, centre, letter)
  );
}

function nowWords(say, row) {
  const range = row.range || {};
  const wait = row.range ? say(range.low ? "wait" : "wait_under", range) : say("unsure");
  return [wait, say("waiting", { n: row.waiting }), say("counters", { n: row.counters })];
}

const clock = (minute) =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

/** The quarter hours still to come, as bars with a table for who does not see them. */
function day({ say }, centre, letter) {
  const here = minuteThere(centre, Date.now());
  const coming = quartersOf(centre, letter).filter(([begin]) => begin + 15 > here);
  if (coming.length < QUIETEST) return el("p", { class: "note" }, say("little"));
  const highest = Math.max(...coming.map(([, , high]) => high));
  const least = [...coming].sort((a, b) => a[2] - b[2] || a[0] - b[0]).slice(0, QUIETEST);
  const best = least.map(([begin]) => begin).sort((a, b) => a - b);
  return el(
    "div",
    {},
    el("h3", {}, say("today")),
    el("p", {}, say("quietest", { times: best.map(clock).join(", ") })),
    el(
      "div",
      { class: "bars", "aria-hidden": "true" },
      coming.map(([begin, low, high]) => {
        const column = el("i", { class: best.includes(begin) ? "best" : "" });
        const sure = el("b", {});
        column.style.height = `${(100 * high) / highest}%`;
        sure.style.height = `${(100 * low) / high}%`;
        column.append(sure);
        return column;
      })
    ),
    el(
      "details",
      {},
      el("summary", {}, `${clock(coming[0][0])}–${clock(coming.at(-1)[0] + 15)}`),
      el(
        "table",
        {},
        el("thead", {}, el("tr", {}, el("th", {}, say("clock")), el("th", {}, say("range")))),
        el(
          "tbody",
          {},
          coming.map(([begin, low, high]) =>
            el("tr", {}, el("td", {}, clock(begin)), el("td", {}, `${low}–${high}`))
          )
        )
      )
    ),
    el("p", { class: "note" }, say("basis", { n: 8 }))
  );
}
