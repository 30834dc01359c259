/* One person's matter: a number to take, the number taken, or one that is looked for. */
import { ownName } from "/ui/languages.js";
import { html } from "../console/html.js";
import { deskName } from "/ui/picking.js";
import { officialCode, officialName, papersOf } from "/ui/procedures.js";
import { terms } from "/ui/picker.js";
import { currentLanguage, nameOf, t, timeOfDay } from "../console/texts.js";
import { range, wait } from "./lines.js";

const OPEN = ["WAITING", "CALLED", "SERVING", "PARKED", "ABSENT"];
const MOST_DOSSIERS = 99;

function Choice({ now, acts, of, value, words }) {
  return html`<button class="btn" aria-pressed=${now[of] === value} onClick=${() => acts.set(of, value)}>${words}</button>`;
}

function Dossiers({ now, acts }) {
  const step = (by) =>
    acts.set("dossiers", Math.min(MOST_DOSSIERS, Math.max(1, now.dossiers + by)));
  return html`<div class="step" role="group" aria-label=${t("dossiers")}>
    <h3>${t("dossiers")}</h3>
    <button class="btn" aria-label=${t("fewer")} aria-disabled=${now.dossiers === 1} onClick=${() => step(-1)}>−</button>
    <output class="num">${now.dossiers}</output>
    <button class="btn" aria-label=${t("one_more")} onClick=${() => step(1)}>+</button>
  </div>`;
}

/** What a number was taken for, in a line: the short name of a listed procedure, or "". */
function wanted(now, code) {
  const all = now.hall?.services || now.hall?.fields.flatMap((field) => field.services) || [];
  const service = all.find((one) => one.code === code);
  return service ? deskName(service, currentLanguage()) : "";
}

/** The chosen procedure to be read out: its official name and what to bring; or the field, if nobody knows more yet. */
function Chosen({ now, field }) {
  const lang = currentLanguage();
  const service = field.services.find((one) => one.code === now.service);
  if (!service)
    return html`<div class="chosen"><h2>${nameOf(field.short)}</h2><p class="soft">${t("any")}</p></div>`;
  const code = officialCode(service);
  const short = deskName(service, lang);
  const whole = officialName(service, lang);
  const papers = papersOf(service, lang);
  const due = terms(service, lang, t);
  return html`<div class="chosen">
    <p class="soft">${nameOf(field.short)} <span class="num">${code}</span></p>
    <h2>${short}</h2>
    ${whole !== short && html`<p class="official" tabindex="0" role="group" aria-label=${t("pick.full_name")}>${whole}</p>`}
    ${due && html`<p>${due}</p>`}
    ${
      papers.length > 0 &&
      html`<h3>${t("papers")}</h3><ul class="papers">${papers.map((paper) => html`<li>${paper}</li>`)}</ul>`
    }
  </div>`;
}

function Wish({ now, acts, field }) {
  const choice = (of, value, words) =>
    html`<${Choice} key=${`${of}${value}`} now=${now} acts=${acts} of=${of} value=${value} words=${words} />`;
  const estimate = wait(field);
  return html`<div class="wish">
      <${Chosen} now=${now} field=${field} />
      <p class="soft">${[field.waiting ? t("waiting", { n: field.waiting }) : t("nobody"), estimate].filter(Boolean).join(" · ")}</p>
      <div><h3>${t("priority")}</h3><div class="set">
        ${choice("priority", null, t("no_priority"))}
        ${now.hall.priority.classes.map((c) => choice("priority", c.code, nameOf(c.name)))}
      </div></div>
    </div>
    <div class="pair">
      <${Dossiers} now=${now} acts=${acts} />
      <div class="step tongues" role="group" aria-label=${t("language")}>
        <h3>${t("language")}</h3>${now.hall.centre.locales.map((l) => choice("lang", l, ownName(l)))}
      </div>
    </div>
    ${now.say && html`<p class="mend" role="alert">${now.say}</p>`}
    <div class="end">
      <button class="btn" onClick=${acts.leave}>${t("back")}</button>
      <button class="go" aria-disabled=${now.busy} onClick=${acts.issue}>${t(now.busy ? "issuing" : "issue")}</button>
    </div>`;
}

/** How many stand before a ticket just given, and how long that may take. */
function aheadText(ticket) {
  if (!ticket.ahead) return t("ahead_none");
  const estimate = range(ticket.estimate);
  return t(estimate ? "ahead" : "ahead_only", { n: ticket.ahead, range: estimate });
}

function Issued({ now, acts }) {
  const { ticket, slip } = now.issued;
  return html`<h2>${t("your")}</h2>
    <p class="num number" role="status">
      ${ticket.number}${ticket.priority && html`<span class="badge">${now.hall.priority.badge}</span>`}</p>
    <p class="wanted">${wanted(now, ticket.service || now.service) || nameOf(slip.field)}</p><p>${t("counters", { list: slip.counters.join(", ") })}</p>
    <p class="soft">${aheadText(ticket)}</p>
    ${now.say && html`<p role="alert">${now.say}</p>`}
    <div class="end"><button class="btn" onClick=${acts.reprintIssued}>${t("print")}</button><button class="go" onClick=${acts.leave}>${t("done")}</button></div>`;
}

function Found({ now, acts }) {
  const f = now.found,
    open = OPEN.includes(f.state),
    inList = [...(now.lines?.absent || []), ...(now.lines?.parked || [])].find(
      (ticket) => ticket.number === f.number
    );
  return html`<div class="found"><p class="num number">${f.number}${f.priority && html`<span class="badge">${now.hall?.priority.badge}</span>`}</p>
      <p><b>${t(`state.${f.state}`)}</b>${f.counter ? ` · ${t("counters", { list: f.counter })}` : ""}
        ${f.state === "WAITING" ? ` · ${f.ahead ? t("ahead_only", { n: f.ahead }) : t("ahead_none")}` : ""}</p>
      <p class="wanted">${[nameOf(now.hall?.fields.find((one) => one.field === f.field)?.short), wanted(now, f.service)].filter(Boolean).join(": ")}</p>
      <p class="soft">${t("taken", { at: timeOfDay(f.issued_at) })}.${
        inList?.rejoin_until ? ` ${t("rejoin", { at: timeOfDay(inList.rejoin_until) })}` : ""
      }</p>
      ${inList?.note && html`<p class="note">${inList.note.text}</p>`}</div>
    <div class=${`end three${f.state === "WAITING" && !now.sure ? " five" : ""}`}>${open && html`<button class="btn" onClick=${() => acts.change("reprint")}>${t("reprint")}</button>`}
      ${
        ["WAITING", "CALLED", "PARKED", "ABSENT"].includes(f.state) &&
        html`
        <button class=${now.sure ? "go" : "btn"} onClick=${() => acts.change("cancel")}>
          ${now.sure ? t("sure", { number: f.number }) : t("cancel")}</button>`
      }
      ${f.state === "ABSENT" && !now.sure && html`<button class="go" onClick=${() => acts.change("requeue")}>${t("requeue")}</button>`}
      ${now.sure && html`<button class="btn" onClick=${() => acts.set("sure", false)}>${t("keep")}</button>`}
      ${
        f.state === "WAITING" &&
        !now.sure &&
        html`<button class="btn" onClick=${() => acts.change("let_pass")}>${t("let_pass")}</button>
        <button class="btn" onClick=${() => acts.set("changing", true)}>${t("change_field")}</button>`
      }
      <button class="btn" onClick=${acts.leave}>${t("back")}</button></div>`;
}

function Numbers({ title, numbers, acts }) {
  if (!numbers.length) return null;
  return html`<div><h3>${title}</h3><div class="numbers">
    ${numbers.map((number) => html`<button key=${number} class="btn num" onClick=${() => acts.find(number)}>${number}</button>`)}
  </div></div>`;
}

function Find({ now, acts }) {
  const find = (event) => {
    event.preventDefault();
    acts.find(event.target.elements.number.value);
  };
  return html`<form class="find" onSubmit=${find}>
      <label for="number">${t("find")}</label>
      <span class="field"><input id="number" name="number" autocomplete="off" autocapitalize="characters"
        spellcheck=${false} maxlength="8" /></span>
      <button class="btn">${t("find_go")}</button><span class="hint">${t("find_hint")}</span></form>
    ${now.say && html`<p class=${now.found ? "" : "mend"} role="alert">${now.say}</p>`}
    ${
      now.found
        ? html`<${Found} now=${now} acts=${acts} />`
        : html`
      <${Numbers} title=${t("absent")}
        numbers=${(now.lines?.absent || []).slice(0, 12).map((ticket) => ticket.number)} acts=${acts} />
      <${Numbers} title=${t("parked")}
        numbers=${(now.lines?.parked || []).slice(0, 8).map((ticket) => ticket.number)} acts=${acts} />
      <${Numbers} title=${t("just_taken")} numbers=${now.mine} acts=${acts} />`
    }`;
}

/** Somebody who waits for the wrong field: the right one is chosen in the list beside this. */
function OtherField({ now, acts }) {
  return html`<h2>${t("other_field", { number: now.found.number })}</h2>
    <p>${t("other_field_how")}</p>
    ${now.say && html`<p class="mend" role="alert">${now.say}</p>`}
    <div class="end"><button class="btn" onClick=${() => acts.set("changing", false)}>${t("back")}</button></div>`;
}

export function Matter({ now, acts }) {
  const field = now.hall?.fields.find((f) => f.field === now.field);
  const asked = now.changing && now.found && now.hall ? OtherField : Find;
  const open = field ? Wish : asked;
  const part = now.issued ? Issued : open;
  return html`<section class="matter" aria-label=${t("matter")}><${part} now=${now} acts=${acts} field=${field} /></section>`;
}
