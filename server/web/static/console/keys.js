/* Which key is which act. By event.code, never by the letter: a Telex keyboard turns letters into other letters. */

const LETTER_KEYS = {
  Space: "next",
  Enter: "choose",
  ArrowUp: "up",
  ArrowDown: "down",
  Escape: "back",
  Slash: "find",
  Delete: "cancel",
  KeyR: "recall",
  KeyG: "recall",
  KeyB: "start",
  KeyX: "finish",
  KeyV: "miss",
  KeyT: "park",
  KeyC: "transfer",
  KeyL: "requeue",
  KeyS: "services",
  KeyH: "undo",
  KeyP: "pause",
  KeyQ: "close",
  KeyD: "walk",
  KeyA: "store",
  KeyM: "add",
  KeyN: "note",
  KeyI: "reprint",
  KeyO: "handover",
};

/* A cheap USB number pad as the call pad. 1–6 stay the outcomes. */
const PAD_KEYS = {
  NumpadEnter: "next",
  NumpadAdd: "recall",
  NumpadMultiply: "start",
  Numpad0: "finish",
  NumpadSubtract: "miss",
  Numpad7: "park",
  Numpad8: "transfer",
  Numpad9: "pause",
  NumpadDecimal: "undo",
  NumpadDivide: "find",
};

/** The acts a pad key may stand for. */
export const PAD_ACTS = [
  "next",
  "start",
  "recall",
  "finish",
  "miss",
  "park",
  "transfer",
  "pause",
  "undo",
  "find",
  "requeue",
  "walk",
  "store",
  "add",
  "services",
  "close",
  "up",
  "down",
  "back",
];

const PAD_SIGNS = {
  NumpadEnter: "Enter",
  NumpadAdd: "+",
  NumpadMultiply: "*",
  NumpadSubtract: "−",
  NumpadDecimal: ".",
  NumpadDivide: "/",
};
const SHELF = "luot.pad";
const OUTCOMES = /^Numpad[1-6]$/; // answers and outcomes are figures; no act may take them away

/** The act a key names on the pad of this computer, changed ones included. */
function padKeys() {
  try {
    const saved = JSON.parse(localStorage.getItem(SHELF) || "null");
    if (!saved || typeof saved !== "object") return PAD_KEYS;
    return Object.fromEntries(
      Object.entries(saved).filter(
        ([code, act]) => isPadCode(code) && !OUTCOMES.test(code) && PAD_ACTS.includes(act)
      )
    );
  } catch {
    return PAD_KEYS;
  }
}

const keep = (keys) => {
  try {
    localStorage.setItem(SHELF, JSON.stringify(keys));
  } catch {
    /* a browser that keeps nothing: the change holds for nobody */
  }
};

/** Give `act` the pad key `code`. A key that has a job is refused: {refused: "outcomes"} or {refused: the act that has it}; otherwise {}. */
export function remapPad(act, code) {
  const keys = { ...padKeys() };
  if (OUTCOMES.test(code)) return { refused: "outcomes" };
  if (keys[code] && keys[code] !== act) return { refused: keys[code] };
  for (const other of Object.keys(keys)) if (keys[other] === act) delete keys[other];
  keys[code] = act;
  keep(keys);
  return {};
}

/** Take the pad key from `act`, so that another act may have it. */
export function clearPad(act) {
  keep(Object.fromEntries(Object.entries(padKeys()).filter(([, other]) => other !== act)));
}

export const resetPad = () => localStorage.removeItem(SHELF);
export const isPadCode = (code) =>
  /^Numpad(\d|Add|Subtract|Multiply|Divide|Decimal|Enter)$/.test(code);
const padSign = (code) => PAD_SIGNS[code] || code.replace("Numpad", "");

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
  if (code === "F1" || event.key === "?" || (code === "Slash" && event.shiftKey))
    return { act: "help" };
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(code)?.[1];
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  const pad = code.startsWith("Numpad");
  const act = pad ? padKeys()[code] : LETTER_KEYS[code];
  const erase = code === "Backspace";
  if (
    act === undefined &&
    digit === undefined &&
    letter === undefined &&
    !erase &&
    !isPadCode(code)
  )
    return null;
  return {
    act,
    digit,
    letter,
    pad,
    code,
    erase,
    space: code === "Space",
    enter: code === "Enter" || code === "NumpadEnter",
  };
}
