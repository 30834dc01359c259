/* Two pictures of waiting: by hour and weekday, and how many were called after how many minutes. Every figure is also written. */
import { html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";
import { percent, wholeMinutes } from "./figures.js";

const STEPS = [10, 15, 20, 25, 30, 40]; // minutes at which the brown grows darker
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const FEW = 30;

const shade = (seconds) => STEPS.filter((step) => seconds / 60 >= step).length;

/** Hours that have anybody, with a null where hours in between have nobody (lunch). */
function columnsOf(cells) {
  const hours = [...new Set(cells.map((c) => c.hour).filter(Boolean))].sort();
  return hours.flatMap((hour, i) => (i && +hour - +hours[i - 1] > 1 ? [null, hour] : [hour]));
}

/** The heat map: p90 by weekday and hour of joining the line. A cell of fewer than 30 waits has no percentile. */
export function HeatMap({ cells }) {
  const columns = columnsOf(cells);
  const at = Object.fromEntries(cells.map((c) => [`${c.weekday} ${c.hour}`, c]));
  const days = DAYS.filter((day) => cells.some((c) => c.weekday === day));
  const few = cells.some((c) => c.legs && c.legs < FEW);
  return html`<section class="chart"><h2 id="heat-title">${t("page.heat")} <span>${t("page.heat_unit")}</span></h2>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="heat-title"><table class="heat">
      <thead><tr>
        <td></td>
        ${columns.map((hour) =>
          hour
            ? html`<th scope="col">${t("page.heat_hour", { hour: +hour })}</th>`
            : html`<td class="gap"></td>`
        )}
      </tr></thead>
      <tbody>${days.map(
        (day) => html`<tr>
        <th scope="row">${t(`report.weekdays.${day}`)}</th>
        ${columns.map((hour) => Cell({ day, cell: at[`${day} ${hour}`] }))}
      </tr>`
      )}</tbody>
    </table></div>
    ${few && html`<p class="under">${t("page.heat_few")}</p>`}</section>`;
}

function Cell({ day, cell }) {
  if (!cell || !cell.legs) return html`<td class="none"></td>`;
  const words = t("page.heat_cell", {
    weekday: t(`report.weekdays.${day}`),
    hour: +cell.hour,
    minutes: `${cell.at_least ? "≥ " : ""}${wholeMinutes(cell.leg_p90_s)}`,
    n: cell.legs,
  });
  if (cell.legs < FEW) return html`<td class="few" title=${words}>–</td>`;
  return html`<td class=${`s${shade(cell.leg_p90_s)}`} title=${words}>${wholeMinutes(cell.leg_p90_s)}</td>`;
}

const WIDE = 440,
  HIGH = 270,
  LEFT = 44,
  RIGHT = 426,
  TOP = 10,
  BOTTOM = 244;
const x = (minute) => LEFT + (minute / 60) * (RIGHT - LEFT);
const y = (share) => BOTTOM - (share / 100) * (BOTTOM - TOP);
const path = (shares) =>
  `M${x(0)} ${y(0)} ` +
  shares.map((share, minute) => `L${x(minute).toFixed(1)} ${y(share).toFixed(1)}`).join(" ");

/** Curves of the share called within so many minutes: all, and up to two rows beside it. `lines`: [{shares, name, dash: "" | "long" | "dots"}]. */
export function Curve({ lines }) {
  const all = lines[0].shares,
    within = percent(all[15]);
  const low = y(all[15]) > 150 ? -66 : 40; // the words keep clear of the curves
  return html`<section class="chart"><h2>${t("page.curve")} <span>${t("page.curve_unit")}</span></h2>
    <svg class="curve" viewBox=${`0 0 ${WIDE} ${HIGH}`} role="img" aria-label=${t("page.curve_words", { percent: within })}>
      ${[0, 25, 50, 75, 90, 100].map(
        (share) => html`
        <path class=${share ? "rule" : "axis"} d=${`M${LEFT} ${y(share)} H${RIGHT}`} />
        <text x=${LEFT - 8} y=${y(share) + 4.5} text-anchor="end">${share}</text>`
      )}
      ${[0, 15, 30, 45].map((minute) => html`<text x=${x(minute)} y=${BOTTOM + 19} text-anchor="middle">${minute}</text>`)}
      <text x=${RIGHT + 14} y=${BOTTOM + 19} text-anchor="end">${t("page.curve_minutes", { n: 60 })}</text>
      <path class="axis" d=${`M${x(15)} ${BOTTOM} V${TOP}`} />
      ${[...lines].reverse().map((line) => html`<path class=${`line ${line.dash}`} d=${path(line.shares)} />`)}
      <circle cx=${x(15)} cy=${y(all[15])} r="5.5" />
      <text class="big" x=${x(15) + 12} y=${Math.min(y(all[15]) + low + 44, BOTTOM - 30)}>${within}</text>
      <text class="label" x=${x(15) + 12} y=${Math.min(y(all[15]) + low + 63, BOTTOM - 11)}>${t("page.curve_within")}</text>
    </svg>
    <ul class="legend">${lines.map(
      (line) => html`<li>
      <svg width="30" height="4" aria-hidden="true"><path class=${`line ${line.dash}`} d="M1 2H29" /></svg>${line.name}
    </li>`
    )}</ul></section>`;
}
