/* The greeter's page: issue for somebody, find a ticket, cancel it, put a latecomer back; all lines at a glance. Over the HTTP API only. */
import { html, render } from "../console/html.js";
import { currentLanguage, loadTexts, nameOf, setLanguage, setZone, t, timeOfDay } from "../console/texts.js";
import { logOut, whoAmI } from "../console/session.js";

const root = document.getElementById("greeter");
const { centre, desk } = root.dataset;
const base = `/api/v1/${centre}`;
const now = { me: null, csrf: "", hall: null, heard: null, lost: false, field: null, service: null, priority: null, lang: "vi", busy: false, press: null, issued: null, found: null, sure: false, say: null };

function paint() { document.title = t("title"); render(html`<${Page} />`, root); }

function toLogin() { location.assign(`/login?centre=${encodeURIComponent(centre)}&next=${encodeURIComponent(location.pathname)}`); }

async function call(method, path, body) {
  const headers = { Accept: "application/json", "X-CSRF-Token": now.csrf };
  if (body) headers["Content-Type"] = "application/json";
  try {
    const answer = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
    if (answer.status === 401) { toLogin(); return { ok: false }; }
    const said = await answer.json();
    return answer.ok && said.ok !== false ? { ok: true, ...said } : { ok: false, code: said.error, message: said.message };
  } catch { return { ok: false, message: t("offline"), offline: true }; }
}

async function look() {
  const answer = await call("GET", "/snapshot/kiosk");
  if (answer.ok) { now.hall = answer; now.heard = answer.at; setZone(answer.centre.timezone); }
  now.lost = !answer.ok && Boolean(answer.offline);
  paint();
}

/* The same press keeps its id until it is answered, so a lost answer never makes two tickets. */
async function issue() {
  if (now.busy) return;
  now.busy = true; now.say = null;
  now.press = now.press || window.Luot.requestId();
  paint();
  const wish = { request_id: now.press, ...(now.service ? { service: now.service } : { field: now.field }), lang: now.lang, ...(now.priority && { priority: now.priority }) };
  const answer = await call("POST", "/tickets", wish);
  now.busy = false;
  if (answer.ok) { now.issued = answer; now.press = null; } else { now.say = answer.message; if (!answer.offline) now.press = null; }
  look();
}

async function find(event) {
  event.preventDefault();
  const number = event.target.elements.number.value.trim().toUpperCase();
  if (!number) return;
  const answer = await call("GET", `/tickets/${encodeURIComponent(number)}`);
  now.sure = false;
  now.found = answer.ok ? answer.ticket : null;
  now.say = answer.ok ? null : answer.offline ? answer.message : t("not_found", { number });
  paint();
}

async function act(verb) {
  if (verb === "cancel" && !now.sure) { now.sure = true; return paint(); }
  const answer = await call("POST", `/counters/${desk}/${verb}`, { request_id: window.Luot.requestId(), ticket: now.found.id });
  now.say = answer.ok ? t(verb === "cancel" ? "cancelled" : "requeued", { number: now.found.number }) : answer.message;
  now.sure = false;
  const fresh = await call("GET", `/tickets/${encodeURIComponent(now.found.id)}`);
  if (fresh.ok) now.found = fresh.ticket;
  look();
}

function choose(field) {
  Object.assign(now, { field: field.field === now.field ? null : field.field, service: null, priority: null, lang: "vi", issued: null, found: null, say: null, press: null });
  paint();
}
function set(key, value) { now[key] = value; now.press = null; paint(); }
function leave() { Object.assign(now, { field: null, issued: null, found: null, say: null, press: null }); paint(); }

const range = (e) => (e ? (e.low ? t("range", e) : t("under", e)) : null);

function Line({ field }) {
  const open = field.state === "open", estimate = range(field.estimate);
  return html`<li><button aria-pressed=${now.field === field.field} aria-disabled=${!open} onClick=${() => open && choose(field)}>
    <span class=${`tile${field.field.length > 1 ? " long" : ""}`}>${field.field}</span><span class="what"><span class="x">${nameOf(field.short)}</span>
    <small>${!open ? t(field.state) : field.waiting ? t("waiting", { n: field.waiting }) : t("nobody")}${open && field.waiting && estimate ? html` · ${estimate}` : ""}</small></span></button></li>`;
}

function Choice({ of, value, words }) {
  return html`<button class="btn" aria-pressed=${now[of] === value} onClick=${() => set(of, value)}>${words}</button>`;
}

function Wish({ field }) {
  return html`<h2>${nameOf(field.short)}</h2>
    <div><h3>${t("service")}</h3><div class="set"><${Choice} of="service" value=${null} words=${t("any")} />${field.services.slice(0, 6).map((s) => html`<${Choice} key=${s.code} of="service" value=${s.code} words=${nameOf(s.name)} />`)}</div></div>
    <div><h3>${t("priority")}</h3><div class="set"><${Choice} of="priority" value=${null} words=${t("no_priority")} />${now.hall.priority.classes.map((c) => html`<${Choice} key=${c.code} of="priority" value=${c.code} words=${nameOf(c.name)} />`)}</div></div>
    <div class="speak"><h3>${t("language")}</h3><div class="set">${["vi", "en"].map((l) => html`<${Choice} key=${l} of="lang" value=${l} words=${t(l)} />`)}</div></div>
    ${now.say && html`<p class="mend" role="alert">${now.say}</p>`}
    <div class="end"><button class="btn" onClick=${leave}>${t("back")}</button><button class="go" aria-disabled=${now.busy} onClick=${issue}>${t(now.busy ? "issuing" : "issue")}</button></div>`;
}

function Issued({ answer }) {
  const { ticket, slip } = answer, estimate = range(ticket.estimate);
  return html`<h2>${t("your")}</h2><p class="num number" role="status">${ticket.number}${ticket.priority && html`<span class="badge">${now.hall.priority.badge}</span>`}</p>
    <p>${nameOf(slip.service) || nameOf(slip.field)}</p><p>${t("counters", { list: slip.counters.join(", ") })}</p>
    <p class="soft">${estimate ? t("ahead", { n: ticket.ahead, range: estimate }) : t("ahead_only", { n: ticket.ahead })}</p>
    <div class="end"><button class="go" onClick=${leave}>${t("done")}</button></div>`;
}

function Find() {
  const f = now.found;
  return html`<form class="find" onSubmit=${find}><label for="number">${t("find")}</label><span class="field"><input id="number" name="number" autocomplete="off" autocapitalize="characters" spellcheck=${false} maxlength="8" /></span>
      <button class="btn">${t("find_go")}</button><span class="hint">${t("find_hint")}</span></form>
    ${now.say && html`<p class=${f ? "" : "mend"} role="alert">${now.say}</p>`}
    ${f && html`<div class="found"><p class="num number">${f.number}</p><p><b>${t(`state.${f.state}`)}</b>${f.counter ? ` · ${t("counters", { list: f.counter })}` : ""}</p><p class="soft">${t("taken", { at: timeOfDay(f.issued_at) })}</p></div>
      <div class="end">${["WAITING", "CALLED", "PARKED", "ABSENT"].includes(f.state) && html`<button class="btn" onClick=${() => act("cancel")}>${now.sure ? t("sure", { number: f.number }) : t("cancel")}</button>`}
      ${f.state === "ABSENT" && html`<button class="go" onClick=${() => act("requeue")}>${t("requeue")}</button>`}</div>`}`;
}

function Page() {
  const fields = now.hall?.fields || [], field = fields.find((f) => f.field === now.field);
  return html`<header class="strip"><h1>${t("title")}</h1><span class="soft">${root.dataset.name}</span>
      <span class="right">${now.lost && html`<span class="lost" role="alert">${t("lost", { at: now.heard ? timeOfDay(now.heard) : "–" })}</span>`}<span class="soft">${now.me?.name || ""}</span>
      <button onClick=${() => { setLanguage(currentLanguage() === "vi" ? "en" : "vi"); paint(); }}>${t("other")}</button><button onClick=${async () => { await logOut(now.csrf); toLogin(); }}>${t("out")}</button></span></header>
    <main class=${`lines${fields.length > 12 ? " many" : ""}`}><h2>${t("lines")}</h2><ul>${fields.map((f) => html`<${Line} key=${f.field} field=${f} />`)}</ul></main>
    <aside class="matter">${now.issued ? html`<${Issued} answer=${now.issued} />` : field ? html`<${Wish} field=${field} />` : html`<${Find} />`}</aside>`;
}

await loadTexts(["greeter"], root.dataset.lang);
const me = await whoAmI();
if (me === null) toLogin();
else {
  if (me) Object.assign(now, { me: me.staff, csrf: me.csrf });
  await look();
  setInterval(look, 3000);
}
