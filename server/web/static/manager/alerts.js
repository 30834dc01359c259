/* What needs somebody: what is wrong, one line of facts, one act. Worst first; the first act is the filled one. */
import { html } from "/static/console/html.js";
import { hasText, minutesOf, t, timeOfDay } from "/static/console/texts.js";

const MOST = 6;
/** After a press that helps, it can be taken back for so long. */
const UNDO_MS = 120000;

const ofClock = (a) => a.code === "clock_doubt" || a.code === "day_misdated";

/** The time before all, since nothing opens without it; people who call, then machines that stop, then lines nobody serves (the longest first), then lines that wait too long. */
function need(a) {
  if (ofClock(a)) return -1;
  if (a.code === "kiosk_help") return 0;
  if (a.level !== "bad") return 3;
  return a.params.field ? 2 : 1;
}
const byNeed = (a, b) =>
  need(a) - need(b) || (a.params.field && b.params.field ? b.params.waiting - a.params.waiting : 0);

const READY = ["normal", "reserve", "priority_only"]; // whom to ask first

/** Counters that could take this field, on a break or closed; those it belongs to before the reserve and the priority counter. */
function helpers(snapshot, field) {
  const able = snapshot.counters
    .filter((c) => c.fields.includes(field) && c.state !== "open")
    .sort((a, b) => READY.indexOf(a.mode) - READY.indexOf(b.mode));
  return {
    paused: able.filter((c) => c.state === "paused"),
    closed: able.filter((c) => c.state === "closed"),
  };
}

/** The places of an alert's sentences. */
const placesOf = (alert, at, shortOf) => ({
  minutes: alert.at ? minutesOf(at - alert.at) : 0,
  ...alert.params,
  field: alert.params.field ? shortOf(alert.params.field) : "",
  code: alert.code,
  time: alert.at ? timeOfDay(alert.at) : "",
});

const codeOf = (alert) => (hasText(`alerts.${alert.code}`) ? alert.code : "other");

/** Lines that wait too long or that nobody serves: who could open a counter for them. */
function couldHelp(help) {
  if (help.paused.length)
    return t("alerts.counters_paused", { counters: help.paused.map((c) => c.counter).join(", ") });
  if (!help.closed.length) return "";
  const first = help.closed.slice(0, 4).map((c) => c.counter);
  return t("alerts.counters_that_could", { counters: first.join(", ") });
}

/** Rules about a line that more counters would shorten. */
const OF_LINES = ["field_unstaffed", "wait_over_guard", "wait_p90_over"];

function Alert({ alert, snapshot, at, centre, shortOf, first, acts }) {
  const { field } = alert.params;
  const help = OF_LINES.includes(alert.code)
    ? helpers(snapshot, field)
    : { paused: [], closed: [] };
  const code = codeOf(alert),
    places = placesOf(alert, at, shortOf);
  const helper = help.paused[0] || help.closed[0];
  const whose = alert.to && alert.to !== "manager" ? t(`alerts.to_${alert.to}`) : "";
  return html`<li key=${alert.key}><p class="k">${t(`alerts.${code}`, places)}</p>
    <p class="d">${t(`alerts.${code}_facts`, places)} ${couldHelp(help)} ${whose}</p>
    <p class="do">${
      helper &&
      html`<a class=${`act ${first ? "go" : "btn"}`} href=${`/console/${centre}/${helper.counter}`}
      target="_blank" rel="noopener">${t("alerts.open_console", { counter: helper.counter })}</a>`
    }${
      ofClock(alert) &&
      html`<a class=${`act ${first ? "go" : "btn"}`} href=${`/clock/${centre}`}>${t("alerts.open_clock")}</a>`
    }${
      alert.code === "numbers_limit" &&
      html`<button class=${`act ${first ? "go" : "btn"}`}
        onClick=${() => acts.choose({ tooFast: alert.params.device })}>${t("alerts.take_back")}</button>`
    }${
      alert.key &&
      snapshot.day?.state === "open" &&
      html`<button class="act btn" aria-label=${t("alerts.take_of", { what: t(`alerts.${code}`, places) })}
        onClick=${() => acts.takeAlert(alert.key)}>${t("alerts.take")}</button>`
    }</p></li>`;
}

/** What somebody has taken on, with who, since when, and the press that says it is done. */
function Taken({ alert, at, shortOf, acts }) {
  const words = t(`alerts.${codeOf(alert)}`, placesOf(alert, at, shortOf));
  return html`<li key=${alert.key} class="taken"><p class="d"><b>${words}</b>. ${t("alerts.taken_by", { by: alert.taken.by, time: timeOfDay(alert.taken.at) })}</p>
    <button class="link" aria-label=${t("alerts.done_of", { what: words })} onClick=${() => acts.endAlert(alert.key)}>${t("alerts.done")}</button></li>`;
}

/** An idle counter beside a line it could help with: one press. */
function Suggestion({ made, at, shortOf, snapshot, acts }) {
  const counter = snapshot.counters.find((c) => c.counter === made.counter);
  const places = {
    counter: made.counter,
    letter: made.field,
    field: shortOf(made.field),
    waiting: made.waiting,
    minutes: minutesOf(at - made.idle_since),
  };
  const mode = counter?.mode || "normal";
  return html`<li key=${made.field}><p class="k">${t("alerts.idle", places)}</p><p class="d">${t("alerts.idle_facts", places)}</p>
    <p class="do"><button class="act btn" onClick=${() => acts.help(made, { ...made.assign, mode }, counter)}>${t("alerts.help", places)}</button></p></li>`;
}

/** The side column. */
export function Alerts({ snapshot, at, centre, shortOf, quiet, helped, said, acts, children }) {
  const all = snapshot.alerts || [],
    free = all.filter((a) => !a.taken),
    taken = all.filter((a) => a.taken);
  const hot = (a) => a.level === "bad" || a.code === "wait_over_guard";
  const bad = free.filter(hot).sort(byNeed);
  const warn = free.filter((a) => !hot(a));
  const suggestions = snapshot.suggestions || [];
  const undo = helped && performance.now() - helped.ticks < UNDO_MS ? helped : null;
  const list = (
    alerts,
    filled
  ) => html`<ul>${alerts.slice(0, MOST).map((alert, i) => Alert({ alert, snapshot, at, centre, shortOf, first: filled && i === 0, acts }))}
    ${alerts.length > MOST && html`<li class="more">${t("alerts.more", { n: alerts.length - MOST })}</li>`}</ul>`;
  return html`<aside class="side" aria-label=${t("live.look")}>${children}
    <p class="said" role="status">${said && !quiet ? said.text : ""}</p>
    ${!all.length && !suggestions.length && !undo && html`<section><h2>${t("live.fine")}</h2></section>`}
    ${bad.length > 0 && html`<section class="hot"><h2><span>${t("live.now")}</span> <span class="n">${bad.length}</span></h2>${list(bad, !quiet)}</section>`}
    ${
      (suggestions.length > 0 || undo) &&
      html`<section><h2><span>${t("alerts.could")}</span> <small>${t("alerts.one_press")}</small></h2><ul>
      ${suggestions.map((made) => Suggestion({ made, at, shortOf, snapshot, acts }))}
      ${
        undo &&
        html`<li class="taken"><p class="d">${t("alerts.helped", { counter: undo.counter, field: shortOf(undo.field) })}</p>
        <button class="link" onClick=${() => acts.undoHelp(undo)}>${t("alerts.undo")}</button></li>`
      }</ul></section>`
    }
    ${warn.length > 0 && html`<section><h2>${t("live.look")}</h2>${list(warn, false)}</section>`}
    ${taken.length > 0 && html`<section><h2>${t("alerts.taken")}</h2><ul>${taken.map((alert) => Taken({ alert, at, shortOf, acts }))}</ul></section>`}</aside>`;
}
