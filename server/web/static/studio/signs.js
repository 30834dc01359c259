/* Clips in sign language: one silent film for each prompt and field, filmed here or sent as a file. */
import { Component, html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";
import { forgetClip, readClips, sendClip } from "./hub.js";

const WIDTH = 640,
  HEIGHT = 480;

export class SignClips extends Component {
  constructor(props) {
    super(props);
    this.state = { prompts: [], most: 0, busy: "", filming: "", wrong: "" };
  }

  componentDidMount() {
    this.refresh();
  }

  async refresh() {
    const answer = await readClips();
    if (answer.ok) this.setState({ prompts: answer.prompts, most: answer.most_seconds });
    else this.setState({ wrong: answer.message });
  }

  async send(key, film) {
    if (!film) return;
    this.setState({ busy: key, wrong: "" });
    const answer = await sendClip(key, film);
    this.setState({ busy: "", wrong: answer.ok ? "" : answer.message });
    if (answer.ok) this.refresh();
  }

  async film(key) {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        video: { width: WIDTH, height: HEIGHT },
        audio: false,
      });
    } catch {
      this.setState({ wrong: t("signs.camera") });
      return;
    }
    const parts = [],
      recorder = new MediaRecorder(stream, { mimeType: "video/webm" });
    recorder.ondataavailable = (event) => parts.push(event.data);
    recorder.onstop = () => {
      stream.getTracks().forEach((track) => track.stop());
      this.setState({ filming: "" });
      this.send(key, new Blob(parts, { type: "video/webm" }));
    };
    this.setState({ filming: key, wrong: "" }, () => {
      const seen = document.getElementById("filming");
      if (seen) seen.srcObject = stream;
    });
    this.recorder = recorder;
    recorder.start();
    // the last second is kept free: the hub counts to the last picture
    setTimeout(
      () => recorder.state === "recording" && recorder.stop(),
      (this.state.most - 1) * 1000
    );
  }

  async forget(key) {
    const answer = await forgetClip(key);
    this.setState({ wrong: answer.ok ? "" : answer.message });
    this.refresh();
  }

  row({ key, text, clip }, { busy, filming }) {
    const state = clip ? t("signs.there", { seconds: clip.seconds }) : t("signs.none");
    return html`<li key=${key}>
      <p><b>${text}</b> <span class="soft">${busy === key ? t("signs.sending") : state}</span></p>
      ${filming === key && html`<video id="filming" autoplay muted playsinline></video>`}
      <p class="acts">
        ${
          filming === key
            ? html`<button class="btn strong" onClick=${() => this.recorder.stop()}>${t("signs.stop")}</button>`
            : html`<button class="btn" disabled=${Boolean(busy || filming)} onClick=${() => this.film(key)}>${t("signs.film")}</button>`
        }
        <label class="btn">${t("signs.send")}<input type="file" class="unseen" accept="video/mp4,video/webm" aria-label=${`${t("signs.send")}: ${text}`}
          onChange=${(event) => this.send(key, event.target.files[0])} /></label>
        ${clip?.own && html`<button class="btn" onClick=${() => this.forget(key)}>${t("signs.delete")}</button>`}
      </p></li>`;
  }

  render(_, state) {
    const { prompts, most, wrong } = state;
    const done = prompts.filter((prompt) => prompt.clip).length;
    return html`<section class="signs"><details><summary><h2>${t("signs.title")} (${done}/${prompts.length})</h2></summary>
      <p class="soft">${t("signs.help", { most })}</p>
      ${wrong && html`<p class="mend" role="alert">${wrong}</p>`}
      <ul class="versions">${prompts.map((prompt) => this.row(prompt, state))}</ul></details></section>`;
  }
}
