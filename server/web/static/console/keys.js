/* Which key is which act. By event.code, never by the letter: a Telex keyboard turns letters into other letters. */

export const LETTER_KEYS = {
  Space: "next", Enter: "choose", ArrowUp: "up", ArrowDown: "down", Escape: "back", Slash: "find", Delete: "cancel",
  KeyR: "recall", KeyG: "recall", KeyB: "start", KeyX: "finish", KeyV: "miss", KeyT: "park", KeyC: "transfer",
  KeyL: "requeue", KeyS: "services", KeyH: "undo", KeyP: "pause", KeyQ: "close",
};

/* A cheap USB number pad as the call pad. 1–6 stay the outcomes. */
export const PAD_KEYS = {
  NumpadEnter: "next", NumpadAdd: "recall", NumpadMultiply: "start", Numpad0: "finish", NumpadSubtract: "miss",
  Numpad7: "park", Numpad8: "transfer", Numpad9: "pause", NumpadDecimal: "undo", NumpadDivide: "find",
};

const PAD_SIGNS = { NumpadEnter: "Enter", NumpadAdd: "+", NumpadMultiply: "*", NumpadSubtract: "−", NumpadDecimal: ".", NumpadDivide: "/" };
const SHELF = "luot.pad";

/** The act a key names on the pad of this computer, changed ones included. */
export function padKeys() {
  try {
    const saved = JSON.parse(localStorage.getItem(SHELF) || "null");
    return saved && typeof saved === "object" ? saved : PAD_KEYS;
  } catch { return PAD_KEYS; }
}

/** Give `act` the pad key `code`; the act that had it before gets the key that is free now. */
export function remapPad(act, code) {
  const keys = { ...padKeys() };
  const before = Object.keys(keys).find((k) => keys[k] === act);
  const other = keys[code];
  if (before) delete keys[before];
  keys[code] = act;
  if (other && before && other !== act) keys[before] = other;
  localStorage.setItem(SHELF, JSON.stringify(keys));
}

export const resetPad = () => localStorage.removeItem(SHELF);
export const isPadCode = (code) => /^Numpad(\d|Add|Subtract|Multiply|Divide|Decimal|Enter)$/.test(code);
export const padSign = (code) => PAD_SIGNS[code] || code.replace("Numpad", "");

/** What is printed on the pad key of an act, or "". */
export function padSignOf(act) {
  const keys = padKeys();
  const code = Object.keys(keys).find((k) => keys[k] === act);
  return code ? padSign(code) : "";
}

/** A key press in plain words: {act, digit, letter, pad}, or null when the browser or an input should have it. */
export function readKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return null;
  const code = event.code;
  if (code === "F1" || (code === "Slash" && event.shiftKey)) return { act: "help" };
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(code)?.[1];
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  const pad = code.startsWith("Numpad");
  const act = pad ? padKeys()[code] : LETTER_KEYS[code];
  const erase = code === "Backspace";
  if (act === undefined && digit === undefined && letter === undefined && !erase) return null;
  return { act, digit, letter, pad, code, erase, enter: code === "Enter" || code === "NumpadEnter" };
}
