/* The clerk's console: one desk, one line to the hub, one picture of both. Snapshot in, view out. */
import { html, render } from "./html.js";
import { currentLanguage, loadTexts, setLanguage, setZone, t } from "./texts.js";
import { freshDesk, takeSnapshot } from "./state.js";
import { readKey } from "./keys.js";
import { makeActs } from "./acts.js";
import { logIn, logOut, whoAmI } from "./session.js";
import { Console } from "./view.js";

const root = document.getElementById("console");
const { centre, counter, version } = root.dataset;
const desk = freshDesk({ centre, counter: /^\d+$/.test(counter) ? Number(counter) : counter });
let line = null, painting = false;

/* A counter's own device token may come behind # and then stands for a log-in, in this tab only and out of sight. */
const SHELF = `luot.token.${centre}.${counter}`;
const given = new URLSearchParams(location.hash.slice(1)).get("token");
if (given) {
  sessionStorage.setItem(SHELF, given);
  history.replaceState(null, "", location.pathname + location.search);
}
let token = sessionStorage.getItem(SHELF) || undefined;

function paint() {
  if (painting) return;
  painting = true;
  queueMicrotask(() => {
    painting = false;
    if (desk.told && Date.now() > desk.told.until) desk.told = null;
    document.title = t("title", { counter });
    render(html`<${Console} desk=${desk} acts=${acts} session=${session} />`, root);
  });
}

const acts = makeActs(desk, () => line, paint);

function connect() {
  line?.close();
  line = window.Luot.connect({
    namespace: "/counter",
    auth: () => ({ ...(token && { token }), device: `console-${counter}`, version, counter: desk.counter }),
    snapshotUrl: `/api/v1/${centre}/snapshot/counter/${counter}`,
    pollCounts: false,
    onSnapshot(snapshot) {
      setZone(snapshot.centre.timezone);
      takeSnapshot(desk, snapshot);
      desk.heardAt = Date.now();
      if (desk.told?.bad && snapshot.seq !== desk.told.seq && Date.now() - desk.told.at > 2500) desk.told = null;   // it spoke of an older truth
      desk.signedOut = null;
      if (desk.busy?.seq && snapshot.seq >= desk.busy.seq) desk.busy = null;
      paint();
    },
    onLine(up, since) {
      desk.up = up;
      desk.lostAt = up ? null : since;
      if (up) desk.told = null;
      else desk.ask = desk.ask?.kind === "keys" ? desk.ask : null;
      paint();
    },
    onRefused(refusal) { refused(refusal); },
  });
}

/* Refused: either the session is over (log in again, right here), or this person has no right to the counter. */
async function refused({ error, message }) {
  if (error !== "not_allowed" && error !== "unknown_counter") return;
  if (token) { token = undefined; sessionStorage.removeItem(SHELF); }
  const me = await whoAmI();
  if (me === undefined) return;
  if (!me || !desk.signedOut || desk.signedOut.why !== "no_right") desk.signedOut = { why: me ? "no_right" : desk.snapshot ? "over" : "first", message };
  desk.me = me?.staff || desk.me;
  desk.ask = null;
  paint();
}
desk.onNotAllowed = async () => { if (!token && (await whoAmI()) === null) refused({ error: "not_allowed" }); };

const session = {
  async in(name, password) {
    const answer = await logIn(centre, name, password);
    if (answer.ok) {
      Object.assign(desk, { me: answer.staff, csrf: answer.csrf, signedOut: null });
      connect();
    } else if (desk.signedOut) desk.signedOut = { ...desk.signedOut, mend: answer };
    paint();
  },
  async out() {
    await logOut(desk.csrf);
    location.assign(`/login?centre=${encodeURIComponent(centre)}`);
  },
  other() { location.assign(`/console/${encodeURIComponent(centre)}`); },
  language() { setLanguage(currentLanguage() === "vi" ? "en" : "vi"); paint(); },
};

function typing(target) { return target.closest?.("input, select, textarea"); }

window.addEventListener("keydown", (event) => {
  if (typing(event.target) || desk.signedOut) return;
  const focused = document.activeElement;
  const onButton = focused && focused.matches?.("button, a[href]");
  if (onButton && (event.code === "Enter" || event.code === "Space") && !desk.ask) return;   // whoever walks by Tab presses what is focused
  const key = readKey(event);
  if (!key) return;
  event.preventDefault();
  if (event.repeat && key.act !== "up" && key.act !== "down" && !key.erase) return;
  if (desk.remap) return desk.remap(key);
  acts.key(key);
});

// After a click with the mouse the keyboard belongs to the acts again, so that Space never repeats the clicked button.
root.addEventListener("click", (event) => { if (event.detail > 0 && !typing(event.target)) document.activeElement?.blur?.(); });
window.addEventListener("resize", paint);
setInterval(paint, 250);

await loadTexts(["console"], root.dataset.lang);
paint();
const me = token ? undefined : await whoAmI();
if (me) Object.assign(desk, { me: me.staff, csrf: me.csrf });
if (me === null) desk.signedOut = { why: "first" };
else connect();
paint();
