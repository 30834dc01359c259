/* The fields now: who waits, how many counters are open, and where waits of the last hour and of this moment lie on one scale. */
import { Component, html } from "/static/console/html.js";
import { fitted, minutesOf, nameOf, t, timeOfDay } from "/static/console/texts.js";
import { count, wholeMinutes } from "./figures.js";

const SCALES = [45, 60, 90, 120, 180, 240, 360, 480];

class Strip extends Component {
  render({ recent, waited, hot, most, target }) {
    const place = (minutes) => `${Math.min(100, (100 * minutes) / most)}%`;
    const from = recent ? recent.p50_wait_s / 60 : 0,
      to = recent ? recent.p90_wait_s / 60 : 0;
    const words = [
      recent &&
        t("live.range_words", {
          half: wholeMinutes(recent.p50_wait_s),
          most: wholeMinutes(recent.p90_wait_s),
        }),
      waited !== null && t("live.oldest_words", { n: waited }),
    ]
      .filter(Boolean)
      .join("; ");
    return html`<div class="strip"><span class="unseen">${words}</span><s ref=${(el) => {
      if (el) el.style.left = place(target);
    }}></s>
      ${
        recent &&
        html`<i ref=${(el) => {
          if (el) {
            el.style.left = place(from);
            el.style.width = `max(4px, ${(100 * (Math.min(to, most) - Math.min(from, most))) / most}%)`;
          }
        }}></i>`
      }
      ${
        waited !== null &&
        html`<b class=${hot ? "hot" : ""} ref=${(el) => {
          if (el) el.style.left = place(waited);
        }}></b>`
      }</div>`;
  }
}

const WIDE = 84,
  HIGH = 18;

/** How many waited in the last hour, every field on one scale; now is the dot. */
function Course({ course, most }) {
  if (!course) return "";
  const x = (i) => 3 + (i / (course.length - 1)) * (WIDE - 8);
  const y = (n) => HIGH - 3 - (n / most) * (HIGH - 6);
  const last = course.length - 1;
  const words = t("live.course_words", {
    first: course[0],
    most: Math.max(...course),
    now: course[last],
  });
  return html`<svg class="course" viewBox=${`0 0 ${WIDE} ${HIGH}`} role="img" aria-label=${words}>
    <path d=${course.map((n, i) => `${i ? "L" : "M"}${x(i).toFixed(1)} ${y(n).toFixed(1)}`).join("")} />
    <circle cx=${x(last)} cy=${y(course[last])} r="2.6" /></svg>`;
}

/** What somebody who came now would be told, as kiosk and board say it. */
function Now({ field }) {
  const { estimate, no_estimate: none } = field;
  if (estimate)
    return estimate.low
      ? html`<b class="num">${estimate.low}–${estimate.high}</b> ${t("live.minutes")}`
      : html`${t("live.under")} <b class="num">${estimate.high}</b> ${t("live.minutes")}`;
  if (!none) return "–";
  return html`<span class="faint">${t(`live.no_${none.why}`, { time: none.at ? timeOfDay(none.at) : "" })}</span>`;
}

/** Counters that serve a field: those with a job of its own; a priority or reserve counter is nobody's own. */
function staffed(snapshot, field) {
  const own = snapshot.counters.filter(
    (c) => c.fields.includes(field) && (c.mode === undefined || c.mode === "normal")
  );
  const all = own.length ? own : snapshot.counters.filter((c) => c.fields.includes(field));
  return { open: all.filter((c) => c.state === "open").length, all: all.length };
}

export function FieldTable({ snapshot, recent, at, chosen, acts }) {
  const { target_minutes: target, guard_minutes: guard } = snapshot.rules;
  const rows = snapshot.fields.map((f) => ({
    ...f,
    waited: f.oldest_at ? minutesOf(at - f.oldest_at) : null,
    recent: recent[f.field],
    ...staffed(snapshot, f.field),
  }));
  const top = Math.max(
    45,
    ...rows.map((r) => Math.max(r.waited || 0, r.recent ? r.recent.p90_wait_s / 60 : 0))
  );
  const most = SCALES.find((scale) => scale >= top) || SCALES[SCALES.length - 1];
  const tallest = Math.max(5, ...rows.flatMap((r) => r.course || []));
  const inTime = (r) => (r.waited > target ? "" : "ok");
  const late = (r) => r.waited !== null && (r.waited > guard || !r.open);
  return html`<section class="fields" aria-label=${t("live.fields")}><table>
    <thead><tr>
      <td class="l"></td>
      <th scope="col">${t("live.field")}</th>
      <th scope="col" class="r">${t("live.waits")}</th>
      <th scope="col" class="p">${t("live.since", { time: timeOfDay(at - 3600000) })}</th>
      <th scope="col" class="r k">${t("live.open_counters")}</th>
      <td class="g"><span class="scale" aria-hidden="true">${[0, 1, 2, 3].map(
        (n) => html`
        <span ref=${(el) => {
          if (el) el.style.left = `${(100 * n) / 3}%`;
        }}>${(most * n) / 3}</span>`
      )}</span></td>
      <th scope="col" class="r o">${t("live.oldest")}</th>
      <th scope="col" class="r e">${t("live.if_now")}</th>
    </tr></thead>
    <tbody>${rows.map(
      (r) => html`<tr>
      <td class="l">${r.field}</td>
      <th scope="row" class="f">
        <button aria-pressed=${chosen === r.field} onClick=${() => acts.choose({ field: r.field })}>
          ${fitted(nameOf(r.short) || nameOf(r.name), 48)}</button>
        ${r.message ? html`<span class="shut">${t("change.shut")}</span>` : ""}
        <span class="sub">${t("live.counters_of", { open: r.open, all: r.all })}${
          r.waited === null
            ? ""
            : html` · <span class=${late(r) ? "late" : ""}>${t("live.oldest_of", { n: r.waited })}</span>`
        }</span></th>
      <td class="r num n">${count(r.waiting)}</td>
      <td class="p">${Course({ course: r.course, most: tallest })}</td>
      <td class=${`r num k ${r.waiting && !r.open ? "late" : ""}`}>${r.open}/${r.all}</td>
      <td class="g"><${Strip} recent=${r.recent} waited=${r.waited} hot=${late(r)} most=${most} target=${target} /></td>
      <td class="r o">${
        r.waited === null
          ? html`<span class="faint">${t("live.none")}</span>`
          : html`<span class=${`num ${late(r) ? "late" : inTime(r)}`}>${count(r.waited)}</span> ${t("live.minutes")}`
      }</td>
      <td class="r e">${Now({ field: r })}</td>
    </tr>`
    )}</tbody></table>
    <p class="legend">
      <span><i></i>${t("live.key_range")}</span>
      <span><b></b>${t("live.key_oldest")}</span>
      <span>${t("live.key_line", { n: target })}</span>
    </p></section>`;
}
