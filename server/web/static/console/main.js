/* The clerk's console: one state, one line to the hub, one picture of both. Snapshot in, view out. */
import { catalogueReader } from "/ui/catalogue.js";
import { loadSynonyms } from "/ui/picker.js";
import { fetchInTime } from "../fetch_in_time.js";
import { html, render } from "./html.js";
import { loadTexts, nextLanguage, setLanguage, setZone, t } from "./texts.js";
import { freshState, isDue, now, otherClerk, takeSnapshot } from "./state.js";
import { readKey } from "./keys.js";
import { makeActs } from "./acts.js";
import { logIn, logOut, whoAmI } from "./session.js";
import { ring, wakeBell } from "./bell.js";
import { newHelps } from "./alerts.js";
import { watchIdle } from "./lock.js";
import { Console } from "./view.js";

const root = document.getElementById("console");
const { centre, counter, version, lockMinutes } = root.dataset;
const state = freshState({ centre, counter: /^\d+$/.test(counter) ? Number(counter) : counter });
let line = null,
  painting = false;
const helps = new Set(),
  rung = new Set();

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
    if (state.notice && Date.now() > state.notice.until) state.notice = null;
    const due = (state.snapshot?.parked || []).filter((ticket) => isDue(ticket, now(state)));
    document.title = due.length
      ? t("title_due", { counter, number: due[0].number })
      : t("title", { counter });
    render(html`<${Console} state=${state} acts=${acts} session=${session} />`, root);
  });
}

const acts = makeActs(state, () => line, paint);

/* What rings: a reminder that is due, a call nobody pressed for, somebody who needs help at a kiosk. Each once. */
function listen(before) {
  const snapshot = state.snapshot,
    mine = snapshot?.mine;
  let loud = newHelps(snapshot?.alerts, helps).length > 0;
  for (const ticket of snapshot?.parked || []) {
    const key = `${ticket.id} ${ticket.remind_at}`;
    if (isDue(ticket, now(state)) && !rung.has(key)) {
      rung.add(key);
      loud = true;
      acts.tell(t("foot.due", { number: ticket.number }));
    }
  }
  if (
    before &&
    mine?.state === "CALLED" &&
    mine.id !== before.mine?.id &&
    before.counter.wants_next &&
    !state.busy
  )
    loud = true;
  if (loud) ring();
}

/* Another clerk holds the counter: ask at once when we come, later only say so. */
function meetClerk(first) {
  const other = otherClerk(state);
  if (other === state.seenClerk) return;
  state.seenClerk = other;
  if (!other) return;
  if (first) acts.ask("handover");
  else acts.tell(t("foot.taken_over", { clerk: other }));
}

/* The list of procedures comes once; a snapshot that was there first gets it when it comes. */
const procedures = catalogueReader({
  headers: () => (token ? { Authorization: `Bearer ${token}` } : {}),
  onChange() {
    if (!state.snapshot) return;
    state.snapshot = procedures.join(state.snapshot);
    paint();
  },
});

state.lookUp = async (number) => {
  try {
    const answer = await fetchInTime(`/api/v1/${centre}/tickets/${encodeURIComponent(number)}`, {
      headers: { Accept: "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
    });
    return { status: answer.status, ticket: answer.ok ? (await answer.json()).ticket : null };
  } catch {
    return { status: 0, ticket: null };
  }
};

function connect() {
  line?.close();
  let met = false,
    fresh = false;
  const greet = () => {
    if (state.up && fresh) {
      meetClerk(!met);
      met = true;
    }
  }; // the first snapshot may come before the line counts as up
  line = window.Luot.connect({
    namespace: "/counter",
    auth: () => ({
      ...(token && { token }),
      device: `console-${counter}`,
      version,
      counter: state.counter,
      catalogue: 1,
    }),
    snapshotUrl: `/api/v1/${centre}/snapshot/counter/${counter}?catalogue=1`,
    pollCounts: false,
    onSnapshot(snapshot) {
      const before = state.snapshot;
      setZone(snapshot.centre.timezone);
      takeSnapshot(state, procedures.join(snapshot));
      state.heardAt = Date.now();
      if (
        state.notice?.bad &&
        snapshot.seq !== state.notice.seq &&
        Date.now() - state.notice.at > 2500
      )
        state.notice = null; // it spoke of an older truth
      state.signedOut = null;
      fresh = true;
      greet();
      listen(before);
      if (state.busy?.seq && snapshot.seq >= state.busy.seq) state.busy = null;
      paint();
    },
    onLine(up, since) {
      state.up = up;
      state.lostAt = up ? null : since;
      if (up) state.notice = null;
      else state.ask = state.ask?.kind === "keys" ? state.ask : null;
      greet();
      paint();
    },
    onRefused(refusal) {
      refused(refusal);
    },
  });
}

/** Why the log-in stands there: no right to this counter, a session that ended, or the first visit. */
function whySignedOut(me) {
  if (me) return "no_right";
  return state.snapshot ? "over" : "first";
}

/* Refused: either the session is over (log in again, right here), or this person has no right to the counter. */
async function refused({ error, message }) {
  if (error !== "not_allowed" && error !== "unknown_counter") return;
  if (token) {
    token = undefined;
    sessionStorage.removeItem(SHELF);
  }
  const me = await whoAmI();
  if (me === undefined) return;
  if (!me || !state.signedOut || state.signedOut.why !== "no_right")
    state.signedOut = { why: whySignedOut(me), message };
  state.me = me?.staff || state.me;
  state.ask = null;
  paint();
}
state.onNotAllowed = async () => {
  if (!token && (await whoAmI()) === null) refused({ error: "not_allowed" });
};

const session = {
  async in(name, password) {
    const answer = await logIn(centre, name, password);
    if (answer.needsCode || answer.staff?.role === "newcomer") {
      // the second factor is asked for, and a first password chosen, on pages of their own
      const here = encodeURIComponent(location.pathname);
      location.assign(answer.needsCode ? `/login?next=${here}` : "/account");
    } else if (answer.ok) {
      keepName(name);
      idle.again();
      Object.assign(state, {
        me: answer.staff,
        csrf: answer.csrf,
        signedOut: null,
        seenClerk: null,
      });
      connect();
    } else if (state.signedOut) state.signedOut = { ...state.signedOut, mend: answer };
    paint();
  },
  /* Ends the session here and now and asks for the password; the counter stays as it is. */
  async lock() {
    if (token || state.signedOut) return;
    Object.assign(state, { signedOut: { why: "locked" }, ask: null, up: false, chosen: null });
    line?.close();
    paint();
    await logOut(state.csrf);
  },
  async out() {
    await logOut(state.csrf);
    location.assign(`/login?centre=${encodeURIComponent(centre)}`);
  },
  other() {
    location.assign(`/console/${encodeURIComponent(centre)}`);
  },
  language() {
    setLanguage(nextLanguage());
    paint();
  },
};

const NAME = "luot.name";
function keepName(name) {
  try {
    sessionStorage.setItem(NAME, name);
  } catch {
    /* it is typed again then */
  }
}
state.lastName = () => {
  try {
    return sessionStorage.getItem(NAME) || "";
  } catch {
    return "";
  }
};
const idle = watchIdle(
  Number(lockMinutes),
  () => !token && state.me && !state.signedOut,
  session.lock
);

function typing(target) {
  return target.closest?.("input, select, textarea");
}

window.addEventListener("pointerdown", wakeBell);
window.addEventListener("keydown", (event) => {
  wakeBell();
  if (typing(event.target) || state.signedOut) return;
  const focused = document.activeElement;
  const onButton = focused && focused.matches?.("button, a[href]");
  const inQuestion = onButton && focused.closest(".out");
  if (
    onButton &&
    (event.code === "Enter" || event.code === "Space") &&
    !state.remap &&
    (!state.ask || inQuestion)
  )
    return; // whoever walks by Tab presses what is focused
  const key = readKey(event);
  if (!key) return;
  event.preventDefault();
  if (event.repeat && key.act !== "up" && key.act !== "down" && !key.erase) return;
  if (state.remap) return state.remap(key);
  acts.key(key);
});

// After a click with the mouse the keyboard belongs to the acts again, so that Space never repeats the clicked button.
root.addEventListener("click", (event) => {
  if (event.detail > 0 && document.activeElement?.matches?.("button, a"))
    document.activeElement.blur();
});
window.addEventListener("resize", paint);
setInterval(() => {
  if (state.snapshot && state.up) listen(null);
  paint();
}, 250);

await Promise.all([loadTexts(["console", "picker"], root.dataset.lang, true), loadSynonyms()]);
paint();
const me = token ? undefined : await whoAmI();
if (me) Object.assign(state, { me: me.staff, csrf: me.csrf });
if (me === null) state.signedOut = { why: "first" };
else connect();
paint();
