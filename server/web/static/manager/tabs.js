/* The views of a report, one beside the other: what is shown, for the same days. */
import { html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";

export const VIEWS = [
  "why",
  "week",
  "staffing",
  "counters",
  "distribution",
  "outcomes",
  "leavers",
  "trend",
];

export const viewUrl = (centre, range, view, more = {}) =>
  `/manager/${centre}/reports/views?${new URLSearchParams({ view, from: range.from, to: range.to, ...more })}`;

/** Where the tickets behind a figure are listed. */
export const ticketsUrl = (centre, range, by, key, what) =>
  viewUrl(centre, range, "tickets", { by, ...(key === null ? {} : { key }), what });

/** `here`: the view that is shown; "waits" is the table of waits itself. */
export function Tabs({ centre, range, here }) {
  const tab = (name, url, words) =>
    html`<a href=${url} aria-current=${here === name ? "page" : null}>${words}</a>`;
  const days = new URLSearchParams({ from: range.from, to: range.to });
  const compares = document.querySelector("[data-compares]") !== null;
  return html`<nav class="tabs" aria-label=${t("views.pages")}>
    ${tab("waits", `/manager/${centre}/reports?${days}`, t("report.by.field"))}
    ${VIEWS.map((view) => tab(view, viewUrl(centre, range, view), t(`views.tabs.${view}`)))}
    ${tab("promises", `/manager/${centre}/reports/promises?${days}`, t("views.promises"))}
    ${tab("ratings", `/manager/${centre}/reports/ratings?${days}`, t("views.ratings"))}
    ${tab("story", `/manager/${centre}/reports/ticket?day=${range.to}`, t("views.find"))}
    ${compares && tab("centres", `/manager/${centre}/reports/centres`, t("views.centres"))}</nav>`;
}
