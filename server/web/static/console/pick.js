/* Questions whose answer is looked up by typing: where a ticket goes, which service comes next. */
import { html } from "./html.js";
import { deskName } from "/ui/picking.js";
import { officialCode, officialName } from "/ui/procedures.js";
import { Picker } from "/ui/picker.js";
import { currentLanguage, nameOf, t } from "./texts.js";
import { pickOrder, tally } from "./state.js";
import { exactTarget, proceduresMeant, targetsOf } from "./questions.js";
import { pickerOf } from "./procedure_picker.js";
import { oftenHere } from "./recorded.js";
import { Head } from "./head.js";

const PLATES = { open: "plate", paused: "plate off", closed: "plate none" };

export function Transfer({ state, acts }) {
  const { typed, comeBack, ticket, waiting } = state.ask;
  const { fields, counters, clerks } = targetsOf(state);
  const all = fields.length + counters.length + clerks.length;
  const exact = exactTarget(state);
  const sel = (place) => ((typed && all === 1) || place === exact ? " sel" : "");
  const meant = proceduresMeant(state);
  const title = t(waiting ? "ask.change_field" : "ask.transfer", { number: ticket.number });
  return html`<section class="out wide" aria-label=${title}>
    <${Head} title=${title} note=${typed || waiting ? "" : t("ask.type_target")} acts=${acts}>
      <span class="typed" aria-live="polite">${typed}</span>
      ${
        !waiting &&
        html`<button class="back-too" role="checkbox" aria-checked=${comeBack} onClick=${() => acts.space()}>
        <span class=${`box${comeBack ? " yes" : ""}`}>${comeBack ? "✓" : ""}</span>
        ${t("ask.come_back")} <span class="key">${t("space")}</span>
      </button>`
      }</${Head}>
    <ul class=${`where${fields.length > 12 ? " many" : ""}`}>${fields.map(
      (f) => html`<li key=${f.field}>
      <button class=${`btn${sel(f)}`} onClick=${() => acts.transferTo(f)}>
        <span class="n">${f.field}</span><span class="x">${nameOf(f.short) || nameOf(f.name)}</span>
      </button></li>`
    )}</ul>
    <div class=${`desks${counters.length > 40 ? " many" : ""}`} role="group" aria-label=${t("ask.desks")}>
      ${counters.map(
        (c) => html`<button key=${c.counter} class=${`${PLATES[c.state] || "plate"}${sel(c)}`}
        title=${nameOf(c.name)} aria-label=${t("counter", { counter: c.counter })}
        onClick=${() => acts.transferTo(c)}>${c.counter}</button>`
      )}</div>
    ${
      clerks.length > 0 &&
      html`<div class="people" role="group" aria-label=${t("ask.clerks")}>
      ${clerks.slice(0, 8).map(
        (c) => html`<button key=${c.clerk} class=${`btn${sel(c)}`}
        onClick=${() => acts.transferTo({ clerk: c.clerk })}>
        <span class="x">${c.name}</span><span class="soft">${c.counter}</span></button>`
      )}
      ${clerks.length > 8 && html`<span class="soft">${t("ask.more_clerks", { n: clerks.length - 8 })}</span>`}</div>`
    }
    ${meant.length > 0 && html`<${Meant} rows=${meant} acts=${acts} only=${!all} />`}
    ${typed && !all && !meant.length && html`<p class="ask-note">${t("no.no_target", { typed })}</p>`}
  </section>`;
}

/** Fields found by a procedure of theirs. */
function Meant({ rows, acts, only }) {
  const lang = currentLanguage();
  return html`<div class="meant" role="group" aria-label=${t("ask.by_procedure")}><p class="soft">${t("ask.by_procedure")}</p>
    ${rows.map(
      (
        row,
        n
      ) => html`<button key=${row.key} class=${`btn${only && !n ? " first" : ""}`} onClick=${() => acts.transferTo(row)}>
        <span class="n">${row.field}</span><span class="x">${deskName(row.service, lang)}</span></button>`
    )}</div>`;
}

/** A procedure to begin without a ticket, to add to the visit, or to record as done. */
export function Pick({ state, acts }) {
  const { kind, typed, ticket, then } = state.ask;
  const { snapshot } = state;
  const lang = currentLanguage();
  const recorded = tally(kind === "services" ? state.services : []);
  const following = (snapshot.mine?.then || []).map((service) => service.code);
  const often = recorded.map(([code]) => code);
  const order = pickOrder(snapshot, kind, often, kind === "services" ? oftenHere(state) : []);
  const title = t(`ask.${kind === "services" && then ? "services_first" : kind}`, {
    number: ticket?.number,
  });
  const count = (row) => recorded.find(([code]) => code === row.service?.code)?.[1];
  const noteOf = (row) => {
    if (kind === "add") return following.includes(row.service?.code) ? t("ask.added") : "";
    if (kind !== "services") return "";
    const n = count(row);
    const asked = row.service?.code === snapshot.mine?.service?.code;
    return [n && t("ask.recorded_n", { n }), asked && t("ask.as_asked")].filter(Boolean).join(", ");
  };
  return html`<section class="out wide picking" aria-label=${title}>
    <${Head} title=${title} acts=${acts}>${kind === "walk" && html`<${Priority} state=${state} acts=${acts} />`}
      ${
        kind === "services" &&
        html`<button class="esc" onClick=${() => acts.confirm()}>
        ${t(then ? "ask.enough_end" : "ask.enough")} <span class="key">Enter</span></button>
        ${!then && html`<button class="esc" onClick=${() => acts.endRecorded()}>${t("ask.end_now")} <span class="key">Ctrl Enter</span></button>`}`
      }</${Head}>
    ${recorded.length > 0 && html`<${Recorded} state=${state} acts=${acts} recorded=${recorded} lang=${lang} />`}
    <${Picker} picker=${pickerOf(snapshot, lang)} typed=${typed} order=${order} lang=${lang} t=${t} atDesk=${true} coming=${snapshot.listed === false}
      label=${title} hint=${t("pick.hint")} noteOf=${noteOf}
      isOn=${kind === "walk" ? null : (row) => (kind === "add" ? following.includes(row.service?.code) : Boolean(count(row)))}
      onType=${acts.typeText} onPick=${acts.pickRow} onLeave=${() => acts.press("back")} onDone=${acts.confirm}
      onNoRow=${(n) => acts.no(["no_digit", { n }])}
      onFinish=${kind === "services" ? acts.endRecorded : null} onTakeBack=${kind === "services" ? () => acts.takeBack() : null}
      onSpace=${kind === "walk" ? acts.nextPriority : null} />
    ${kind !== "services" && html`<p class="ask-note">${t(`ask.${kind}_note`)}</p>`}
  </section>`;
}

/** For whom, of somebody without a ticket: the space bar turns through the classes. */
function Priority({ state, acts }) {
  if (!state.snapshot.priorities?.length) return null;
  const grade = state.snapshot.priorities.find((p) => p.code === state.ask.priority);
  return html`<button class=${`esc${grade ? " sel" : ""}`} onClick=${() => acts.nextPriority()}>
    ${grade ? t("ask.priority", { name: nameOf(grade.name) }) : t("ask.priority_none")}
    ${!state.ask.typed && html` <span class="key">${t("space")}</span>`}
  </button>`;
}

/** What is recorded as delivered, each with its number of results; put right here until the visit ends. */
function Recorded({ state, acts, recorded, lang }) {
  const { byCode } = pickerOf(state.snapshot, lang);
  return html`<ul class="recorded" aria-label=${t("services")}>${recorded.map(([code, n]) => {
    const service = byCode.get(code)?.service;
    const name = service ? deskName(service, lang) : code;
    return html`<li key=${code}><span class="x" title=${service ? officialName(service, lang) : code}>${name}
        ${service && officialCode(service) && html` <small class="num">${code}</small>`}</span>
      <button class="btn" aria-label=${t("ask.less", { name })} onClick=${() => acts.takeBack(code)}>−</button>
      <output class="num">${n}</output>
      <button class="btn" aria-label=${t("ask.again", { name })} onClick=${() => acts.pickRow({ service })}
        aria-disabled=${service ? "false" : "true"}>+</button></li>`;
  })}</ul>`;
}
