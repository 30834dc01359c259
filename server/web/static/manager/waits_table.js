/* The table of waits where they were waited, the people who began there beside it, sorted by the p90 where rows have no order of their own. Few figures are said so; "≥" stands before what is only known to be at least that long. */
import { Component, html } from "/static/console/html.js";
import { fitted, t } from "/static/console/texts.js";
import { count, minutes, percent } from "./figures.js";
import { Sideways } from "./sideways.js";
import { ticketsUrl } from "./tabs.js";

const RANKED = [
  "field",
  "official_field",
  "service",
  "counter",
  "clerk",
  "channel",
  "priority",
  "zone",
];

function sorted(answer) {
  const rows = answer.rows.filter(
    (row) => row.leg_all || row.issued || row.delivered || answer.by === "field"
  );
  if (!RANKED.includes(answer.by)) return rows;
  const hurt = (row) => (row.leg_few ? -1 : row.leg_p90_s);
  return rows.sort((a, b) => hurt(b) - hurt(a) || (b.leg_max_s ?? -1) - (a.leg_max_s ?? -1));
}

/** A bar from 0 to 100 %. */
class Bar extends Component {
  render({ share }) {
    return html`<span class="bar" aria-hidden="true"><i ref=${(el) => {
      if (el) el.style.width = `${share}%`;
    }}></i></span>`;
  }
}

/** Minutes of a row's figure, marked where it is a lower bound. */
const atLeast = (row, key) => `${row.at_least.includes(key) ? "≥ " : ""}${minutes(row[key])}`;

function Row({ row, label, letter, growing, flagged, delivered, last, answer, centre }) {
  /** A figure that leads to the tickets it was counted from. */
  const to = (what, words) =>
    words && words !== "0"
      ? html`<a href=${ticketsUrl(centre, answer, last ? "all" : answer.by, last ? null : (row.key ?? ""), what)}>${words}</a>`
      : words;
  const waits = row.leg_few
    ? html`<td class="few" colspan="2">${row.leg_all ? t("page.few") : ""}</td>`
    : html`<td class="r n">${to("leg_all", atLeast(row, "leg_p50_s"))}</td><td class="r n b">${to("leg_all", atLeast(row, "leg_p90_s"))}</td>`;
  const first = row.few
    ? html`<td class="r n"></td><td class="r n"></td>`
    : html`<td class="r n">${to("first_wait", minutes(row.p90_wait_s))}</td><td class="r n">${to("total_wait", minutes(row.total_wait_p90_s))}</td>`;
  return html`<tr class=${`${row.leg_few ? "scarce" : ""} ${last ? "all" : ""}`}>
    ${letter !== undefined && html`<td class="l">${letter}</td>`}
    <th scope="row" class="f" title=${label}>${fitted(label, 90)}${row.official && html` <small class="n">${row.official}</small>`}</th>
    <td class="r n b">${to("leg_all", count(row.leg_all))}</td><td class="r n">${to("leg_sent", count(row.leg_sent))}</td><td class="r n">${to("leg_left", count(row.leg_left))}</td>
    ${growing && html`<td class="r n">${to("leg_waiting", count(row.leg_waiting))}</td>`}
    ${waits}<td class="r n">${to("leg_all", atLeast(row, "leg_max_s"))}</td>
    <td class="bars">${row.leg_within_15_pct !== null && html`<${Bar} share=${row.leg_within_15_pct} />`}</td><td class="r n b pc">${to("leg_within_15", percent(row.leg_within_15_pct))}</td>
    <td class="r n person">${to("issued", count(row.issued))}</td><td class="r n">${to("served", count(row.served))}</td>
    ${delivered && html`<td class="r n">${to("delivered", count(row.delivered))}</td>`}${first}
    ${flagged && html`<td class="r n">${to("flagged", count(row.flagged))}</td>`}</tr>`;
}

const Head = (name, unit, kind = "r") =>
  html`<th scope="col" class=${kind}><b>${t(`page.${name}`)}</b>${unit}</th>`;

/** `growing`: the range holds today, so somebody may be waiting now. */
export function WaitTable({ answer, growing, centre }) {
  const letters = answer.by === "field",
    flagged = answer.total.flagged > 0,
    delivered = answer.total.delivered > 0,
    rows = sorted(answer);
  const label = (row) => row.short || row.label;
  const shown = { growing, flagged, delivered, answer, centre };
  return html`<${Sideways} kind="main" label=${t(`report.title.${answer.by}`)}>
    <table class=${`waits ${rows.length > 14 ? "long" : ""}`}><thead><tr class="groups">
      <td colspan=${letters ? 2 : 1}></td>
      <th scope="colgroup" colspan=${growing ? 9 : 8}>${t("page.place")}</th>
      <th scope="colgroup" class="person" colspan=${4 + Number(flagged) + Number(delivered)}>${t("page.person")}</th>
    </tr><tr>
    ${letters && html`<td class="l"></td>`}
    <th scope="col" class="f">
      <b>${t(`report.by.${answer.by}`)}</b>${t(RANKED.includes(answer.by) ? "page.worst_first" : "page.in_order")}
    </th>
    ${Head("waits", t("page.turns"))}${Head("sent", t("page.turns"))}${Head("left", t("page.people"))}
    ${growing && Head("waiting", t("page.people"))}
    ${Head("half", "p50")}${Head("most", "p90")}${Head("max", t("page.minutes"))}
    <th scope="col" class="r" colspan="2"><b>${t("page.within")}</b>${t("page.share")}</th>
    ${Head("issued", t("page.number"), "r person")}${Head("served", t("page.people"))}
    ${delivered && Head("delivered", t("page.number"))}${Head("first", "p90")}${Head("together", "p90")}
    ${flagged && Head("flagged", t("page.number"))}</tr></thead>
    <tbody>${rows.map((row) => Row({ ...shown, row, label: label(row), letter: letters ? (row.key || "").split("@")[0] : undefined }))}</tbody>
    <tfoot>${Row({ ...shown, row: answer.total, label: t("page.all"), letter: letters ? "" : undefined, last: true })}</tfoot></table>
    </${Sideways}><${Balance} answer=${answer} />`;
}

/** What came in and what became of it, once for people and once for waits, and by how much they differ. */
function Balance({ answer }) {
  const side = (counts) =>
    Object.entries(counts)
      .map(([key, n]) => `${count(n)} ${t(`balance.${key}`)}`)
      .join(" + ");
  return html`<dl class="balance">${["visits", "legs"].map((which) => {
    const { came, went, off } = answer.balance[which];
    return html`<div class=${off ? "off" : ""}><dt>${t(`page.${which}`)}</dt>
      <dd>${side(came)} = ${side(went)} <b>${t("page.balance_off", { n: count(off) })}</b></dd></div>`;
  })}</dl>
  ${answer.pressed_often.length > 0 && html`<ul class="often">${answer.pressed_often.map((row) => html`<li>${often(row)}</li>`)}</ul>`}`;
}

const often = (row) =>
  t("page.often", {
    counter: row.counter,
    calls: count(row.calls),
    what: row.often.map((kind) => t(`page.often_${kind}`, { n: count(row[kind]) })).join(", "),
  });
