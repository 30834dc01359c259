// What the holder of a slip may do at the kiosk. The key in its QR code is the proof; the page holds it as long as it shows the number.
import { askSlip, newRequestId, pause } from "/static/line.js";
import { hush, speak } from "/static/speak.js";
import { say } from "/static/words.js";

const LOOK_AGAIN_MS = 3000;
export const MINE_PAGES = ["mine", "give_back"];

/** The acts on the page's state: show a slip's number, let two pass, give it back. */
export function mineActs(state, change, on, tell) {
  /** Where the visitor was before the slip was held there. */
  const wayBack = () => state.trail.filter((at) => !MINE_PAGES.includes(at.page));

  /** Whether this number is still what the visitor looks at. */
  const isHere = ({ shown }) => MINE_PAGES.includes(state.page) && state.mine.shown === shown;

  const seen = ({ ticket, field_name: name }) => ({ ticket, field_name: name });

  /** What has just come of it, else how the number stands now, to whoever listens. */
  function tellAloud(note) {
    if (!state.aloud) return;
    hush();
    speak([note || document.querySelector(".mine-page .ask").textContent], state.lang);
  }

  /** How the number stands, as long as it is shown. */
  async function follow(shown) {
    for (;;) {
      await pause(LOOK_AGAIN_MS);
      if (!isHere(shown)) return;
      if (state.busy) continue;
      const before = state.mine;
      const answer = await askSlip({ key: shown.key, do: "see" });
      // what was pressed meanwhile is newer
      if (!answer.ok || state.busy || state.mine !== before) continue;
      const moved = answer.ticket.state !== before.ticket.state;
      const stands = !moved && answer.ticket.ahead === before.ticket.ahead;
      change({ mine: { ...before, ...seen(answer), note: stands ? before.note : "" } });
      if (moved && state.page === "give_back") change({ page: "mine", trail: wayBack() });
      if (moved) tellAloud("");
    }
  }

  /** One act of the holder; the same act pressed again after a lost answer is still one. */
  async function run(what, noteOf) {
    const { mine, lang } = state;
    if (!mine || state.busy) return;
    change({ busy: true });
    const answer = await askSlip({ key: mine.key, do: what, request_id: mine.ids[what], lang });
    if (!isHere(mine)) return;
    const lost = !answer.ok && ["hub_away", "lost"].includes(answer.error);
    const note = answer.ok ? noteOf(answer.ticket) : refusal(answer, lost);
    const ids = lost ? mine.ids : { ...mine.ids, [what]: newRequestId() };
    change({
      busy: false,
      page: "mine",
      trail: wayBack(),
      mine: { ...mine, ...(answer.ok ? seen(answer) : {}), ids, note },
    });
    state.touchedAt = performance.now();
    tellAloud(note);
  }

  const refusal = (answer, lost) =>
    lost || !answer.message ? say(state.lang, "told.slip_away") : answer.message;

  return {
    slip: async (key) => {
      const { view } = state;
      const answer = await askSlip({ key, do: "see" });
      if (state.view !== view || state.busy) return;
      if (!answer.ok) {
        tell(answer.error === "unknown_ticket" ? "slip_unknown" : "slip_away");
        return;
      }
      const mine = {
        key,
        ...seen(answer),
        note: "",
        shown: newRequestId(),
        ids: { let_pass: newRequestId(), give_back: newRequestId() },
      };
      if (MINE_PAGES.includes(state.page))
        change({ page: "mine", mine, viewing: false, trail: wayBack() });
      else on("mine", { mine, viewing: false });
      follow(mine);
    },
    letPass: () =>
      run("let_pass", ({ ahead }) =>
        say(state.lang, ahead ? "mine.passed" : "mine.passed_none", { n: ahead })
      ),
    askGive: () => {
      if (!state.busy) on("give_back", { mine: { ...state.mine, note: "" } });
    },
    giveBack: () => run("give_back", () => ""),
  };
}
