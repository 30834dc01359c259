/* From a press to an act: may it be done, must something be asked first, send it once, say what came of it. */
import { hasText, t } from "./texts.js";
import { mainAct, now, otherClerk, rows, saidAtEnd, unsaid, whyNot } from "./state.js";
import { makeQuestions, needsDigit, typesLetters } from "./questions.js";

const TWICE = 1200; // a second Space this soon after a call is a slip of the thumb
const CALLS = ["call_next", "call", "walk_direct"];
const STILL = ["note", "reprint", "recall"]; // after these everybody is where the screen shows them, so the next press need not wait for the snapshot

/** The acts of one console. `line()` gives the connection of ui/hub.js, `paint` shows what changed. */
export function makeActs(desk, line, paint) {
  function tell(text, bad) {
    desk.told = {
      text,
      bad: Boolean(bad),
      at: Date.now(),
      until: Date.now() + (bad ? 8000 : 4000),
      seq: desk.snapshot?.seq,
    };
    paint();
  }
  const no = ([key, params]) => tell(t(`no.${key}`, params), true);

  function failed(answer) {
    if (answer.error === "not_allowed") desk.onNotAllowed?.();
    if (answer.error === "offline") return no(["offline", {}]);
    const key = `error.${answer.error}`;
    const said =
      document.documentElement.lang === "vi" && answer.error !== "wrong_state"
        ? answer.message
        : null;
    tell(said || (hasText(key) ? t(key) : t("error.other", { code: answer.error })), true);
    line()?.refresh();
  }

  /* Busy until the snapshot that contains the act is on the screen, so nobody acts on yesterday's truth. */
  function send(verb, payload, done) {
    if (desk.busy) return no(["busy", {}]);
    if (!desk.up) return no(["offline", {}]);
    desk.busy = { verb, since: Date.now(), seq: null };
    desk.ask = null;
    desk.told = null;
    const press = desk.busy;
    line().send(verb, payload, (answer) => {
      if (desk.busy === press) {
        if (
          answer.ok &&
          !STILL.includes(verb) &&
          typeof answer.seq === "number" &&
          (desk.snapshot?.seq ?? 0) < answer.seq
        ) {
          press.seq = answer.seq;
          setTimeout(() => {
            if (desk.busy === press) {
              desk.busy = null;
              paint();
            }
          }, 2000);
        } else desk.busy = null;
      }
      if (!answer.ok) failed(answer);
      else if (answer.error === "nobody_waiting")
        no([verb === "call_next" ? "nobody_store" : "nobody", {}]);
      else {
        if (CALLS.includes(verb) && answer.ticket)
          desk.lastCall = { number: answer.ticket.number, at: Date.now() };
        desk.chosen = null;
        done?.(answer);
      }
      paint();
    });
    paint();
  }

  function possible(act) {
    if (!desk.up) {
      no(["offline", {}]);
      return false;
    }
    if (desk.busy) {
      no(["busy", {}]);
      return false;
    }
    const why = whyNot(desk.snapshot, act);
    if (why) {
      no(why);
      return false;
    }
    return true;
  }

  function main() {
    const act = mainAct(desk.snapshot);
    if (!possible(act)) return;
    if (act === "finish") return end("finish");
    if (
      (act === "call_next" || act === "start") &&
      desk.lastCall &&
      Date.now() - desk.lastCall.at < TWICE
    )
      return no(["twice", { number: desk.lastCall.number }]);
    if (act === "call_next" && desk.snapshot.mine) return end("call_next");
    send(act, {});
  }

  /** End the visit; what the field wants said is asked first. */
  function end(verb) {
    const lacking = unsaid(desk);
    if (lacking) return ask(lacking, { then: verb, ticket: desk.snapshot.mine });
    send(verb, saidAtEnd(desk));
  }

  function callTicket(list, ticket) {
    if (!possible("call")) return;
    const first = desk.snapshot.next[0];
    if (list !== "next" || (first && first.id === ticket.id))
      return send("call", { ticket: ticket.id || ticket.number });
    ask("jump", { ticket, list });
  }

  function ask(kind, more) {
    if (!desk.up) return no(["offline", {}]);
    desk.ask = { kind, typed: "", comeBack: false, ...more };
    desk.told = null;
    paint();
  }

  const chosenRow = () => rows(desk.snapshot).find((row) => row.ticket.id === desk.chosen) || null;
  const ofRow = (act) => chosenRow()?.ticket || (possible(act) ? desk.snapshot.mine : null);

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
      case "park":
      case "transfer":
      case "services":
      case "add":
      case "walk":
        return possible(act) && ask(act, { ticket: desk.snapshot.mine });
      case "store":
        return possible("store") && send("store_next", { on: !desk.snapshot.counter.wants_next });
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
        return otherClerk(desk) ? ask("handover") : no(["no_other", {}]);
      case "pause":
        return desk.snapshot?.counter.state === "paused"
          ? possible("resume") && send("resume", {})
          : possible("pause") && ask("pause");
      case "close":
        return possible("close") && ask("close");
      case "requeue":
        if (row?.list === "absent") return ask("place", { ticket: row.ticket, list: "absent" });
        if (row) return no(["wrong_row", {}]);
        return possible("requeue") && ask("place", { ticket: desk.snapshot.mine, list: "mine" });
      case "cancel":
        if (row) return ask("cancel", { ticket: row.ticket, list: row.list });
        return possible("cancel") && ask("cancel", { ticket: desk.snapshot.mine, list: "mine" });
      case "find":
        return ask("find");
      case "choose":
        return row ? callTicket(row.list, row.ticket) : no(["choose_row", {}]);
      case "help":
        desk.ask = desk.ask?.kind === "keys" ? null : { kind: "keys" };
        desk.told = null;
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
    if (desk.ask) desk.ask = null;
    else if (desk.chosen) desk.chosen = null;
    else if (desk.opened) desk.opened = null;
    desk.told = null;
    paint();
  }

  function move(step) {
    const all = rows(desk.snapshot, desk.opened);
    if (!all.length) return no(["nobody", {}]);
    const at = all.findIndex((row) => row.ticket.id === desk.chosen);
    const to =
      at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step));
    desk.chosen = all[to].ticket.id;
    desk.told = null;
    paint();
  }

  function outcome(index) {
    const mine = desk.snapshot?.mine,
      list = desk.snapshot?.lists.outcomes || [];
    if (!mine) return no(whyNot(desk.snapshot, "finish") || ["none_in_front", {}]);
    const choice = list[index];
    if (!choice) return no(["no_digit", { n: index + 1 }]);
    desk.outcome = desk.outcome === choice.code ? null : choice.code;
    paint();
  }

  const questions = makeQuestions(desk, { send, ask, no, end, possible, paint, outcome, back });

  /** One key, read by keys.js. */
  function key(k) {
    if (k.act === "help") return press("help");
    const question = desk.ask;
    if (question && question.kind !== "keys") {
      if (k.act === "back") return back();
      if (k.enter) return questions.confirm();
      if (k.space && questions.space()) return;
      if (typesLetters(question)) {
        if (k.erase) return questions.erase();
        if (k.digit && questions.digitChooses()) return questions.answer(Number(k.digit) - 1);
        if (k.letter || k.digit) return questions.type(k.letter || k.digit);
      }
      if (needsDigit(question) && k.digit) return questions.answer(Number(k.digit) - 1);
      return no(["ask_open", {}]);
    }
    if (question?.kind === "keys" && k.act !== "back") desk.ask = null;
    if (k.pad && desk.chosen && k.enter) return press("choose");
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
    now: () => now(desk),
    ...questions,
  };
}
