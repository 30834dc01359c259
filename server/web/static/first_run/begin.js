/* The steps before anybody works here: the code, the centre (or a backup), the first administrator with a second factor. */
import { html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";
import { act, ask, signIn } from "./api.js";
import { Foot, Head, Input, Trouble } from "./parts.js";
import { once, state } from "./state.js";
import { DEFAULT_LANGUAGE, ownName, staffLanguages } from "/ui/languages.js";

const API = "/api/v1/first-run";
/** A large file over a slow line. */
const FILE_LIMIT_MS = 30 * 60000;
const AGAIN_MS = 1500;
const SHOWN_LETTERS = 6;

export function Code() {
  const send = async (event) => {
    event.preventDefault();
    const code = event.target.elements.code.value;
    const answer = await once(() => ask("POST", `${API}/begin`, { code }));
    if (answer?.ok) await state.load();
  };
  return html`<form onSubmit=${send}><div class="in"><${Head} title=${t("code.title")} lead=${t("code.lead")} />
      <${Input} label=${t("code.label")} hint=${t("code.hint")} name="code" class="box big num" required
        autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" maxlength="20" />
      <${Trouble} /><p class="where">${t("code.where")}</p>
      <p class="term">./luot up<br />${t("code.example")}</p></div>
    <${Foot} note=${t("code.note")}><button class="go" disabled=${state.busy}>${t("next")}</button><//></form>`;
}

const choice = {
  template: "ward",
  file: null,
  names: {},
  code: "",
  key: "",
  templates: null,
  restoring: false,
};

async function readTemplates() {
  if (choice.templates) return;
  choice.templates = [];
  const answer = await ask("GET", `${API}/templates`);
  if (answer.ok) choice.templates = answer.templates;
  else {
    choice.templates = null;
    state.trouble = answer.message;
  }
  state.show();
}

const pick = (template) => {
  choice.template = template;
  state.trouble = "";
  state.show();
};

/** How the names of centres begin everywhere: nothing that tells one from another. */
const EVERYWHERE =
  /^(trung tâm|center|centre|public|phục vụ|administrative|service|services|hành chính|công|ủy ban nhân dân|ubnd|of|the)\s+/iu;
function ownPart(name) {
  let rest = name.trim();
  while (EVERYWHERE.test(rest)) rest = rest.replace(EVERYWHERE, "");
  return rest;
}

/** A name as it stands in addresses, what is its own of it: small letters, figures and hyphens. */
const asCode = (name) =>
  ownPart(name)
    .replace(/[đĐ]/g, "d")
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 30);

function Sample({ row }) {
  const more = row.fields.length - SHOWN_LETTERS;
  return html`<label class="option"><input type="radio" name="template" checked=${choice.template === row.template} onChange=${() => pick(row.template)} />
    <span><b>${t(`centre.${row.template}`)}</b><small>${t("centre.holds", { fields: row.fields.length, counters: row.counters, kiosks: row.kiosks, procedures: row.procedures })}</small></span>
    <span class="tiles" aria-hidden="true">${row.fields.slice(0, SHOWN_LETTERS).map((letter) => html`<i>${letter}</i>`)}${more > 0 && html`<em>${t("centre.more", { n: more })}</em>`}</span></label>`;
}

function FileChoice({ what, accept }) {
  return html`<label class="option"><input type="radio" name="template" checked=${choice.template === what} onChange=${() => pick(what)} />
    <span><b>${t(`centre.${what}`)}</b><small>${t(`centre.${what}_how`)}</small></span>
    <span class="btn file">${choice.template === what && choice.file ? choice.file.name : t("centre.choose_file")}
      <input type="file" accept=${accept} aria-label=${t(`centre.${what}`)} onChange=${(event) => {
        choice.file = event.target.files[0] || null;
        pick(what);
      }} /></span></label>`;
}

/** The hub starts anew with the backup; whoever worked there logs in. */
async function waitForRestored() {
  choice.restoring = true;
  state.show();
  for (;;) {
    await new Promise((done) => {
      setTimeout(done, AGAIN_MS);
    });
    const answer = await ask("GET", API);
    if (answer.status === 403) {
      location.assign("/login");
      return;
    }
    if (answer.ok && answer.centre) {
      location.assign("/login?next=/first-run");
      return;
    }
  }
}

/** The keys of a text, as a header carries them: a key file has remarks beside its key. */
const keysIn = (text) => (text.match(/AGE-SECRET-KEY-1[0-9A-Z]+/gi) || []).join(" ").toUpperCase();

/** The key of an encrypted backup, typed or from its file. */
function BackupKey() {
  const fromFile = async (event) => {
    const [file] = event.target.files;
    if (!file) return;
    choice.key = keysIn(await file.text());
    state.trouble = choice.key ? "" : t("centre.key_none");
    state.show();
  };
  return html`<div class="one"><${Input} label=${t("centre.key")} hint=${t("centre.key_hint")} value=${choice.key} type="password"
      autocomplete="off" spellcheck="false" onInput=${(event) => {
        choice.key = event.target.value;
      }} />
    <label class="field"><span class="label">${t("centre.key_file")}</span><input type="file" accept=".txt,.key,.age" onChange=${fromFile} /></label></div>`;
}

async function sendCentre(event) {
  event.preventDefault();
  if (choice.template === "restore") {
    const keys = keysIn(choice.key);
    const headers = keys ? { "X-Backup-Key": keys } : {};
    const answer = await once(() =>
      ask("POST", `${API}/restore`, choice.file, FILE_LIMIT_MS, headers)
    );
    if (answer?.ok) await waitForRestored();
    return;
  }
  const named = Object.values(choice.names).some((name) => name.trim());
  const asked = {
    ...(choice.template === "file"
      ? { file: await choice.file.text() }
      : { template: choice.template }),
    ...(named && { name: { [DEFAULT_LANGUAGE]: "", ...choice.names } }),
    ...(choice.code && { code: choice.code }),
  };
  const answer = await once(() => ask("POST", `${API}/centre`, asked, 60000));
  if (answer?.ok) await state.load();
}

function Names() {
  const type = (lang, text) => {
    choice.names[lang] = text;
    if (lang === DEFAULT_LANGUAGE) choice.code = asCode(text);
    state.show();
  };
  return html`<div class="cols">
    ${staffLanguages().map(
      (
        lang
      ) => html`<${Input} key=${lang} label=${`${t("centre.name")} · ${ownName(lang)}`} value=${choice.names[lang] || ""} maxlength="120"
        hint=${lang === DEFAULT_LANGUAGE ? t("centre.name_hint") : t("centre.name_other")} required=${lang === DEFAULT_LANGUAGE}
        onInput=${(event) => type(lang, event.target.value)} />`
    )}
    <${Input} label=${t("centre.code")} value=${choice.code} maxlength="39" pattern="[a-z0-9][a-z0-9\\-]*" required hint=${t("centre.code_hint")}
      onInput=${(event) => {
        choice.code = event.target.value;
      }} /></div>`;
}

export function Centre() {
  readTemplates();
  if (choice.restoring)
    return html`<div class="in"><${Head} title=${t("centre.restoring")} lead=${t("centre.restoring_how")} /></div>`;
  const wantsFile = choice.template === "file" || choice.template === "restore";
  return html`<form onSubmit=${sendCentre}><div class="in"><${Head} title=${t("centre.title")} lead=${t("centre.lead")} />
      <fieldset class="options"><legend class="unseen">${t("centre.title")}</legend>
        ${(choice.templates || []).map((row) => html`<${Sample} key=${row.template} row=${row} />`)}
        <${FileChoice} what="file" accept=".yaml,.yml" /><${FileChoice} what="restore" accept=".tar,.age,.db" /></fieldset>
      ${choice.template === "restore" && html`<${BackupKey} />`}
      ${!wantsFile && html`<${Names} />`}<${Trouble} /></div>
    <${Foot} note=${t("centre.note")}><button class="go" disabled=${state.busy || (wantsFile && !choice.file)}>${t(choice.template === "restore" ? "centre.go_restore" : "centre.go")}</button><//></form>`;
}

const made = { begun: null };

async function sendAdmin(event) {
  event.preventDefault();
  const { full_name: fullName, name, password } = event.target.elements;
  const asked = {
    full_name: fullName.value.trim(),
    name: name.value.trim(),
    password: password.value,
  };
  const answer = await once(() => ask("POST", `${API}/admin`, asked));
  if (!answer?.ok) return;
  state.password = password.value;
  await signIn();
  await beginFactor(state.password);
  await state.load();
}

async function beginFactor(password) {
  const answer = await once(() => act("/api/v1/account/second-factor/begin", { password }));
  if (answer?.ok) {
    made.begun = answer;
    state.password = "";
  }
  state.show();
}

function NewAdmin() {
  return html`<form onSubmit=${sendAdmin}><div class="in"><${Head} title=${t("admin.title")} lead=${t("admin.lead")} />
      <div class="one"><${Input} label=${t("admin.full_name")} name="full_name" required maxlength="120" autocomplete="name" />
      <${Input} label=${t("admin.name")} name="name" required maxlength="64" autocomplete="username" autocapitalize="off" spellcheck="false" />
      <${Input} label=${t("admin.password")} name="password" type="password" required autocomplete="new-password" hint=${t("admin.password_hint")} /></div>
      <${Trouble} /></div>
    <${Foot} note=${t("admin.note")}><button class="go" disabled=${state.busy}>${t("admin.go")}</button><//></form>`;
}

function Factor() {
  const finish = async (event) => {
    event.preventDefault();
    const code = event.target.elements.code.value;
    const answer = await once(() => act("/api/v1/account/second-factor", { code }));
    if (!answer?.ok) return;
    state.codes = answer.codes;
    await state.load();
  };
  const again = async (event) => {
    event.preventDefault();
    await beginFactor(event.target.elements.password.value);
  };
  if (!made.begun)
    return html`<form onSubmit=${again}><div class="in"><${Head} title=${t("factor.title")} lead=${t("factor.again")} />
        <div class="one"><${Input} label=${t("admin.password")} name="password" type="password" required autocomplete="current-password" /></div><${Trouble} /></div>
      <${Foot} note=""><button class="go" disabled=${state.busy}>${t("next")}</button><//></form>`;
  return html`<form onSubmit=${finish}><div class="in"><${Head} title=${t("factor.title")} lead=${t("factor.lead")} />
      <div class="factor"><img class="qr" src=${made.begun.qr} alt=${t("factor.qr")} />
      <div><p>${t("factor.secret")} <b class="num secret">${made.begun.secret}</b></p>
      <${Input} label=${t("factor.code")} name="code" class="box big num" required inputmode="numeric" autocomplete="one-time-code" maxlength="7" /></div></div><${Trouble} /></div>
    <${Foot} note=${t("factor.note")}><button class="go" disabled=${state.busy}>${t("factor.go")}</button><//></form>`;
}

function RecoveryCodes() {
  return html`<div class="in printed"><${Head} title=${t("codes.title")} lead=${t("codes.lead")} />
      <ol class="codes num">${state.codes.map((code) => html`<li>${code}</li>`)}</ol></div>
    <${Foot} note=${t("codes.note")}><button type="button" class="btn" onClick=${() => window.print()}>${t("codes.print")}</button>
      <button type="button" class="go" onClick=${() => {
        state.codes = null;
        state.go("staff");
      }}>${t("codes.kept")}</button><//>`;
}

export function Admin() {
  if (state.codes) return html`<${RecoveryCodes} />`;
  if (!state.hub.has_admin) return html`<${NewAdmin} />`;
  return html`<${Factor} />`;
}
