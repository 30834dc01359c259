/* The head of the staff's pages: the way out, and on a phone the list of pages behind one button. */
import { logOut, whoAmI } from "./console/session.js";
import { fetchInTime } from "./fetch_in_time.js";

const out = document.getElementById("log-out"),
  menu = document.getElementById("menu");

/** Who is signed in, where that changed while the page stood open. */
export function showPerson(staff) {
  document.getElementById("person").textContent = staff.name;
}

/** So often is asked whether the session still stands; one ended elsewhere is gone from a page within 5 s. */
const ASK_EVERY_MS = 3000;
let wasSignedIn = false;

/** To the log-in once the session has ended: an administrator ended it, or it grew too old. A hub that does not answer ends none. */
async function leaveWithoutSession() {
  let answer = null;
  try {
    answer = await (await fetchInTime("/api/v1/session")).json();
  } catch {
    answer = null;
  }
  if (answer?.alive) wasSignedIn = true;
  if (answer?.alive === false && wasSignedIn)
    location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}
setInterval(leaveWithoutSession, ASK_EVERY_MS);

out.addEventListener("click", async () => {
  await logOut((await whoAmI())?.csrf);
  location.assign(`/login?centre=${encodeURIComponent(out.dataset.centre)}`);
});
menu.addEventListener("click", () =>
  menu.setAttribute("aria-expanded", String(menu.getAttribute("aria-expanded") !== "true"))
);
if (!document.getElementById("person").textContent) {
  const me = await whoAmI();
  if (me) showPerson(me.staff);
}
