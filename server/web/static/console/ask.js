/* The questions of the console, in place of the outcomes: a reason, a place, where to, which number, are you sure; and the keys. */
import { html } from "./html.js";
import { nameOf, t } from "./texts.js";
import { search, servicesOf, targets } from "./state.js";
import { isPadCode, padSignOf, remapPad, resetPad } from "./keys.js";
import { shortService } from "./words.js";
import { needsDigit } from "./acts.js";

const LISTS = { park: "park_reasons", pause: "break_reasons", jump: "jump_reasons" };
const KEYS = [["next", "space"], ["start", "B"], ["recall", "G R"], ["finish", "X"], ["outcome", "1–6"], ["services", "S"], ["miss", "V"], ["park", "T"], ["transfer", "C"], ["requeue", "L"], ["cancel", "Delete"], ["undo", "H"],
  ["rows", "↑ ↓"], ["choose", "Enter"], ["find", "/"], ["pause", "P"], ["close", "Q"], ["back", "Esc"]];

export const isWide = (ask) => ask.kind === "transfer" || ask.kind === "keys";

function Head({ title, note, acts, children }) {
  return html`<h2><span>${title}</span>${children}${note && html`<span class="soft">${note}</span>`}
    <button class="esc" onClick=${() => acts.press("back")}>${t("escape")} <span class="key">Esc</span></button></h2>`;
}

function Reasons({ desk, acts }) {
  const { kind, ticket } = desk.ask;
  if (kind === "services") return html`<${Services} desk=${desk} acts=${acts} />`;
  const list = kind === "place" ? ["after", "front", "end"].map((place) => ({ code: place, words: t(`ask.place_${place}`) }))
    : desk.snapshot.lists[LISTS[kind]].slice(0, 6).map((r) => ({ code: r.code, words: nameOf(r.name) }));
  const enter = kind === "park" || kind === "pause";
  return html`<section class="out" aria-label=${t(`ask.${kind}`, { number: ticket?.number })}>
    <${Head} title=${t(`ask.${kind}`, { number: ticket?.number })} acts=${acts}>
      ${enter && html`<button class="esc" onClick=${() => acts.confirm()}>${t("ask.none")} <span class="key">Enter</span></button>`}</${Head}>
    <ul class="six">${list.map((r, i) => html`<li key=${r.code}><button class="btn" onClick=${() => acts.answer(i)}><span class="key">${i + 1}</span><span class="x">${r.words}</span></button></li>`)}</ul>
  </section>`;
}

function Services({ desk, acts }) {
  const chosen = desk.services || [];
  return html`<section class="out" aria-label=${t("ask.services")}><${Head} title=${t("ask.services")} acts=${acts}><button class="esc" onClick=${() => acts.confirm()}>${t("ask.enough")} <span class="key">Enter</span></button></${Head}>
    <ul class="six">${servicesOf(desk.snapshot).map((s, i) => html`<li key=${s.code}><button class=${`btn${chosen.includes(s.code) ? " sel" : ""}`} aria-pressed=${chosen.includes(s.code)} onClick=${() => acts.answer(i)}><span class="key">${i + 1}</span><span class="x">${shortService(desk.snapshot, { service: s, field: s.field })}</span></button></li>`)}</ul></section>`;
}

function Sure({ desk, acts }) {
  const { kind, ticket } = desk.ask;
  const title = t(`ask.${kind}`, { number: ticket?.number, counter: desk.counter });
  return html`<section class="out" aria-label=${title}><${Head} title=${title} acts=${acts} />
    <div class="sure"><button class="go" onClick=${() => acts.confirm()}>${t(`ask.yes_${kind}`)} <span class="key">Enter</span></button>
      <button class="btn" onClick=${() => acts.press("back")}>${t("ask.keep")} <span class="key">Esc</span></button></div>
    <p class="ask-note">${t(`ask.${kind}_note`)}</p></section>`;
}

function Transfer({ desk, acts }) {
  const { typed, comeBack, ticket } = desk.ask;
  const { fields, counters } = targets(desk.snapshot, typed);
  const plate = { open: "plate", paused: "plate off", closed: "plate none" };
  const one = typed && fields.length + counters.length === 1;
  const sel = (code) => one || code === typed;
  return html`<section class="out wide" aria-label=${t("ask.transfer", { number: ticket.number })}>
    <${Head} title=${t("ask.transfer", { number: ticket.number })} note=${typed ? "" : t("ask.type_target")} acts=${acts}>
      <span class="typed" aria-live="polite">${typed}</span>
      <button class="back-too" role="checkbox" aria-checked=${comeBack} onClick=${() => acts.toggleBack()}><span class=${`box${comeBack ? " yes" : ""}`}>${comeBack ? "✓" : ""}</span>${t("ask.come_back")} <span class="key">${t("space")}</span></button></${Head}>
    <ul class=${`where${fields.length > 12 ? " many" : ""}`}>${fields.map((f) => html`<li key=${f.field}><button class=${`btn${sel(f.field) ? " sel" : ""}`} onClick=${() => acts.transferTo(f)}><span class="n">${f.field}</span><span class="x">${nameOf(f.short) || nameOf(f.name)}</span></button></li>`)}</ul>
    <div class=${`desks${counters.length > 40 ? " many" : ""}`}>${counters.map((c) => html`<button key=${c.counter} class=${`${plate[c.state] || "plate"}${sel(String(c.counter)) ? " sel" : ""}`} title=${nameOf(c.name)} aria-label=${`${t("counter", { counter: c.counter })}`} onClick=${() => acts.transferTo(c)}>${c.counter}</button>`)}</div>
  </section>`;
}

function Find({ desk, acts }) {
  const { typed } = desk.ask;
  const hits = search(desk.snapshot, typed).slice(0, 6);
  return html`<section class="out" aria-label=${t("ask.find")}>
    <${Head} title=${t("ask.find")} note=${typed ? "" : t("ask.type_number")} acts=${acts}><span class="typed" aria-live="polite">${typed}</span></${Head}>
    ${hits.length ? html`<ul class="six">${hits.map((row, i) => html`<li key=${row.ticket.id}><button class=${`btn${i ? "" : " sel"}`} onClick=${() => acts.found(row)}>
        <span class="num">${row.ticket.number}</span><span class="x">${t(row.list === "mine" ? "ask.in_front" : `ask.in_${row.list}`)}</span></button></li>`)}</ul>`
      : typed && html`<p class="ask-note">${t("ask.not_in_list")}</p>`}
  </section>`;
}

/* Remapping: choose an act with the mouse, then press the pad key it should have. */
function startRemap(desk, act, acts) {
  desk.remap = (key) => {
    desk.remap = null;
    if (key.code && isPadCode(key.code)) { remapPad(act, key.code); acts.tell(`${t(`keys.${act}`)}: ${padSignOf(act)}`); } else acts.press("help");
  };
  acts.tell(t("menu.remap_ask", { act: t(`keys.${act}`) }));
}

function Keys({ desk, acts, session }) {
  const pads = ["next", "recall", "start", "finish", "miss", "park", "transfer", "pause", "undo", "find"];
  return html`<section class="out wide" aria-label=${t("ask.keys")}><${Head} title=${t("ask.keys")} note=${t("menu.plain")} acts=${acts} />
    <ul class="keys">${KEYS.map(([act, key]) => html`<li key=${act + key}><span class="x">${t(`keys.${act}`)}</span>
      ${pads.includes(act) && html`<button class="key pad" title=${t("menu.remap")} aria-label=${`${t("menu.remap")}: ${t(`keys.${act}`)} ${padSignOf(act)}`} onClick=${() => startRemap(desk, act, acts)}>${padSignOf(act)}</button>`}
      <span class="key">${key === "space" ? t("space") : key}</span></li>`)}</ul>
    <div class="me"><button lang=${document.documentElement.lang === "vi" ? "en" : "vi"} onClick=${session.language}>${t("menu.language")}</button>
      <button onClick=${session.other}>${t("menu.other")}</button><button onClick=${session.out}>${t("menu.out")}</button>
      <button onClick=${() => { resetPad(); acts.tell(t("menu.remap_reset")); }}>${t("menu.remap_reset")}</button></div>
  </section>`;
}

export function Ask(props) {
  const { ask } = props.desk;
  if (needsDigit(ask)) return html`<${Reasons} ...${props} />`;
  if (ask.kind === "cancel" || ask.kind === "close") return html`<${Sure} ...${props} />`;
  if (ask.kind === "transfer") return html`<${Transfer} ...${props} />`;
  return ask.kind === "find" ? html`<${Find} ...${props} />` : html`<${Keys} ...${props} />`;
}
