/* How long people waited: one sentence, one table sorted by what hurts, two pictures. The address holds the question, so it can be kept and sent. */
import { fetchInTime, LONG_LIMIT_MS } from "/static/fetch_in_time.js";
import { html, render } from "/static/console/html.js";
import { loadTexts, rich, setZone, t, timeOfDay } from "/static/console/texts.js";
import { Curve, WaitsMap } from "./charts.js";
import { isDay, kindOf, named, nameOfRange, shift, titleOf, written } from "./days.js";
import { count, decimal, percent, wholeMinutes } from "./figures.js";
import { makeActs } from "./live_acts.js";
import { Longest } from "./longest.js";
import { Signing } from "./signing.js";
import { Tabs } from "./tabs.js";
import { WaitTable } from "./waits_table.js";

const root = document.getElementById("report");
const { centre, lang, zone, today } = root.dataset;
const BY = root.dataset.views.split(" "); // what a row may be for whoever is signed in
const FRESH = 30000; // a range that is still growing is counted again this often

const state = {
  range: { from: today, to: today },
  by: "field",
  answer: null,
  readAt: 0,
  failed: null,
  busy: false,
  choosing: false,
};
let asked = 0;
/* What is being signed: a press of its own, apart from the reading of the report. */
const signing = { busy: false, said: null, asking: false };
const acts = makeActs(
  centre,
  signing,
  () => show(),
  () => toLogin()
);
const signer = {
  signReport: async (answer) => {
    signing.asking = !(await acts.signReport(answer));
    load();
  },
};
const toLogin = () =>
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
const askToSign = (on) => {
  Object.assign(signing, { asking: on, said: null });
  show();
};

function fromAddress() {
  const query = new URLSearchParams(location.search);
  const from = query.get("from"),
    to = query.get("to");
  // days the wrong way round and rows there are not are asked for as they are: the answer says so
  if (isDay(from) && isDay(to)) state.range = { from, to };
  else state.range = { from: today, to: today };
  state.by = query.get("by") || "field";
}

function question(more) {
  return new URLSearchParams({
    from: state.range.from,
    to: state.range.to,
    by: state.by,
    lang,
    ...more,
  });
}

const fileUrl = (format) => `/api/v1/${centre}/reports/waits?${question({ format })}`;

/** Every number as a row, without personal data. */
const ticketsUrl = () =>
  `/api/v1/${centre}/reports/tickets?${new URLSearchParams({ ...state.range, format: "csv", lang })}`;

async function load() {
  const mine = ++asked;
  state.busy = true;
  show();
  let report = null,
    failed = { message: "" };
  try {
    const answer = await fetchInTime(
      `/api/v1/${centre}/reports/waits?${question({ charts: "1" })}`,
      { headers: { Accept: "application/json", "Accept-Language": lang } },
      LONG_LIMIT_MS
    );
    if (answer.status === 401) {
      toLogin();
      return;
    }
    const body = await answer.json();
    if (answer.ok) {
      report = body;
      failed = null;
    } else failed = { message: body.message || "" };
  } catch {
    /* said below: the figures shown have grown old */
  }
  if (mine !== asked) return;
  state.busy = false;
  state.failed = failed;
  if (report) {
    state.answer = report;
    state.readAt = Date.now();
  }
  show();
}

function go(range, by = state.by) {
  Object.assign(state, { range, by, choosing: false });
  Object.assign(signing, { asking: false, said: null });
  const query = new URLSearchParams({ from: range.from, to: range.to, by });
  history.pushState(null, "", `${location.pathname}?${query}`);
  if (
    state.answer &&
    (state.answer.from !== range.from || state.answer.to !== range.to || state.answer.by !== by)
  )
    state.answer = null;
  load();
}

function chooseDays(event) {
  event.preventDefault();
  const [from, to] = ["from", "to"].map((name) => event.target.elements[name].value);
  if (isDay(from) && isDay(to)) go(from <= to ? { from, to } : { from: to, to: from });
}

/** A figure of the sentence in words: up to so many minutes, or at least. */
const upTo = (total, key) =>
  t(total.at_least.includes(key) ? "page.at_least" : "page.up_to", {
    n: wholeMinutes(Math.max(60, total[key])),
  });

/** Where nothing is: the way to the nearest day that has some. */
const nearestDay = (nearest) =>
  nearest &&
  html`<a href=${`/manager/${centre}/reports?${new URLSearchParams(nearest)}`}>${t("page.nearest", { date: written(nearest.from) })}</a>`;

function Sentence({ total, nearest }) {
  if (!total.leg_all)
    return html`<p class="said">${t("page.said_none")} ${total.issued ? rich("page.said_issued", { issued: count(total.issued) }) : nearestDay(nearest)}</p>`;
  const share =
    total.leg_within_15_pct === null
      ? ""
      : rich("page.said", {
          waits: count(total.leg_all),
          within: percent(total.leg_within_15_pct),
        });
  const waits = total.leg_few
    ? rich("page.said_few", { max: upTo(total, "leg_max_s") })
    : rich("page.said_waits", { half: upTo(total, "leg_p50_s"), most: upTo(total, "leg_p90_s") });
  return html`<p class="said">${share}<br />${waits}</p>`;
}

function Pick() {
  const chosen = state.choosing ? "custom" : nameOfRange(state.range, today);
  const step = (
    way,
    words
  ) => html`<button class="btn step" aria-label=${`${words} (${titleOf(shift(state.range, way))})`}
    onClick=${() => go(shift(state.range, way))}>
    <svg viewBox="0 0 24 24" aria-hidden="true"><path d=${way < 0 ? "M14 7l-5 5 5 5" : "M10 7l5 5-5 5"} /></svg></button>`;
  return html`<div class="pick">
    <div class="span">${step(-1, t("page.before"))}<strong>${titleOf(state.range)}</strong>${step(1, t("page.after"))}</div>
    <div class="ranges" role="group" aria-label=${t("page.range")}>
      ${Object.entries(named(today)).map(
        ([name, range]) => html`
        <button aria-pressed=${chosen === name} onClick=${() => go(range)}>${t(`page.${name}`)}</button>`
      )}
      <button aria-pressed=${chosen === "custom"} aria-expanded=${state.choosing}
        onClick=${() => {
          state.choosing = !state.choosing;
          show();
        }}>${t("page.custom")}</button></div>
    ${
      state.choosing &&
      html`<form class="days" onSubmit=${chooseDays}>
      <label>${t("page.from")} <input type="date" name="from" required value=${state.range.from} /></label>
      <label>${t("page.to")} <input type="date" name="to" required value=${state.range.to} /></label>
      <button class="btn">${t("page.show")}</button>
    </form>`
    }
    <p class="ranges"><a href=${`/manager/${centre}/reports/promises?${new URLSearchParams(state.range)}`}>${t("page.promises")}</a>
      <a href=${`/manager/${centre}/reports/exports?${new URLSearchParams({ ...state.range, by: state.by })}`}>${t("exports.link")}</a>
      <a href=${`/manager/${centre}/delivery`}>${t("exports.outside")}</a></p>
    <div class="take">
      <label>${t("page.by")} <select onChange=${(event) => go(state.range, event.target.value)}>
        ${BY.map((by) => html`<option value=${by} selected=${by === state.by}>${t(`report.by.${by}`)}</option>`)}
      </select></label>
      <span>${t("page.take")} ${["csv", "xlsx", "pdf"].map((format) => html`<a href=${fileUrl(format)} download>${format.toUpperCase()}</a>`)} <a href=${ticketsUrl()} download>${t("page.take_tickets")}</a></span></div></div>`;
}

/** All, the row that waited longest and the one that waited shortest, as far as they have figures. */
function lines(answer) {
  const shares = answer.charts.leg_called_within;
  const curves = [{ shares: shares.total, name: t("page.all"), dash: "" }];
  if (answer.by !== "field") return curves;
  const ranked = answer.rows
    .filter((row) => !row.leg_few && shares.rows[row.key])
    .sort((a, b) => b.leg_p90_s - a.leg_p90_s);
  const named_ = (row, dash) => ({
    shares: shares.rows[row.key],
    name: `${row.key.split("@")[0]} ${row.short || row.label}`,
    dash,
  });
  if (ranked.length) curves.push(named_(ranked[0], "long"));
  if (ranked.length > 1) curves.push(named_(ranked[ranked.length - 1], "dots"));
  return curves;
}

function Foot({ answer }) {
  const { total } = answer;
  return html`<footer class="foot">
    <p>${t("page.foot", { left: count(total.leg_left), walk_direct: count(total.walk_direct) })} ${
      total.flagged ? t("page.foot_flagged", { n: count(total.flagged) }) : ""
    } ${answer.largest_error_pct ? t("report.largest_error", { error: decimal(answer.largest_error_pct) }) : ""} ${t("page.version", { n: answer.definitions_version })}</p>
    <details><summary>${t("page.foot_definitions")}</summary><dl>
      ${Object.entries(answer.definitions).map(([term, meaning]) => html`<div><dt>${t(`terms.${term}`)}</dt><dd>${meaning}</dd></div>`)}
    </dl></details></footer>`;
}

function Page() {
  const { answer, failed } = state;
  const head = (say) => html`<div class="say">${say}${Pick()}</div>`;
  if (!answer) {
    return html`${Tabs({ centre, range: state.range, here: "waits" })}<main>${head(html`<p class="said soft" role="status">
      ${failed ? t("page.failed", failed) : t("page.loading")} ${
        failed && html`<button class="btn again" onClick=${load}>${t("page.again")}</button>`
      }</p>`)}</main>`;
  }
  const { total, charts } = answer;
  return html`${Tabs({ centre, range: state.range, here: "waits" })}${failed && html`<p class="old" role="status">${t("line.old_report", { time: timeOfDay(state.readAt) })}</p>`}
    <main aria-busy=${state.busy}>${head(html`<div role="status">${Sentence({ total, nearest: answer.nearest })}</div>`)}
      <div class="columns"><${WaitTable} answer=${answer} centre=${centre} growing=${state.range.to >= today} />
        <div class="pictures">
          ${
            charts.heat.length
              ? WaitsMap({ cells: charts.heat })
              : html`<section class="chart"><h2>${t("page.heat")}</h2><p class="under">${t("page.empty")}</p></section>`
          }
          ${charts.leg_called_within.total && Curve({ lines: lines(answer) })}
        </div></div>
      ${Longest({ answer, centre })}
      ${Signing({ answer, state: signing, acts: signer, ask: askToSign, zone })}
      ${Foot({ answer })}</main>`;
}

function show() {
  const title = t(`report.title.${state.by}`);
  document.getElementById("title").textContent = title;
  document.title = `${title}, ${titleOf(state.range)}`;
  render(html`<${Page} kind=${kindOf(state.range)} at=${Date.now()} />`, root);
}

window.addEventListener("popstate", () => {
  fromAddress();
  state.answer = null;
  load();
});
setInterval(() => {
  if (!document.hidden && !state.busy && state.range.to >= today && state.range.from <= today)
    load();
}, FRESH);

await loadTexts(["manager"], lang);
setZone(zone);
fromAddress();
load();
