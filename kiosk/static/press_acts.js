// From the press to the paper: one press however often it is sent, and its slip followed until it is out.
import { askCheckIn, codeOf, newRequestId, pause, press, slipOf } from "/static/line.js";
import { say } from "/static/words.js";
import { wishOf } from "/ui/picking.js";

const PRESS_MS = 6000;
const TEST_MS = 20000; // a slip for trying is answered when it is out
const PAPER_WAIT_MS = 8000; // a slip that is not out by then comes too late
const CODE_LENGTH = 8;
const SLIP_MS = 300; // between two questions how the slip is

const trouble = (print, ms) =>
  Boolean(print) &&
  (print.state === "failed" ||
    print.reason === "paper_out" ||
    print.reason === "cover_open" ||
    (print.state !== "printed" && ms > PAPER_WAIT_MS));

/** The acts on the page's state that end in a paper: taking a number, checking in by a code. */
export function pressActs(state, change, on) {
  /** Follows the slip until it is out or has failed; the page says so at once. */
  async function watchSlip(requestId) {
    const began = performance.now();
    const here = () => state.requestId === requestId && ["ticket", "nopaper"].includes(state.page);
    while (here() && !state.answer.test) {
      const print = await slipOf(requestId);
      if (!here()) return;
      if (print) {
        if (print.state === "printed" && state.page === "nopaper")
          change({ print, page: "ticket" });
        else if (trouble(print, performance.now() - began) && state.page === "ticket")
          change({ print, page: "nopaper" });
        else if (print.state !== state.print.state || print.reason !== state.print.reason)
          change({ print });
        if (print.state === "printed" || print.state === "failed") return;
      }
      await pause(SLIP_MS);
    }
  }

  /** The answer is on the page, and its slip followed. */
  async function given(answer, requestId) {
    state.lastTicketAt = performance.now();
    change({
      busy: false,
      trail: [],
      answer,
      print: answer.print || { state: "queued", reason: null },
      page: trouble(answer.print, 0) ? "nopaper" : "ticket",
    });
    if (answer.slip.url)
      codeOf(requestId).then((qr) => {
        if (qr && state.requestId === requestId) change({ qr });
      });
    await watchSlip(requestId);
  }

  /** Checks in by what names the visit: {code}, or {person} of a card, with {visit} of several. */
  async function checkIn(by) {
    if (state.busy) return;
    // the same code or card after a lost answer is the same press
    const named = JSON.stringify(by);
    const again = state.visit && state.visit.named === named && state.visit.away;
    const requestId = again ? state.requestId : newRequestId();
    const letters = by.code || "";
    change({ busy: true, requestId, letters, visit: { named, note: "", away: false } });
    const answer = await askCheckIn({ request_id: requestId, ...by, lang: state.lang });
    if (answer.ok) {
      await given(answer, requestId);
      return;
    }
    const away = ["hub_away", "lost"].includes(answer.error);
    const unknown = ["unknown_booking", "unknown_claim"].includes(answer.error);
    let note = answer.message;
    if (away) note = say(state.lang, "check_in.away");
    if (unknown) note = say(state.lang, "check_in.unknown");
    const choices = answer.visits || null;
    change({ busy: false, letters: "", visit: { named, note, away, choices, person: by.person } });
  }

  return {
    checkIn: () => on("check_in", { letters: "", visit: null }),
    letter: (letter) => {
      if (state.busy || state.letters.length >= CODE_LENGTH) return;
      change({ letters: state.letters + letter });
      if (state.letters.length === CODE_LENGTH) checkIn({ code: state.letters });
    },
    eraseLetter: () => {
      if (!state.busy) change({ letters: state.letters.slice(0, -1) });
    },
    visit: async (code) => {
      if (state.busy) return;
      if (state.page !== "check_in") on("check_in", { letters: "", visit: null });
      await checkIn({ code });
    },
    /** A card held under the reader on the page of codes; null: it could not be read. */
    visitOfCard: async (person) => {
      if (person) await checkIn({ person });
      else change({ letters: "", visit: { note: say(state.lang, "card.again"), away: false } });
    },
    visitChosen: (visit) => checkIn({ person: state.visit.person, visit }),
    go: async () => {
      if (state.busy) return;
      change({ page: "confirm", busy: true, refusal: null });
      const gap = ((state.snapshot.limits || {}).kiosk_min_seconds_between_tickets || 0) * 1000;
      const rest = state.lastTicketAt + gap - performance.now();
      if (rest > 0) await pause(rest);
      const { requestId } = state;
      const wanted = wishOf({ field: state.field.field, service: state.service });
      const extra = Object.entries({
        priority: state.claimed && state.claimed.code,
        dossiers: state.dossiers,
        person: state.person,
      }).filter(([, value]) => value);
      const answer = await press(
        { request_id: requestId, ...wanted, ...Object.fromEntries(extra), lang: state.lang },
        state.kiosk.test ? TEST_MS : PRESS_MS
      );
      if (!answer.ok) {
        change({ busy: false, page: "refused", refusal: answer });
        return;
      }
      await given(answer, requestId);
    },
  };
}
