// The kiosk's page: one state, drawn anew after every change. The kiosk beside it keeps all that must not be lost.
import { render } from '/lib/preact/dist/preact.mjs';
import { html } from '/static/parts.js';
import { loadTexts, say, setZone } from '/static/words.js';
import { Welcome, Closed, Starting } from '/static/welcome.js';
import { Fields, Services, Priority } from '/static/choose.js';
import { Search } from '/static/search.js';
import { Confirm, Ticket, NoPaper, Refused } from '/static/ticket.js';
import { followKiosk, press, slipOf, codeOf, callHelp, newRequestId } from '/static/line.js';
import { speak, hush, sentencesOf, wordsOf } from '/static/speak.js';

const TICKET_S = 12;
const NOPAPER_S = 60;
const PATIENT_S = 60;        // with low reach or reading aloud, people need longer
const GHOST_TAP_MS = 250;    // a finger still on the glass must not press what has just appeared
const HELPED_MS = 20000;
const PAPER_WAIT_MS = 8000;  // a slip that is not out by then comes too late

const PAGES = { welcome: Welcome, closed: Closed, starting: Starting, priority: Priority, fields: Fields, services: Services, search: Search, confirm: Confirm, ticket: Ticket, nopaper: NoPaper, refused: Refused };
const BACK = { priority: 'welcome', services: 'fields', search: 'fields' };
const NOBODY = { claimed: null, field: null, service: null, at: 0, query: '', requestId: null, busy: false, answer: null, print: null, qr: null, refusal: null, helped: null, low: false, aloud: false, from: 'fields' };

const sideways = matchMedia('(orientation: landscape)');
const state = { page: 'starting', lang: 'vi', snapshot: null, kiosk: { speech: false, idle: 30, contrast: false, printer: 'unknown', paper: 'unknown' }, ahead: 0, lost: true, now: Date.now(), left: null, shownAt: 0, touchedAt: performance.now(), lastTicketAt: -1e9, ...NOBODY };

function change(changes) {
  const before = state.page;
  Object.assign(state, changes);
  settle();
  if (state.page !== before) arrive();
  draw();
}

/** The page that fits what is known: nothing known, closed, or what the visitor is at. */
function settle() {
  const keeping = state.page === 'ticket' || state.page === 'nopaper';
  if (keeping) return;
  if (!state.snapshot || state.lost) state.page = 'starting';
  else if (!state.snapshot.open) state.page = state.busy ? state.page : 'closed';
  else if (state.page === 'starting' || state.page === 'closed') state.page = 'welcome';
}

function arrive() {
  state.shownAt = performance.now();
  state.touchedAt = state.shownAt;
  if (['welcome', 'closed', 'starting'].includes(state.page)) {
    if (state.aloud) hush();
    Object.assign(state, NOBODY, state.page === 'welcome' ? {} : { low: state.low });
  }
}

let drawn = null;
function draw() {
  state.compact = state.low || sideways.matches;
  const root = document.documentElement;
  root.lang = state.lang;
  root.className = `${state.compact ? 'low' : ''} ${state.kiosk.contrast || matchMedia('(prefers-contrast: more)').matches ? 'contrast' : ''}`;
  const title = say(state.lang, 'page.title');
  if (document.title !== title) document.title = title;
  render(html`<${PAGES[state.page]} state=${state} act=${act} />`, document.body);
  const view = `${state.page}/${state.at}/${state.lang}`;
  if (view !== drawn) {
    drawn = view;
    const heading = document.querySelector('h1');
    if (state.page === 'search') document.querySelector('.typed input').focus();
    else if (heading) heading.focus();
    if (state.aloud) speak(sentencesOf(document.body), state.lang);
  }
}

function choose(field, service, from) {
  // the key of a press is made when its question is shown: pressed ten times, it is still one press
  change({ page: 'confirm', field, service, from, requestId: newRequestId(), at: 0 });
}

const act = {
  start: () => change({ page: 'fields', claimed: null, at: 0 }),
  priority: () => change({ page: 'priority', at: 0 }),
  claim: (claimed) => change({ page: 'fields', claimed, at: 0 }),
  tongue: (lang) => change({ lang }),
  search: () => change({ page: 'search', query: '' }),
  type: (query) => change({ query: query.replace(/ {2,}/g, ' ').slice(0, 40) }),
  found: (field, service) => choose(field, service, 'search'),
  turn: (at) => change({ at, shownAt: performance.now() }),
  field: (field) => (field.services.length > 1 ? change({ page: 'services', field, at: 0 }) : choose(field, field.services[0] || null, 'fields')),
  service: (service) => choose(state.field, service, 'services'),
  back: () => {
    if (state.busy) return;
    const to = state.page === 'fields' ? (state.at ? 'fields' : state.claimed ? 'priority' : 'welcome') : state.page === 'confirm' || state.page === 'refused' ? state.from : BACK[state.page];
    if (to) change({ page: to, at: 0, refusal: null });
  },
  home: () => change({ page: 'welcome' }),
  low: () => change({ low: !state.low }),
  aloud: () => {
    change({ aloud: !state.aloud });
    if (state.aloud) speak(sentencesOf(document.body), state.lang); else hush();
  },
  help: async () => {
    if (state.helped) return;
    change({ helped: 'asking' });
    const heard = await callHelp(state.page);
    change({ helped: heard ? 'yes' : 'no' });
    setTimeout(() => change({ helped: null }), HELPED_MS);
  },
  go: async () => {
    if (state.busy) return;
    change({ page: 'confirm', busy: true, refusal: null });
    const gap = ((state.snapshot.limits || {}).kiosk_min_seconds_between_tickets || 0) * 1000;
    const rest = state.lastTicketAt + gap - performance.now();
    if (rest > 0) await new Promise((done) => { setTimeout(done, rest); });
    const wanted = state.service ? { service: state.service.code } : { field: state.field.field };
    const requestId = state.requestId;
    const answer = await press({ request_id: requestId, ...wanted, ...(state.claimed ? { priority: state.claimed.code } : {}), lang: state.lang });
    if (!answer.ok) {
      change({ busy: false, page: 'refused', refusal: answer });
      return;
    }
    state.lastTicketAt = performance.now();
    change({ busy: false, answer, print: answer.print, page: trouble(answer.print, 0) ? 'nopaper' : 'ticket' });
    if (answer.slip.url) codeOf(requestId).then((qr) => { if (qr && state.requestId === requestId) change({ qr }); });
    await watchSlip(requestId);
  },
};

const trouble = (print, ms) => print.state === 'failed' || print.reason === 'paper_out' || print.reason === 'cover_open' || (print.state !== 'printed' && ms > PAPER_WAIT_MS);

/** Follows the slip until it is out or has failed; the page says so at once. */
async function watchSlip(requestId) {
  const began = performance.now();
  while (state.requestId === requestId && (state.page === 'ticket' || state.page === 'nopaper')) {
    const print = await slipOf(requestId);
    if (state.requestId !== requestId || !['ticket', 'nopaper'].includes(state.page)) return;
    if (print) {
      if (print.state === 'printed' && state.page === 'nopaper') change({ print, page: 'ticket' });
      else if (trouble(print, performance.now() - began) && state.page === 'ticket') change({ print, page: 'nopaper' });
      else if (print.state !== state.print.state || print.reason !== state.print.reason) change({ print });
      if (print.state === 'printed' || print.state === 'failed') return;
    }
    await new Promise((done) => { setTimeout(done, 300); });
  }
}

/** Seconds until the page goes back to the start by itself; null on pages that stay. */
function secondsLeft() {
  if (['welcome', 'closed', 'starting'].includes(state.page)) return state.low || state.aloud || state.lang !== 'vi' ? limit() : null;
  if (state.busy) return null;
  return limit();
}

function limit() {
  const stays = state.page === 'ticket' ? TICKET_S : state.page === 'nopaper' ? NOPAPER_S : state.low || state.aloud ? Math.max(PATIENT_S, state.kiosk.idle) : state.kiosk.idle;
  return Math.max(0, Math.ceil(stays - (performance.now() - state.touchedAt) / 1000));
}

function tick() {
  state.now = Date.now() + state.ahead;
  const left = secondsLeft();
  if (left === 0) {
    hush();
    Object.assign(state, NOBODY, { lang: 'vi', left: null, touchedAt: performance.now() });
    change({ page: 'welcome' });
    return;
  }
  state.left = left;
  draw();
}

function onKey(event) {
  state.touchedAt = performance.now();
  const typing = event.target.tagName === 'INPUT';
  if (['ArrowDown', 'ArrowRight', 'ArrowUp', 'ArrowLeft'].includes(event.key) && !(typing && event.key.startsWith('Arrow') && event.key.length > 9)) {
    const stops = [...document.querySelectorAll('button:not(:disabled), input')];
    const at = stops.indexOf(document.activeElement);
    const step = event.key === 'ArrowDown' || event.key === 'ArrowRight' ? 1 : -1;
    stops[(at + step + stops.length + (at < 0 && step < 0 ? 1 : 0)) % stops.length].focus();
    event.preventDefault();
    return;
  }
  if (event.key === 'Enter' && event.target.tagName === 'BUTTON') return;
  if (typing && event.key.length === 1) return;
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const button = [...document.querySelectorAll('button[data-key]')].find((b) => b.dataset.key === key);
  if (button) {
    event.preventDefault();
    button.click();
  }
}

document.addEventListener('click', (event) => {
  if (event.detail && performance.now() - state.shownAt < GHOST_TAP_MS) event.stopPropagation();
}, true);
document.addEventListener('pointerdown', () => { state.touchedAt = performance.now(); }, true);
document.addEventListener('keydown', onKey);
document.addEventListener('focusin', (event) => { if (state.aloud && event.target.tagName === 'BUTTON' && event.target.matches(':focus-visible')) speak([wordsOf(event.target)], state.lang); });
document.addEventListener('contextmenu', (event) => event.preventDefault());
sideways.addEventListener('change', draw);

await loadTexts(['vi', 'en']);
document.documentElement.dataset.ready = 'yes';
draw();
followKiosk((news) => {
  if (news.snapshot) setZone(news.snapshot.centre.timezone);
  change(news.lost ? { lost: true } : { lost: false, snapshot: news.snapshot, kiosk: news.kiosk, ahead: news.ahead, now: Date.now() + news.ahead });
});
setInterval(tick, 250);
