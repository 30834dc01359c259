/* What the hall is told: the emergency text, and announcements: type it, choose where and how long, see what stands, take it down. Over the HTTP API only. */
import { DEFAULT_LANGUAGE, defaultFirst, ownName, withoutEmpty } from "/ui/languages.js";
import { fetchInTime } from "../fetch_in_time.js";
import { html, render } from "../console/html.js";
import { currentLanguage, loadTexts, setZone, t, timeOfDay } from "../console/texts.js";
import { whoAmI } from "../console/session.js";
import { Emergency } from "./emergency.js";

const root = document.getElementById("announce");
const { centre } = root.dataset;
const languages = defaultFirst(root.dataset.languages.split(" "));
const zones = [...root.querySelectorAll("data.zone")].map((z) => ({
  id: z.value,
  name: z.textContent,
}));
root.replaceChildren();
const LENGTHS = [30, 60, 300, 900],
  MOST = 200;
const now = {
  me: null,
  csrf: "",
  text: {},
  zones: [],
  times: 1,
  seconds: 60,
  busy: false,
  press: null,
  standing: [],
  emergency: undefined,
  spoken: true,
  say: null,
  mend: null,
  lost: false,
};

function paint() {
  document.title = t("title");
  render(html`<${Page} />`, root);
}
function toLogin() {
  location.assign(
    `/login?centre=${encodeURIComponent(centre)}&next=${encodeURIComponent(location.pathname)}`
  );
}

async function call(method, path, body, under = "/announcements") {
  const headers = {
    Accept: "application/json",
    "X-CSRF-Token": now.csrf,
    "Accept-Language": currentLanguage(),
  };
  if (body) headers["Content-Type"] = "application/json";
  try {
    const answer = await fetchInTime(`/api/v1/${centre}${under}${path}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
    });
    if (answer.status === 401) {
      toLogin();
      return { ok: false };
    }
    const reply = await answer.json();
    return answer.ok && reply.ok !== false
      ? reply
      : {
          ok: false,
          code: reply.error,
          message: answer.status === 403 ? t("not_yours") : reply.message,
        };
  } catch {
    return { ok: false, message: t("offline"), offline: true };
  }
}

async function refresh() {
  const [answer, board] = await Promise.all([
    call("GET", ""),
    call("GET", "/snapshot/board", undefined, ""),
  ]);
  if (board.seq !== undefined) now.emergency = board.emergency;
  if (answer.ok) {
    now.standing = answer.announcements;
    now.spoken = answer.spoken;
  } else if (!answer.offline) now.mend = answer.message;
  now.lost = !answer.ok && Boolean(answer.offline);
  paint();
}

/* The same press keeps its id until it is answered: a lost answer never announces twice. */
async function announce(event) {
  event.preventDefault();
  if (now.busy) return;
  const text = withoutEmpty(now.text);
  if (!text[DEFAULT_LANGUAGE]) {
    now.mend = t("empty");
    now.say = null;
    paint();
    document.getElementById(DEFAULT_LANGUAGE).focus();
    return;
  }
  now.busy = true;
  now.mend = now.say = null;
  now.press = now.press || window.Luot.requestId();
  paint();
  const answer = await call("POST", "", {
    request_id: now.press,
    text,
    times: now.times,
    show_seconds: now.seconds,
    ...(now.zones.length && { zones: now.zones }),
  });
  now.busy = false;
  if (answer.ok) {
    Object.assign(now, { text: {}, press: null, say: t("done") });
  } else {
    now.mend = answer.message;
    if (!answer.offline) now.press = null;
  }
  refresh();
}

async function withdraw(id) {
  const answer = await call("DELETE", `/${encodeURIComponent(id)}`, {
    request_id: window.Luot.requestId(),
  });
  now.mend = answer.ok ? null : answer.message;
  now.say = answer.ok ? t("taken_down") : null;
  refresh();
}

function set(key, value) {
  now[key] = value;
  now.press = null;
  now.mend = now.say = null;
  paint();
}
function toggle(id) {
  set("zones", now.zones.includes(id) ? now.zones.filter((z) => z !== id) : [...now.zones, id]);
}
const nameOfZone = (id) => zones.find((z) => z.id === id)?.name || id;
const lengthOf = (s) => (s < 60 ? t("seconds", { n: s }) : t("minutes", { n: s / 60 }));

function Text({ lang }) {
  const needed = lang === DEFAULT_LANGUAGE,
    words = now.text[lang] || "";
  return html`<p class="field"><label for=${lang}>${t(needed ? "text_first" : "text_other", { language: ownName(lang) })}</label>
    <textarea id=${lang} lang=${lang} maxlength=${MOST}
      aria-invalid=${needed && Boolean(now.mend) && !words.trim() ? "true" : "false"}
      value=${words} onInput=${(e) => set("text", { ...now.text, [lang]: e.target.value })}></textarea></p>`;
}

function Page() {
  return html`${now.lost && html`<p class="old" role="alert">${t("offline")}</p>`}
    <main><form onSubmit=${announce} novalidate>
      ${languages.map((lang) => html`<${Text} key=${lang} lang=${lang} />`)}
      ${
        zones.length > 1 &&
        html`<fieldset><legend>${t("where")}</legend><div class="choices">
        <label><input type="checkbox" checked=${!now.zones.length} onChange=${() => set("zones", [])} />${t("everywhere")}</label>
        ${zones.map(
          (z) => html`<label key=${z.id}>
          <input type="checkbox" checked=${now.zones.includes(z.id)} onChange=${() => toggle(z.id)} />${z.name}
        </label>`
        )}</div></fieldset>`
      }
      <fieldset><legend>${t("length")}</legend><div class="choices">${LENGTHS.map(
        (s) => html`<label key=${s}>
        <input type="radio" name="seconds" checked=${now.seconds === s} onChange=${() => set("seconds", s)} />${lengthOf(s)}
      </label>`
      )}</div></fieldset>
      <fieldset><legend>${t("voice")}</legend><div class="choices">${[0, 1, 2].map(
        (n) => html`<label key=${n}>
        <input type="radio" name="times" checked=${now.times === n} onChange=${() => set("times", n)} />${t(`times_${n}`)}
      </label>`
      )}</div>
        ${!now.spoken && now.times > 0 && html`<p class="hint">${t("no_voice")}</p>`}<p class="hint">${t("care")}</p></fieldset>
      <p class="mend" role="alert">${now.mend || ""}</p>${now.say && html`<p role="status">${now.say}</p>`}
      <button class="go" aria-disabled=${now.busy}>${t(now.busy ? "sending" : "go")}</button></form>
    <div class="right">
    <${Emergency} now=${now.emergency} may=${"mayRaise" in root.dataset} api=${`/api/v1/${centre}`} csrf=${now.csrf} languages=${languages} changed=${refresh} />
    <section class="now" aria-label=${t("standing")}><h2>${t("standing")}</h2>
      ${!now.standing.length && html`<p class="soft">${t("none")}</p>`}
      <ul>${now.standing.map(
        (a) => html`<li key=${a.id}>
        <p>${a.text[DEFAULT_LANGUAGE]}<br />
          <small>${t("until", { at: timeOfDay(a.until) })} · ${a.zones ? a.zones.map(nameOfZone).join(", ") : t("everywhere")}</small></p>
        <button class="btn" onClick=${() => withdraw(a.id)}>${t("take_down")}</button></li>`
      )}</ul></section></div></main>`;
}

await loadTexts(["announce"], root.dataset.lang);
const me = await whoAmI();
if (me === null) toLogin();
else {
  if (me) Object.assign(now, { me: me.staff, csrf: me.csrf });
  setZone("Asia/Ho_Chi_Minh");
  const follow = async () => {
    await refresh();
    setTimeout(follow, 5000);
  };
  await follow();
}
