// Every language of the centre in its own name and script, in a fixed order; what is a draft says so in itself. No flags.
import { language, ownName } from "/ui/languages.js";
import { even } from "/static/rooms.js";
import { html, Icon, Sign, Foot, Pager } from "/static/parts.js";
import { languagesOf, say } from "/static/words.js";

const ROWS = 6;
const ROWS_BIG = 4;
/** So many languages stand on the first page; beyond that a button leads to this page. */
export const FEW = 2;

export function Languages({ state, act }) {
  const { lang } = state;
  const languages = languagesOf(state.snapshot);
  const all = even(languages, state.big || state.down ? ROWS_BIG : ROWS);
  const at = Math.min(state.at, all.length - 1);
  const others = languages.filter((code) => code !== lang);
  return html`<div class="kiosk languages">
    <${Sign} state=${state} title=${say(lang, "tongue.title")} />
    <main class="panel">
      <p class="choose" aria-hidden="true">${others.map(
        (code, n) => html`${n ? " · " : ""}<span lang=${code}>${say(code, "tongue.title")}</span>`
      )}</p>
      <ul class="rows classes">${all[at].map(
        (code, i) => html`<li key=${code}><button type="button" class="plate row" lang=${code}
        data-key=${String(i + 1)} aria-pressed=${code === lang ? "true" : "false"} onClick=${() => act.tongue(code)}>
        <span class="tile" aria-hidden="true">${language(code).mark}</span>
        <span class="name"><span class="words">${ownName(code)}</span><small class="words">${say(code, "page.title")}</small></span>
        ${language(code).draft ? html`<span class="draft">${language(code).draft}</span>` : null}
        <${Icon} name="chevron" go=${true} />
      </button></li>`
      )}</ul>
      <p class="note">${say(lang, "tongue.note")}</p>
      <${Foot} state=${state} act=${act}>
        <${Pager} state=${state} act=${act} at=${at} count=${all.length} next=${say(lang, "tongue.more")} />
      <//>
    </main>
  </div>`;
}
