/* The voice as one file: taken from here, or taken in from another hub. */
import { Component, html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";
import { packAddress, sendPack } from "./hub.js";

export class PackFile extends Component {
  constructor(props) {
    super(props);
    this.state = { all: false, busy: false, wrong: "", done: "" };
  }

  async give(file) {
    if (!file || this.state.busy) return;
    this.setState({ busy: true, wrong: "", done: "" });
    const answer = await sendPack(this.props.language.lang, file, this.state.all);
    this.setState({
      busy: false,
      wrong: answer.ok ? "" : answer.message,
      done: answer.ok ? t("packs.given", { clips: answer.clips }) : "",
    });
    if (answer.ok) this.props.refresh();
  }

  render({ language, forAll }, { all, busy, wrong, done }) {
    return html`<section class="pack"><h2>${t("packs.title")}</h2>
      ${language.pack && html`<p><a class="btn wide" href=${packAddress(language.lang)} download>${t("packs.take")}</a></p>`}
      <p><label class="btn wide">${t("packs.give")}<input type="file" class="unseen" accept=".luotvoice" disabled=${busy}
        onChange=${(event) => this.give(event.target.files[0])} /></label></p>
      ${
        forAll &&
        html`<p class="tick"><input type="checkbox" id="for-all" checked=${all} onChange=${(event) => this.setState({ all: event.target.checked })} />
        <label for="for-all">${t("packs.all")}</label></p>`
      }
      ${wrong && html`<p class="mend" role="alert">${wrong}</p>`}${done && html`<p class="ok" role="status">${done}</p>`}
    </section>`;
  }
}
