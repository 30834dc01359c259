/* From a press to an act: may it be done, must something be asked first, send it once, say what came of it. */
import { hasText, t } from "./texts.js";
import { mainAct, now, otherClerk, part, rows, saidAtEnd, unsaid, whyNot } from "./state.js";
import { remember } from "./recorded.js";
import { makeQuestions, needsDigit, picks, typesLetters } from "./questions.js";

const TWICE = 1200; // a second Space this soon after a call is a slip of the thumb
const CALLS = ["call_next", "call", "walk_direct"];
const STILL = ["note", "reprint", "recall"]; // after these everybody is where the screen shows them, so the next press need not wait for the snapshot

/** The acts of one console. `line()` gives the connection of ui/hub.js, `paint` shows what changed. */
export function makeActs(state, line, paint) {
  function tell(text, bad) {
    state.notice = {
      text,
      bad: Boolean(bad),
      at: Date.now(),
      until: Date.now() + (bad ? 8000 : 4000),
      seq: state.snapshot?.seq,
    };
    paint();
  }
  const no = ([key, params]) => tell(t(`no.${key}`, params), true);

  function failed(answer) {
    if (answer.error === "not_allowed") state.onNotAllowed?.();
    if (answer.error === "offline") return no(["offline", {}]);
    if (answer.error === "counter_elsewhere") return ask("elsewhere", { other: answer.counter });
    const key = `error.${answer.error}`;
    const errorText =
      document.documentElement.lang === window.Luot.language && answer.error !== "wrong_state"
        ? answer.message
        : null;
    tell(errorText || (hasText(key) ? t(key) : t("error.other", { code: answer.error })), true);
    line()?.refresh();
  }

  /* Busy until the snapshot that contains the act is on the screen, so nobody acts on yesterday's truth. */
  function send(verb, payload, done) {
    if (state.busy) return no(["busy", {}]);
    if (!state.up) return no(["offline", {}]);
    state.busy = { verb, since: Date.now(), seq: null };
    state.ask = null;
    state.notice = null;
    const press = state.busy;
    line().send(verb, payload, (answer) => {
      if (state.busy === press) {
        if (
          answer.ok &&
          !STILL.includes(verb) &&
          typeof answer.seq === "number" &&
          (state.snapshot?.seq ?? 0) < answer.seq
        ) {
          press.seq = answer.seq;
          setTimeout(() => {
            if (state.busy === press) {
              state.busy = null;
              paint();
            }
          }, 2000);
        } else state.busy = null;
      }
      if (!answer.ok) failed(answer);
      else if (answer.error === "nobody_waiting")
        no([verb === "call_next" ? "nobody_store" : "nobody", {}]);
      else {
        if (CALLS.includes(verb) && answer.ticket)
          state.lastCall = { number: answer.ticket.number, at: Date.now() };
        state.chosen = null;
        done?.(answer);
      }
      paint();
    });
    paint();
  }

  function possible(act) {
    if (!state.up) {
      no(["offline", {}]);
      return false;
    }
    if (state.busy) {
      no(["busy", {}]);
      return false;
    }
    const why = whyNot(state.snapshot, act);
    if (why) {
      no(why);
      return false;
    }
    return true;
  }

  function main() {
    const act = mainAct(state.snapshot);
    if (!possible(act)) return;
    if (act === "finish") return end("finish");
    if (
      (act === "call_next" || act === "start") &&
      state.lastCall &&
      Date.now() - state.lastCall.at < TWICE
    )
      return no(["twice", { number: state.lastCall.number }]);
    if (act === "call_next" && state.snapshot.mine) return end("call_next");
    send(act, {});
  }

  /** End the visit; what the field wants said is asked first. */
  function end(verb) {
    const lacking = unsaid(state);
    if (lacking) return ask(lacking, { then: verb, ticket: state.snapshot.mine });
    const ending = {
      of: part(state.snapshot.mine),
      outcome: state.outcome,
      services: state.services,
    };
    send(verb, saidAtEnd(state), () => {
      state.said = ending;
      if (ending.services) remember(state, ending.services);
    });
  }

  function callTicket(list, ticket) {
    if (!possible("call")) return;
    const first = state.snapshot.next[0];
    if (list !== "next" || (first && first.id === ticket.id))
      return send("call", { ticket: ticket.id || ticket.number });
    ask("jump", { ticket, list });
  }

  function ask(kind, more) {
    if (!state.up) return no(["offline", {}]);
    state.ask = { kind, typed: "", comeBack: false, ...more };
    state.notice = null;
    paint();
  }

  const chosenRow = () =>
    rows(state.snapshot).find((row) => row.ticket.id === state.chosen) || null;
  const ofRow = (act) => chosenRow()?.ticket || (possible(act) ? state.snapshot.mine : null);

  /** Do one act of the page, named as in the keys. */
  function press(act) {
    const row = chosenRow();
    switch (act) {
      case "next":
        return main();
      case "recall":
      case "start":
      case "miss":
      case "undo":
        return possible(act) && send(act, {});
      case "finish":
        return possible("finish") && end("finish");
      case "transfer":
        // whoever still waits needs no call to wait for another field
        if (row?.list === "next") return ask("transfer", { ticket: row.ticket, waiting: true });
        return possible(act) && ask(act, { ticket: state.snapshot.mine });
      case "park":
      case "services":
      case "add":
      case "walk":
        return possible(act) && ask(act, { ticket: state.snapshot.mine });
      case "store":
        return possible("store") && send("store_next", { on: !state.snapshot.counter.wants_next });
      case "note": {
        const ticket = ofRow("note");
        return ticket && ask("note", { ticket });
      }
      case "reprint": {
        const ticket = ofRow("reprint");
        return (
          ticket &&
          send("reprint", { ticket: ticket.id }, (answer) =>
            tell(t("did.reprint", { number: ticket.number, kiosk: answer.kiosk || "" }))
          )
        );
      }
      case "handover":
        return otherClerk(state) ? ask("handover") : no(["no_other", {}]);
      case "pause":
        if (state.snapshot?.counter.state === "paused")
          return possible("resume") && send("resume", {});
        // with somebody in front the break comes after them; pressed again, it does not
        if (state.snapshot?.counter.break_wanted)
          return possible("pause") && send("break_after", { on: false });
        return possible("pause") && ask("pause", { ticket: state.snapshot.mine });
      case "close":
        return possible("close") && ask("close");
      case "requeue":
        if (row?.list === "absent") return ask("place", { ticket: row.ticket, list: "absent" });
        if (row) return no(["wrong_row", {}]);
        return possible("requeue") && ask("place", { ticket: state.snapshot.mine, list: "mine" });
      case "cancel":
        if (row) return ask("cancel", { ticket: row.ticket, list: row.list });
        return possible("cancel") && ask("cancel", { ticket: state.snapshot.mine, list: "mine" });
      case "find":
        return ask("find");
      case "choose":
        return row ? callTicket(row.list, row.ticket) : no(["choose_row", {}]);
      case "help":
        state.ask = state.ask?.kind === "keys" ? null : { kind: "keys" };
        state.notice = null;
        return paint();
      case "up":
      case "down":
        return move(act === "down" ? 1 : -1);
      case "back":
        return back();
      default:
        return no(["not_here", {}]);
    }
  }

  function back() {
    if (state.ask) state.ask = null;
    else if (state.chosen) state.chosen = null;
    else if (state.opened) state.opened = null;
    state.notice = null;
    paint();
  }

  function move(step) {
    const all = rows(state.snapshot, state.opened);
    if (!all.length) return no(["nobody", {}]);
    const at = all.findIndex((row) => row.ticket.id === state.chosen);
    const first = step > 0 ? 0 : all.length - 1;
    const to = at < 0 ? first : Math.min(all.length - 1, Math.max(0, at + step));
    state.chosen = all[to].ticket.id;
    state.notice = null;
    paint();
  }

  function outcome(index) {
    const mine = state.snapshot?.mine,
      list = state.snapshot?.lists.outcomes || [];
    if (!mine) return no(whyNot(state.snapshot, "finish") || ["none_in_front", {}]);
    const choice = list[index];
    if (!choice) return no(["no_digit", { n: index + 1 }]);
    state.outcome = state.outcome === choice.code ? null : choice.code;
    paint();
  }

  const questions = makeQuestions(state, { send, ask, no, end, possible, paint, outcome, back });

  /** One key, read by keys.js. */
  function key(k) {
    if (k.act === "help") return press("help");
    const question = state.ask;
    if (question && question.kind !== "keys") {
      if (k.act === "back") return back();
      if (picks(question)) return; // the picker reads its keys itself
      if (k.enter) return questions.confirm();
      if (k.space && questions.space()) return;
      if (typesLetters(question)) {
        if (k.erase) return questions.erase();
        if (k.letter || k.digit) return questions.type(k.letter || k.digit);
      }
      if (needsDigit(question) && k.digit) return questions.answer(Number(k.digit) - 1);
      return no(["ask_open", {}]);
    }
    if (question?.kind === "keys" && k.act !== "back") state.ask = null;
    if (k.pad && state.chosen && k.enter) return press("choose");
    if (k.digit && !(k.pad && k.act)) return outcome(Number(k.digit) - 1);
    if (k.act) return press(k.act);
    if (k.letter) return no(["not_here", {}]);
  }

  return {
    shown: paint,
    press,
    key,
    outcome,
    callTicket,
    ask,
    tell,
    no,
    now: () => now(state),
    ...questions,
  };
}
