// Keyboard, keypad and scanner. A scanner types like a keyboard, only faster than any hand.
const FAST_MS = 50; // between two keys of a scanner; no hand types three keys so fast
const LINE_MS = 300; // a line is over when nothing came for so long
const HOLD_MS = 70; // a key waits so long before it counts, for it may be the first of a line
const SHORTEST = 8; // of a line that means something
const LATEST_MS = 3000; // for the staff's four keys
const STAFF = "***9";
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

/** Listens to all keys: `on.key(name, event)` for one key of a hand, `on.line(text)` for a scanned line,
    `on.staff()` for the staff's keys; `on.undo()` takes back what a line typed into a field. */
export function listen(on) {
  let line = "";
  let last = -1e9;
  let held = [];
  let timer = null;
  let recent = [];

  function flush() {
    clearTimeout(timer);
    const keys = held;
    held = [];
    for (const key of keys) on.key(key);
  }

  function staffKeys(key, now) {
    recent = [...recent.filter(([, at]) => now - at < LATEST_MS), [key, now]].slice(-STAFF.length);
    if (recent.map(([name]) => name).join("") === STAFF) {
      recent = [];
      on.staff();
      return true;
    }
    return false;
  }

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || SILENT.includes(event.key)) return;
      const now = event.timeStamp;
      const typing = event.target.tagName === "INPUT";
      if (event.key.length === 1) {
        const fast = now - last < FAST_MS;
        last = now;
        line = fast ? line + event.key : event.key;
        if (line.length === 3) {
          held = [];
          clearTimeout(timer);
          if (typing) on.undo();
        }
        if (line.length >= 3) {
          event.preventDefault();
          event.stopPropagation();
          return;
        }
        if (typing && !/^[*/+-]$/.test(event.key)) {
          on.touched(false);
          if (line.length === 1) on.mark();
          return;
        }
        event.preventDefault();
        if (event.repeat) return;
        held.push(event.key);
        clearTimeout(timer);
        timer = setTimeout(() => {
          const staff = held.some((key) => staffKeys(key, now));
          if (staff) held = [];
          else flush();
        }, HOLD_MS);
        return;
      }
      if (event.key === "Enter" && line.length >= 3 && now - last < LINE_MS) {
        event.preventDefault();
        event.stopPropagation();
        const text = line;
        line = "";
        held = [];
        if (text.length >= SHORTEST) on.line(text);
        return;
      }
      line = "";
      flush();
      on.key(event.key, event);
    },
    true
  );
}
