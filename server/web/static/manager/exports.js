/* Files that take long: asked for here, made beside the hub one after another, to be stopped, kept for seven days. */
import { fetchInTime } from "/static/fetch_in_time.js";
import { html, render } from "/static/console/html.js";
import { whoAmI } from "/static/console/session.js";
import { currentLanguage, loadTexts, setZone, t, timeOfDay } from "/static/console/texts.js";
import { written } from "./days.js";
import { decimal } from "./figures.js";

const root = document.getElementById("exports");
const { centre, lang, zone, today } = root.dataset;
const VIEWS = root.dataset.views.split(" ");
const FORMATS = { waits: ["xlsx", "csv", "pdf", "json"], tickets: ["csv", "parquet"] };
const SOON = 1500; // something is being made
const LATER = 15000;
const OPEN = ["waiting", "running"];
const DISK_TROUBLES = ["full", "read_only", "no_folder"];
const url = (rest = "") => `/api/v1/${centre}/reports/exports${rest}`;

/** @typedef {{what: string, from: string, to: string, by: string, format: string}} Order */
const state = {
  /** @type {Order} */
  order: {
    what: "waits",
    from: root.dataset.first,
    to: root.dataset.last,
    by: VIEWS.includes(root.dataset.by) ? root.dataset.by : VIEWS[0],
    format: "xlsx",
  },
  exports: null,
  failed: false,
  readAt: 0,
  busy: false,
  said: null,
};
let csrf = null,
  timer = 0,
  press = null,
  pressed = "";

const toLogin = () =>
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);

/** An answer of the hub as an object; offline is one, too. */
async function ask(rest, method = "GET", body) {
  const headers = { Accept: "application/json", "Accept-Language": currentLanguage() };
  try {
    if (method !== "GET") {
      if (csrf === null) csrf = (await whoAmI())?.csrf || "";
      Object.assign(headers, { "X-CSRF-Token": csrf, "Content-Type": "application/json" });
    }
    const answer = await fetchInTime(url(rest), {
      method,
      headers,
      body: body && JSON.stringify(body),
    });
    if (answer.status === 401) toLogin();
    if (answer.status === 403) csrf = null; // somebody may have signed in anew in another tab
    return await answer.json();
  } catch {
    return { ok: false, offline: true, message: t("change.offline") };
  }
}

async function load() {
  clearTimeout(timer);
  const answer = await ask("");
  state.failed = !answer.ok;
  if (answer.ok) Object.assign(state, { exports: answer.exports, readAt: Date.now() });
  show();
  const open = (state.exports || []).some((made) => OPEN.includes(made.state));
  timer = setTimeout(load, open ? SOON : LATER);
}

/** One press; an order whose answer was lost keeps its id, so that no file is made twice. */
async function act(rest, method, body) {
  if (state.busy) return;
  Object.assign(state, { busy: true, said: null });
  show();
  const content = method + rest + JSON.stringify(body || {});
  if (pressed !== content) {
    press = window.Luot.requestId();
    pressed = content;
  }
  const answer = await ask(rest, method, body && { request_id: press, ...body });
  if (!answer.offline) pressed = "";
  state.busy = false;
  state.said = answer.ok ? null : answer.message;
  load();
}

function make(event) {
  event.preventDefault();
  const { what, from, to, by, format } = state.order;
  act("", "POST", { what, from, to, format, lang, ...(what === "waits" ? { by } : {}) });
}

function change(changes) {
  const order = { ...state.order, ...changes };
  if (!FORMATS[order.what].includes(order.format)) [order.format] = FORMATS[order.what];
  state.order = order;
  show();
}

const choice = (name, words, values, wordsOf) => html`<label>${words}
  <select name=${name} onChange=${(event) => change({ [name]: event.target.value })}>
    ${values.map((value) => html`<option value=${value} selected=${value === state.order[name]}>${wordsOf(value)}</option>`)}
  </select></label>`;

const day = (name, words) => html`<label>${words}
  <input type="date" name=${name} required max=${today} value=${state.order[name]}
    onChange=${(event) => change({ [name]: event.target.value })} /></label>`;

function Order() {
  const { what } = state.order;
  return html`<form class="order" onSubmit=${make}>
    ${choice("what", t("exports.what"), Object.keys(FORMATS), (value) => t(`exports.${value}`))}
    ${day("from", t("page.from"))} ${day("to", t("page.to"))}
    ${what === "waits" && choice("by", t("page.by"), VIEWS, (by) => t(`report.by.${by}`))}
    ${choice("format", t("exports.format"), FORMATS[what], (format) => format.toUpperCase())}
    <button class="btn main" disabled=${state.busy}>${t("exports.make")}</button></form>`;
}

const size = (bytes) =>
  bytes < 1000000
    ? t("exports.kilobytes", { n: Math.max(1, Math.round(bytes / 1000)) })
    : t("exports.megabytes", { n: decimal((bytes / 1000000).toFixed(1)) });

const dayOf = (at) => written(new Date(at).toLocaleDateString("sv", { timeZone: zone }));

function State({ made }) {
  if (made.state === "done") return html`${t("exports.state.done", { size: size(made.bytes) })}`;
  if (made.state === "failed") {
    const why = DISK_TROUBLES.includes(made.error)
      ? `exports.disk.${made.error}`
      : "exports.state.failed";
    return html`<span class="bad">${t(why)}</span>`;
  }
  if (made.state === "waiting") return html`${t("exports.state.waiting")}`;
  const percent = Math.round(100 * made.progress);
  return html`<progress max="100" value=${percent} aria-label=${t("exports.state.running", { n: percent })}></progress>
    ${t("exports.state.running", { n: percent })}`;
}

function Row({ made }) {
  const { query } = made;
  const name = `${t(`exports.${made.what}`)}, ${written(query.from)} – ${written(query.to)}`;
  const rest = `/${made.id}`;
  return html`<tr>
    <th scope="row">${name}<small>${made.what === "waits" ? `${t(`report.by.${query.by || "field"}`)}, ` : ""}${(query.format || "json").toUpperCase()}</small></th>
    <td>${dayOf(made.created_at)} ${timeOfDay(made.created_at)}</td>
    <td role="status"><${State} made=${made} /></td>
    <td>${made.state === "done" && t("exports.until", { date: dayOf(made.until) })}</td>
    <td class="acts">
      ${made.state === "done" && html`<a class="btn" href=${url(`${rest}/file`)} download aria-label=${`${t("exports.fetch")}: ${name}`}>${t("exports.fetch")}</a>`}
      <button class="btn" disabled=${state.busy} aria-label=${`${t(OPEN.includes(made.state) ? "exports.stop" : "exports.remove")}: ${name}`}
        onClick=${() => act(rest, "DELETE")}>${t(OPEN.includes(made.state) ? "exports.stop" : "exports.remove")}</button></td></tr>`;
}

/** What was made, what is loading, or that there is nothing. */
function Made({ made, failed }) {
  if (!made)
    return html`<p role="status">${failed ? t("page.failed", { message: "" }) : t("page.loading")}</p>`;
  if (!made.length) return html`<p class="soft">${t("exports.none")}</p>`;
  return html`<table><thead><tr>${["file", "asked", "how_far", "kept", "acts"].map((key) => html`<th scope="col">${t(`exports.head.${key}`)}</th>`)}</tr></thead>
    <tbody>${made.map((each) => html`<${Row} key=${each.id} made=${each} />`)}</tbody></table>`;
}

function Page() {
  const { exports: made, failed, said } = state;
  return html`${failed && made && html`<p class="old" role="status">${t("line.old_report", { time: timeOfDay(state.readAt) })}</p>`}
    <main>
      <p class="soft"><a href=${`/manager/${centre}/reports`}>${t("exports.back")}</a></p>
      <${Order} />
      ${said && html`<p class="bad" role="alert">${said}</p>`}
      <${Made} made=${made} failed=${failed} />
      <p class="soft">${t("exports.note")}</p></main>`;
}

function show() {
  render(html`<${Page} />`, root);
}

await loadTexts(["manager"], lang);
setZone(zone);
show();
load();
