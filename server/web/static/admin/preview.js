/* What people will see of a field: the row of the kiosk, the line of the board, the slip. Drawn from the draft at each key stroke. */
import { html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";
import { nameOf, rowNames, value } from "./state.js";

const numberOf = (prefix) => {
  const format = value(["site", "ticket_format"]) || "{prefix}{n:03d}";
  const digits = /\{n:0(\d)d\}/.exec(format)?.[1] || 1;
  return format.replace("{prefix}", prefix).replace(/\{n[^}]*\}/, "46".padStart(digits, "0"));
};
const nameOfField = (prefix, short) =>
  nameOf((short && value(["fields", prefix, "short"])) || value(["fields", prefix, "name"]));

const countersOf = (prefix) =>
  rowNames(["counters"]).filter((number) =>
    (value(["counters", number, "fields"]) || []).includes(prefix)
  );

export function FieldPreview({ prefix }) {
  return html`<section class="see"><h2>${t("see.title")}</h2>
    <h3>${t("see.kiosk")}</h3>
    <p class="krow"><span class="ktile">${prefix}</span><span class="kname">${nameOfField(prefix, true)}</span></p>
    <h3>${t("see.board")}</h3>
    <p class="brd"><span class="num">${prefix}</span><span>${nameOfField(prefix, true)}</span><span class="num e">21</span></p>
    <h3>${t("see.slip")}</h3>
    <${Slip} prefix=${prefix} />
  </section>`;
}

export const SlipPreview = ({ prefix }) =>
  html`<section class="see"><h2>${t("see.title")}</h2><h3>${t("see.slip")}</h3><${Slip} prefix=${prefix} /></section>`;

function Slip({ prefix }) {
  const lines = value(["slip", "lines"]) || [
    "logo",
    "centre",
    "field",
    "number",
    "place",
    "wait",
    "bring",
    "note",
    "scan",
    "foot",
  ];
  const note = value(["slip", "note"]),
    logo = value(["slip", "logo"]),
    counters = countersOf(prefix);
  const drawn = {
    logo: logo && html`<img class="logo" src=${`data:image/png;base64,${logo}`} alt="" />`,
    centre: html`<p class="sh">${nameOf(value(["site", "name"]))}</p>`,
    field: html`<p class="sf">${nameOfField(prefix)}</p>`,
    number: html`<p class="sn">${numberOf(prefix)}</p>`,
    place:
      counters.length > 0 &&
      html`<p class="sq">${t("see.counters", { list: counters.slice(0, 6).join(", ") })}</p>`,
    wait: html`<p class="sx">${t("see.wait")}</p>`,
    note: note && html`<p class="sx">${nameOf(note)}</p>`,
  };
  return html`<div class="slip">${lines.map((line) => drawn[line] || null)}</div>`;
}
