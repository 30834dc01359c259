// Finding a procedure: by typing on a keyboard that is part of the page, or by the centre's short questions.
import { DEFAULT_LANGUAGE, allLanguages, language } from "/ui/languages.js";
import { html, Icon, Sign, Foot, MoreRow, NumberedRow, fieldName, hasIcon } from "/static/parts.js";
import { catalogueOf } from "/static/catalogue.js";
import { offLine, viewOf } from "/static/choose.js";
import { resultsRoom } from "/static/rooms.js";
import { say, named } from "/static/words.js";
import { isEnough, makeIndex, search, shortName } from "/ui/procedures.js";
import { inSyllables } from "/ui/scripts.js";
import { loadSounds, soundsOf } from "/ui/sounds.js";

const LETTERS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
const FIGURES = ["123", "456", "7890"]; // as many rows as letters have, so that nothing moves
/** The pages of the keyboard in a language: letters of its own script first, then Latin ones, then figures. */
const pagesOf = (lang) => [...(language(lang).keys || []), LETTERS, FIGURES];
/** A vowel sign that hangs on a letter stands alone on its key. */
const onKey = (letter) => (/\p{M}/u.test(letter) ? `◌${letter}` : letter.toUpperCase());
const MOST_FOUND = 200; // that are turned through; the count is always of all
let synonyms = {};
const made = { of: "", lang: "", index: null };

/** Fetches people's words for what the law calls otherwise; without them the search goes on. */
export async function loadSynonyms() {
  const answer = await fetch(`/ui/search/${DEFAULT_LANGUAGE}.json`);
  if (answer.ok) synonyms = await answer.json();
  await loadSounds(allLanguages());
  made.index = null;
}

/** The index of the catalogue of a snapshot, made anew only when the catalogue has changed. */
function indexOf(snapshot, lang) {
  const of = catalogueOf(snapshot);
  if (!made.index || made.of !== of || made.lang !== lang) {
    const fields = snapshot.fields.map((field) => ({ ...field, services: field.services || [] }));
    Object.assign(made, { of, lang, index: makeIndex(fields, lang, synonyms, soundsOf(lang)) });
  }
  return made.index;
}

/** Of the fields a procedure is listed in, one that gives numbers now, else the first. */
const openOf = (fields) => fields.find((field) => field.state === "open") || fields[0];

/** The field that an answer to one of the centre's questions leads to; undefined for one that leads to another question. */
export const fieldOfAnswer = ({ fields }, { field, service }) =>
  service
    ? openOf(fields.filter(({ services }) => (services || []).some((s) => s.code === service)))
    : fields.find((f) => f.field === field);

const last = { index: null, query: "", answer: null };

/** What a typed text finds among the fields as they are now: {found: [{field, service, word}], total}. */
function find(snapshot, query, lang) {
  const index = indexOf(snapshot, lang);
  if (last.index !== index || last.query !== query)
    Object.assign(last, { index, query, answer: search(index, query, MOST_FOUND) });
  const { found, total } = last.answer;
  const { fields } = snapshot;
  const rows = found.map(({ fields: letters, service, word }) => {
    const places = letters.map((letter) => fields.find((field) => field.field === letter));
    return { field: openOf(places), service, word };
  });
  return { found: rows, total };
}

/** What was found: rows, and how many more there are as the last of them. */
function Results({ state, act, found, total }) {
  const { lang, snapshot } = state;
  const room = resultsRoom(viewOf(state));
  const turns = found.length > room;
  const each = turns ? room - 1 : room;
  const at = state.at * each < found.length ? state.at : 0;
  const page = found.slice(at * each, (at + 1) * each);
  const left = total - at * each - page.length;
  const last = (at + 1) * each >= found.length;
  const small = (field, service) => {
    if (field.state !== "open") return offLine(state, field);
    const code = state.compact || state.big ? "" : service.official || "";
    return [fieldName(field, lang)[0], code].filter(Boolean).join(", ");
  };
  const more = last
    ? say(lang, "pager.first")
    : say(lang, left === 1 ? "search.more_one" : "search.more", { n: left });
  const wizard = isEnough(state.query) && !found.length && snapshot.wizard;
  return html`<ul class="rows results-list">
    ${page.map(
      ({ field, service, word }, i) => html`<${NumberedRow} key=${service.code}
      n=${i ? i + 1 : "Enter"} tile=${field.field} text=${shortName(service, lang, state.big ? 60 : 76)}
      small=${word ? say(lang, "search.called", { word }) : small(field, service)}
      off=${field.state !== "open"} onClick=${() => act.found(field, service)} />`
    )}
    ${turns ? html`<li><${MoreRow} text=${more} onClick=${() => act.turn(last ? 0 : at + 1)} /></li>` : null}
    ${wizard ? html`<li><${MoreRow} text=${say(lang, "search.wizard")} icon="guide" onClick=${act.wizard} /></li>` : null}
  </ul>`;
}

/** What the key says that leads to a page of the keyboard: figures, letters, of several pages of letters the first two. */
function nameOf(pages, next, lang) {
  if (next === pages.length - 1) return say(lang, "search.figures");
  if (pages.length === 2) return say(lang, "search.letters");
  return [...pages[next][0]].slice(0, 2).map(onKey).join(" ");
}

/** The page's own keyboard: a visitor's machine has none. */
function Keys({ state, act }) {
  const { lang, query } = state;
  const pages = pagesOf(lang);
  const at = state.keys % pages.length;
  const next = (at + 1) % pages.length;
  const name = nameOf(pages, next, lang);
  return html`<div class="keys" role="group" aria-label=${say(lang, "search.keys")}>
    ${pages[at].map(
      (row) =>
        html`<div>${[...row].map(
          (letter) => html`
      <button type="button" onClick=${() => act.type(query + letter)}>${onKey(letter)}</button>`
        )}</div>`
    )}
    <div>
      <button type="button" class="wide" aria-pressed=${at === pages.length - 1} onClick=${() => act.keys(next)}>
        ${name}
      </button>
      <button type="button" class="wide" onClick=${() => act.type(`${query} `)}>${say(lang, "search.space")}</button>
      <button type="button" class="wide" onClick=${() => act.type(query.slice(0, -1))}>
        <${Icon} name="erase" />${say(lang, "search.erase")}
      </button>
    </div>
  </div>`;
}

export function Search({ state, act }) {
  const { lang, query } = state;
  const { found, total } = find(state.snapshot, query, lang);
  const asked = isEnough(query);
  const count = say(lang, total === 1 ? "search.found_one" : "search.found", { n: total });
  const result = found.length ? count : say(lang, "search.none");
  const words = asked ? result : "";
  return html`<div class="kiosk search">
    <${Sign} state=${state} title=${say(lang, "search.title")} />
    <main class="panel">
      <label class="typed"><${Icon} name="search" /><span class="unseen">${say(lang, "search.label")}</span>
        <input type="text" inputmode="none" autocomplete="off" spellcheck=${false} maxlength="40"
          value=${inSyllables(query)} placeholder=${say(lang, "search.hint")} onInput=${(event) => act.type(event.target.value)} />
        ${state.compact && found.length ? html`<span class="many" aria-hidden="true">${count}</span>` : null}</label>
      <p class=${`found${asked && !found.length ? " nothing" : ""}`} role="status">${words || say(lang, "search.label")}</p>
      <div class="results"><${Results} state=${state} act=${act} found=${found} total=${total} /></div>
      <${Foot} state=${state} act=${act}><${Keys} state=${state} act=${act} /><//>
    </main>
  </div>`;
}

/** "Ông/bà cần làm gì?": one question a page, at most six answers, each with a picture and words. */
export function Wizard({ state, act }) {
  const { lang, snapshot, path } = state;
  // the centre may have changed its questions meanwhile: as far as the way still leads
  const question = path.reduce(
    (at, n) => (at.answers[n] && at.answers[n].answers ? at.answers[n] : at),
    snapshot.wizard || { ask: { vi: "" }, answers: [] }
  );
  const off = (answer) => {
    const field = fieldOfAnswer(snapshot, answer);
    return Boolean(field) && field.state !== "open";
  };
  const small = (answer) => (off(answer) ? offLine(state, fieldOfAnswer(snapshot, answer)) : "");
  return html`<div class="kiosk wizard">
    <${Sign} state=${state} title=${named(question.ask, lang)} />
    <main class="panel">
      <ul class="rows">${question.answers.map(
        (answer, n) => html`<${NumberedRow} key=${`${path}/${n}`}
        n=${n + 1} icon=${hasIcon(answer.icon) ? answer.icon : ""} text=${named(answer.name, lang)} small=${small(answer)}
        off=${off(answer)} onClick=${() => act.answer(n, answer)} />`
      )}</ul>
      <${Foot} state=${state} act=${act}>
        <${MoreRow} text=${say(lang, "wizard.other")} onClick=${act.fields} k="0" />
      <//>
    </main>
  </div>`;
}
