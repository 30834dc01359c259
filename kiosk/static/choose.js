// Pages with choices: fields, classes of priority, how many dossiers. The procedures of a field: services.js.
import { even, pagesOfFields } from "/static/rooms.js";
import {
  html,
  Icon,
  Tally,
  Name,
  Sign,
  Foot,
  Pager,
  NumberedRow,
  fieldName,
} from "/static/parts.js";
import { DEFAULT_LANGUAGE, language } from "/ui/languages.js";
import { say, named, mainAndRest, minutes, whyNoMinutes, clock, dayOf } from "/static/words.js";

/** A longer name of the search takes two lines and leaves no room for what may be typed. */
const LONGEST_ON_ONE_LINE = 20;

/** What the panel's measures depend on. */
export const viewOf = (state) => ({
  width: innerWidth,
  height: innerHeight,
  low: state.low,
  big: state.big,
  few: state.keyed || state.aloud,
});

/** Which page of so many is shown: there may be fewer of them now. */
export const shownOf = (pages, at) => Math.min(at, pages.length - 1);

/** What the right-hand column says of a closed or used-up field: what, and when again. */
function offWords(state, field) {
  const { lang } = state;
  if (field.spent) return [say(lang, "fields.spent"), say(lang, "fields.spent_where")];
  const what = say(lang, field.state === "full" ? "fields.full" : "fields.closed");
  if (!field.again_at) return [what, ""];
  const sameDay = dayOf(lang, field.again_at).iso === dayOf(lang, state.now).iso;
  return [
    what,
    sameDay
      ? say(lang, "fields.again", { time: clock(field.again_at) })
      : say(lang, "fields.again_day", dayOf(lang, field.again_at)),
  ];
}

/** The same in one line. */
export const offLine = (state, field) =>
  offWords(state, field)
    .filter(Boolean)
    .join(field.spent ? " " : ", ");

function Wait({ state, field, compact }) {
  const { lang } = state;
  const range = minutes(lang, field.estimate) || whyNoMinutes(lang, field.no_estimate);
  if (field.waiting === null) return html`<span class="wait" />`;
  if (compact)
    return html`<span class="wait">${range ? html`<b>${range}</b> · ` : null}${say(lang, "fields.people_short", { n: field.waiting })}</span>`;
  const people = field.waiting
    ? say(lang, "fields.people", { n: field.waiting })
    : say(lang, "fields.people_none");
  return html`<span class="wait">${range ? html`<b>${range}</b>` : null}${people}<${Tally} people=${field.waiting} /></span>`;
}

function FieldRow({ state, field, onClick, compact, n }) {
  const [full, rest] = fieldName(field, state.lang);
  const main = compact && state.big ? named(field.short, state.lang) : full;
  const open = field.state === "open";
  const long = main.split(" – ").length > 2 || main.length > (compact ? 26 : 34);
  const [what, when] = open ? ["", ""] : offWords(state, field);
  // a row has room for one short sentence of the centre's message; the page behind it has all of it
  const message = open ? "" : named(field.message, state.lang).split(/(?<=[.!?])\s/)[0];
  const small = message && message.length <= 56 ? message : rest;
  // as it hangs in the hall, for those who read the signs there by its shape
  const hall = mainAndRest(named(field.name, DEFAULT_LANGUAGE))[0];
  const own = !language(state.lang).staff && hall !== full ? hall : "";
  const apart = field.spent ? " " : " · ";
  const side = open
    ? html`<${Wait} state=${state} field=${field} compact=${compact} />`
    : html`<span class="wait"><b>${what}</b>${compact && when ? apart : ""}${when}</span>`;
  return html`<li><button type="button" class=${`plate row${open ? "" : " off"}`} data-key=${String(n)} data-letter=${field.field} onClick=${onClick}>
    <span class=${`tile${field.field.length > 1 ? " two" : ""}`} aria-hidden="true">${field.field}</span>
    <span class=${`name${long ? " long" : ""}`}>
      <span class="unseen">${field.field}. </span><span class="words"><${Name} text=${main} /></span>
      ${own && !compact ? html`<small class="words in-hall" lang=${DEFAULT_LANGUAGE}>${own}</small>` : null}
      ${small && !compact ? html`<small class="words">${small}</small>` : null}
      ${compact ? side : null}
    </span>
    ${compact ? null : side}
    ${open ? html`<${Icon} name="chevron" go=${true} />` : null}
  </button></li>`;
}

/** Search and, where the centre has them, its short questions. */
function WaysIn({ state, act }) {
  const { lang, snapshot } = state;
  const searched = snapshot.fields.some(({ services }) => services && services.length);
  if (!searched && !snapshot.wizard) return null;
  return html`<div class=${`ways-in${searched && snapshot.wizard ? "" : " one"}`}>
    ${
      searched
        ? html`<button type="button" class="plate find" data-key="0" onClick=${act.search}>
      <${Icon} name="search" />
      <span>
        <b>${say(lang, "fields.search")}</b>
        ${state.big || state.compact || say(lang, "fields.search").length > LONGEST_ON_ONE_LINE ? null : html`<small>${say(lang, "fields.search_such")}</small>`}
      </span>
    </button>`
        : null
    }
    ${
      snapshot.wizard
        ? html`<button type="button" class="plate find" data-key="8" onClick=${act.wizard}>
      <${Icon} name="guide" /><span><b>${say(lang, "fields.wizard")}</b></span>
    </button>`
        : null
    }
  </div>`;
}

export function Fields({ state, act }) {
  const { lang, snapshot } = state;
  const all = pagesOfFields(snapshot.fields, viewOf(state));
  const at = shownOf(all, state.at);
  const later = all.slice(at + 1).flat();
  const half = at > 0 && !state.compact && !state.keyed && !state.aloud;
  const waysIn = html`<${WaysIn} state=${state} act=${act} />`;
  return html`<div class="kiosk fields-page">
    <${Sign} state=${state} title=${say(lang, "fields.title")} below=${state.low ? say(lang, "fields.low_how") : ""} />
    <main class="panel">
      ${state.down ? null : waysIn}
      <ul class=${`rows fields${half ? " two" : ""}`}>${all[at].map(
        (field, i) => html`<${FieldRow} key=${field.field}
        n=${i + 1} state=${state} field=${field} compact=${state.compact || half} onClick=${() => act.field(field)} />`
      )}</ul>
      <${Foot} state=${state} act=${act}>
        ${state.down ? waysIn : null}
        <${Pager} state=${state} act=${act} at=${at} count=${all.length}
          next=${say(lang, "fields.others", { n: later.length })}
          small=${later.map((field) => fieldName(field, lang)[0]).join(", ")} />
      <//>
    </main>
  </div>`;
}

const CLASSES = 6; // of priority on a page
const CLASSES_BIG = 4;

const PICTURES = {
  NKT: "wheelchair",
  PNMT: "mother",
  NCC: "medal",
  CON_NHO: "child",
  BOSUNG: "papers",
  HEN: "booked",
};

/** Those counted earliest first; a booked slot, whose credit is its own time, last. */
const classOrder = (classes) =>
  classes
    .map((c, i) => [c, i])
    .sort(([a, i], [b, j]) => b.credit_minutes - a.credit_minutes || i - j)
    .map(([c]) => c);

export function Priority({ state, act }) {
  const { lang, snapshot } = state;
  const list = classOrder(snapshot.priority.classes);
  const all = even(list, state.big ? CLASSES_BIG : CLASSES);
  const at = shownOf(all, state.at);
  const credit = (c) =>
    c.credit_minutes
      ? say(lang, "priority.minutes", { n: c.credit_minutes })
      : say(lang, "priority.by_slot");
  return html`<div class="kiosk">
    <${Sign} state=${state} title=${say(lang, "priority.title")} below=${state.low ? say(lang, "priority.choose") : ""} />
    <main class="panel">
      <p class="head"><span>${say(lang, "priority.choose")}</span><span>${say(lang, "priority.credit")}</span></p>
      <ul class="rows classes">${all[at].map(
        (c, i) => html`<li key=${c.code}><button type="button" class="plate row"
        data-key=${String(i + 1)} onClick=${() => act.claim(c)}>
        <span class=${`tile${c.age_from ? " age" : ""}`} aria-hidden="true">
          ${c.age_from ? `${c.age_from}+` : html`<${Icon} name=${PICTURES[c.code] || "person"} />`}
        </span>
        <span class=${`name${state.compact && named(c.name, lang).length > 30 ? " long" : ""}`}>
          <span class="words">${named(c.name, lang)}</span>
          ${state.compact ? html`<span class="credit">${credit(c)}</span>` : null}
        </span>
        ${state.compact ? null : html`<span class="credit">${credit(c)}</span>`}
        <${Icon} name="chevron" go=${true} />
      </button></li>`
      )}</ul>
      <p class="note"><b>${say(lang, "priority.note", { badge: snapshot.priority.badge })}</b>${say(lang, "priority.note_more")}</p>
      <${Foot} state=${state} act=${act}>
        <${Pager} state=${state} act=${act} at=${at} count=${all.length} next=${say(lang, "priority.others")} />
      <//>
    </main>
  </div>`;
}

/** Where a counter takes many dossiers at once: how many? Few are said exactly, many roughly. */
export function Dossiers({ state, act }) {
  const { lang, field } = state;
  const from = Math.max(2, field.bulk_from);
  const few =
    from <= 5
      ? Array.from({ length: from - 1 }, (_, i) => [i + 1, i + 1])
      : [
          [1, 1],
          [2, from - 1],
        ];
  const choices = [...few, [from, 2 * from - 1], [2 * from, null]];
  const words = ([low, high]) => {
    if (high === null) return say(lang, "dossiers.over", { n: low });
    if (low !== high) return say(lang, "dossiers.range", { low, high });
    return say(lang, low === 1 ? "dossiers.one" : "dossiers.some", { n: low });
  };
  const [main] = fieldName(field, lang);
  return html`<div class="kiosk dossiers">
    <${Sign} state=${state} title=${say(lang, "dossiers.title")} below=${state.low ? main : ""} />
    <main class="panel">
      <p class="head"><span>${say(lang, "dossiers.why")}</span></p>
      <ul class="rows">${choices.map(
        (choice, i) => html`<${NumberedRow} key=${choice[0]}
        n=${i + 1} text=${words(choice)} small=${choice[0] >= from && !state.compact ? say(lang, "dossiers.bulk") : ""}
        tile=${choice[1] === choice[0] ? String(choice[0]) : `${choice[0]}+`} onClick=${() => act.dossiers(choice[0])} />`
      )}</ul>
      <${Foot} state=${state} act=${act} />
    </main>
  </div>`;
}
