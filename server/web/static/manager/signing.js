/* Who signed the figures on the page, what came in since, and the button that signs them. */
import { html } from "/static/console/html.js";
import { t, timeOfDay } from "/static/console/texts.js";
import { titleOf } from "./days.js";
import { count } from "./figures.js";

/** The start of a hash, enough to compare by eye with the paper; the whole of it is in the tooltip. */
const shortOf = (hash) => hash.slice(0, 12);

const dayOf = (ms, zone) =>
  new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(ms);

/** "A012 23/11 10:15" of the numbers that something came in for after the signature. */
function Changed({ changed }) {
  return html`<details><summary>${t("page.signed_changed", { n: count(changed.length) })}</summary>
    <ul>${changed.map(
      (one) =>
        html`<li>${one.number}, ${titleOf({ from: one.day, to: one.day })}: ${t(`page.late_${one.kind}`)} ${timeOfDay(one.at)}</li>`
    )}</ul></details>`;
}

function Signature({ signature, answer, zone }) {
  const { from, to, at, by, seq, hash, changed, same } = signature,
    day = dayOf(at, zone);
  const own = from === answer.from && to === answer.to;
  return html`<li>${t(own ? "page.signed" : "page.signed_period", {
    by,
    day: titleOf({ from: day, to: day }),
    time: timeOfDay(at),
    period: titleOf({ from, to }),
  })} <span class="hash" title=${hash}>${t("page.hash", { hash: shortOf(hash), seq: count(seq) })}</span>
    ${own && same === null && ` ${t("page.signed_version", { n: signature.definitions_version })}`}
    ${own && same === false && !changed.length && ` ${t("page.signed_other")}`}
    ${changed.length > 0 && html`<${Changed} changed=${changed} />`}</li>`;
}

/** `state`: {busy, said, asking}; `acts`: {signReport}; `ask(on)` opens and closes the question. */
export function Signing({ answer, state, acts, ask, zone }) {
  const period = titleOf(answer),
    standing = answer.signatures.some(
      (one) => one.from === answer.from && one.to === answer.to && one.same
    );
  let act = html`<button class="btn" onClick=${() => ask(true)}>${t("page.sign")}</button>`;
  if (answer.still_open) act = html`<span>${t("page.sign_later")}</span>`;
  else if (standing) act = null;
  else if (state.asking)
    act = html`<span role="group" aria-label=${t("page.sign")}>${t("page.sign_ask", { period, n: answer.definitions_version })}
      <button class="btn" disabled=${state.busy} onClick=${() => acts.signReport(answer)}>${t("page.sign_yes")}</button>
      <button class="btn" onClick=${() => ask(false)}>${t("change.leave")}</button></span>`;
  return html`<section class="signing" aria-label=${t("page.signing")}>
    <ul>${answer.signatures.map((signature) => html`<${Signature} signature=${signature} answer=${answer} zone=${zone} />`)}</ul>
    <p>${!standing && html`<span class="hash" title=${answer.hash}>${t("page.hash", { hash: shortOf(answer.hash), seq: count(answer.seq) })}</span>`} ${act}
    ${state.said && html`<span role="status" class=${state.said.bad ? "bad" : ""}>${state.said.text}</span>`}</p></section>`;
}
