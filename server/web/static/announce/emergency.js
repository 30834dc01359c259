/* The emergency text: typed, looked at once more, put on every screen; taken down with one press. */
import { Component, html } from "/static/console/html.js";
import { nameOf, t, timeOfDay } from "/static/console/texts.js";
import { ask, useSession } from "/static/screens/api.js";

export class Emergency extends Component {
  constructor() {
    super();
    this.state = { vi: "", en: "", sure: false, trouble: "" };
  }

  async raise(event) {
    event.preventDefault();
    if (!this.state.sure) {
      this.setState({ sure: true });
      return;
    }
    const text = {
      vi: this.state.vi.trim(),
      ...(this.state.en.trim() ? { en: this.state.en.trim() } : {}),
    };
    const answer = await ask("POST", `${this.props.api}/emergency`, { text });
    this.setState({ sure: false, trouble: answer.ok ? "" : answer.message });
    this.props.changed();
  }

  async end() {
    const answer = await ask("DELETE", `${this.props.api}/emergency`);
    this.setState({ trouble: answer.ok ? "" : answer.message });
    this.props.changed();
  }

  render({ now, may, csrf }, { vi, en, sure, trouble }) {
    useSession(csrf);
    const put = (key) => (event) => this.setState({ [key]: event.target.value, sure: false });
    if (now) {
      return html`<section class="alarm on"><h2>${t("emergency.on", { time: timeOfDay(now.at) })}</h2><p>${nameOf(now.text)}</p>
        ${trouble && html`<p class="mend" role="alert">${trouble}</p>`}
        ${may && html`<button type="button" class="go" onClick=${() => this.end()}>${t("emergency.end")}</button>`}</section>`;
    }
    if (!may)
      return html`<section class="alarm"><h2>${t("emergency.title")}</h2><p class="soft">${t("emergency.not_yours")}</p></section>`;
    return html`<section class="alarm"><h2>${t("emergency.title")}</h2><p class="soft">${t("emergency.how")}</p>
      <form onSubmit=${(event) => this.raise(event)}>
        <label class="field"><span class="label">${t("emergency.vi")}</span><textarea rows="3" maxlength="400" value=${vi} onInput=${put("vi")}></textarea></label>
        <label class="field"><span class="label">${t("emergency.en")}</span><textarea rows="2" maxlength="400" value=${en} onInput=${put("en")}></textarea></label>
        ${trouble && html`<p class="mend" role="alert">${trouble}</p>`}
        <button class=${`btn ${sure ? "sure" : ""}`} disabled=${!vi.trim()}>${t(sure ? "emergency.sure" : "emergency.raise")}</button></form></section>`;
  }
}
