/* Asking the hub, for the pages of screens and media: the session's CSRF token on every change, one answer shape, and the sentence of every refusal. */
import { fetchInTime } from "/static/fetch_in_time.js";
import { whoAmI } from "/static/console/session.js";
import { t } from "/static/console/texts.js";

let csrf = null;

const toLogin = () =>
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);

/** Once, before anything is asked. */
export async function signIn() {
  const who = await whoAmI();
  if (who === null) toLogin();
  csrf = who?.csrf || "";
  return who;
}

/** The session's CSRF token, for a page that has asked for it already. */
export function useSession(token) {
  csrf = token;
}

/** So many letters, of three bytes at most, a browser still sends of a page that is being left (the Fetch standard: 64 KiB for all at once). */
const MOST_KEPT_ALIVE = 20_000;

/** {ok, …} of the hub's answer; {ok: false, message} when it refuses or does not answer. A change that is on its way when its page is left arrives all the same. */
export async function ask(method, path, body) {
  const options = {
    method,
    credentials: "same-origin",
    headers: { Accept: "application/json", "Accept-Language": document.documentElement.lang },
  };
  if (method !== "GET") {
    options.headers["X-CSRF-Token"] = csrf;
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify({ request_id: window.Luot.requestId(), ...body });
    options.keepalive = options.body.length < MOST_KEPT_ALIVE;
  }
  try {
    const answer = await fetchInTime(path, options);
    if (answer.status === 401) toLogin();
    return await answer.json();
  } catch {
    return { ok: false, error: "offline", message: t("offline") };
  }
}

/** Send one file, telling how far it is (0…1). */
export function send(path, file, told) {
  return new Promise((done) => {
    const request = new XMLHttpRequest(),
      form = new FormData();
    form.append("file", file, file.name);
    request.open("POST", path);
    request.setRequestHeader("X-CSRF-Token", csrf);
    request.setRequestHeader("Accept-Language", document.documentElement.lang);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) told(event.loaded / event.total);
    };
    request.onloadend = () => {
      let answer = null;
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        answer = null;
      }
      done(answer || { ok: false, message: t("offline") });
    };
    request.send(form);
  });
}

/** What a hidden list on the page says: [[value, text]] */
export const listed = (id, key) =>
  [...document.querySelectorAll(`#${id} li`)].map((li) => [li.dataset[key], li.textContent]);
