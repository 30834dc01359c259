// Booked, or a number kept from home: the eight letters of its code, typed here or read by the scanner. The eighth letter looks.
import { html, Sign, Foot, MoreRow } from "/static/parts.js";
import { say } from "/static/words.js";

const LETTERS = ["ABCEFG", "HKMNPR", "TUVWXY"]; // as domain/booking_code.py: letters that look and sound apart
const LENGTH = 8;

/** The eight places of the code, in fours. */
function Places({ letters }) {
  const places = Array.from({ length: LENGTH }, (_, at) => letters[at] || "");
  return html`<p class="code-places" role="status" aria-label=${letters.split("").join(" ")}>
    ${places.map((letter, at) => html`<span class=${`place${at === 4 ? " apart" : ""}${letter ? " full" : ""}`} aria-hidden="true">${letter}</span>`)}
  </p>`;
}

export function CheckIn({ state, act }) {
  const { lang, letters, visit, busy } = state;
  const note = visit && visit.note;
  return html`<div class="kiosk ask-page check-in">
    <${Sign} state=${state} title=${say(lang, "check_in.title")} />
    <main class="panel">
      <${Places} letters=${letters} />
      <p class="ask-how" role="status">${busy ? say(lang, "check_in.asking") : note || say(lang, "check_in.how")}</p>
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
