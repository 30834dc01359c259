/* Questions whose answer is looked up by typing: where a ticket goes, which service comes next. */
import { html } from "./html.js";
import { nameOf, t } from "./texts.js";
import { choices } from "./state.js";
import { PICKED, targetsOf } from "./questions.js";
import { Head } from "./head.js";

const PLATES = { open: "plate", paused: "plate off", closed: "plate none" };

export function Transfer({ state, acts }) {
  const { typed, comeBack, ticket, waiting } = state.ask;
  const { fields, counters, clerks } = targetsOf(state);
  const one = typed && fields.length + counters.length + clerks.length === 1;
  const sel = (code) => (one || code === typed ? " sel" : "");
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
      <button class=${`btn${sel(f.field)}`} onClick=${() => acts.transferTo(f)}>
        <span class="n">${f.field}</span><span class="x">${nameOf(f.short) || nameOf(f.name)}</span>
      </button></li>`
    )}</ul>
    <div class=${`desks${counters.length > 40 ? " many" : ""}`} role="group" aria-label=${t("ask.desks")}>
      ${counters.map(
        (
          c
        ) => html`<button key=${c.counter} class=${`${PLATES[c.state] || "plate"}${sel(String(c.counter))}`}
        title=${nameOf(c.name)} aria-label=${t("counter", { counter: c.counter })}
        onClick=${() => acts.transferTo(c)}>${c.counter}</button>`
      )}</div>
    ${
      clerks.length > 0 &&
      html`<div class="people" role="group" aria-label=${t("ask.clerks")}>
      ${clerks.slice(0, 8).map(
        (c) => html`<button key=${c.clerk} class=${`btn${sel(c.clerk)}`}
        onClick=${() => acts.transferTo({ clerk: c.clerk })}>
        <span class="x">${c.name}</span><span class="soft">${c.counter}</span></button>`
      )}
      ${clerks.length > 8 && html`<span class="soft">${t("ask.more_clerks", { n: clerks.length - 8 })}</span>`}</div>`
    }
  </section>`;
}

/** A service to begin without a ticket, or to add to the visit; those added already can be taken off. */
export function Pick({ state, acts }) {
  const { kind, typed, ticket } = state.ask;
  const grade = (state.snapshot.priorities || []).find((p) => p.code === state.ask.priority);
  const all = choices(state.snapshot, kind, typed),
    shown = all.slice(0, PICKED);
  const title = t(`ask.${kind}`, { number: ticket?.number });
  return html`<section class="out wide" aria-label=${title}>
    <${Head} title=${title} note=${typed ? "" : t("ask.type_service")} acts=${acts}><span class="typed" aria-live="polite">${typed}</span>
      ${
        kind === "walk" &&
        state.snapshot.priorities?.length > 0 &&
        html`
        <button class=${`esc${grade ? " sel" : ""}`} onClick=${() => acts.nextPriority()}>
          ${grade ? t("ask.priority", { name: nameOf(grade.name) }) : t("ask.priority_none")} ${
            !typed && html`<span class="key">${t("space")}</span>`
          }
        </button>`
      }</${Head}>
    <ul class="nine">${shown.map(
      (s, i) => html`<li key=${s.field + (s.code || "")}>
      <button class=${`btn${s.on ? " sel" : typed && !i ? " first" : ""}`} aria-pressed=${s.on} onClick=${() => acts.pick(s)}>
        <span class="key">${i + 1}</span>
        <span class="x">${nameOf(s.name)}<small>${s.on ? t("ask.added") : s.whole ? t("side.any") : s.field}</small></span>
      </button></li>`
    )}</ul>
    ${
      !shown.length
        ? html`<p class="ask-note">${t("no.no_target", { typed })}</p>`
        : all.length > PICKED
          ? html`<p class="ask-note">${t("ask.more_services", { n: all.length - PICKED })}</p>`
          : html`<p class="ask-note">${t(`ask.${kind}_note`)}</p>`
    }
  </section>`;
}
