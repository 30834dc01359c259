/* The people of a centre: who may come in, what they do, where they are signed in. */
import { html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";
import { ask } from "/static/screens/api.js";
import { Again, askSurely, onAgain } from "./again.js";
import { dayAndTime } from "./summary.js";
import { centre, redraw, state } from "./state.js";

const api = `/api/v1/${centre}/people`;
const ROLES = ["admin", "manager", "viewer", "clerk", "greeter", "province"];
const here = {
  people: null,
  sessions: [],
  open: "",
  filter: "all",
  told: "",
  trouble: "",
  code: null,
  adding: {},
};
onAgain(redraw);

async function load() {
  const answer = await ask("GET", api);
  if (answer.ok)
    Object.assign(here, { people: answer.people, sessions: answer.sessions, own: answer.own });
  else here.trouble = answer.message;
  const outside = await ask("GET", `/api/v1/${centre}/sign-in-identities`);
  if (outside.ok) here.outside = outside;
  redraw();
}

async function act(path, body, told) {
  const answer = await askSurely("POST", path ? `${api}/${path}` : api, body);
  here.trouble = answer.ok ? "" : answer.message;
  here.told = answer.ok ? told : "";
  if (answer.ok && answer.code) here.code = answer.code;
  if (answer.still_open?.length)
    here.told = t("people.still_open", { list: answer.still_open.join(", ") });
  await load();
  if (answer.ok) document.getElementById("told")?.focus();
  return answer;
}

/** A name to log in by, made of a full name: Lý Thị Thu Hà → ha.ltt */
function proposed(fullName) {
  const words = fullName
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[đĐ]/g, "d")
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean);
  const last = words.pop() || "";
  return words.length ? `${last}.${words.map((word) => word[0]).join("")}` : last;
}

async function add(event) {
  event.preventDefault();
  const { full_name: fullName, name, role } = event.target.elements;
  const answer = await act(
    "",
    { full_name: fullName.value.trim(), name: name.value.trim(), role: role.value },
    t("people.added", { name: fullName.value.trim() })
  );
  if (!answer.ok) return;
  here.adding = {};
  redraw();
}

const roleName = (role) => t(`people.role.${role}`);

function Add() {
  const { fullName = "", name } = here.adding;
  const type = (key) => (event) => {
    here.adding = { ...here.adding, [key]: event.target.value };
    redraw();
  };
  return html`<section class="group"><h3 class="grp">${t("people.add")}</h3><form class="row-form" onSubmit=${add}>
    <label>${t("people.full_name")}<input class="box" name="full_name" maxlength="120" required value=${fullName} onInput=${type("fullName")} /></label>
    <label>${t("people.name")}<input class="box" name="name" maxlength="64" required autocapitalize="off" value=${name ?? proposed(fullName)} onInput=${type("name")} /></label>
    <label>${t("people.role_label")}<select class="box" name="role">${["clerk", "greeter", "viewer", "manager", "admin", "province"].map((role) => html`<option key=${role} value=${role}>${roleName(role)}</option>`)}</select></label>
    <button class="go">${t("people.add_go")}</button></form><p class="hint">${t("people.add_how")}</p></section>`;
}

function Person({ row }) {
  const sessions = here.sessions.filter((session) => session.person === row.id),
    own = row.id === here.own;
  return html`<tr><td colspan="5"><div class="opened">
    <ul class="lines">${sessions.map(
      (
        session
      ) => html`<li class="diff" key=${session.id}><span>${session.own ? t("own.this") : session.agent.slice(0, 60) || t("own.unknown")} <span class="soft">${t("own.session", { since: dayAndTime(session.since), seen: dayAndTime(session.seen_at), address: session.address })}</span></span>
      ${!session.own && html`<button type="button" class="link" aria-label=${t("people.end_of", { name: row.full_name })} onClick=${() => act(`sessions/${session.id}/end`, {}, t("own.ended"))}>${t("own.end")}</button>`}</li>`
    )}
      ${sessions.length === 0 && html`<li class="soft">${t("people.no_session")}</li>`}</ul>
    ${
      own
        ? html`<p><a href="/account">${t("people.own")}</a></p>`
        : html`<p class="ways">
      <button type="button" class="btn s" onClick=${() => act(`${row.id}/reset`, {}, t("people.was_reset", { name: row.full_name }))}>${t("people.reset")}</button>
      ${row.second_factor && html`<button type="button" class="btn s" onClick=${() => act(`${row.id}/second-factor/end`, {}, t("own.factor_off"))}>${t("people.factor_end")}</button>`}
      <button type="button" class="btn s" onClick=${() => act(row.id, { disabled: !row.disabled }, t(row.disabled ? "people.unlocked" : "people.locked", { name: row.full_name }))}>${t(row.disabled ? "people.unlock" : "people.lock")}</button>
      <label>${t("people.role_label")} <select class="box" value=${row.role} onChange=${(event) => act(row.id, { role: event.target.value }, t("people.role_changed"))}>${ROLES.map((role) => html`<option key=${role} value=${role}>${roleName(role)}</option>`)}</select></label></p>
      ${row.counters.length > 0 && !row.disabled && html`<p class="hint">${t("people.lock_means", { list: row.counters.join(", ") })}</p>`}`
    }
  </div></td></tr>`;
}

/** Who came from the house's sign-in service: whoever nobody has linked stands first. */
function Outside() {
  if (!here.outside?.on && !here.outside?.identities.length) return null;
  const rows = [...here.outside.identities].sort((a, b) => Boolean(a.person) - Boolean(b.person));
  const link = async (row, person) => {
    const { issuer, sub } = row;
    const body = { issuer, sub, ...(person && { person }) };
    const answer = await askSurely("POST", `/api/v1/${centre}/sign-in-identities`, body);
    here.trouble = answer.ok ? "" : answer.message;
    here.told = answer.ok ? t(person ? "people.linked" : "people.unlinked") : "";
    await load();
  };
  return html`<section class="group"><h3 class="grp">${t("people.outside")}</h3><p class="soft">${t("people.outside_how")}</p>
    <ul class="lines">${rows.map(
      (
        row
      ) => html`<li class="diff" key=${`${row.issuer} ${row.sub}`}><div><p><b>${row.name || row.sub}</b></p>
        <p class="soft">${t("people.outside_seen", { at: dayAndTime(row.seen_at), sub: row.sub })}</p></div>
        <label>${t("people.outside_whose")} <select class="box" value=${row.person || ""} onChange=${(event) => link(row, event.target.value)}>
          <option value="">${t("people.outside_nobody")}</option>
          ${here.people.map((person) => html`<option key=${person.id} value=${person.id}>${person.full_name}</option>`)}</select></label></li>`
    )}${!rows.length && html`<li class="soft">${t("people.outside_none")}</li>`}</ul></section>`;
}

export function People() {
  if (!here.people) {
    here.people = [];
    load();
  }
  const groups = ["all", ...ROLES, "disabled"],
    inGroup = (row, group) =>
      group === "all" ||
      (group === "disabled" ? row.disabled : row.role === group && !row.disabled);
  const shown = here.people.filter((row) => inGroup(row, here.filter));
  const needsFactor = (row) =>
    ["admin", "manager", "province"].includes(row.role) && !row.second_factor && !row.disabled;
  return html`<div class="ttl"><h2>${state.words.pages.people}</h2><span class="soft">${t("people.count", { n: here.people.length })}</span>
      <a class="link end" href=${`/person/${centre}`}>${t("person.link")}</a></div>
    ${here.told && html`<p role="status" class="ok" id="told" tabindex="-1">${here.told}</p>`}
    ${here.trouble && html`<p role="alert" class="bad">${here.trouble}</p>`}
    <${Again} />
    ${
      here.code &&
      html`<div class="code"><p>${t("people.code")}</p><b class="num">${here.code}</b><p class="soft">${t("people.code_how")}</p>
      <p class="ways"><button type="button" class="btn" onClick=${() => window.print()}>${t("own.print")}</button><button type="button" class="btn" onClick=${() => {
        here.code = null;
        redraw();
      }}>${t("people.code_done")}</button></p></div>`
    }
    <p class="filters" role="group" aria-label=${t("people.filter")}>${groups.map(
      (group) =>
        html`<button type="button" class="link" key=${group} aria-pressed=${here.filter === group} onClick=${() => {
          here.filter = group;
          redraw();
        }}>${t(`people.group.${group}`)} ${here.people.filter((row) => inGroup(row, group)).length}</button>`
    )}</p>
    <div class="scroll"><table class="t"><thead><tr>${["full_name", "role_label", "at", "factor", "sessions"].map((head) => html`<th scope="col" key=${head}>${t(`people.${head}`)}</th>`)}</tr></thead>
      <tbody>${shown.map(
        (
          row
        ) => html`<tr key=${row.id}><th scope="row"><button type="button" class="fold" aria-expanded=${here.open === row.id} onClick=${() => {
          here.open = here.open === row.id ? "" : row.id;
          redraw();
        }}>${row.full_name}</button><small class="soft">${row.name}</small></th>
        <td>${row.disabled ? t("people.group.disabled") : roleName(row.role)}</td>
        <td>${row.counters.map((number) => html`<span class="plate" key=${number}>${number}</span> `)}${row.must_change && html`<span class="soft">${t(row.code_over ? "people.code_over" : "people.code_waits")}</span>`}</td>
        <td>${row.second_factor ? dayAndTime(row.second_factor) : needsFactor(row) && html`<b class="bad">${t("people.factor_missing")}</b>`}</td>
        <td class="r">${row.sessions}</td></tr>
        ${here.open === row.id && html`<${Person} row=${row} key=${`${row.id}-open`} />`}`
      )}</tbody></table></div>
    <${Add} /><${Outside} />`;
}
