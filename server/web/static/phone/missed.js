/* The call was missed: how long one may come back, what it costs, and the calls as proof. */
import { html } from "/static/console/html.js";
import { t, timeOfDay } from "/static/console/texts.js";

const MINUTE = 60000;

export const keepsPlace = ({ rejoin_until: until }) => Boolean(until) && until > Date.now();

/** range: the words of what would be told, or "" */
export function Missed({ ticket, back, range }) {
  if (!keepsPlace(ticket)) return null;
  const left = ticket.rejoin_until - Date.now();
  const within = ticket.rejoin_until - ticket.missed_at;
  const share = Math.min(100, Math.max(0, (100 * left) / within));
  return html`<dl>
    <div>
      <dt>${t("back_left")}</dt>
      <dd class="left"><span class="nb">${t("back_minutes", { n: Math.ceil(left / MINUTE) })}</span> <small class="nb">${t("back_until", { time: timeOfDay(ticket.rejoin_until) })}</small>
        <span class="while" aria-hidden="true"><i style=${{ width: `${share}%` }}></i></span></dd>
    </div>
    ${
      back &&
      html`<div>
        <dt>${t("back_now")}</dt>
        <dd>${back.ahead ? t("back_behind", { n: back.ahead }) : t("first")}${range && html` <small class="nb">${t("back_about", { range })}</small>`}</dd>
      </div>`
    }
    <div>
      <dt>${t("back_calls", { n: ticket.calls })}</dt>
      <dd class="small">${t("back_last", { time: timeOfDay(ticket.called_at) })}</dd>
    </div>
  </dl>`;
}
