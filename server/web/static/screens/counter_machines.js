/* The browsers that stand at counters, at which clerks come in by a PIN: pairing this one, unpairing any. */
import { askSurely, onAgain } from "/static/admin/again.js";
import { html } from "/static/console/html.js";
import { t, timeOfDay } from "/static/console/texts.js";
import { ask } from "./api.js";

const here = { takes: false, machines: [], own: null, counter: "", told: "", trouble: "" };
let api = "",
  draw = () => {};

/** Read them once the page is signed in; `redraw` draws the page anew. */
export async function readCounterMachines(centre, redraw) {
  api = `/api/v1/${centre}/counter-machines`;
  draw = redraw;
  onAgain(redraw);
  const answer = await ask("GET", api);
  if (answer.ok)
    Object.assign(here, { takes: answer.takes_pins, machines: answer.machines, own: answer.here });
  draw();
}

async function act(path, body, told) {
  const answer = await askSurely("POST", `${api}${path}`, body);
  here.trouble = answer.ok ? "" : answer.message;
  here.told = answer.ok ? told : "";
  await readCounterMachines(api.split("/")[3], draw);
}

const day = (ms) => `${new Date(ms).toLocaleDateString("vi-VN")} ${timeOfDay(ms)}`;

/** Nothing where the centre takes no PINs and no machine is left from when it did. */
export function CounterMachines({ counters }) {
  if (!here.takes && !here.machines.length) return null;
  const chosen = here.counter || counters[0]?.[0] || "";
  const pair = (event) => {
    event.preventDefault();
    return act("", { counter: chosen }, t("counter_machines.paired", { counter: chosen }));
  };
  return html`<section class="after"><h2>${t("counter_machines.title")}</h2>
    <p class="soft">${t("counter_machines.how")}</p>
    ${
      here.machines.length > 0 &&
      html`<ul class="list">${here.machines.map(
        (row) => html`<li class="device" key=${row.id}><div class="line">
        <span class="what"><b>${t("counter_machines.counter")} ${row.counter}</b><small class="soft">${t("counter_machines.since", { at: day(row.since) })}${row.id === here.own && html` · ${t("counter_machines.here")}`}</small></span>
        <span class="acts"><button type="button" class="btn" onClick=${() => act(`/${row.id}/end`, {}, "")}>${t("counter_machines.end")}</button></span></div></li>`
      )}</ul>`
    }
    ${!here.machines.length && html`<p class="soft">${t("counter_machines.none")}</p>`}
    
    ${
      here.takes &&
      html`<form class="sheet" onSubmit=${pair}><label class="field"><span class="label">${t("counter_machines.counter")}</span>
      <select value=${chosen} onChange=${(event) => {
        here.counter = event.target.value;
        draw();
      }}>${counters.map(([value, text]) => html`<option value=${value}>${text}</option>`)}</select></label>
      <p class="ends"><button class="btn">${t("counter_machines.pair")}</button></p></form>`
    }
    ${here.told && html`<p class="done" role="status">${here.told}</p>`}
    ${here.trouble && html`<p class="mend" role="alert">${here.trouble}</p>`}</section>`;
}
