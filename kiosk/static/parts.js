// What every page is made of: the lacquer sign, the foot with its four places, tiles, tallies, icons.
import { h } from "/lib/preact/dist/preact.mjs";
import htm from "/lib/htm/dist/htm.module.js";
import { DEFAULT_LANGUAGE, language } from "/ui/languages.js";
import { say, named, clock, mainAndRest } from "/static/words.js";

export const html = htm.bind(h);

const LINES = {
  back: "M20 12H5M11 6l-6 6 6 6",
  on: "M4 12h15M13 6l6 6-6 6",
  up: "M12 20V5M6 11l6-6 6 6",
  down: "M12 4v15M6 13l6 6 6-6",
  before: "M15 5l-7 7 7 7",
  chevron: "M9 5l7 7-7 7",
  speaker: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a7.8 7.8 0 0 1 0 11",
  bell: "M4 18.5h16M5.5 15.5a6.5 6.5 0 0 1 13 0zM12 9V6.5M10 6.5h4",
  tick: "M4.500 12.500l5 5L19.500 7",
  wheelchair:
    "M8.400 4a1.600 1.600 0 1 0 3.200 0a1.600 1.600 0 1 0-3.200 0M10 8v6.500h5.500l2.500 5 1.800-.9M10 10.700h4.500M7.300 11.600a5 5 0 1 0 7.200 6.600",
  clock: "M3.500 12a8.500 8.500 0 1 0 17 0a8.500 8.500 0 1 0-17 0M12 7v5.300l3.500 2",
  search: "M4.500 10.500a6 6 0 1 0 12 0a6 6 0 1 0-12 0M15 15l5.500 5.500",
  mother:
    "M9.300 4a1.700 1.700 0 1 0 3.400 0a1.700 1.700 0 1 0-3.400 0M11 8c-2 1-2.700 3.500-2.700 6.500H10V21M11 8c.6 2 4.600 2.400 4.600 5.100 0 2-1.600 2.700-3.400 2.700V21",
  medal:
    "M7.300 15.500a4.700 4.700 0 1 0 9.400 0a4.700 4.700 0 1 0-9.400 0M9.300 11.500L6.300 3.500h3.900L12 8l1.800-4.500h3.900l-3 8",
  child:
    "M6.300 4a1.700 1.700 0 1 0 3.400 0a1.700 1.700 0 1 0-3.400 0M5 13.500v-2.800a3 3 0 0 1 6 0l4 4.300M6.700 13v8M9.300 13v8M15.600 10.800a1.400 1.400 0 1 0 2.800 0a1.400 1.400 0 1 0-2.800 0M15 15.200a2 2 0 0 1 4 .3V17M16.200 16v5M17.800 16v5",
  papers: "M6.500 3.500h7.500l4 4v13H6.500zM14 3.500v4h4M12.200 11.500v6M9.200 14.500h6",
  booked:
    "M4.500 5.500h15V20h-15zM4.500 10h15M8.500 3.500v4M15.500 3.500v4M9 15l2.300 2.200L15.200 13",
  person:
    "M9.200 5a2.800 2.800 0 1 0 5.600 0a2.800 2.800 0 1 0-5.600 0M5.500 20.500v-3.500a6.500 6.500 0 0 1 13 0v3.500",
  hand: "M7 21v-4l-3-5.500a1.300 1.300 0 0 1 2.200-1.300L8 12.500V5a1.300 1.300 0 0 1 2.600 0v5.500V3.800a1.300 1.300 0 0 1 2.600 0v6.700V5a1.300 1.300 0 0 1 2.600 0v6V8a1.300 1.300 0 0 1 2.600 0v7l-1.400 3v3",
  phone: "M7.500 2.500h9v19h-9zM11 18.500h2",
  camera:
    "M4 8h4l1.500-2.500h5L16 8h4v11H4zM8.800 13.300a3.200 3.200 0 1 0 6.400 0a3.200 3.200 0 1 0-6.400 0",
  pencil: "M4.500 19.500l1-4L16 5l3 3L8.500 18.500zM13.500 7.500l3 3",
  letters:
    "M3 18.5L7.500 6.500L12 18.500M4.600 14.500h5.800M14.500 18.500l3.200-8.500 3.200 8.500M15.600 15.700h4.200",
  contrast: "M3.500 12a8.500 8.500 0 1 0 17 0a8.500 8.500 0 1 0-17 0M12 3.500v17M15 5v14M18 7v10",
  card: "M3 5.500h18v13H3zM6 10.500a2 2 0 1 0 4 0a2 2 0 1 0-4 0M5.500 16c.4-2 4.600-2 5 0M13.500 10h5M13.500 13.500h5",
  guide:
    "M3.500 12a8.500 8.500 0 1 0 17 0a8.500 8.500 0 1 0-17 0M9.300 9.700a2.700 2.700 0 1 1 4.200 2.200c-1 .7-1.500 1.200-1.500 2.300M12 17v.1",
  home: "M3.500 11.500L12 4l8.500 7.500M6 9.500V20h12V9.500M10 20v-6h4v6",
  shop: "M4 9.500L5.500 4.500h13L20 9.500M4 9.500h16M5.500 9.500V20h13V9.500M9.500 20v-6h5v6",
  printer: "M7 8.500V3.500h10v5M4 8.500h16v8h-3M7 16.500H4M7 13.500h10v7H7z",
  roll: "M4 12a7 7 0 1 0 14 0a7 7 0 1 0-14 0M8.500 12a2.500 2.500 0 1 0 5 0a2.500 2.500 0 1 0-5 0M18 12v8h3",
  restart: "M19 12a7 7 0 1 1-2.500-5.400M19.500 3.500v4h-4",
  flask: "M5 4h14v16H5zM8.500 9h7M12 9v7",
  erase: "M8.500 5.500H21v13H8.500L3 12zM12 9.500l5 5M17 9.500l-5 5",
};

export const hasIcon = (name) => Boolean(name && LINES[name]);

/** A line drawing; always beside a word, so hidden from screen readers. */
export const Icon = ({ name, go }) => html`<svg
  class=${`ico${go ? " go" : ""}${name === "chevron" || name === "before" || name === "search" ? " thick" : ""}`} viewBox="0 0 24 24" aria-hidden="true">
  <path d=${LINES[name]} />
</svg>`;

/** A code as squares, drawn from rows of 0 and 1, with a margin of so many squares; `side`: how wide it is at most, in pixels, each square whole ones. */
export function Code({ rows, label, quiet = 0, side, kind = "qr" }) {
  const size = rows.length + 2 * quiet;
  const path = rows
    .map((row, y) =>
      [...row.matchAll(/1+/g)]
        .map((run) => `M${run.index + quiet} ${y + quiet}h${run[0].length}v1h-${run[0].length}z`)
        .join("")
    )
    .join("");
  const width = side ? Math.max(2, Math.floor(side / size)) * size : undefined;
  return html`<svg class=${kind} width=${width} height=${width} viewBox=${`0 0 ${size} ${size}`} shape-rendering="crispEdges" role="img" aria-label=${label}><path d=${path} /></svg>`;
}

/** One bar, one person; `me` adds the tall one. It repeats a number written beside it. */
export const Tally = ({ people, most = 30, me }) => html`<span class="tally" aria-hidden="true">
  ${Array.from({ length: Math.min(people || 0, most) }, () => html`<i />`)}
  ${me ? html`<i class="me" />` : null}
</span>`;

/** A name that breaks after " – " and, where a part is short, nowhere else. */
export function Name({ text }) {
  const parts = text.split(" – ");
  return parts.map((part, i) => {
    const whole = i < parts.length - 1 ? `${part} –` : part;
    return html`${i ? " " : ""}<span class=${parts.length > 1 && whole.length < 22 ? "nb" : ""}>${whole}</span>`;
  });
}

/** How a title is set: long ones smaller, and in no more lines than the sign holds. */
function titleSize(title) {
  if (title.length > 60) return "lengthy longest";
  return title.length > 19 || /\S{12}/.test(title) ? "lengthy" : "";
}

/** A field chosen before, as it is now. */
export const fieldNow = (snapshot, field) =>
  snapshot.fields.find((now) => now.field === field.field) || field;

/** A field's name in two sizes: ["Chứng thực", "sao y, chữ ký, hợp đồng"].
    Where the centre's file has no brackets, what its procedures have in common stands for them. */
export function fieldName(field, lang) {
  const [main, rest] = mainAndRest(named(field.name, lang));
  return [main, rest || sample((field.services || []).map((service) => named(service.name, lang)))];
}

/** "Đăng ký khai sinh", "Đăng ký kết hôn", "Đăng ký khai tử" → "khai sinh, kết hôn, khai tử"; '' when they are not of a kind or too long. */
function sample(names) {
  const opening = names.length ? names[0].split(" ").slice(0, 2).join(" ") + " " : " ";
  const kin = names.filter((name) => name.startsWith(opening)).slice(0, 3);
  const text = kin.map((name) => name.slice(opening.length)).join(", ");
  return kin.length === 3 && text.length <= 34 ? text : "";
}

/** A long centre's name breaks before the place it is the centre of. */
function Centre({ name }) {
  const parts = /^(.+?) ((?:thành phố|phường|xã|quận|huyện|tỉnh) .+)$/i.exec(name);
  return parts && name.length < 60
    ? html`<b><span class="nb">${parts[1]}</span> <span class="nb">${parts[2]}</span></b>`
    : html`<b>${name}</b>`;
}

/** The dark sign: where we are, what this page asks. Nothing on it can be pressed. `label`: a line above the title; `aside`: a few words beside it. */
export function Sign({ state, title, kind = "", label, aside, below, children }) {
  const name = state.snapshot ? named(state.snapshot.centre.name, state.lang) : "";
  const test = state.kiosk.test;
  const { draft } = language(state.lang);
  return html`<header class=${`sign ${kind}${test ? " testing" : ""}`}>
    <p class=${`told${state.told ? " shown" : ""}`} role="status">${state.told ? say(state.lang, `told.${state.told.key}`) : ""}</p>
    ${test ? html`<p class="test">${say(state.lang, "test.on")}</p>` : null}
    <p class="where"><${Centre} name=${name} />${draft ? html`<span class="draft" title=${say(DEFAULT_LANGUAGE, "tongue.draft")}>${draft}</span>` : null}<time>${clock(state.now)}</time></p>
    ${label ? html`<p class="label-line">${typeof label === "string" ? html`<span class="words">${label}</span>` : label}</p>` : null}
    ${title ? html`<div class="asked"><h1 tabindex="-1" class=${titleSize(title)}>${title}</h1>${aside ? html`<p class="aside">${aside}</p>` : null}</div>` : null}
    ${below ? html`<p class="how">${below}</p>` : null}
    ${children}
  </header>`;
}

/** Where one is and the way on: "Trang 1 trên 3", the page before, the next with what comes there. Absent on one page. */
export function Pager({ state, act, at, count, next, small }) {
  if (count < 2) return null;
  const { lang } = state;
  const last = at === count - 1;
  return html`<div class=${`pager${at ? " mid" : ""}`} role="group" aria-label=${say(lang, "pager.label")}>
    <p class="at" role="status">
      ${say(lang, "pager.at", { n: at + 1, all: count })}
      <span class="dots" aria-hidden="true">${Array.from({ length: Math.min(count, 8) }, (_, i) => html`<i class=${i === at ? "on" : ""} />`)}</span>
    </p>
    ${
      at
        ? html`<button type="button" class="plate prev" data-key="7" onClick=${() => act.turn(at - 1)}>
      <${Icon} name="before" /><span>${say(lang, "pager.before")}</span>
    </button>`
        : null
    }
    <button type="button" class="plate more next" data-key="9" onClick=${() => act.turn(last ? 0 : at + 1)}>
      <span class="words">${last ? say(lang, "pager.first") : next}${small && !last ? html`<small>${small}</small>` : null}</span>
      <${Icon} name="chevron" go=${true} />
    </button>
  </div>`;
}

/** The way to language, large text, contrast and reach, on every page but the first, where they stand open. */
export const ViewButton = ({
  state,
  act,
}) => html`<button type="button" class="view-button" data-dot="."
  aria-haspopup="dialog" aria-expanded=${state.viewing ? "true" : "false"} onClick=${() => act.viewing(true)}>
  <${Icon} name="letters" />${say(state.lang, state.snapshot.centre.locales.length > 1 ? "foot.view" : "foot.view_only")}
</button>`;

/**
 * Back, read aloud, low reach, help, and how the page is shown: places that never move. The welcome page has no back,
 * and shows the ways of seeing itself. What is pinned above the foot of a page comes as its children.
 */
/** Which text tells how a call for help goes: "help", "helped" or "no_help". */
export const helpText = ({ helped }) => ({ yes: "helped", no: "no_help" })[helped] || "help";

export function Foot({ state, act, first, children }) {
  const t = (key, values) => say(state.lang, `foot.${key}`, values);
  const lower = t(state.low ? "high" : "low");
  const help = helpText(state);
  return html`<div class="below">${children}<nav class=${`foot${first ? " three" : ""}`} aria-label=${say(state.lang, "page.assist")}>
    ${first ? null : html`<button type="button" data-say="back" onClick=${act.back}><${Icon} name="back" />${t("back")}</button>`}
    <button type="button" data-say="again" disabled=${!state.canSpeak} aria-pressed=${state.aloud ? "true" : "false"}
      onClick=${() => act.aloud()}><${Icon} name="speaker" />${t(state.aloud ? "hush" : "say")}</button>
    <button type="button" class=${lower.length > 16 ? "wordy" : ""} aria-pressed=${state.low ? "true" : "false"} onClick=${act.low}>
      <${Icon} name=${state.low ? "up" : "wheelchair"} />${lower}
    </button>
    <button type="button" data-say="help" onClick=${act.help}><${Icon} name=${state.helped === "yes" ? "tick" : "bell"} />${t(help)}</button>
    ${first ? null : html`<${ViewButton} state=${state} act=${act} />`}
    <p class="closing" aria-hidden="true">${state.left !== null && state.left <= 10 ? t("closing", { n: state.left }) : ""}</p>
  </nav></div>`;
}

/** A row with a figure or a picture on its tile; the figure is also its key. */
export function NumberedRow({ n, text, small, onClick, tile, icon, off }) {
  return html`<li><button type="button" class=${`plate row${off ? " off" : ""}${icon || tile ? "" : " figured"}`} data-key=${String(n)} onClick=${onClick}>
    <span class=${`tile small${tile && tile.length > 1 ? " two" : ""}`} aria-hidden="true">${icon ? html`<${Icon} name=${icon} />` : tile || n}</span>
    <span class=${`name${text.length > 40 ? " long" : ""}`}><span class="words"><${Name} text=${text} /></span>${small ? html`<small class="words">${small}</small>` : null}</span>
    ${off ? null : html`<${Icon} name="chevron" go=${true} />`}
  </button></li>`;
}

/** The vermilion button of a page; Enter presses it. */
export const Press = ({
  text,
  onClick,
  busy,
  children,
}) => html`<button type="button" class=${`press start${busy ? " busy" : ""}`}
  aria-disabled=${busy ? "true" : "false"} data-key="Enter" onClick=${onClick}>${text}${children}<${Icon} name="on" /></button>`;

/** A plain row that leads to more choices. */
export const MoreRow = ({
  text,
  onClick,
  k,
  icon,
}) => html`<button type="button" class="plate more" data-key=${k} onClick=${onClick}>
  ${icon ? html`<${Icon} name=${icon} />` : null}<span>${text}</span><${Icon} name="chevron" go=${true} />
</button>`;
