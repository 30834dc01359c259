// When a page that nobody touches gives way to the start, for the next visitor.
const TICKET_S = 12;
const LISTENED_TICKET_S = 45;
const NOPAPER_S = 60;
const PATIENT_S = 60; // with low reach, large letters or reading aloud, people need longer
const HELP_S = 120; // who has called somebody is not sent away

/** How many seconds this page stays without a touch; idle is the centre's own wish. */
function stayOf({ page, aloud, kiosk }, wished) {
  switch (page) {
    case "ticket":
      return aloud ? LISTENED_TICKET_S : TICKET_S;
    case "nopaper":
      return NOPAPER_S;
    case "staff":
      return HELP_S;
    default:
      return wished ? Math.max(PATIENT_S, kiosk.idle) : kiosk.idle;
  }
}

/**
 * Seconds until the page goes back to the start by itself; null while it stays.
 *
 * starts: whether it is a page of rest in the first language, which stays unless the visitor wished it otherwise.
 */
export function secondsLeft(state, starts) {
  if (state.busy) return null;
  const wished = state.low || state.aloud || state.big || state.contrast || state.keyed;
  if (starts && !wished) return null;
  const stays = stayOf(state, wished);
  const helped = state.page === "ticket" ? 0 : state.helpedAt + (HELP_S - stays) * 1000;
  const since = Math.max(state.touchedAt, helped);
  return Math.max(0, Math.ceil(stays - (performance.now() - since) / 1000));
}
