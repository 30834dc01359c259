/* One's own account: password, second factor, sessions. */
import { html, render } from "/static/console/html.js";
import { loadTexts, setZone, t, timeOfDay } from "/static/console/texts.js";
import { makeKey, passkeysWork } from "/static/passkey.js";
import { ask, signIn } from "/static/screens/api.js";

const root = document.getElementById("admin"),
  { lang, zone, newcomer } = root.dataset,
  api = "/api/v1/account";
const state = { me: null, told: "", trouble: "", begun: null, codes: null, asking: "" };

const day = (ms) =>
  `${new Intl.DateTimeFormat("en-GB", { timeZone: zone, day: "2-digit", month: "2-digit", year: "numeric" }).format(ms)} ${timeOfDay(ms)}`;

async function load() {
  const answer = await ask("GET", api);
  if (answer.ok) state.me = answer;
  else state.trouble = answer.message;
  show();
}

/** Do something; `told` is what is said when it is done. */
async function act(path, body, told) {
  const answer = await ask("POST", `${api}/${path}`, body);
  state.trouble = answer.ok ? "" : answer.message;
  state.told = answer.ok ? told : "";
  if (answer.ok) await load();
  else show();
  return answer;
}

async function changePassword(event) {
  event.preventDefault();
  const form = event.target,
    { old, new: next } = form.elements;
  const answer = await act("password", { old: old.value, new: next.value }, t("own.changed"));
  if (!answer.ok) return;
  form.reset();
  if (newcomer) location.assign("/");
}

function Password() {
  return html`<section class="group"><h2 class="grp">${t("own.password")}
      ${state.me.password_at && html`<span class="soft">${t("own.password_at", { at: day(state.me.password_at) })}</span>`}</h2>
    ${newcomer && html`<p class="bad">${t("own.newcomer")}</p>`}
    <form class="row-form" onSubmit=${changePassword}>
      <label>${t(newcomer ? "own.code" : "own.old")}<input class="box" name="old" type=${newcomer ? "text" : "password"} autocomplete="current-password" required /></label>
      <label>${t("own.new")}<input class="box" name="new" type="password" autocomplete="new-password" minlength="8" required aria-describedby="rule" /></label>
      <button class=${newcomer ? "go" : "btn"}>${t("own.change")}</button></form>
    <p class="hint" id="rule">${t("own.rule")}</p></section>`;
}

/** A password first, then what it opens. */
function Asked({ what, done }) {
  const sure = async (event) => {
    event.preventDefault();
    await done(event.target.elements.password.value);
  };
  return html`<form class="row-form" onSubmit=${sure}><label>${t("password_again")}<input class="box" name="password" type="password" autocomplete="current-password" required /></label>
    <button class="btn">${t(what)}</button></form>`;
}

function SecondFactor() {
  const { me, begun, codes } = state;
  if (!me.may_second_factor) return null;
  const begin = async (password) => {
    const answer = await act("second-factor/begin", { password }, "");
    if (answer.ok) state.begun = answer;
    show();
  };
  const finish = async (event) => {
    event.preventDefault();
    const answer = await act(
      "second-factor",
      { code: event.target.elements.code.value },
      t("own.factor_on")
    );
    if (answer.ok) Object.assign(state, { begun: null, codes: answer.codes });
    show();
  };
  const renew = async (password) => {
    const answer = await act("recovery-codes", { password }, t("own.codes_new"));
    if (answer.ok) Object.assign(state, { codes: answer.codes, asking: "" });
    show();
  };
  const end = async (password) => {
    if ((await act("second-factor/end", { password }, t("own.factor_off"))).ok) state.asking = "";
    show();
  };
  const choose = (what) => {
    state.asking = what;
    show();
  };
  return html`<section class=${`group ${codes ? "printed" : ""}`}><h2 class="grp">${t("own.factor")}
      <span class="soft">${me.second_factor ? t("own.factor_since", { at: day(me.second_factor) }) : t("own.factor_none")}</span></h2>
    ${
      codes &&
      html`<p><b>${t("own.codes")}</b> ${t("own.codes_how")}</p><ol class="codes">${codes.map((code) => html`<li key=${code}>${code}</li>`)}</ol>
      <p class="ways"><button type="button" class="go" onClick=${() => window.print()}>${t("own.print")}</button>
      <button type="button" class="btn" onClick=${() => {
        state.codes = null;
        show();
      }}>${t("own.kept")}</button></p>`
    }
    ${
      begun &&
      html`<p>${t("own.scan")}</p><img class="qr" src=${begun.qr} alt=${t("own.qr")} /><p>${t("own.secret")} <b class="num">${begun.secret}</b></p>
      <form class="row-form" onSubmit=${finish}><label>${t("own.first_code")}<input class="box n" name="code" inputmode="numeric" autocomplete="one-time-code" required /></label><button class="go">${t("own.begin")}</button></form>`
    }
    ${!begun && !codes && !me.second_factor && html`<p class="soft">${t("own.factor_how")}</p><${Asked} what="own.set_up" done=${begin} />`}
    ${
      !codes &&
      me.second_factor &&
      html`<p>${t("own.codes_left", { n: me.recovery_codes })}</p>
      ${!["renew", "end"].includes(state.asking) ? html`<p class="ways"><button type="button" class="btn" onClick=${() => choose("renew")}>${t("own.renew")}</button><button type="button" class="btn" onClick=${() => choose("end")}>${t("own.factor_end")}</button></p>` : html`<${Asked} what=${state.asking === "renew" ? "own.renew" : "own.factor_end"} done=${state.asking === "renew" ? renew : end} />`}`
    }
  </section>`;
}

function Pin() {
  const { me } = state;
  if (!me.may_pin) return null;
  const choose = async (event) => {
    event.preventDefault();
    const form = event.target,
      { password, pin } = form.elements;
    const answer = await act("pin", { password: password.value, pin: pin.value }, t("own.pin_on"));
    if (answer.ok) form.reset();
  };
  const end = async (password) => {
    if ((await act("pin/end", { password }, t("own.pin_off"))).ok) state.asking = "";
    show();
  };
  return html`<section class="group"><h2 class="grp">${t("own.pin")}
      <span class="soft">${me.pin ? t("own.pin_since", { at: day(me.pin) }) : t("own.pin_none")}</span></h2>
    <p class="soft">${t("own.pin_how")}</p>
    <form class="row-form" onSubmit=${choose}>
      <label>${t("password_again")}<input class="box" name="password" type="password" autocomplete="current-password" required /></label>
      <label>${t("own.pin_new")}<input class="box n" name="pin" type="password" inputmode="numeric" autocomplete="off" minlength="6" maxlength="12" required /></label>
      <button class="btn">${t("own.pin_set")}</button></form>
    ${
      me.pin &&
      state.asking !== "pin" &&
      html`<p class="ways"><button type="button" class="btn" onClick=${() => {
        state.asking = "pin";
        show();
      }}>${t("own.pin_end")}</button></p>`
    }
    ${me.pin && state.asking === "pin" && html`<${Asked} what="own.pin_end" done=${end} />`}
  </section>`;
}

function Passkeys() {
  const { me } = state;
  if (!passkeysWork(me.passkey_origin)) return null;
  const make = async (event) => {
    event.preventDefault();
    const form = event.target,
      { password, name } = form.elements;
    const begun = await act("passkeys/begin", { password: password.value }, "");
    const credential = begun.ok ? await makeKey(begun.options) : null;
    if (!credential) return;
    const answer = await act(
      "passkeys",
      { name: name.value.trim(), credential },
      t("own.key_made")
    );
    if (answer.ok) form.reset();
  };
  return html`<section class="group"><h2 class="grp">${t("own.keys")}</h2>
    <p class="soft">${t("own.keys_how")}</p>
    <ul class="lines">${me.passkeys.map(
      (row) => html`<li class="diff" key=${row.id}><div><p><b>${row.name}</b></p>
        <p class="soft">${row.used_at ? t("own.key_used", { since: day(row.since), used: day(row.used_at) }) : t("own.key_since", { since: day(row.since) })}</p></div>
        <button type="button" class="link" onClick=${() => act(`passkeys/${encodeURIComponent(row.id)}/end`, {}, t("own.key_gone"))}>${t("own.key_end")}</button></li>`
    )}</ul>
    <form class="row-form" onSubmit=${make}>
      <label>${t("own.key_name")}<input class="box" name="name" maxlength="60" required /></label>
      <label>${t("password_again")}<input class="box" name="password" type="password" autocomplete="current-password" required /></label>
      <button class="btn">${t("own.key_make")}</button></form></section>`;
}

export function Session({ row, end }) {
  return html`<li class="diff"><div><p><b>${row.own ? t("own.this") : row.agent.slice(0, 80) || t("own.unknown")}</b></p>
    <p class="soft">${t("own.session", { since: day(row.since), seen: day(row.seen_at), address: row.address })}</p></div>
    ${!row.own && html`<button type="button" class="link" onClick=${end}>${t("own.end")}</button>`}</li>`;
}

function Sessions() {
  const { sessions } = state.me;
  return html`<section class="group"><h2 class="grp">${t("own.sessions")}
      ${sessions.length > 1 && html`<button type="button" class="link" onClick=${() => act("sessions/end-others", {}, t("own.ended"))}>${t("own.end_others")}</button>`}</h2>
    <ul class="lines">${sessions.map((row) => html`<${Session} key=${row.id} row=${row} end=${() => act(`sessions/${row.id}/end`, {}, t("own.ended"))} />`)}</ul></section>`;
}

function show() {
  const { me } = state;
  render(
    html`<main id="main"><h2 class="unseen">${t("own.title")}</h2>
      ${state.told && html`<p role="status" class="ok">${state.told}</p>`}
      ${state.trouble && html`<p role="alert" class="bad">${state.trouble}</p>`}
      ${
        me
          ? html`<p>${me.full_name} <span class="soft">${me.name}</span></p>
            <${Password} />${!newcomer && html`<${SecondFactor} /><${Passkeys} /><${Pin} /><${Sessions} />`}`
          : html`<p class="soft" role="status">${t("loading")}</p>`
      }</main>`,
    root
  );
}

await loadTexts(["devices", "admin"], lang);
setZone(zone);
show();
await signIn();
await load();
