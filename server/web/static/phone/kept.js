/* What this phone keeps of one number: the last truth for when the hub is away, and whether it is woken. Gone with the number. */
const name = (what, id) => `luot-${what}-${id}`;

function stored(what, id) {
  try {
    return localStorage.getItem(name(what, id));
  } catch {
    return null; // a private window keeps nothing
  }
}

function store(what, id, text) {
  try {
    if (text === null) localStorage.removeItem(name(what, id));
    else localStorage.setItem(name(what, id), text);
  } catch {
    /* as above */
  }
}

/** `{seen, readAt}` of the last answer, or null. */
export function lastTruth(id) {
  try {
    const kept = JSON.parse(stored("seen", id));
    return kept?.seen?.ticket && kept.readAt <= Date.now() ? kept : null;
  } catch {
    return null;
  }
}

/** Keep an answer while the number is open; one that has ended is kept no longer. */
export function keepTruth(id, seen, readAt) {
  store("seen", id, seen.ticket.open ? JSON.stringify({ seen, readAt }) : null);
  if (!seen.ticket.open) store("woken", id, null);
}

/** Keep nothing more of a number there is none of. */
export function forget(id) {
  store("seen", id, null);
  store("woken", id, null);
}

export const isWoken = (id) => stored("woken", id) === "1";
export const keepWoken = (id, on) => store("woken", id, on ? "1" : null);
