/* A view as a table: its figures lead to the tickets they were counted from. */
import { html } from "/static/console/html.js";
import { t, timeOfDay } from "/static/console/texts.js";
import { written } from "./days.js";
import { count, decimal, minutes } from "./figures.js";
import { Sideways } from "./sideways.js";
import { ticketsUrl } from "./tabs.js";

const tenth = (n) => decimal((Math.round(n * 10) / 10).toFixed(1));

/** A figure as people write it. */
export function figure(value, kind) {
  if (value === null || value === undefined) return "";
  if (kind === "count") return count(value);
  if (kind === "minutes") return value < 0 ? `−${minutes(-value)}` : minutes(value);
  if (kind === "percent" || kind === "decimal")
    return value < 0 ? `−${tenth(-value)}` : tenth(value);
  if (kind === "day") return written(value);
  return kind === "moment" ? timeOfDay(value, true) : value;
}

function Cell({ column, value, row, answer, centre }) {
  const bound = row.at_least?.includes(column.key) ? "≥ " : "";
  const words = bound + figure(value, column.kind);
  const text = column.kind === "text" || column.kind === "day";
  const linked = answer.by && column.what && value && row.key !== undefined;
  const range = column.of ? answer[column.of] : answer;
  return html`<td class=${text ? "t" : "r n"}>${
    linked
      ? html`<a href=${ticketsUrl(centre, range, row.key === null ? "all" : answer.by, row.key, column.what)}
      aria-label=${`${words}, ${column.label}, ${row.label}: ${t("views.behind")}`}>${words}</a>`
      : words
  }</td>`;
}

/** A number's own story is behind its number. */
const storyOf = (centre, row) =>
  `/manager/${centre}/reports/ticket?${new URLSearchParams({ day: row.values.day, number: row.key })}`;

export function ViewTable({ answer, centre }) {
  const { columns, rows, total } = answer;
  const line = (row, last) => html`<tr class=${last ? "all" : ""}>
    <th scope="row" class="f">${
      answer.view === "tickets" ? html`<a href=${storyOf(centre, row)}>${row.label}</a>` : row.label
    }</th>
    ${columns.map((column) => Cell({ column, value: row.values[column.key], row, answer, centre }))}</tr>`;
  return html`<${Sideways} kind="main" label=${answer.title}>
    <table class=${`waits view ${rows.length > 14 ? "long" : ""}`}><thead><tr>
      <th scope="col" class="f"><b>${answer.first}</b></th>
      ${columns.map((c) => html`<th scope="col" class=${c.kind === "text" || c.kind === "day" ? "t" : "r"}><b>${c.label}</b></th>`)}
    </tr></thead><tbody>${rows.map((row) => line(row))}</tbody>
    ${total && html`<tfoot>${line({ key: null, label: t("page.all"), values: total, at_least: answer.total_at_least }, true)}</tfoot>`}</table></${Sideways}>`;
}
