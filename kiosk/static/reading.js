// A box for a text of the centre of any length: it takes the room there is and no more, and what does not fit is read part by
// part with a large button. Parts are whole lines, measured as they lie; no letter is made smaller, none is cut.
import { Component } from "/lib/preact/dist/preact.mjs";
import { html } from "/static/parts.js";
import { say } from "/static/words.js";

const SLACK = 1; // px; a line is in if all but a hair of it is

/** The top and bottom of every line of text within an element, from the element's own top, in order. */
function linesIn(element) {
  const { top } = element.getBoundingClientRect();
  const range = document.createRange();
  const rects = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    range.selectNodeContents(walker.currentNode);
    for (const rect of range.getClientRects()) rects.push([rect.top - top, rect.bottom - top]);
  }
  rects.sort((a, b) => a[0] - b[0]);
  const list = [];
  for (const [from, to] of rects) {
    const last = list[list.length - 1];
    if (last && from < last[1] - (last[1] - last[0]) / 2) last[1] = Math.max(last[1], to);
    else list.push([from, to]);
  }
  return list;
}

/** Cuts lines into parts of at most so many px: [[top, bottom], …]. */
export function partsOf(list, room) {
  const parts = [];
  for (const [from, to] of list) {
    const part = parts[parts.length - 1];
    if (part && to - part[0] <= room + SLACK) part[1] = to;
    else parts.push([from, to]);
  }
  return parts;
}

/** Reading({state, act, label, code, children}): `label` names the box; `state.at` is the part that is shown. */
export class Reading extends Component {
  constructor() {
    super();
    this.state = { parts: [[0, 0]] };
    this.holdWindow = (element) => {
      this.window = element;
    };
  }
  componentDidMount() {
    this.measure();
    // the typeface may come later than the page
    document.fonts.ready.then(() => this.measure());
  }
  componentDidUpdate() {
    this.measure();
  }
  measure() {
    if (!this.window) return;
    const parts = partsOf(linesIn(this.window.firstElementChild), this.window.clientHeight);
    if (JSON.stringify(parts) !== JSON.stringify(this.state.parts)) this.setState({ parts });
  }
  render({ state, act, label, children, kind = "" }, { parts }) {
    const { lang } = state;
    const many = parts.length > 1;
    const at = Math.min(state.at, parts.length - 1);
    const [from, to] = parts[Math.max(0, at)] || [0, 0];
    const next = at + 1 < parts.length ? at + 1 : 0;
    const shift = many ? { transform: `translateY(${-from}px)` } : {};
    const clip = many
      ? { clipPath: `polygon(0 0, 100% 0, 100% ${to - from}px, 0 ${to - from}px)` }
      : {};
    return html`<section class=${`reading ${kind}`} aria-label=${label}>
      <div class="read" style=${clip} ref=${this.holdWindow}><div style=${shift}>${children}</div></div>
      ${
        many
          ? html`<button type="button" class="turn-part" data-key="9" onClick=${() => act.turn(next)}>
        <span>${say(lang, "confirm.part", { n: at + 1, all: parts.length })}</span>
        <b>${say(lang, next ? "confirm.read_on" : "confirm.read_first")}</b>
      </button>`
          : null
      }
    </section>`;
  }
}
