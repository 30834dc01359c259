/* The steps in the hall: somebody for a counter, a kiosk and a board, a test slip that is called. */
import { html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";
import { act, ask } from "./api.js";
import { Foot, Head, Input, Trouble } from "./parts.js";
import { once, state } from "./state.js";

const api = () => `/api/v1/${encodeURIComponent(state.hub.centre.code)}`;
const READ_EVERY_MS = 2500;
/** Whoever was added, by log-in name; the code is known only to the page that asked for it. */
const added = new Map();
let asked = false;

/** Whom an earlier visit to this page added. */
async function readPeople() {
  if (asked) return;
  asked = true;
  const answer = await ask("GET", `${api()}/people`);
  if (!answer.ok) return;
  for (const person of answer.people)
    if (person.role !== "admin" && !added.has(person.name)) added.set(person.name, person);
  state.show();
}

async function addPerson(event) {
  event.preventDefault();
  const form = event.target,
    { full_name: fullName, name, role } = form.elements;
  const person = { full_name: fullName.value.trim(), name: name.value.trim(), role: role.value };
  const answer = await once(() => act(`${api()}/people`, person));
  if (!answer?.ok) return;
  added.set(person.name, { ...person, code: answer.code });
  form.reset();
  state.show();
}

export function Staff() {
  readPeople();
  return html`<form onSubmit=${addPerson}><div class="in"><${Head} title=${t("staff.title")} lead=${t("staff.lead")} />
      ${added.size > 0 && html`<ul class="rows">${[...added.values()].map((row) => html`<li key=${row.name}><b>${row.full_name}</b><small>${t(row.code ? "staff.added" : "staff.known", { name: row.name })}</small>${row.code && html`<span class="num code">${row.code}</span>`}</li>`)}</ul>`}
      <div class="cols"><${Input} label=${t("admin.full_name")} name="full_name" required maxlength="120" />
      <${Input} label=${t("admin.name")} name="name" required maxlength="64" autocapitalize="off" spellcheck="false" />
      <label class="field"><span class="label">${t("staff.role")}</span><select class="box" name="role">${["clerk", "greeter", "manager"].map((role) => html`<option value=${role}>${t(`staff.${role}`)}</option>`)}</select></label></div>
      <${Trouble} /><p><button class="btn" disabled=${state.busy}>${t("staff.add")}</button></p></div>
    <${Foot} note=${t("staff.note")}><button type="button" class="go" onClick=${() => state.go("machines")}>${t("next")}</button><//></form>`;
}

let reading = 0;

/** What machines there are and how they are; again as long as the step lasts. */
async function readDevices() {
  if (state.step !== "machines" && state.step !== "test") {
    reading = 0;
    return;
  }
  const answer = await ask("GET", `${api()}/devices`);
  if (answer.ok) state.devices = answer.devices;
  state.show();
  reading = setTimeout(readDevices, READ_EVERY_MS);
}

function startReading() {
  if (reading) return;
  reading = setTimeout(readDevices, 0);
}

const of = (kind) => state.devices.filter((row) => row.kind === kind);

async function pair(kind, event) {
  event.preventDefault();
  const code = event.target.elements.code.value;
  const answer = await once(async () => {
    const asked = await act(`${api()}/pairings`, { code });
    if (!asked.ok) return asked;
    // of no zone: the board shows every call, the kiosk every field
    return act(`${api()}/devices`, { code: asked.screen.code, kind, name: `${kind}-1` });
  });
  if (answer?.ok) event.target.reset();
}

function Machine({ kind }) {
  const [there] = of(kind);
  const how = !there ? "" : t(there.online ? "machines.online" : "machines.waiting");
  return html`<li class="machine"><b>${there && there.online ? "✓ " : ""}${t(`machines.${kind}`)}</b>
    ${
      there
        ? html`<small role="status">${there.name} · ${how}</small>`
        : html`<form onSubmit=${(event) => pair(kind, event)}><small>${t(`machines.${kind}_how`, { address: location.host })}</small>
          <input class="box num" name="code" required maxlength="9" autocomplete="off" spellcheck="false" aria-label=${t("machines.code", { machine: t(`machines.${kind}`) })} />
          <button class="btn" disabled=${state.busy}>${t("machines.pair")}</button></form>`
    }</li>`;
}

export function Machines() {
  startReading();
  return html`<div class="in"><${Head} title=${t("machines.title")} lead=${t("machines.lead")} />
      <ul class="rows"><${Machine} kind="kiosk" /><${Machine} kind="board" /></ul><${Trouble} /></div>
    <${Foot} note=${t("machines.note")}><button type="button" class="go" onClick=${() => state.go("test")}>${t("next")}</button><//>`;
}

const trial = { ticket: null, counter: "", called: false, opened: false };

/** The day opened by hand where none is open, a number of the first field, on paper at the kiosk. */
async function print() {
  const [kiosk] = of("kiosk");
  const answer = await once(async () => {
    const now = await ask("GET", `${api()}/snapshot/manager`);
    if (!now.ok && now.error) return now;
    const isOpen = now.day?.state === "open" && now.day?.by_hand;
    if (!isOpen) {
      const opened = await act(`${api()}/day/open`);
      if (!opened.ok) return opened;
      trial.opened = now.day?.state !== "open";
    }
    const counter = now.counters.find((row) => row.fields?.length) || now.counters[0];
    const field = counter.fields[0];
    const taken = await act(`${api()}/tickets`, { field: field.field || field });
    if (!taken.ok) return taken;
    Object.assign(trial, { ticket: taken.ticket, counter: String(counter.counter), called: false });
    if (!kiosk) return taken;
    return act(`${api()}/tickets/${taken.ticket.id}/reprint`, {
      ticket: taken.ticket.id,
      kiosk: kiosk.device,
    });
  });
  if (answer?.ok) state.show();
}

async function call() {
  const place = `${api()}/counters/${encodeURIComponent(trial.counter)}`;
  const answer = await once(async () => {
    const opened = await act(`${place}/open`);
    if (!opened.ok && opened.error !== "wrong_state") return opened;
    return act(`${place}/call`, { ticket: trial.ticket.id });
  });
  if (answer?.ok) trial.called = true;
  state.show();
}

/** The number is given up, so that no report counts it; the counter and a day opened for it close. */
async function finish() {
  const place = `${api()}/counters/${encodeURIComponent(trial.counter)}`;
  const answer = await once(async () => {
    const given = await act(`${place}/cancel`, { ticket: trial.ticket.id });
    if (!given.ok) return given;
    const closed = await act(`${place}/close`);
    return trial.opened && closed.ok ? act(`${api()}/day/close`) : closed;
  });
  if (answer?.ok) await state.end();
}

export function Test() {
  startReading();
  const { ticket, called } = trial;
  const kiosk = of("kiosk")[0];
  return html`<div class="in"><${Head} title=${t("test.title")} lead=${t("test.lead")} />
      <ol class="rows trial">
        <li><b>${t("test.print")}</b><small role="status">${ticket ? t(kiosk ? "test.printed" : "test.no_kiosk", { number: ticket.number, kiosk: kiosk?.name }) : t("test.print_how")}</small>
          ${!ticket && html`<button type="button" class="btn" disabled=${state.busy} onClick=${print}>${t("test.print_go")}</button>`}</li>
        <li><b>${t("test.call")}</b><small role="status">${called ? t("test.called", { number: ticket.number, counter: trial.counter }) : t("test.call_how")}</small>
          ${ticket && !called && html`<button type="button" class="btn" disabled=${state.busy} onClick=${call}>${t("test.call_go", { number: ticket.number })}</button>`}</li>
      </ol><${Trouble} /></div>
    <${Foot} note=${t("test.note")}>${
      called
        ? html`<button type="button" class="go" disabled=${state.busy} onClick=${finish}>${t("test.done")}</button>`
        : html`<button type="button" class="btn" disabled=${state.busy} onClick=${state.end}>${t("test.skip")}</button>`
    }<//>`;
}
