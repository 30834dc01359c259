// The optional ID card (what happens with it stands there before it is read), the priority it may offer, and a field that gives no numbers now.
import {
  html,
  Icon,
  Name,
  Sign,
  Foot,
  Press,
  MoreRow,
  fieldName,
  fieldNow,
} from "/static/parts.js";
import { Reading } from "/static/reading.js";
import { say, named, clock, dayOf } from "/static/words.js";

export function Card({ state, act }) {
  const { lang } = state;
  return html`<div class="kiosk ask-page">
    <${Sign} state=${state} title=${say(lang, "card.title")} />
    <main class="panel">
      <p class="picture" aria-hidden="true"><${Icon} name="card" /><${Icon} name="down" /></p>
      <p class=${state.unread ? "ask trouble" : "ask"} role="status">${say(lang, state.unread ? "card.again" : "card.how")}</p>
      <p class="privacy">${say(lang, "card.privacy")}</p>
      <${Press} text=${say(lang, "card.without")} onClick=${act.plain} />
      <${Foot} state=${state} act=${act} />
    </main>
  </div>`;
}

/** The age on the card gives priority; it is offered, and one may go on without it. */
export function Offer({ state, act }) {
  const { lang, snapshot, claimed } = state;
  return html`<div class="kiosk ask-page">
    <${Sign} state=${state} title=${say(lang, "offer.title")} />
    <main class="panel">
      <dl class="check"><div>
        <dt>${say(lang, "confirm.priority")}</dt>
        <dd>
          <span class="tile badge" aria-hidden="true">${snapshot.priority.badge}</span>
          <span class="words">
            ${named(claimed.name, lang)}
            ${
              claimed.credit_minutes
                ? html`<small>${say(lang, "priority.credit")} ${say(lang, "priority.minutes", { n: claimed.credit_minutes })}</small>`
                : null
            }
          </span>
        </dd>
      </div></dl>
      <p class="privacy">${say(lang, "offer.note", { badge: snapshot.priority.badge })}</p>
      <${Press} text=${say(lang, "offer.yes")} onClick=${() => act.claim(claimed)} />
      <${MoreRow} text=${say(lang, "offer.no")} onClick=${act.plain} k="0" />
      <${Foot} state=${state} act=${act} />
    </main>
  </div>`;
}

/** What the sign says over a field that gives no numbers now. */
function offTitle(field) {
  if (field.state === "open") return "off.open";
  if (field.spent) return "off.spent";
  return field.state === "full" ? "off.full" : "off.closed";
}

/** When it gives numbers again, or what to do meanwhile. */
function WhenAgain({ state, field }) {
  const { lang } = state;
  if (field.state === "open") return html`<p class="ask">${say(lang, "off.open_how")}</p>`;
  const again = field.again_at;
  if (!again)
    return html`<p class="ask">${say(lang, field.spent ? "closed.no_hub_how" : "off.unknown")}</p>`;
  const day = dayOf(lang, again);
  const isToday = day.iso === dayOf(lang, state.now).iso;
  return html`<p class="again">${isToday ? say(lang, "closed.again") : say(lang, "closed.again_day", day)} <b>${clock(again)}</b></p>`;
}

/** A field that gives no numbers now: what it is, when again, what the centre says of it, and the way on. */
export function Off({ state, act }) {
  const { lang, snapshot } = state;
  const field = fieldNow(snapshot, state.field);
  const [main, rest] = fieldName(field, lang);
  const message = named(field.message, lang);
  const open = field.state === "open";
  return html`<div class="kiosk off-page">
    <${Sign} state=${state} title=${say(lang, offTitle(field))} />
    <main class="panel">
      <dl class="check"><div>
        <dt>${say(lang, "confirm.field")}</dt>
        <dd>
          <span class=${`tile${field.field.length > 1 ? " two" : ""}`}>${field.field}</span>
          <span class="words"><${Name} text=${main} />${rest ? html`<small>${rest}</small>` : null}</span>
        </dd>
      </div></dl>
      <${WhenAgain} state=${state} field=${field} />
      ${message ? html`<${Reading} state=${state} act=${act} label=${main} kind="message"><p>${message}</p><//>` : null}
      ${field.waiting && !open ? html`<p class="ask-how">${say(lang, "off.still", { n: field.waiting })}</p>` : null}
      ${
        open
          ? html`<${Press} text=${say(lang, "confirm.go")} onClick=${() => act.field(field)} />`
          : html`<${Press} text=${say(lang, "off.others")} onClick=${act.fields} />`
      }
      <${Foot} state=${state} act=${act} />
    </main>
  </div>`;
}
