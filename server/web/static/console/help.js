/* All keys on one panel, the number pad's beside them; the pad's can be changed for this computer. */
import { ownName } from "/ui/languages.js";
import { html } from "./html.js";
import { nextLanguage, t } from "./texts.js";
import { clearPad, isPadCode, PAD_ACTS, padSignOf, remapPad, resetPad } from "./keys.js";
import { isQuiet, ring, setQuiet } from "./bell.js";
import { Head } from "./head.js";

const KEYS = [
  ["next", "space"],
  ["start", "B"],
  ["recall", "G R"],
  ["miss", "V"],
  ["outcome", "1–6"],
  ["services", "S"],
  ["finish", "X"],
  ["park", "T"],
  ["transfer", "C"],
  ["add", "M"],
  ["note", "N"],
  ["reprint", "I"],
  ["walk", "D"],
  ["store", "A"],
  ["requeue", "L"],
  ["cancel", "Delete"],
  ["undo", "H"],
  ["find", "/"],
  ["rows", "↑ ↓"],
  ["choose", "Enter"],
  ["pause", "P"],
  ["close", "Q"],
  ["handover", "O"],
  ["back", "Esc"],
];

/* Choose an act, then press the pad key it should have. A key that has a job keeps it: say so, and ask again. */
function startRemap(state, act, acts) {
  const name = t(`keys.${act}`);
  state.remap = (key) => {
    if (key.act === "back" && !key.pad) {
      state.remap = null;
      return acts.tell(t("menu.remap_left"));
    }
    if (key.act === "cancel" || key.erase) {
      state.remap = null;
      clearPad(act);
      return acts.tell(t("menu.remap_none", { act: name }));
    }
    if (!key.code || !isPadCode(key.code)) return acts.tell(t("menu.remap_pad_only"), true);
    const { refused } = remapPad(act, key.code);
    if (refused)
      return acts.tell(
        refused === "outcomes"
          ? t("menu.remap_figures")
          : t("menu.remap_taken", { act: t(`keys.${refused}`) }),
        true
      );
    state.remap = null;
    acts.tell(t("menu.remap_done", { act: name, key: padSignOf(act) }));
  };
  acts.tell(t("menu.remap_ask", { act: name }));
  state.notice.until = Infinity;
}

export function Keys({ state, acts, session }) {
  const button = (
    act
  ) => html`<button class=${`key pad${padSignOf(act) ? "" : " none"}`} title=${t("menu.remap")}
    aria-label=${`${t("menu.remap")}: ${t(`keys.${act}`)} ${padSignOf(act)}`}
    onClick=${() => startRemap(state, act, acts)}>${padSignOf(act)}</button>`;
  return html`<section class="out wide help" aria-label=${t("ask.keys")}><${Head} title=${t("ask.keys")} note=${t("menu.plain")} acts=${acts} />
    <ul class="keys">${KEYS.map(
      ([
        act,
        key,
      ]) => html`<li key=${act}><span class="x">${t(`keys.${act}`)}</span>${PAD_ACTS.includes(act) && button(act)}
      ${act === "rows" && ["up", "down"].map(button)}
      <span class="keycaps">
        ${(key === "space" ? [t("space")] : key.split(" ")).map((cap) => html`<span class="key">${cap}</span>`)}
      </span></li>`
    )}</ul>
    <div class="me"><button lang=${nextLanguage()} onClick=${session.language}>${ownName(nextLanguage())}</button>
      <button aria-pressed=${!isQuiet()} onClick=${() => {
        setQuiet(!isQuiet());
        ring();
        acts.shown();
      }}>${t(isQuiet() ? "menu.sound_off" : "menu.sound_on")}</button>
      <button onClick=${() => {
        resetPad();
        acts.tell(t("menu.remap_reset_done"));
      }}>${t("menu.remap_reset")}</button>
      <button onClick=${session.other}>${t("menu.other")}</button>
      ${
        state.me &&
        html`<button onClick=${session.lock}>${t("menu.lock")}</button>
        <button onClick=${session.out}>${t("menu.out")}</button>`
      }</div>
  </section>`;
}
