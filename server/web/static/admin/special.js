/* Pages that a form of labels does not do justice to: the rules as sentences, the holidays as a calendar, the questions of the kiosk. */
import { html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";
import {
  api,
  idOf,
  isReadOnly,
  label,
  languages,
  leaves,
  nameOf,
  redraw,
  rowNames,
  set,
  state,
  value,
  zone,
} from "./state.js";
import { Control, Hint, inWords, languageName, Origin, refName, Remove } from "./widgets.js";
import { ask } from "/static/screens/api.js";

/** The rules of calling, each in a sentence that can be read aloud; the value is a field inside. */
export function Sentences() {
  const parts = new Map(
    [...leaves(state.settings.pages.rules.parts)].map((part) => [part.key, part])
  );
  const sentences = Object.values(state.words.sentences);
  return html`<section class="group"><h3 class="grp">${t("sentences")}
      <button type="button" class="link" onClick=${() => window.print()}>${t("print")}</button></h3>
    ${sentences.map((sentence) => {
      const keys = [...sentence.matchAll(/\{([\w.]+)\}/g)].map((match) => match[1]);
      const whole = sentence.replace(/\{([\w.]+)\}/g, "…");
      return html`<div class="sentence" key=${sentence}>
        <p>${sentence.split(/(\{[\w.]+\})/).map((piece) => {
          const part = parts.get(piece.slice(1, -1));
          if (!piece.startsWith("{") || !part) return piece;
          const place = part.key.split(".");
          return isReadOnly()
            ? html`<b key=${piece}>${inWords(part, value(place) ?? part.default ?? null)}</b>`
            : html`<${Inside} key=${piece} part=${part} place=${place} whole=${whole} />`;
        })}</p>
        ${keys.map((key) => parts.has(key) && html`<${Hint} place=${key.split(".")} part=${parts.get(key)} key=${key} />`)}
        <span class="marks">${keys.length > 0 && parts.has(keys[0]) && html`<${Origin} place=${keys[0].split(".")} part=${parts.get(keys[0])} />`}</span>
      </div>`;
    })}
  </section>`;
}

function Inside({ part, place, whole }) {
  const named = `${label(part.key)}: ${whole}`;
  if (part.kind === "yes_no")
    return html`<select class="box in" id=${idOf(place)} aria-label=${named} value=${String(value(place) ?? part.default)} onChange=${(event) => set(place, event.target.value === "true")}>
      <option value="true">${t(`may.${part.name}.yes`)}</option><option value="false">${t(`may.${part.name}.no`)}</option></select>`;
  return html`<${Control} place=${place} part=${{ ...part, unitless: true }} id=${idOf(place)} named=${named} />`;
}

const DAY = 86400000;
const iso = (date) => date.toISOString().slice(0, 10);
const utc = (year, month, day) => new Date(Date.UTC(year, month, day));

/** Holidays by the calendar: a press closes or opens a day; what the law proposes is only ticked by a person. */
export function Holidays({ place, part }) {
  const closed = new Set(value(place) || []),
    today = new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(Date.now()),
    start = state.month ?? today.slice(0, 7);
  const [year, month] = start.split("-").map(Number);
  const proposals = state.proposals;
  if (!proposals || proposals.year !== year) loadProposals(year);
  const toggle = (date) =>
    set(
      place,
      closed.has(date)
        ? [...closed].filter((other) => other !== date).sort()
        : [...closed, date].sort()
    );
  const turn = (by) => {
    state.month = iso(utc(year, month - 1 + by, 1)).slice(0, 7);
    redraw();
  };
  const named = new Map((proposals?.days || []).map((row) => [row.date, row.name]));
  const open = (proposals?.days || []).filter((row) => !closed.has(row.date) && row.date >= today);
  return html`<fieldset class="f wide" id=${idOf(place)} tabindex="-1"><legend>${label(part.key)} <span class="soft">${t("holidays_how")}</span></legend>
    <p class="turn"><button type="button" class="btn s" onClick=${() => turn(-3)}>${t("earlier")}</button><button type="button" class="btn s" onClick=${() => turn(3)}>${t("later")}</button></p>
    <div class="months">${[0, 1, 2].map((by) => html`<${Month} key=${by} first=${utc(year, month - 1 + by, 1)} closed=${closed} named=${named} today=${today} toggle=${toggle} />`)}</div>
    ${
      open.length > 0 &&
      html`<h3 class="grp">${t("proposed")} <span class="soft">${t("proposed_how")}</span></h3><ul class="ticks">${open.map(
        (row) =>
          html`<li key=${row.date}><label class="pick"><input type="checkbox" checked=${false} onChange=${() => toggle(row.date)} /><b>${dayOf(row.date)}</b> ${row.name}</label></li>`
      )}</ul>`
    }
    <${Hint} place=${place} part=${part} /></fieldset>`;
}
const dayOf = (date) => date.split("-").reverse().map(Number).join("/");

async function loadProposals(year) {
  state.proposals = { year, days: [] };
  const answer = await ask("GET", `${api}/holidays?year=${year}`);
  if (answer.ok) state.proposals = { year, days: answer.days };
  redraw();
}

function Month({ first, closed, named, today, toggle }) {
  const lead = (first.getUTCDay() + 6) % 7,
    days = (utc(first.getUTCFullYear(), first.getUTCMonth() + 1, 1) - first) / DAY;
  const title = t("month", { month: first.getUTCMonth() + 1, year: first.getUTCFullYear() });
  return html`<div class="month"><h3>${title}</h3><div class="days">${t("weekdays")
    .split(" ")
    .map((day) => html`<span class="soft" aria-hidden="true" key=${day}>${day}</span>`)}
    ${Array.from({ length: lead }, (_, n) => html`<span key=${`lead${n}`}></span>`)}
    ${Array.from({ length: days }, (_, n) => {
      const date = iso(new Date(+first + n * DAY)),
        free = named.has(date) ? "proposed" : "",
        kind = closed.has(date) ? "closed" : free;
      return html`<button type="button" key=${date} class=${`${kind} ${date === today ? "today" : ""}`} aria-pressed=${closed.has(date)} aria-label=${`${dayOf(date)}${kind ? `, ${t(`day_${kind}`)}` : ""}`} onClick=${() => toggle(date)}>${n + 1}</button>`;
    })}</div></div>`;
}

/** The questions of "Giúp tôi chọn": one value, a tree of answers at most four deep. */
export function Wizard({ place }) {
  const whole = value(place),
    put = (next) => set(place, next);
  if (whole === null)
    return html`<section class="group"><p class="soft">${t("wizard.none")}</p>
      ${!isReadOnly() && html`<button type="button" class="btn" onClick=${() => put({ ask: texts(t("wizard.ask")), answers: [{ name: texts(t("wizard.answer")), field: rowNames(["fields"])[0] }] })}>${t("wizard.begin")}</button>`}</section>`;
  return html`<section class="group wizard" id=${idOf(place)} tabindex="-1"><${Question} node=${whole} put=${put} depth=${1} />
    ${!isReadOnly() && html`<button type="button" class="link" onClick=${() => put(null)}>${t("wizard.end")}</button>`}
    ${(state.review?.mistakes || []).filter((row) => row.page === "wizard").map((row) => html`<p class="hint wrong" key=${row.text}>${row.text}</p>`)}</section>`;
}
const texts = (text) => Object.fromEntries(languages().map((lang) => [lang, text]));

function Question({ node, put, depth }) {
  const change = (n, next) =>
    put({
      ...node,
      answers: next
        ? node.answers.map((other, at) => (at === n ? next : other))
        : node.answers.filter((_, at) => at !== n),
    });
  return html`<div class="question">
    <${Texts} name=${node.ask} label=${t("wizard.question", { n: depth })} put=${(ask_) => put({ ...node, ask: ask_ })} />
    <ol class="answers">${node.answers.map((answer, n) => html`<li key=${n}><${Answer} answer=${answer} put=${(next) => change(n, next)} depth=${depth} n=${n + 1} /></li>`)}</ol>
    ${!isReadOnly() && node.answers.length < 6 && html`<button type="button" class="link" onClick=${() => put({ ...node, answers: [...node.answers, { name: texts(t("wizard.answer")), field: rowNames(["fields"])[0] }] })}>${t("wizard.add")}</button>`}
  </div>`;
}

function Answer({ answer, put, depth, n }) {
  const place = answer.service ? `service:${answer.service}` : `field:${answer.field}`;
  const way = answer.answers ? "ask" : place;
  const lead = (to) => {
    const { service, field, ask: ask_, answers, ...kept } = answer;
    if (to === "ask")
      put({
        ...kept,
        ask: ask_ || texts(t("wizard.ask")),
        answers: answers || [{ name: texts(t("wizard.answer")), field: rowNames(["fields"])[0] }],
      });
    else if (to.startsWith("service:")) put({ ...kept, service: to.slice(8) });
    else put({ ...kept, field: to.slice(6) });
  };
  const named = t("wizard.answer_n", { n });
  return html`<${Texts} name=${answer.name} label=${named} put=${(name) => put({ ...answer, name })} />
    <p class="one">${
      isReadOnly()
        ? html`<span>${way === "ask" ? t("wizard.further") : refName(`${way.split(":")[0]}s`, way.split(":")[1])}</span>`
        : html`<label><span class="soft">${t("wizard.leads")}</span><select class="box" value=${way} aria-label=${`${named}: ${t("wizard.leads")}`} onChange=${(event) => lead(event.target.value)}>
        ${depth < 4 && html`<option value="ask">${t("wizard.further")}</option>`}
        <optgroup label=${state.words.labels.fields}>${rowNames(["fields"]).map((name) => html`<option key=${name} value=${`field:${name}`}>${refName("fields", name)}</option>`)}</optgroup>
        <optgroup label=${state.words.labels.services}>${rowNames(["services"]).map((name) => html`<option key=${name} value=${`service:${name}`}>${refName("services", name)}</option>`)}</optgroup></select></label>
      <${Remove} of=${nameOf(answer.name)} onClick=${() => put(null)} />`
    }</p>
    ${answer.answers && html`<${Question} node=${answer} put=${put} depth=${depth + 1} />`}`;
}

function Texts({ name, label: called, put }) {
  if (isReadOnly()) return html`<p><span class="soft">${called}</span> ${nameOf(name)}</p>`;
  return html`<p class="one">${languages().map((lang) => html`<label key=${lang}><span class="soft">${called}, ${languageName(lang)}</span><input class="box" lang=${lang} value=${name?.[lang] || ""} onChange=${(event) => put({ ...name, [lang]: event.target.value })} /></label>`)}</p>`;
}
