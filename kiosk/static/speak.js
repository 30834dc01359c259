// The voice of the page: the kiosk's own. Where the kiosk has none, a Vietnamese (or English) voice that lives in the browser's machine. Neither needs the internet.
import { language } from "/ui/languages.js";

const player = new Audio();
let queue = [];
let saying = false;
let heardAt = 0;
let turn = 0; // counts what was begun, so that the end of an older reading cannot end a newer one
let ahead = null; // the next sentence is fetched while this one is heard
let byKiosk = false;
const BEGINS_MS = 3000; // a browser's voice that has not begun by then never will

const address = (item) => `/api/say?${new URLSearchParams(item)}`;

/** A voice for this language that lives in the machine; a voice in the cloud would send away what is read. */
function ownVoice(lang) {
  return window.speechSynthesis
    ? speechSynthesis
        .getVoices()
        .find((voice) => voice.localService && voice.lang.toLowerCase().startsWith(lang))
    : undefined;
}

/** Whether anything can be read aloud: by the kiosk (it says so, and then it does), or by the browser. */
export function canSpeak(kiosk, lang) {
  byKiosk = Boolean(kiosk.speech && language(lang).speaks);
  return byKiosk || Boolean(ownVoice(lang));
}

function next() {
  const item = queue.shift();
  saying = Boolean(item);
  if (!item) return;
  heardAt = performance.now();
  if (byKiosk) play(item);
  else utter(item);
}

function utter(item) {
  const voice = ownVoice(item.lang);
  if (!voice) {
    next();
    return;
  }
  const words = new SpeechSynthesisUtterance(item.text);
  words.voice = voice;
  words.lang = voice.lang;
  const mine = turn;
  const silent = setTimeout(() => {
    if (mine === turn) {
      turn += 1;
      speechSynthesis.cancel();
      next();
    }
  }, BEGINS_MS);
  words.onstart = () => clearTimeout(silent);
  for (const end of ["onend", "onerror"])
    words[end] = () => {
      clearTimeout(silent);
      if (mine === turn) {
        turn += 1;
        next();
      }
    };
  speechSynthesis.speak(words);
}

function play(item) {
  const mine = turn;
  player.src = address(item);
  player.play().catch((error) => {
    if (mine === turn && error.name === "NotAllowedError") {
      saying = false;
      queue = [];
    }
  });
  if (queue.length) {
    ahead = new Audio();
    ahead.preload = "auto";
    ahead.src = address(queue[0]);
  }
}
player.addEventListener("ended", next);
player.addEventListener("error", () => {
  if (saying) next();
});

/** Says these sentences one after the other, in place of what is being said. */
export function speak(sentences, lang) {
  hush();
  queue = sentences
    .map((text) => text.replace(/\s+/g, " ").trim())
    .filter(Boolean)
    .map((text) => ({ text, lang }));
  next();
}

export function hush() {
  turn += 1;
  queue = [];
  saying = false;
  if (window.speechSynthesis) speechSynthesis.cancel();
  player.pause();
}

/** Whether something is being said; nobody who listens should be sent away. A sentence never takes half a minute. */
export const speaking = () => saying && performance.now() - heardAt < 30000;
