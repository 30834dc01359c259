/* Who calls for help at a kiosk, and what is wrong with the kiosks: a strip under the bar, a call for help with the one thing to press. */
import { html } from "../console/html.js";
import { t } from "../console/texts.js";
import { alertWords, isHelp, keyOf, ofClock, worstFirst } from "../console/alerts.js";

export function Alarms({ alerts, acts, centre }) {
  const helps = alerts.filter(isHelp),
    others = worstFirst(alerts.filter((a) => !isHelp(a))).slice(0, 4);
  return html`<div class="alarms" role="alert">
    ${helps.map(
      (a) => html`<p class="help" key=${a.params.device + a.at}>
      <b>${alertWords(a)}</b><button class="btn" onClick=${() => acts.came(a)}>${t("came")}</button>
    </p>`
    )}
    ${others.map(
      (
        a
      ) => html`<p key=${keyOf(a)} class=${a.level}><i class=${`dot ${a.level}`}></i>${alertWords(a)}
      ${ofClock(a) && html`<a href=${`/clock/${centre}`}>${t("alert.open_clock")}</a>`}</p>`
    )}</div>`;
}
