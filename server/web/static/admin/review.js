/* The draft before it acts: every change in words, what it means for the hall, when and why; two people at once; what waits; the versions. */
import { html } from "/static/console/html.js";
import { t, timeOfDay } from "/static/console/texts.js";
import { ask } from "/static/screens/api.js";
import { Again, askSurely, onAgain } from "./again.js";
import { address } from "./form.js";
import { linkOf } from "./home.js";
import { dayAndTime } from "./summary.js";
import {
  api,
  changes,
  drop,
  isReadOnly,
  keepFirst,
  keepWhole,
  load,
  redraw,
  reset,
  set,
  state,
  zone,
} from "./state.js";

onAgain(redraw);

export async function refreshReview() {
  const answer = await ask("POST", `${api}/review`, {
    version: state.draftVersion,
    changes: changes(),
    request_id: undefined,
  });
  if (answer.ok) {
    state.review = answer;
    // what nobody else touched goes on from the newest version by itself
    if (!answer.conflicts.length && answer.version !== state.draftVersion) {
      state.draftVersion = answer.version;
      await keepWhole();
    }
  } else state.trouble = answer.message;
  redraw();
}

const history = () =>
  html`<a class="link end" href=${address("changes")}>${state.words.pages.changes}</a>`;

export function Draft() {
  if (!changes().length)
    return html`<div class="ttl"><h2>${state.words.pages.draft}</h2>${history()}</div>
      ${state.done && html`<p role="status" class="ok" id="done" tabindex="-1">${state.done}</p>`}
      ${!isReadOnly() && html`<p class="soft">${t("draft.empty")}</p>`}<${Planned} />`;
  if (!state.review) {
    if (!state.looking) {
      state.looking = true;
      refreshReview().finally(() => {
        state.looking = false;
        redraw();
      });
    }
    return html`<p class="soft" role="status">${state.trouble || t("draft.reading")}</p>`;
  }
  return html`<div class="ttl"><h2>${t("draft.title", { n: state.review.differences.length })}</h2>
      <span class="end"><a class="link" href=${address("changes")}>${state.words.pages.changes}</a> <button type="button" class="link" onClick=${() => drop(changes().map((row) => row.place))}>${t("draft.drop_all")}</button></span></div>
    ${state.review.conflicts.length > 0 ? html`<${Conflicts} />` : html`<${Differences} /><${When} />`}
    <${Planned} />`;
}

function Differences() {
  const { differences, mistakes, consequences, theirs, meanwhile } = state.review;
  const refusals = consequences.filter((row) => row.refuses);
  return html`
    ${mistakes.map((row) => html`<p class="bad" key=${row.text}><a href=${linkOf(row)}>${row.where && `${row.where}: `}${row.text}</a></p>`)}
    ${refusals.map((row) => html`<p class="bad" key=${row.text}>${row.text}</p>`)}
    ${meanwhile.length > 0 && html`<p class="soft">${t("draft.meanwhile", { n: theirs.length, who: meanwhile.map((row) => row.by || t("changed.program")).join(", ") })}</p>`}
    <ul class="lines">${differences.map(
      (
        row
      ) => html`<li key=${row.place.join("/")} class="diff"><div><p class="soft">${row.where}</p>
      <p class="k">${row.label}: ${row.old === null ? t("draft.set") : html`<s>${row.old}</s> →`} <b>${row.new ?? t("draft.unset")}</b></p></div>
      <button type="button" class="link" aria-label=${t("draft.drop_of", { label: row.label })} onClick=${() => drop([row.place])}>${t("draft.drop")}</button></li>`
    )}</ul>
    ${consequences.filter((row) => !row.refuses).map((row) => html`<p class="note" key=${row.text}>${row.text}</p>`)}`;
}

function When() {
  const when = state.when || "now";
  const choose = (name) => {
    state.when = name;
    redraw();
  };
  return html`<fieldset class="when"><legend class="grp">${t("when.title")}</legend>
    ${["now", "tonight", "date"].map((name) => html`<label class="pick" key=${name}><input type="radio" name="when" checked=${when === name} onChange=${() => choose(name)} /><span><b>${t(`when.${name}`, { reset })}</b><small class="soft">${t(`when.${name}_how`)}</small></span></label>`)}
    ${
      when === "date" &&
      html`<label class="one"><span class="unseen">${t("when.date")}</span><input type="datetime-local" class="box" value=${state.date || ""} onChange=${(
        event
      ) => {
        state.date = event.target.value;
        redraw();
      }} /></label>`
    }</fieldset>`;
}

/** What stands at the foot of the draft: why, and the one act. */
export function ApplyBar() {
  if (!changes().length || !state.review || state.review.conflicts.length) return null;
  const blocked = !state.review.may_apply && (state.when || "now") === "now";
  return html`<form class="save" aria-label=${state.words.pages.draft} onSubmit=${apply}>
    <label class="why">${t("why")}<input class="box" id="why" maxlength="300" value=${state.why || ""} onInput=${(event) => (state.why = event.target.value)} /></label>
    ${state.askPassword && html`<label class="why">${t("password_again")}<input class="box" id="again" type="password" autocomplete="current-password" value=${state.password || ""} onInput=${(event) => (state.password = event.target.value)} /></label>`}
    ${state.trouble && html`<p class="bad" role="alert">${state.trouble}</p>`}
    ${blocked && html`<p class="bad">${t("draft.blocked")}</p>`}
    <button class="go" aria-disabled=${state.applying ? "true" : null}>${state.applying ? t("applying") : applyText()}</button>
  </form>`;
}
const applyText = () =>
  t(`apply.${state.when || "now"}`, {
    time: timeOfDay(Date.now()),
    date: (state.date || "").replace("T", " "),
  });

async function apply(event) {
  event.preventDefault();
  if (state.applying) return;
  if (state.review.mistakes.length) {
    state.go(linkOf(state.review.mistakes[0]));
    return;
  }
  state.applying = true;
  state.trouble = "";
  redraw();
  if (state.askPassword && state.password) {
    const sure = await ask("POST", "/api/v1/account/confirm", { password: state.password });
    state.password = "";
    if (!sure.ok) state.trouble = sure.message;
    else state.askPassword = false;
  }
  if (!state.trouble) {
    const applied = changes();
    await keepFirst();
    const when = state.when === "date" ? state.date || "" : state.when || "now";
    const answer = await ask("POST", api, {
      version: state.draftVersion,
      changes: applied,
      reason: state.why || "",
      when,
    });
    if (answer.ok) {
      state.done = answer.planned
        ? t("done.planned", { when: dayAndTime(answer.planned.due_at) })
        : t("done.now", { n: answer.later?.length || 0 });
      Object.assign(state, {
        review: null,
        why: "",
        when: "now",
        keeping: "",
        entries: null,
        entriesAsked: false,
      });
      await load();
    } else if (answer.error === "confirm_again") {
      state.askPassword = true;
    } else {
      state.trouble = answer.message;
      state.review =
        answer.review ||
        (answer.mistakes
          ? { ...state.review, mistakes: answer.mistakes, may_apply: false }
          : state.review);
    }
  }
  state.applying = false;
  redraw();
  (document.getElementById("done") || document.getElementById("again"))?.focus();
}

/** Two people at once: only the places both touched; mine, theirs, or a third by going back to its field. */
function Conflicts() {
  const { conflicts, meanwhile, version } = state.review;
  const who = meanwhile
    .map(
      (row) =>
        `${row.by || t("changed.program")} ${dayAndTime(row.at)}${row.reason && ` “${row.reason}”`}`
    )
    .join(", ");
  state.chosen = state.chosen || {};
  const choose = (key, which) => {
    state.chosen[key] = which;
    redraw();
  };
  const goOn = async () => {
    const rest = changes();
    state.draftVersion = version;
    await load();
    const given = conflicts
      .filter((row) => state.chosen[row.place.join("/")] === "theirs")
      .map((row) => JSON.stringify(row.place));
    state.draftVersion = version;
    state.chosen = {};
    state.review = null;
    await keepWhole(rest.filter((row) => !given.includes(JSON.stringify(row.place))));
  };
  const ready = conflicts.every((row) => state.chosen[row.place.join("/")]);
  return html`<section class="group"><h3 class="grp">${t("conflict.title")}</h3><p>${t("conflict.how", { who })}</p>
    ${conflicts.map((row) => {
      const key = row.place.join("/");
      return html`<fieldset class="conflict" key=${key}><legend>${row.where}, ${row.label} <span class="soft">${t("conflict.was", { value: row.before ?? t("nothing") })}</span></legend>
        ${["theirs", "mine"].map((which) => html`<label class="pick" key=${which}><input type="radio" name=${key} checked=${state.chosen[key] === which} onChange=${() => choose(key, which)} /><span>${t(`conflict.${which}`)} <b>${row[which] ?? t("nothing")}</b></span></label>`)}</fieldset>`;
    })}
    <p><button type="button" class="go" aria-disabled=${ready ? null : "true"} onClick=${() => ready && goOn()}>${t("conflict.go")}</button> ${!ready && html`<span class="soft">${t("conflict.choose")}</span>`}</p></section>`;
}

function Planned() {
  const { planned } = state.settings;
  if (!planned.length) return null;
  const dropPlanned = async (id) => {
    const answer = await ask("POST", `${api}/planned/${id}/drop`, {});
    state.trouble = answer.ok ? "" : answer.message;
    if (answer.ok) await reload();
    redraw();
  };
  return html`<section class="group"><h3 class="grp">${t("planned.title")}</h3><ul class="lines">${planned.map(
    (row) => html`<li class="diff" key=${row.id}><div>
    <p class="k">${t(row.state === "failed" ? "planned.failed" : "planned.waits", { when: dayAndTime(row.due_at) })}</p>
    <p class="soft">${row.by || t("changed.program")}${row.reason && `: ${row.reason}`}</p>
    ${row.changes.map((change) => html`<p key=${change.place.join("/")}>${change.where}, ${change.label}: <b>${change.new ?? t("draft.unset")}</b></p>`)}</div>
    ${row.state !== "failed" && !isReadOnly() && html`<button type="button" class="link" onClick=${() => dropPlanned(row.id)}>${t("draft.drop")}</button>`}</li>`
  )}</ul></section>`;
}

async function reload() {
  const kept = [state.draft, state.draftVersion];
  await load();
  [state.draft, state.draftVersion] = kept;
}

/** What the hall will see of the draft. */
export function ReviewSide() {
  const hall = state.review?.hall;
  if (!hall) return null;
  return html`<section><h2>${t("hall.title")}</h2><ul class="lines">
    ${["waiting", "boards", "kiosks"].map((what) => html`<li key=${what}><b class="num">${hall[what]}</b> ${t(`hall.${what}`)}</li>`)}</ul></section>
    <section><h2>${t("hall.wrong")}</h2><p class="soft">${t("hall.undo")} <a href=${address("changes")}>${state.words.pages.changes}</a></p></section>`;
}

/** Every version that was in force; one opened says what it changed and takes the settings back to it. */
export function History() {
  if (!state.versions) {
    state.versions = [];
    ask("GET", `${api}/versions`).then((answer) => {
      state.versions = answer.ok ? answer.versions : [];
      redraw();
    });
  }
  const open = async (version) => {
    state.opened = state.opened?.version === version ? null : { version };
    redraw();
    if (!state.opened) return;
    const answer = await ask("GET", `${api}/versions/${version}`);
    if (answer.ok && state.opened?.version === version) state.opened = answer;
    redraw();
  };
  return html`<div class="ttl"><h2>${state.words.pages.changes}</h2><span class="soft">${t("changed.how")}</span></div>
    ${state.done && html`<p role="status" class="ok" id="done" tabindex="-1">${state.done}</p>`}
    ${state.trouble && html`<p class="bad" role="alert">${state.trouble}</p>`}
    <${Again} />
    <ul class="lines">${state.versions.map(
      (
        row
      ) => html`<li key=${row.version}><button type="button" class="fold" aria-expanded=${state.opened?.version === row.version} onClick=${() => open(row.version)}>
      <b class="num">${dayAndTime(row.at)}</b> <span>${row.by || t("changed.program")}</span> <span class="soft">${t(`source.${row.source || "file"}`)}${row.reason && `: ${row.reason}`}</span><span class="end">${t("version", { n: row.version })}</span></button>
      ${state.opened?.version === row.version && html`<${Version} row=${row} />`}</li>`
    )}</ul>`;
}

function Version({ row }) {
  const { changes: made, undo } = state.opened;
  if (!made) return html`<p class="soft" role="status">${t("draft.reading")}</p>`;
  const back = async () => {
    const answer = await askSurely("POST", `${api}/undo`, {
      version: state.settings.version,
      to: row.version,
      reason: t("undo_reason", { n: row.version }),
    });
    state.trouble = answer.ok ? "" : answer.message;
    if (answer.ok) {
      state.done = t("done.undone", { n: row.version });
      Object.assign(state, { versions: null, opened: null });
      await reload();
    }
    redraw();
  };
  return html`<div class="opened">${made.map((change) => html`<p key=${change.place.join("/")}>${change.where}, ${change.label}: ${change.old === null ? "" : html`<s>${change.old}</s> → `}<b>${change.new ?? t("draft.unset")}</b></p>`)}
    ${made.length === 0 && html`<p class="soft">${t("changed.first")}</p>`}
    <p class="soft num digest">${row.digest || ""}</p>
    ${!isReadOnly() && undo.length > 0 && html`<p><button type="button" class="btn" onClick=${back}>${t("undo_to", { n: undo.length })}</button></p>`}</div>`;
}
