/* "Send again" and "turn on again" on the page of what went outside. */
import { fetchInTime } from "/static/fetch_in_time.js";

const { centre, done, not } = document.querySelector("main").dataset;

async function post(button) {
  button.disabled = true;
  let text = not;
  try {
    const me = await fetchInTime("/api/v1/me").then((response) => response.json());
    const answer = await fetchInTime(`/api/v1/${centre}/${button.dataset.post}`, {
      method: "POST",
      headers: { "X-CSRF-Token": me.csrf },
    }).then((response) => response.json());
    text = answer.ok ? button.dataset.done || done : answer.message || not;
  } catch (error) {
    console.warn(error);
  }
  const line = document.createElement("span");
  line.setAttribute("role", "status");
  line.textContent = text;
  button.replaceWith(line);
}

for (const button of document.querySelectorAll("[data-post]"))
  button.addEventListener("click", () => post(button));
