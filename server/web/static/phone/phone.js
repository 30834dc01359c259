/* One number, live by asking every few seconds with ETag: while waiting, called, served, missed, done. Nothing personal is shown or kept. */
import { language, ownName, useFontsOf } from "/ui/languages.js";
import { fetchInTime } from "../fetch_in_time.js";
import { html, render } from "/static/console/html.js";
import { loadTexts, nameOf, setZone, t, timeOfDay, useOwn } from "/static/console/texts.js";
import { forget, keepTruth, lastTruth } from "./kept.js";
import { ring, ringsHere, turnRingOn } from "./ring.js";
import { Missed, keepsPlace } from "./missed.js";
import { Rate } from "./rate.js";
import { Reach, keepOffline } from "./reach.js";
import { Signs, loadClips } from "./signs.js";
import { countersWords } from "./words.js";

const root = document.getElementById("phone");
const { centre, ticket: id, lang, zone } = root.dataset;
const others = [...document.querySelectorAll("#languages a")];
const listed = (list, key) =>
  Object.fromEntries(
    [...document.querySelectorAll(`#${list} li`)].map((li) => [li.dataset[key], li.textContent])
  );
const fields = listed("fields", "field"),
  places = listed("places", "counter");
/* told by the hub with each answer; this where it said nothing */
const USUAL_PAUSE = 10000,
  ENDED_EVERY = 60000,
  OLD_AFTER = 75000;
const MOST_BARS = 30;
const MOST_PAPERS = 8;

const state = {
  seen: null,
  etag: null,
  readAt: 0,
  readTicks: 0,
  first: null,
  asking: false,
  failed: false,
  gone: false,
  nextIn: USUAL_PAUSE,
  rung: 0,
};
let timer = 0;

const old = () => performance.now() - state.readTicks > OLD_AFTER;

async function read() {
  clearTimeout(timer);
  try {
    const answer = await fetchInTime(`/api/v1/${centre}/tickets/${id}`, {
      headers: {
        Accept: "application/json",
        ...(state.etag ? { "If-None-Match": state.etag } : {}),
      },
      cache: "no-store",
    });
    state.nextIn = Number(answer.headers.get("X-Luot-Next-Ms")) || USUAL_PAUSE;
    if (answer.status === 200) {
      state.seen = await answer.json();
      state.etag = answer.headers.get("ETag");
      if (state.seen.ticket.state === "WAITING")
        state.first = Math.max(state.first ?? 0, state.seen.ticket.ahead, kept());
    }
    if (answer.status === 200 || answer.status === 304) {
      state.readAt = Date.now();
      state.readTicks = performance.now();
      keepTruth(id, state.seen, state.readAt);
    }
    if (answer.status === 404) {
      state.gone = true;
      forget(id);
    }
  } catch {
    /* said on the page once the figures are half a minute old */
    if (!state.seen) showLastTruth();
  }
  show();
  timer = setTimeout(read, pause());
}

/** Opened while the hub is away: what was true when it last answered, as old as it is. */
function showLastTruth() {
  const kept = lastTruth(id);
  if (!kept) return;
  state.seen = kept.seen;
  state.readAt = kept.readAt;
  state.readTicks = performance.now() - OLD_AFTER - 1;
  state.rung = kept.seen.ticket.calls;
}

function pause() {
  const ticket = state.seen?.ticket;
  const ended = state.gone || (ticket && !ticket.open);
  return ended ? ENDED_EVERY : state.nextIn;
}

/** How many were ahead when this page was first opened: the pale bars of those called since. Survives a reload. */
function kept() {
  try {
    const before = Number(sessionStorage.getItem(`luot-first-${id}`) || 0),
      now = Math.max(before, state.seen.ticket.ahead);
    sessionStorage.setItem(`luot-first-${id}`, String(now));
    return now;
  } catch {
    return 0;
  }
}

function Tally({ ahead }) {
  const gone = Math.min(Math.max(0, (state.first ?? ahead) - ahead), MOST_BARS),
    left = Math.min(ahead, MOST_BARS),
    shown = Math.min(gone, MOST_BARS - left);
  return html`<span class=${`tally ${shown + left > 16 ? "many" : ""}`} aria-hidden="true">
    ${Array.from({ length: shown }, () => html`<i class="gone"></i>`)}
    ${Array.from({ length: left }, () => html`<i></i>`)}
    <i class="me"></i>
  </span>`;
}

function rangeWords(estimate) {
  if (estimate.low === 0) return t("under", { high: estimate.high });
  if (estimate.high > 30 && state.seen.at) return null;
  return t("minutes", estimate);
}

/** Counters that are closed now: when they call again; nothing while they are open. */
function CallsFrom({ from }) {
  return from
    ? html`<div><dt>${t("wait")}</dt><dd>${t(from.why, { time: timeOfDay(from.at) })}</dd></div>`
    : null;
}

const moment = (at, minutes) => timeOfDay(Math.round((at + minutes * 60000) / 300000) * 300000);
const clockWords = ({ low, high }, at) =>
  t("clock", { low: moment(at, low), high: moment(at, high) });

function Wait({ estimate, no_estimate, at }) {
  if (!estimate) {
    const why = no_estimate && no_estimate.why !== "closed" ? no_estimate.why : null;
    return why ? html`<div><dt>${t("wait")}</dt><dd>${t(why)}</dd></div>` : null;
  }
  const words = rangeWords(estimate);
  return words
    ? html`<div><dt>${t("wait")}</dt><dd>${words}</dd></div>`
    : html`<div>
      <dt>${t("at_clock")}</dt>
      <dd><span class="nb">${clockWords(estimate, at)}</span></dd>
    </div>`;
}

/** What was told when the number was taken, and whether that is kept; in words for those who wait and who were called. */
function keptWords({ told }, called) {
  if (told.on_time === null) return "";
  if (told.on_time) return t(called ? "told_called" : "told_on_time");
  return t(called ? "told_called_late" : "told_late", { n: told.late });
}

function ToldThen({ seen }) {
  const { told, ticket } = seen;
  if (!told) return null;
  const range = rangeWords(told) || clockWords(told, ticket.issued_at);
  const how = old() ? "" : keptWords(seen, false);
  return html`<div><dt>${t("told")}</dt><dd class="small"><span class="nb">${range}</span>${how && html`<br />${how}`}</dd></div>`;
}

/** What it would cost to let two go first. */
function then() {
  const { if_passed: range, at } = state.seen;
  if (!range || old()) return "";
  return t("pass_then", { range: rangeWords(range) || clockWords(range, at) });
}

/** Not ready yet: the next two go first. */
async function letPass() {
  state.passed = "";
  try {
    const press = window.crypto.getRandomValues(new Uint32Array(4)).join("-");
    const answer = await fetchInTime(`/t/${id}/let-pass`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Accept-Language": lang },
      body: JSON.stringify({ request_id: `pass-${press}`.slice(0, 60) }),
    });
    const answered = await answer.json();
    state.passed = answer.ok ? t("pass_done") : answered.message;
    state.passedOut = answered.left === 0 || answered.params?.state === "let_pass_used";
  } catch {
    state.passed = t("give_failed");
  }
  read();
}

async function giveBack() {
  state.failed = false;
  try {
    const press = window.crypto.getRandomValues(new Uint32Array(4)).join("-");
    const answer = await fetchInTime(`/t/${id}/give-back`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Accept-Language": lang },
      body: JSON.stringify({ request_id: `phone-${press}`.slice(0, 60) }),
    });
    if (!answer.ok) state.failed = true;
    else state.asking = false;
  } catch {
    state.failed = true;
  }
  read();
}

function Give({ ticket }) {
  if (state.asking === "pass")
    return html`<div role="group" aria-label=${t("pass")} class="ask"><p role="status">${t("pass_ask")} ${then()}</p>
      <button class="yes" onClick=${() => {
        state.asking = false;
        letPass();
      }}>${t("pass_yes")}</button>
      <button class="no" onClick=${() => {
        state.asking = false;
        show();
      }}>${t("pass_no")}</button></div>`;
  if (!state.asking)
    return html`
    <p class="note">${t(old() ? "old" : "keep", { time: timeOfDay(state.readAt, !old()) })}</p>
    ${state.passed && html`<p class="note" role="status">${state.passed}</p>`}
    <${Reach} ticket=${ticket} id=${id} lang=${lang} push=${root.dataset.push} soon=${Number(root.dataset.soon)} again=${show} />
    <${Write} />
    <${Sound} />
    ${
      !state.passedOut &&
      html`<button class="pass" onClick=${() => {
        state.asking = "pass";
        show();
      }}>${t("pass")}</button>`
    }
    <button class="pass" onClick=${() => {
      state.asking = true;
      show();
    }}>${t("give")}</button>`;
  return html`<${AskToGive} ticket=${ticket} />`;
}

/** Asked once before a number is given back. */
function AskToGive({ ticket }) {
  return html`<div role="group" aria-label=${t("give")} class="ask"><p role="status">${t(state.failed ? "give_failed" : "give_ask", { number: ticket.number })}</p>
    <button class="yes" onClick=${giveBack}>${t("give_yes")}</button>
    <button class="no" ref=${(el) => {
      if (el && document.activeElement === document.body) el.focus();
    }}
      onClick=${() => {
        state.asking = false;
        state.failed = false;
        show();
      }}>${t("give_no")}</button></div>`;
}

const Badge = ({ seen }) =>
  seen.ticket.priority &&
  html`<span class="badge">
  <span aria-hidden="true">${seen.badge}</span><span class="unseen">${t("badge")}</span>
</span>`;
const Where = ({ seen }) =>
  html`<p class="where"><b>${nameOf(seen.centre.name)}</b><time>${timeOfDay(Date.now())}</time></p>`;
/* the other languages' names need their letters, which cost a slow line something: fetched when asked for */
const showLetters = () => useFontsOf(others.map((other) => other.lang));
const Other = () =>
  others.length > 1
    ? html`<details class="langs" onToggle=${showLetters}><summary class="lang">${ownName(lang)}</summary>
        ${others.map((other) => html`<a class="lang" href=${other.href} lang=${other.lang}>${other.textContent}</a>`)}</details>`
    : others.map(
        (other) =>
          html`<a class="lang" href=${other.href} lang=${other.lang}>${other.textContent}</a>`
      );

const fieldWords = (seen) => fields[seen.ticket.field] || nameOf(seen.field_name);

function Sign({ seen }) {
  return html`<header class="sign">
    ${Where({ seen })}
    <h1 class="number">${seen.ticket.number}${Badge({ seen })}</h1>
    <p class="of"><span>${fieldWords(seen)}</span>${Other()}</p>
    ${language(lang).draft && html`<p class="draft">${language(lang).draft}</p>`}
  </header>`;
}

/** What the number was taken for: short name and code, the official name on touch, what to bring; all of it bounded. */
function Matter({ seen }) {
  const whole = nameOf(seen.service_name);
  if (!whole) return null;
  const short = nameOf(seen.service_short) || whole;
  const papers = (seen.papers || []).map(nameOf).filter(Boolean);
  const rest = papers.slice(MOST_PAPERS);
  const list = (some) => html`<ul>${some.map((paper) => html`<li>${paper}</li>`)}</ul>`;
  return html`<section class="matter" aria-label=${t("matter")}>
    <h2>${short}</h2>
    ${seen.service_code && html`<p class="code">${t("service_code")} <span>${seen.service_code}</span></p>`}
    ${whole !== short && html`<details><summary>${t("full_name")}</summary><p>${whole}</p></details>`}
    ${papers.length > 0 && html`<h3>${t("papers")}</h3>${list(papers.slice(0, MOST_PAPERS))}`}
    ${rest.length > 0 && html`<details><summary>${t("more_papers", { n: rest.length })}</summary>${list(rest)}</details>`}
  </section>`;
}

function Waiting({ seen }) {
  const { ticket } = seen;
  return html`<div class=${`page ${old() ? "stale" : ""}`}>${Sign({ seen })}<main>
    <div role="status">${ticket.ahead ? html`<p class="ahead">${ticket.ahead} <small>${t("ahead")}</small></p>` : html`<p class="ahead words">${t("first")}</p>`}</div>
    ${Tally(ticket)}
    <dl>
      ${!old() && Wait({ ...ticket, at: seen.at })}
      ${!old() && CallsFrom({ from: seen.calls_from })}
      ${seen.counters.length > 0 && html`<div><dt>${nameOf(seen.zone)}</dt><dd>${countersWords(seen.counters)}</dd></div>`}
      <${ToldThen} seen=${seen} />
      <${WentFirst} counts=${seen.went_first} />
    </dl>
    <${Signs} prompt="wait" words=${t("keep", { time: timeOfDay(seen.at) })} field=${ticket.field} fieldWords=${fieldWords(seen)} />
    ${Matter({ seen })}
    ${Give({ ticket })}</main></div>`;
}

function Called({ seen }) {
  const { ticket } = seen,
    figure = typeof ticket.counter === "number";
  return html`<main class="page">${Where({ seen })}<p class="mine">${ticket.number}${Badge({ seen })}</p>
    <div class="come" role="alert">
      <h1>${figure ? t("come") : ""} <b class=${figure ? "" : "words"}>${figure ? ticket.counter : t("counter_desk")}</b></h1>
      <p class="zone">${places[ticket.counter] || nameOf(seen.zone)}</p>
    </div>
    <p class="note">${old() ? t("old", { time: timeOfDay(state.readAt) }) : t("called_once", { n: ticket.calls, time: timeOfDay(ticket.called_at) })}</p>
    <${Signs} prompt="called" words=${t("title_called", { counter: ticket.counter })} field=${ticket.field} fieldWords=${fieldWords(seen)} /></main>`;
}

/** A page may only sound after it was touched. */
function Sound() {
  const on = ringsHere();
  return html`<button class="row" aria-pressed=${String(on)} onClick=${() => {
    turnRingOn();
    show();
  }}><b>${t("sound")}</b><i class="sw">${t(on ? "sound_on" : "sound_do")}</i></button>`;
}

/** Why somebody was called before: counts by reason, never a class, never a number. */
function WentFirst({ counts }) {
  const reasons = ["priority", "booked", "other"].filter((why) => counts?.[why]);
  if (!reasons.length) return null;
  const all = reasons.reduce((sum, why) => sum + counts[why], 0);
  const list = reasons.map((why) => t(`went.${why}`, { n: counts[why] })).join(", ");
  return html`<div><dt>${t("went_first")}</dt><dd class="small">${t("went_all", { n: all, list })}</dd></div>`;
}

/** The states in which there is one thing to say and one to do. */
function telling({ ticket }) {
  const counter = ticket.counter;
  if (ticket.state === "SERVING")
    return [t("serving"), counter ? t("serving_at", { counter }) : ""];
  if (ticket.state === "PARKED")
    return [t("parked"), counter ? t("parked_do", { counter }) : t("parked_any")];
  if (ticket.state === "ABSENT")
    return [
      t("missed"),
      keepsPlace(ticket)
        ? t("missed_do", { time: timeOfDay(ticket.rejoin_until) })
        : t("missed_late"),
    ];
  if (ticket.state === "DONE") return [t("done"), ""];
  if (ticket.state === "EXPIRED") return [t("expired"), t("expired_do")];
  return [t("cancelled"), t("cancelled_do")];
}

/** Where the centre writes to people: the way to the page where an address is left. */
function Write() {
  const link = document.getElementById("write");
  return (
    link &&
    html`<a class="row" href=${link.href}><b>${link.textContent}</b><small>${link.nextElementSibling.textContent}</small></a>`
  );
}

/** Where the centre takes bookings: the way to its page of them, once this visit is over. */
function Before() {
  const link = document.getElementById("before");
  return link && html`<p><a class="pass again" href=${link.href}>${link.textContent}</a></p>`;
}

/** Missed: what it costs to come back; in the house, the page that asks for the code at the door (nothing where none is shown); gone home, the number is given back. */
function Absent({ seen }) {
  const { rejoin } = root.dataset,
    { ticket, if_back: back } = seen;
  const range = back?.estimate && (rangeWords(back.estimate) || clockWords(back.estimate, seen.at));
  const give = () => {
    state.asking = true;
    show();
  };
  return html`<${Missed} ticket=${ticket} back=${!old() && back} range=${range} />
    ${rejoin && html`<p><a class="press" href=${rejoin}>${t("rejoin")}</a></p><p class="hint">${t("rejoin_how")}</p>`}
    ${
      state.asking
        ? html`<${AskToGive} ticket=${ticket} />`
        : html`<button class="pass" onClick=${give}>${t("back_gone")}</button>`
    }`;
}

function Told({ seen }) {
  const [say, todo] = telling(seen);
  return html`<div class="page">${Sign({ seen })}<main><div role="status"><p class="say">${say}</p>${todo && html`<p class="do">${todo}</p>`}</div>
    ${seen.ticket.state === "DONE" && seen.told && html`<p class="note">${keptWords(seen, true)}</p>`}
    ${seen.ticket.state === "ABSENT" && html`<${Absent} seen=${seen} />`}
    ${seen.ticket.state === "PARKED" && Matter({ seen })}
    ${seen.ticket.state === "DONE" && html`<${Rate} id=${id} lang=${lang} number=${seen.ticket.number} again=${show} />`}
    ${!seen.ticket.open && Before()}
    ${seen.ticket.open && old() && html`<p class="note">${t("old", { time: timeOfDay(state.readAt) })}</p>`}</main></div>`;
}

function titleOf({ ticket }) {
  if (ticket.state === "CALLED") return t("title_called", { counter: ticket.counter });
  if (ticket.state === "WAITING")
    return ticket.ahead
      ? t("title_waiting", { number: ticket.number, n: ticket.ahead })
      : t("title_first", { number: ticket.number });
  return t("title", { number: ticket.number });
}

function show() {
  const { seen } = state;
  document.documentElement.classList.toggle("called", seen?.ticket.state === "CALLED");
  if (state.gone) {
    render(
      html`<main class="plain"><h1>${t("unknown")}</h1><p>${t("unknown_do")}</p></main>`,
      root
    );
    return;
  }
  if (!seen) {
    render(html`<main class="plain"><p>${t("loading")}</p></main>`, root);
    return;
  }
  document.title = titleOf(seen);
  if (seen.ticket.state === "CALLED" && state.rung < seen.ticket.calls) {
    state.rung = seen.ticket.calls;
    ring(t("spoken", { number: seen.ticket.number, counter: seen.ticket.counter }), lang);
  }
  if (seen.ticket.state !== "CALLED") state.rung = 0;
  const Page = { WAITING: Waiting, CALLED: Called }[seen.ticket.state] || Told;
  render(html`<${Page} key=${seen.ticket.state} seen=${seen} />`, root);
}

useOwn(JSON.parse(root.dataset.own));
await loadTexts(["phone"], lang);
setZone(zone);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) read();
});
setInterval(show, 5000);
keepOffline();
loadClips(centre, show);
read();
