/* Two pictures of waiting: by hour and weekday, and how many were called after how many minutes. Every figure is also written. */
import { html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";
import { percent, wholeMinutes } from "./figures.js";

const STEPS = [10, 15, 20, 25, 30, 40]; // minutes at which the brown grows darker
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const FEW = 30;

const shade = (value, steps) => steps.filter((step) => Number(value) >= step).length;

/** Hours that have anybody, with a null where hours in between have nobody (lunch). */
function columnsOf(cells) {
  const hours = [...new Set(cells.map((c) => c.hour).filter(Boolean))].sort();
  return hours.flatMap((hour, i) => (i && +hour - +hours[i - 1] > 1 ? [null, hour] : [hour]));
}

/** A heat map of cells `{weekday, hour, legs, value}`: `value` in each, by weekday and hour. steps: the values at which the brown grows darker; an empty list draws none. A cell of fewer than 30 waits that has steps shows none. */
export function HeatMap({ cells, title, unit, steps = STEPS, words }) {
  const scale = steps ?? STEPS;
  const columns = columnsOf(cells);
  const at = Object.fromEntries(cells.map((c) => [`${c.weekday} ${c.hour}`, c]));
  const days = DAYS.filter((day) => cells.some((c) => c.weekday === day));
  const few = scale.length > 0 && cells.some((c) => c.legs && c.legs < FEW);
  const id = `heat-${title.replace(/\W+/g, "-")}`;
  return html`<section class="chart"><h2 id=${id}>${title} <span>${unit}</span></h2>
    <div class="scroll" tabindex="0" role="region" aria-labelledby=${id}><table class="heat">
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
        ${columns.map((hour) => Cell({ cell: at[`${day} ${hour}`], scale, words }))}
      </tr>`
      )}</tbody>
    </table></div>
    ${few && html`<p class="under">${t("page.heat_few")}</p>`}</section>`;
}

function Cell({ cell, scale, words }) {
  if (!cell || !cell.legs || cell.value === null) return html`<td class="none"></td>`;
  const title = words ? words(cell) : null;
  if (scale.length && cell.legs < FEW) return html`<td class="few" title=${title}>–</td>`;
  return html`<td class=${`s${shade(cell.value, scale)}`} title=${title}>${cell.value}</td>`;
}

/** The report's own map: how long 9 of 10 waited, by weekday and hour of joining the line. */
export function WaitsMap({ cells }) {
  return HeatMap({
    cells: cells.map((c) => ({
      ...c,
      value: c.leg_p90_s === null ? null : wholeMinutes(c.leg_p90_s),
    })),
    title: t("page.heat"),
    unit: t("page.heat_unit"),
    words: (c) =>
      t("page.heat_cell", {
        weekday: t(`report.weekdays.${c.weekday}`),
        hour: +c.hour,
        minutes: `${c.at_least ? "≥ " : ""}${wholeMinutes(c.leg_p90_s)}`,
        n: c.legs,
      }),
  });
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
