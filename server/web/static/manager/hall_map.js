/* The counters where they stand: one row a zone, small zones side by side, every counter always in its place. */
import { html } from "/static/console/html.js";
import { minutesOf, t } from "/static/console/texts.js";

const A_ROW = 14;

const widthOf = (row) => row.reduce((n, piece) => n + piece.counters.length, 0);

/** Zones packed into rows of at most fourteen counters, in the centre's order; a larger zone goes on in the next row. */
function rowsOf(counters) {
  const zones = [];
  for (const counter of counters) {
    const last = zones.find((z) => z.zone === counter.zone);
    if (last) last.counters.push(counter);
    else zones.push({ zone: counter.zone, counters: [counter] });
  }
  const pieces = zones.flatMap((z) => {
    const parts = [];
    for (let i = 0; i < z.counters.length; i += A_ROW)
      parts.push({ zone: z.zone, name: i ? "" : z.zone, counters: z.counters.slice(i, i + A_ROW) });
    return parts;
  });
  const rows = [];
  for (const piece of pieces) {
    const row = rows[rows.length - 1];
    if (row && widthOf(row) + piece.counters.length <= A_ROW) row.push(piece);
    else rows.push([piece]);
  }
  return rows;
}

/** What a counter is doing: the plate's look, the line under it, the small line, and all of it in words. */
function doing(counter, at) {
  const since = (ms) => (ms ? t("live.minutes_n", { n: minutesOf(at - ms) }) : "");
  if (counter.state === "closed")
    return {
      plate: "none",
      quiet: t(counter.mode === "reserve" ? "live.reserve" : "live.closed"),
      small: counter.since ? "" : t("live.not_open"),
    };
  if (counter.number && counter.ticket_state === "CALLED")
    return { plate: "on", ticket: counter.number, small: t("live.calling") };
  if (counter.number)
    return { plate: "", ticket: counter.number, small: since(counter.ticket_since) };
  if (counter.state === "paused")
    return { plate: "off", quiet: t("live.paused"), small: since(counter.since) };
  return { plate: "free", quiet: t("live.free"), small: "" };
}

function Counter({ counter, at, chosen, acts }) {
  const { plate, ticket, quiet, small } = doing(counter, at);
  return html`<li class="c" title=${counter.clerk ? t("live.by", { clerk: counter.clerk }) : null}>
    <button class="pick" aria-pressed=${chosen === counter.counter} onClick=${() => acts.choose({ counter: counter.counter })}>
      <span class="unseen">${t("change.counter", { counter: "" })}</span>
      <span class=${`plate ${plate}`}>${counter.counter}</span>
      ${counter.assigned ? html`<span class="moved" title=${t("change.assigned")}></span>` : ""}
      ${ticket ? html`<span class="t">${ticket}</span>` : html`<span class="q">${quiet}</span>`}
      <span class="m">${small}</span>
      ${ticket && counter.break_wanted ? html`<span class="m then">${t("live.then_break")}</span>` : ""}
    </button></li>`;
}

/** The map of the hall; `zones`: id → name. */
export function HallMap({ snapshot, zones, at, chosen, acts }) {
  const rows = rowsOf(snapshot.counters);
  const widest = Math.max(...rows.map(widthOf));
  return html`<section class="map" aria-label=${t("live.counters")}>${rows.map(
    (row) => html`<div class="zones">
    ${row.map(
      (piece) => html`<div class="zone"
      ref=${(el) => {
        if (el) el.style.flex = `0 0 ${(100 * piece.counters.length) / widest}%`;
      }}>
      <h2 title=${zones[piece.zone]}>${piece.name ? zones[piece.zone] || piece.zone : ""}</h2>
      <ul>${piece.counters.map((counter) => Counter({ counter, at, chosen, acts }))}</ul>
    </div>`
    )}
  </div>`
  )}</section>`;
}
