/* The clerk's console: one desk, one line to the hub, one picture of both. Snapshot in, view out. */
import { html, render } from "./html.js";
import { currentLanguage, loadTexts, setLanguage, setZone, t } from "./texts.js";
import { freshDesk, isDue, now, otherClerk, takeSnapshot } from "./state.js";
import { readKey } from "./keys.js";
import { makeActs } from "./acts.js";
import { logIn, logOut, whoAmI } from "./session.js";
import { ring, wakeBell } from "./bell.js";
import { newHelps } from "./alerts.js";
import { watchIdle } from "./lock.js";
import { Console } from "./view.js";

const root = document.getElementById("console");
const { centre, counter, version, lockMinutes } = root.dataset;
const desk = freshDesk({ centre, counter: /^\d+$/.test(counter) ? Number(counter) : counter });
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
    if (desk.told && Date.now() > desk.told.until) desk.told = null;
    const due = (desk.snapshot?.parked || []).filter((ticket) => isDue(ticket, now(desk)));
    document.title = due.length
      ? t("title_due", { counter, number: due[0].number })
      : t("title", { counter });
    render(html`<${Console} desk=${desk} acts=${acts} session=${session} />`, root);
  });
}

const acts = makeActs(desk, () => line, paint);

/* What rings: a reminder that is due, a call nobody pressed for, somebody who needs help at a kiosk. Each once. */
function listen(before) {
  const snapshot = desk.snapshot,
    mine = snapshot?.mine;
  let loud = newHelps(snapshot?.alerts, helps).length > 0;
  for (const ticket of snapshot?.parked || []) {
    const key = `${ticket.id} ${ticket.remind_at}`;
    if (isDue(ticket, now(desk)) && !rung.has(key)) {
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
    !desk.busy
  )
    loud = true;
  if (loud) ring();
}

/* Another clerk holds the counter: ask at once when we come, later only say so. */
function meetClerk(first) {
  const other = otherClerk(desk);
  if (other === desk.seenClerk) return;
  desk.seenClerk = other;
  if (!other) return;
  if (first) acts.ask("handover");
  else acts.tell(t("foot.taken_over", { clerk: other }));
}

desk.lookUp = async (number) => {
  try {
    const answer = await fetch(`/api/v1/${centre}/tickets/${encodeURIComponent(number)}`, {
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
    if (desk.up && fresh) {
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
      counter: desk.counter,
    }),
    snapshotUrl: `/api/v1/${centre}/snapshot/counter/${counter}`,
    pollCounts: false,
    onSnapshot(snapshot) {
      const before = desk.snapshot;
      setZone(snapshot.centre.timezone);
      takeSnapshot(desk, snapshot);
      desk.heardAt = Date.now();
      if (desk.told?.bad && snapshot.seq !== desk.told.seq && Date.now() - desk.told.at > 2500)
        desk.told = null; // it spoke of an older truth
      desk.signedOut = null;
      fresh = true;
      greet();
      listen(before);
      if (desk.busy?.seq && snapshot.seq >= desk.busy.seq) desk.busy = null;
      paint();
    },
    onLine(up, since) {
      desk.up = up;
      desk.lostAt = up ? null : since;
      if (up) desk.told = null;
      else desk.ask = desk.ask?.kind === "keys" ? desk.ask : null;
      greet();
      paint();
    },
    onRefused(refusal) {
      refused(refusal);
    },
  });
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
  if (!me || !desk.signedOut || desk.signedOut.why !== "no_right")
    desk.signedOut = { why: me ? "no_right" : desk.snapshot ? "over" : "first", message };
  desk.me = me?.staff || desk.me;
  desk.ask = null;
  paint();
}
desk.onNotAllowed = async () => {
  if (!token && (await whoAmI()) === null) refused({ error: "not_allowed" });
};

const session = {
  async in(name, password) {
    const answer = await logIn(centre, name, password);
    if (answer.ok) {
      keepName(name);
      idle.again();
      Object.assign(desk, {
        me: answer.staff,
        csrf: answer.csrf,
        signedOut: null,
        seenClerk: null,
      });
      connect();
    } else if (desk.signedOut) desk.signedOut = { ...desk.signedOut, mend: answer };
    paint();
  },
  /* Ends the session here and now and asks for the password; the counter stays as it is. */
  async lock() {
    if (token || desk.signedOut) return;
    Object.assign(desk, { signedOut: { why: "locked" }, ask: null, up: false, chosen: null });
    line?.close();
    paint();
    await logOut(desk.csrf);
  },
  async out() {
    await logOut(desk.csrf);
    location.assign(`/login?centre=${encodeURIComponent(centre)}`);
  },
  other() {
    location.assign(`/console/${encodeURIComponent(centre)}`);
  },
  language() {
    setLanguage(currentLanguage() === "vi" ? "en" : "vi");
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
desk.lastName = () => {
  try {
    return sessionStorage.getItem(NAME) || "";
  } catch {
    return "";
  }
};
const idle = watchIdle(
  Number(lockMinutes),
  () => !token && desk.me && !desk.signedOut,
  session.lock
);

function typing(target) {
  return target.closest?.("input, select, textarea");
}

window.addEventListener("pointerdown", wakeBell);
window.addEventListener("keydown", (event) => {
  wakeBell();
  if (typing(event.target) || desk.signedOut) return;
  const focused = document.activeElement;
  const onButton = focused && focused.matches?.("button, a[href]");
  const inQuestion = onButton && focused.closest(".out");
  if (
    onButton &&
    (event.code === "Enter" || event.code === "Space") &&
    !desk.remap &&
    (!desk.ask || inQuestion)
  )
    return; // whoever walks by Tab presses what is focused
  const key = readKey(event);
  if (!key) return;
  event.preventDefault();
  if (event.repeat && key.act !== "up" && key.act !== "down" && !key.erase) return;
  if (desk.remap) return desk.remap(key);
  acts.key(key);
});

// After a click with the mouse the keyboard belongs to the acts again, so that Space never repeats the clicked button.
root.addEventListener("click", (event) => {
  if (event.detail > 0 && document.activeElement?.matches?.("button, a"))
    document.activeElement.blur();
});
window.addEventListener("resize", paint);
setInterval(() => {
  if (desk.snapshot && desk.up) listen(null);
  paint();
}, 250);

await loadTexts(["console"], root.dataset.lang);
paint();
const me = token ? undefined : await whoAmI();
if (me) Object.assign(desk, { me: me.staff, csrf: me.csrf });
if (me === null) desk.signedOut = { why: "first" };
else connect();
paint();
