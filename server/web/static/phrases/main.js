/* The phrase sheet: a number picks a sentence, Space turns the screen to the visitor, L says it, Esc comes back. Nothing leaves the page. */
const sentences = [...document.querySelectorAll(".sentence")];
const shown = document.getElementById("shown");
const figure = document.getElementById("figure");
const player = new Audio();
const state = { chosen: null, typed: "" };

const filled = (text) => text.replace("{x}", figure.value.trim() || "…");

function paint() {
  const { chosen } = state;
  for (const sentence of sentences)
    sentence.setAttribute("aria-pressed", sentence === chosen ? "true" : "false");
  document.getElementById("show").disabled = !chosen;
  document.getElementById("play").disabled = !chosen?.dataset.sound;
  if (!chosen) return;
  const { theirs, own } = chosen.querySelector("[data-theirs]").dataset;
  document.getElementById("fill").hidden = !own.includes("{x}");
  for (const place of [document.querySelector("aside"), shown]) {
    place.querySelector(".theirs").textContent = filled(theirs);
    place.querySelector(".own").textContent = filled(own);
  }
}

function choose(sentence) {
  state.chosen = sentence;
  figure.value = "";
  paint();
}

function show(on) {
  if (on && !state.chosen) return;
  shown.hidden = !on;
}

/* Said by the centre's own voice, where its pack has the sentence. */
function play() {
  const { sound } = state.chosen?.dataset ?? {};
  if (!sound) return;
  player.src = sound;
  player.play().catch(() => {
    /* the sentence stands on the screen */
  });
}

for (const sentence of sentences) sentence.addEventListener("click", () => choose(sentence));
figure.addEventListener("input", paint);
document.getElementById("show").addEventListener("click", () => show(true));
document.getElementById("play").addEventListener("click", play);
document.getElementById("print").addEventListener("click", () => print());
for (const answer of shown.querySelectorAll("button"))
  answer.addEventListener("click", () => {
    for (const other of shown.querySelectorAll("button"))
      other.setAttribute("aria-pressed", other === answer ? "true" : "false");
  });

addEventListener("keydown", (event) => {
  if (event.key === "Escape") show(false);
  if (event.target === figure) return;
  if (event.key === " ") {
    event.preventDefault();
    show(shown.hidden);
  }
  if (event.key.toLowerCase() === "l") play();
  if (!/^\d$/.test(event.key)) return;
  // two figures make one number as long as there is such a sentence
  const both = sentences.find(({ dataset }) => dataset.n === state.typed + event.key);
  state.typed = both ? state.typed + event.key : event.key;
  const sentence = both || sentences.find(({ dataset }) => dataset.n === event.key);
  if (sentence) choose(sentence);
});
