/* All lines at a glance: how many wait, since when the first of them, which counters are open; a touch takes a number for somebody. */
import { html } from "../console/html.js";
import { minutesOf, nameOf, t } from "../console/texts.js";

export const range = (e) => (e ? (e.low ? t("range", e) : t("under", e)) : null);

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
  const where = line
    ? line.counters.length
      ? t("open_counters", { list: line.counters.join(", ") })
      : t("no_counter")
    : "";
  return html`<li><button aria-pressed=${now.field === field.field} aria-disabled=${!open} onClick=${() => open && acts.choose(field)}>
    <span class=${`tile${field.field.length > 1 ? " long" : ""}`}>${field.field}</span><span class="what"><span class="x">${nameOf(field.short)}</span>
    <small>${open ? people : `${t(field.state)}${field.waiting ? ` · ${t("waiting", { n: field.waiting })}` : ""}`}</small>
    <small class=${line && !line.counters.length && field.waiting ? "none" : ""}>${where}</small></span></button></li>`;
}

export function Lines({ now, acts }) {
  const fields = now.hall?.fields || [],
    at = Date.now() + now.skew;
  const line = (field) => now.lines?.fields.find((f) => f.field === field.field);
  return html`<section aria-label=${t("lines")}
    class=${`lines${fields.length > 12 ? " many" : ""}${now.field || now.found ? " away" : ""}`}>
    <h2>${t("lines")}</h2>
    <ul>${fields.map((f) => html`<${Line} key=${f.field} field=${f} line=${line(f)} at=${at} now=${now} acts=${acts} />`)}</ul>
  </section>`;
}
