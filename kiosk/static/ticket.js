// From "is this right?" to the number: confirm, ticket, ticket without paper, refusal.
import { fit } from "/ui/lines.js";
import { officialCode, officialName, papersOf, plainName } from "/ui/procedures.js";
import {
  Code,
  html,
  Icon,
  Tally,
  Name,
  Sign,
  Foot,
  Press,
  ViewButton,
  fieldName,
  fieldNow,
  helpText,
} from "/static/parts.js";
import { Reading } from "/static/reading.js";
import { viewOf } from "/static/choose.js";
import { titleRoom } from "/static/rooms.js";
import {
  say,
  named,
  minutes,
  callsFrom,
  whyNoMinutes,
  counters,
  mainAndRest,
  zoneShort,
} from "/static/words.js";

const ROOMY = 240; // letters of a full name that may stand larger

/** How many dossiers, as they were chosen: few exactly, many roughly. */
function dossiersOf(state) {
  const { lang, field, dossiers: n } = state;
  const roughly =
    n >= 2 * field.bulk_from || (n > 1 && field.bulk_from > 5) || n === field.bulk_from;
  if (roughly) return say(lang, "dossiers.over", { n });
  return say(lang, n === 1 ? "dossiers.one" : "dossiers.some", { n });
}

/** What the papers and the law call it: papers to bring and the official name whole, in a box that is read part by part. */
function Whole({ state, act, service, full }) {
  const { lang } = state;
  const papers = service ? papersOf(service, lang) : [];
  if (!papers.length && !full) return null;
  return html`<${Reading} state=${state} act=${act} label=${say(lang, papers.length ? "confirm.bring" : "confirm.full")}>
    ${
      papers.length
        ? html`<h2>${say(lang, "confirm.bring")}</h2>
        <ul class="papers">${papers.map((paper) => html`<li>${paper}</li>`)}</ul>`
        : null
    }
    ${full ? html`<h2>${say(lang, "confirm.full")}</h2><p class=${`full${full.length > ROOMY ? "" : " roomy"}`}>${full}</p>` : null}
  <//>`;
}

export function Confirm({ state, act }) {
  const { lang, field, service, snapshot } = state;
  const [main, rest] = fieldName(field, lang);
  const fresh = fieldNow(snapshot, field);
  const official = service ? officialName(service, lang).normalize("NFC").trim() : "";
  const chosen = service ? plainName(service, lang) : "";
  const room = titleRoom(viewOf(state));
  const title = service ? fit(chosen, room.text, room.lines) : say(lang, "confirm.title");
  // the sign says it all already unless the name was cut, or the centre's own name stands for it
  const full = service && title.toLowerCase() !== official.toLowerCase() ? official : "";
  const code = service ? officialCode(service) : "";
  const range = minutes(lang, fresh.estimate);
  const wait = [
    range ? `${say(lang, "confirm.wait")} ${range}` : whyNoMinutes(lang, fresh.no_estimate),
    callsFrom(lang, fresh.calls_from),
  ]
    .filter(Boolean)
    .join(", ");
  const go = say(lang, state.busy ? "confirm.busy" : "confirm.go");
  const people = fresh.waiting
    ? say(lang, "fields.people", { n: fresh.waiting })
    : say(lang, "fields.people_none");
  return html`<div class="kiosk confirm">
    <${Sign} state=${state} kind=${service ? "chosen" : ""} title=${title}
      label=${service ? html`<span>${say(lang, "confirm.title")}</span>${code ? html`<span class="code">${code}</span>` : null}` : null} />
    <main class="panel">
      <dl class="check">
        <div>
          <dt>${say(lang, "confirm.field")}</dt>
          <dd>
            <span class=${`tile${field.field.length > 1 ? " two" : ""}`}>${field.field}</span>
            <span class="words"><${Name} text=${main} />${rest && !service ? html`<small>${rest}</small>` : null}</span>
          </dd>
        </div>
        ${state.dossiers ? html`<div><dt>${say(lang, "confirm.dossiers")}</dt><dd>${dossiersOf(state)}</dd></div>` : null}
        ${
          state.claimed
            ? html`<div>
          <dt>${say(lang, "confirm.priority")}</dt>
          <dd><span class="tile badge" aria-hidden="true">${snapshot.priority.badge}</span><span class="words">${named(state.claimed.name, lang)}</span></dd>
        </div>`
            : null
        }
      </dl>
      <${Whole} state=${state} act=${act} service=${service} full=${full} />
      <${Press} text=${html`<span class=${go.length > 8 ? "nb long" : "nb"}>${go}</span>`} onClick=${act.go} busy=${state.busy}>
        ${fresh.waiting === null || state.busy ? null : html`<span class="before">${wait ? html`<b>${wait}</b>` : null}<span>${people}</span></span>`}
      <//>
      <${Foot} state=${state} act=${act} />
    </main>
  </div>`;
}

function NumberSign({ state }) {
  const { lang } = state;
  const { slip } = state.answer;
  const [main, rest] = mainAndRest(named(slip.field, lang));
  const below = (slip.service && plainName({ name: slip.service }, lang)) || rest;
  return html`<${Sign} state=${state} kind="numbered" title=${null}>
    <p class="label">${say(lang, "ticket.yours")}${slip.priority ? html`<b>${slip.badge}</b>` : null}</p>
    <h1 tabindex="-1" class=${`number${state.answer.test ? " words" : ""}${slip.number.length > 4 ? " wide" : ""}`}>${slip.number}</h1>
    <p class=${`of${main.length + below.length > 40 ? " long" : ""}`}><span class="words">${main}</span> <small class="words">${below}</small></p>
  <//>`;
}

const people = (lang, n) =>
  n ? say(lang, "ticket.ahead_some", { n }) : say(lang, "ticket.ahead_none");

/** What is to be done with the paper: taken, awaited, or thrown away after a test. */
function takeText({ answer, print }) {
  if (answer.test) return "ticket.test";
  return print.state === "printed" ? "ticket.take" : "ticket.printing";
}

export function Ticket({ state, act }) {
  const { lang } = state;
  const { slip } = state.answer;
  const where = counters(lang, slip.counters);
  return html`<div class="kiosk">
    <${NumberSign} state=${state} />
    <main class="panel">
      <section class=${`facts${state.qr ? "" : " alone"}`}>
        <dl>
          ${where ? html`<div><dt>${zoneShort(slip.zone, lang) || say(lang, "ticket.counters")}</dt><dd>${where}</dd></div>` : null}
          ${slip.estimate ? html`<div><dt>${say(lang, "ticket.wait")}</dt><dd>${minutes(lang, slip.estimate)}</dd></div>` : null}
          ${
            slip.ahead === null || slip.ahead === undefined
              ? null
              : html`<div>
            <dt>${say(lang, "ticket.ahead")}</dt>
            <dd>${people(lang, slip.ahead)} ${
              slip.ahead
                ? html`<${Tally} people=${slip.ahead} me=${true} most=${state.qr ? 22 : 30} />`
                : null
            }</dd>
          </div>`
          }
        </dl>
        ${state.qr ? html`<p class="scan"><${Code} rows=${state.qr} label=${say(lang, "ticket.qr", { number: slip.number })} />${say(lang, "ticket.scan")}</p>` : null}
      </section>
      <p class="take" role="status">
        <${Icon} name="down" />
        <b>${say(lang, takeText(state))}</b>
      </p>
      <div class="ends">
        <button type="button" class="done" data-key="Enter" data-say="done" onClick=${act.home}>
          ${say(lang, "ticket.done")} <span>${say(lang, "ticket.closing", { n: state.left })}</span>
        </button>
        <${ViewButton} state=${state} act=${act} />
      </div>
    </main>
  </div>`;
}

/** The same number in the same place, and how to keep it. */
export function NoPaper({ state, act }) {
  const { lang } = state;
  const { slip } = state.answer;
  const number = slip.number;
  const helped = helpText(state);
  const facts = [
    [zoneShort(slip.zone, lang) || say(lang, "ticket.counters"), counters(lang, slip.counters)],
    [say(lang, "ticket.wait"), minutes(lang, slip.estimate)],
    [
      say(lang, "ticket.ahead_short"),
      typeof slip.ahead === "number" ? people(lang, slip.ahead) : "",
    ],
  ].filter(([, value]) => value);
  return html`<div class="kiosk">
    <${NumberSign} state=${state} />
    <main class="panel">
      <div role="status"><h2 class="trouble">${say(lang, state.print.reason === "paper_out" ? "nopaper.paper_out" : "nopaper.other")}</h2></div>
      <p class="calm">${say(lang, state.qr ? "nopaper.keep" : "nopaper.keep_two", { number })}</p>
      <section class=${`keep${state.qr ? "" : " alone"}`}>
        ${state.qr ? html`<${Code} rows=${state.qr} label=${say(lang, "ticket.qr", { number })} />` : null}
        <ul class="ways">
          ${state.qr ? html`<li><${Icon} name="phone" />${say(lang, "nopaper.scan")}</li>` : null}
          <li><${Icon} name="camera" />${say(lang, "nopaper.photo")}</li>
          <li><${Icon} name="pencil" />${say(lang, "nopaper.write", { number })}</li>
        </ul>
      </section>
      <dl class="strip">${facts.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
      <div class="pair">
        <button type="button" class="press" data-key="Enter" onClick=${act.home}>
          ${say(lang, "nopaper.kept")} <span>${say(lang, "nopaper.left", { n: state.left })}</span>
        </button>
        <button type="button" class="help" data-say="help" onClick=${act.help}>
          <${Icon} name=${state.helped === "yes" ? "tick" : "bell"} />${say(lang, `foot.${helped}`)}
        </button>
        <${ViewButton} state=${state} act=${act} />
      </div>
    </main>
  </div>`;
}

const REFUSALS = ["field_closed", "cap_reached", "day_closed", "has_number", "unknown_field"];

/** Why no number came, of the reasons this page has a text for. */
function reasonOf(refusal) {
  if (refusal.spent) return "spent";
  return REFUSALS.includes(refusal.error) ? refusal.error : "other";
}

/** What is to be done after a refusal: the text of the button and what it does. */
function wayOn(reason, act) {
  if (reason === "other") return ["refused.try", act.go];
  return reason === "has_number" ? ["refused.back", act.home] : ["refused.others", act.fields];
}

export function Refused({ state, act }) {
  const { lang, refusal } = state;
  const reason = reasonOf(refusal);
  const own = (refusal.ticket || {}).number || "";
  // the hub's own sentence names the field; it is in the visitor's language
  const isOwnText = ["has_number", "unknown_field", "other"].includes(reason);
  const words = (!isOwnText && refusal.message) || say(lang, `refused.${reason}`);
  const [onward, go] = wayOn(reason, act);
  return html`<div class="kiosk refused">
    <${Sign} state=${state} title=${say(lang, reason === "has_number" ? "refused.has_title" : "refused.title")} />
    <main class="panel">
      <p class="ask" role="status">${words}${own ? html` <b class="own">${own}</b>` : null}</p>
      <p class="ask-how">${say(lang, reason === "has_number" ? "refused.has_how" : "refused.how")}</p>
      <${Press} text=${say(lang, onward)} onClick=${go} />
      <${Foot} state=${state} act=${act} />
    </main>
  </div>`;
}
