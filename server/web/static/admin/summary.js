/* What a page of the settings holds, in a few words; moments as people read them. */
import { t, timeOfDay } from "/static/console/texts.js";
import { leaves, nameOf, rowNames, state, value, zone } from "./state.js";

export const dayAndTime = (ms) =>
  `${new Intl.DateTimeFormat("en-GB", { timeZone: zone, day: "2-digit", month: "2-digit" }).format(ms)} ${timeOfDay(ms)}`;

const SUMMARY = {
  fields: "fields",
  services: "services",
  counters: "counters",
  kiosks: "kiosks",
  boards: "displays.boards",
  alerts: "alerts",
};
/** A page in a few words. */
export function summary(page) {
  if (SUMMARY[page]) return t(`summary.${page}`, { n: rowNames(SUMMARY[page].split(".")).length });
  if (page === "hours")
    return t("summary.hours", {
      spans: (value(["hours", "tickets", "mon_fri"]) || []).join(", ") || t("closed"),
    });
  if (page === "rules")
    return t("summary.rules", {
      n: value(["call_policy", "calls_before_no_show"]) ?? 3,
      minutes: value(["priority", "max_wait_guard_minutes"]) ?? 25,
    });
  if (page === "site") return nameOf(value(["site", "address"])) || t("summary.no_address");
  if (page === "backup")
    return state.settings.backup_at
      ? t("summary.backup", { at: dayAndTime(state.settings.backup_at) })
      : t("summary.no_backup");
  const part = [...leaves(state.settings.pages[page].parts)].find((leaf) => !leaf.fixed);
  return value([part.key.split(".")[0]]) === null ? t("nothing") : t("summary.set");
}
