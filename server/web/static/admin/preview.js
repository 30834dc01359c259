/* What people will see of the draft: the kiosk's page, the board, the sign by their own code in frames that can do nothing, and the
   slip by the kiosk's own printing. Drawn anew a moment after each key stroke. */
import { Component, html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";
import { fetchInTime, LONG_LIMIT_MS } from "/static/fetch_in_time.js";
import { api, changes, lang, redraw, rowNames, state, value } from "./state.js";

const AFTER_MS = 400;
const AGAIN_MS = 2000;
/** How large the real screens are; they are shown smaller. */
const GLASS = {
  kiosk: [1080, 1920],
  kiosk_wide: [1920, 1080],
  board: [1920, 1080],
  sign: [1280, 720],
};
/** One page, on an upright glass and on a wide one. */
const KIOSKS = ["kiosk", "kiosk_wide"];
/** Which screens show something of what a page is about. */
const SEEN = {
  fields: ["kiosk", "board", "slip"],
  services: ["kiosk", "slip"],
  wizard: ["kiosk"],
  rules: ["kiosk"],
  counters: ["sign", "board"],
  kiosks: ["kiosk", "kiosk_wide", "slip"],
  boards: ["board", "sign"],
  site: ["board", "slip"],
};

/** What was last made of the draft. */
const made = { of: "", screens: null, slip: "", trouble: "", catalogue: "" };
/** Each frame with the line to its page; null until the page has handed one out. */
const frames = new Map();
let timer = 0;
let asking = 0;

export const seenOn = () => SEEN[state.page] || [];

/** What the page at hand is about: a field, a procedure, a board or a counter. */
function about() {
  const [list, name] = state.row;
  const counter = list === "counters" ? name : null;
  const service = list === "services" ? name : null;
  const own = list === "fields" ? name : null;
  const fieldOfCounter = counter && (value(["counters", counter, "fields"]) || [])[0];
  const fieldOfService = service && value(["services", service, "field"]);
  return {
    field: own || fieldOfService || fieldOfCounter || rowNames(["fields"])[0] || null,
    service,
    counter,
    display: list === "displays.boards" ? name : null,
  };
}

/** Asks the hub anew when the draft, or what the page is about, has changed. */
function follow() {
  const of = JSON.stringify([state.draftVersion, changes(), about(), seenOn()]);
  if (of === made.of) return;
  made.of = of;
  clearTimeout(timer);
  timer = setTimeout(draw, made.screens ? AFTER_MS : 0);
}

const post = (path, body) =>
  fetchInTime(
    `${api}${path}`,
    {
      method: "POST",
      credentials: "same-origin",
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-CSRF-Token": state.csrf,
      },
      body: JSON.stringify({ version: state.draftVersion, changes: changes(), ...body }),
    },
    LONG_LIMIT_MS
  );

async function draw() {
  const mine = (asking += 1),
    { field, service, counter, display } = about();
  try {
    const answer = await post("/preview", { field, counter, display, catalogue: made.catalogue });
    const screens = await answer.json();
    if (mine !== asking) return;
    if (screens.error === "too_many") {
      drawAgain();
      return;
    }
    made.trouble = screens.ok ? "" : sentenceOf(screens);
    if (screens.ok) {
      made.screens = screens;
      made.catalogue = screens.kiosk.catalogue.version;
      if (screens.catalogue) made.list = screens.catalogue;
      for (const frame of frames.keys()) show(frame);
      if (seenOn().includes("slip")) await drawSlip(mine, { field, service });
    }
  } catch {
    made.trouble = t("see.away");
  }
  if (mine === asking) redraw();
}

/** Others are being drawn for: once more in a moment, unless something is edited before. */
function drawAgain() {
  clearTimeout(timer);
  timer = setTimeout(draw, AGAIN_MS);
}

async function drawSlip(mine, wanted) {
  const answer = await post("/preview/slip", { ...wanted, lang });
  const picture = answer.ok ? await answer.blob() : null,
    refusal = answer.ok ? null : await answer.json();
  if (mine !== asking) return;
  if (refusal) {
    if (refusal.error === "too_many") drawAgain();
    else made.trouble = sentenceOf(refusal);
    return;
  }
  if (made.slip) URL.revokeObjectURL(made.slip);
  made.slip = URL.createObjectURL(picture);
}

const sentenceOf = ({ mistakes, message }) =>
  mistakes ? t("see.mistake", { text: mistakes[0]?.text || "" }) : message;

/** Where the kiosk's page is opened: at the list of fields, at the procedures of one (its letter), or at its first page. */
function opened() {
  if (state.page === "services") return about().field || "fields";
  return state.page === "fields" ? "fields" : "";
}

/** Tells a frame what to show, over the line its page has handed out. */
function show(frame) {
  if (!made.screens) return;
  frames.get(frame)?.postMessage({
    ...made.screens,
    catalogue: made.list,
    open: opened(),
    nothing: t("see.nothing"),
  });
}

addEventListener("message", (event) => {
  if (event.data?.luot !== "ready") return;
  const frame = [...frames.keys()].find((each) => each.contentWindow === event.source);
  if (!frame) return;
  frames.set(frame, event.ports[0]);
  show(frame);
});

/** One screen, as small as the column; large enough, it can be pressed too. */
class Glass extends Component {
  componentDidMount() {
    frames.set(this.frame, null);
    this.sized = new ResizeObserver(() => this.fit());
    this.sized.observe(this.box);
    this.fit();
  }

  componentDidUpdate() {
    this.fit();
  }

  componentWillUnmount() {
    this.sized.disconnect();
    frames.delete(this.frame);
  }

  fit() {
    const [width, height] = this.props.size,
      scale = this.box.clientWidth / width;
    this.frame.style.transform = `scale(${scale})`;
    this.box.style.height = `${Math.round(height * scale)}px`;
  }

  render({ kind, size, address }) {
    return html`<div class=${`glass${state.large ? " large" : ""}`} ref=${(box) => {
      if (box) this.box = box;
    }}>
      <iframe src=${address} title=${t(`see.${kind}`)} width=${size[0]} height=${size[1]} sandbox="allow-scripts"
        inert=${!state.large} tabindex=${state.large ? null : "-1"}
        ref=${(frame) => {
          if (frame) this.frame = frame;
        }}></iframe></div>`;
  }
}

/** Where a screen's page is, and how large its glass. */
function addressOf(kind) {
  if (KIOSKS.includes(kind)) return ["/preview/kiosk", GLASS[kind]];
  const { screen, counter } = made.screens,
    common = `/preview/${kind}?centre=preview&sound=0`;
  if (kind === "sign")
    return [`${common}&counter=${encodeURIComponent(counter || "")}`, GLASS.sign];
  const [width, height] = GLASS.board,
    { name, zone, lang: spoken, orientation } = screen.display,
    tall = String(orientation || "").startsWith("portrait");
  const words = spoken ? `&lang=${encodeURIComponent(spoken)}` : "";
  return [
    `${common}&display=${encodeURIComponent(name || "")}&zone=${encodeURIComponent(zone || "")}&orientation=auto${words}`,
    tall ? [height, width] : [width, height],
  ];
}

function Screen({ kind }) {
  const [address, size] = addressOf(kind);
  return html`<h3>${t(`see.${kind}`)}</h3><${Glass} kind=${kind} address=${address} size=${size} key=${`${state.page} ${address}`} />`;
}

export function Previews() {
  follow();
  const large = () => {
    state.large = !state.large;
    redraw();
  };
  return html`<section class="see"><h2>${t("see.title")}</h2>
    <p class="soft">${t("see.sample")} <button type="button" class="link" aria-pressed=${Boolean(state.large)} onClick=${large}>${t(state.large ? "see.smaller" : "see.larger")}</button></p>
    <p class=${made.trouble ? "hint wrong" : "unseen"} role="status">${made.trouble}</p>
    ${!made.screens && !made.trouble && html`<p class="soft">${t("loading")}</p>`}
    ${seenOn().map((kind) => {
      if (kind !== "slip") return made.screens && html`<${Screen} kind=${kind} key=${kind} />`;
      return (
        made.slip &&
        html`<h3 key="slip-of">${t("see.slip")}</h3><img class="paper" key="slip" src=${made.slip} alt=${t("see.slip_alt")} />`
      );
    })}
  </section>`;
}
