/* What the hub believes of the time, and somebody's word on it. Over the HTTP API only. */
import { language } from "/ui/languages.js";
import { fetchInTime } from "../fetch_in_time.js";
import { html, render } from "../console/html.js";
import { currentLanguage, loadTexts, t } from "../console/texts.js";
import { whoAmI } from "../console/session.js";

const root = document.getElementById("hub-clock");
const { centre, zone } = root.dataset;
const LOOK_EVERY = 5000;
const now = {
  about: null,
  csrf: "",
  choice: "",
  date: "",
  clock: "",
  move: null,
  press: null,
  busy: false,
  said: null,
};

function toLogin() {
  location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
}

function parts(at) {
  const made = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(new Date(at));
  return Object.fromEntries(made.map((part) => [part.type, part.value]));
}

/** A moment with its weekday, as it stands on the wall. */
const wallTime = (at) =>
  new Intl.DateTimeFormat(language(currentLanguage()).dates.wall, {
    timeZone: zone,
    weekday: "long",
    day: "numeric",
    month: "numeric",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(new Date(at));

const writtenDate = (date) => date.split("-").reverse().join("/");

async function refresh() {
  try {
    const answer = await fetchInTime(`/api/v1/${centre}/clock`, {
      headers: { Accept: "application/json" },
    });
    if (answer.status === 401) return toLogin();
    const body = await answer.json();
    if (body.ok) {
      if (!now.about) begin(body);
      now.about = body;
    }
  } catch {
    now.said = { bad: true, text: t("offline") };
  }
  return paint();
}

/** The form as it stands first: the clock's own time is the likely one, the people are today's. */
function begin(about) {
  const here = parts(about.doubt === "jumped" ? about.at : about.machine);
  now.date = `${here.year}-${here.month}-${here.day}`;
  now.clock = `${here.hour}:${here.minute}`;
  now.choice = about.doubt ? "" : "hub";
  const machine = parts(about.machine);
  const ahead = about.day && about.day.date > `${machine.year}-${machine.month}-${machine.day}`;
  now.move = Boolean(about.question || (about.doubt && ahead));
}

const timeChosen = () => (now.choice === "typed" ? `${now.date}T${now.clock}` : now.choice);

async function confirm(event) {
  event.preventDefault();
  if (now.busy || !now.choice) return;
  now.busy = true;
  now.press = now.press || window.Luot.requestId();
  paint();
  try {
    const answer = await fetchInTime(`/api/v1/${centre}/clock/confirm`, {
      method: "POST",
      headers: {
        Accept: "application/json",
        "Accept-Language": currentLanguage(),
        "Content-Type": "application/json",
        "X-CSRF-Token": now.csrf,
      },
      body: JSON.stringify({
        request_id: now.press,
        time: timeChosen(),
        move_day: Boolean(now.move),
      }),
    });
    if (answer.status === 401) return toLogin();
    const body = await answer.json();
    now.press = null;
    now.said = body.ok ? { text: result(body) } : { bad: true, text: body.message };
    if (body.ok) now.about = null;
  } catch {
    now.said = { bad: true, text: t("offline") };
  }
  now.busy = false;
  return refresh();
}

function result({ moved }) {
  const pairs = moved.renumbered.map(([from, to]) => `${from} → ${to}`).join(", ");
  return [
    t("done"),
    moved.days.length ? t("moved", { n: moved.tickets }) : "",
    pairs ? t("renumbered", { pairs }) : "",
  ]
    .filter(Boolean)
    .join(" ");
}

function Choice({ value, words, children }) {
  return html`<label class="choice"><input type="radio" name="time" value=${value} checked=${now.choice === value}
    onChange=${() => {
      now.choice = value;
      paint();
    }} /><span>${words}</span></label>${children}`;
}

function Form({ about }) {
  return html`<form onSubmit=${confirm}>
    ${
      about.doubt &&
      html`<fieldset><legend>${t("ask")}</legend>
      <${Choice} value="hub" words=${t("use_hub", { time: wallTime(about.at) })} />
      <${Choice} value="machine" words=${t("use_machine", { time: wallTime(about.machine) })} />
      <${Choice} value="typed" words=${t("typed")} />
      ${
        now.choice === "typed" &&
        html`<p class="typed"><label>${t("date")} <input type="date" required value=${now.date} onInput=${(
          e
        ) => {
          now.date = e.target.value;
        }} /></label>
        <label>${t("clock")} <input type="time" required value=${now.clock} onInput=${(e) => {
          now.clock = e.target.value;
        }} /></label></p>`
      }</fieldset>`
    }
    ${
      about.day &&
      (about.question || (about.doubt && about.day.date)) &&
      html`<label class="choice move"><input type="checkbox" checked=${Boolean(now.move)} onChange=${(
        e
      ) => {
        now.move = e.target.checked;
      }} /><span>${t("move", { date: writtenDate(about.day.date) })}</span></label>`
    }
    <p class="do"><button class="go" aria-disabled=${now.busy || !now.choice}>${t("say")}</button></p>
    ${about.doubt && html`<p class="soft">${t("tell")}</p>`}</form>`;
}

function Page() {
  const { about } = now;
  if (!about) return html`<p role="status">${now.said?.text || ""}</p>`;
  const asked = about.doubt || about.question;
  return html`<main>
      ${
        asked
          ? html`<p class="why" role="alert">${about.doubt ? t(about.doubt) : t("misdated", { date: writtenDate(about.question), today: writtenDate(about.today) })}</p>`
          : html`<p class="fine" role="status">${t("sure")}</p>`
      }
      <dl><dt>${t("hub")}</dt><dd class="num">${wallTime(about.at)}</dd>
        <dt>${t("machine")}</dt><dd class="num">${wallTime(about.machine)}</dd>
        <dt>${t("day")}</dt><dd class="num">${about.day ? `${writtenDate(about.day.date)}, ${t(`state_${about.day.state}`)}` : t("no_day")}</dd></dl>
      <p class="soft">${t(about.synchronised ? "synced" : "unsynced")}. ${t("lead")}</p>
      ${now.said && html`<p class=${now.said.bad ? "mend" : "fine"} role="status">${now.said.text}</p>`}
      ${asked && (about.may_confirm ? html`<${Form} about=${about} />` : html`<p class="mend">${t("not_yours")}</p>`)}
    </main>`;
}

function paint() {
  document.title = t("title");
  render(html`<${Page} at=${performance.now()} />`, root);
}

await loadTexts(["clock"], root.dataset.lang);
const me = await whoAmI();
if (me === null) toLogin();
now.csrf = me?.csrf || "";
await refresh();
setInterval(() => {
  if (!now.busy && !document.hidden) refresh();
}, LOOK_EVERY);
