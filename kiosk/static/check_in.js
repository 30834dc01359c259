// Booked, or a number kept from home: the eight letters of its code, typed here or read by the scanner, or the ID card it was booked with. The eighth letter looks.
import {
  fieldName,
  fieldNow,
  html,
  Icon,
  Sign,
  Foot,
  MoreRow,
  NumberedRow,
} from "/static/parts.js";
import { clock, named, say } from "/static/words.js";

const LETTERS = ["ABCEFG", "HKMNPR", "TUVWXY"]; // as domain/booking_code.py: letters that look and sound apart
const LENGTH = 8;

/** The eight places of the code, in fours. */
function Places({ letters }) {
  const places = Array.from({ length: LENGTH }, (_, at) => letters[at] || "");
  return html`<p class="code-places" role="status" aria-label=${letters.split("").join(" ")}>
    ${places.map((letter, at) => html`<span class=${`place${at === 4 ? " apart" : ""}${letter ? " full" : ""}`} aria-hidden="true">${letter}</span>`)}
  </p>`;
}

/** That the ID card will do, and what becomes of it; nothing where this kiosk reads none. */
function ByCard({ state }) {
  const { lang, kiosk } = state;
  if (!kiosk.id_cards) return null;
  return html`<p class="by-card"><${Icon} name="card" /><span><b>${say(lang, "check_in.card")}</b><small class="words">${say(lang, "check_in.card_how")}</small></span></p>`;
}

/** What a visit is for: [the hour, the procedure or field]. */
function wordsOf(state, visit) {
  const { lang, snapshot } = state;
  const field = fieldNow(snapshot, { field: visit.field, name: {}, services: [] });
  const service = (field.services || []).find((each) => each.code === visit.service);
  const [main] = fieldName(field, lang);
  const what = service ? named(service.name, lang) : main;
  return [visit.start ? clock(visit.start) : say(lang, "check_in.from_home"), what];
}

/** Several visits of whoever showed a card: one is chosen. */
function Choices({ state, act }) {
  const { lang, visit, busy } = state;
  return html`<div class="kiosk ask-page check-in">
    <${Sign} state=${state} title=${say(lang, "check_in.choose")} />
    <main class="panel">
      ${busy ? html`<p class="ask-how" role="status">${say(lang, "check_in.asking")}</p>` : null}
      <ul class="rows">${visit.choices.map((each, at) => {
        const [hour, what] = wordsOf(state, each);
        return html`<${NumberedRow} n=${at + 1} text=${hour} small=${what} onClick=${() => act.visitChosen(each.id)} />`;
      })}</ul>
      <${Foot} state=${state} act=${act} />
    </main>
  </div>`;
}

export function CheckIn({ state, act }) {
  const { lang, letters, visit, busy } = state;
  if (visit && visit.choices) return html`<${Choices} state=${state} act=${act} />`;
  const note = visit && visit.note;
  const how = busy ? say(lang, "check_in.asking") : note || say(lang, "check_in.how");
  return html`<div class="kiosk ask-page check-in">
    <${Sign} state=${state} title=${say(lang, "check_in.title")} />
    <main class="panel">
      ${visit && visit.away ? null : html`<${ByCard} state=${state} />`}
      <${Places} letters=${letters} />
      <p class="ask-how" role="status">${how}</p>
      ${visit && visit.away && !busy ? html`<${MoreRow} text=${say(lang, "check_in.ordinary")} icon="person" onClick=${act.start} />` : null}
      <${Foot} state=${state} act=${act}>
        <div class="keys" role="group" aria-label=${say(lang, "check_in.keys")}>
          ${LETTERS.map((row) => html`<div>${[...row].map((letter) => html`<button type="button" onClick=${() => act.letter(letter)}>${letter}</button>`)}</div>`)}
          <div><button type="button" class="wide" onClick=${act.eraseLetter}>${say(lang, "check_in.erase")}</button></div>
        </div>
      <//>
    </main>
  </div>`;
}
