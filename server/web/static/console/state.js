/* What the console knows, and what may be done with it. No network and no page in this file. */
import { typedNumber, writeNumber } from "/ui/numbers.js";

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
 * @property {?string[]} services the codes of the services done
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
  const before = state.snapshot?.mine?.id;
  state.snapshot = snapshot;
  if (snapshot.mine?.id !== before) state.outcome = state.services = null;
  if (state.chosen && !rows(snapshot).some((row) => row.ticket.id === state.chosen))
    state.chosen = null;
  if (state.ask?.ticket && !state.ask.far && !known(snapshot, state.ask.ticket.number))
    state.ask = null;
  if (state.ask?.kind === "handover" && !otherClerk(state)) state.ask = null;
  if (state.opened && !(snapshot[state.opened] || []).length) state.opened = null;
}

/** Every ticket that can be chosen with the arrows, from top to bottom. */
export function rows(snapshot, opened) {
  const lists = opened ? [opened] : ["next", "parked", "absent"];
  return lists.flatMap((list) => (snapshot?.[list] || []).map((ticket) => ({ list, ticket })));
}

/** Where a number stands on this screen: {list, ticket}, or null. */
export function known(snapshot, number) {
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

/** Fields and counters a ticket can go to, cut to what was typed. */
export function targets(snapshot, typed) {
  const all = snapshot?.targets || { fields: [], counters: [] };
  const mine = String(snapshot?.counter.counter);
  const counters = all.counters.filter((c) => String(c.counter) !== mine);
  const clerks = (all.clerks || []).filter((c) => String(c.counter) !== mine);
  if (!typed) return { fields: all.fields, counters, clerks };
  return {
    fields: all.fields.filter((f) => f.field.startsWith(typed)),
    counters: counters.filter((c) => String(c.counter).toUpperCase().startsWith(typed)),
    clerks: clerks.filter((c) =>
      plain(c.name)
        .split(" ")
        .some((word) => word.startsWith(typed))
    ),
  };
}

/** Letters as the keys have them: capitals without marks ("Đăng ký" → "DANG KY"). */
export const plain = (text) =>
  String(text || "")
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[đĐ]/g, "D")
    .toUpperCase();

/** What a clerk may add to a visit ("add") or begin without a ticket ("walk"): services by the letters typed, nearest fields first; {code?, field, name, on}. */
export function choices(snapshot, kind, typed) {
  const near = [...snapshot.counter.fields, ...(snapshot.counter.overflow || [])];
  const place = (field) => {
    const at = near.indexOf(field);
    return at < 0 ? near.length : at;
  };
  const mine = snapshot.mine,
    then = (mine?.then || []).map((s) => s.code);
  let all = snapshot.services.map((s) => ({ ...s, on: then.includes(s.code) }));
  if (kind === "walk") {
    const fields = snapshot.fields.map((f) => ({
      field: f.field,
      name: f.name,
      whole: true,
      on: false,
    }));
    all = [...fields, ...all].filter((s) => near.includes(s.field));
  } else all = all.filter((s) => s.on || s.code !== mine?.service?.code);
  const wanted = typed.trim();
  const fits = (name) =>
    Object.values(name || {}).some((words) => {
      const text = plain(words);
      return (
        text.includes(wanted) ||
        text
          .split(/[^A-Z0-9]+/)
          .map((word) => word[0])
          .join("")
          .startsWith(wanted.replace(/ /g, ""))
      );
    });
  const added = (s) => (s.on ? then.indexOf(s.code) : then.length); // in the order in which they will be done
  const rank = (s) => (s.whole ? (s.field === wanted ? 0 : 2) : 1); // a service that fits before a whole field whose name mentions it
  return all
    .filter((s) => !wanted || s.field === wanted || fits(s.name))
    .map((s, i) => ({ s, i }))
    .sort(
      (a, b) =>
        (wanted ? rank(a.s) - rank(b.s) : added(a.s) - added(b.s)) ||
        place(a.s.field) - place(b.s.field) ||
        a.i - b.i
    )
    .map(({ s }) => s);
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
  return snapshot.mine && (!snapshot.next.length || snapshot.mine.then?.length)
    ? "finish"
    : "call_next";
}

/** The services a clerk may say were done for the ticket in front: those of its field, its own first. */
export function servicesOf(snapshot) {
  const mine = snapshot.mine,
    own = (service) => (service.code === mine.service?.code ? 0 : 1);
  return snapshot.services
    .filter((service) => service.field === mine.field)
    .sort((a, b) => own(a) - own(b))
    .slice(0, 6);
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
  switch (act) {
    case "open":
      return counterState === "closed" ? null : ["already_open", {}];
    case "resume":
      return counterState === "paused" ? null : ["already_open", {}];
    case "close":
      return counterState === "closed" ? ["closed", {}] : mine ? ["in_front", { number }] : null;
    case "pause":
      return open ? (mine ? ["in_front", { number }] : null) : [counterState, {}];
    case "undo":
      return snapshot.undo ? null : ["nothing_to_undo", {}];
    case "call_next":
      return !open ? [counterState, {}] : snapshot.next.length || mine ? null : ["nobody", {}];
    case "call":
      return !open ? [counterState, {}] : mine ? ["in_front", { number }] : null;
    case "recall":
    case "start":
    case "miss":
      return !mine
        ? open
          ? ["none_in_front", {}]
          : [counterState, {}]
        : mine.state === "CALLED"
          ? null
          : ["not_called", { number }];
    case "walk":
      return !open ? [counterState, {}] : mine ? ["in_front", { number }] : null;
    case "store":
      return !open
        ? [counterState, {}]
        : snapshot.counter.wants_next
          ? null
          : mine
            ? ["in_front", { number }]
            : snapshot.next.length
              ? ["somebody_waits", {}]
              : null;
    case "finish":
    case "park":
    case "transfer":
    case "services":
    case "add":
    case "note":
    case "reprint":
      return mine ? null : open ? ["none_in_front", {}] : [counterState, {}];
    case "cancel":
      return !mine
        ? open
          ? ["none_in_front", {}]
          : [counterState, {}]
        : mine.state === "CALLED"
          ? null
          : ["serving", { number }];
    case "requeue":
      return !mine ? ["choose_row", {}] : mine.state === "CALLED" ? null : ["wrong_row", {}];
    default:
      return null;
  }
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
    level: share >= 1 ? "over" : share >= 0.75 ? "near" : "",
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
