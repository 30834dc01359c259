/* From the code at the machine to a hall that works. What is done is read from the hub, so that one may leave and come back. */
import { html, render } from "/static/console/html.js";
import { loadTexts, t } from "/static/console/texts.js";
import { ask, signIn } from "./api.js";
import { Admin, Centre, Code } from "./begin.js";
import { Machines, Staff, Test } from "./hall.js";
import { state, STEPS } from "./state.js";

const root = document.getElementById("first-run");
const PAGES = {
  code: Code,
  centre: Centre,
  admin: Admin,
  staff: Staff,
  machines: Machines,
  test: Test,
  done: Done,
};

/** Where one stands, by what the hub holds already. */
function stepNow() {
  const { hub, me } = state;
  if (!hub.begun) return "code";
  if (!hub.centre) return "centre";
  if (!hub.has_admin || !me || !me.second_factor || state.codes) return "admin";
  return "staff";
}

async function load() {
  const answer = await ask("GET", "/api/v1/first-run");
  if (!answer.ok) {
    if (answer.status === 403) location.assign("/");
    Object.assign(state, { trouble: answer.message });
    show();
    return;
  }
  state.hub = answer;
  if (answer.signed_in) {
    await signIn();
    const own = await ask("GET", "/api/v1/account");
    state.me = own.ok ? own : null;
  } else if (answer.has_admin) {
    location.assign("/login?next=/first-run");
    return;
  }
  state.step = stepNow();
  show();
}

function go(step) {
  Object.assign(state, { step, trouble: "", told: "" });
  show();
  document.querySelector("h2")?.focus();
}

async function end() {
  const answer = await ask("POST", "/api/v1/first-run/end", {});
  if (!answer.ok) {
    state.trouble = answer.message;
    show();
    return;
  }
  go("done");
}
Object.assign(state, { load, go, end, show });

function Done() {
  const at = encodeURIComponent(state.hub.centre.code);
  return html`<div class="in"><p class="count">${t("done.count")}</p><h2 tabindex="-1">${t("done.title")}</h2>
      <p class="lead">${t("done.lead")}</p>
      <ul class="rows">
        <li><b>${t("done.second_admin")}</b><small>${t("done.second_admin_why")}</small><a class="btn" href=${`/admin/${at}/people`}>${t("done.add")}</a></li>
        <li><b>${t("done.staff")}</b><small>${t("done.staff_why")}</small><a class="btn" href=${`/admin/${at}/people`}>${t("done.add")}</a></li>
        <li><b>${t("done.hours")}</b><small>${t("done.hours_why")}</small><a class="btn" href=${`/admin/${at}/hours`}>${t("done.look")}</a></li>
        <li><b>${t("done.machines")}</b><small>${t("done.machines_why")}</small><a class="btn" href="/devices">${t("done.look")}</a></li>
      </ul></div>
    <div class="foot"><p>${t("done.shut")}</p><a class="btn" href=${`/admin/${at}`}>${t("done.settings")}</a><a class="go" href=${`/manager/${at}`}>${t("done.hall")}</a></div>`;
}

function Step({ name, nth }) {
  const here = STEPS.indexOf(state.step);
  const isDone = state.step === "done" || nth < here;
  return html`<li class=${state.step === name ? "now" : ""} aria-current=${state.step === name ? "step" : null}>
    <span class="num">${isDone ? "✓" : nth + 1}</span>${t(`steps.${name}`)}</li>`;
}

function show() {
  const Page = PAGES[state.step];
  render(
    html`<aside class="sign"><p class="mark">Lượt</p><h1>${t("title")}</h1>
        <ol class="steps">${STEPS.map((name, nth) => html`<${Step} key=${name} name=${name} nth=${nth} />`)}</ol>
        <p class="leave">${t("leave")}</p></aside>
      <main>${
        state.hub
          ? html`<${Page} key=${state.step} />`
          : html`<div class="in"><p role="status">${state.trouble || t("loading")}</p></div>`
      }</main>`,
    root
  );
}

await loadTexts(["first_run"], root.dataset.lang);
await load();
