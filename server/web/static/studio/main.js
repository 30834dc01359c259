/* The recording studio: one prompt after another, one key for a whole afternoon. The space bar records, ends, keeps and goes on. */
import { html, render } from "/static/console/html.js";
import { loadTexts, setZone, t } from "/static/console/texts.js";
import { address, draftBase, enter, readState, send } from "./hub.js";
import { microphoneAllowed, openMicrophone, wavOf, wavOfFile } from "./sound.js";
import { PromptCard, PromptList } from "./prompts.js";
import { Publishing } from "./publishing.js";

const COUNT_FROM = 3,
  COUNT_MS = 700;
const root = document.getElementById("studio");
const { centre, lang: pageLang, zone } = root.dataset;
const player = new Audio();

/* phase: idle · asking (for the microphone) · count · recording · sending · review (just recorded) */
const state = {
  languages: null,
  lang: null,
  key: null,
  phase: "idle",
  count: 0,
  level: 0,
  faults: [],
  trouble: "",
  mic: microphoneAllowed() ? "" : "insecure",
  uploads: null,
  sayTry: "",
  offline: false,
  forAll: false,
};
let microphone = null,
  trial = null;

export const language = () => state.languages.find((one) => one.lang === state.lang);
const prompts = () => [
  ...language().prompts.filter((p) => p.needed),
  ...language().prompts.filter((p) => !p.needed),
];
const prompt = () => language().prompts.find((p) => p.key === state.key);

function paint() {
  render(html`<${Page} />`, root);
}
function change(what) {
  Object.assign(state, what);
  paint();
}

async function refresh() {
  const answer = await readState();
  if (!answer.ok) {
    change({ offline: true, trouble: answer.message });
    return;
  }
  state.languages = answer.languages;
  state.forAll = answer.for_all;
  state.offline = false;
  state.lang = answer.languages.some((one) => one.lang === state.lang)
    ? state.lang
    : answer.languages[0].lang;
  if (!prompt()) state.key = (prompts().find((p) => p.needed && !p.recorded) || prompts()[0]).key;
  paint();
}

/* ---- recording ---- */

async function record() {
  if (state.phase !== "idle" && state.phase !== "review") return;
  player.pause();
  change({ phase: "asking", trouble: "", faults: [] });
  if (!microphone || !microphone.alive()) {
    try {
      microphone = await openMicrophone((level) => {
        state.level = level;
        const bar = document.getElementById("level");
        if (bar) bar.value = level;
      });
      state.mic = "";
    } catch (error) {
      const mic = error.name === "NotAllowedError" ? "denied" : "missing";
      change({ phase: "idle", mic: microphoneAllowed() ? mic : "insecure" });
      return;
    }
  }
  for (let n = COUNT_FROM; n > 0; n--) {
    change({ phase: "count", count: n });
    await new Promise((later) => setTimeout(later, COUNT_MS));
    if (state.phase !== "count") return;
  }
  change({ phase: "recording" });
  microphone.take(stop);
}

async function stop() {
  if (state.phase !== "recording") return;
  const { samples, rate } = microphone.taken(),
    key = state.key;
  change({ phase: "sending" });
  const answer = await send(state.lang, key, await wavOf(samples, rate));
  if (!answer.ok) {
    change({ phase: "idle", trouble: answer.message });
    return;
  }
  if (answer.recorded) prompt().recorded = answer.recorded;
  change({ phase: answer.recorded ? "review" : "idle", faults: answer.faults });
  if (answer.recorded) listen();
}

function listen() {
  if (!prompt().recorded || ["count", "recording", "sending"].includes(state.phase)) return;
  player.src = address(state.lang, prompt());
  player.play().catch(() => {
    /* a browser that wants a touch first: the button is there */
  });
}

function choose(key) {
  if (["count", "recording", "sending"].includes(state.phase)) return;
  change({
    key,
    phase: "idle",
    faults: prompt() && key === state.key ? state.faults : [],
    trouble: "",
  });
  const main = document.getElementById("main-act");
  if (main) main.focus();
}

function go(step) {
  const all = prompts(),
    at = all.findIndex((p) => p.key === state.key);
  choose(all[(at + step + all.length) % all.length].key);
}

/* After keeping one: the next that calls can need and that is not recorded yet, else simply the next. */
function next() {
  const all = prompts(),
    at = all.findIndex((p) => p.key === state.key);
  const open = [...all.slice(at + 1), ...all.slice(0, at)].find((p) => p.needed && !p.recorded);
  choose((open || all[(at + 1) % all.length]).key);
}

function mainAct() {
  if (state.phase === "recording") stop();
  else if (state.phase === "count") change({ phase: "idle" });
  else if (
    state.phase === "review" &&
    !state.faults.includes("clipped") &&
    !state.faults.includes("short")
  )
    next();
  else record();
}

/* ---- files instead of the microphone ---- */

async function upload(files) {
  const promptsByKey = new Map(language().prompts.map((p) => [p.key.toLowerCase(), p])),
    wrong = [];
  let taken = 0;
  for (const [n, file] of [...files].entries()) {
    change({ uploads: { at: n + 1, all: files.length, taken, wrong } });
    const prompt = promptsByKey.get(file.name.replace(/\.[^.]*$/, "").toLowerCase());
    const say = (why) => wrong.push(t("upload_wrong", { file: file.name, why }));
    if (!prompt) {
      say(t("upload_unknown"));
      continue;
    }
    const sound = await wavOfFile(file);
    if (!sound) {
      say(t("upload_long"));
      continue;
    }
    const answer = await send(state.lang, prompt.key, sound);
    if (!answer.ok) {
      say(answer.message);
      continue;
    }
    if (answer.recorded) {
      prompt.recorded = answer.recorded;
      taken += 1;
    }
    answer.faults.forEach((fault) => say(t(`fault.${fault}`)));
  }
  change({ uploads: { at: 0, all: files.length, taken, wrong } });
}

/* ---- a whole call, by the very player of the boards ---- */

function tryCall() {
  const readings = language().sample.map((reading) => ({ ...reading, times: 1 }));
  const lacking = [...new Set(readings.flatMap((r) => r.clips))]
    .map((key) => language().prompts.find((p) => p.key === key))
    .filter((p) => p && !p.recorded);
  if (lacking.length) {
    change({ sayTry: t("try_missing", { words: lacking.map((p) => p.text).join(", ") }) });
    return;
  }
  trial = trial || window.Luot.voice({ base: draftBase() });
  trial.refresh(state.lang, () => {
    trial.resume();
    trial.say(readings, (heard) => {
      root.dataset.tried = String(heard);
    });
  });
  change({ sayTry: readings[0].text });
}

function keyPressed(event) {
  if (
    !state.languages ||
    event.repeat ||
    event.ctrlKey ||
    event.altKey ||
    event.metaKey ||
    event.target.closest("input, select, textarea, a, summary, button:not(#main-act)")
  )
    return;
  const act = {
    " ": mainAct,
    Enter: mainAct,
    l: listen,
    r: record,
    ArrowDown: () => go(1),
    ArrowUp: () => go(-1),
  }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (act) {
    event.preventDefault();
    act();
  }
}

function Page() {
  if (!state.languages)
    return html`<p class="wait-note" role="status">
    ${state.trouble || t("loading")}
    ${state.offline && html`<button class="btn" onClick=${start}>${t("again_load")}</button>`}</p>`;
  const acts = { choose, mainAct, listen, record, next, go, upload, tryCall };
  return html`<main class="room">
    <${PromptCard} state=${state} language=${language()} prompt=${prompt()} all=${prompts()} acts=${acts} />
    <${PromptList} state=${state} language=${language()} languages=${state.languages} all=${prompts()} acts=${acts}
      pick=${(lang) => {
        if (state.phase === "idle" || state.phase === "review") {
          state.lang = lang;
          state.key = null;
          state.key = (prompts().find((p) => p.needed && !p.recorded) || prompts()[0]).key;
          change({ phase: "idle", faults: [], uploads: null, sayTry: "" });
        }
      }} />
    <${Publishing} key=${state.lang} language=${language()} refresh=${refresh} state=${state} tryCall=${tryCall} />
  </main>`;
}

async function start() {
  if (await enter(centre)) await refresh();
  else change({ trouble: t("lost"), offline: true });
}

await loadTexts(["studio"], pageLang);
setZone(zone);
paint();
document.addEventListener("keydown", keyPressed);
window.addEventListener("pagehide", () => microphone && microphone.close());
await start();
