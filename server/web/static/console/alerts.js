/* What is wrong with the kiosks and who calls for help there: one quiet line each, for consoles and the greeter alike. */
import { html } from "./html.js";
import { hasText, t, timeOfDay } from "./texts.js";

/** One alert in words. */
export function alertWords(alert) {
  const code = hasText(`alert.${alert.code}`) ? alert.code : "other";
  return t(`alert.${code}`, { ...alert.params, code: alert.code, at: timeOfDay(alert.at) });
}

/** Tells alerts of one kind apart. */
export const keyOf = ({ code, params }) =>
  `${code} ${params.device || params.number || params.field || ""}`;

/** People before machines, what stops work before what will. */
export const worstFirst = (alerts) =>
  alerts
    .map((a, i) => ({ a, i }))
    .sort(
      (x, y) =>
        isHelp(y.a) - isHelp(x.a) || (y.a.level === "bad") - (x.a.level === "bad") || x.i - y.i
    )
    .map(({ a }) => a);

export const isHelp = (alert) => alert.code === "kiosk_help";

/** The calls for help in `alerts` that `seen` (a Set of keys) does not hold yet; they are put into it. */
export function newHelps(alerts, seen) {
  const fresh = (alerts || []).filter((a) => isHelp(a) && !seen.has(`${a.params.device} ${a.at}`));
  fresh.forEach((a) => seen.add(`${a.params.device} ${a.at}`));
  return fresh;
}

/** Alerts that are mended on the page of the clock. */
export const ofClock = (alert) => alert.code === "clock_doubt" || alert.code === "day_misdated";

export function Alerts({ alerts, centre }) {
  if (!alerts.length) return null;
  return html`<div role="status" class="alerts"><ul>
    ${alerts.map(
      (a) => html`<li key=${keyOf(a)} class=${a.level}>
      <i class=${`dot${a.level === "bad" ? " bad" : " warn"}`}></i><span class="x">${alertWords(a)}
        ${ofClock(a) && centre && html`<a href=${`/clock/${centre}`} target="_blank" rel="noopener">${t("alert.open_clock")}</a>`}</span>
    </li>`
    )}
  </ul></div>`;
}
