// Clips in sign language: which there are, and the sheet that shows the one of a page, silent, with its words below.
import { html, Icon } from "/static/parts.js";
import { named, say } from "/static/words.js";

const AGAIN_MS = 65000;
let clips = {};

/** Asks the kiosk which clips there are, now and from time to time; `changed` when there are others. */
export async function followClips(changed) {
  try {
    const listed = (await (await fetch("/signs/clips.json")).json()).clips || {};
    const others = JSON.stringify(listed) !== JSON.stringify(clips);
    clips = listed;
    if (others) changed();
  } catch {
    /* the kiosk is starting anew; the clips known stay */
  }
  setTimeout(() => followClips(changed), AGAIN_MS);
}

export const anyClips = () => Object.keys(clips).length > 0;

const PROMPTS = {
  welcome: "welcome.title",
  fields: "fields.title",
  confirm: "confirm.title",
  ticket: "ticket.take",
};

/** The clips of the page at hand, one after another: [{key, words}]. */
export function clipsOf({ page, field, lang }) {
  const ofField = ["services", "confirm"].includes(page) && field;
  return [
    ofField && {
      key: `field-${field.field.replace("\u0110", "DD")}`,
      words: named(field.name, lang),
    },
    page in PROMPTS && { key: page, words: say(lang, PROMPTS[page]) },
  ].filter((clip) => clip && clip.key in clips);
}

/** The clip over the page; it goes by itself when it ends, or by a touch. */
export function SignSheet({ state, act }) {
  const [{ key, words }] = state.clips;
  const { file, type, sha256 } = clips[key];
  return html`<div class="veil">
    <section class="view-sheet sign-clip" role="dialog" aria-modal="true" aria-label=${say(state.lang, "view.signs")}>
      <video key=${key} muted autoplay playsinline onEnded=${act.nextClip} onError=${act.nextClip}>
        <source src=${`/signs/${file}?v=${sha256.slice(0, 12)}`} type=${type} />
      </video>
      <p class="caption words">${words}</p>
      <div class="pair-of">
        <button type="button" class="plate" data-key="6" onClick=${act.noSigns}><${Icon} name="erase" />${say(state.lang, "view.signs_off")}</button>
        <button type="button" class="plate shut" data-key="Enter" onClick=${act.nextClip}><${Icon} name="tick" />${say(state.lang, "view.close")}</button>
      </div>
    </section>
  </div>`;
}
