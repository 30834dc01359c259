/* Each pane shows a whole screen; the phone shows the page of a slip. */
import { fetchInTime } from "/static/fetch_in_time.js";
import { fitFrames } from "/static/frames.js";

const ASK_EVERY_MS = 3000;

fitFrames();

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
