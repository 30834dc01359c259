// Finding a procedure: by typing on a keyboard that is part of the page, or by the centre's short questions.
import { html, Icon, Sign, Foot, MoreRow, NumberedRow, fieldName, hasIcon } from "/static/parts.js";
import { offLine } from "/static/choose.js";
import { say, named } from "/static/words.js";
import { bare, makeIndex, search, shortName } from "/ui/procedures.js";

const LETTERS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
const FIGURES = ["1234567890"];
const MOST = 4;
const MOST_BIG = 2;
const MOST_FOUND = 60;
let synonyms = {};
const made = { of: "", lang: "", index: null };

/** Fetches people's words for what the law calls otherwise; without them the search goes on. */
export async function loadSynonyms() {
  const answer = await fetch("/ui/search/vi.json");
  if (answer.ok) synonyms = await answer.json();
}

/** The index of the catalogue of a snapshot, made anew only when the catalogue has changed. */
function indexOf(fields, lang) {
  const of = JSON.stringify(fields.map((field) => [field.field, field.name, field.services]));
  if (made.of !== of || made.lang !== lang)
    Object.assign(made, { of, lang, index: makeIndex(fields, lang, synonyms) });
  return made.index;
}

/** What a typed text finds among the fields as they are now: {found: [{field, service, word}], total}. */
function find(fields, query, lang) {
  const { found, total } = search(indexOf(fields, lang), query, MOST_FOUND);
  const rows = found.map(({ fields: letters, service, word }) => {
    const places = letters.map((letter) => fields.find((field) => field.field === letter));
    return { field: places.find((place) => place.state === "open") || places[0], service, word };
  });
  return { found: rows, total };
}

export function Search({ state, act }) {
  const { lang, query } = state;
  const { found: all, total } = find(state.snapshot.fields, query, lang);
  const most = state.big ? MOST_BIG : MOST;
  // large letters in the lower half leave no room for a row that turns: a letter more tells them apart
  const turns = !(state.big && state.low);
  const at = state.at * most < all.length ? state.at : 0;
  const found = all.slice(at * most, (at + 1) * most);
  const rest = all.length - (at + 1) * most;
  const asked = bare(query).length >= 2;
  const words = !asked
    ? ""
    : found.length
      ? say(lang, total === 1 ? "search.found_one" : "search.found", { n: total })
      : say(lang, "search.none");
  const small = (field) =>
    field.state === "open" ? fieldName(field, lang)[0] : offLine(state, field);
  return html`<div class="kiosk search">
    <${Sign} state=${state} title=${say(lang, "search.title")} />
    <main class="panel">
      <label class="typed"><${Icon} name="search" /><span class="unseen">${say(lang, "search.label")}</span>
        <input type="text" inputmode="none" autocomplete="off" spellcheck=${false} maxlength="40"
          value=${query} placeholder=${say(lang, "search.hint")} onInput=${(event) => act.type(event.target.value)} /></label>
      <p class=${`found${asked && !found.length ? " nothing" : ""}`} role="status">${words || say(lang, "search.label")}</p>
      <ul class="rows">${found.map(
        ({ field, service }, i) => html`<${NumberedRow} key=${service.code}
        n=${i ? i + 1 : "Enter"} tile=${field.field} text=${shortName(service, lang, state.big ? 48 : 62)} small=${small(field)}
        off=${field.state !== "open"} onClick=${() => act.found(field, service)} />`
      )}</ul>
      ${turns && rest > 0 ? html`<${MoreRow} text=${say(lang, rest === 1 ? "search.more_one" : "search.more", { n: Math.min(rest, most) })} onClick=${() => act.turn(at + 1)} />` : null}
      ${rest <= 0 && at ? html`<${MoreRow} text=${say(lang, "search.first")} onClick=${() => act.turn(0)} />` : null}
      ${asked && !found.length && state.snapshot.wizard ? html`<${MoreRow} text=${say(lang, "search.wizard")} icon="guide" onClick=${act.wizard} />` : null}
      <div class="keys" role="group" aria-label=${say(lang, "search.keys")}>
        ${(state.figures ? FIGURES : LETTERS).map(
          (row) =>
            html`<div>${[...row].map(
              (letter) => html`
          <button type="button" onClick=${() => act.type(query + letter)}>${letter.toUpperCase()}</button>`
            )}</div>`
        )}
        <div>
          <button type="button" class="wide" aria-pressed=${state.figures} onClick=${act.figures}>
            ${say(lang, state.figures ? "search.letters" : "search.figures")}
          </button>
          <button type="button" class="wide" onClick=${() => act.type(`${query} `)}>${say(lang, "search.space")}</button>
          <button type="button" class="wide" onClick=${() => act.type(query.slice(0, -1))}>
            <${Icon} name="erase" />${say(lang, "search.erase")}
          </button>
        </div>
      </div>
      <${Foot} state=${state} act=${act} />
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
  const fieldOf = (answer) =>
    snapshot.fields.find((f) =>
      answer.service ? f.services.some((s) => s.code === answer.service) : f.field === answer.field
    );
  const off = (answer) => {
    const field = fieldOf(answer);
    return Boolean(field) && field.state !== "open";
  };
  const small = (answer) => (off(answer) ? offLine(state, fieldOf(answer)) : "");
  return html`<div class="kiosk wizard">
    <${Sign} state=${state} title=${named(question.ask, lang)} />
    <main class="panel">
      <ul class="rows">${question.answers.map(
        (answer, n) => html`<${NumberedRow} key=${`${path}/${n}`}
        n=${n + 1} icon=${hasIcon(answer.icon) ? answer.icon : ""} text=${named(answer.name, lang)} small=${small(answer)}
        off=${off(answer)} onClick=${() => act.answer(n, answer)} />`
      )}</ul>
      <${MoreRow} text=${say(lang, "wizard.other")} onClick=${act.fields} k="0" />
      <${Foot} state=${state} act=${act} />
    </main>
  </div>`;
}
