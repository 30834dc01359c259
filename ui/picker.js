/* The picker of procedures for whoever serves people: typed by name, code, first letters or people's words; own fields
   first, the true count, the whole official name of the chosen row. Used by the clerk's console and the greeter's tablet. */
import { Component, h } from "/lib/preact/dist/preact.mjs";
import htm from "/lib/htm/dist/htm.mjs";
import { DEFAULT_LANGUAGE, inLanguage } from "./languages.js";
import { deskName, FIGURES, figureChooses, marks, pick } from "./picking.js";
import { officialCode, officialName, papersOf } from "./procedures.js";

const html = htm.bind(h);
/** So many rows are drawn at first, and with each press on "more". */
const PART = 24;

const NOTHING = { rows: [], own: 0, others: 0 };

let synonyms = {};
/** Fetches people's words for what the law calls otherwise; without them the search goes on. */
export async function loadSynonyms() {
  try {
    const answer = await fetch(`/ui/search/${DEFAULT_LANGUAGE}.json`, {
      signal: AbortSignal.timeout(10_000),
    });
    if (answer.ok) synonyms = await answer.json();
  } catch {
    /* the hub is away: names, codes and the centre's own words are found all the same */
  }
  return synonyms;
}
export const peoplesWords = () => synonyms;

/**
 * @typedef {object} PickerProps
 * @property {import("./picking.js").Picker} picker
 * @property {string} typed what the field holds; kept by the page
 * @property {{near?: string[], first?: string[], whole?: string[], only?: string[], without?: string[]}} order as pick() takes it
 * @property {(key: string, values?: object) => string} t the page's texts, area "picker"
 * @property {(text: string) => void} onType
 * @property {(row: import("./picking.js").Row) => void} onPick
 * @property {() => void} [onLeave] Escape
 * @property {() => void} [onDone] Enter with nothing typed and no row chosen
 * @property {() => void} [onFinish] Ctrl Enter
 * @property {() => void} [onTakeBack] Backspace in the empty field
 * @property {() => void} [onSpace] the space bar in the empty field
 * @property {(row: object) => string} [noteOf] what stands before a row's code
 * @property {(row: object) => boolean} [isOn] whether a row is chosen already
 * @property {(row: object) => boolean} [isOff] whether a row cannot be chosen
 * @property {(field: object) => string} [nameOfField]
 * @property {boolean} [closed] only the field to type in is shown
 * @property {boolean} [brief] the page itself shows the whole name of what is chosen
 * @property {boolean} [coming] the list has not come yet
 * @property {boolean} [atDesk] every key types, wherever the focus is; else the field waits to be touched
 */

export class Picker extends Component {
  constructor(props) {
    super(props);
    this.state = { at: -1, parts: 1 };
    this.onKey = (event) => this.key(event);
  }

  componentDidMount() {
    if (!this.props.atDesk) return;
    document.addEventListener("keydown", this.onKey, true);
    this.field.focus();
  }
  componentWillUnmount() {
    document.removeEventListener("keydown", this.onKey, true);
  }
  componentWillReceiveProps(next) {
    if (next.typed !== this.props.typed)
      this.setState({ at: next.typed.trim() ? 0 : -1, parts: 1 });
  }
  componentDidUpdate() {
    if (this.moved) this.list?.querySelector(".at")?.scrollIntoView({ block: "nearest" });
    this.moved = false;
  }

  rows() {
    const { picker, typed, order } = this.props;
    const asked = JSON.stringify([typed, order]);
    if (this.asked !== asked || this.of !== picker)
      Object.assign(this, { asked, of: picker, picked: pick(picker, typed, order) });
    return this.picked;
  }

  /** A key anywhere at a desk, in the field on a tablet. */
  key(event) {
    const { target } = event;
    const inField = target === this.field;
    if (!inField && target.closest?.("input, select, textarea")) return;
    if (event.isComposing || event.altKey || event.metaKey) return;
    const onButton = !inField && target.closest?.("button, a[href], [tabindex]");
    if (onButton && (event.code === "Enter" || event.code === "Space")) return;
    const done = this.answer(event);
    if (done) event.preventDefault();
    const types = event.key.length === 1 || event.key === "Backspace";
    if (!done && !types) return;
    event.stopPropagation();
    if (!inField && !event.ctrlKey) this.field.focus(); // the key itself goes there then
  }

  /** Does what a key stands for; false for one that types. */
  answer(event) {
    const { picker, typed, onPick, onLeave, onDone, onFinish, onTakeBack, onSpace } = this.props;
    const { rows } = this.rows();
    const enter = event.code === "Enter" || event.code === "NumpadEnter";
    if (event.ctrlKey) {
      if (!enter || !onFinish) return false;
      onFinish();
      return true;
    }
    if (event.key === "Escape" && onLeave) onLeave();
    else if (enter) {
      if (event.repeat) return true;
      const row = rows[this.state.at];
      if (row) this.take(row);
      else onDone?.();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp")
      this.move(event.key === "ArrowDown" ? 1 : -1, rows);
    else if (event.key === "Backspace" && !typed && onTakeBack) {
      if (!event.repeat) onTakeBack();
    } else if (event.key === " " && !typed.trim()) onSpace?.();
    else if (/^[1-9]$/.test(event.key) && figureChooses(picker, typed)) {
      const row = rows[Number(event.key) - 1];
      if (row && !event.repeat) onPick(row, Number(event.key));
      else if (!row) this.props.onNoRow?.(Number(event.key));
    } else return false;
    return true;
  }

  take(row) {
    if (!this.props.isOff?.(row)) this.props.onPick(row);
  }

  move(step, rows) {
    const at = Math.max(step < 0 ? -1 : 0, Math.min(rows.length - 1, this.state.at + step));
    this.moved = true;
    this.setState({ at, parts: Math.max(this.state.parts, Math.ceil((at + 1) / PART)) });
  }

  fieldName(letter) {
    const { picker, lang } = this.props;
    const field = picker.fields.find((one) => one.field === letter);
    return (field && inLanguage(field.name, lang)) || letter;
  }

  row(row, n) {
    const { picker, typed, lang, t, noteOf, isOn, isOff } = this.props;
    const { service } = row;
    const name = service
      ? deskName(service, lang)
      : t("pick.whole", { field: this.fieldName(row.field) });
    const whole = service ? officialName(service, lang) : "";
    const isNamedShort = whole && whole !== name && !name.endsWith("…") && service.short;
    const official = isNamedShort ? whole : "";
    const second = row.word ? t("pick.also", { word: row.word }) : official;
    const at = n === this.state.at;
    const code = service ? officialCode(service) : "";
    const noCode = service && picker.hasCodes ? t("pick.no_code") : "";
    const note = [noteOf?.(row), code || noCode].filter(Boolean).join(" · ");
    const figure = n < FIGURES && figureChooses(picker, typed);
    return html`<li key=${row.key}><button type="button" class=${`row${at ? " at" : ""}${isOn?.(row) ? " on" : ""}`}
      aria-pressed=${isOn ? Boolean(isOn(row)) : null} aria-disabled=${isOff?.(row) ? "true" : null}
      onClick=${() => {
        this.setState({ at: n });
        this.take(row);
      }}>
      <span class="letter" aria-hidden="true">${row.field}</span>
      <span class="named"><b>${marks(name, typed).map(([text, hit]) => (hit ? html`<mark>${text}</mark>` : text))}</b>
        ${second && html`<small>${second}</small>`}</span>
      ${note && html`<span class="code num">${note}</span>`}
      ${at ? html`<span class="key">Enter</span>` : figure && html`<span class="key">${n + 1}</span>`}
    </button></li>`;
  }

  render({ picker, typed, order, lang, t, label, hint, onType, atDesk, coming, closed, brief }) {
    const { rows, own, others } = closed ? NOTHING : this.rows();
    const most = this.state.parts * PART;
    const shown = rows.slice(0, most);
    const near = order.near || [];
    const rest = rows.length - shown.length;
    const chosen = rows[this.state.at];
    const count = (list) => list.filter((row) => row.service).length;
    const head = (key, n) =>
      html`<li class="head" key=${key}>${t(key, { field: near.length === 1 ? this.fieldName(near[0]) : t("pick.fields"), n })}</li>`;
    return html`<div class="picker" role="search">
      <label class="typing"><span class="unseen">${label}</span>
        <input type="text" autocomplete="off" autocapitalize="off" spellcheck=${false} maxlength="80" value=${typed}
          placeholder=${hint} aria-label=${label} ref=${(el) => {
            this.field = el;
          }} onKeyDown=${atDesk ? null : this.onKey} onInput=${(event) => onType(event.target.value)} />
        ${
          atDesk &&
          html`<span class="keys" aria-hidden="true"><span class="key">↑</span><span class="key">↓</span> ${t("pick.choose")}
            <span class="key">Enter</span> ${t("pick.take")}</span>`
        }</label>
      <p class="unseen" aria-live="polite">${typed.trim() ? t("pick.count", { n: count(rows) }) : ""}</p>
      ${
        !closed &&
        html`<ul class="rows" aria-label=${label} ref=${(el) => {
          this.list = el;
        }}>
        ${own > 0 && near.length > 0 && head(typed.trim() ? "pick.own_found" : "pick.own", count(rows.slice(0, own)))}
        ${shown.slice(0, own).map((row, n) => this.row(row, n))}
        ${others > 0 && shown.length > own && head(own || near.length ? "pick.others" : "pick.all", count(rows.slice(own)))}
        ${shown.slice(own).map((row, n) => this.row(row, own + n))}
        ${
          rest > 0 &&
          html`<li><button type="button" class="rest" onClick=${() => this.setState({ parts: this.state.parts + 1 })}>
            ${t("pick.more", { n: rest })}</button></li>`
        }
        ${!rows.length && html`<li class="none">${coming ? t("pick.coming") : t("pick.none", { typed: typed.trim() })}</li>`}
      </ul>`
      }
      ${!closed && !brief && chosen?.service && html`<${Whole} service=${chosen.service} lang=${lang} t=${t} />`}
    </div>`;
  }
}

/** When the result is due and what it costs, as far as the list says; a line, or "". */
export function terms(service, lang, t) {
  const fee = typeof service.fee === "string" ? service.fee : inLanguage(service.fee, lang);
  const due = service.days ? t("pick.days", { n: service.days }) : t("pick.same_day");
  return [service.days === undefined ? "" : due, fee && t("pick.fee", { fee })]
    .filter(Boolean)
    .join(" ");
}

/** The chosen procedure, its official name whole however long, what it needs and costs. */
function Whole({ service, lang, t }) {
  const code = officialCode(service);
  const papers = papersOf(service, lang);
  const due = terms(service, lang, t);
  return html`<div class="whole" tabindex="0" role="group" aria-label=${t("pick.full_name")}>
    <p class="soft">${t("pick.full_name")} ${code ? html`<span class="num">${code}</span>` : ""}</p>
    <p>${officialName(service, lang)}</p>
    ${due && html`<p class="soft">${due}</p>`}
    ${papers.length > 0 && html`<p class="soft">${t("pick.papers")}</p><ul>${papers.map((paper) => html`<li>${paper}</li>`)}</ul>`}
  </div>`;
}
