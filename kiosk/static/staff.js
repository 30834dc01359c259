// For staff only: the PIN, then how the machine is and what can be done at it.
import { html, Icon, Sign, Foot, NumberedRow } from "/static/parts.js";
import { say, clock } from "/static/words.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/** What stands over the keys: what to enter, or why it was refused. */
function pinText(lang, refused) {
  if (!refused) return say(lang, "staff.pin");
  if (refused.error === "too_many") return say(lang, "staff.wait", { n: refused.wait || 15 });
  if (refused.error === "lost") return say(lang, "staff.lost");
  if (refused.tries === undefined) return say(lang, "staff.off");
  return say(lang, "staff.wrong", { n: refused.tries });
}

export function Pin({ state, act }) {
  const { lang, pin, menu } = state;
  const refused = menu && menu.refused;
  const words = pinText(lang, refused);
  return html`<div class="kiosk pin-page">
    <${Sign} state=${state} title=${say(lang, "staff.title")} />
    <main class="panel">
      <p class=${`ask${refused ? " trouble" : ""}`} role="status">${words}</p>
      <p class="dots" role="img" aria-label=${say(lang, "staff.typed", { n: pin.length })}>
        ${Array.from({ length: Math.max(4, pin.length) }, (_, i) => html`<i class=${i < pin.length ? "full" : ""} />`)}
      </p>
      <div class="pad" role="group" aria-label=${say(lang, "staff.pad")}>
        ${KEYS.map((key) => html`<button type="button" data-key=${key} onClick=${() => act.digit(key)}>${key}</button>`)}
        <button type="button" class="word" data-key="Backspace" onClick=${act.unpin}><${Icon} name="erase" />${say(lang, "search.erase")}</button>
        <button type="button" data-key="0" onClick=${() => act.digit("0")}>0</button>
        <button type="button" class="word go-in" data-key="Enter" onClick=${act.enter}>${say(lang, "staff.enter")}</button>
      </div>
      <${Foot} state=${state} act=${act} />
    </main>
  </div>`;
}

/** What of the status staff at the machine need: [label, words, whether it wants a person]. */
function health(lang, status) {
  const t = (key, values) => say(lang, `staff.${key}`, values);
  const word = (group, value) => {
    const words = say(lang, `staff.${group}`);
    return words[value] || value;
  };
  const left = Object.entries(status.left || {});
  const roll =
    status.roll && status.roll.length_mm
      ? `, ${t("roll_left", { n: Math.max(0, Math.round((status.roll.length_mm - status.roll.printed_mm) / 1000)) })}`
      : "";
  return [
    [
      t("hub"),
      status.hub === "up" ? t("hub_up") : t("hub_down", { time: clock(status.hub_since) }),
      status.hub !== "up",
    ],
    [t("printer"), word("printers", status.printer), status.printer !== "ok"],
    [t("paper"), word("papers", status.paper) + roll, ["low", "out"].includes(status.paper)],
    [
      t("outbox"),
      String(status.outbox) + (status.rejected ? `, ${t("rejected", { n: status.rejected })}` : ""),
      status.rejected > 0,
    ],
    [
      t("given"),
      t("given_today", {
        hub: (status.numbers || {}).hub || 0,
        lease: (status.numbers || {}).lease || 0,
      }),
      false,
    ],
    [
      t("left"),
      left.length ? left.map(([field, n]) => `${field} ${n}`).join(", ") : t("none"),
      !left.length,
    ],
    [t("failed"), String(status.failed || 0), status.failed > 0],
    [
      t("machine"),
      `${status.device} · ${status.version} · ${t("clock", { n: Math.round((status.clock || 0) / 100) / 10 })}`,
      Math.abs(status.clock || 0) > 5000,
    ],
    ...((status.alerts || []).length ? [[t("alerts"), status.alerts.join(", "), true]] : []),
  ];
}

function outcome(lang, done) {
  if (!done) return "";
  if (!done.ok) return say(lang, "staff.not_done");
  if (done.what === "test_print")
    return say(
      lang,
      done.answer.print && done.answer.print.state === "printed"
        ? "staff.test_printed"
        : "staff.test_failed"
    );
  return say(
    lang,
    {
      paper_replaced: "staff.paper_done",
      restart: "staff.restarting",
      test_mode: done.answer.test ? "staff.mode_on" : "staff.mode_off",
    }[done.what] || "staff.done"
  );
}

export function Staff({ state, act }) {
  const { lang, menu } = state;
  const { status } = menu;
  const acts = [
    ["printer", "test_print", {}],
    ["roll", "paper_replaced", {}],
    ["flask", "test_mode", { on: !status.test }],
    ["restart", "restart", {}],
  ];
  const name = (what) =>
    what === "test_mode"
      ? say(lang, status.test ? "staff.acts.mode_off" : "staff.acts.mode_on")
      : say(lang, `staff.acts.${what}`);
  const outcomeText = menu.doing ? say(lang, "staff.doing") : outcome(lang, menu.done);
  return html`<div class="kiosk staff-page">
    <${Sign} state=${state} title=${say(lang, "staff.title")} below=${outcomeText || say(lang, "staff.choose")} />
    <main class="panel">
      <dl class="health">${health(lang, status).map(([label, value, bad]) => html`<div class=${bad ? "bad" : ""}><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
      <p class="unseen" role="status">${outcomeText}</p>
      <ul class="rows">${acts.map(
        ([icon, what, extra], i) => html`<${NumberedRow} key=${what} n=${i + 1} icon=${icon}
        text=${name(what)} onClick=${() => {
          if (!menu.doing) act.run(what, extra);
        }} />`
      )}</ul>
      <button type="button" class="done" data-key="Enter" data-say="done" onClick=${act.home}>
        ${say(lang, "staff.leave")} <span>${state.left !== null && state.left <= 30 ? say(lang, "ticket.closing", { n: state.left }) : ""}</span>
      </button>
    </main>
  </div>`;
}
