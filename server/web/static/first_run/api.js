/* Asking the hub while it is set up: before there is an administrator by the session of the code, after that as that person. */
import { fetchInTime } from "/static/fetch_in_time.js";
import { whoAmI } from "/static/console/session.js";
import { t } from "/static/console/texts.js";

let csrf = "";

/** Whoever is signed in in this browser. */
export async function signIn() {
  csrf = (await whoAmI())?.csrf || "";
}

/** {ok, …} of the hub's answer; {ok: false, message} when it refuses or does not answer. */
export async function ask(method, path, body, limit, headers = {}) {
  const options = {
    method,
    credentials: "same-origin",
    headers: {
      Accept: "application/json",
      "Accept-Language": document.documentElement.lang,
      "X-First-Run": "1",
      "X-CSRF-Token": csrf,
      ...headers,
    },
  };
  if (body instanceof Blob) options.body = body;
  else if (method !== "GET") {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  try {
    const answer = await fetchInTime(path, options, limit);
    return { status: answer.status, ...(await answer.json()) };
  } catch {
    return { ok: false, error: "offline", status: 0, message: t("offline") };
  }
}

/** An act of the staff's API: it carries an id of its own. */
export const act = (path, body = {}) =>
  ask("POST", path, { request_id: window.Luot.requestId(), ...body });
