/* What the console knows, and what may be done with it. No network and no page in this file. */
import { typedNumber, writeNumber } from "/ui/numbers.js";
import { fits } from "/ui/picking.js";
import { bare } from "/ui/procedures.js";

/**
 * The one changing thing behind the page; everything shown is a function of it.
 *
 * @typedef {object} ConsoleState
 * @property {string} centre
 * @property {string} counter
 * @property {?{name: string, role: string}} me who is signed in
 * @property {?string} csrf sent with every act over HTTP
 * @property {?{why: string}} signedOut why the password is asked for again
 * @property {?object} snapshot the last one of /counter (docs/sockets.md)
 * @property {number} skew the hub's clock less this computer's, ms
 * @property {boolean} up whether the line to the hub stands
 * @property {?number} heardAt when the hub was heard last, ms of this computer
 * @property {?number} lostAt since when the line is gone
 * @property {?string} outcome the code chosen for the visit in front
 * @property {?string[]} services the codes of the services done, as often as each was delivered
 * @property {?{of: string, outcome: ?string, services: ?string[]}} said what was said of the visit that ended last
 * @property {?{kind: string, ticket: ?object}} ask the open question
 * @property {?string} chosen the id of the ticket chosen in a list
 * @property {?string} opened the list that is shown whole
 * @property {?{verb: string, since: number, seq: ?number}} busy the act on its way
 * @property {?object} notice what the foot says of the last act
 * @property {?{number: string, at: number}} lastCall so that a second press in a hurry calls nobody
 * @property {?number} remind minutes until a parked ticket is recalled to mind
 * @property {?string} seenClerk who held the counter when it was looked at last
 */

/** @returns {ConsoleState} a console before its first snapshot */
export function freshState(config) {
  return {
    centre: config.centre,
    counter: config.counter,
    me: null,
    csrf: null,
    signedOut: null,
    snapshot: null,
    skew: 0,
    up: false,
    heardAt: null,
    lostAt: null,
    outcome: null,
    services: null,
    said: null,
    ask: null,
    chosen: null,
    opened: null,
    busy: null,
    notice: null,
    lastCall: null,
    remind: null,
    seenClerk: null,
  };
}

export const now = (state) => Date.now() + state.skew;

/** Take a snapshot: the whole truth, so whatever was chosen and is no longer there falls away. */
export function takeSnapshot(state, snapshot) {
  const skew = snapshot.at - Date.now();
  if (Math.abs(skew - state.skew) > 400) state.skew = skew;
  const before = part(state.snapshot?.mine);
  state.snapshot = snapshot;
  const at = part(snapshot.mine);
  if (at !== before) {
    // a visit that was taken back is as it was said to be, so that it can be put right
    const again = at && state.said?.of === at ? state.said : {};
    state.outcome = again.outcome || null;
    state.services = again.services || null;
  }
  if (state.chosen && !rows(snapshot).some((row) => row.ticket.id === state.chosen))
    state.chosen = null;
  if (state.ask?.ticket && !state.ask.far && !placeOf(snapshot, state.ask.ticket.number))
    state.ask = null;
  if (state.ask?.kind === "handover" && !otherClerk(state)) state.ask = null;
  if (state.opened && !(snapshot[state.opened] || []).length) state.opened = null;
}

/** Which part of which visit is at the counter: another service of the same visit is said for itself. */
export const part = (mine) =>
  mine ? `${mine.id} ${mine.field} ${mine.service?.code || ""}` : null;

/** Every ticket that can be chosen with the arrows, from top to bottom. */
export function rows(snapshot, opened) {
  const lists = opened ? [opened] : ["next", "parked", "absent"];
  return lists.flatMap((list) => (snapshot?.[list] || []).map((ticket) => ({ list, ticket })));
}

/** Where a number stands on this screen: {list, ticket}, or null. */
export function placeOf(snapshot, number) {
  if (snapshot?.mine?.number === number) return { list: "mine", ticket: snapshot.mine };
  return rows(snapshot).find((row) => row.ticket.number === number) || null;
}

/** Numbers on this screen that fit what was typed: "A127", or only its figures. */
export function search(snapshot, typed) {
  if (!typed) return [];
  const all = rows(snapshot);
  if (snapshot?.mine) all.unshift({ list: "mine", ticket: snapshot.mine });
  const figures = /^\d+$/.test(typed);
  const figuresOf = (number) => number.replace(/\D+/g, "");
  const fits = (number) =>
    number === typed ||
    (figures
      ? figuresOf(number).replace(/^0+/, "").startsWith(typed.replace(/^0+/, ""))
      : number.replace(/[^\p{L}\d]/gu, "").startsWith(typed));
  const exact = (row) =>
    row.ticket.number === typed ||
    (figures && Number(figuresOf(row.ticket.number)) === Number(typed));
  return all.filter((row) => fits(row.ticket.number)).sort((a, b) => exact(b) - exact(a));
}

/** The full number a clerk means when it is on no list: a bare figure takes the counter's first field. */
export function fullNumber(snapshot, typed) {
  const number = typedNumber(typed);
  if (!number) return null;
  const prefix = number.prefix || snapshot?.counter.fields[0] || "";
  return writeNumber(snapshot?.ticket_format, prefix, number.n);
}

/**
 * Where a ticket can go, cut to what was typed: a field by its letter or any part of its names, a counter by its number
 * or name, a clerk by name; without marks, with or without spaces, by first letters. The nearest match stands first.
 */
export function targets(snapshot, typed) {
  const all = snapshot?.targets || { fields: [], counters: [] };
  const mine = String(snapshot?.counter.counter);
  const counters = all.counters.filter((c) => String(c.counter) !== mine);
  const clerks = (all.clerks || []).filter((c) => String(c.counter) !== mine);
  const wanted = bare(typed || "");
  if (!wanted) return { fields: all.fields, counters, clerks };
  const begins = (code) => String(code).toLowerCase().startsWith(wanted);
  const nearest = (list, code) =>
    [...list].sort((a, b) => rank(b[code], wanted) - rank(a[code], wanted));
  return {
    fields: nearest(
      all.fields.filter((f) => begins(f.field) || fits([f.short, f.name], wanted)),
      "field"
    ),
    counters: nearest(
      counters.filter((c) => begins(c.counter) || fits([c.name], wanted)),
      "counter"
    ),
    clerks: clerks.filter((c) => fits([c.name], wanted)),
  };
}

/** 2 for the code itself, 1 for its beginning, 0 for what is found by name. */
function rank(code, wanted) {
  const lower = String(code).toLowerCase();
  return lower === wanted ? 2 : Number(lower.startsWith(wanted));
}

/** The fields a counter serves, its own first. */
export const nearFields = (snapshot) => [
  ...snapshot.counter.fields,
  ...(snapshot.counter.overflow || []),
];

/** How a picker orders what it offers for a question of `kind`; `often` are the codes recorded here most. */
export function pickOrder(snapshot, kind, recorded, often) {
  const { mine } = snapshot;
  const near = nearFields(snapshot);
  const following = (mine?.then || []).map((service) => service.code);
  const asked = mine?.service ? [mine.service.code] : [];
  if (kind === "walk") return { near, whole: near, only: near, first: [] };
  if (kind === "add")
    return { near, first: following, without: asked.filter((code) => !following.includes(code)) };
  const first = [...new Set([...asked, ...recorded, ...following, ...often])];
  return { near: [...new Set([mine.field, ...near])], first };
}

/** What was recorded as delivered, each once with how often: [code, n][]. */
export function tally(codes) {
  const counts = new Map();
  for (const code of codes || []) counts.set(code, (counts.get(code) || 0) + 1);
  return [...counts];
}

/** Another clerk holds this counter: their name, or null. */
export function otherClerk(state) {
  const counter = state.snapshot?.counter;
  return counter &&
    counter.state !== "closed" &&
    counter.clerk &&
    state.me &&
    counter.clerk !== state.me.name
    ? counter.clerk
    : null;
}

/** What must be said before the visit may end and was not: "outcome", "services" or null. */
export function unsaid(state) {
  const needs = state.snapshot?.mine?.needs;
  if (needs?.outcome && !state.outcome) return "outcome";
  return needs?.services && !state.services?.length ? "services" : null;
}

/** Whether a parked ticket's reminder is due. */
export const isDue = (ticket, at) => Boolean(ticket.remind_at) && ticket.remind_at <= at;

/** What Space does now: open, resume, start, call_next or finish. */
export function mainAct(snapshot) {
  if (!snapshot) return "call_next";
  if (snapshot.counter.state === "closed") return "open";
  if (snapshot.counter.state === "paused") return "resume";
  if (snapshot.mine?.state === "CALLED") return "start";
  const last = !snapshot.next.length || snapshot.counter.break_wanted;
  return snapshot.mine && (last || snapshot.mine.then?.length) ? "finish" : "call_next";
}

/** What is said about the visit when it ends; nothing that nobody chose. */
export function saidAtEnd(state) {
  return {
    ...(state.outcome && { outcome: state.outcome }),
    ...(state.services?.length && { services: state.services }),
  };
}

/** Why `act` is not possible now: a key under "no.", with its parameters; null when it is. */
export function whyNot(snapshot, act) {
  if (!snapshot) return ["busy", {}];
  const counterState = snapshot.counter.state,
    mine = snapshot.mine,
    number = mine?.number;
  const open = counterState === "open";
  const shut = open ? null : [counterState, {}];
  const taken = mine ? ["in_front", { number }] : null;
  const nobody = mine ? null : (shut ?? ["none_in_front", {}]);
  const unlessCalled = (no) => (mine?.state === "CALLED" ? null : no);
  switch (act) {
    case "open":
      return counterState === "closed" ? null : ["already_open", {}];
    case "resume":
      return counterState === "paused" ? null : ["already_open", {}];
    case "close":
      return counterState === "closed" ? shut : taken;
    case "pause":
      return shut;
    case "undo":
      return snapshot.undo ? null : ["nothing_to_undo", {}];
    case "call_next":
      return shut ?? (snapshot.next.length || mine ? null : ["nobody", {}]);
    case "call":
    case "walk":
      return shut ?? taken;
    case "recall":
    case "start":
    case "miss":
      return nobody ?? unlessCalled(["not_called", { number }]);
    case "store":
      if (open && snapshot.counter.wants_next) return null;
      return shut ?? taken ?? (snapshot.next.length ? ["somebody_waits", {}] : null);
    case "finish":
    case "park":
    case "transfer":
    case "services":
    case "add":
    case "note":
    case "reprint":
      return nobody;
    case "cancel":
      return nobody ?? unlessCalled(["serving", { number }]);
    case "requeue":
      return mine ? unlessCalled(["wrong_row", {}]) : ["choose_row", {}];
    default:
      return null;
  }
}

/** How near a visit is to its usual time. */
function visitLevel(share) {
  if (share >= 1) return "over";
  return share >= 0.75 ? "near" : "";
}

/** How the visit stands against its time: {ms, share of the bar, mark, level: "" | "near" | "over", over: minutes}. */
export function visitTime(snapshot, at) {
  const mine = snapshot.mine;
  if (mine.state === "CALLED") {
    const grace = snapshot.rules.arrive_grace_seconds * 1000;
    const ms = Math.max(0, at - mine.called_at);
    return {
      ms,
      share: Math.min(1, ms / (grace / 0.75)),
      mark: 0.75,
      level: ms > grace ? "late" : "",
      called: true,
      grace: snapshot.rules.arrive_grace_seconds,
    };
  }
  const ms = Math.max(0, at - (mine.started_at || mine.called_at));
  const usual = (mine.expected_minutes || 0) * 60000;
  if (!usual) return { ms, share: 0, mark: null, level: "" };
  const share = ms / (usual / 0.75);
  return {
    ms,
    usual: mine.expected_minutes,
    share: Math.min(1, share),
    mark: 0.75,
    level: visitLevel(share),
    over: Math.floor((ms - usual) / 60000),
  };
}

/** How many rows each list of the side column shows in `room` pixels. Row heights are those of console.css. */
export function fitLists(snapshot, room) {
  const HEAD = 27,
    GAP = 16,
    ROW = 34;
  const busyFirst = (a, b) => (b.waiting > 0) - (a.waiting > 0);
  const own = snapshot.fields.length;
  const many = own > 4;
  const busiest = new Set([...snapshot.fields].sort(busyFirst).slice(0, many ? 5 : own));
  const lines = snapshot.fields.filter((f) => busiest.has(f)); // in the order of the counter, so nothing jumps
  const hidden = own - lines.length;
  const unseen = snapshot.fields.reduce((sum, f) => sum + (busiest.has(f) ? 0 : f.waiting), 0);
  const left = room - HEAD - lines.length * (many ? 32 : 40) - (hidden ? 32 : 0) - 3 * (HEAD + GAP);
  const want = {
    next: snapshot.next.length + (snapshot.waiting > snapshot.next.length ? 1 : 0),
    parked: snapshot.parked.length,
    absent: snapshot.absent.length,
  };
  const give = { next: 0, parked: 0, absent: 0 };
  const turns = [
    "next",
    "next",
    "next",
    "parked",
    "absent",
    "next",
    "parked",
    "next",
    "absent",
    "next",
  ];
  let slots = Math.max(3, Math.floor(left / ROW));
  for (const list of turns)
    if (slots > 0 && give[list] < want[list]) {
      give[list] += 1;
      slots -= 1;
    }
  while (slots > 0) {
    const list = ["parked", "absent", "next"].find((name) => give[name] < want[name]);
    if (!list) break;
    give[list] += 1;
    slots -= 1;
  }
  return { lines, hidden, unseen, many, give };
}
