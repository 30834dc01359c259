/* Call pads and LED boards, which have no screen for a code: the hub makes a file that they are flashed with. */
import { askSurely } from "/static/admin/again.js";
import { html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";

const here = {
  kind: "pad",
  name: "",
  counter: "",
  ssid: "",
  password: "",
  done: "",
  trouble: "",
  busy: false,
};
let api = "",
  draw = () => {},
  after = () => {};

/** Where the machines are asked for; `redraw` draws the page anew, `read` asks for the list. */
export function useFirmware(base, redraw, read) {
  api = base;
  draw = redraw;
  after = read;
}

/** Save what the hub made under its name, as if it had been downloaded. */
function download(name, packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/zip" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function make(path, body) {
  Object.assign(here, { busy: true, done: "", trouble: "" });
  draw();
  const answer = await askSurely("POST", `${api}/devices${path}`, body);
  here.busy = false;
  here.trouble = answer.ok ? "" : answer.message;
  if (answer.ok) {
    const file = `${answer.name}.zip`;
    download(file, answer.file);
    Object.assign(here, { done: t("firmware.done", { file }), name: "", password: "" });
  }
  await after();
}

const wifi = () => (here.ssid ? { wifi: { ssid: here.ssid, password: here.password } } : {});

/** New secrets for one that is there; those of before open nothing any more. */
export const remake = (row) => make(`/${row.device}/firmware`, wifi());

/** The form of a new one. */
export function NewFirmware({ counters, flashes }) {
  if (!flashes)
    return html`<section class="after"><h2>${t("firmware.title")}</h2><p class="soft">${t("firmware.elsewhere")}</p></section>`;
  const set = (key) => (event) => {
    here[key] = event.target.value;
    draw();
  };
  const counter = here.counter || counters[0]?.[0] || "";
  const send = (event) => {
    event.preventDefault();
    return make("/firmware", { kind: here.kind, name: here.name.trim(), counter, ...wifi() });
  };
  return html`<section class="after"><h2>${t("firmware.title")}</h2>
    <p class="soft">${t("firmware.how")}</p>
    ${here.trouble && html`<p class="mend" role="alert">${here.trouble}</p>`}${here.done && html`<p class="done" role="status">${here.done}</p>`}
    <form class="sheet" onSubmit=${send}>
      <label class="field"><span class="label">${t("firmware.kind")}</span>
        <select value=${here.kind} onChange=${set("kind")}>${["pad", "led"].map((kind) => html`<option value=${kind}>${t(`kind.${kind}`)}</option>`)}</select></label>
      <label class="field"><span class="label">${t("firmware.name")}</span>
        <input value=${here.name} maxlength="32" pattern="[a-z0-9]([a-z0-9\\-]*[a-z0-9])?" required autocomplete="off" spellcheck="false" onInput=${set("name")} />
        <small class="soft">${t("firmware.name_hint")}</small></label>
      <label class="field"><span class="label">${t("firmware.counter")}</span>
        <select value=${counter} onChange=${set("counter")}>${counters.map(([value, text]) => html`<option value=${value}>${text}</option>`)}</select></label>
      <label class="field"><span class="label">${t("firmware.wifi")}</span>
        <input value=${here.ssid} maxlength="32" autocomplete="off" spellcheck="false" onInput=${set("ssid")} /></label>
      ${
        here.ssid &&
        html`<label class="field"><span class="label">${t("firmware.wifi_password")}</span>
        <input type="password" value=${here.password} maxlength="63" autocomplete="new-password" onInput=${set("password")} /></label>`
      }
      <p class="ends"><button class="btn" disabled=${here.busy}>${t(here.busy ? "firmware.making" : "firmware.make")}</button></p>
    </form></section>`;
}
