/* Being woken: a web push for this number, and the page kept for when the hub is away. Both need HTTPS; elsewhere there is no row. */
import { isWoken, keepWoken } from "./kept.js";
import { fetchInTime } from "../fetch_in_time.js";
import { html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";

/** on: null until it is looked up whether this phone is woken for the number. */
const state = { on: null, failed: false, refused: false };

const possible = (push) =>
  Boolean(push) &&
  window.isSecureContext &&
  "serviceWorker" in navigator &&
  "PushManager" in window &&
  "Notification" in window &&
  Notification.permission !== "denied" &&
  !state.refused;

const press = () =>
  `reach-${window.crypto.getRandomValues(new Uint32Array(4)).join("-")}`.slice(0, 60);

const worker = () => navigator.serviceWorker.register("/t/worker.js", { scope: "/t/" });

/** Keep the last truth of this page for when the hub is away. */
export function keepOffline() {
  if (window.isSecureContext && "serviceWorker" in navigator) worker().catch(() => null);
}

const tell = (id, what, body) =>
  fetchInTime(`/t/${id}/${what}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ request_id: press(), ...body }),
  });

async function turnOn(id, lang, push) {
  state.failed = false;
  if ((await Notification.requestPermission()) !== "granted") {
    state.refused = true;
    return;
  }
  const text = atob(push.replace(/-/g, "+").replace(/_/g, "/"));
  const registration = await worker();
  await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: Uint8Array.from(text, (letter) => letter.charCodeAt(0)),
  });
  const answer = await tell(id, "reach-me", { subscription: JSON.stringify(subscription), lang });
  state.on = answer.ok;
  state.failed = !answer.ok;
  keepWoken(id, state.on);
}

async function turnOff(id) {
  const answer = await tell(id, "forget-me", { kind: "push" });
  state.on = !answer.ok;
  keepWoken(id, state.on);
}

export function Reach({ id, lang, push, soon, again }) {
  if (!possible(push)) return null;
  state.on ??= Notification.permission === "granted" && isWoken(id);
  const change = async () => {
    try {
      await (state.on ? turnOff(id) : turnOn(id, lang, push));
    } catch {
      state.failed = true;
    }
    again();
  };
  return html`<button class="row" aria-pressed=${String(state.on)} onClick=${change}>
      <b>${soon ? t("reach", { n: soon }) : t("reach_called")}</b><i class="sw">${t(state.on ? "reach_on" : "reach_do")}</i></button>
    ${state.on && html`<p class="hint">${t("reach_slow")}</p>`}
    ${state.failed && html`<p class="hint" role="status">${t("reach_failed")}</p>`}`;
}
