/* The left of the console: who is in front, what can be said and done. */
import { DEFAULT_LANGUAGE } from "/ui/languages.js";
import { html } from "./html.js";
import { hasText, minutesOf, nameOf, rich, stopwatch, t, timeOfDay } from "./texts.js";
import { mainAct, now, otherClerk, rows, tally, visitTime, whyNot } from "./state.js";
import { codeOf, reasonWords, serviceName, shortOf } from "./words.js";
import { Ask, isWide } from "./ask.js";
import { picks } from "./questions.js";
import { Login } from "./login.js";

function Number({ snapshot, ticket }) {
  return html`<p class=${`num no${ticket.number.length > 4 ? " long" : ""}`}><span>${ticket.number}</span><span class="badges">
    ${ticket.priority && html`<span class="badge">${snapshot.rules.badge}</span>`}
    ${ticket.dossiers > 1 && html`<span class="badge">${t("badge_dossiers", { n: ticket.dossiers })}</span>`}
    ${
      ticket.lang &&
      ticket.lang !== DEFAULT_LANGUAGE &&
      html`<a class="badge" target="_blank" rel="noopener"
      href=${`/phrases/${encodeURIComponent(snapshot.centre.code)}/${ticket.lang}`}>${ticket.lang.split("-")[0].toUpperCase()}, ${t("badge_interpreter")}</a>`
    }</span></p>`;
}

/* What the next clerk should know, and what comes after this service. */
function Memo({ state, mine }) {
  const then = (mine.then || []).map((service) => shortOf(state.snapshot, service)).join(", ");
  const note = mine.note && !state.signedOut ? mine.note.text : "";
  return (
    (note || then) &&
    html`<p class="memo">${note && html`<b>${t("now.note")}</b> ${note} `}${then && html`<b>${t("now.then")}</b> ${then}`}</p>`
  );
}

/* When, how long, why; the class of priority where the reason does not name it already. */
function sentences(s, mine, counter, waited) {
  const parts = [
    rich("now.took", { at: timeOfDay(mine.issued_at), min: waited }),
    rich(mine.calls > 1 ? "now.why" : "now.why_once", {
      reason: reasonWords(s, mine),
      n: mine.calls,
    }),
  ];
  if (mine.priority && !mine.reason?.startsWith("priority"))
    parts.push(rich("now.class", { name: nameOf(mine.priority.name) }));
  if (mine.come_back)
    parts.push(
      rich("now.will_return", { counter: mine.come_back === true ? counter : mine.come_back })
    );
  return parts.flatMap((part, i) => (i ? [" ", part] : [part]));
}

/** What stands under the stopwatch. */
function timeText(s, mine, time) {
  if (mine.state === "CALLED") {
    const waits = s.rules.auto_recall_seconds ? "time.grace_auto" : "time.grace";
    const key = time.level === "late" ? "time.grace_over" : waits;
    return t(key, { n: time.grace, again: s.rules.auto_recall_seconds });
  }
  if (!time.usual) return t("time.since", { at: timeOfDay(mine.started_at || mine.called_at) });
  if (time.level === "over") return t("time.over", { n: time.over });
  return t(time.level === "near" ? "time.near" : "time.usual", { n: time.usual });
}

function InFront({ state }) {
  const s = state.snapshot,
    mine = s.mine,
    called = mine.state === "CALLED";
  const time = visitTime(s, now(state));
  const waited = minutesOf((mine.first_called_at || mine.called_at) - mine.issued_at);
  const watch = stopwatch(time.ms);
  const why = timeText(s, mine, time);
  return html`<section class=${`now${called ? " called" : ""}`} aria-label=${t(called ? "state.called" : "state.serving")}>
    <div class="who">
      <p class=${`state${called ? "" : " run"}`}>${called ? t(mine.calls > 1 ? "state.called_again" : "state.called", { n: mine.calls }) : t("state.serving")}</p>
      <${Number} snapshot=${s} ticket=${mine} />
      <p class=${`svc${serviceName(s, mine).length > 60 ? " long" : ""}`} title=${nameOf(mine.service?.name)}>
        ${codeOf(s, mine) && html`<span class="num">${codeOf(s, mine)}</span> `}${serviceName(s, mine)}</p>
      <p class="how">${sentences(s, mine, state.counter, waited)}</p>
      <${Memo} state=${state} mine=${mine} />
    </div>
    <div class=${`time ${time.level}`}>
      <p class=${`num t${time.ms >= 3600000 ? " hours" : ""}`} role="timer" aria-live="off">${watch}</p>
      ${
        time.mark &&
        html`<div class="bar" aria-hidden="true">
        <i style=${{ width: `${Math.round(time.share * 100)}%` }}></i><u style=${{ left: `${time.mark * 100}%` }}></u>
      </div>`
      }
      <p class="why">${why}</p>
    </div>
  </section>`;
}

/* Nobody in front: what the counter is, in the place of the number. */
function Empty({ state }) {
  const s = state.snapshot,
    counterState = s?.counter.state;
  let title,
    say,
    hint = "",
    clock = null;
  if (!s && state.signedOut) {
    title = t("counter", { counter: state.counter });
    say = t("now.signed_out");
    hint = t(`login.${state.signedOut.why}`, { counter: state.counter });
  } else if (!s) {
    title = t("state.loading");
    say = t("now.loading");
  } else if (counterState === "closed") {
    title = t("state.closed");
    say = t("now.closed");
    hint = s.waiting ? t("now.closed_hint", { n: s.waiting }) : t("now.closed_none");
  } else if (counterState === "paused") {
    title = t("state.paused");
    const reason = s.lists.break_reasons.find((r) => r.code === s.counter.pause_reason);
    say = reason ? nameOf(reason.name) : t("now.paused");
    hint = t("now.paused_hint");
    clock = s.counter.since;
  } else if (s.waiting && s.next[0]) {
    const first = s.next[0];
    title = t("state.free");
    say = t("now.ready", { n: s.waiting });
    hint = rich("now.ready_next", {
      number: first.number,
      min: minutesOf(now(state) - first.since),
      reason: reasonWords(s, first),
    });
  } else if (s.counter.wants_next) {
    title = t("state.free");
    say = t("now.stored");
    hint = t("now.stored_hint");
  } else {
    title = t("state.free");
    say = t("now.nobody");
    hint = t("now.nobody_hint");
  }
  return html`<section class="now" aria-label=${title}>
    <div class="who"><p class=${`state${counterState === "open" ? " run" : ""}`}>${title}</p><p class="say">${say}</p><p class="how">${hint}</p></div>
    ${
      clock &&
      html`<div class="time">
      <p class="num t" role="timer" aria-live="off">${stopwatch(now(state) - clock)}</p>
      <p class="why">${t("time.since", { at: timeOfDay(clock) })}</p>
    </div>`
    }
  </section>`;
}

function Outcomes({ state, acts }) {
  const list = (state.snapshot?.lists.outcomes || []).slice(0, 6);
  const off = !state.snapshot?.mine;
  return html`<section class="out"><h2><span id="outcomes">${t("outcome")}</span>
    <button class="esc" aria-disabled=${off} onClick=${() => acts.press("services")}>
      ${state.services?.length ? t("done_services", { n: tally(state.services).length }) : t("services")} <span class="key">S</span>
    </button></h2><ul class="six" aria-labelledby="outcomes">
    ${list.map(
      (
        o,
        i
      ) => html`<li key=${o.code}><button class=${`btn${state.outcome === o.code ? " sel" : ""}`}
      aria-pressed=${state.outcome === o.code} aria-disabled=${off} onClick=${() => acts.outcome(i)}>
      <span class="key">${i + 1}</span><span class="x">${nameOf(o.name)}</span></button></li>`
    )}
  </ul></section>`;
}

const MORE = [
  ["walk", "D"],
  ["store", "A"],
  ["add", "M"],
  ["note", "N"],
  ["reprint", "I"],
  ["requeue", "L"],
  ["cancel", "Delete"],
];
const SIX = [
  ["finish", "X"],
  ["park", "T"],
  ["transfer", "C"],
  ["start", "B"],
  ["recall", "G"],
  ["miss", "V"],
];

/** What comes after the visit at hand, where nobody else is called. */
function afterVisit(snapshot, mine) {
  if (mine.then?.length) return t("sub.then", { service: shortOf(snapshot, mine.then[0]) });
  return t(snapshot.counter.break_wanted ? "sub.break" : "sub.nobody");
}

/** What the large button's second line says: why it waits, or what pressing it does. */
function mainHint(state, act) {
  const s = state.snapshot,
    mine = s?.mine;
  if (state.signedOut) return t("sub.signed_out");
  if (!s) return t("state.loading");
  if (!state.up) return t("sub.lost");
  if (state.busy) return t("sub.sending");
  if (act === "open" || act === "resume") return t(`sub.${act}`);
  if (act === "finish") return afterVisit(s, mine);
  if (act === "start") return t("sub.start", { number: mine.number });
  if (mine) return t("sub.also_finish", { number: mine.number });
  if (s.next[0]) return t("sub.next_is", { number: s.next[0].number });
  return t(s.counter.wants_next ? "sub.stored" : "sub.nobody");
}

function Main({ state, acts }) {
  const s = state.snapshot,
    act = mainAct(s),
    mine = s?.mine;
  const off = !s || !state.up || whyNot(s, act) || state.ask;
  const words =
    act === "finish"
      ? t(mine.then?.length ? "act.finish_then" : "act.finish_last", { number: mine.number })
      : t(`act.${act}`);
  const sub = mainHint(state, act);
  return html`<button class=${off ? "btn main" : "go main"} aria-disabled=${off ? "true" : "false"} onClick=${() => acts.press("next")}>
    <span>${words}<small>${sub}</small></span><span class="key">${t("space")}</span></button>`;
}

function Acts({ state, acts }) {
  return html`<section class="do" aria-label=${t("keys.help")}><${Main} state=${state} acts=${acts} />
    ${SIX.map(
      ([act, key]) => html`<button key=${act} class="btn"
      aria-disabled=${!state.up || state.ask || whyNot(state.snapshot, act) ? "true" : "false"}
      onClick=${() => acts.press(act)}>${t(`act.${act}`)}<span class="key">${key}</span></button>`
    )}
  </section>
  <div class="minor" role="group" aria-label=${t("keys.more")}>
    ${MORE.map(
      ([
        act,
        key,
      ]) => html`<button key=${act} class=${act === "store" && state.snapshot?.counter.wants_next ? "on" : ""}
      aria-pressed=${act === "store" ? Boolean(state.snapshot?.counter.wants_next) : undefined}
      aria-disabled=${
        !state.up ||
        state.ask ||
        (!state.chosen && whyNot(state.snapshot, act)) ||
        (state.chosen &&
          (act === "walk" || act === "store" || act === "add") &&
          whyNot(state.snapshot, act))
          ? "true"
          : "false"
      }
      onClick=${() => acts.press(act)}>
      <span class="words">${t(`act.${act}`)}</span> <span class="key">${key}</span></button>`
    )}</div>`;
}

/* The last act in words: a call that came by itself is a call, a finish that goes on with the next service is no end. */
function lastAct({ undo, mine }) {
  let verb = undo.verb;
  if (verb === "store_next" && undo.number) verb = "call_next";
  if (verb === "finish" && mine?.number === undo.number) verb = "went_on";
  return t(`did.${hasText(`did.${verb}`) ? verb : "other"}`, { number: undo.number || "" });
}

function Foot({ state, acts }) {
  const s = state.snapshot,
    ask = state.ask,
    row = rows(s).find((r) => r.ticket.id === state.chosen);
  const link = (act, words, key) =>
    html`<button onClick=${() => acts.press(act)}><span class="words">${words}</span> <span class="key">${key}</span></button>`;
  let left = null;
  if (state.signedOut) left = null;
  else if (state.notice)
    left = html`<span class=${`tell${state.notice.bad ? " bad" : ""}`}>${state.notice.text}</span>`;
  else if (!state.up && s && !state.signedOut)
    left = html`<span class="tell">
    ${state.busy ? t("foot.waiting_answer", { act: t(`act.${state.busy.verb}`) }) : t("foot.lost")}</span>`;
  else if (state.busy && Date.now() - state.busy.since > 400)
    left = html`<span class="tell">${t("foot.sending", { act: t(`act.${state.busy.verb}`) })}</span>`;
  else if (!ask && otherClerk(state) && !row)
    left = html`
    <span class="tell">${rich("foot.other_clerk", { clerk: otherClerk(state) })}</span>
    ${link("handover", t("handover.take"), "O")}`;
  else if (row)
    left = html`<span>${rich("foot.chosen", { number: row.ticket.number })}</span>${link("choose", t("foot.call_it"), "Enter")}
    ${row.list === "absent" && link("requeue", t("foot.requeue_it"), "L")}${link("cancel", t("foot.cancel_it"), "Delete")}${link("back", t("foot.unchoose"), "Esc")}`;
  else if (s?.undo && s.undo.until > now(state)) {
    const seconds = Math.ceil((s.undo.until - now(state)) / 1000);
    left = html`<span class="tell">${t("foot.last", { act: lastAct(s), at: timeOfDay(s.undo.at, true) })}</span>
      ${link("undo", t("act.undo"), "H")}<span>${t("foot.left", { n: seconds })}</span>`;
  }
  return html`<div class="foot"><div class="line" role="status" aria-live=${state.notice?.bad ? "assertive" : "polite"}>${left}</div>
</div>`;
}

/** A question that needs room has it from the person in front. */
function workClass(ask) {
  if (ask && picks(ask)) return "work asking picks";
  return ["keys", "transfer"].includes(ask?.kind) ? "work asking" : "work";
}

/** What lies below the person in front: the log-in, the question asked, or the outcomes. */
function Below({ state, acts, session }) {
  if (state.signedOut) return html`<${Login} state=${state} session=${session} />`;
  if (state.ask) return html`<${Ask} state=${state} acts=${acts} session=${session} />`;
  return html`<${Outcomes} state=${state} acts=${acts} />`;
}

export function Work({ state, acts, session }) {
  const ask = state.ask;
  return html`<main class=${workClass(ask)}>
    ${state.snapshot?.mine ? html`<${InFront} state=${state} />` : html`<${Empty} state=${state} />`}
    <${Below} state=${state} acts=${acts} session=${session} />
    ${!(ask && isWide(ask)) && html`<${Acts} state=${state} acts=${acts} />`}
    <${Foot} state=${state} acts=${acts} />
  </main>`;
}
