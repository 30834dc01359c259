// The kiosk's page: one state, drawn anew after every change. The kiosk beside it keeps all that must not be lost.
import { DEFAULT_LANGUAGE } from "/ui/languages.js";
import { render } from "/lib/preact/dist/preact.mjs";
import { catalogueReader } from "/ui/catalogue.js";
import { html, fieldNow } from "/static/parts.js";
import { languagesOf, loadLetters, loadTexts, say, setZone } from "/static/words.js";
import { Welcome, Closed, Starting } from "/static/welcome.js";
import { Fields, Priority, Dossiers } from "/static/choose.js";
import { Services } from "/static/services.js";
import { Search, Wizard, fieldOfAnswer, loadSynonyms } from "/static/search.js";
import { Card, Offer, Off } from "/static/card.js";
import { Confirm, Ticket, NoPaper, Refused } from "/static/ticket.js";
import { Languages } from "/static/tongues.js";
import { View } from "/static/view.js";
import { SignSheet, anyClips, clipsOf, followClips } from "/static/signs.js";
import { Mine, GiveBack } from "/static/mine.js";
import { mineActs, MINE_PAGES } from "/static/mine_acts.js";
import { CheckIn } from "/static/check_in.js";
import { Pin, Staff } from "/static/staff.js";
import { followKiosk, callHelp, newRequestId } from "/static/line.js";
import { speak, hush, speaking, canSpeak } from "/static/speak.js";
import { choiceOf, numbersAreWritten, sentencesOf } from "/static/spoken.js";
import { listen } from "/static/keys.js";
import { secondsLeft } from "/static/idle_time.js";
import { lineReader } from "/static/scanned_line.js";
import { wayKeys, GHOST_TAP_MS } from "/static/way_keys.js";
import { pressActs } from "/static/press_acts.js";
import { staffActs } from "/static/staff_acts.js";

const HELPED_MS = 20000;
const TOLD_MS = 8000;
const CORNER = 0.12; // of the short side; a finger held there opens the staff menu
const CORNER_MS = 2500;

const PAGES = {
  welcome: Welcome,
  closed: Closed,
  starting: Starting,
  card: Card,
  offer: Offer,
  priority: Priority,
  fields: Fields,
  languages: Languages,
  services: Services,
  dossiers: Dossiers,
  search: Search,
  wizard: Wizard,
  off: Off,
  confirm: Confirm,
  ticket: Ticket,
  nopaper: NoPaper,
  refused: Refused,
  check_in: CheckIn,
  mine: Mine,
  give_back: GiveBack,
  pin: Pin,
  staff: Staff,
};
const REST = ["welcome", "closed", "starting"];
const KEEPING = ["ticket", "nopaper", "pin", "staff"];
// what belongs to one visit, and how this visitor wants the page to be
const VISIT = {
  claimed: null,
  person: null,
  field: null,
  service: null,
  group: null,
  dossiers: null,
  at: 0,
  path: [],
  query: "",
  keys: 0,
  trail: [],
  requestId: null,
  busy: false,
  answer: null,
  print: null,
  qr: null,
  refusal: null,
  unread: false,
  pin: "",
  menu: null,
  mine: null,
  letters: "",
  visit: null,
};
const WAYS = {
  low: false,
  aloud: false,
  big: false,
  contrast: false,
  keyed: false,
  viewing: false,
  signing: false,
  clips: [],
  helped: null,
  told: null,
  warned: false,
};

const sideways = matchMedia("(orientation: landscape)");
const wishesContrast = matchMedia("(prefers-contrast: more)");
const state = {
  page: "starting",
  lang: DEFAULT_LANGUAGE,
  snapshot: null,
  kiosk: { speech: false, idle: 30, contrast: false, printer: "unknown", paper: "unknown" },
  ahead: 0,
  lost: true,
  now: 0,
  left: null,
  shownAt: 0,
  touchedAt: performance.now(),
  helpedAt: -1e9,
  lastTicketAt: -1e9,
  view: "",
  ...VISIT,
  ...WAYS,
};

function change(changes) {
  const before = state.page;
  Object.assign(state, changes);
  settle();
  if (state.page !== before && REST.includes(state.page)) {
    hush();
    Object.assign(state, VISIT);
  }
  draw();
}

/** The page that fits what is known: nothing known, closed, or what the visitor is at. */
function settle() {
  // a press on its way keeps its page: what comes of it is shown to whoever pressed
  if (KEEPING.includes(state.page) || state.busy) return;
  if (!state.snapshot || state.lost) state.page = "starting";
  else if (!state.snapshot.open && !MINE_PAGES.includes(state.page)) state.page = "closed";
  else if (state.page === "starting" || state.page === "closed") state.page = "welcome";
}

function draw() {
  state.compact = state.low || sideways.matches;
  state.down = state.low && sideways.matches;
  state.canSpeak = canSpeak(state.kiosk, state.lang);
  const root = document.documentElement;
  root.lang = state.lang;
  const contrast = state.contrast || state.kiosk.contrast || wishesContrast.matches;
  root.className = Object.entries({
    low: state.compact,
    down: state.down,
    big: state.big,
    contrast,
    keyed: state.keyed,
  })
    .filter(([, on]) => on)
    .map(([name]) => name)
    .join(" ");
  const title = say(state.lang, "page.title");
  if (document.title !== title) document.title = title;
  const view = `${state.page}/${state.at}/${state.path}/${state.group}`;
  const fresh = view !== state.view;
  if (fresh) {
    state.view = view;
    state.shownAt = performance.now();
    state.touchedAt = state.shownAt;
    state.clips = state.signing ? clipsOf(state) : [];
  }
  state.canSign = anyClips();
  const page = html`<div inert=${state.viewing || state.clips.length > 0}><${PAGES[state.page]} state=${state} act=${act} /></div>`;
  render(
    html`${page}${state.viewing ? html`<${View} state=${state} act=${act} />` : null}
      ${state.clips.length ? html`<${SignSheet} state=${state} act=${act} />` : null}`,
    document.body
  );
  if (!fresh) return;
  const heading = document.querySelector("h1");
  if (state.page === "search") document.querySelector(".typed input").focus();
  else if (heading) heading.focus();
  if (state.aloud) readPage();
}

const shownPage = () => document.querySelector(".view-sheet") || document.body;
const readPage = () => speak(sentencesOf(shownPage(), state.lang, state.keyed), state.lang);

/** Goes on to a page; back returns to where this was pressed. */
function on(page, changes = {}) {
  const { page: from, at, path, group, claimed, person } = state;
  change({
    trail: REST.includes(from)
      ? []
      : [...state.trail, { page: from, at, path, group, claimed, person }],
    page,
    at: 0,
    ...changes,
  });
}

function home() {
  hush();
  change({
    page: "welcome",
    ...VISIT,
    ...WAYS,
    lang: firstLanguage(),
    left: null,
    helpedAt: -1e9,
    touchedAt: performance.now(),
  });
}

const firstLanguage = () => languagesOf(state.snapshot)[0] || DEFAULT_LANGUAGE;

/** A line over the sign for some seconds, read aloud too. */
function tell(key, ms = TOLD_MS) {
  const notice = { key };
  change({ told: notice });
  if (state.aloud) speak([say(state.lang, `told.${key}`)], state.lang);
  setTimeout(() => {
    if (state.told === notice) change({ told: null });
  }, ms);
}

/** A field, perhaps a service of it, was chosen: closed ones say when, bulk fields ask how many, else it is checked once more. */
function choose(field, service) {
  const fresh = fieldNow(state.snapshot, field);
  if (fresh.state !== "open") on("off", { field: fresh, service });
  else if (fresh.bulk_from) on("dossiers", { field: fresh, service, dossiers: null });
  else check(fresh, service, null);
}

// the key of a press is made when its question is shown: pressed ten times, it is still one press
const check = (field, service, dossiers) =>
  on("confirm", { field, service, dossiers, requestId: newRequestId() });

const act = {
  start: () => on("fields", { claimed: null }),
  card: () => on("card", { unread: false }),
  priority: () => on("priority"),
  claim: (claimed) => on("fields", { claimed }),
  plain: () => on("fields", { claimed: null }),
  tongues: () => {
    change({ viewing: false });
    on("languages");
  },
  tongue: (lang) => {
    change({ lang });
    if (state.page === "languages") act.back();
    if (state.aloud) readPage();
  },
  search: () => on("search", { query: "", at: 0, keys: 0 }),
  keys: (page) => change({ keys: page }),
  wizard: () => on("wizard", { path: [] }),
  answer: (n, answer) => {
    const field = fieldOfAnswer(state.snapshot, answer);
    if (answer.answers) on("wizard", { path: [...state.path, n] });
    else if (field && answer.service)
      choose(
        field,
        field.services.find((s) => s.code === answer.service)
      );
    else if (field) act.field(field);
  },
  fields: () =>
    on("fields", ["off", "refused"].includes(state.page) ? { trail: [], refusal: null } : {}), // back leads to the start then
  type: (query) =>
    change({ at: 0, query: query.replace(/ {2,}/g, " ").replace(/^ /, "").slice(0, 40) }),
  found: (field, service) => choose(field, service),
  turn: (at) => change({ at }),
  field: (field) =>
    field.state === "open" && (field.services || []).length > 1
      ? on("services", { field, group: null })
      : choose(field, (field.services || [])[0] || null),
  group: ({ number, services }) =>
    services.length === 1 ? choose(state.field, services[0]) : on("services", { group: number }),
  service: (service) => choose(state.field, service),
  dossiers: (n) => check(state.field, state.service, n),
  viewing: (viewing) => {
    if (REST.includes(state.page) || viewing === state.viewing) return;
    change({ viewing });
    const first = document.querySelector(viewing ? ".view-sheet h2" : "h1");
    if (first) first.focus();
    if (state.aloud) readPage();
  },
  back: () => {
    if (state.viewing) {
      act.viewing(false);
      return;
    }
    if (state.busy || ["ticket", "nopaper"].includes(state.page)) return;
    if (KEEPING.includes(state.page)) {
      home();
      return;
    }
    if (state.at && state.page !== "confirm") {
      change({ at: 0 });
      return;
    }
    const before = state.trail[state.trail.length - 1] || { page: "welcome" };
    change({
      refusal: null,
      unread: false,
      at: 0,
      pin: "",
      menu: null,
      ...before,
      trail: state.trail.slice(0, -1),
    });
  },
  home,
  low: () => change({ low: !state.low, at: 0 }),
  big: () => change({ big: !state.big, at: 0 }),
  contrast: () => change({ contrast: !state.contrast }),
  signs: () => change({ signing: true, viewing: false, clips: clipsOf(state) }),
  noSigns: () => change({ signing: false, clips: [] }),
  nextClip: () => change({ clips: state.clips.slice(1), touchedAt: performance.now() }),
  aloud: (wanted = !state.aloud) => {
    if (!state.canSpeak || wanted === state.aloud) return;
    change({ aloud: wanted });
    if (wanted) readPage();
    else hush();
  },
  help: async () => {
    if (state.helped) return;
    change({ helped: "asking" });
    const heard = await callHelp(state.page);
    change({ helped: heard ? "yes" : "no", helpedAt: heard ? performance.now() : -1e9 });
    tell(heard ? "helped" : "no_help", HELPED_MS);
    setTimeout(() => change({ helped: null }), HELPED_MS);
  },
};
Object.assign(
  act,
  staffActs(state, change, on, home),
  mineActs(state, change, on, tell),
  pressActs(state, change, on)
);

function tick() {
  state.now = performance.now() + state.ahead;
  if (state.aloud && speaking() && !["ticket", "nopaper"].includes(state.page))
    state.touchedAt = performance.now();
  const left = secondsLeft(state, REST.includes(state.page) && state.lang === firstLanguage());
  if (left === 0) {
    home();
    return;
  }
  if (state.aloud && left !== null && left <= 10 && !state.warned && !speaking()) {
    state.warned = true;
    speak([say(state.lang, "spoken.closing")], state.lang);
  } else if (left > 10) state.warned = false;
  state.left = left;
  draw();
}

let marked = "";
listen({
  key: wayKeys(state, change, act, readPage),
  line: lineReader(state, {
    home,
    on,
    tell,
    choose,
    change,
    slip: act.slip,
    visit: act.visit,
    card: act.visitOfCard,
  }),
  staff: () => act.staff(),
  figures: () => state.page === "pin",
  mark: () => {
    marked = state.query;
  },
  undo: () => act.type(marked),
  touched: () => {
    state.touchedAt = performance.now();
  },
});
document.addEventListener(
  "click",
  (event) => {
    if (event.detail && performance.now() - state.shownAt < GHOST_TAP_MS) event.stopPropagation();
  },
  true
);
let holding = null;
document.addEventListener(
  "pointerdown",
  (event) => {
    state.touchedAt = performance.now();
    if (state.keyed) change({ keyed: false });
    const edge = Math.min(innerWidth, innerHeight) * CORNER;
    if (event.clientX < edge && event.clientY < edge)
      holding = setTimeout(() => act.staff(), CORNER_MS);
  },
  true
);
for (const end of ["pointerup", "pointercancel"])
  document.addEventListener(end, () => clearTimeout(holding), true);
document.addEventListener("focusin", (event) => {
  if (state.aloud && event.target.tagName === "BUTTON" && event.target.matches(":focus-visible"))
    speak([choiceOf(event.target, state.lang)], state.lang);
});
document.addEventListener("contextmenu", (event) => event.preventDefault());

await loadTexts();
// not before there are words to draw: a screen may be turned or sized while the page still loads
sideways.addEventListener("change", draw);
addEventListener("resize", draw);
loadSynonyms().catch(() => {}); // a search without people's words beats a page that waits
document.documentElement.dataset.ready = "yes";
draw();
const procedures = catalogueReader({
  onChange() {
    if (state.snapshot) change({ snapshot: procedures.join(state.snapshot) });
  },
});
followKiosk((news) => {
  if (news.snapshot) {
    news.snapshot = procedures.join(news.snapshot);
    setZone(news.snapshot.centre.timezone);
    loadLetters(news.snapshot);
    numbersAreWritten(news.snapshot.ticket_format);
  }
  change(
    news.lost
      ? { lost: true }
      : {
          lost: false,
          snapshot: news.snapshot,
          kiosk: news.kiosk,
          ahead: news.ahead,
          now: performance.now() + news.ahead,
        }
  );
});
followClips(draw);
setInterval(tick, 250);
