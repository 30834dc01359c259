/* What the studio asks of the hub. Every answer is {ok, …} or {ok: false, message, offline?}. */
import { fetchInTime, LONG_LIMIT_MS } from "/static/fetch_in_time.js";
import { whoAmI } from "/static/console/session.js";
import { currentLanguage, t } from "/static/console/texts.js";

let base = "",
  signs = "",
  csrf = "";

/** Find out who is signed in; false sends them to log in. */
export async function enter(centre) {
  base = `/api/v1/${centre}/voice`;
  signs = `/api/v1/${centre}/signs`;
  const me = await whoAmI();
  if (me === null) {
    location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
    return false;
  }
  csrf = me ? me.csrf : "";
  return me !== undefined;
}

async function ask(method, path, body, within = base) {
  const json = body && !(body instanceof Blob);
  const headers = {
    Accept: "application/json",
    "Accept-Language": currentLanguage(),
    "X-CSRF-Token": csrf,
    ...(json && { "Content-Type": "application/json" }),
    ...(body instanceof Blob && { "Content-Type": body.type || "application/octet-stream" }),
  };
  try {
    const answer = await fetchInTime(
      within + path,
      { method, headers, body: json ? JSON.stringify(body) : body },
      body ? LONG_LIMIT_MS : undefined
    );
    if (answer.status === 401) {
      location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
      return { ok: false, message: "" };
    }
    const reply = await answer.json();
    if (answer.status === 429) {
      await new Promise((later) => setTimeout(later, 1000 * (reply.retry_after || 1)));
      return ask(method, path, body, within);
    }
    return answer.ok && reply.ok !== false
      ? reply
      : { ok: false, message: reply.message || t("lost") };
  } catch {
    return { ok: false, message: t("lost"), offline: true };
  }
}

export const readState = () => ask("GET", "");
export const send = (lang, key, sound) => ask("PUT", `/draft/${lang}/${key}`, sound);
export const publish = (wish) => ask("POST", "/publish", wish);
export const use = (lang, version) =>
  ask("POST", "/use", { request_id: window.Luot.requestId(), lang, version });

export const readClips = () => ask("GET", "", undefined, signs);
export const sendClip = (key, film) => ask("PUT", `/${key}`, film, signs);
export const forgetClip = (key) => ask("DELETE", `/${key}`, undefined, signs);
export const packAddress = (lang) => `${base}/pack/${lang}`;
export const sendPack = (lang, file, forAll) =>
  ask("PUT", `/pack/${lang}${forAll ? "?for=all" : ""}`, file);

/** Where a finished recording is heard. */
export const address = (lang, prompt) =>
  `${base}/draft/${lang}/${prompt.key}.wav?v=${prompt.recorded.sha256.slice(0, 12)}`;
export const draftBase = () => `${base}/draft/`;
