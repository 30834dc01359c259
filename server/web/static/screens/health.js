/* How a machine of the hall is, in words, and whether it needs a person. */
import { minutesOf, t, timeOfDay } from "/static/console/texts.js";

/** Whether it is there: `{text, good?, bad?}`. */
export function seen(row, at) {
  if (row.on === true) return { good: true, text: t("health.online") };
  if (row.on === false && !row.seen_at) return { bad: true, text: t("health.off") };
  if (row.on === null) return { text: t("health.unheard") };
  if (row.online) return { good: true, text: t("health.online") };
  if (!row.seen_at) return { text: t("health.never") };
  const minutes = minutesOf(at - row.seen_at);
  return {
    bad: true,
    text:
      minutes < 120
        ? t("health.silent_minutes", { n: Math.max(1, minutes) })
        : t("health.silent_since", {
            time: timeOfDay(row.seen_at),
            date: new Date(row.seen_at).toLocaleDateString("vi-VN"),
          }),
  };
}

/** Whether nothing was ever heard of a device: it was registered and has not yet been switched on. */
export const neverHeard = (row) => !row.online && !row.on && !row.seen_at;

/** What staff should know of a device: [text, is it trouble] */
export function health(row, version) {
  const s = row.status,
    lines = [];
  if (s.sound && s.sound !== "none")
    lines.push([t(`sound.${s.sound}`), ["blocked", "stuck"].includes(s.sound)]);
  if (s.late) lines.push([t("health.late", { n: s.late }), true]);
  if (s.missing) lines.push([t("health.missing", { n: s.missing }), true]);
  if (s.media && s.media !== "ok") lines.push([t("health.media", { what: s.media }), true]);
  if (s.printer && s.printer !== "ok" && s.printer !== "ready")
    lines.push([t("health.printer", { what: t(`printers.${s.printer}`) }), true]);
  if (isOld(row, version))
    lines.push([t(row.kind in FLASHED ? "health.old_program" : "health.old_page"), false]);
  if (isOtherVersion(row, version)) lines.push([t("health.update", { v: version }), true]);
  if (s.broker && s.broker !== "ok") lines.push([t("health.broker"), true]);
  return lines;
}

/** Programs of their own, which are updated apart from the hub; a page comes from the hub anew by itself. */
export const isOtherVersion = (row, version) =>
  row.kind === "kiosk" && Boolean(row.status.version) && row.status.version !== version;

/** What is flashed once, by a person. */
const FLASHED = { led: true, pad: true };
/** A board or sign whose page is of another version than the hub looks for the new one by itself; an LED board or pad works on. */
const isOld = (row, version) =>
  (["board", "sign"].includes(row.kind) || row.kind in FLASHED) &&
  Boolean(row.status.version) &&
  row.status.version !== version;

/** The version a machine says it runs, and whether that is the hub's; "" where it says none. */
export function versionOf(row, version) {
  const { version: own } = row.status;
  if (!own) return "";
  return t(own === version ? "health.version_same" : "health.version", { v: own });
}

/** Whether a machine needs a person: silent, in trouble, or of another version than the hub. */
export const needsLook = (row, at, version) =>
  !neverHeard(row) &&
  (Boolean(seen(row, at).bad) ||
    health(row, version).some(([, bad]) => bad) ||
    isOtherVersion(row, version));
