/* Booking for who telephones or stands there: a time of a field or procedure, and by a code: see, move, cancel, check in, join. Over the HTTP API only. */
import { fetchInTime } from "../fetch_in_time.js";
import { html, render } from "../console/html.js";
import { currentLanguage, loadTexts, setZone, t } from "../console/texts.js";
import { whoAmI } from "../console/session.js";

const root = document.getElementById("bookings");
const { centre, lang, zone } = root.dataset;
const base = `/api/v1/${centre}`;
const matters = [...document.querySelectorAll("#matters li")].map((row) => ({
  field: row.dataset.field,
  service: row.dataset.service || null,
  name: row.textContent,
}));
const EMPTY = {
  slots: null,
  moving: null,
  made: null,
  seen: null,
  ticket: null,
  sure: false,
  note: "",
};
const now = { csrf: "", code: "", typed: "", matter: null, number: "", busy: false, ...EMPTY };

const change = (changes) => {
  Object.assign(now, changes);
  render(html`<${Page} />`, root);
};

async function call(method, path, body) {
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
      body: body && JSON.stringify({ request_id: window.Luot.requestId(), ...body }),
    });
    return await answer.json();
  } catch {
    return { ok: false, message: t("offline") };
  }
}

async function press(path, body, done) {
  if (now.busy) return;
  change({ busy: true, note: "" });
  const answer = await call("POST", path, body);
  change({ busy: false });
  if (answer.ok) done(answer);
  else change({ note: answer.message });
}

const fits = (row, typed) =>
  typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => row.name.toLowerCase().includes(word));

async function offer(matter, moving = null) {
  const of = matter.service ? `service=${matter.service}` : `field=${matter.field}`;
  const answer = await call("GET", `/slots?${of}`);
  if (!answer.ok) {
    change({ note: answer.message });
    return;
  }
  change({
    ...EMPTY,
    seen: moving ? now.seen : null,
    matter,
    moving,
    slots: answer.slots.filter((slot) => slot.free),
  });
}

/** A code's booking, or kept number. */
async function find() {
  const code = now.code.trim();
  if (!code) return;
  const booking = await call("GET", `/bookings/${encodeURIComponent(code)}`);
  const claim = booking.ok ? null : await call("GET", `/claims/${encodeURIComponent(code)}`);
  if (booking.ok) change({ ...EMPTY, seen: { kind: "bookings", ...booking.booking } });
  else if (claim.ok) change({ ...EMPTY, seen: { kind: "claims", ...claim.claim } });
  else change({ ...EMPTY, note: claim.message });
}

function take(slot) {
  const { matter, moving } = now;
  if (moving)
    press(`/bookings/${moving}/move`, { start: slot.start }, ({ booking }) =>
      change({ ...EMPTY, seen: { kind: "bookings", ...booking } })
    );
  else {
    const wanted = matter.service ? { service: matter.service } : { field: matter.field };
    press("/bookings", { ...wanted, start: slot.start }, ({ booking }) =>
      change({ ...EMPTY, made: booking, code: booking.code })
    );
  }
}

const moment = (at) =>
  new Intl.DateTimeFormat(currentLanguage(), {
    timeZone: zone,
    weekday: "long",
    day: "numeric",
    month: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  }).format(at);
const dayOf = (at) =>
  new Intl.DateTimeFormat(currentLanguage(), {
    timeZone: zone,
    weekday: "long",
    day: "numeric",
    month: "numeric",
  }).format(at);
const clock = (at) =>
  new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(
    at
  );
const inFours = (code) => `${code.slice(0, 4)} ${code.slice(4)}`;

function Slots() {
  const days = new Map();
  for (const slot of now.slots) {
    const day = dayOf(slot.start);
    days.set(day, [...(days.get(day) || []), slot]);
  }
  if (!days.size) return html`<p role="status">${t("no_times")}</p>`;
  return html`<section class="times"><h3>${now.moving ? t("move_to") : now.matter.name}</h3>
    ${[...days].map(
      ([day, slots]) =>
        html`<div><h4>${day}</h4><p>${slots.map(
          (slot) =>
            html`<button type="button" disabled=${now.busy} onClick=${() => take(slot)}><b>${clock(slot.start)}</b> <small>${t("left", { n: slot.free })}</small></button>`
        )}</p></div>`
    )}</section>`;
}

function Made() {
  const { made } = now;
  return html`<section class="made" role="status"><h3>${t("made", { when: moment(made.start) })}</h3>
    <p class="code">${inFours(made.code)}</p><p>${t("read_out")}</p></section>`;
}

const OPEN = { bookings: ["BOOKED", "MISSED"], claims: ["HELD"] };

function Seen() {
  const { seen, sure, ticket } = now;
  const booked = seen.kind === "bookings";
  const path = `/${seen.kind}/${seen.code}`;
  const isOpen = OPEN[seen.kind].includes(seen.state) && !ticket;
  const matter = { field: seen.field, service: seen.service };
  const cancel = () =>
    press(booked ? `${path}/cancel` : `${path}/give-back`, {}, (answer) =>
      change({ sure: false, seen: { ...seen, ...(answer.booking || answer.claim) } })
    );
  const come = (answer) => change({ ticket: answer.ticket });
  return html`<section class="seen"><h3>${t(booked ? "a_booking" : "a_claim")}: ${t(`states.${seen.state}`)}</h3>
    <p>${seen.field}, ${booked ? moment(seen.start) : t("until", { when: moment(seen.expires_at) })}</p>
    ${ticket && html`<p class="number" role="status">${t("number", { number: ticket.number })}</p>`}
    ${
      isOpen &&
      html`<p class="acts"><button type="button" class="go" disabled=${now.busy} onClick=${() => press(`${path}/check-in`, {}, come)}>${t("check_in")}</button>
      ${booked && html`<button type="button" onClick=${() => offer(matter, seen.code)}>${t("move")}</button>`}
      ${seen.state !== "MISSED" && html`<button type="button" onClick=${() => (sure ? cancel() : change({ sure: true }))}>${t(sure ? "cancel_sure" : "cancel")}</button>`}</p>`
    }
    ${
      !booked &&
      !ticket &&
      seen.state !== "TICKET" &&
      html`<form onSubmit=${(event) => {
        event.preventDefault();
        press(`${path}/join`, { ticket: now.number.trim().toUpperCase() }, come);
      }}><label>${t("join")} <input value=${now.number} maxlength="12" onInput=${(event) => change({ number: event.target.value })} /></label><button>${t("join_do")}</button></form>`
    }
  </section>`;
}

function Page() {
  const hits = now.typed.trim()
    ? matters.filter((row) => fits(row, now.typed.trim())).slice(0, 12)
    : matters.filter((row) => !row.service);
  return html`<div class="two">
    <section><h2>${t("by_code")}</h2>
      <form onSubmit=${(event) => {
        event.preventDefault();
        find();
      }}><label class="unseen" for="code">${t("code")}</label><input id="code" class="letters" value=${now.code} maxlength="20" placeholder="ABCE FGHK" onInput=${(event) => change({ code: event.target.value })} /><button class="go">${t("find")}</button></form>
      ${now.note && html`<p class="trouble" role="alert">${now.note}</p>`}
      ${now.made && html`<${Made} />`}
      ${now.seen && html`<${Seen} />`}
    </section>
    <section><h2>${t("book")}</h2>
      <input aria-label=${t("what")} placeholder=${t("what")} value=${now.typed} onInput=${(event) => change({ typed: event.target.value })} />
      ${now.slots ? html`<${Slots} />` : html`<ul class="matters">${hits.map((row) => html`<li><button type="button" onClick=${() => offer(row)}>${row.name}</button></li>`)}</ul>`}
      ${now.slots && html`<button type="button" onClick=${() => change({ slots: null, moving: null })}>${t("other")}</button>`}
    </section></div>`;
}

await loadTexts(["bookings"], lang);
setZone(zone);
const me = await whoAmI();
if (me === null)
  location.assign(
    `/login?centre=${encodeURIComponent(centre)}&next=${encodeURIComponent(location.pathname)}`
  );
change({ csrf: me?.csrf || "" });
