/* The board of a plan: what differs from the usual is marked at once; "use" sends the counters that differ. The rest is the server's page. */
import { fetchInTime } from "/static/fetch_in_time.js";
import { whoAmI } from "/static/console/session.js";

const root = document.getElementById("plan");
const board = document.getElementById("board");
const status = document.getElementById("said");
const apply = document.getElementById("apply");
const withdraw = document.getElementById("withdraw");
const { centre, day, lang } = root.dataset;
/** counter → the fields it usually serves, without a line for those not open; and those its file gives it */
const usual = JSON.parse(board.dataset.usual);
const own = JSON.parse(board.dataset.own);
let press = null;
let pressed = "";

/** Counter → the fields ticked. */
function ticked() {
  const counters = {};
  for (const box of board.querySelectorAll("input[type=checkbox]:checked")) {
    const number = box.name.slice(1);
    (counters[number] ||= []).push(box.value);
  }
  return counters;
}

/** The counters that are to serve other fields than the file gives them. */
function changed() {
  const same = (one, other) => [...one].sort().join() === [...other].sort().join();
  return Object.fromEntries(
    Object.entries(ticked()).filter(([number, fields]) => !same(fields, own[number] || []))
  );
}

function mark() {
  for (const row of board.querySelectorAll("tbody tr")) {
    const boxes = [...row.querySelectorAll("input")];
    row.classList.toggle("shut", !boxes.some((box) => box.checked));
    for (const box of boxes) {
      const used = usual[box.name.slice(1)] || [];
      box.closest("td").classList.toggle("differs", box.checked !== used.includes(box.value));
    }
  }
}

async function send(counters, wordsOf) {
  const content = JSON.stringify([day, counters]);
  if (pressed !== content) {
    press = window.Luot.requestId();
    pressed = content;
  } // a press whose answer was lost keeps its id
  apply.disabled = true;
  try {
    const csrf = (await whoAmI())?.csrf || "";
    const response = await fetchInTime(`/api/v1/${centre}/reports/plan-day`, {
      method: "POST",
      body: JSON.stringify({ request_id: press, date: day, counters }),
      headers: {
        Accept: "application/json",
        "Accept-Language": lang,
        "Content-Type": "application/json",
        "X-CSRF-Token": csrf,
      },
    });
    const answer = await response.json();
    pressed = "";
    status.textContent = answer.ok ? wordsOf(answer) : answer.message;
    if (answer.ok && !answer.plan.applied) setTimeout(() => location.reload(), 1500);
  } catch {
    status.textContent = status.dataset.failed;
  }
  apply.disabled = false;
}

/* a ticked field is dragged to another counter: it is ticked there and no longer here */
let dragged = null;
for (const label of board.querySelectorAll("td label")) label.draggable = true;
board.addEventListener("dragstart", (event) => {
  const box = event.target.closest("label")?.querySelector("input[type=checkbox]");
  dragged = box?.checked ? box : null;
  if (dragged) event.dataTransfer.setData("text/plain", dragged.value);
  else event.preventDefault();
});
const targetOf = (event) =>
  dragged && event.target.closest("tbody tr")?.querySelector(`input[value="${dragged.value}"]`);
board.addEventListener("dragover", (event) => {
  const target = targetOf(event);
  for (const cell of board.querySelectorAll("td.over")) cell.classList.remove("over");
  if (!target) return;
  target.closest("td").classList.add("over");
  event.preventDefault();
});
board.addEventListener("drop", (event) => {
  const target = targetOf(event);
  if (!target) return;
  event.preventDefault();
  dragged.checked = false;
  target.checked = true;
  mark();
});
board.addEventListener("dragend", () => {
  dragged = null;
  for (const cell of board.querySelectorAll("td.over")) cell.classList.remove("over");
});
board.addEventListener("change", mark);
board.addEventListener("submit", () => {
  document.getElementById("try").textContent = status.dataset.waiting;
});
apply.addEventListener("click", () => {
  const counters = changed();
  if (!Object.keys(counters).length) status.textContent = status.dataset.nothing;
  else send(counters, (answer) => status.dataset[answer.plan.applied ? "now" : "applied"]);
});
if (withdraw) {
  withdraw.addEventListener("click", () => send({}, () => status.dataset.withdrawn));
  withdraw.disabled = false;
}
mark();
apply.disabled = false; // from here on a press is heard
