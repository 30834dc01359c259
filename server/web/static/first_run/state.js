/* What the page of the first run knows; one object, redrawn whole. */

export const STEPS = ["code", "centre", "admin", "staff", "machines", "test"];

/**
 * @typedef {Object} State
 * @property {string} step a name of STEPS, or "done"
 * @property {?Object} hub what GET /api/v1/first-run answered
 * @property {?Object} me the account of whoever is signed in
 * @property {string} password of the administrator just made, kept for the second factor of the same minute
 * @property {?string[]} codes recovery codes, shown once
 * @property {string} trouble what went wrong, as a sentence
 * @property {boolean} busy an answer is awaited
 */

/** @type {State} */
export const state = {
  step: "code",
  hub: null,
  me: null,
  password: "",
  codes: null,
  trouble: "",
  told: "",
  busy: false,
  people: [],
  devices: [],
};

/** Do something once at a time; the page says what went wrong. */
export async function once(work) {
  if (state.busy) return null;
  Object.assign(state, { busy: true, trouble: "" });
  state.show();
  const answer = await work();
  state.busy = false;
  if (answer && answer.ok === false) state.trouble = answer.message;
  state.show();
  return answer;
}
