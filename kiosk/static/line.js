// The page's line to the kiosk's own program on loopback.
const POLL_MS = 1000;
const LOST_MS = 4000; // the program may be restarting; the page need not tell at once
const PRESS_AGAIN_MS = 10000;

/** Waits so many milliseconds. */
export const pause = (ms) =>
  new Promise((done) => {
    setTimeout(done, ms);
  });

async function ask(path, options = {}, ms = 5000) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), ms);
  try {
    return await fetch(path, { ...options, signal: stop.signal });
  } finally {
    clearTimeout(timer);
  }
}

const post = (path, body, ms) =>
  ask(
    path,
    { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) },
    ms
  );

let wasOnTop = false; // a machine without a keyboard may never give its page the focus

/** Whether a visitor sees this page: it is not hidden, and nothing has come in front of it. */
function isSeen() {
  const onTop = document.hasFocus();
  wasOnTop = wasOnTop || onTop;
  return document.visibilityState === "visible" && (onTop || !wasOnTop);
}

/** Calls back with every new state of the kiosk ({snapshot, kiosk, ahead}), and with {lost: true} when it has not answered for a while. */
export async function followKiosk(tell) {
  let mark = null;
  let heard = performance.now();
  let lost = false;
  for (;;) {
    try {
      const answer = await ask(`/api/snapshot?seen=${isSeen() ? "yes" : "no"}`, {
        headers: mark ? { "If-None-Match": mark } : {},
        cache: "no-store",
      });
      if (answer.status === 200) {
        const state = await answer.json();
        mark = answer.headers.get("ETag");
        lost = false;
        tell({ snapshot: state.snapshot, kiosk: state.kiosk, ahead: state.at - performance.now() }); // not by the machine's clock, which may be set at any moment
      } else if (answer.status !== 304) throw new Error(`kiosk answered ${answer.status}`);
      heard = performance.now();
      if (lost) {
        lost = false;
        mark = null;
      }
    } catch {
      if (!lost && performance.now() - heard > LOST_MS) {
        lost = true;
        mark = null;
        tell({ lost: true });
      }
    }
    await pause(POLL_MS);
  }
}

/** Presses. While the program does not answer, the same press is sent again: the same id gets the same number. */
export async function press(body, ms) {
  const end = performance.now() + PRESS_AGAIN_MS;
  for (;;) {
    try {
      const answer = await post("/api/issue", body, ms);
      const reply = await answer.json();
      if (answer.status === 429 && performance.now() < end) {
        await pause(Math.min(3000, (reply.retry_after || 1) * 1000));
        continue;
      }
      return reply;
    } catch {
      if (performance.now() > end) return { ok: false, error: "lost", message: "" };
      await pause(400);
    }
  }
}

/** The number of whoever booked or kept one from home: the answer of a press, or {ok: false, error}. */
export async function askCheckIn(body) {
  try {
    return await (await post("/api/check-in", body, 12000)).json();
  } catch {
    return { ok: false, error: "lost", message: "" };
  }
}

/** How the slip of a press is doing: {state, reason}, or null when nobody says. */
export async function slipOf(requestId) {
  try {
    const answer = await ask(`/api/issue/${requestId}`);
    return answer.ok ? (await answer.json()).print : null;
  } catch {
    return null;
  }
}

/** The rows of a ticket's QR code, or null. */
export async function codeOf(requestId) {
  try {
    const answer = await ask(`/api/qr/${requestId}`);
    return answer.ok ? (await answer.json()).rows : null;
  } catch {
    return null;
  }
}

/** Calls a greeter; whether it was heard. */
export async function callHelp(screen) {
  try {
    return (await post("/api/help", { screen })).ok;
  } catch {
    return false;
  }
}

export function newRequestId() {
  const bytes = crypto.getRandomValues(new Uint8Array(15));
  return `k-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** What a scanned line is: {kind, …}; `unknown` when nobody can say. The line itself goes to the kiosk beside and nowhere else. */
export async function readLine(text) {
  try {
    const answer = await post("/api/scan", { text });
    return answer.ok ? await answer.json() : { kind: "unknown" };
  } catch {
    return { kind: "unknown" };
  }
}

/** How the number of a slip stands, or one act of its holder: the hub's answer, or {ok: false, error}. */
export async function askSlip(body) {
  try {
    return await (await post("/api/slip", body, 15000)).json();
  } catch {
    return { ok: false, error: "lost" };
  }
}

/** One act of the staff menu; its answer, or {ok: false, error}. A test print answers when the slip is out. */
export async function askStaff(body) {
  try {
    return await (await post("/api/staff", body, 20000)).json();
  } catch {
    return { ok: false, error: "lost" };
  }
}
