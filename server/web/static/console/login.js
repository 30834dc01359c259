/* Log in again without leaving the console: the person in front and what was chosen stay as they are. */
import { Component, html } from "./html.js";
import { t } from "./texts.js";

export class Login extends Component {
  componentDidMount() {
    const name = this.props.state.lastName();
    if (this.first && name) this.first.value = name;
    (name ? this.second : this.first)?.focus();
  }

  send(event) {
    event.preventDefault();
    const form = event.target;
    this.props.session.in(form.elements.name.value.trim(), form.elements.password.value);
  }

  render({ state, session }) {
    const { why, mend } = state.signedOut;
    const title =
      why === "no_right" ? t("login.no_right", { counter: state.counter }) : t(`login.${why}`);
    return html`<section class="out" aria-label=${t("login.go")}><h2>${title}
        ${why === "no_right" && html`<button class="esc" onClick=${session.other}>${t("menu.other")}</button>`}</h2>
      <form class="again" onSubmit=${(event) => this.send(event)}>
        <p class="field"><label for="name">${t("login.name")}</label>
          <input id="name" name="name" autocomplete="username" autocapitalize="off" spellcheck=${false} required
            ref=${(el) => {
              this.first = el;
            }} /></p>
        <p class="field"><label for="password">${t("login.password")}</label>
          <input id="password" name="password" type="password" autocomplete="current-password" required
            ref=${(el) => {
              this.second = el;
            }} /></p>
        <button class="go">${t("login.go")}</button>
      </form>
      ${mend && html`<p class="mend" role="alert">${t(`login.${mend.error}`, { n: mend.seconds })}</p>`}
    </section>`;
  }
}
