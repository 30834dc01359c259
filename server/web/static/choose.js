/* Which counter is mine today? The list stands in the page; its state comes from the board's snapshot every few seconds. */
import { fetchInTime } from "./fetch_in_time.js";
import { whoAmI } from "./console/session.js";

const main = document.getElementById("choose"),
  typedBox = document.getElementById("typed");
const links = [...main.querySelectorAll("a[data-counter]")];
const PLATES = { open: "plate", paused: "plate off", closed: "plate none" };
const { centre } = main.dataset;
let typed = "",
  looking = false;

const lost = document.getElementById("lost");

/** The states as the hub gives them now; false when it does not. */
async function read() {
  try {
    const answer = await fetchInTime(`/api/v1/${centre}/snapshot/board`, {
      headers: { Accept: "application/json" },
    });
    if (answer.status === 401) {
      location.assign(
        `/login?centre=${encodeURIComponent(centre)}&next=${encodeURIComponent(location.pathname)}`
      );
      return true;
    }
    if (!answer.ok) return false;
    for (const counter of (await answer.json()).counters) {
      const link = links.find((a) => a.dataset.counter === String(counter.counter));
      if (!link) continue;
      link.querySelector(".plate").className = PLATES[counter.state] || "plate none";
      link.querySelector(".state").textContent = main.dataset[counter.state] || "";
    }
    return true;
  } catch {
    return false; // the hub is away: the list stays as it was, and is asked again
  }
}

/* What was last heard stays, and is said to be old. */
async function refresh() {
  looking = true;
  const heard = await read();
  lost.hidden = heard;
  main.classList.toggle("stale", !heard);
  looking = false;
}

function show() {
  typedBox.textContent = typed;
  for (const link of links)
    link.classList.toggle("sel", typed !== "" && link.dataset.counter === typed);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  const at = links.indexOf(document.activeElement);
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 4, ArrowUp: -4 }[event.code];
  if (digit) typed = (typed + digit).slice(-3);
  else if (event.code === "Backspace") typed = typed.slice(0, -1);
  else if (event.code === "Escape") typed = "";
  else if (step) links[Math.max(0, Math.min(links.length - 1, at < 0 ? 0 : at + step))].focus();
  else if (/Enter$/.test(event.code) && typed) {
    const link = links.find((a) => a.dataset.counter === typed);
    if (!link) return;
    location.assign(link.href);
  } else return;
  event.preventDefault();
  show();
});

const me = await whoAmI();
if (me === null)
  location.assign(
    `/login?centre=${encodeURIComponent(centre)}&next=${encodeURIComponent(location.pathname)}`
  );
await refresh();
setInterval(() => {
  if (!looking) refresh();
}, 4000);
