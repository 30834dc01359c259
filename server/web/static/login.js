/* Log in and go on to where this person works. */
import { logIn } from "./console/session.js";

const form = document.getElementById("login"),
  mend = document.getElementById("mend"),
  go = form.querySelector("button");

/** The first page for a role. */
function placeOf(staff, centre) {
  const at = encodeURIComponent(staff.centre || centre || "");
  if (!at) return "/";
  const places = {
    clerk: `/console/${at}`,
    greeter: `/greeter/${at}`,
    viewer: `/manager/${at}/reports`,
  };
  return places[staff.role] || `/manager/${at}`;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { centre, name, password, code } = form.elements;
  const empty = [name, password].find((input) => !input.value.trim());
  for (const input of [name, password])
    input.setAttribute("aria-invalid", input === empty ? "true" : "false");
  if (empty) {
    mend.textContent = form.dataset.empty;
    empty.focus();
    return;
  }
  mend.textContent = "";
  go.disabled = true;
  const answer = await logIn(centre?.value, name.value.trim(), password.value, code.value.trim());
  go.disabled = false;
  if (answer.ok) {
    try {
      sessionStorage.setItem("luot.name", name.value.trim());
    } catch {
      /* the console asks for it again then */
    }
    if (answer.staff.role === "newcomer") {
      location.assign("/account");
      return;
    }
    location.assign(form.dataset.next || placeOf(answer.staff, centre?.value));
    return;
  }
  if (answer.needsCode) {
    mend.textContent = form.dataset.code;
    document.getElementById("code-field").hidden = false;
    code.focus();
    return;
  }
  mend.textContent = form.dataset[answer.error].replace("{n}", answer.seconds);
  password.value = "";
  password.focus();
});
