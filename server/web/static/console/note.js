/* A note that goes with the ticket to whoever serves it next, and is gone when the visit ends. */
import { Component, html } from "./html.js";
import { t } from "./texts.js";
import { Head } from "./head.js";

const LONGEST = 255;

export class Note extends Component {
  componentDidMount() {
    const { state } = this.props,
      { ticket } = state.ask;
    this.field.value = state.draft?.id === ticket.id ? state.draft.text : ticket.note?.text || "";
    this.field.focus();
    this.typed();
  }

  typed() {
    const { state } = this.props;
    state.draft = { id: state.ask.ticket.id, text: this.field.value }; // kept should the line be lost while typing
    this.setState({ left: LONGEST - this.field.value.length });
  }

  render({ state, acts }) {
    const { ticket } = state.ask,
      title = t("ask.note", { number: ticket.number });
    const save = (event) => {
      event.preventDefault();
      acts.note(this.field.value.trim());
    };
    const leave = (event) => {
      if (event.key === "Escape" && !event.isComposing) {
        state.draft = null;
        acts.press("back");
      }
    };
    return html`<section class="out" aria-label=${title}><${Head} title=${title} note=${t("ask.left", { n: this.state.left ?? LONGEST })} acts=${acts} />
      <form class="note" onSubmit=${save} onKeyDown=${leave}>
        <span class="field"><input aria-label=${title} maxlength=${LONGEST} autocomplete="off"
          onInput=${() => this.typed()} ref=${(el) => {
            this.field = el;
          }} /></span>
        <button class="go">${t("ask.keep_note")} <span class="key">Enter</span></button></form>
      <p class="ask-note">${t("ask.note_note")}</p></section>`;
  }
}
