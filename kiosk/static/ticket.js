// From "is this right?" to the number: confirm, ticket, ticket without paper, refusal.
import { parts, shortName } from "/ui/procedures.js";
import { html, Icon, Tally, Name, Sign, Foot, Press, fieldName } from "/static/parts.js";
import {
  say,
  named,
  minutes,
  whyNoMinutes,
  counters,
  mainAndRest,
  zoneShort,
} from "/static/words.js";

// names up to here are told as they are; longer ones short, and whole in a box of their own
const LONG_NAME = 110;
const PART = 720;
const PART_BIG = 330;

/** The official name whole; one that fills more than its box is read in parts, never made smaller. */
function FullName({ state, act, name }) {
  const { lang } = state;
  const list = parts(name, state.big || state.compact ? PART_BIG : PART);
  const at = Math.min(state.at, list.length - 1);
  const next = (at + 1) % list.length;
  return html`<section class="fullname" aria-label=${say(lang, "confirm.full")}>
    <p class="how">
      <b>${say(lang, "confirm.full")}</b>
      ${list.length > 1 ? html`<span>${say(lang, "confirm.part", { n: at + 1, all: list.length })}</span>` : null}
      ${list.length > 1 ? html`<button type="button" onClick=${() => act.turn(next)}>${say(lang, next ? "confirm.read_on" : "confirm.read_first")}</button>` : null}
    </p>
    <p>${list[at]}</p>
  </section>`;
}

export function Confirm({ state, act }) {
  const { lang, field, service, snapshot } = state;
  const [main, rest] = fieldName(field, lang);
  const fresh = snapshot.fields.find((f) => f.field === field.field) || field;
  const full = service ? named(service.name, lang) : "";
  const long = full.length > LONG_NAME;
  const range = minutes(lang, fresh.estimate);
  const wait = range
    ? `${say(lang, "confirm.wait")} ${range}`
    : whyNoMinutes(lang, fresh.no_estimate);
  return html`<div class="kiosk confirm">
    <${Sign} state=${state} title=${say(lang, "confirm.title")} />
    <main class="panel">
      <dl class="check">
        <div>
          <dt>${say(lang, "confirm.field")}</dt>
          <dd>
            <span class=${`tile${field.field.length > 1 ? " two" : ""}`}>${field.field}</span>
            <span><${Name} text=${main} />${rest && !service ? html`<small>${rest}</small>` : null}</span>
          </dd>
        </div>
        ${service ? html`<div><dt>${say(lang, "confirm.service")}</dt><dd>${long ? shortName(service, lang) : full}</dd></div>` : null}
        ${
          service && named(service.bring, lang) && !state.compact
            ? html`<div>
          <dt>${say(lang, "confirm.bring")}</dt><dd class="bring">${named(service.bring, lang)}</dd>
        </div>`
            : null
        }
        ${
          state.dossiers
            ? html`<div>
          <dt>${say(lang, "confirm.dossiers")}</dt>
          <dd>${
            state.dossiers >= 2 * field.bulk_from ||
            (state.dossiers > 1 && field.bulk_from > 5) ||
            state.dossiers === field.bulk_from
              ? say(lang, "dossiers.over", { n: state.dossiers })
              : say(lang, state.dossiers === 1 ? "dossiers.one" : "dossiers.some", {
                  n: state.dossiers,
                })
          }</dd>
        </div>`
            : null
        }
        ${
          state.claimed
            ? html`<div>
          <dt>${say(lang, "confirm.priority")}</dt>
          <dd><span class="tile badge" aria-hidden="true">${snapshot.priority.badge}</span>${named(state.claimed.name, lang)}</dd>
        </div>`
            : null
        }
        ${
          fresh.waiting !== null && !state.compact
            ? html`<div>
          <dt>${say(lang, "confirm.ahead")}</dt>
          <dd><span>
            ${fresh.waiting ? say(lang, "fields.people", { n: fresh.waiting }) : say(lang, "fields.people_none")}
            ${wait ? html`<small>${wait}</small>` : null}
          </span></dd>
        </div>`
            : null
        }
      </dl>
      ${long ? html`<${FullName} state=${state} act=${act} name=${full} />` : null}
      <${Press} text=${say(lang, state.busy ? "confirm.busy" : "confirm.go")} onClick=${act.go} busy=${state.busy} />
      <${Foot} state=${state} act=${act} />
    </main>
  </div>`;
}

/** The code as squares, drawn from rows of 0 and 1. */
function Code({ rows, label }) {
  const path = rows
    .map((row, y) =>
      [...row.matchAll(/1+/g)]
        .map((run) => `M${run.index} ${y}h${run[0].length}v1h-${run[0].length}z`)
        .join("")
    )
    .join("");
  return html`<svg class="qr" viewBox=${`0 0 ${rows.length} ${rows.length}`} shape-rendering="crispEdges" role="img" aria-label=${label}><path d=${path} /></svg>`;
}

function NumberSign({ state }) {
  const { lang } = state;
  const { slip } = state.answer;
  const [main, rest] = mainAndRest(named(slip.field, lang));
  const below = named(slip.service, lang) || rest;
  return html`<${Sign} state=${state} kind="numbered" title=${null}>
    <p class="label">${say(lang, "ticket.yours")}${slip.priority ? html`<b>${slip.badge}</b>` : null}</p>
    <h1 tabindex="-1" class=${`number${state.answer.test ? " words" : ""}${slip.number.length > 4 ? " wide" : ""}`}>${slip.number}</h1>
    <p class=${`of${main.length + below.length > 40 ? " long" : ""}`}>${main} <small>${below}</small></p>
  <//>`;
}

const people = (lang, n) =>
  n ? say(lang, "ticket.ahead_some", { n }) : say(lang, "ticket.ahead_none");

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
        <b>${say(lang, state.answer.test ? "ticket.test" : state.print.state === "printed" ? "ticket.take" : "ticket.printing")}</b>
      </p>
      <button type="button" class="done" data-key="Enter" data-say="done" onClick=${act.home}>
        ${say(lang, "ticket.done")} <span>${say(lang, "ticket.closing", { n: state.left })}</span>
      </button>
    </main>
  </div>`;
}

/** The same number in the same place, and how to keep it. */
export function NoPaper({ state, act }) {
  const { lang } = state;
  const { slip } = state.answer;
  const number = slip.number;
  const helped = state.helped === "yes" ? "helped" : state.helped === "no" ? "no_help" : "help";
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
      </div>
    </main>
  </div>`;
}

export function Refused({ state, act }) {
  const { lang, refusal } = state;
  const known = refusal.spent
    ? "spent"
    : ["field_closed", "cap_reached", "day_closed", "has_number", "unknown_field"].includes(
          refusal.error
        )
      ? refusal.error
      : "other";
  const own = (refusal.ticket || {}).number || "";
  // the hub's own sentence names the field; it is in Vietnamese
  const words =
    known === "has_number"
      ? say(lang, "refused.has_number")
      : lang === "vi" && refusal.message && known !== "unknown_field"
        ? refusal.message
        : say(lang, `refused.${known}`);
  return html`<div class="kiosk refused">
    <${Sign} state=${state} title=${say(lang, known === "has_number" ? "refused.has_title" : "refused.title")} />
    <main class="panel">
      <p class="ask" role="status">${words}${own ? html` <b class="own">${own}</b>` : null}</p>
      <p class="ask-how">${say(lang, known === "has_number" ? "refused.has_how" : "refused.how")}</p>
      <${Press} text=${say(lang, known === "other" ? "refused.try" : known === "has_number" ? "refused.back" : "refused.others")}
        onClick=${known === "other" ? act.go : known === "has_number" ? act.home : act.fields} />
      <${Foot} state=${state} act=${act} />
    </main>
  </div>`;
}
