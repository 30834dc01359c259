/* The head of the staff's pages: the way out, and on a phone the list of pages behind one button. */
import { logOut, whoAmI } from "./console/session.js";

const out = document.getElementById("log-out"),
  menu = document.getElementById("menu");

/** Who is signed in, where that changed while the page stood open. */
export function showPerson(staff) {
  document.getElementById("person").textContent = staff.name;
}

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
