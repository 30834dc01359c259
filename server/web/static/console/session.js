/* Who is signed in at this computer. The session lives in a cookie this script cannot read. */
import { fetchInTime, PATIENT_LIMIT_MS } from "../fetch_in_time.js";

async function ask(url, options, limit) {
  try {
    const content = { Accept: "application/json", "Content-Type": "application/json" };
    const answer = await fetchInTime(
      url,
      { credentials: "same-origin", ...options, headers: { ...content, ...options?.headers } },
      limit
    );
    const body = await answer.json().catch(() => ({}));
    return { status: answer.status, ok: answer.ok && body.ok !== false, body };
  } catch {
    return { status: 0, ok: false, body: {} };
  }
}

/** {staff, csrf} of the one signed in, or null when nobody is, or undefined when the hub does not answer. */
export async function whoAmI() {
  const { status, ok, body } = await ask("/api/v1/me");
  if (ok && body.staff) return { staff: body.staff, csrf: body.csrf };
  return status === 401 || status === 403 ? null : undefined;
}

/** Log in; {ok, staff, csrf} or {ok: false, error: "wrong" | "wait" | "offline", seconds, needsCode}: the password is right, and
    the code of the second factor is wanted beside it. */
export async function logIn(centre, name, password, code) {
  const { status, ok, body } = await ask(
    "/api/v1/login",
    { method: "POST", body: JSON.stringify({ centre, name, password, ...(code && { code }) }) },
    PATIENT_LIMIT_MS
  );
  if (ok) return { ok: true, staff: body.staff, csrf: body.csrf };
  if (status === 429) return { ok: false, error: "wait", seconds: body.retry_after || 15 };
  const needsCode = body.why === "second_factor";
  return { ok: false, error: status >= 400 && status < 500 ? "wrong" : "offline", needsCode };
}

/** Log in by a PIN at the machine of a counter; as `logIn`, with the `counter`; error "off": none is taken here. */
export async function logInByPin(name, pin) {
  const { status, ok, body } = await ask(
    "/api/v1/login/pin",
    { method: "POST", body: JSON.stringify({ name, pin }) },
    PATIENT_LIMIT_MS
  );
  if (ok) return { ok: true, staff: body.staff, csrf: body.csrf, counter: body.counter };
  if (status === 429) return { ok: false, error: "wait", seconds: body.retry_after || 15 };
  if (status === 409) return { ok: false, error: "off" };
  return { ok: false, error: status >= 400 && status < 500 ? "wrong" : "offline" };
}

/** What a passkey signs to come in: {ok, options}, or {ok: false, error} as `logIn`. */
export async function passkeyAsked() {
  const { ok, body } = await ask("/api/v1/login/passkey/begin", { method: "POST", body: "{}" });
  return ok ? { ok: true, options: body.options } : { ok: false, error: "offline" };
}

/** Log in by what a passkey signed; as `logIn`. */
export async function passkeyGiven(credential) {
  const { status, ok, body } = await ask(
    "/api/v1/login/passkey",
    { method: "POST", body: JSON.stringify({ credential }) },
    PATIENT_LIMIT_MS
  );
  if (ok) return { ok: true, staff: body.staff, csrf: body.csrf };
  return { ok: false, error: status >= 400 && status < 500 ? "wrong" : "offline" };
}

export async function logOut(csrf) {
  await ask("/api/v1/logout", {
    method: "POST",
    body: "{}",
    headers: { "X-CSRF-Token": csrf || "" },
  });
}
