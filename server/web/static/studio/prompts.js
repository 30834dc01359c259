/* The prompt in hand, large, and the list of all of them. */
import { ownName } from "/ui/languages.js";
import { html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";
import { LONGEST_S } from "./sound.js";

const AGAIN = ["clipped", "short"]; // what cannot be kept as it is

function label(phase, faults, last) {
  if (phase === "recording") return t("stop");
  if (phase === "review" && !faults.some((f) => AGAIN.includes(f)))
    return t(last ? "finish_round" : "next");
  return t("record");
}

function Status({ state, prompt }) {
  if (state.phase === "count")
    return html`<p class="tell count" role="status">${t("ready", { n: state.count })}</p>`;
  if (state.phase === "recording")
    return html`<p class="tell live" role="status">${t("speak_now")}</p>`;
  if (state.phase === "sending" || state.phase === "asking")
    return html`<p class="tell" role="status">${t("sending")}</p>`;
  if (state.trouble) return html`<p class="tell mend" role="status">${state.trouble}</p>`;
  const faults = state.faults.length ? state.faults : (prompt.recorded?.faults ?? []);
  if (faults.length) return html`<p class="tell mend" role="status">${t(`fault.${faults[0]}`)}</p>`;
  if (prompt.recorded)
    return html`<p class="tell ok" role="status">${t("good", { seconds: (prompt.recorded.ms / 1000).toFixed(1) })}</p>`;
  return html`<p class="tell soft" role="status">${t("mic.https")}</p>`;
}

/** The card in the middle: how to read it, the words, what to press. */
export function PromptCard({ state, language, prompt, all, acts }) {
  const needed = all.filter((p) => p.needed),
    busy = ["count", "recording", "sending", "asking"].includes(state.phase);
  const last = !all.some((p) => p.needed && !p.recorded);
  return html`<section class=${`card ${state.phase}`} aria-labelledby="words">
    <p class="place soft">
      <span class="num">${prompt.needed ? t("place_of", { n: needed.indexOf(prompt) + 1, all: needed.length }) : t("optional")}</span>
      <code>${t("code", { key: prompt.key })}</code>
    </p>
    <p class="hint">${t(`hint.${prompt.part}`)}</p>
    <p class=${`words${prompt.text.length > 18 ? " long" : ""}`} id="words" lang=${language.lang}>${prompt.text}</p>
    <div class="gauge">
      <meter id="level" min="0" max="1" low=".05" high=".85" optimum=".4" value="0" aria-label=${t("meter")}></meter>
      ${state.phase === "recording" && html`<span class="run" key=${prompt.key} data-seconds=${LONGEST_S}></span>`}
    </div>
    <${Status} state=${state} prompt=${prompt} />
    ${state.mic && html`<p class="mend mic" role="alert">${t(`mic.${state.mic}`)}</p>`}
    <div class="acts">
      <button id="main-act" class=${`go big${state.phase === "recording" ? " on" : ""}`}
        disabled=${state.mic === "insecure" || state.phase === "sending" || state.phase === "asking"} onClick=${acts.mainAct}>
        ${label(state.phase, state.faults, last)} <span class="key" aria-hidden="true">${t("space")}</span></button>
      <button class="btn" disabled=${busy || !prompt.recorded} onClick=${acts.listen}>${t("listen")} <span class="key" aria-hidden="true">L</span></button>
      <button class="btn" disabled=${busy || !prompt.recorded || state.mic === "insecure"} onClick=${acts.record}>
        ${t("redo")} <span class="key" aria-hidden="true">R</span></button>
      <button class="btn" disabled=${busy} onClick=${() => acts.go(1)}>${t("skip")} <span class="key" aria-hidden="true">↓</span></button>
    </div>
    <${Files} state=${state} language=${language} acts=${acts} />
  </section>`;
}

function Files({ state, language, acts }) {
  const u = state.uploads;
  return html`<div class="files">
    <p class="field">
      <input id="files" class="unseen" type="file" multiple accept="audio/*,.wav,.mp3,.flac,.m4a,.ogg" aria-describedby="files-help"
        onChange=${(e) => {
          acts.upload([...e.target.files]).then(() => {
            e.target.value = "";
          });
        }} />
      <label class="btn" for="files">${t("upload")}</label>
    </p>
    <p class="soft" id="files-help">${t("upload_help", { example: `${language.prompts[0].key}.wav` })}</p>
    ${u && html`<p role="status">${u.at ? t("uploading", { n: u.at, all: u.all }) : t("uploaded", { n: u.taken })}</p>`}
    ${u && u.wrong.length > 0 && html`<ul class="mend">${u.wrong.map((line) => html`<li>${line}</li>`)}</ul>`}
  </div>`;
}

const SIGNS = { doubtful: "!", recorded: "✓", empty: "" };

/** How a prompt stands: "empty", "recorded", or "doubtful" where the recording has faults. */
function markOf(recording) {
  if (!recording) return "empty";
  return recording.faults.length ? "doubtful" : "recorded";
}

function Row({ prompt, chosen, acts }) {
  const mark = markOf(prompt.recorded);
  return html`<li><button class=${`row ${mark}`} aria-current=${chosen ? "true" : null} onClick=${() => acts.choose(prompt.key)}>
    <span class="mark" aria-hidden="true">${SIGNS[mark]}</span>
    <span class="text">${prompt.text}</span><span class="unseen"> ${t(mark)}</span></button></li>`;
}

/** All prompts; those the centre's calls can need first. */
export function PromptList({ state, language, languages, all, acts, pick }) {
  const needed = all.filter((p) => p.needed),
    rest = all.filter((p) => !p.needed),
    done = needed.filter((p) => p.recorded).length;
  return html`<nav class="list" aria-label=${t("prompts")}>
    ${
      languages.length > 1 &&
      html`<div class="tabs" role="group" aria-label=${t("languages")}>
      ${languages.map(
        (one) => html`
        <button aria-pressed=${one.lang === state.lang} onClick=${() => pick(one.lang)}>${ownName(one.lang)}</button>`
      )}</div>`
    }
    <p class="progress" id="progress">
      <progress max=${needed.length} value=${done} aria-labelledby="progress"></progress> ${t("progress", { done, all: needed.length })}
    </p>
    <ul lang=${language.lang}>${needed.map((p) => html`<${Row} key=${p.key} prompt=${p} chosen=${p.key === state.key} acts=${acts} />`)}</ul>
    ${
      rest.length > 0 &&
      html`<details open=${rest.some((p) => p.key === state.key)}><summary>${t("optional_group", { n: rest.length })}</summary>
      <ul lang=${language.lang}>${rest.map((p) => html`<${Row} key=${p.key} prompt=${p} chosen=${p.key === state.key} acts=${acts} />`)}</ul></details>`
    }
  </nav>`;
}
