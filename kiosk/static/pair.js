// A kiosk that is not paired: the code it got from the hub, until somebody there says which one it is.
import { fillIn, staffLanguages, useLanguages } from "/ui/languages.js";

const place = document.getElementById("pair");
const ASK_EVERY_MS = 1500;
const texts = {};
let drawn = "";

const el = (tag, className, ...kids) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...kids.filter(Boolean));
  return made;
};

/** A text in each language of the staff, the first one standing out. */
const lines = (tag, key, values) =>
  staffLanguages().map((lang, nth) =>
    el(tag, nth ? "other" : "", fillIn(lang, texts[lang].pair[key], values))
  );

function draw(state) {
  const mark = JSON.stringify(state);
  if (mark === drawn) return;
  drawn = mark;
  const code = state.code.length === 6 ? state.code : "";
  const values = { address: `${state.hub}/devices`, hub: state.hub };
  const words = el(
    "div",
    "words",
    ...lines("h1", "title", {}),
    el(
      "div",
      "code",
      ...(code ? [code.slice(0, 3), code.slice(3)] : ["···", "···"]).map((part) =>
        el("span", "", part)
      )
    ),
    ...lines("p", state.trouble || "how", values)
  );
  const picture = code && !state.trouble ? el("img") : null;
  if (picture) {
    picture.alt = "";
    // no phone reaches the hub's address: the code is typed
    picture.onerror = () => picture.remove();
    picture.src = `/api/pairing/qr.svg?code=${code}`;
  }
  place.replaceChildren(...[words, picture].filter(Boolean));
}

async function ask() {
  try {
    const answer = await fetch("/api/pairing", { signal: AbortSignal.timeout(8000) });
    const state = await answer.json();
    if (state.paired) {
      location.reload();
      return;
    }
    draw(state);
  } catch {
    drawn = ""; // the program beside the page begins anew; the next time is soon
  }
  setTimeout(ask, ASK_EVERY_MS);
}

useLanguages(await (await fetch("/ui/languages.json")).json());
for (const lang of staffLanguages())
  texts[lang] = await (await fetch(`/ui/texts/${lang}/agent.json`)).json();
await ask();
