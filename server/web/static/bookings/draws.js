/* The steps of a draw: each form is one press to the HTTP API, and the page is read anew after it. */
import { fetchInTime } from "../fetch_in_time.js";
import { whoAmI } from "../console/session.js";

const root = document.getElementById("draws");
const problem = document.getElementById("problem");
const base = `/api/v1/${root.dataset.centre}/draws`;

/** What the hub takes, of a form as it was filled in: the matter is a field or a procedure, places a number. */
function bodyOf(form) {
  const { matter, places, ...rest } = Object.fromEntries(new FormData(form));
  const body = { request_id: window.Luot.requestId(), ...rest };
  if (matter) {
    const [kind, code] = matter.split(":");
    body[kind] = code;
    body.places = Number(places);
  }
  return body;
}

async function press(form) {
  const button = form.querySelector("button");
  if (button.disabled) return;
  button.disabled = true;
  problem.textContent = "";
  try {
    const me = await whoAmI();
    const answer = await fetchInTime(form.dataset.draw ? `${base}/${form.dataset.draw}` : base, {
      method: "POST",
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-CSRF-Token": (me && me.csrf) || "",
      },
      body: JSON.stringify(bodyOf(form)),
    });
    const content = await answer.json();
    if (content.ok) {
      window.location.reload();
      return;
    }
    problem.textContent = content.message;
  } catch {
    problem.textContent = root.dataset.offline;
  }
  button.disabled = false;
  problem.scrollIntoView({ block: "center" });
}

root.addEventListener("submit", (event) => {
  event.preventDefault();
  press(event.target);
});
