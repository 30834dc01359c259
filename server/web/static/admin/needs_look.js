/* What needs a look, worst first: machines, the backup, people without a second factor, holidays that come, a draft that waits. */
import { html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";
import { ask } from "/static/screens/api.js";
import { needsLook } from "/static/screens/health.js";
import { dayAndTime } from "./summary.js";
import { address } from "./form.js";
import {
  api,
  centre,
  changes,
  isReadOnly,
  lang,
  mayChange,
  redraw,
  state,
  value,
  zone,
} from "./state.js";

const DAY_MS = 86_400_000;
/** A backup older than this is a night that was left out. */
const BACKUP_OLD_MS = 1.5 * DAY_MS;
/** Holidays of so many days ahead are asked about. */
const AHEAD_DAYS = 45;
const FACTOR_ROLES = ["admin", "manager"];

async function read() {
  state.lookAsked = true;
  const now = Date.now(),
    base = `/api/v1/${encodeURIComponent(centre)}`,
    years = [now, now + AHEAD_DAYS * DAY_MS].map((at) => new Date(at).getFullYear());
  const [devices, people, ...proposed] = await Promise.all([
    ask("GET", `${base}/devices`),
    mayChange ? ask("GET", `${base}/people`) : null,
    ...[...new Set(years)].map((year) => ask("GET", `${api}/holidays?year=${year}`)),
  ]);
  state.look = {
    machines: devices.ok
      ? devices.devices.filter((row) => needsLook(row, devices.at, devices.version))
      : [],
    people: people?.ok
      ? people.people.filter(
          (row) => FACTOR_ROLES.includes(row.role) && !row.disabled && !row.second_factor
        )
      : [],
    holidays: proposed.flatMap((answer) => (answer.ok ? answer.days : [])),
  };
  redraw();
}

/** The local date of a moment, as YYYY-MM-DD. */
const dateOf = (ms) => new Date(ms).toLocaleDateString("sv", { timeZone: zone });
const shown = (date) => date.split("-").reverse().slice(0, 2).join("/");

/** The rows: `{key, n, detail, href}`. */
function rows() {
  const { machines, people, holidays } = state.look,
    backup = state.settings.backup_at,
    closed = (value(["holidays"]) || []).map((day) => String(day?.date ?? day)),
    until = dateOf(Date.now() + AHEAD_DAYS * DAY_MS),
    coming = holidays.filter(
      ({ date }) => date >= dateOf(Date.now()) && date <= until && !closed.includes(date)
    ),
    edited = changes().length;
  const names = (some) =>
    some
      .map((row) => row.full_name || row.name)
      .slice(0, 4)
      .join(", ");
  return [
    machines.length && {
      key: "machines",
      n: machines.length,
      detail: names(machines),
      href: "/devices",
    },
    mayChange &&
      Date.now() - backup > BACKUP_OLD_MS && {
        key: backup ? "backup_old" : "backup_none",
        n: 1,
        detail: backup ? dayAndTime(backup) : "",
        href: address("backup"),
      },
    people.length && {
      key: "factor",
      n: people.length,
      detail: names(people),
      href: address("people"),
    },
    coming.length && {
      key: "holidays",
      n: coming.length,
      detail: coming
        .slice(0, 4)
        .map(({ date, name }) => `${shown(date)} ${name?.[lang] ?? name ?? ""}`)
        .join(", "),
      href: address("hours"),
    },
    edited > 0 && !isReadOnly() && { key: "draft", n: edited, detail: "", href: address("draft") },
  ].filter(Boolean);
}

/** The group on top of the overview. */
export function NeedsLook() {
  if (!state.lookAsked) read();
  const there = state.look ? rows() : [];
  return html`<section class="group look" aria-labelledby="look"><h3 class="grp" id="look">${t("look.title")}</h3>
    ${there.length === 0 && html`<p class="soft" role="status">${t(state.look ? "look.none" : "look.reading")}</p>`}
    <ul class="lines">${there.map(
      (
        { key, n, detail, href },
        at
      ) => html`<li key=${key}><span><b>${t(`look.${key}`, { n })}</b>${detail && html` <span class="soft">${detail}</span>`}</span>
        <a class=${at ? "btn" : "go"} href=${href}>${t(`look.${key}_act`)}</a></li>`
    )}</ul></section>`;
}
