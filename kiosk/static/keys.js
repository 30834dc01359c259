// Keyboard, keypad and scanner. A scanner types like a keyboard: many keys in one rhythm, up to 150 ms a key.
import { isMachineMade, usLetter } from "/static/scanned_line.js";

const GAP_MS = 200; // the longest pause within a burst; for so long a key of a hand is held back
const LONG_GAP_MS = 300; // within a burst that is longer than what fingers type at once
const LONG = 5;
const FAST_MS = 50; // no hand types three keys so fast
const SHORTEST = 8; // of a line that means something
const DEAF_MS = 300; // after a burst no Enter counts: a scanner may send two (CR and LF)
const LATEST_MS = 3000; // for the staff's four keys
const STAFF = "***9";
const LONGEST_PIN = 12;
const OPERATORS = /^[*/+-]$/;
const ONE_KEY_HIT_AGAIN = /^(.)\1*$|^\*+9$/;
const FINGERS = /^[0-9*/+-]{1,4}$/;
// all other named keys are the browser's: F3, F5, F7, BrowserHome, ContextMenu and what else keyboards have
const PAGES_OWN = /^(Enter|Tab|Escape|Backspace|Delete|Insert|Home|End|PageUp|PageDown|Arrow\w+)$/;
const SILENT = [
  "Shift",
  "CapsLock",
  "Control",
  "Alt",
  "AltGraph",
  "Meta",
  "NumLock",
  "Dead",
  "Process",
  "Unidentified",
]; // they come between the letters of a line

/** Listens to all keys: `on.key(name, event)` for one key of a hand, `on.line(text, usText)` for a scanned line as it was
    typed and as its keys read on a US keyboard, `on.staff()` for the staff's keys; `on.mark()` and `on.undo()` take back
    what a line typed into a field; `on.figures()` is whether the page waits for figures and their Enter (a PIN). */
export function listen(on) {
  let burst = []; // {letter, us, at, held}: keys that came in one rhythm
  let typing = false; // the burst goes into a field
  let undone = false;
  let last = -1e9;
  let deafUntil = -1e9;
  let timer = null;
  let recent = [];

  const gap = () => (burst.length >= LONG ? LONG_GAP_MS : GAP_MS);
  const goesOn = (now) => burst.length > 0 && now - last <= gap();
  const written = (which) => burst.map((key) => key[which]).join("");

  /** Three keys faster than a hand's. */
  const isFast = () =>
    burst.some(
      (key, i) =>
        i > 1 && key.at - burst[i - 1].at < FAST_MS && burst[i - 1].at - burst[i - 2].at < FAST_MS
    );
  const isScanned = () =>
    isFast() || isMachineMade(written("letter")) || isMachineMade(written("us"));

  /** Whose burst it is: "line", "scrap" (of a line: nobody's), or "hand". */
  function maker() {
    const text = written("letter");
    const long = burst.length >= SHORTEST;
    if (typing ? isScanned() : isFast()) return long ? "line" : "scrap";
    if (typing) return "hand";
    if (on.figures() && /^\d+$/.test(text) && text.length <= LONGEST_PIN) return "hand";
    if (burst.length <= 2 || FINGERS.test(text) || ONE_KEY_HIT_AGAIN.test(text)) return "hand";
    return long ? "line" : "scrap";
  }

  function isStaff({ letter, at }) {
    recent = [...recent.filter((key) => at - key.at < LATEST_MS), { letter, at }].slice(
      -STAFF.length
    );
    if (recent.map((key) => key.letter).join("") !== STAFF) return false;
    recent = [];
    return true;
  }

  /** The burst is over: it does what it means; whose it was. */
  function end() {
    clearTimeout(timer);
    const whose = maker();
    const keys = burst;
    const texts = [written("letter"), written("us")];
    burst = [];
    if (whose === "line") on.line(...texts);
    if (whose !== "hand") return whose;
    const held = keys.filter((key) => key.held && key.letter);
    if (held.some(isStaff)) on.staff();
    else for (const key of held) on.key(key.letter);
    return whose;
  }

  function swallow(event) {
    event.preventDefault();
    event.stopPropagation();
  }

  function wait(now) {
    last = now;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (end() !== "hand") deafUntil = performance.now() + DEAF_MS;
    }, gap());
  }

  /** A key that writes a letter. */
  function letterKey(event, letter, us) {
    const now = event.timeStamp;
    const inField = event.target.tagName === "INPUT";
    if (event.repeat) {
      if (!inField) swallow(event);
      return;
    }
    if (burst.length && !goesOn(now)) end();
    if (!burst.length) {
      typing = inField;
      undone = false;
      if (typing) on.mark();
    }
    const held = !typing || OPERATORS.test(letter);
    burst.push({ letter, us, at: now, held });
    wait(now);
    const scanned = typing && isScanned();
    if (scanned && !undone) {
      undone = true;
      on.undo();
    }
    if (held || scanned) swallow(event);
    else on.touched();
  }

  /** A key that has a name: it may end a burst, and then it is the scanner's. */
  function namedKey(event, isEnter) {
    const now = event.timeStamp;
    const ends = goesOn(now);
    const figures = on.figures();
    const whose = burst.length ? end() : "hand";
    if (ends && (whose !== "hand" || (isEnter && !figures))) {
      deafUntil = now + DEAF_MS;
      swallow(event);
      return;
    }
    if (isEnter && now < deafUntil) {
      swallow(event);
      return;
    }
    on.key(event.key, event);
  }

  document.addEventListener(
    "keydown",
    (event) => {
      const now = event.timeStamp;
      const composes = event.getModifierState("AltGraph");
      if (event.metaKey || ((event.ctrlKey || event.altKey) && !composes)) {
        // the browser has acts on these (Ctrl+J opens a page of its own), and the page has none
        swallow(event);
        if (event.ctrlKey && /^[jm]$/i.test(event.key)) {
          // how some scanners type the end of a line
          if (goesOn(now) && burst.length > 2 && end() !== "hand") deafUntil = now + DEAF_MS;
        } else if (goesOn(now)) wait(now);
        return;
      }
      const us = usLetter(event);
      if (event.key.length === 1) letterKey(event, event.key, us || event.key);
      else if (SILENT.includes(event.key)) {
        if (us && ["Dead", "Process", "Unidentified"].includes(event.key)) letterKey(event, "", us);
        else if (goesOn(now)) wait(now);
      } else {
        if (!PAGES_OWN.test(event.key)) event.preventDefault();
        namedKey(event, event.key === "Enter");
      }
    },
    true
  );
}
