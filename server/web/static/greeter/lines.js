/* All lines at a glance: how many wait, since when the first of them, which counters are open; a touch takes a number for somebody. */
import { html } from "../console/html.js";
import { Picker } from "/ui/picker.js";
import { pickerOver } from "../console/procedure_picker.js";
import { currentLanguage, fitted, minutesOf, nameOf, t } from "../console/texts.js";

export const range = (e) => e && t(e.low ? "range" : "under", e);

/** Letters of a field's name that a row holds, in two lines of its column. */
const roomForName = () => (matchMedia("(max-width: 700px)").matches ? 60 : 36);

/** What is told of a field's wait now: the range, or that no counter is open. */
export const wait = (field) =>
  range(field.estimate) ||
  (field.no_estimate && field.no_estimate.why === "no_counter" ? t("no_counter") : null);

function Line({ field, line, at, now, acts }) {
  const open = field.state === "open",
    estimate = range(field.estimate);
  const oldest = line?.waiting.length
    ? minutesOf(at - Math.min(...line.waiting.map((w) => w.since)))
    : null;
  const people = field.waiting
    ? [t("waiting", { n: field.waiting }), oldest === null ? estimate : t("oldest", { n: oldest })]
        .filter(Boolean)
        .join(" · ")
    : t("nobody");
  const counters = line?.counters.length
    ? t("open_counters", { list: line.counters.join(", ") })
    : t("no_counter");
  const where = line ? counters : "";
  return html`<li><button aria-pressed=${now.field === field.field} aria-disabled=${!open} onClick=${() => open && acts.choose(field)}>
    <span class=${`tile${field.field.length > 1 ? " long" : ""}`}>${field.field}</span><span class="what"><span class="x" title=${nameOf(field.name)}>${fitted(nameOf(field.short) || nameOf(field.name), roomForName())}</span>
    <small>${open ? people : `${t(field.state)}${field.waiting ? ` · ${t("waiting", { n: field.waiting })}` : ""}`}</small>
    <small class=${line && !line.counters.length && field.waiting ? "none" : ""}>${where}</small></span></button></li>`;
}

/** Which rows stand where: those of the touched field first; of the other fields, for somebody who waits for the wrong one. */
function orderOf(now, fields) {
  const letters = fields.map((field) => field.field);
  if (now.changing) {
    const others = letters.filter((letter) => letter !== now.found.field);
    return { whole: others, only: others };
  }
  return now.field ? { near: [now.field], whole: [now.field] } : { whole: letters };
}

/** One field to type in for fields and procedures; the rows in place of the lines once something is typed or touched. */
function Choose({ now, acts, closed }) {
  const lang = currentLanguage();
  const { fields, services, listed } = now.hall;
  const isOpen = (letter) => fields.find((field) => field.field === letter)?.state === "open";
  const chosen = (row) => row.field === now.field && (row.service?.code || null) === now.service;
  return html`<${Picker} picker=${pickerOver(fields, services, lang)} typed=${now.typed} order=${orderOf(now, fields)}
    lang=${lang} t=${t} label=${t("choose")} hint=${t("pick.hint")} closed=${closed} brief=${true} coming=${listed === false}
    onType=${acts.type} onPick=${acts.pick} onLeave=${acts.leave}
    isOn=${now.changing ? null : chosen} isOff=${(row) => now.busy || (!now.changing && !isOpen(row.field))}
    noteOf=${(row) => (isOpen(row.field) ? "" : t("closed"))} />`;
}

export function Lines({ now, acts }) {
  if (!now.hall) return html`<section class="lines"><h2>${t("lines")}</h2></section>`;
  const closed = !now.field && !now.changing && !now.typed.trim();
  const { fields } = now.hall,
    at = Date.now() + now.skew;
  const line = (field) => now.lines?.fields.find((f) => f.field === field.field);
  return html`<section aria-label=${t("lines")}
    class=${`lines${fields.length > 12 ? " many" : ""}${now.issued || (now.found && !now.changing) ? " away" : ""}`}>
    <div class="title"><h2>${t(now.changing ? "change_to" : "lines")}</h2>
      ${!closed && html`<button class="all" onClick=${acts.leave}>${t("all_lines")}</button>`}</div>
    <${Choose} now=${now} acts=${acts} closed=${closed} />
    ${closed && html`<ul class="tiles">${fields.map((f) => html`<${Line} key=${f.field} field=${f} line=${line(f)} at=${at} now=${now} acts=${acts} />`)}</ul>`}
  </section>`;
}
