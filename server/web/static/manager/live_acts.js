/* What a manager changes in the middle of the day: a counter's fields, a field that closes early, no more numbers. Each press once, its answer in words. */
import { fetchInTime } from "/static/fetch_in_time.js";
import { whoAmI } from "/static/console/session.js";
import { DEFAULT_LANGUAGE } from "/ui/languages.js";
import { currentLanguage, t } from "/static/console/texts.js";

const MOST_NAMED = 12;

/** "A001, A002": so many of them as a line or two hold. */
const firstOf = (numbers) =>
  numbers.slice(0, MOST_NAMED).join(", ") + (numbers.length > MOST_NAMED ? " …" : "");

/** The manager's acts on `centre`; `paint` shows what changed, `toLogin` leaves when nobody is signed in. */
export function makeActs(centre, state, paint, toLogin) {
  let csrf = null,
    press = null,
    pressed = "";

  /** One press; `wordsOf` says of the answer what was done. */
  async function send(path, body, wordsOf = () => t("change.done")) {
    if (state.busy) return false;
    state.busy = true;
    state.said = null;
    paint();
    const content = path + JSON.stringify(body || {});
    if (pressed !== content) {
      press = window.Luot.requestId();
      pressed = content;
    } // a press whose answer was lost keeps its id
    const answer = await post(path, { request_id: press, ...body });
    state.busy = false;
    if (answer.ok || !answer.offline) pressed = "";
    state.said = { text: answer.ok ? wordsOf(answer) : answer.message, bad: !answer.ok };
    paint();
    return answer.ok;
  }

  /* Refused: somebody may have signed in anew in another tab, so that session is asked once. */
  async function post(path, body, again) {
    try {
      if (csrf === null) csrf = (await whoAmI())?.csrf || "";
      const answer = await fetchInTime(`/api/v1/${centre}${path}`, {
        method: "POST",
        body: JSON.stringify(body),
        headers: {
          Accept: "application/json",
          "Accept-Language": currentLanguage(),
          "Content-Type": "application/json",
          "X-CSRF-Token": csrf,
        },
      });
      if (answer.status === 401) {
        toLogin();
        return { ok: false, message: "" };
      }
      if (answer.status === 403 && !again) {
        csrf = null;
        return await post(path, body, true);
      }
      return await answer.json();
    } catch {
      return { ok: false, offline: true, message: t("change.offline") };
    }
  }

  return {
    choose(choice) {
      state.choice =
        choice && JSON.stringify(choice) === JSON.stringify(state.choice?.of)
          ? null
          : choice && { of: choice };
      state.said = null;
      paint();
    },
    draft(changes) {
      state.choice = { ...state.choice, ...changes };
      state.said = null;
      paint();
    },
    takeAlert: (alert) => send("/alerts/take", { alert }, () => t("alerts.took")),
    endAlert: (alert) => send("/alerts/done", { alert }),
    /** An idle counter takes a further field; what it had before is kept for the press that takes it back. */
    help: (made, plan, counter) =>
      send(`/counters/${made.counter}/assign`, plan).then((ok) => {
        if (!ok) return;
        const before = counter?.assigned
          ? { fields: counter.fields, overflow: counter.overflow, mode: counter.mode }
          : { fields: null };
        state.helped = {
          counter: made.counter,
          field: made.field,
          before,
          ticks: performance.now(),
        };
        paint();
      }),
    undoHelp: (helped) =>
      send(`/counters/${helped.counter}/assign`, helped.before).then((ok) => {
        if (ok) state.helped = null;
        paint();
      }),
    assign: (counter, plan) => send(`/counters/${counter}/assign`, plan),
    closeField: (field, message) =>
      send(`/fields/${field}/close`, message[DEFAULT_LANGUAGE] ? { message } : {}),
    reopenField: (field) => send(`/fields/${field}/reopen`),
    closeDay: () => send("/day/close"),
    reopenDay: () => send("/day/reopen"),
    takeBack: (device, since) =>
      send("/numbers/take-back", { device, since }, ({ taken_back: numbers }) =>
        numbers.length
          ? t("change.took_back", { n: numbers.length, numbers: firstOf(numbers) })
          : t("change.took_back_none")
      ),
    signReport: ({ from, to, hash }) =>
      send("/reports/sign", { from, to, hash }, () => t("page.signed_now")),
    issuing: (on) => send(on ? "/day/resume_issuing" : "/day/stop_issuing"),
    say(text) {
      state.said = { text, bad: true };
      paint();
    },
  };
}
