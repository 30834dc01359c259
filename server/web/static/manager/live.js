/* The hall now, as its manager watches it: five figures, the counters where they stand, the fields, and what needs somebody. */
import { fetchInTime, LONG_LIMIT_MS } from "/static/fetch_in_time.js";
import { html, render } from "/static/console/html.js";
import { age, loadTexts, minutesOf, nameOf, setZone, t, timeOfDay } from "/static/console/texts.js";
import { Alerts } from "./alerts.js";
import { count, percent, wholeMinutes } from "./figures.js";
import { FieldTable } from "./field_table.js";
import { HallMap } from "./hall_map.js";
import { makeActs } from "./live_acts.js";
import { Choice, Issuing } from "./live_choice.js";

const root = document.getElementById("live");
const { centre, lang, zone } = root.dataset;
const listed = (id, key) =>
  [...document.querySelectorAll(`#${id} li`)].map((li) => [li.dataset[key], li]);
const zones = Object.fromEntries(listed("zones", "zone").map(([id, li]) => [id, li.textContent]));
const modes = Object.fromEntries(
  listed("counters", "counter").map(([number, li]) => [number, li.dataset.mode])
);
const REPORT_EVERY = 30000;
const COUNTED_MINUTES = 15; // what the report counts (within_15), whatever shorter or longer wait the centre promises

const state = {
  snapshot: null,
  heardTicks: 0,
  report: null,
  up: true,
  lostAt: 0,
  choice: null,
  said: null,
  helped: null,
  busy: false,
};

/** The hub's clock, carried on by ours: a wrong clock on this computer changes no wait. */
const now = () => state.snapshot.at + performance.now() - state.heardTicks;

async function readReport() {
  if (document.hidden && state.report) return;
  try {
    const answer = await fetchInTime(
      `/api/v1/${centre}/reports/waits?charts=1&lang=${lang}`,
      { headers: { Accept: "application/json" } },
      LONG_LIMIT_MS
    );
    if (answer.status === 401) {
      toLogin();
      return;
    }
    if (answer.ok) {
      state.report = await answer.json();
      show();
    }
  } catch {
    /* the line's own strip says that the hub is away */
  }
}

const acts = makeActs(
  centre,
  state,
  () => show(),
  () => toLogin()
);
const toLogin = () =>
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);

/** The field where somebody has waited longest. */
function oldest(snapshot) {
  return (
    snapshot.fields.filter((f) => f.oldest_at).sort((a, b) => a.oldest_at - b.oldest_at)[0] || null
  );
}

/** How many waited an hour ago, in words; nothing where the day is younger. */
function hourAgo(snapshot) {
  const then = snapshot.at - 3600000;
  const courses = snapshot.fields.map((f) => f.course).filter(Boolean);
  if (!courses.length || !courses.some((c) => c.some((n) => n))) return "";
  const n = courses.reduce((sum, c) => sum + c[0], 0);
  return t("live.hour_ago", { n: count(n), time: timeOfDay(then) });
}

function Figure({ value, unit, words, late, before }) {
  return html`<div><span class=${`num ${late ? "late" : ""}`}>${value}${unit && html` <small>${unit}</small>`}</span>${words}${
    before && html`<small class="before">${before}</small>`
  }</div>`;
}

/** How long people waited for their call today: the median, or the mean while they are few. */
function UsualWait({ total }) {
  if (!total?.leg_all) return Figure({ value: "–", words: t("live.none_called") });
  if (total.leg_few)
    return Figure({
      value: wholeMinutes(total.leg_mean_called_s) || "–",
      unit: t("live.minutes"),
      words: t("live.mean", { n: count(total.leg_called) }),
    });
  return Figure({
    value: `${total.at_least.includes("leg_p50_s") ? "≥ " : ""}${wholeMinutes(total.leg_p50_s)}`,
    unit: t("live.minutes"),
    words: t("live.half"),
  });
}

function Figures({ snapshot, total, at }) {
  const withinPct = total?.leg_within_15_pct ?? null;
  const longest = oldest(snapshot),
    waited = longest ? minutesOf(at - longest.oldest_at) : 0;
  const ordinary = snapshot.counters,
    open = ordinary.filter((c) => c.state === "open").length;
  return html`<section class="figures" aria-label=${t("live.figures")}>
    ${Figure({ value: count(snapshot.totals.waiting), words: t("live.waiting"), before: hourAgo(snapshot) })}
    ${
      longest
        ? Figure({
            value: count(waited),
            unit: t("live.minutes"),
            late: waited > snapshot.rules.guard_minutes,
            words: longest.oldest_number
              ? t("live.longest", { number: longest.oldest_number })
              : t("live.longest_field", { field: longest.field }),
          })
        : Figure({ value: "–", words: t("live.nobody") })
    }
    ${UsualWait({ total })}
    ${Figure({
      value: withinPct === null ? "–" : percent(withinPct).replace(/\D/g, ""),
      unit: withinPct === null ? "" : "%",
      words: t("live.within", { n: COUNTED_MINUTES }),
    })}
    ${Figure({ value: count(open), unit: `/ ${count(ordinary.length)}`, words: t("live.open") })}</section>`;
}

function Page() {
  const { snapshot, report } = state;
  if (!snapshot) return html`<p class="wait-note" role="status">${t("live.loading")}</p>`;
  const at = now();
  return html`${!state.up && html`<p class="old" role="status">${t("line.lost", { age: age(performance.now() - state.lostAt), time: timeOfDay(snapshot.at) })}</p>`}
    <div class="halves"><main class="hall">${Figures({ snapshot, total: report?.total, at })}
      ${HallMap({ snapshot, zones, at, chosen: state.choice?.of.counter, acts })}
      ${FieldTable({ snapshot, recent: report?.charts?.leg_recent?.rows || {}, at, chosen: state.choice?.of.field, acts })}</main>
    ${Alerts({
      snapshot,
      at,
      centre,
      shortOf: (field) => nameOf(snapshot.fields.find((f) => f.field === field)?.short) || field,
      quiet: Boolean(state.choice),
      helped: state.helped,
      said: state.said,
      acts,
      children: html`<${Issuing} snapshot=${snapshot} state=${state} acts=${acts} /><${Choice} state=${state} snapshot=${snapshot} at=${at} acts=${acts} />`,
    })}</div>`;
}

function show() {
  document.getElementById("clock").textContent = state.snapshot ? timeOfDay(now()) : "";
  render(html`<${Page} at=${performance.now()} />`, root);
}

await loadTexts(["manager"], lang, true);
setZone(zone);
show();
window.Luot.connect({
  namespace: "/manager",
  auth: () => ({ device: "manager-page", version: "1" }),
  snapshotUrl: `/api/v1/${centre}/snapshot/manager`,
  facts: [],
  onSnapshot: (snapshot) => {
    state.snapshot = {
      ...snapshot,
      counters: snapshot.counters.map((c) => ({ mode: modes[c.counter], ...c })),
    };
    state.heardTicks = performance.now();
    show();
  },
  onLine: (up) => {
    if (state.up && !up) state.lostAt = performance.now();
    state.up = up;
    show();
  },
  onRefused: (refusal) => {
    if (refusal.error === "not_allowed")
      fetchInTime("/api/v1/me")
        .then((answer) => {
          if (answer.status === 401) toLogin();
        })
        .catch(() => {});
  },
});
readReport();
setInterval(readReport, REPORT_EVERY);
setInterval(show, 5000);
setInterval(() => {
  if (!state.up) show();
}, 1000);
