/* All centres now: the page asks for itself again and takes over what is in it. What cannot be had is said; focus and place stay. */
import { fetchInTime, LONG_LIMIT_MS } from "/static/fetch_in_time.js";

const EVERY_MS = 15_000;
const main = document.getElementById("now");
let stale = main.dataset.stale;

function takeOver(fresh) {
  const at = document.activeElement,
    href = main.contains(at) && at.getAttribute("href");
  const scrolled = main.querySelector(".scroll")?.scrollTop;
  main.replaceChildren(...fresh.childNodes);
  stale = fresh.dataset.stale;
  if (href) main.querySelector(`a[href="${CSS.escape(href)}"]`)?.focus({ preventScroll: true });
  if (scrolled) main.querySelector(".scroll").scrollTop = scrolled;
}

async function again() {
  try {
    const answer = await fetchInTime(location.href, {}, LONG_LIMIT_MS);
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("now");
    if (!fresh) return location.reload(); // signed out meanwhile
    takeOver(fresh);
  } catch (error) {
    console.warn(error);
    const at = document.getElementById("at");
    if (at) {
      at.textContent = stale;
      main.classList.add("old");
    }
    return setTimeout(again, EVERY_MS);
  }
  main.classList.remove("old");
  setTimeout(again, EVERY_MS);
}

setTimeout(again, EVERY_MS);
