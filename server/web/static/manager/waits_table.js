/* The table of waits: n always, sorted by the p90 where rows have no order of their own, few figures said so. */
import { Component, html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";
import { count, minutes, percent } from "./figures.js";

const RANKED = ["field", "service", "counter", "clerk"];

function sorted(answer) {
  const rows = answer.rows.filter((row) => row.issued || row.called || answer.by === "field");
  if (!RANKED.includes(answer.by)) return rows;
  const hurt = (row) => (row.few ? -1 : row.p90_wait_s);
  return rows.sort((a, b) => hurt(b) - hurt(a) || (b.mean_wait_s ?? -1) - (a.mean_wait_s ?? -1));
}

/** A bar from 0 to 100 %. */
class Bar extends Component {
  render({ share }) {
    return html`<span class="bar" aria-hidden="true"><i ref=${(el) => {
      if (el) el.style.width = `${share}%`;
    }}></i></span>`;
  }
}

function Row({ row, label, letter, growing, last }) {
  const figures = row.few
    ? html`<td class="r n">${minutes(row.mean_wait_s)}</td><td class="few" colspan="2">${row.called ? t("page.few") : ""}</td>`
    : html`<td class="r n">${minutes(row.mean_wait_s)}</td><td class="r n">${minutes(row.p50_wait_s)}</td><td class="r n b">${minutes(row.p90_wait_s)}</td>`;
  return html`<tr class=${`${row.few ? "scarce" : ""} ${last ? "all" : ""}`}>
    ${letter !== undefined && html`<td class="l">${letter}</td>`}
    <th scope="row" class="f">${label}</th>
    <td class="r n">${count(row.issued)}</td><td class="r n b">${count(row.called)}</td><td class="r n">${count(row.served)}</td>
    ${growing && html`<td class="r n">${count(row.waiting)}</td>`}
    <td class="r n">${count(row.no_shows)}</td>
    ${figures}<td class="r n">${minutes(row.max_wait_s)}</td>
    <td class="bars">${row.within_15_pct !== null && html`<${Bar} share=${row.within_15_pct} />`}</td><td class="r n b pc">${percent(row.within_15_pct)}</td></tr>`;
}

const Head = (name, unit, kind = "r") =>
  html`<th scope="col" class=${kind}><b>${t(`page.${name}`)}</b>${unit}</th>`;

/** `shorts`: field letter → short name; `growing`: the range holds today, so somebody may be waiting now. */
export function WaitTable({ answer, shorts, growing }) {
  const letters = answer.by === "field",
    rows = sorted(answer);
  const label = (row) => (letters ? shorts[row.key] || row.label : row.label);
  return html`<div class="scroll main" tabindex="0" role="region" aria-label=${t(`report.title.${answer.by}`)}>
    <table class=${`waits ${rows.length > 14 ? "long" : ""}`}><thead><tr>
    ${letters && html`<td class="l"></td>`}
    <th scope="col" class="f">
      <b>${t(`report.by.${answer.by}`)}</b>${t(RANKED.includes(answer.by) ? "page.worst_first" : "page.in_order")}
    </th>
    ${Head("issued", t("page.number"))}${Head("called", "n")}${Head("served", t("page.turns"))}
    ${growing && Head("waiting", t("page.number"))}
    ${Head("no_shows", t("page.turns"))}
    ${Head("mean", t("page.minutes"))}${Head("half", "p50")}${Head("most", "p90")}${Head("max", t("page.minutes"))}
    <th scope="col" class="r" colspan="2"><b>${t("page.within")}</b>${t("page.share")}</th></tr></thead>
    <tbody>${rows.map((row) => Row({ row, label: label(row), letter: letters ? row.key || "" : undefined, growing }))}</tbody>
    <tfoot>${Row({ row: answer.total, label: t("page.all"), letter: letters ? "" : undefined, growing, last: true })}</tfoot></table></div>`;
}
