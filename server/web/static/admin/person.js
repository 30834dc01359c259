/* Somebody outside asks what is kept of them, or wants it gone: found by the address they gave, taken as a file, erased with the code in that file. */
import { html, render } from "/static/console/html.js";
import { loadTexts, setZone, t, timeOfDay } from "/static/console/texts.js";
import { signIn } from "/static/screens/api.js";
import { Again, askSurely, onAgain } from "./again.js";

const root = document.getElementById("admin"),
  { centre, lang, zone } = root.dataset,
  api = `/api/v1/${centre}/person`;
const state = { address: "", kept: null, file: "", told: "", trouble: "" };

const moment = (ms) =>
  `${new Intl.DateTimeFormat("en-GB", { timeZone: zone, day: "2-digit", month: "2-digit", year: "numeric" }).format(ms)} ${timeOfDay(ms)}`;

/** The export as a file of this page alone; the one before is let go. */
function fileOf(kept) {
  if (state.file) URL.revokeObjectURL(state.file);
  const text = JSON.stringify(kept, null, 2);
  return URL.createObjectURL(new Blob([text], { type: "application/json" }));
}

async function find(event) {
  event.preventDefault();
  state.address = event.target.elements.address.value.trim();
  state.told = "";
  const answer = await askSurely("POST", `${api}/export`, { address: state.address });
  state.kept = answer.ok ? answer.export : null;
  state.trouble = answer.ok ? "" : answer.message;
  if (answer.ok) state.file = fileOf(answer.export);
  show();
  document.getElementById("kept")?.focus();
}

async function erase(event) {
  event.preventDefault();
  const code = event.target.elements.code.value.trim();
  const answer = await askSurely("POST", `${api}/erase`, { address: state.address, code });
  state.trouble = answer.ok ? "" : answer.message;
  if (answer.ok) {
    state.told = t("person.erased", { n: answer.erased });
    state.kept = null;
  }
  show();
}

function Kept({ kept }) {
  if (!kept.contacts.length) return html`<p id="kept" tabindex="-1">${t("person.none")}</p>`;
  return html`<section>
    <h2 id="kept" tabindex="-1">${t("person.kept", { n: kept.contacts.length })}</h2>
    <ul class="lines">${kept.contacts.map(
      (
        row,
        n
      ) => html`<li key=${n}><b>${t(`person.purpose.${row.purpose}`)}</b> <span class="soft">${row.kind}</span><br />
        ${t("person.since", { since: moment(row.created_at), until: moment(row.erase_after) })}</li>`
    )}</ul>
    <p><a class="go" href=${state.file} download=${`${centre}.json`}>${t("person.take")}</a></p>
    <form class="row-form code" onSubmit=${erase}>
      <label>${t("person.code")}<input class="box" name="code" autocomplete="off" spellcheck="false" required /></label>
      <button class="go">${t("person.erase")}</button>
      <p class="soft">${t("person.code_why")}</p>
    </form>
  </section>`;
}

function show() {
  render(
    html`<main id="main"><p class="soft">${t("person.lead")}</p>
      ${state.told && html`<p role="status" class="ok">${state.told}</p>`}
      ${state.trouble && html`<p role="alert" class="bad">${state.trouble}</p>`}
      <${Again} />
      <form class="row-form code" onSubmit=${find}>
        <label>${t("person.address")}<input class="box" name="address" autocomplete="off" minlength="5" required /></label>
        <button class="go">${t("person.find")}</button>
      </form>
      ${state.kept && html`<${Kept} kept=${state.kept} />`}</main>`,
    root
  );
}

onAgain(show);
await loadTexts(["devices", "admin"], lang);
setZone(zone);
await signIn();
show();
