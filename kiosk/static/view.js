// How the page is shown to this visitor: language, large text, contrast, where the buttons lie. On the first page they stand
// open; on every other one they lie behind one button, over the lower half of what was being done, which stays as it is.
import { language, ownName } from "/ui/languages.js";
import { FEW } from "/static/tongues.js";
import { html, Icon } from "/static/parts.js";
import { languagesOf, say } from "/static/words.js";

/** The languages, and how the page should look: large letters, strong contrast. */
export function Tongues({ state, act }) {
  const offered = languagesOf(state.snapshot);
  const many = offered.length > FEW;
  // the first one, and that of this visitor or the next
  const second = offered.indexOf(state.lang) > 0 ? state.lang : offered[1];
  const shown = many ? [offered[0], second] : offered;
  return html`<div class="tongue">
    <div role="group" aria-label=${say(state.lang, "tongue.label")}>
      ${shown.map(
        (lang) => html`<button type="button" lang=${lang}
        data-key=${shown.length === 2 && lang !== state.lang ? "3" : undefined}
        aria-pressed=${lang === state.lang ? "true" : "false"}
        onClick=${() => act.tongue(lang)}>${ownName(lang)}</button>`
      )}
      ${
        many
          ? html`<button type="button" class="view" onClick=${act.tongues}>
        <span aria-hidden="true">${offered
          .filter((lang) => !shown.includes(lang))
          .map(
            (lang) => html`<span lang=${lang}>${language(lang).mark}</span> `
          )}</span>${say(state.lang, "tongue.more")}
      </button>`
          : null
      }
    </div>
    <div role="group" aria-label=${say(state.lang, "view.label")}>
      <button type="button" class="view" data-key="4" aria-pressed=${state.big ? "true" : "false"} onClick=${act.big}>
        <${Icon} name="letters" />${say(state.lang, "view.big")}
      </button>
      ${
        state.kiosk.contrast
          ? null
          : html`<button type="button" class="view" data-key="5"
        aria-pressed=${state.contrast ? "true" : "false"} onClick=${act.contrast}>
        <${Icon} name="contrast" />${say(state.lang, "view.contrast")}
      </button>`
      }
      ${
        state.canSign
          ? html`<button type="button" class="view signs" data-key="8" aria-label=${say(state.lang, "view.signs")}
        aria-pressed=${state.signing ? "true" : "false"} onClick=${act.signs}>
        <${Icon} name="hand" />
      </button>`
          : null
      }
    </div>
  </div>`;
}

/** The same over a page that somebody is in the middle of. */
export function View({ state, act }) {
  const { lang } = state;
  return html`<div class="veil">
    <section class="view-sheet" role="dialog" aria-modal="true" aria-labelledby="view-title">
      <h2 id="view-title" tabindex="-1">${say(lang, "view.title")}</h2>
      <${Tongues} state=${state} act=${act} />
      <div class="pair-of">
        <button type="button" class="plate reach" data-key="6" aria-pressed=${state.low ? "true" : "false"} onClick=${act.low}>
          <${Icon} name=${state.low ? "up" : "wheelchair"} />${say(lang, state.low ? "foot.high" : "foot.low")}
        </button>
        <button type="button" class="plate shut" data-key="Enter" onClick=${() => act.viewing(false)}>
          <${Icon} name="tick" />${say(lang, "view.close")}
        </button>
      </div>
    </section>
  </div>`;
}
