/* Each pane shows a whole screen at its own size, scaled to the room it has; the phone shows the page of a slip. */
import { fetchInTime } from "/static/fetch_in_time.js";

const ASK_EVERY_MS = 3000;
const frames = [...document.querySelectorAll(".frame")];

function fit(frame) {
  const wide = Number(frame.dataset.wide),
    high = Number(frame.dataset.high),
    page = frame.querySelector("iframe");
  const scale = frame.clientWidth / wide;
  page.style.width = `${wide}px`;
  page.style.height = `${high}px`;
  page.style.transform = `scale(${scale})`;
  frame.style.height = `${Math.round(high * scale)}px`;
}

new ResizeObserver(() => frames.forEach(fit)).observe(document.querySelector(".panes"));

const phone = document.querySelector(".pane.phone"),
  page = phone.querySelector("iframe"),
  link = document.getElementById("slip"),
  newest = document.getElementById("newest");
/** @type {{number: string, url: string} | null} the slip shown, and the last one given out */
let shown = null,
  last = null;

function show(slip) {
  shown = slip;
  page.src = slip.url;
  page.hidden = link.hidden = false;
  link.href = slip.url;
  phone.querySelector(".none").hidden = true;
  newest.hidden = true;
}

/** The first slip is shown by itself; a later one when asked for, so that nobody's page changes while it is read. */
async function ask() {
  try {
    const answer = await fetchInTime("/demo/slip");
    if (answer.ok) last = (await answer.json()).slip;
  } catch {
    // the hub is away: the panes say so themselves
  }
  if (last && !shown) show(last);
  newest.hidden = !last || !shown || last.url === shown.url;
  setTimeout(ask, ASK_EVERY_MS);
}

newest.addEventListener("click", () => last && show(last));
ask();
