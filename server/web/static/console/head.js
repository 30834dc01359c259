/* The head of a question that stands in place of the outcomes. */
import { html } from "./html.js";
import { t } from "./texts.js";

/** The line above a question: what is asked, and how to leave it. */
export function Head({ title, note, acts, children }) {
  return html`<h2><span>${title}</span>${children}${note && html`<span class="soft">${note}</span>`}
    <button class="esc" onClick=${() => acts.press("back")}>${t("escape")} <span class="key">Esc</span></button></h2>`;
}
