/* What the steps share: head, foot, a labelled input, what went wrong. */
import { html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";
import { state, STEPS } from "./state.js";

export function Head({ title, lead }) {
  const n = STEPS.indexOf(state.step) + 1;
  return html`<p class="count">${t("count", { n, of: STEPS.length })}</p><h2 tabindex="-1">${title}</h2>
    <p class="lead">${lead}</p>`;
}

export function Foot({ note, children }) {
  return html`<div class="foot"><p>${note}</p>${children}</div>`;
}

export function Trouble() {
  return html`<p class="mend" role="alert">${state.trouble}</p>`;
}

export function Input({ label, hint, ...more }) {
  return html`<label class="field"><span class="label">${label}</span><input class="box" ...${more} />
    ${hint && html`<small>${hint}</small>`}</label>`;
}
