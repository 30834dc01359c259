/* A view of the report beside the table of waits: its picture, its table, its files. The address holds the question. */
import { fetchInTime, LONG_LIMIT_MS } from "/static/fetch_in_time.js";
import { html, render } from "/static/console/html.js";
import { loadTexts, rich, setZone, t } from "/static/console/texts.js";
import { isDay, named, nameOfRange, shift, titleOf } from "./days.js";
import { count } from "./figures.js";
import { Tabs, VIEWS, viewUrl } from "./tabs.js";
import { Picture } from "./view_chart.js";
import { ViewTable } from "./view_table.js";

const root = document.getElementById("views");
const { centre, lang, zone, today } = root.dataset;
/** Two long questions are answered at a time; whoever comes third asks again. */
const RETRY_S = 3;
const OF_TICKETS = ["by", "key", "what"];
const state = { range: null, view: "why", more: {}, answer: null, failed: null, busy: false };
let asked = 0;

function fromAddress() {
  const query = new URLSearchParams(location.search);
  const [from, to] = [query.get("from"), query.get("to")];
  // days the wrong way round are asked for as they are: the answer says so
  state.range = isDay(from) && isDay(to) ? { from, to } : { from: today, to: today };
  state.view = [...VIEWS, "tickets"].includes(query.get("view")) ? query.get("view") : "why";
  state.more = {};
  if (state.view === "tickets")
    for (const key of OF_TICKETS) if (query.has(key)) state.more[key] = query.get(key);
}

const question = (more) =>
  new URLSearchParams({ view: state.view, ...state.range, ...state.more, lang, ...more });
const apiUrl = (more) => `/api/v1/${centre}/reports/views?${question(more)}`;

async function load() {
  const mine = ++asked;
  state.busy = true;
  show();
  let answer = null,
    failed = { message: "" };
  try {
    const got = await fetchInTime(
      apiUrl({ format: "json" }),
      { headers: { Accept: "application/json", "Accept-Language": lang } },
      LONG_LIMIT_MS
    );
    if (got.status === 401) {
      location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
      return;
    }
    const body = await got.json();
    if (got.status === 429 && mine === asked) {
      setTimeout(() => mine === asked && load(), 1000 * (body.params?.retry_after || RETRY_S));
      return;
    }
    if (got.ok) [answer, failed] = [body, null];
    else failed = { message: body.message || "" };
  } catch {
    /* said below */
  }
  if (mine !== asked) return;
  Object.assign(state, { busy: false, failed, answer: answer || state.answer });
  show();
}

function go(range) {
  state.range = range;
  state.answer = null;
  history.pushState(null, "", viewUrl(centre, range, state.view, state.more));
  load();
}

function Pick() {
  const chosen = nameOfRange(state.range, today);
  const step = (
    way,
    path
  ) => html`<button class="btn step" aria-label=${t(way < 0 ? "page.before" : "page.after")}
      onClick=${() => go(shift(state.range, way))}><svg viewBox="0 0 24 24" aria-hidden="true"><path d=${path} /></svg></button>`;
  return html`<div class="pick">
    <div class="span">${step(-1, "M15 5l-7 7 7 7")}<strong>${titleOf(state.range)}</strong>${step(1, "M9 5l7 7-7 7")}</div>
    <div class="ranges" role="group" aria-label=${t("page.range")}>
      ${Object.entries(named(today)).map(
        ([name, range]) =>
          html`<button aria-pressed=${chosen === name} onClick=${() => go(range)}>${t(`page.${name}`)}</button>`
      )}</div>
    <div class="take"><span>${t("page.take")} ${["csv", "xlsx", "pdf"].map(
      (format) => html`<a href=${apiUrl({ format })} download>${format.toUpperCase()}</a>`
    )}</span></div></div>`;
}

/** What a view says in a sentence or two; its title where it has no figures to say. */
function Sentence({ answer }) {
  if (!answer.sentences.length) return html`<p class="said">${answer.title}</p>`;
  return html`<p class="said">${answer.sentences.map(({ key, values }) => [rich(`views.sentences.${key}`, values), " "])}</p>`;
}

function Foot({ answer }) {
  const compared = ["before", "weekday"]
    .filter((which) => answer[which])
    .map((which) => t(`views.${which}`, { period: titleOf(answer[which]) }))
    .join(" ");
  const listed =
    answer.view === "tickets" && answer.listed < answer.count
      ? t("views.listed", { listed: count(answer.listed), count: count(answer.count) })
      : "";
  return html`<footer class="foot"><p>${[answer.note, compared, listed, answer.flagged ? t("views.flagged", { n: count(answer.flagged) }) : ""].filter(Boolean).join(" ")} ${t("page.version", { n: answer.definitions_version })}</p>
    <p class="hash" title=${answer.hash}>${t("page.hash", { hash: answer.hash.slice(0, 12), seq: count(answer.seq) })}</p></footer>`;
}

function Notice({ answer, failed }) {
  if (failed)
    return html`<p class="said soft" role="status">${t("page.failed", failed)} <button class="btn again" onClick=${load}>${t("page.again")}</button></p>`;
  if (answer) return html`<div role="status">${Sentence({ answer })}</div>`;
  return html`<p class="said soft" role="status">${t("page.loading")}</p>`;
}

function Page() {
  const { answer, failed, busy } = state;
  const notice = Notice({ answer, failed });
  return html`${Tabs({ centre, range: state.range, here: state.view })}
    <main aria-busy=${busy}><div class="say">${notice}${Pick()}</div>
    ${
      answer &&
      html`<div class="columns">${
        answer.rows.length
          ? html`${Picture({ answer })}<${ViewTable} answer=${answer} centre=${centre} />`
          : html`<p class="under">${t(state.view === "leavers" ? "views.nobody_left" : "views.empty")}</p>`
      }</div>${Foot({ answer })}`
    }</main>`;
}

function show() {
  const title = t(`views.titles.${state.view}`);
  document.getElementById("title").textContent = title;
  document.title = `${title}, ${titleOf(state.range)}`;
  render(html`<${Page} at=${Date.now()} />`, root);
}

window.addEventListener("popstate", () => {
  fromAddress();
  state.answer = null;
  load();
});

await loadTexts(["manager"], lang);
setZone(zone);
fromAddress();
load();
