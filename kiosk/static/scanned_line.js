// What a scanned line says, whatever the scanner's and the machine's keyboard layouts are, and where it leads.
import { readLine } from "/static/line.js";

const SHIFTED = {
  Minus: "-_",
  Equal: "=+",
  BracketLeft: "[{",
  BracketRight: "]}",
  Backslash: "\\|",
  Semicolon: ";:",
  Quote: "'\"",
  Backquote: "`~",
  Comma: ",<",
  Period: ".>",
  Slash: "/?",
  Space: "  ",
};
const ABOVE_FIGURES = ")!@#$%^&*(";
const NUMPAD = {
  NumpadDecimal: ".",
  NumpadSubtract: "-",
  NumpadDivide: "/",
  NumpadAdd: "+",
  NumpadMultiply: "*",
};

/** The letter of a key on a US keyboard, which is what scanners type by; "" where it has none. */
export function usLetter(event) {
  const { code, shiftKey } = event;
  if (/^Key[A-Z]$/.test(code)) {
    const upper = shiftKey !== event.getModifierState("CapsLock");
    return upper ? code[3] : code[3].toLowerCase();
  }
  if (/^Digit\d$/.test(code)) return shiftKey ? ABOVE_FIGURES[code[5]] : code[5];
  if (/^Numpad\d$/.test(code)) return code[6];
  if (SHIFTED[code]) return SHIFTED[code][shiftKey ? 1 : 0];
  return NUMPAD[code] || "";
}

/** Whether no visitor types this into a field: the bars of a card, an address, six figures in one go. */
export const isMachineMade = (text) => /\||:\/\//.test(text) || text.replace(/\D/g, "").length >= 6;

const SLIP = /:\/\/[^/]+\/t\/[\w-]{22}\/?$/; // the address in a slip's QR code, its key whole
const VISIT = /:\/\/[^/]+\/[bn]\/[^/]+\/[A-Z]{8}\/?$/; // the address in a booking's QR code
const LIKELY = [SLIP, VISIT, /^[^|]{0,3}\d{12}\|.*\|.*\|/, /\d{6}-\d{1,6}$/, /\|/];

/** Of a line as it was typed and as its keys read on a US keyboard, the one that looks like a code. */
export function likelier(text, usText) {
  const shape = LIKELY.find((pattern) => pattern.test(text) || pattern.test(usText));
  return shape && !shape.test(text) ? usText : text;
}

const CARD_PAGES = ["card", "check_in"]; // what happens with a card stands there
const DEAF_PAGES = ["closed", "starting", "nopaper", "pin", "staff"];

/** lineReader(state, does) → (text, usText): a dossier's code leads to its results; a slip's address to its number;
    a card is read only where its page has told what happens with it. `does` are the page's own {home, on, tell, choose, change, slip, visit, card}. */
export function lineReader(state, { home, on, tell, choose, change, slip, visit, card }) {
  return async (typed, usText = typed) => {
    const text = likelier(typed, usText);
    if (state.page === "ticket") home();
    // who waits may ask for the own number while no more are given
    const deaf = DEAF_PAGES.includes(state.page) && !(state.page === "closed" && SLIP.test(text));
    if (state.busy || !state.snapshot || deaf) return;
    state.touchedAt = performance.now();
    if (text.includes("|") && !CARD_PAGES.includes(state.page)) {
      if (state.kiosk.id_cards) on("card", { unread: false });
      else tell("unread");
      return;
    }
    const was = state.view;
    const read = await readLine(text);
    if (state.view !== was) return;
    if (read.kind !== "unknown") state.told = null;
    if (read.kind === "slip") {
      await slip(read.key);
      return;
    }
    if (read.kind === "visit" && (state.snapshot.booking || {}).on) {
      await visit(read.code);
      return;
    }
    if (state.page === "check_in" && ["id_card", "unknown"].includes(read.kind)) {
      await card(read.person || null);
      return;
    }
    const { fields, priority } = state.snapshot;
    const results = read.kind === "dossier" && fields.find((f) => f.field === read.field);
    if (read.kind === "id_card") {
      const classes = (priority || {}).classes || [];
      const grade = read.age_class && classes.find((c) => c.code === read.age_class);
      if (grade) on("offer", { person: read.person, claimed: grade });
      else on("fields", { person: read.person, claimed: null });
    } else if (results) choose(results, (results.services || [])[0] || null);
    else if (state.page === "card") change({ unread: true });
    else tell("unread");
  };
}
