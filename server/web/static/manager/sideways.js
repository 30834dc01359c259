/* A table that may be wider than its window: it scrolls by itself, and a line above it says that there is more at the side. */
import { Component, html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";

export class Sideways extends Component {
  constructor() {
    super();
    this.state = { more: false };
    this.look = this.look.bind(this);
    this.watcher = new ResizeObserver(this.look);
  }

  look() {
    const { table } = this;
    const more = Boolean(table) && table.scrollLeft + table.clientWidth < table.scrollWidth - 2;
    if (more !== this.state.more) this.setState({ more });
  }

  componentDidMount() {
    this.watcher.observe(this.table);
    this.watcher.observe(this.table.firstElementChild);
    this.look();
  }

  componentDidUpdate() {
    this.look();
  }

  componentWillUnmount() {
    this.watcher.disconnect();
  }

  render({ label, kind, children }, { more }) {
    return html`<div class=${`sideways${more ? " more" : ""}`}>
      <p class="beyond">${
        more &&
        html`<button type="button" onClick=${() => this.table.scrollBy({ left: this.table.clientWidth * 0.6, behavior: "smooth" })}>
        ${t("page.more_columns")} →</button>`
      }</p>
      <div class=${`scroll ${kind}`} tabindex="0" role="region" aria-label=${label} onScroll=${this.look}
        ref=${(el) => {
          this.table = el;
        }}>${children}</div></div>`;
  }
}
