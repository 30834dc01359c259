// What staff may do at the machine. The PIN is asked again by the kiosk at every act; the page holds it only while the menu is open.
import { askStaff } from "/static/line.js";

const LONGEST_PIN = 12;

/** The staff's acts on the page's state: open the PIN page, type, enter, act, leave. */
export function staffActs(state, change, on, home) {
  const refused = (answer) => ({
    error: answer.error,
    tries: answer.tries_left,
    wait: answer.retry_after,
  });

  async function run(what, extra = {}) {
    const { pin } = state;
    change({ menu: { ...state.menu, doing: what, done: null } });
    const answer = await askStaff({ pin, do: what, ...extra });
    if (state.page !== "staff") return;
    if (!answer.ok && ["not_allowed", "too_many"].includes(answer.error)) {
      change({ page: "pin", pin: "", menu: { refused: refused(answer) } });
      return;
    }
    const fresh = answer.ok && what !== "restart" ? await askStaff({ pin, do: "status" }) : null;
    if (state.page !== "staff") return;
    change({
      menu: {
        status: (fresh && fresh.status) || state.menu.status,
        doing: null,
        done: { what, ok: Boolean(answer.ok), answer },
      },
    });
    if (what === "restart" && answer.ok) setTimeout(home, 1500);
  }

  return {
    staff: () => {
      if (state.kiosk.staff && !state.busy && !["pin", "staff"].includes(state.page))
        on("pin", { pin: "", menu: null, trail: [], low: false, big: false });
    },
    digit: (digit) => change({ pin: (state.pin + digit).slice(0, LONGEST_PIN), menu: null }),
    unpin: () => change({ pin: state.pin.slice(0, -1), menu: null }),
    enter: async () => {
      if (!state.pin || (state.menu && state.menu.doing)) return;
      const { pin } = state;
      change({ menu: { doing: "status" } });
      const answer = await askStaff({ pin, do: "status" });
      if (state.page !== "pin") return;
      if (answer.ok)
        change({ page: "staff", menu: { status: answer.status, doing: null, done: null } });
      else change({ pin: "", menu: { refused: refused(answer) } });
    },
    run,
  };
}
