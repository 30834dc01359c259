/* The longest waits: how long, where, and what was going on; each number leads to its story. */
import { html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";
import { titleOf } from "./days.js";
import { minutes } from "./figures.js";

const SHOWN = 8;

const storyOf = (centre, wait) =>
  `/manager/${centre}/reports/ticket?${new URLSearchParams({ day: wait.day, number: wait.number })}`;

/** `answer.longest` of the report; nothing where nobody waited or the time is too long. */
export function Longest({ answer, centre }) {
  const waits = answer.longest.slice(0, SHOWN);
  if (!waits.length) return null;
  const oneDay = answer.from === answer.to;
  return html`<section class="longest"><h2>${t("page.longest")} <small>${t("page.longest_unit")}</small></h2>
    <ol>${waits.map(
      (wait) => html`<li><b>${minutes(wait.open_wait_s)}</b>
      <a href=${storyOf(centre, wait)}>${wait.number}</a>
      <span>${wait.field}${oneDay ? "" : `, ${titleOf({ from: wait.day, to: wait.day })}`}: ${t(`page.why_${wait.why}`, { n: wait.passed })}</span></li>`
    )}</ol></section>`;
}
