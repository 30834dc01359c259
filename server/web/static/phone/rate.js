/* How the visit was: one tap, a minute to change it, words if wanted. Levels are bars, never faces. */
import { fetchInTime } from "../fetch_in_time.js";
import { html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";

const steps = [...document.querySelectorAll("#scale li")].map((step) => ({
  score: Number(step.dataset.score),
  name: step.textContent,
}));
const CHANGE_WITHIN = 60000;
const state = { score: 0, at: 0, choosing: true, words: "", sent: false, failed: false };
const key = (id) => `luot-rated-${id}`;

function remember(id) {
  try {
    sessionStorage.setItem(key(id), JSON.stringify([state.score, Date.now()]));
  } catch {
    /* asked again after a reload; the hub takes one rating only */
  }
}

function recall(id) {
  if (state.at) return;
  try {
    const [score, at] = JSON.parse(sessionStorage.getItem(key(id)));
    Object.assign(state, { score, at, choosing: false });
  } catch {
    /* not rated yet */
  }
}

async function send(id, lang, words) {
  const press = window.crypto.getRandomValues(new Uint32Array(4)).join("-");
  state.failed = false;
  try {
    const answer = await fetchInTime(`/t/${id}/rate`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Accept-Language": lang },
      body: JSON.stringify({ request_id: `rate-${press}`.slice(0, 60), score: state.score, words }),
    });
    state.failed = !answer.ok;
  } catch {
    state.failed = true;
  }
  return !state.failed;
}

const Bars = ({ score }) => html`<span class="bars" aria-hidden="true">
  ${steps.map((_, n) => html`<i class=${n < score ? "full" : ""} style=${{ height: `${(100 * (n + 1)) / steps.length}%` }}></i>`)}</span>`;

export function Rate({ id, lang, number, again }) {
  if (!steps.length) return null;
  recall(id);
  const choose = async (score) => {
    state.score = score;
    if (await send(id, lang, "")) {
      Object.assign(state, { at: Date.now(), choosing: false });
      remember(id);
    }
    again();
  };
  const failed = state.failed && html`<p role="status">${t("rate_failed")}</p>`;
  if (state.choosing)
    return html`<section class="rate"><h2>${t("rate_ask")}</h2>${failed}
      ${steps.map((step) => html`<button class="row" onClick=${() => choose(step.score)}><${Bars} score=${step.score} /><b>${step.name}</b></button>`)}
      <p class="hint">${t("rate_note", { number })}</p></section>`;
  return html`<section class="rate"><div role="status"><h2>${t("rate_thanks")}</h2></div>${failed}
    ${
      state.sent
        ? html`<p role="status">${t("rate_sent")}</p>`
        : html`<label>${t("rate_words")}<textarea rows="3" maxlength="500" onInput=${(event) => {
            state.words = event.target.value;
          }}></textarea></label>
        <button class="pass" onClick=${async () => {
          state.sent = state.words.trim() !== "" && (await send(id, lang, state.words));
          again();
        }}>${t("rate_send")}</button>`
    }
    ${
      Date.now() - state.at < CHANGE_WITHIN &&
      html`<button class="give" onClick=${() => {
        state.choosing = true;
        again();
      }}>${t("rate_change")}</button>`
    }</section>`;
}
