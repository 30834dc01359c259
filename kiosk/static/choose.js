// Pages with choices, at most six large ones each: fields, services of a field, classes of priority.
import { html, Icon, Tally, Name, Sign, Foot, MoreRow, fieldName } from '/static/parts.js';
import { say, named, minutes, clock, dayOf } from '/static/words.js';

export const PAGE = 6;

/** Cuts a list into even pages of at most six; seven fit on one page of lower rows. */
export function pages(list) {
  if (list.length <= PAGE + 1) return [list];
  const count = Math.ceil(list.length / PAGE);
  const ends = Array.from({ length: count + 1 }, (_, i) => Math.round((i * list.length) / count));
  return ends.slice(1).map((end, i) => list.slice(ends[i], end));
}

/** The first page holds the fields most people come for, in letter order: those that hand out results, then the centre's own order. */
export function fieldPages(fields) {
  if (fields.length <= PAGE + 1) return [fields];
  const rank = fields.map((field, i) => [field.kind === 'result' ? -1 : i, field]).sort((a, b) => a[0] - b[0]).map(([, field]) => field);
  const byLetter = (a, b) => (a.field < b.field ? -1 : 1);
  return [rank.slice(0, PAGE).sort(byLetter), ...pages(rank.slice(PAGE).sort(byLetter))];
}

/** What the right-hand column says of a closed or used-up field: what, and when again. */
function offWords(state, field) {
  const { lang } = state;
  const what = say(lang, field.state === 'full' ? 'fields.full' : 'fields.closed');
  if (!field.again_at) return [what, ''];
  const sameDay = dayOf(lang, field.again_at).iso === dayOf(lang, state.now).iso;
  return [what, sameDay ? say(lang, 'fields.again', { time: clock(field.again_at) }) : say(lang, 'fields.again_day', dayOf(lang, field.again_at))];
}

function Wait({ state, field, compact }) {
  const { lang } = state;
  const range = minutes(lang, field.estimate);
  if (field.waiting === null) return html`<span class="wait" />`;
  if (compact) return html`<span class="wait">${range ? html`<b>${range}</b> · ` : null}${say(lang, 'fields.people_short', { n: field.waiting })}</span>`;
  const people = field.waiting ? say(lang, 'fields.people', { n: field.waiting }) : say(lang, 'fields.people_none');
  return html`<span class="wait">${range ? html`<b>${range}</b>` : null}${people}<${Tally} people=${field.waiting} /></span>`;
}

export function FieldRow({ state, field, onClick, compact, n }) {
  const [main, rest] = fieldName(field, state.lang);
  const open = field.state === 'open';
  const long = main.split(' – ').length > 2 || main.length > 34;
  const tile = html`<span class=${`tile${field.field.length > 1 ? ' two' : ''}`} aria-hidden="true">${field.field}</span>`;
  if (!open) {
    const [what, when] = offWords(state, field);
    return html`<li class="plate row off">${tile}
      <span class=${`name${long ? ' long' : ''}`}><${Name} text=${main} />${rest && !compact ? html`<small>${rest}</small>` : null}${compact ? html`<span class="wait"><b>${what}</b>${when ? ` · ${when}` : ''}</span>` : null}</span>
      ${compact ? null : html`<span class="wait"><b>${what}</b>${when}</span>`}
    </li>`;
  }
  return html`<li><button type="button" class="plate row" data-key=${field.field.length === 1 ? field.field : String(n)} onClick=${onClick}>${tile}
    <span class=${`name${long ? ' long' : ''}`}><span class="unseen">${field.field}. </span><${Name} text=${main} />${rest && !compact ? html`<small>${rest}</small>` : null}${compact ? html`<${Wait} state=${state} field=${field} compact=${true} />` : null}</span>
    ${compact ? null : html`<${Wait} state=${state} field=${field} />`}
    <${Icon} name="chevron" go=${true} />
  </button></li>`;
}

export function Fields({ state, act }) {
  const { lang, snapshot } = state;
  const all = fieldPages(snapshot.fields);
  const at = Math.min(state.at, all.length - 1);
  const next = (at + 1) % all.length;
  const n = at ? all[next].length : snapshot.fields.length - all[0].length;
  const more = next ? say(lang, 'fields.others', { n: say(lang, 'fields.number_words')[n] || n }) : say(lang, 'fields.first');
  return html`<div class="kiosk">
    <${Sign} state=${state} title=${say(lang, 'fields.title')} below=${state.low ? say(lang, 'fields.low_how') : ''} />
    <main class="desk">
      <button type="button" class="plate find" onClick=${act.search}><${Icon} name="search" /><span>${say(lang, 'fields.search')}</span></button>
      <ul class=${`rows${all[at].length > PAGE ? ' seven' : ''}`}>${all[at].map((field, i) => html`<${FieldRow} key=${field.field} n=${i + 1} state=${state} field=${field} compact=${state.compact} onClick=${() => act.field(field)} />`)}</ul>
      ${all.length > 1 ? html`<${MoreRow} text=${more} onClick=${() => act.turn(next)} k="PageDown" />` : null}
      <${Foot} state=${state} act=${act} />
    </main>
  </div>`;
}

/** A row with a figure on its tile, which is also its key. */
export function NumberedRow({ n, text, small, onClick, tile }) {
  return html`<li><button type="button" class="plate row" data-key=${String(n)} onClick=${onClick}>
    <span class="tile small" aria-hidden="true">${tile || n}</span>
    <span class=${`name${text.length > 40 ? ' long' : ''}`}><${Name} text=${text} />${small ? html`<small>${small}</small>` : null}</span>
    <${Icon} name="chevron" go=${true} />
  </button></li>`;
}

export function Services({ state, act }) {
  const { lang, field } = state;
  const all = pages(field.services);
  const at = Math.min(state.at, all.length - 1);
  const next = (at + 1) % all.length;
  const [main] = fieldName(field, lang);
  return html`<div class="kiosk">
    <${Sign} state=${state} title=${main.length > 22 ? say(lang, 'services.title') : main} below=${state.low && main.length > 22 ? main : ''} />
    <main class="desk">
      <ul class=${`rows services${all[at].length > PAGE ? ' seven' : ''}`}>${all[at].map((service, i) => html`<${NumberedRow} key=${service.code} n=${i + 1} text=${named(service.name, lang)} onClick=${() => act.service(service)} />`)}</ul>
      <${MoreRow} text=${say(lang, 'services.any')} onClick=${() => act.service(null)} k="0" />
      ${all.length > 1 ? html`<${MoreRow} text=${say(lang, next ? 'services.others' : 'services.first')} onClick=${() => act.turn(next)} k="PageDown" />` : null}
      <${Foot} state=${state} act=${act} />
    </main>
  </div>`;
}

const PICTURES = { NKT: 'wheelchair', PNMT: 'mother', NCC: 'medal', CON_NHO: 'child', BOSUNG: 'papers', HEN: 'booked' };
const CLASSES = 8;

/** Those counted earliest first; a booked slot, whose credit is its own time, last. */
const classOrder = (classes) => classes.map((c, i) => [c, i]).sort(([a, i], [b, j]) => b.credit_minutes - a.credit_minutes || i - j).map(([c]) => c);

export function Priority({ state, act }) {
  const { lang, snapshot } = state;
  const list = classOrder(snapshot.priority.classes);
  const count = Math.max(1, Math.ceil(list.length / CLASSES));
  const at = Math.min(state.at, count - 1);
  const shown = list.slice(at * CLASSES, (at + 1) * CLASSES);
  const credit = (c) => (c.credit_minutes ? say(lang, 'priority.minutes', { n: c.credit_minutes }) : say(lang, 'priority.by_slot'));
  const next = (at + 1) % count;
  return html`<div class="kiosk">
    <${Sign} state=${state} title=${say(lang, 'priority.title')} below=${state.low ? say(lang, 'priority.choose') : ''} />
    <main class="desk">
      <p class="head"><span>${say(lang, 'priority.choose')}</span><span>${say(lang, 'priority.credit')}</span></p>
      <ul class="rows classes">${shown.map((c, i) => html`<li key=${c.code}><button type="button" class="plate row" data-key=${String(i + 1)} onClick=${() => act.claim(c)}>
        <span class=${`tile${c.age_from ? ' age' : ''}`} aria-hidden="true">${c.age_from ? `${c.age_from}+` : html`<${Icon} name=${PICTURES[c.code] || 'person'} />`}</span>
        <span class=${`name${state.compact && named(c.name, lang).length > 30 ? ' long' : ''}`}>${named(c.name, lang)}${state.compact ? html`<span class="credit">${credit(c)}</span>` : null}</span>
        ${state.compact ? null : html`<span class="credit">${credit(c)}</span>`}
        <${Icon} name="chevron" go=${true} />
      </button></li>`)}</ul>
      ${count > 1 ? html`<${MoreRow} text=${say(lang, next ? 'priority.others' : 'priority.first')} onClick=${() => act.turn(next)} k="PageDown" />` : null}
      <p class="note"><b>${say(lang, 'priority.note', { badge: snapshot.priority.badge })}</b>${say(lang, 'priority.note_more')}</p>
      <${Foot} state=${state} act=${act} />
    </main>
  </div>`;
}
