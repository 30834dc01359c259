/* The emergency text: typed, looked at once more, put on every screen; taken down with one press. */
import { DEFAULT_LANGUAGE, ownName, withoutEmpty } from "/ui/languages.js";
import { Component, html } from "/static/console/html.js";
import { nameOf, t, timeOfDay } from "/static/console/texts.js";
import { ask, useSession } from "/static/screens/api.js";

export class Emergency extends Component {
  constructor() {
    super();
    this.state = { text: {}, sure: false, trouble: "" };
  }

  async raise(event) {
    event.preventDefault();
    if (!this.state.sure) {
      this.setState({ sure: true });
      return;
    }
    const text = withoutEmpty(this.state.text);
    const answer = await ask("POST", `${this.props.api}/emergency`, { text });
    this.setState({ sure: false, trouble: answer.ok ? "" : answer.message });
    this.props.changed();
  }

  async end() {
    const answer = await ask("DELETE", `${this.props.api}/emergency`);
    this.setState({ trouble: answer.ok ? "" : answer.message });
    this.props.changed();
  }

  render({ now, may, csrf, languages }, { text, sure, trouble }) {
    useSession(csrf);
    const put = (lang) => (event) =>
      this.setState({ text: { ...text, [lang]: event.target.value }, sure: false });
    const area = (lang) => html`<label class="field" key=${lang}>
      <span class="label">${t(lang === DEFAULT_LANGUAGE ? "text_first" : "text_other", { language: ownName(lang) })}</span>
      <textarea rows=${lang === DEFAULT_LANGUAGE ? 3 : 2} maxlength="400" lang=${lang} value=${text[lang] || ""} onInput=${put(lang)}></textarea></label>`;
    if (now) {
      return html`<section class="alarm on"><h2>${t("emergency.on", { time: timeOfDay(now.at) })}</h2><p>${nameOf(now.text)}</p>
        ${trouble && html`<p class="mend" role="alert">${trouble}</p>`}
        ${may && html`<button type="button" class="go" onClick=${() => this.end()}>${t("emergency.end")}</button>`}</section>`;
    }
    if (!may)
      return html`<section class="alarm"><h2>${t("emergency.title")}</h2><p class="soft">${t("emergency.not_yours")}</p></section>`;
    return html`<section class="alarm"><h2>${t("emergency.title")}</h2><p class="soft">${t("emergency.how")}</p>
      <form onSubmit=${(event) => this.raise(event)}>
        ${languages.map(area)}
        ${trouble && html`<p class="mend" role="alert">${trouble}</p>`}
        <button class=${`btn ${sure ? "sure" : ""}`} disabled=${!withoutEmpty(text)[DEFAULT_LANGUAGE]}>${t(sure ? "emergency.sure" : "emergency.raise")}</button></form></section>`;
  }
}
