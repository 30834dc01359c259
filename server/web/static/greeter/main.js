/* The greeter's page: issue for somebody, find a ticket, print it again, cancel it, put a latecomer back; all lines at a glance. Over the HTTP API only. */
import { DEFAULT_LANGUAGE } from "/ui/languages.js";
import { catalogueReader } from "/ui/catalogue.js";
import { fetchInTime } from "../fetch_in_time.js";
import { loadSynonyms } from "/ui/picker.js";
import { wishOf } from "/ui/picking.js";
import { html, render } from "../console/html.js";
import { currentLanguage, loadTexts, setZone, t, timeOfDay } from "../console/texts.js";
import { logOut, whoAmI } from "../console/session.js";
import { showPerson } from "../top.js";
import { ring, wakeBell } from "../console/bell.js";
import { watchIdle } from "../console/lock.js";
import { isHelp, newHelps } from "../console/alerts.js";
import { Lines } from "./lines.js";
import { Matter } from "./matter.js";
import { Alarms } from "./alarms.js";

const root = document.getElementById("greeter");
const { centre, lockMinutes } = root.dataset;
const base = `/api/v1/${centre}`;
const LOOK_EVERY_MS = 3000,
  OLD_AFTER_MS = 10_000;
const EMPTY = {
  field: null,
  service: null,
  typed: "",
  changing: false,
  priority: null,
  dossiers: 1,
  lang: DEFAULT_LANGUAGE,
  issued: null,
  found: null,
  sure: false,
  say: null,
  press: null,
};
const now = {
  me: null,
  csrf: "",
  hall: null,
  lines: null,
  heard: null,
  heardTicks: 0,
  skew: 0,
  lost: false,
  busy: false,
  mine: [],
  came: new Set(),
  ...EMPTY,
};
const heardHelps = new Set();

function paint() {
  document.title = t("title");
  render(html`<${Page} />`, root);
}

function toLogin() {
  location.assign(
    `/login?centre=${encodeURIComponent(centre)}&next=${encodeURIComponent(location.pathname)}`
  );
}

async function call(method, path, body, again) {
  const headers = {
    Accept: "application/json",
    "Accept-Language": currentLanguage(),
    "X-CSRF-Token": now.csrf,
  };
  if (body) headers["Content-Type"] = "application/json";
  try {
    const answer = await fetchInTime(base + path, {
      method,
      headers,
      body: body && JSON.stringify(body),
    });
    if (answer.status === 401) {
      toLogin();
      return { ok: false };
    }
    if (answer.status === 403 && body && !again && (await signedInAnew()))
      return call(method, path, body, true);
    const reply = await answer.json();
    return answer.ok && reply.ok !== false
      ? { ok: true, ...reply }
      : { ok: false, code: reply.error, message: reply.message };
  } catch {
    return { ok: false, message: t("offline"), offline: true };
  }
}

/* Somebody has signed in anew in another tab: this one goes on with that session. */
async function signedInAnew() {
  const me = await whoAmI();
  if (!me || me.csrf === now.csrf) return false;
  Object.assign(now, { me: me.staff, csrf: me.csrf });
  showPerson(me.staff);
  return true;
}

/* The list of procedures comes once; what was shown before it came gets it when it comes. */
const procedures = catalogueReader({
  onChange() {
    if (!now.hall) return;
    now.hall = procedures.join(now.hall);
    paint();
  },
});

async function refresh() {
  const [kiosk, lines] = await Promise.all([
    call("GET", "/snapshot/kiosk?catalogue=1"),
    call("GET", "/lines"),
  ]);
  if (kiosk.ok) {
    now.hall = procedures.join(kiosk);
    now.heard = Date.now() + now.skew;
    now.heardTicks = performance.now();
    setZone(kiosk.centre.timezone);
  }
  if (lines.ok) {
    if (lines.at !== now.lines?.at) now.skew = lines.at - Date.now(); // an unchanged answer comes from the browser's own store, with its old time
    now.lines = lines;
    if (newHelps(lines.alerts, heardHelps).length) ring();
  }
  now.lost = Boolean(kiosk.offline || lines.offline);
  paint();
}

/* One question at a time: a hub that hangs is not asked again while it still owes an answer. */
async function follow() {
  await refresh();
  setTimeout(follow, LOOK_EVERY_MS);
}

/* What was heard so long ago is not live, whatever the last question is still waiting for. */
function isOld() {
  return now.heard !== null && performance.now() - now.heardTicks > OLD_AFTER_MS;
}

/* The same press keeps its id until it is answered, so a lost answer never makes two tickets. */
async function press(method, path, body) {
  if (now.busy) return null;
  now.busy = true;
  now.say = null;
  const content = path + JSON.stringify(body);
  if (now.press?.content !== content) now.press = { content, id: window.Luot.requestId() };
  paint();
  const answer = await call(method, path, { request_id: now.press.id, ...body });
  now.busy = false;
  if (answer.ok || !answer.offline) now.press = null;
  if (!answer.ok) now.say = answer.message;
  return answer;
}

/** The chosen procedure as the list has it, or null. */
function chosenService() {
  if (!now.service) return null;
  const field = now.hall.fields.find((one) => one.field === now.field);
  return field?.services.find((one) => one.code === now.service) || { code: now.service };
}

/** What is said once an act on a number is done. */
const DONE = {
  cancel: "cancelled",
  requeue: "requeued",
  reprint: "reprinting",
  let_pass: "passed",
  change_field: "changed",
};

const acts = {
  async issue() {
    const answer = await press("POST", "/tickets", {
      ...wishOf({ field: now.field, service: chosenService() }),
      lang: now.lang,
      ...(now.priority && { priority: now.priority }),
      ...(now.dossiers > 1 && { dossiers: now.dossiers }),
    });
    if (answer?.ok) {
      now.issued = answer;
      now.mine = [answer.ticket.number, ...now.mine].slice(0, 5);
    }
    refresh();
  },
  async find(wanted) {
    const number = wanted.trim().toUpperCase();
    if (!number) return;
    const answer = await call("GET", `/tickets/${encodeURIComponent(number)}`);
    const trouble = answer.offline ? answer.message : t("not_found", { number });
    Object.assign(now, {
      sure: false,
      changing: false,
      typed: "",
      field: null,
      service: null,
      issued: null,
      press: null,
      found: answer.ok ? answer.ticket : null,
      say: answer.ok ? null : trouble,
    });
    paint();
  },
  async change(verb, body = {}) {
    if (verb === "cancel" && !now.sure) {
      now.sure = true;
      return paint();
    }
    const { found } = now,
      answer = await press("POST", `/tickets/${encodeURIComponent(found.id)}/${verb}`, body);
    if (!answer) return;
    if (answer.ok)
      now.say = t(DONE[verb], {
        number: found.number,
        kiosk: answer.kiosk || "",
      });
    now.sure = now.changing = false;
    now.typed = "";
    const fresh = await call("GET", `/tickets/${encodeURIComponent(found.id)}`);
    if (fresh.ok) now.found = fresh.ticket;
    refresh();
  },
  async reprintIssued() {
    const { ticket } = now.issued,
      answer = await press("POST", `/tickets/${encodeURIComponent(ticket.id)}/reprint`, {});
    if (answer?.ok) now.say = t("reprinting", { number: ticket.number, kiosk: answer.kiosk || "" });
    paint();
  },
  choose(field) {
    Object.assign(now, EMPTY, { field: field.field === now.field ? null : field.field });
    paint();
  },
  /* What stands in the field: it searches everything again. */
  type(text) {
    now.typed = text;
    if (now.issued) Object.assign(now, EMPTY, { typed: text });
    paint();
  },
  /* A field or a procedure: to take a number for, or to wait for instead. */
  pick(row) {
    const service = row.service?.code;
    if (now.changing)
      return acts.change("change_field", { field: row.field, ...(service && { service }) });
    Object.assign(now, {
      field: row.field,
      service: service || null,
      found: null,
      issued: null,
      press: null,
      say: null,
    });
    paint();
  },
  set(key, value) {
    now[key] = value;
    now.press = null;
    if (key === "changing") Object.assign(now, { say: null, typed: "" });
    paint();
  },
  leave() {
    Object.assign(now, EMPTY);
    paint();
  },
  /* Here at once, on everybody else's screen as soon as the hub has heard; lost on the way, it comes back and asks again. */
  async came(alert) {
    const key = `${alert.params.device} ${alert.at}`;
    now.came.add(key);
    paint();
    const answer = await call(
      "POST",
      `/kiosks/${encodeURIComponent(alert.params.device)}/answer-help`,
      { request_id: window.Luot.requestId(), at: alert.at }
    );
    if (!answer.ok) {
      now.came.delete(key);
      now.say = answer.message;
      paint();
    }
  },
};

const shown = (alert) => !isHelp(alert) || !now.came.has(`${alert.params.device} ${alert.at}`);

function Page() {
  const old = now.lost || isOld();
  return html`<div class="notes">
      ${old && html`<p class="old" role="alert">${t("lost", { at: now.heard ? timeOfDay(now.heard) : "–" })}</p>`}
      <${Alarms} alerts=${(now.lines?.alerts || []).filter(shown)} acts=${acts} centre=${centre} />
    </div>
    <main class=${old ? "stale" : ""}><${Lines} now=${now} acts=${acts} /><${Matter} now=${now} acts=${acts} /></main>`;
}

async function leaveDesk() {
  await logOut(now.csrf);
  toLogin();
}

window.addEventListener("pointerdown", wakeBell);
window.addEventListener("keydown", wakeBell);
await Promise.all([loadTexts(["console", "picker", "greeter"], root.dataset.lang), loadSynonyms()]);
const me = await whoAmI();
if (me === null) toLogin();
else {
  if (me) Object.assign(now, { me: me.staff, csrf: me.csrf });
  watchIdle(Number(lockMinutes), () => Boolean(now.me), leaveDesk);
  await follow();
  setInterval(paint, 1000);
}
