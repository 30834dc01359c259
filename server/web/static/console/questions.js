/* The open question of the console and its answers: a reason, a place, a service, where to, which number, a note, are you sure. */
import { pick, wishOf } from "/ui/picking.js";
import { fullNumber, placeOf, mainAct, otherClerk, search, targets, unsaid } from "./state.js";
import { pickerOf } from "./procedure_picker.js";
import { currentLanguage } from "./texts.js";

export const LISTS = {
  park: "park_reasons",
  pause: "break_reasons",
  jump: "jump_reasons",
  outcome: "outcomes",
};
export const PLACES = ["after", "front", "end"];
export const REMINDERS = [null, 5, 10, 15, 30, 60];
/** As many deliveries as the hub takes of one visit. */
export const MOST_DELIVERED = 100;
const LONGEST = { transfer: 40, find: 6 };
const SHOWN_BY_PROCEDURE = 4;

export const needsDigit = (ask) => ask.kind in LISTS || ask.kind === "place";
export const typesLetters = (ask) => ask.kind in LONGEST;
/** Questions answered by the picker of procedures, which reads the keys itself. */
export const picks = (ask) => ["add", "walk", "services"].includes(ask.kind);

/** Where the ticket of the open question may go: one that waits, to another field only. */
export function targetsOf(state) {
  const { typed, waiting, ticket } = state.ask;
  const all = targets(state.snapshot, typed);
  return waiting
    ? { fields: all.fields.filter((f) => f.field !== ticket.field), counters: [], clerks: [] }
    : all;
}

/** Procedures that were typed where a field is asked for: a few rows of ui/picking.js, each leading to its field. */
export function proceduresMeant(state) {
  const { typed, ticket } = state.ask;
  if (typed.trim().length < 2) return [];
  const picker = pickerOf(state.snapshot, currentLanguage());
  const { rows } = pick(picker, typed.toLowerCase());
  return rows.filter((row) => row.field !== ticket.field).slice(0, SHOWN_BY_PROCEDURE);
}

/** The field or counter whose letter or number was typed. */
export function exactTarget(state) {
  const { fields, counters } = targetsOf(state);
  const { typed } = state.ask;
  return (
    fields.find((f) => f.field.toUpperCase() === typed) ||
    counters.find((c) => String(c.counter).toUpperCase() === typed)
  );
}

/** What can be answered; `to` are the console's own send, ask, no, end, possible, paint, outcome, back. */
export function makeQuestions(state, to) {
  /** Answer the open question with its choice number `index`. */
  function answer(index) {
    const { kind, ticket, then } = state.ask;
    if (kind === "place") {
      if (!PLACES[index]) return to.no(["no_digit", { n: index + 1 }]);
      return to.send("requeue", {
        ...(state.ask.list === "mine" ? {} : { ticket: ticket.id }),
        place: PLACES[index],
      });
    }
    const choice = (state.snapshot.lists[LISTS[kind]] || [])[index];
    if (!choice) return to.no(["no_digit", { n: index + 1 }]);
    if (kind === "outcome") {
      state.outcome = choice.code;
      state.ask = null;
      return to.end(then);
    }
    if (kind === "jump")
      return to.send("call", { ticket: ticket.id || ticket.number, reason: choice.code });
    if (kind === "pause") return pause({ reason: choice.code });
    to.send(kind, { reason: choice.code, ...remind() });
  }

  /** A break: now, or with somebody in front after them. */
  const pause = (payload) =>
    state.snapshot.mine
      ? to.send("break_after", { on: true, ...payload })
      : to.send("pause", payload);

  const remind = () =>
    state.ask.kind === "park" && state.remind ? { remind_minutes: state.remind } : {};

  /** One row of the picker: begun without a ticket, added to the visit or taken off again, or recorded as done. */
  function pickRow(row) {
    const { kind, priority } = state.ask;
    if (kind === "services") return record(row.service.code);
    if (kind === "walk")
      return to.send("walk_direct", {
        ...wishOf(row),
        ...(priority && { priority }),
      });
    const { then } = state.snapshot.mine;
    const added = (then || []).some((service) => service.code === row.service.code);
    to.send(added ? "drop_service" : "add_service", { service: row.service.code });
  }

  /** One more delivery of a procedure. */
  function record(code) {
    if ((state.services || []).length >= MOST_DELIVERED)
      return to.no(["many_delivered", { n: MOST_DELIVERED }]);
    state.services = [...(state.services || []), code];
    state.ask.typed = "";
    state.notice = null;
    to.paint();
  }

  /** One delivery less: of a procedure, or without one the last that was recorded. */
  function takeBack(code) {
    const list = state.services || [];
    const at = code === undefined ? list.length - 1 : list.lastIndexOf(code);
    if (at >= 0) state.services = list.filter((_, n) => n !== at);
    to.paint();
  }

  /** The visit ends with what was recorded; the next one is called where somebody waits. */
  function endRecorded() {
    if (unsaid(state) === "services") return to.no(["need_services", {}]);
    const verb = mainAct(state.snapshot) === "call_next" ? "call_next" : "finish";
    to.end(state.ask.then || verb);
  }

  /** Enter, or the button that says yes. */
  function confirm() {
    const question = state.ask;
    switch (question.kind) {
      case "park":
        return to.send("park", remind());
      case "pause":
        return pause({});
      case "place":
        return answer(0);
      case "jump":
      case "outcome":
        return to.no(["ask_open", {}]);
      case "services":
        if (question.then) return endRecorded();
        state.ask = null;
        return to.paint();
      case "close":
        return to.send("close", {});
      case "handover":
        return to.send("open", {});
      case "elsewhere":
        return to.send("open", { leave: true });
      case "cancel":
        return to.send("cancel", question.list === "mine" ? {} : { ticket: question.ticket.id });
      case "add":
      case "walk":
        return to.no([
          question.typed.trim() ? "no_target" : "type_name",
          { typed: question.typed },
        ]);
      case "transfer": {
        const { fields, counters, clerks } = targetsOf(state);
        const exact = exactTarget(state);
        const all = [...fields, ...counters, ...clerks];
        const meant = all.length ? [] : proceduresMeant(state);
        if (meant.length && new Set(meant.map((row) => row.field)).size === 1)
          return transferTo(meant[0]);
        const where = exact || (question.typed && all.length === 1 ? all[0] : null);
        return where
          ? transferTo(where)
          : to.no([
              all.length + meant.length > 1 && question.typed ? "many_targets" : "no_target",
              { typed: question.typed },
            ]);
      }
      case "find":
        return chooseFound();
      default:
        state.ask = null;
        return to.paint();
    }
  }

  /** A place as the verb `transfer` wants it: a clerk, a counter or a field. */
  function placeOf({ clerk, counter, field }) {
    if (clerk !== undefined) return { to_clerk: clerk };
    return counter === undefined ? { field } : { to_counter: counter };
  }

  function transferTo(place) {
    if (state.ask.waiting)
      return to.send("change_field", {
        ticket: state.ask.ticket.id,
        field: place.field,
        ...(place.service && { service: place.service.code }),
      });
    const where = placeOf(place);
    to.send("transfer", state.ask.comeBack ? { ...where, come_back: true } : where);
  }

  function chooseFound(row) {
    const hit = row || search(state.snapshot, state.ask.typed)[0];
    if (hit) {
      state.ask = null;
      state.chosen = hit.list === "mine" ? null : hit.ticket.id;
      state.opened = null;
      return to.paint();
    }
    const number = fullNumber(state.snapshot, state.ask.typed);
    if (!number) return to.no(["no_target", { typed: state.ask.typed }]);
    const { seen } = state.ask;
    if (!seen || seen.number !== number) return lookUp(number);
    if (!["WAITING", "PARKED", "ABSENT"].includes(seen.state))
      return to.no(["cannot_call", { number }]);
    if (to.possible("call"))
      to.ask("jump", {
        ticket: { id: seen.id, number },
        list: "next",
        far: !placeOf(state.snapshot, number),
      });
  }

  /* A number that stands on no list here: the hub knows. */
  async function lookUp(number) {
    const question = state.ask;
    const { status, ticket } = await state.lookUp(number);
    if (state.ask !== question) return;
    if (ticket) question.seen = ticket;
    else return to.no(status === 404 ? ["no_number", { number }] : ["offline", {}]);
    to.paint();
  }

  /** A note that is kept with the ticket; nothing written takes it away. */
  function note(text) {
    const { ticket } = state.ask;
    to.send(
      "note",
      { text, ...(ticket.id === state.snapshot.mine?.id ? {} : { ticket: ticket.id }) },
      () => {
        state.draft = null;
      }
    );
  }

  /** The space bar inside a question; whether it meant something there. */
  function space() {
    const { kind } = state.ask;
    if (kind === "transfer" && !state.ask.waiting) state.ask.comeBack = !state.ask.comeBack;
    else if (kind === "park")
      state.remind = REMINDERS[(REMINDERS.indexOf(state.remind) + 1) % REMINDERS.length];
    else return false;
    to.paint();
    return true;
  }

  /** The next class of priority for somebody without a ticket, after the last one none again. */
  function nextPriority() {
    const codes = [null, ...(state.snapshot.priorities || []).map((p) => p.code)];
    state.ask.priority = codes[(codes.indexOf(state.ask.priority ?? null) + 1) % codes.length];
    to.paint();
  }

  /** What stands in the picker's field. */
  function typeText(text) {
    state.ask.typed = text;
    state.notice = null;
    to.paint();
  }

  function type(text) {
    state.ask.typed = (state.ask.typed + text).slice(0, LONGEST[state.ask.kind]);
    state.ask.seen = null;
    state.notice = null;
    to.paint();
  }
  function erase() {
    state.ask.typed = state.ask.typed.slice(0, -1);
    state.ask.seen = null;
    to.paint();
  }

  return {
    answer,
    confirm,
    transferTo,
    chooseFound,
    note,
    pickRow,
    takeBack,
    endRecorded,
    nextPriority,
    space,
    type,
    typeText,
    erase,
    handoverOf: () => otherClerk(state),
  };
}
