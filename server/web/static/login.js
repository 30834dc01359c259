/* Log in and go on to where this person works. */
import { passkeysWork, useKey } from "./passkey.js";
import { logIn, logInByPin, passkeyAsked, passkeyGiven } from "./console/session.js";

const form = document.getElementById("login"),
  mend = document.getElementById("mend"),
  go = form.querySelector("button"),
  otherWay = document.getElementById("other-way");
/** Whether a PIN is asked for: at the machine of a counter, until somebody wants to type the password. */
let byPin = Boolean(otherWay);

function showWay() {
  if (!otherWay) return;
  document.getElementById("pin-field").hidden = !byPin;
  document.getElementById("password-field").hidden = byPin;
  otherWay.textContent = byPin ? otherWay.dataset.password : otherWay.dataset.pin;
  mend.textContent = "";
}
otherWay?.addEventListener("click", () => {
  byPin = !byPin;
  showWay();
  form.elements.name.focus();
});
showWay();

/** The first page for a role. */
function placeOf(staff, centre, counter) {
  const at = encodeURIComponent(staff.centre || centre || "");
  if (!at) return "/";
  if (counter && staff.role === "clerk") return `/console/${at}/${encodeURIComponent(counter)}`;
  const places = {
    clerk: `/console/${at}`,
    greeter: `/greeter/${at}`,
    viewer: `/manager/${at}/reports`,
    province: "/province",
  };
  return places[staff.role] || `/manager/${at}`;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { centre, name, code } = form.elements;
  const password = byPin ? form.elements.pin : form.elements.password;
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
  const answer = byPin
    ? await logInByPin(name.value.trim(), password.value)
    : await logIn(centre?.value, name.value.trim(), password.value, code.value.trim());
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
    location.assign(form.dataset.next || placeOf(answer.staff, centre?.value, answer.counter));
    return;
  }
  if (answer.needsCode) {
    mend.textContent = form.dataset.code;
    document.getElementById("code-field").hidden = false;
    code.focus();
    return;
  }
  const key = byPin && answer.error === "wrong" ? "pinWrong" : answer.error;
  mend.textContent = form.dataset[key].replace("{n}", answer.seconds);
  password.value = "";
  password.focus();
});

const passkey = document.getElementById("passkey");
passkey.hidden = !passkeysWork(passkey.dataset.origin);
passkey.addEventListener("click", async () => {
  mend.textContent = "";
  const asked = await passkeyAsked();
  const credential = asked.ok ? await useKey(asked.options) : null;
  if (asked.ok && !credential) return; // its owner would not
  const answer = credential ? await passkeyGiven(credential) : asked;
  if (answer.ok) location.assign(form.dataset.next || placeOf(answer.staff));
  else mend.textContent = answer.error === "wrong" ? passkey.dataset.wrong : form.dataset.offline;
});

/* several centres: the sign-in service is asked for the one chosen */
const service = document.getElementById("service");
service?.addEventListener("click", () => {
  const address = new URL(service.href);
  address.searchParams.set("centre", form.elements.centre?.value || "");
  service.href = address.href;
});
