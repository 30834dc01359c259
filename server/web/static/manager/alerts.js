/* What needs somebody: what is wrong, one line of facts, one act. Worst first; the first act is the filled one. */
import { html } from "/static/console/html.js";
import { hasText, minutesOf, t, timeOfDay } from "/static/console/texts.js";

const SILENT_MINUTES = 3;
const MOST = 6;

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

/** Screens of the hall that were there today and have gone. */
function gone(snapshot, at) {
  return (snapshot.devices || [])
    .filter(
      (d) =>
        (d.role === "board" || d.role === "kiosk") &&
        !d.online &&
        d.seen_at &&
        minutesOf(at - d.seen_at) >= SILENT_MINUTES &&
        at - d.seen_at < 12 * 3600000
    )
    .map((d) => ({
      code: "device_offline",
      level: d.role === "kiosk" ? "bad" : "warn",
      params: { device: d.device },
      at: d.seen_at,
    }));
}

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

function Alert({ alert, snapshot, at, centre, shortOf, first, acts }) {
  const { field } = alert.params;
  const help = field ? helpers(snapshot, field) : { paused: [], closed: [] };
  const code = hasText(`alerts.${alert.code}`) ? alert.code : "other";
  const places = {
    ...alert.params,
    field: field ? shortOf(field) : "",
    code: alert.code,
    time: alert.at ? timeOfDay(alert.at) : "",
    minutes: alert.at ? minutesOf(at - alert.at) : alert.params.minutes,
  };
  const helper = help.paused[0] || help.closed[0];
  const more = help.paused.length
    ? t("alerts.counters_paused", { counters: help.paused.map((c) => c.counter).join(", ") })
    : help.closed.length
      ? t("alerts.counters_that_could", {
          counters: help.closed
            .slice(0, 4)
            .map((c) => c.counter)
            .join(", "),
        })
      : "";
  return html`<li><p class="k">${t(`alerts.${code}`, places)}</p><p class="d">${t(`alerts.${code}_facts`, places)} ${more}</p>
    ${
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
    }</li>`;
}

/** The side column. */
export function Alerts({ snapshot, at, centre, shortOf, quiet, acts, children }) {
  const all = [...(snapshot.alerts || []), ...gone(snapshot, at)];
  const bad = all.filter((a) => a.level === "bad" || a.code === "wait_over_guard").sort(byNeed);
  const warn = all.filter((a) => !bad.includes(a));
  const list = (
    alerts,
    filled
  ) => html`<ul>${alerts.slice(0, MOST).map((alert, i) => Alert({ alert, snapshot, at, centre, shortOf, first: filled && i === 0, acts }))}
    ${alerts.length > MOST && html`<li class="more">${t("alerts.more", { n: alerts.length - MOST })}</li>`}</ul>`;
  return html`<aside class="side" aria-label=${t("live.look")}>${children}
    ${!all.length && html`<section><h2>${t("live.fine")}</h2></section>`}
    ${bad.length > 0 && html`<section class="hot"><h2>${t("live.now")}</h2>${list(bad, !quiet)}</section>`}
    ${warn.length > 0 && html`<section><h2>${t("live.look")}</h2>${list(warn, false)}</section>`}</aside>`;
}
