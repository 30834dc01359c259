/* The side column's panel for what was chosen: a counter with its fields, a field with its closing, the day with its numbers. */
import { defaultFirst, ownName, withoutEmpty } from "/ui/languages.js";
import { Component, html } from "/static/console/html.js";
import { nameOf, t, textIn, timeOfDay } from "/static/console/texts.js";

const MINUTE = 60000;
const DAY_MINUTES = 1440;
const MODES = ["normal", "priority_only", "reserve"];

function Head({ title, acts }) {
  return html`<h2><span>${title}</span><button class="leave" aria-label=${t("change.leave")} onClick=${() => acts.choose(null)}>${t("change.leave")}</button></h2>`;
}

function Said({ state }) {
  return html`<p class=${`said ${state.said?.bad ? "mend" : ""}`} role="status">${state.said?.text || ""}</p>`;
}

/** A list of letters after a press: one that was there goes, one that was not comes if it is `wanted`. */
function pressed(letters, letter, wanted) {
  if (wanted && !letters.includes(letter)) return [...letters, letter];
  return letters.filter((other) => other !== letter);
}

function CounterChoice({ counter, snapshot, state, acts }) {
  const plan = state.choice.plan || {
    fields: counter.fields,
    overflow: counter.overflow || [],
    mode: counter.mode || "normal",
  };
  const set = (letter, to) =>
    acts.draft({
      plan: {
        ...plan,
        fields: pressed(plan.fields, letter, to === "own"),
        overflow: pressed(plan.overflow, letter, to === "help"),
      },
    });
  const save = () =>
    plan.fields.length
      ? acts.assign(counter.counter, plan).then((ok) => ok && acts.draft({ plan: null }))
      : acts.say(t("change.no_field"));
  return html`<section class="choice"><${Head} title=${t("change.counter", { counter: counter.counter })} acts=${acts} />
    <p class="d">${t(`change.${counter.state}`)}${counter.clerk ? `, ${counter.clerk}` : ""}${
      counter.number ? `, ${counter.number}` : ""
    }. ${counter.break_wanted && counter.number ? `${t("change.then_break", { number: counter.number })} ` : ""}${
      counter.assigned ? t("change.assigned") : t("change.as_file")
    }</p>
    <table><thead><tr><td></td><th scope="col">${t("live.field")}</th><th scope="col">${t("change.own")}</th><th scope="col">${t("change.help")}</th></tr></thead><tbody>
    ${snapshot.fields.map(
      (
        f
      ) => html`<tr key=${f.field}><td class="l">${f.field}</td><th scope="row">${nameOf(f.short)}</th>
      <td><input type="checkbox" aria-label=${t("change.own_of", { field: nameOf(f.short) })}
        checked=${plan.fields.includes(f.field)} onChange=${() => set(f.field, "own")} /></td>
      <td><input type="checkbox" aria-label=${t("change.help_of", { field: nameOf(f.short) })}
        checked=${plan.overflow.includes(f.field)} onChange=${() => set(f.field, "help")} /></td></tr>`
    )}</tbody></table>
    <p class="field"><label for="mode">${t("change.mode")}</label>
      <select id="mode" value=${plan.mode} onChange=${(event) => acts.draft({ plan: { ...plan, mode: event.target.value } })}>
        ${MODES.map((mode) => html`<option key=${mode} value=${mode} selected=${mode === plan.mode}>${t(`change.mode_${mode}`)}</option>`)}
      </select></p>
    <${Said} state=${state} />
    <p class="do">
      <button class="go act" aria-disabled=${state.busy} onClick=${save}>${t("change.assign")}</button>
      ${
        counter.assigned &&
        html`<button class="btn act"
        onClick=${() => acts.assign(counter.counter, { fields: null }).then((ok) => ok && acts.draft({ plan: null }))}>
        ${t("change.file")}</button>`
      }
    </p>
    <p class="d">${t("change.assign_note")}</p></section>`;
}

class FieldChoice extends Component {
  render({ field, state, acts }) {
    const open = field.state !== "closed";
    const close = (event) => {
      event.preventDefault();
      const written = [...event.target.querySelectorAll("textarea")];
      const texts = Object.fromEntries(written.map((area) => [area.lang, area.value]));
      acts.closeField(field.field, withoutEmpty(texts));
    };
    return html`<section class="choice"><${Head} title=${t("change.field", { field: field.field, name: nameOf(field.short) })} acts=${acts} />
      <p class="d">${t(open ? "change.field_open" : "change.field_closed", { n: field.waiting, counters: field.open_counters })}${
        !open && field.message ? ` “${nameOf(field.message)}”` : ""
      }</p>
      ${
        open
          ? html`<form onSubmit=${close}>
        ${defaultFirst(state.snapshot.centre.locales).map(
          (
            lang
          ) => html`<p class="field" key=${lang}><label for=${`message-${lang}`}>${t("change.message_in", { language: ownName(lang) })}</label>
          <textarea id=${`message-${lang}`} lang=${lang} rows="3" maxlength="200" defaultValue=${textIn(lang, "change.usual")}></textarea></p>`
        )}
        <${Said} state=${state} />
        <p class="do"><button class="go act">${t("change.close")}</button></p>
        <p class="d">${t("change.close_note")}</p></form>`
          : html`<${Said} state=${state} />
          <p class="do"><button class="go act" onClick=${() => acts.reopenField(field.field)}>${t("change.reopen")}</button></p>`
      }</section>`;
  }
}

function DayChoice({ state, acts, issuing }) {
  return html`<section class="choice"><${Head} title=${t("change.stop_sure")} acts=${acts} /><p class="d">${t("change.stop_note")}</p><${Said} state=${state} />
    <p class="do">
      <button class="go act" onClick=${() => acts.issuing(!issuing).then((ok) => ok && acts.choose(null))}>${t("change.stop")}</button>
      <button class="btn act" onClick=${() => acts.choose(null)}>${t("change.keep")}</button>
    </p></section>`;
}

/** Before the day is closed: how many people that ends. */
function CloseDayChoice({ snapshot, state, acts }) {
  const { totals } = snapshot;
  const numbers = {
    waiting: totals.waiting,
    at: totals.called + totals.serving,
    parked: totals.parked,
    absent: totals.absent,
    counters: snapshot.counters.filter((c) => c.state !== "closed").length,
  };
  return html`<section class="choice"><${Head} title=${t("change.close_day_sure")} acts=${acts} />
    <p class="d">${t("change.close_day_ends", numbers)}</p><p class="d">${t("change.close_day_note")}</p><${Said} state=${state} />
    <p class="do">
      <button class="go act" aria-disabled=${state.busy} onClick=${() => acts.closeDay().then((ok) => ok && acts.choose(null))}>${t("change.close_day")}</button>
      <button class="btn act" onClick=${() => acts.choose(null)}>${t("change.keep_day")}</button>
    </p></section>`;
}

/** The moment (ms) a time of the day ("07:30") was last, as the hub's clock stands `at`; null for one that is still to come. */
function lastAt(time, at) {
  const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
  const ago = (minutes(timeOfDay(at)) - minutes(time) + DAY_MINUTES) % DAY_MINUTES;
  return ago > DAY_MINUTES / 2 ? null : at - (at % MINUTE) - ago * MINUTE;
}

/** What a device took faster than people can: cancelled in one press, since a time the manager sets. */
class TakeBackChoice extends Component {
  render({ device, at, state, acts }) {
    const press = (event) => {
      event.preventDefault();
      const since = this.since.value ? lastAt(this.since.value, at) : null;
      if (since === null) acts.say(t("change.take_back_when"));
      else acts.takeBack(device, since);
    };
    return html`<section class="choice"><${Head} title=${t("change.take_back_sure", { device })} acts=${acts} />
      <p class="d">${t("change.take_back_note")}</p>
      <p class="d"><a href="/devices">${t("change.take_back_first")}</a></p>
      <form onSubmit=${press}>
        <p class="field"><label for="since">${t("change.take_back_since")}</label>
          <input id="since" type="time" defaultValue=${timeOfDay(at - 60 * MINUTE)}
            ref=${(el) => {
              this.since = el;
            }} /></p>
        <${Said} state=${state} />
        <p class="do">
          <button class="go act" aria-disabled=${state.busy}>${t("change.take_back")}</button>
          <button type="button" class="btn act" onClick=${() => acts.choose(null)}>${t("change.take_back_keep")}</button>
        </p></form></section>`;
  }
}

/** Today was closed and may go on: one line with the button that takes the closing back. */
function Reopen({ snapshot, state, acts }) {
  const { reopen } = snapshot;
  if (!reopen) return null;
  return html`<p class="day-state stopped"><span>${t("change.day_closed_at", { time: timeOfDay(reopen.at), n: reopen.expired })}</span>
    <button class="btn act" aria-disabled=${state.busy} onClick=${() => acts.reopenDay()}>${t("change.reopen_day")}</button></p>
    <${Said} state=${state} />`;
}

/** The panel of what was chosen, or nothing. */
export function Choice({ state, snapshot, at, acts }) {
  const of = state.choice?.of;
  if (!of) return null;
  const counter =
    of.counter !== undefined && snapshot.counters.find((c) => c.counter === of.counter);
  const field = of.field !== undefined && snapshot.fields.find((f) => f.field === of.field);
  if (counter)
    return html`<${CounterChoice} key=${`c${of.counter}`} counter=${counter} snapshot=${snapshot} state=${state} acts=${acts} />`;
  if (field)
    return html`<${FieldChoice} key=${`f${of.field}`} field=${field} state=${state} acts=${acts} />`;
  if (of.tooFast)
    return html`<${TakeBackChoice} key=${`d${of.tooFast}`} device=${of.tooFast} at=${at} state=${state} acts=${acts} />`;
  if (of.closing)
    return html`<${CloseDayChoice} snapshot=${snapshot} state=${state} acts=${acts} />`;
  return of.day
    ? html`<${DayChoice} state=${state} acts=${acts} issuing=${snapshot.day.issuing} />`
    : null;
}

/** One line on whether numbers are given out, with the button that changes it. */
export function Issuing({ snapshot, state, acts }) {
  const reopen = html`<${Reopen} snapshot=${snapshot} state=${state} acts=${acts} />`;
  if (snapshot.day.state !== "open" || snapshot.day.issuing === undefined) return reopen;
  const on = snapshot.day.issuing;
  return html`${reopen}<p class=${`issuing${on ? "" : " stopped"}`}><span>${t(on ? "change.issuing" : "change.stopped")}</span>
    <button class="btn act" aria-disabled=${state.busy} onClick=${() => (on ? acts.choose({ day: true }) : acts.issuing(true))}>
      ${t(on ? "change.stop" : "change.resume")}</button></p>
    <p class="day-state"><span>${t("change.day_open")}</span>
    <button class="btn act" aria-disabled=${state.busy} onClick=${() => acts.choose({ closing: true })}>${t("change.close_day")}</button></p>`;
}
