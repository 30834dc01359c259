/* The whole page of the console, from what the desk knows. */
import { html } from "./html.js";
import { age, nameOf, t, timeOfDay } from "./texts.js";
import { now, otherClerk, whyNot } from "./state.js";
import { Work } from "./work.js";
import { Side } from "./side.js";

const plateOf = { open: "plate", paused: "plate off", closed: "plate none" };

/** Words for the fields of a counter: their short names. */
function fieldsOf(snapshot) {
  if (nameOf(snapshot.counter.name)) return nameOf(snapshot.counter.name);
  const own = new Set(snapshot.counter.fields);
  return snapshot.fields
    .filter((f) => own.has(f.field))
    .map((f) => nameOf(f.short) || nameOf(f.name))
    .join(" · ");
}

function Top({ desk, acts }) {
  const s = desk.snapshot,
    state = s?.counter.state;
  const lost = s && !desk.up && !desk.signedOut;
  const paused = state === "paused";
  const dim = (act) => (!desk.up || whyNot(s, act) ? "true" : "false");
  return html`<header class="top">
    <span class=${mineCalled(s) ? "plate on" : plateOf[state] || "plate none"} aria-hidden="true">${desk.counter}</span>
    <h1>${t("counter", { counter: desk.counter })}</h1>
    ${s && html`<span class="fields">${fieldsOf(s)}</span>`}
    ${
      lost &&
      html`<div class="band" role="alert">
      <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"
        aria-hidden="true"><path d="M20 12a8 8 0 1 1-2.6-5.9" /><path d="M20 3v4.4h-4.4" /></svg>
      <b>${t("bar.lost")}</b><span>${t("bar.lost_for")}</span><span class="num" aria-live="off">${age(Date.now() - desk.lostAt)}</span></div>`
    }
    ${!lost && s?.consoles > 1 && html`<span class="also" role="status">${t("bar.also", { n: s.consoles })}</span>`}
    <div class="right">
      ${s && desk.up && html`<span class="soft"><i class="dot"></i>${t("bar.online")}</span>`}
      ${
        otherClerk(desk)
          ? html`<button class="tool who-else" onClick=${() => acts.press("handover")}>
          ${otherClerk(desk)} <span class="key">O</span></button>`
          : (s?.counter.clerk || desk.me) &&
            html`<span class="soft">${s?.counter.clerk || desk.me.name}</span>`
      }
      ${
        s &&
        html`<button class="tool" aria-disabled=${dim(paused ? "resume" : "pause")} onClick=${() => acts.press("pause")}>
        ${t(paused ? "bar.resume" : "bar.pause")} <span class="key">P</span></button>
      <button class="tool" aria-disabled=${dim("close")} onClick=${() => acts.press("close")}>${t("bar.close")} <span class="key">Q</span></button>
      <button class="tool" aria-expanded=${desk.ask?.kind === "keys"} onClick=${() => acts.press("help")}>${t("bar.keys")} <span class="key">?</span></button>`
      }
      <span class="num clock" title=${t("bar.clock")}>${timeOfDay(now(desk))}</span>
    </div>
  </header>`;
}

const mineCalled = (s) => s?.mine?.state === "CALLED";

export function Console({ desk, acts, session }) {
  const lost = desk.snapshot && !desk.up && !desk.signedOut;
  return html`<div class=${lost ? "page lost" : "page"}>
    <${Top} desk=${desk} acts=${acts} />
    <${Work} desk=${desk} acts=${acts} session=${session} />
    <${Side} desk=${desk} acts=${acts} lost=${lost} />
  </div>`;
}
