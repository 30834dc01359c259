/* The whole page of the console, from the console's state. */
import { html } from "./html.js";
import { age, fitted, nameOf, t, timeOfDay } from "./texts.js";
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
    .map((f) => fitted(nameOf(f.short) || nameOf(f.name), 27))
    .join(" · ");
}

/** What P does now, or what it has done. */
function breakWords({ counter, mine }) {
  if (counter.state === "paused") return t("bar.resume");
  if (counter.break_wanted) return t("bar.break_wanted", { number: mine?.number });
  return t(mine ? "bar.break_after" : "bar.pause");
}

function Top({ state, acts }) {
  const s = state.snapshot,
    counterState = s?.counter.state;
  const lost = s && !state.up && !state.signedOut;
  const paused = counterState === "paused";
  const dim = (act) => (!state.up || whyNot(s, act) ? "true" : "false");
  return html`<header class="top">
    <span class=${mineCalled(s) ? "plate on" : plateOf[counterState] || "plate none"} aria-hidden="true">${state.counter}</span>
    <h1>${t("counter", { counter: state.counter })}</h1>
    ${s && html`<span class="fields">${fieldsOf(s)}</span>`}
    ${
      lost &&
      html`<div class="band" role="alert">
      <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"
        aria-hidden="true"><path d="M20 12a8 8 0 1 1-2.6-5.9" /><path d="M20 3v4.4h-4.4" /></svg>
      <b>${t("bar.lost")}</b><span>${t("bar.lost_for")}</span><span class="num" aria-live="off">${age(Date.now() - state.lostAt)}</span></div>`
    }
    ${!lost && s?.consoles > 1 && html`<span class="also" role="status">${t("bar.also", { n: s.consoles })}</span>`}
    <div class="right">
      ${s && state.up && html`<span class="soft online"><i class="dot"></i>${t("bar.online")}</span>`}
      ${
        ["manager", "admin"].includes(state.me?.role) &&
        html`<a class="tool told" href=${`/announce/${encodeURIComponent(s?.centre.code || "")}`}>${t("bar.tell")}</a>`
      }
      ${
        otherClerk(state)
          ? html`<button class="tool who-else" onClick=${() => acts.press("handover")}>
          ${otherClerk(state)} <span class="key">O</span></button>`
          : (s?.counter.clerk || state.me) &&
            html`<span class="soft">${s?.counter.clerk || state.me.name}</span>`
      }
      ${
        s &&
        html`<button class=${`tool${s.counter.break_wanted ? " on" : ""}`} aria-disabled=${dim(paused ? "resume" : "pause")}
        aria-pressed=${s.mine ? String(Boolean(s.counter.break_wanted)) : undefined} onClick=${() => acts.press("pause")}>
        <span class="words">${breakWords(s)}</span> <span class="key">P</span></button>
      <button class="tool" aria-disabled=${dim("close")} onClick=${() => acts.press("close")}>${t("bar.close")} <span class="key">Q</span></button>
      <button class="tool" aria-expanded=${state.ask?.kind === "keys"} onClick=${() => acts.press("help")}>${t("bar.keys")} <span class="key">?</span></button>`
      }
      <span class="num clock" title=${t("bar.clock")}>${timeOfDay(now(state))}</span>
    </div>
  </header>`;
}

const mineCalled = (s) => s?.mine?.state === "CALLED";

export function Console({ state, acts, session }) {
  const lost = state.snapshot && !state.up && !state.signedOut;
  return html`<div class=${lost ? "page lost" : "page"}>
    <${Top} state=${state} acts=${acts} />
    <${Work} state=${state} acts=${acts} session=${session} />
    <${Side} state=${state} acts=${acts} lost=${lost} />
  </div>`;
}
