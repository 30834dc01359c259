/* The open question of the console and its answers: a reason, a place, a service, where to, which number, a note, are you sure. */
import {
  choices,
  fullNumber,
  known,
  otherClerk,
  search,
  servicesOf,
  targets,
  unsaid,
} from "./state.js";

export const LISTS = {
  park: "park_reasons",
  pause: "break_reasons",
  jump: "jump_reasons",
  outcome: "outcomes",
};
export const PLACES = ["after", "front", "end"];
export const REMINDERS = [null, 5, 10, 15, 30, 60];
export const PICKED = 9; // as many as there are figures
const LONGEST = { transfer: 12, find: 6, add: 20, walk: 20 };

export const needsDigit = (ask) =>
  ask.kind in LISTS || ask.kind === "place" || ask.kind === "services";
export const typesLetters = (ask) => ask.kind in LONGEST;
export const picks = (ask) => ask.kind === "add" || ask.kind === "walk";

/** Where the ticket of the open question may go: one that waits, to another field only. */
export function targetsOf(state) {
  const { typed, waiting, ticket } = state.ask;
  const all = targets(state.snapshot, typed);
  return waiting
    ? { fields: all.fields.filter((f) => f.field !== ticket.field), counters: [], clerks: [] }
    : all;
}

/** What can be answered; `to` are the console's own send, ask, no, end, possible, paint, outcome, back. */
export function makeQuestions(state, to) {
  const offered = () => choices(state.snapshot, state.ask.kind, state.ask.typed).slice(0, PICKED);

  /** Answer the open question with its choice number `index`. */
  function answer(index) {
    const { kind, ticket, then } = state.ask;
    if (kind === "services") {
      const service = servicesOf(state.snapshot)[index];
      if (!service) return to.no(["no_digit", { n: index + 1 }]);
      const chosen = state.services || [];
      state.services = chosen.includes(service.code)
        ? chosen.filter((code) => code !== service.code)
        : [...chosen, service.code];
      return to.paint();
    }
    if (kind === "place") {
      if (!PLACES[index]) return to.no(["no_digit", { n: index + 1 }]);
      return to.send("requeue", {
        ...(state.ask.list === "mine" ? {} : { ticket: ticket.id }),
        place: PLACES[index],
      });
    }
    if (picks(state.ask)) {
      const choice = offered()[index];
      return choice ? pick(choice) : to.no(["no_digit", { n: index + 1 }]);
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
    to.send(kind, { reason: choice.code, ...remind() });
  }

  const remind = () =>
    state.ask.kind === "park" && state.remind ? { remind_minutes: state.remind } : {};

  /** One service of the open list: begin it without a ticket, add it to the visit, or take it off again. */
  function pick(choice) {
    if (state.ask.kind === "walk")
      return to.send("walk_direct", {
        ...(choice.whole ? { field: choice.field } : { service: choice.code }),
        ...(state.ask.priority && { priority: state.ask.priority }),
      });
    to.send(choice.on ? "drop_service" : "add_service", { service: choice.code });
  }

  /** Enter, or the button that says yes. */
  function confirm() {
    const question = state.ask;
    switch (question.kind) {
      case "park":
      case "pause":
        return to.send(question.kind, remind());
      case "place":
        return answer(0);
      case "jump":
      case "outcome":
        return to.no(["ask_open", {}]);
      case "services":
        if (!question.then) {
          state.ask = null;
          return to.paint();
        }
        return unsaid(state) === "services" ? to.no(["need_services", {}]) : to.end(question.then);
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
        return offered().length && (question.typed || offered().length === 1)
          ? pick(offered()[0])
          : to.no([question.typed ? "no_target" : "type_or_digit", { typed: question.typed }]);
      case "transfer": {
        const { fields, counters, clerks } = targetsOf(state);
        const exact =
          fields.find((f) => f.field === question.typed) ||
          counters.find((c) => String(c.counter) === question.typed);
        const all = [...fields, ...counters, ...clerks];
        const where = exact || (question.typed && all.length === 1 ? all[0] : null);
        return where
          ? transferTo(where)
          : to.no([
              all.length > 1 && question.typed ? "many_targets" : "no_target",
              { typed: question.typed },
            ]);
      }
      case "find":
        return found();
      default:
        state.ask = null;
        return to.paint();
    }
  }

  function transferTo(place) {
    if (state.ask.waiting)
      return to.send("change_field", { ticket: state.ask.ticket.id, field: place.field });
    const where =
      place.clerk !== undefined
        ? { to_clerk: place.clerk }
        : place.counter !== undefined
          ? { to_counter: place.counter }
          : { field: place.field };
    to.send("transfer", state.ask.comeBack ? { ...where, come_back: true } : where);
  }

  function found(row) {
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
        far: !known(state.snapshot, number),
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
    else if (kind === "walk" && !state.ask.typed) nextPriority();
    else if (picks(state.ask)) {
      if (state.ask.typed && !state.ask.typed.endsWith(" ")) state.ask.typed += " ";
    } else return false;
    to.paint();
    return true;
  }

  /** The next class of priority for somebody without a ticket, after the last one none again. */
  function nextPriority() {
    const codes = [null, ...(state.snapshot.priorities || []).map((p) => p.code)];
    state.ask.priority = codes[(codes.indexOf(state.ask.priority ?? null) + 1) % codes.length];
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
    found,
    note,
    pick,
    nextPriority,
    space,
    type,
    erase,
    digitChooses: () => picks(state.ask),
    handoverOf: () => otherClerk(state),
  };
}
