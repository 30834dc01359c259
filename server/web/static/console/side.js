/* The right of the console: how many wait in each field, who is next, who is parked, who was absent. Cut to the room there is, never scrolled. */
import { DEFAULT_LANGUAGE } from "/ui/languages.js";
import { html } from "./html.js";
import { fitted, minutesOf, nameOf, t, timeOfDay } from "./texts.js";
import { fitLists, isDue, now } from "./state.js";
import { Alerts, worstFirst } from "./alerts.js";
import { serviceName, shortService } from "./words.js";

const isBelow = () => matchMedia("(max-width: 960px)").matches; // under the work, where it may take the room it needs
/** How many letters of a name a row has room for. */
function roomForName() {
  if (isBelow()) return 60;
  return matchMedia("(max-width: 1340px)").matches ? 22 : 30;
}

function level(minutes, rules) {
  if (minutes > rules.guard_minutes) return "guard";
  return minutes > rules.target_minutes ? "late" : "";
}

function Wait({ minutes, rules }) {
  return html`<span class="w"><span class=${level(minutes, rules)}>${minutes}</span> <small>${t("min")}</small></span>`;
}

/** What somebody who came now would be told, as kiosk and board say it; "" where nothing is. */
function nowTold({ estimate, no_estimate: none }) {
  if (estimate) return t(estimate.low ? "side.now_range" : "side.now_under", estimate);
  return none?.why === "no_counter" ? t("side.now_no_counter") : "";
}

/** What stands behind the name of a line: what is told there, or when this counter helps. */
const besideName = (field, rules) =>
  field.own ? nowTold(field) : t("side.help_after", { n: rules.overflow_after_minutes });

/** Name and what is told, for whoever rests on the line. */
const wholeLine = (field) =>
  [nameOf(field.name), nowTold(field) && t("side.now", { told: nowTold(field) })]
    .filter(Boolean)
    .join(" · ");

function Lines({ state, fit, asOf }) {
  const s = state.snapshot,
    at = now(state);
  return html`<section class=${`lines${fit.many ? " many" : ""}`}>
    <h2>${t("side.lines")} <span class="soft oldest">${asOf || t("side.oldest")}</span>
      <span class="soft people">${t("side.people")}</span></h2>
    <ul>
    ${fit.lines.map(
      (f) => html`<li key=${f.field}>
      <span class="n">${f.field}</span>
      <span class="x" title=${wholeLine(f)}>${fitted(nameOf(f.short) || nameOf(f.name), roomForName() - (besideName(f, s.rules) ? 10 : 0))} ${
        besideName(f, s.rules) && html`<span class="soft">${besideName(f, s.rules)}</span>`
      }</span>
      ${f.oldest_at && html`<${Wait} minutes=${minutesOf(at - f.oldest_at)} rules=${s.rules} />`}<span class="c">${f.waiting}</span></li>`
    )}
    ${
      fit.hidden > 0 &&
      html`<li class="more"><span class="x soft">
      ${t(fit.unseen ? "side.more_lines_busy" : "side.more_lines", { n: fit.hidden, people: fit.unseen })}
    </span></li>`
    }
  </ul></section>`;
}

function badges(snapshot, ticket) {
  const list = [];
  if (ticket.priority) list.push(snapshot.rules.badge);
  // who stands in line is told without a language, whoever is kept beside with it
  if (ticket.lang && ticket.lang !== DEFAULT_LANGUAGE)
    list.push(ticket.lang.slice(0, 2).toUpperCase());
  if (ticket.dossiers > 1) list.push(t("badge_dossiers", { n: ticket.dossiers }));
  if (ticket.to_counter || ticket.to_clerk) list.push(t("badge_sent"));
  else if (
    snapshot.counter.overflow?.includes(ticket.field) &&
    !snapshot.counter.fields.includes(ticket.field)
  )
    list.push(t("badge_help"));
  if (ticket.come_back) list.push(t("badge_back"));
  if (ticket.note) list.push(t("badge_note"));
  return list;
}

function Row({ state, acts, list, ticket }) {
  const s = state.snapshot,
    at = now(state),
    rules = s.rules,
    chosen = state.chosen === ticket.id;
  let words,
    right,
    due = false;
  if (list === "next") {
    words = shortService(s, ticket);
    right = html`<${Wait} minutes=${minutesOf(at - ticket.since)} rules=${rules} />`;
  }
  if (list === "parked") {
    const reason = s.lists.park_reasons.find((r) => r.code === ticket.park_reason);
    words = reason ? nameOf(reason.name) : serviceName(s, ticket);
    due = isDue(ticket, at);
    if (due) words = t("side.due", { reason: words });
    right = html`<${Wait} minutes=${minutesOf(at - ticket.parked_at)} rules=${rules} />`;
  }
  if (list === "absent") {
    words = t("side.calls", {
      n: ticket.calls,
      at: timeOfDay(ticket.called_at || ticket.missed_at),
    });
    right =
      ticket.rejoin_until && ticket.rejoin_until > at
        ? html`<span class="w"><span>${Math.ceil((ticket.rejoin_until - at) / 60000)}</span> <small>${t("min")}</small></span>`
        : html`<span class="w"><small>${t("side.too_late")}</small></span>`;
  }
  return html`<li class=${`pick${chosen ? " sel" : ""}${due ? " due" : ""}`} title=${ticket.note ? ticket.note.text : null}
    aria-current=${chosen ? "true" : undefined}
    onClick=${() => {
      state.chosen = chosen ? null : ticket.id;
      acts.shown();
    }}
    onDblClick=${() => {
      state.chosen = ticket.id;
      acts.press("choose");
    }}>
    <span class=${`n${ticket.number.length > 4 ? " long" : ""}`}>${ticket.number}</span><span class="x">${list === "next" ? fitted(words, roomForName()) : words}</span>
    ${
      list === "parked" &&
      ticket.remind_at &&
      !due &&
      html`
      <span class="badge">${t("side.remind_at", { at: timeOfDay(ticket.remind_at) })}</span>`
    }
    ${badges(s, ticket).map((b) => html`<span class="badge">${b}</span>`)}${right}</li>`;
}

/* One list, cut: the last row says how many more there are, and opens them. */
function List({ state, acts, list, room, head, asOf, total }) {
  const tickets = state.snapshot[list];
  const all = Math.max(total ?? 0, tickets.length);
  let show = all > room ? Math.max(0, room - 1) : tickets.length;
  const at = tickets.findIndex((ticket) => ticket.id === state.chosen);
  const from = at >= show ? at - show + 1 : 0;
  const rest = all - show;
  return html`<section><h2 id=${`list-${list}`}>${t(`side.${list}`)} <span class="soft">${all === 0 ? t("side.none") : asOf || head}</span></h2>
    <ul aria-labelledby=${`list-${list}`}>
    ${tickets.slice(from, from + show).map(
      (ticket) => html`<${Row} key=${ticket.id}
      state=${state} acts=${acts} list=${list} ticket=${ticket} />`
    )}
    ${
      rest > 0 &&
      html`<li class="more">
      <button onClick=${() => {
        state.opened = state.opened === list ? null : list;
        acts.shown();
      }}>
        ${t("side.more", { n: rest })}</button>
    </li>`
    }</ul></section>`;
}

export function Side({ state, acts, lost }) {
  const s = state.snapshot;
  if (!s) return html`<aside class="side" aria-label=${t("side.label")}></aside>`;
  const zoom = matchMedia("(min-width: 1800px) and (min-height: 940px)").matches ? 1.3 : 1;
  const high = (isBelow() ? 900 : Math.max(600, innerHeight)) / zoom;
  const alarms = worstFirst([
    ...(s.sent_back || []).map((back) => ({
      code: "sent_back",
      level: "warn",
      params: { number: back.number, to: back.to },
      at: back.at,
    })),
    ...(s.alerts || []),
  ]).slice(0, 2);
  const room =
    high - 56 - 32 - (innerHeight > 740 ? 40 : 0) - alarms.length * 30 - (alarms.length ? 12 : 0);
  const asOf =
    lost && state.heardAt ? t("side.as_of", { at: timeOfDay(state.heardAt + state.skew) }) : null;
  const fit = fitLists(s, room);
  const heads = {
    next: t("side.waited"),
    parked: t("side.parked_for"),
    absent: t("side.may_return"),
  };
  const opened = state.opened;
  return html`<aside class="side" aria-label=${t("side.label")}>
    ${!opened && html`<${Lines} state=${state} fit=${fit} asOf=${asOf} />`}
    ${(opened ? [opened] : ["next", "parked", "absent"]).map(
      (list) => html`<${List} key=${list} state=${state} acts=${acts} list=${list}
      room=${opened ? Math.floor((room - 27) / 34) : fit.give[list]}
      head=${heads[list]} asOf=${asOf} total=${list === "next" ? s.waiting : undefined} />`
    )}
    <${Alerts} alerts=${alarms} centre=${s.centre.code} />
    <div class="hint">${
      opened
        ? html`<button class="tool" onClick=${() => acts.press("back")}><span class="key">Esc</span> ${t("side.back")}</button>`
        : html`<span class="key">↑</span><span class="key">↓</span><span>${t("side.choose")}</span>
        <span class="key">Enter</span><span>${t("side.call")}</span>`
    }</div>
  </aside>`;
}
