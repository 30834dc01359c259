/* Pages before a visit: they work without this. It looks again when the hub says so, says when the hub is away, steps the minutes
   of the way, and names the chosen hour in the button. */
const body = document.body;

/** The page as the hub has it now; keeps what somebody is typing. */
async function lookAgain() {
  if (document.activeElement && document.activeElement.tagName === "INPUT") return wait();
  try {
    const answer = await fetch(location.href, {
      headers: { Accept: "text/html" },
      signal: AbortSignal.timeout(10000),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if ("kept" in page.body.dataset) throw new Error("the hub is away");
    const was = document.getElementById("now");
    document.querySelector(".sign").replaceWith(page.querySelector(".sign"));
    document.querySelector("main").replaceWith(page.querySelector("main"));
    document.title = page.title;
    body.dataset.now = page.body.dataset.now;
    body.dataset.next = page.body.dataset.next || "";
    if (!was && document.getElementById("now") && navigator.vibrate)
      navigator.vibrate([300, 200, 300]);
    steps();
  } catch {
    away();
  }
  return wait();
}

/** The hub is away: what is shown is as old as it is, and what to do at the door. */
function away() {
  if (document.querySelector(".away")) return;
  const banner = document.createElement("div");
  banner.className = "problem away";
  banner.setAttribute("role", "status");
  for (const words of [
    body.dataset.away.replace("{time}", body.dataset.now),
    body.dataset.awayDo,
  ]) {
    const line = document.createElement("p");
    line.textContent = words;
    banner.append(line);
  }
  document.querySelector("main").prepend(banner);
}

function wait() {
  const next = Number(body.dataset.next);
  if (next) setTimeout(lookAgain, next);
}

/** Five minutes less and more beside the minutes of the way. */
function steps() {
  const field = document.getElementById("minutes");
  if (!field) return;
  const button = (text, label, by) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "step";
    made.textContent = text;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", () => {
      field.value = String(Math.max(0, Math.min(240, (Number(field.value) || 0) + by)));
      leave();
    });
    return made;
  };
  field.parentElement.prepend(button("−", field.dataset.less, -5));
  field.parentElement.append(button("+", field.dataset.more, 5));
  field.addEventListener("input", leave);
}

/** The hour to leave, told anew while the minutes change. */
function leave() {
  const field = document.getElementById("minutes");
  const line = document.querySelector(".leave");
  if (!line) return;
  const words = line.querySelector("span");
  const minutes = Number(field.value) || 0;
  const at = Math.max(Date.now(), Number(line.dataset.first) - (minutes + 5) * 60000);
  const hour = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    timeZone: line.dataset.zone,
  }).format(at);
  words.textContent = words.textContent.replace(/\d\d:\d\d/, hour);
}

/** The chosen hour stands in the button. */
function chosen() {
  const place = document.getElementById("chosen");
  if (!place) return;
  document.addEventListener("change", (event) => {
    if (event.target.name === "start")
      place.textContent = `: ${event.target.dataset.words}, ${place.dataset.day}`;
  });
}

/** A booking or a kept number that was opened is there, with its code, also while the hub is away: this needs HTTPS. */
async function keepOffline() {
  const code = location.pathname.match(/^\/([bn])\/[^/]+\/[A-Z]{8}$/);
  if (!code || !window.isSecureContext || !("serviceWorker" in navigator)) return;
  const scope = `/${code[1]}/`;
  await navigator.serviceWorker.register(`${scope}worker.js`, { scope });
  const { active } = await navigator.serviceWorker.ready;
  if (active.state !== "activated")
    await new Promise((done) => active.addEventListener("statechange", done, { once: true }));
  if ("kept" in body.dataset) return;
  /* what was loaded before the worker was there; the name is that of worker.js */
  const kept = await caches.open("luot-phone-1");
  const parts = document.querySelectorAll("link[rel=stylesheet], script[src], img[src]");
  /* each once: a list with a file twice is refused whole */
  const files = new Set([location.href, ...Array.from(parts, (part) => part.href || part.src)]);
  await kept.addAll([...files]);
  body.dataset.offline = "";
}

document.documentElement.classList.add("scripted");
steps();
chosen();
if ("kept" in body.dataset) away();
wait();
keepOffline().catch(() => null);
