/* The questions of the console, in place of the outcomes: a reason, a place, which number, a note, are you sure, take over. */
import { html } from "./html.js";
import { nameOf, t } from "./texts.js";
import { search } from "./state.js";
import { LISTS, needsDigit, picks } from "./questions.js";
import { Head } from "./head.js";
import { Pick, Transfer } from "./pick.js";
import { Keys } from "./help.js";
import { Handover } from "./handover.js";
import { Note } from "./note.js";

export const isWide = (ask) => ["transfer", "keys", "handover"].includes(ask.kind) || picks(ask);

function Reasons({ state, acts }) {
  const { kind, ticket } = state.ask;
  const list =
    kind === "place"
      ? ["after", "front", "end"].map((place) => ({ code: place, words: t(`ask.place_${place}`) }))
      : state.snapshot.lists[LISTS[kind]]
          .slice(0, 6)
          .map((r) => ({ code: r.code, words: nameOf(r.name) }));
  const enter = kind === "park" || kind === "pause";
  const title = t(kind === "pause" && ticket ? "ask.break_after" : `ask.${kind}`, {
    number: ticket?.number,
  });
  return html`<section class="out" aria-label=${title}>
    <${Head} title=${title} acts=${acts}>
      ${
        kind === "park" &&
        html`<button class="esc" onClick=${() => acts.space()}>
        ${state.remind ? t("ask.remind", { n: state.remind }) : t("ask.remind_none")} <span class="key">${t("space")}</span>
      </button>`
      }
      ${enter && html`<button class="esc" onClick=${() => acts.confirm()}>${t("ask.none")} <span class="key">Enter</span></button>`}</${Head}>
    <ul class="six">${list.map(
      (r, i) => html`<li key=${r.code}><button class="btn" onClick=${() => acts.answer(i)}>
      <span class="key">${i + 1}</span><span class="x">${r.words}</span></button></li>`
    )}</ul>
  </section>`;
}

function Sure({ state, acts }) {
  const { kind, ticket, other } = state.ask;
  const title = t(`ask.${kind}`, { number: ticket?.number, counter: state.counter, other });
  return html`<section class="out" aria-label=${title}><${Head} title=${title} acts=${acts} />
    <div class="sure"><button class="go" onClick=${() => acts.confirm()}>${t(`ask.yes_${kind}`, { other })} <span class="key">Enter</span></button>
      <button class="btn" onClick=${() => acts.press("back")}>${t(kind === "elsewhere" ? "ask.keep_elsewhere" : "ask.keep", { other })} <span class="key">Esc</span></button></div>
    <p class="ask-note">${t(`ask.${kind}_note`)}</p></section>`;
}

const CALLABLE = ["WAITING", "PARKED", "ABSENT"];

/** Where a number is that stands in none of this counter's lists. */
function Seen({ seen }) {
  return html`<p class="seen" role="status"><b class="num">${seen.number}</b> ${t(`state_of.${seen.state}`)}${
    seen.counter ? `, ${t("ask.at_counter", { counter: seen.counter })}` : ""
  }${seen.state === "WAITING" ? `, ${t("ask.ahead", { n: seen.ahead ?? 0 })}` : ""}.
    <span class="soft">${t(CALLABLE.includes(seen.state) ? "ask.enter_calls" : "ask.not_callable")}</span></p>`;
}

function NoHit({ typed, seen }) {
  if (seen) return html`<${Seen} seen=${seen} />`;
  return typed && html`<p class="ask-note">${t("ask.not_in_list")}</p>`;
}

function Find({ state, acts }) {
  const { typed, seen } = state.ask;
  const hits = search(state.snapshot, typed).slice(0, 6);
  return html`<section class="out" aria-label=${t("ask.find")}>
    <${Head} title=${t("ask.find")} note=${typed ? "" : t("ask.type_number")} acts=${acts}><span class="typed" aria-live="polite">${typed}</span></${Head}>
    ${
      hits.length
        ? html`<ul class="six">${hits.map(
            (
              row,
              i
            ) => html`<li key=${row.ticket.id}><button class=${`btn${i ? "" : " sel"}`} onClick=${() => acts.chooseFound(row)}>
        <span class="num">${row.ticket.number}</span><span class="x">${t(row.list === "mine" ? "ask.in_front" : `ask.in_${row.list}`)}</span></button></li>`
          )}</ul>`
        : html`<${NoHit} typed=${typed} seen=${seen} />`
    }
  </section>`;
}

export function Ask(props) {
  const { ask } = props.state;
  if (needsDigit(ask)) return html`<${Reasons} ...${props} />`;
  if (["cancel", "close", "elsewhere"].includes(ask.kind)) return html`<${Sure} ...${props} />`;
  if (ask.kind === "transfer") return html`<${Transfer} ...${props} />`;
  if (picks(ask)) return html`<${Pick} ...${props} key=${ask.kind} />`;
  if (ask.kind === "note") return html`<${Note} ...${props} key=${ask.ticket.id} />`;
  if (ask.kind === "handover") return html`<${Handover} ...${props} />`;
  return ask.kind === "find" ? html`<${Find} ...${props} />` : html`<${Keys} ...${props} />`;
}
