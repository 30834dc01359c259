// The pages nobody has touched yet: welcome, closed (with when to come back), starting up.
import { Code, html, Icon, Tally, Sign, Foot, Press } from "/static/parts.js";
import { Reading } from "/static/reading.js";
import { Tongues } from "/static/view.js";
import { besides, say, named, clock, dayOf, promisesKept } from "/static/words.js";

const QUIET = 3;
// as kiosk.css counts rem; a screen on its side is never so wide
const doorSide = () =>
  Math.min(innerWidth / 67.5, innerHeight / (innerWidth < innerHeight ? 120 : 67.5)) * 14.5;

const waiting = (snapshot) => snapshot.fields.reduce((sum, field) => sum + (field.waiting || 0), 0);
const waitsAreKnown = (snapshot) => snapshot.fields.some((field) => field.waiting !== null);

/** "Đang phát số: đến 11:00, chiều 13:00–16:30", or what is wrong with the paper. */
function Hours({ state }) {
  const { lang, snapshot, kiosk } = state;
  if (kiosk.paper === "out")
    return html`<p class="hours trouble">${say(lang, "welcome.no_paper")}</p>`;
  if (!["ok", "unknown"].includes(kiosk.printer))
    return html`<p class="hours trouble">${say(lang, "welcome.no_printer")}</p>`;
  const now = clock(state.now);
  const windows = snapshot.hours.tickets || [];
  const current = windows.find(([from, to]) => from <= now && now < to);
  if (!current || current[1] === "24:00") return html`<p class="hours" />`;
  const later = windows.filter(([from]) => from > now);
  return html`<p class="hours"><${Icon} name="clock" /><span>
    ${say(lang, "welcome.giving")} <b>${say(lang, "welcome.until", { time: current[1] })}</b>
    ${later.map(([from, to]) => {
      const key = from >= "12:00" ? "welcome.afternoon" : "welcome.later";
      const [before, after] = say(lang, key).split("{from}–{to}");
      return html`, ${before}<b>${from}–${to}</b>${after}`;
    })}
  </span></p>`;
}

/** The code at the door: whoever booked or kept a place is here by their own phone. Swapped, never moved. */
function Door({ lang, door }) {
  if (!door) return null;
  const { letters, rows } = door;
  return html`<div class="door">
    <p><b>${say(lang, "door.question")}</b><span>${say(lang, rows ? "door.scan" : "door.type")}</span>
    <span class="letters">${letters.slice(0, 5)} ${letters.slice(5)}</span></p>
    ${rows ? html`<${Code} rows=${rows} label=${say(lang, "door.picture")} quiet=${QUIET} side=${doorSide()} kind="door-qr" />` : null}
  </div>`;
}

export function Welcome({ state, act }) {
  const { lang, snapshot, kiosk } = state;
  const other = besides(lang, state.snapshot);
  const people = waiting(snapshot);
  const classes = snapshot.priority && snapshot.priority.classes.length;
  const kept = promisesKept(lang, snapshot.promises_kept, snapshot.day.date);
  return html`<div class="kiosk">
    <${Sign} state=${state} kind=${`tall${kiosk.door ? " with-door" : ""}`} title=${null}>
      <${Door} lang=${lang} door=${kiosk.door} />
      <h1 tabindex="-1" class=${say(lang, "welcome.title").length > 11 ? "long" : ""}>${say(lang, "welcome.title")}</h1>
      <p class="other" lang=${other}>${say(other, "welcome.other")}</p>
      <p class="hall">${
        waitsAreKnown(snapshot)
          ? html`<${Tally} people=${people} most=${40} />
        <span>${people ? say(lang, "welcome.waiting", { n: people }) : say(lang, "welcome.waiting_none")}</span>`
          : null
      }</p>
      ${kept ? html`<p class="kept">${kept}</p>` : null}
    <//>
    <main class=${`panel open${kiosk.id_cards || (snapshot.booking || {}).on ? " full" : ""}`}>
      <${Press} text=${say(lang, "welcome.start")} onClick=${act.start} />
      ${
        classes
          ? html`<button type="button" class="plate first" data-key="1" onClick=${act.priority}>
        <span class="tile" aria-hidden="true">${snapshot.priority.badge}</span>
        <span class="what"><b>${say(lang, "welcome.priority")}</b><small class="words">${say(lang, "welcome.priority_who")}</small></span>
        <${Icon} name="chevron" go=${true} />
      </button>`
          : null
      }
      ${
        state.kiosk.id_cards
          ? html`<button type="button" class="plate first" data-key="2" onClick=${act.card}>
        <span class="tile" aria-hidden="true"><${Icon} name="card" /></span>
        <span class="what"><b>${say(lang, "card.first")}</b><small class="words">${say(lang, "card.first_who")}</small></span>
        <${Icon} name="chevron" go=${true} />
      </button>`
          : null
      }
      ${
        (snapshot.booking || {}).on
          ? html`<button type="button" class="plate first" data-key="7" onClick=${act.checkIn}>
        <span class="tile" aria-hidden="true"><${Icon} name="booked" /></span>
        <span class="what"><b>${say(lang, "check_in.first")}</b><small class="words">${say(lang, "check_in.first_who")}</small></span>
        <${Icon} name="chevron" go=${true} />
      </button>`
          : null
      }
      <${Tongues} state=${state} act=${act} />
      <${Hours} state=${state} />
      <${Foot} state=${state} act=${act} first=${true} />
    </main>
  </div>`;
}

const REASONS = ["before", "lunch", "after", "holiday", "closed", "stopped", "no_hub"];

/** Why no numbers are given now, of the reasons this page has a text for. */
function whyClosed(snapshot, stopped) {
  if (stopped) return "stopped";
  return REASONS.includes(snapshot.why) ? snapshot.why : "full";
}

/** Out of hours, or no field gives numbers: what it is, and when again, huge. */
export function Closed({ state, act }) {
  const { lang, snapshot } = state;
  const other = besides(lang, state.snapshot);
  const stopped = snapshot.day && snapshot.day.state === "open" && snapshot.day.issuing === false;
  const why = whyClosed(snapshot, stopped);
  // one message for all fields is the centre's own word on it
  const messages = [...new Set(snapshot.fields.map((field) => named(field.message, lang)))];
  const message = messages.length === 1 ? messages[0] : "";
  const title = say(lang, `closed.${why}`);
  const people = waiting(snapshot);
  const again = why === "no_hub" ? null : snapshot.again_at;
  const day = again && dayOf(lang, again);
  const sameDay = again && day.iso === dayOf(lang, state.now).iso;
  const hours = snapshot.hours || {};
  const rows = [
    ["today_tickets", hours.tickets],
    ["today_service", hours.service],
  ].filter(
    ([, windows]) => windows && windows.length && !["holiday", "stopped", "closed"].includes(why)
  );
  return html`<div class="kiosk">
    <${Sign} state=${state} kind="tall" title=${null}>
      <h1 tabindex="-1" class=${title.length > 11 ? "long" : ""}>${title}</h1>
      <p class="other" lang=${other}>${
        again
          ? say(other, sameDay ? "closed.other_again" : "closed.other_again_day", {
              time: clock(again),
              weekday: dayOf(other, again).weekday,
            })
          : say(other, "closed.other_unknown")
      }</p>
      <p class="hall">${
        people && ["lunch", "after", "full", "stopped"].includes(why)
          ? html`<${Tally} people=${people} most=${30} />
        <span>${say(lang, "closed.still_called", { n: people })}</span>`
          : null
      }</p>
    <//>
    <main class="panel open">
      ${
        again
          ? html`<p class="again">
        ${
          sameDay
            ? say(lang, why === "before" ? "closed.first" : "closed.again")
            : say(lang, "closed.again_day", day)
        } <b>${clock(again)}</b>
      </p>`
          : html`<p class="ask">${say(lang, "closed.again_unknown")}</p>
          <p class="ask-how">${say(lang, why === "no_hub" ? "closed.no_hub_how" : "closed.again_unknown_how")}</p>`
      }
      ${message ? html`<${Reading} state=${state} act=${act} label=${title} kind="message"><p>${message}</p><//>` : null}
      ${
        rows.length
          ? html`<table class="week"><tbody>${rows.map(
              ([key, windows]) => html`<tr>
        <th scope="row">${say(lang, `closed.${key}`)}</th>
        ${[0, 1].map((i) => html`<td>${windows[i] ? windows[i].join("–") : ""}</td>`)}
      </tr>`
            )}</tbody></table>`
          : null
      }
      <${Tongues} state=${state} act=${act} />
      <${Foot} state=${state} act=${act} first=${true} />
    </main>
  </div>`;
}

/** The kiosk's program does not answer, or has never met its hub. */
export function Starting({ state }) {
  const { lang } = state;
  const other = besides(lang, state.snapshot);
  return html`<div class="kiosk">
    <${Sign} state=${state} kind="tall" title=${null}>
      <h1 tabindex="-1" class="long">${say(lang, "starting.title")}</h1>
      <p class="other" lang=${other}>${say(other, "starting.title")}</p>
      <p class="hall" />
    <//>
    <main class="panel open">
      <p class="ask">${say(lang, "starting.how")}</p>
      <p class="ask-how" lang=${other}>${say(other, "starting.how")}</p>
      <p class="ask-how">${say(lang, "starting.again")}</p>
    </main>
  </div>`;
}
