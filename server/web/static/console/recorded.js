/* Which procedures are recorded most at this counter, kept by this computer: codes and counts, nothing of anybody. */

const KEPT = 60;
const OFFERED = 8;
const storageKey = (state) => `luot.recorded.${state.centre}.${state.counter}`;

/** @returns {Object<string, number>} how often each code was recorded here */
function counts(state) {
  try {
    const kept = JSON.parse(localStorage.getItem(storageKey(state)) || "{}");
    return Object.fromEntries(
      Object.entries(kept).filter(([, count]) => Number.isFinite(count) && count > 0)
    );
  } catch {
    return {}; // nothing is kept, or what is kept is damaged
  }
}

/** The codes recorded here most, the most frequent first; one that is no longer listed finds no row. */
export const oftenHere = (state) =>
  Object.entries(counts(state))
    .sort((a, b) => b[1] - a[1])
    .slice(0, OFFERED)
    .map(([code]) => code);

/** Count the codes of a visit that has ended. */
export function remember(state, codes) {
  const kept = counts(state);
  for (const code of codes) kept[code] = (kept[code] || 0) + 1;
  const most = Object.entries(kept)
    .sort((a, b) => b[1] - a[1])
    .slice(0, KEPT);
  try {
    localStorage.setItem(storageKey(state), JSON.stringify(Object.fromEntries(most)));
  } catch {
    /* a browser that keeps nothing: the order of the list holds */
  }
}
