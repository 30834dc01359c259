// What a key does on the page: the ways (back, help, reading aloud), the arrows, and the key caps on the plates.

export const GHOST_TAP_MS = 250; // a finger still on the glass must not press what has just appeared

/** wayKeys(state, change, act, readPage) → (name, event): does what the key of this name means now. */
export function wayKeys(state, change, act, readPage) {
  const ways = {
    "*": act.back,
    Escape: act.back,
    "+": act.help,
    F1: act.help,
    "/": () => act.aloud(),
    F2: () => act.aloud(),
    ".": () => act.viewing(!state.viewing),
    ",": () => act.viewing(!state.viewing),
    "-": () => (state.aloud ? readPage() : act.aloud(true)),
    F15: () => act.aloud(true),
    F16: () => act.aloud(false),
  };

  // the first key still means what is shown; from then on a page holds what a keypad can choose
  return (name, event) => {
    doWhatItMeans(name, event);
    if (!state.keyed && name !== "Tab") change({ keyed: true });
  };

  function doWhatItMeans(name, event) {
    state.touchedAt = performance.now();
    const typing = document.activeElement.tagName === "INPUT";
    if (["ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft"].includes(name)) {
      const stops = [...document.querySelectorAll("button:not(:disabled), input")].filter(
        (stop) => !stop.closest("[inert]")
      );
      const at = stops.indexOf(document.activeElement);
      const step = name === "ArrowDown" || name === "ArrowRight" ? 1 : -1;
      stops[(at + step + stops.length + (at < 0 && step < 0 ? 1 : 0)) % stops.length].focus();
      if (event) event.preventDefault();
      return;
    }
    if (event && event.repeat) {
      if (name === "Enter") event.preventDefault();
      return;
    }
    const way =
      ways[name] || (name === "Backspace" && !typing && state.page !== "pin" ? act.back : null);
    if (way) {
      if (event) event.preventDefault();
      way();
      return;
    }
    if (performance.now() - state.shownAt < GHOST_TAP_MS) {
      if (event && name === "Enter") event.preventDefault();
      return;
    }
    if (name === "Enter" && document.activeElement.tagName === "BUTTON" && state.page !== "pin")
      return;
    const buttons = [...document.querySelectorAll("button[data-key]")].filter(
      (button) => !button.closest("[inert]")
    );
    const key = name.length === 1 ? name.toUpperCase() : name;
    const button =
      buttons.find((b) => b.dataset.key === key) || buttons.find((b) => b.dataset.letter === key);
    if (!button) return;
    if (event) event.preventDefault();
    button.click();
  }
}
