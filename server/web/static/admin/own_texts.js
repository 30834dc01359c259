/* The texts of citizens' pages in the centre's own words: every sentence as it is shipped, found by its words, with the centre's beside it. */
import { ownName } from "/ui/languages.js";
import { html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";
import { ask } from "/static/screens/api.js";
import {
  api,
  bare,
  idOf,
  isReadOnly,
  lang,
  languages,
  redraw,
  rowNames,
  set,
  state,
  value,
} from "./state.js";

export const TEXTS = "texts";
const AREAS = ["all", "own", "phone", "booking", "notices", "display"];
/** So many stand on the page; more are found by what is typed. */
const MOST = 40;
const LONGEST = 400;
const PLACE = /\{(\w+)[^}]*\}/g;
const seen = { texts: null, trouble: "", area: "all", typed: "", open: "" };

async function load() {
  if (seen.texts || seen.loading) return;
  seen.loading = true;
  const answer = await ask("GET", `${api}/texts`);
  seen.loading = false;
  if (answer.ok) seen.texts = answer.texts.sort((one, other) => rank(one) - rank(other));
  else seen.trouble = answer.message;
  redraw();
}

/** A list of weekdays or a way to write an hour is no sentence: such stand last. */
const isSentence = ({ words }) => {
  const text = textIn(words);
  return !text.includes("|") && text.replace(PLACE, "").length >= 12;
};
const rank = (text) => AREAS.indexOf(text.area) + (isSentence(text) ? 0 : AREAS.length);

const placesOf = (text) => [...text.matchAll(PLACE)].map((found) => found[1]);
const ownWords = (key) => value([TEXTS, key, "words"]) || null;
const textIn = (words) => words[lang] || Object.values(words)[0] || "";

function isShown(text) {
  if (seen.area === "own" && !ownWords(text.key)) return false;
  if (!["all", "own"].includes(seen.area) && text.area !== seen.area) return false;
  const words = bare([...Object.values(text.words), ...Object.values(ownWords(text.key) || {})]);
  return bare(seen.typed)
    .split(/\s+/)
    .every((typed) => words.includes(typed));
}

/** What is wrong with a sentence, in words; "" where nothing is. */
function fault(text, words) {
  const there = placesOf(Object.values(text.words).join(" "));
  const strange = placesOf(words).find((place) => !there.includes(place));
  if (strange === undefined) return "";
  const listed = [...new Set(there)].map((place) => `{${place}}`).join(", ");
  return t(listed ? "own_texts.no_place" : "own_texts.no_places", {
    place: `{${strange}}`,
    places: listed,
  });
}

/** Write a sentence in one language; empty is the shipped one again. */
function write(text, code, typed) {
  const words = { ...(ownWords(text.key) || {}) };
  const [first] = languages();
  if (typed.trim()) words[code] = typed.trim();
  else delete words[code];
  // the other languages keep the shipped sentence; the centre's first language stands in every own one
  if (Object.keys(words).length && !words[first]) words[first] = text.words[first];
  const isShipped = Object.entries(words).every(([known, said]) => said === text.words[known]);
  set([TEXTS, text.key], isShipped ? null : { key: text.key, words });
}

function One({ text, code }) {
  const shipped = text.words[code] || "",
    here = ownWords(text.key)?.[code] || "",
    wrong = fault(text, here),
    id = `${idOf([TEXTS, text.key])}-${code}`;
  return html`<div class="f wide">
    <label class="lab" for=${id}>${ownName(code)}</label>
    <textarea class=${`box lines ${wrong ? "bad" : ""}`} id=${id} lang=${code} rows="2" maxlength=${LONGEST} placeholder=${shipped}
      aria-describedby=${`${id}-hint`} aria-invalid=${wrong ? "true" : null} disabled=${isReadOnly()} value=${here}
      onChange=${(event) => write(text, code, event.target.value)}></textarea>
    <p class=${`hint ${wrong ? "wrong" : ""}`} id=${`${id}-hint`} lang=${wrong ? null : code}>${wrong || t("own_texts.shipped", { text: shipped })}</p>
  </div>`;
}

function Text({ text }) {
  const own = ownWords(text.key),
    isOpen = seen.open === text.key,
    places = [...new Set(placesOf(textIn(text.words)))];
  const press = () => {
    seen.open = isOpen ? "" : text.key;
    redraw();
  };
  return html`<li class=${own ? "own" : ""} id=${idOf([TEXTS, text.key])}>
    <div class="said">
      <p><b>${own ? textIn(own) : textIn(text.words)}</b>${own && html`<br /><span class="soft">${t("own_texts.shipped", { text: textIn(text.words) })}</span>`}</p>
      ${own && html`<span class="o own">${t("origin.own")}</span>`}
      <button type="button" class="link" aria-expanded=${String(isOpen)} onClick=${press}>${t(isOpen ? "own_texts.close" : "own_texts.write")}<span class="unseen">: ${textIn(text.words)}</span></button>
    </div>
    ${
      isOpen &&
      html`<div class="write">
        ${places.length > 0 && html`<p class="hint">${t("own_texts.places", { places: places.map((place) => `{${place}}`).join(", ") })}</p>`}
        ${languages().map((code) => html`<${One} text=${text} code=${code} key=${code} />`)}
        ${own && !isReadOnly() && html`<button type="button" class="btn" onClick=${() => set([TEXTS, text.key], null)}>${t("own_texts.back")}</button>`}
      </div>`
    }
  </li>`;
}

/** On the page it belongs to: how many, and the way to them. */
export function OwnTextsRow({ link }) {
  const n = rowNames([TEXTS]).length;
  return html`<section class="group" id=${idOf([TEXTS])} tabindex="-1">
    <h3 class="grp">${state.words.labels.texts} <span class="soft">${t("own_texts.n", { n })}</span></h3>
    <p class="soft">${t("own_texts.about")}</p>
    <p><a class="btn" href=${link}>${t("own_texts.open")}</a></p></section>`;
}

export function OwnTexts({ back }) {
  load();
  const [, asked] = state.row;
  if (asked && seen.asked !== asked) Object.assign(seen, { asked, open: asked });
  if (!seen.texts) return html`<p class="soft" role="status">${seen.trouble || t("loading")}</p>`;
  const every = seen.texts.filter(isShown);
  // what the centre says its own way stands first, each in its order
  const shown = [
    ...every.filter((text) => ownWords(text.key)),
    ...every.filter((text) => !ownWords(text.key)),
  ].slice(0, MOST);
  const choose = (area) => {
    seen.area = area;
    redraw();
  };
  return html`
    <div class="ttl"><a class="back" href=${back} aria-label=${t("back_to", { page: state.words.pages[state.page] })}>‹</a>
      <h2>${state.words.labels.texts}</h2><span class="soft">${t("own_texts.about")}</span></div>
    <label class="find"><span class="unseen">${t("own_texts.find")}</span><input type="search" class="box" placeholder=${t("own_texts.find")} value=${seen.typed} onInput=${(
      event
    ) => {
      seen.typed = event.target.value;
      redraw();
    }} /></label>
    <p class="filters" role="group" aria-label=${t("own_texts.of")}>${AREAS.map((area) => html`<button type="button" class="btn" key=${area} aria-pressed=${String(seen.area === area)} onClick=${() => choose(area)}>${t(`own_texts.area.${area}`)}</button>`)}</p>
    <p class="soft" role="status">${t("filter_n", { n: every.length, shown: shown.length })}</p>
    <ul class="own-texts">${shown.map((text) => html`<${Text} text=${text} key=${text.key} />`)}</ul>`;
}
