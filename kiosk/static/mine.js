// One's own number, by the slip held under the scanner: how it stands, letting two others pass, giving it back.
import { html, Sign, Foot, Press, MoreRow } from "/static/parts.js";
import { say, named, minutes, callsFrom, whyNoMinutes, clock } from "/static/words.js";

const ENDED = { DONE: "done", CANCELLED: "cancelled", EXPIRED: "expired" };

/** How the number stands, in one line: [its text's key, the values]. */
function headline({ state, ahead, counter }) {
  if (state === "WAITING") return [ahead ? "waiting" : "next", { n: ahead }];
  if (state === "CALLED" && typeof counter !== "number") return ["called_desk", {}];
  const key = { CALLED: "called", SERVING: "serving", PARKED: "parked", ABSENT: "missed" }[state];
  return [key || ENDED[state] || "done", { counter }];
}

/** What to do now, or what has just come of a press. */
function advice({ lang, now, mine }) {
  const { ticket, note } = mine;
  if (note) return note;
  if (ticket.state === "ABSENT" && ticket.rejoin_until > now)
    return say(lang, "mine.missed_until", { time: clock(ticket.rejoin_until) });
  if (ticket.state === "WAITING") {
    const range = minutes(lang, ticket.estimate);
    const wait = [
      range ? `${say(lang, "confirm.wait")} ${range}` : whyNoMinutes(lang, ticket.no_estimate),
      callsFrom(lang, mine.calls_from),
    ].filter(Boolean);
    if (wait.length) return wait.join(", ");
  }
  const [key] = headline(ticket);
  return say(lang, "mine.how")[key] || "";
}

/** The field's short name over the number, on the sign. */
function NumberSign({ state }) {
  const { lang, snapshot, mine } = state;
  const field = snapshot.fields.find((f) => f.field === mine.ticket.field);
  const name = named(field && (field.short || field.name), lang) || named(mine.field_name, lang);
  return html`<${Sign} state=${state} title=${mine.ticket.number} label=${name || say(lang, "ticket.yours")} />`;
}

export function Mine({ state, act }) {
  const { lang, mine, busy } = state;
  const waits = mine.ticket.state === "WAITING";
  const [key, values] = headline(mine.ticket);
  return html`<div class="kiosk ask-page mine-page">
    <${NumberSign} state=${state} />
    <main class="panel">
      <p class="ask" role="status">${say(lang, `mine.${key}`, values)}</p>
      <p class="ask-how" role="status">${busy ? say(lang, "mine.busy") : advice(state)}</p>
      ${waits ? html`<${MoreRow} text=${say(lang, "mine.pass")} icon="person" onClick=${act.letPass} k="1" />` : null}
      ${waits ? html`<${MoreRow} text=${say(lang, "mine.give")} icon="erase" onClick=${act.askGive} k="2" />` : null}
      <${Press} text=${say(lang, "ticket.done")} onClick=${act.home} />
      <${Foot} state=${state} act=${act} />
    </main>
  </div>`;
}

/** Given back for good? Asked once more; what Enter does changes nothing. */
export function GiveBack({ state, act }) {
  const { lang, mine, busy } = state;
  const { number } = mine.ticket;
  return html`<div class="kiosk ask-page mine-page">
    <${NumberSign} state=${state} />
    <main class="panel">
      <p class="ask">${say(lang, "mine.give_ask", { number })}</p>
      <p class="ask-how" role="status">${say(lang, busy ? "mine.busy" : "mine.give_how")}</p>
      <${MoreRow} text=${say(lang, "mine.give_yes")} icon="erase" onClick=${act.giveBack} k="1" />
      <${Press} text=${say(lang, "mine.give_no")} onClick=${act.back} />
      <${Foot} state=${state} act=${act} />
    </main>
  </div>`;
}
