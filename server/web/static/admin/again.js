/* What may be done only within 15 minutes of the password: asked again where it is needed, on the page itself. */
import { html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";
import { ask } from "/static/screens/api.js";

let waiting = null;
let trouble = "";
let draw = () => {};
export const onAgain = (redraw) => {
  draw = redraw;
};

/** Ask the hub; where it wants the password again, once that was typed. */
export async function askSurely(method, path, body) {
  const answer = await ask(method, path, body);
  if (answer.ok || answer.error !== "confirm_again") return answer;
  return new Promise((done) => {
    waiting = { done, again: () => ask(method, path, body) };
    draw();
    document.getElementById("again")?.focus();
  });
}

export function Again() {
  if (!waiting) return null;
  const sure = async (event) => {
    event.preventDefault();
    const { again, done } = waiting;
    const answer = await ask("POST", "/api/v1/account/confirm", {
      password: event.target.elements.again.value,
    });
    trouble = answer.ok ? "" : answer.message;
    if (!answer.ok) return draw();
    waiting = null;
    done(await again());
    return draw();
  };
  return html`<form class="row-form code" onSubmit=${sure}>
    <label>${t("password_again")}<input class="box" id="again" name="again" type="password" autocomplete="current-password" required /></label>
    <button class="go">${t("go_on")}</button>
    <p class="soft">${t("password_why")}</p>
    ${trouble && html`<p class="bad" role="alert">${trouble}</p>`}
  </form>`;
}
