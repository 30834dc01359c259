/* What the hall speaks with now, publishing what was recorded, and putting an earlier voice back. */
import { Component, html } from "/static/console/html.js";
import { t, timeOfDay } from "/static/console/texts.js";
import { publish, use } from "./hub.js";
import { PackFile } from "./pack_file.js";
import { SignClips } from "./signs.js";

const SHOWN = 8;
const wordsOf = (language, keys) => {
  const all = keys.map(
    (key) => (language.prompts.find((p) => p.key === key) || { text: key }).text
  );
  return all.slice(0, SHOWN).join(", ") + (all.length > SHOWN ? " …" : "");
};
const dayAndTime = (ms) =>
  ms
    ? `${timeOfDay(ms)} ${new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "2-digit", year: "numeric" }).format(ms)}`
    : "";

function Now({ language }) {
  const { pack } = language;
  return html`<section class="now"><h2>${t("now")}</h2>
    ${
      pack
        ? html`<p class="who">
          <b>${pack.temporary ? pack.label : pack.speaker || pack.voice}</b> <span class="soft">${t(`origin.${pack.origin}`)}</span></p>
        ${pack.licence && html`<p class="soft">${pack.licence}</p>`}`
        : html`<p class="mend">${t("none")}</p>`
    }
    ${pack && pack.temporary && html`<p class="warn">${t("temporary")}</p>`}
    ${
      pack &&
      (language.whole
        ? html`<p class="ok">${t("whole")}</p>`
        : html`<p class="mend">${t("lacks", { n: language.missing.length, words: wordsOf(language, language.missing) })}</p>`)
    }
  </section>`;
}

/** The right-hand column. Keeps what is typed while the page is redrawn; the same press keeps its id until it is answered. */
export class Publishing extends Component {
  constructor(props) {
    super(props);
    this.state = {
      speaker: "",
      dialect: "",
      licence: t("licence_default"),
      consent: false,
      gaps: false,
      wrong: "",
      busy: false,
      said: "",
      press: null,
    };
  }

  async publish(event) {
    event.preventDefault();
    const { speaker, dialect, licence, consent, gaps, busy } = this.state,
      { language } = this.props;
    if (busy) return;
    const open = language.prompts.filter((p) => p.needed && !p.recorded).length;
    const needs = [
      [!language.prompts.some((p) => p.recorded), "need_any"],
      [!speaker.trim(), "need_speaker"],
      [!licence.trim(), "need_licence"],
      [!consent, "need_consent"],
      [open && !gaps, "need_gaps"],
    ];
    const [, missing] = needs.find(([lacks]) => lacks) ?? [];
    const wrong = missing ? t(missing, { n: open }) : "";
    if (wrong) {
      this.setState({ wrong, said: "" });
      return;
    }
    const press = this.state.press || window.Luot.requestId();
    this.setState({ wrong: "", said: t("publish_wait"), busy: true, press });
    const answer = await publish({
      request_id: press,
      lang: language.lang,
      speaker: speaker.trim(),
      licence: licence.trim(),
      consent: t("consent"),
      dialect,
      gaps,
    });
    this.setState({
      busy: false,
      said: answer.ok ? t("published") : "",
      wrong: answer.ok ? "" : answer.message,
      press: answer.offline ? press : null,
    });
    if (answer.ok) this.props.refresh();
  }

  async back(version) {
    if (this.state.busy) return;
    this.setState({ busy: true, wrong: "", said: "" });
    const answer = await use(this.props.language.lang, version);
    this.setState({
      busy: false,
      said: answer.ok ? t("used") : "",
      wrong: answer.ok ? "" : answer.message,
    });
    if (answer.ok) this.props.refresh();
  }

  render(
    { language, state: room, tryCall },
    { speaker, dialect, licence, consent, gaps, wrong, said, busy }
  ) {
    const open = language.prompts.filter((p) => p.needed && !p.recorded).length;
    const type = (name) => (event) =>
      this.setState({
        [name]: event.target.type === "checkbox" ? event.target.checked : event.target.value,
        press: null,
      });
    return html`<aside class="side" aria-label=${t("now")}>
      <${Now} language=${language} />
      <section><h2>${t("publish")}</h2>
        <p><button class="btn wide" onClick=${tryCall}>${t("try")}</button></p>${room.sayTry && html`<p class="soft" role="status">${room.sayTry}</p>`}
        <form onSubmit=${(e) => this.publish(e)} novalidate>
          <p class="field"><label for="speaker">${t("speaker")}</label>
            <input id="speaker" maxlength="120" autocomplete="off" value=${speaker} onInput=${type("speaker")} /></p>
          <p class="field"><label for="dialect">${t("dialect")}</label><select id="dialect" value=${dialect} onChange=${type("dialect")}>
            ${["", "north", "central", "south"].map((one) => html`<option value=${one}>${t(`dialects.${one || "none"}`)}</option>`)}</select></p>
          <p class="field"><label for="licence">${t("licence")}</label><input id="licence" maxlength="400" value=${licence} onInput=${type("licence")} /></p>
          <p class="tick"><input type="checkbox" id="consent" checked=${consent} onChange=${type("consent")} /><label for="consent">${t("consent")}</label></p>
          ${
            open > 0 &&
            html`<p class="tick"><input type="checkbox" id="gaps" checked=${gaps} onChange=${type("gaps")} />
            <label for="gaps">${t("gaps", { n: open })}</label></p>`
          }
          ${wrong && html`<p class="mend" role="alert">${wrong}</p>`}${said && html`<p class="ok" role="status">${said}</p>`}
          <button class="btn wide strong" disabled=${busy}>${t("publish_do")}</button>
        </form></section>
      <section><h2>${t("versions")}</h2>${
        language.versions.length === 0
          ? html`<p class="soft">${t("no_versions")}</p>`
          : html`<ul class="versions">
        ${language.versions.map(
          (v) => html`<li key=${v.version}>
          <p><b>${t("version", { n: v.version, speaker: v.speaker || v.voice || "" })}</b><br />
            <span class="soft">${v.problem || t("version_facts", { time: dayAndTime(v.made_at), clips: v.clips })}</span></p>
          ${
            language.in_force === v.version
              ? html`<span class="badge">${t("in_force")}</span>`
              : !v.problem &&
                html`<button class="btn" disabled=${busy} onClick=${() => this.back(v.version)}>
              ${t("use", { n: v.version })}</button>`
          }</li>`
        )}
        ${language.in_force > 0 && html`<li><button class="btn wide" disabled=${busy} onClick=${() => this.back(0)}>${t("use_shipped")}</button></li>`}</ul>`
      }</section>
      <${PackFile} language=${language} forAll=${room.forAll} refresh=${this.props.refresh} />
      <${SignClips} />
    </aside>`;
  }
}
