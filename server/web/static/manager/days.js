/* Ranges of service days as plain dates ("2026-11-23"): no clock and no time zone in here. */
import { language } from "/ui/languages.js";
import { currentLanguage, t } from "/static/console/texts.js";

const DAY = 86400000;
const utc = (day) => Date.UTC(+day.slice(0, 4), +day.slice(5, 7) - 1, +day.slice(8, 10));
const iso = (ms) => new Date(ms).toISOString().slice(0, 10);
const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

export const isDay = (text) =>
  /^\d{4}-\d{2}-\d{2}$/.test(text || "") && !Number.isNaN(utc(text)) && iso(utc(text)) === text;
const plus = (day, n) => iso(utc(day) + n * DAY);
const weekdayOf = (day) => WEEKDAYS[(new Date(utc(day)).getUTCDay() + 6) % 7];

/** Monday to Sunday of the week a day is in. */
function weekOf(day) {
  const monday = plus(day, -WEEKDAYS.indexOf(weekdayOf(day)));
  return { from: monday, to: plus(monday, 6) };
}

/** First to last of the month a day is in; `n` months on. */
function monthOf(day, n = 0) {
  const first = Date.UTC(+day.slice(0, 4), +day.slice(5, 7) - 1 + n, 1);
  const date = new Date(first);
  return { from: iso(first), to: iso(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)) };
}

/** First to last of the quarter (3) or year (12) a day is in; `n` of them on. */
function monthsOf(day, months, n = 0) {
  const begin = Math.floor((+day.slice(5, 7) - 1) / months) * months;
  const first = new Date(Date.UTC(+day.slice(0, 4), begin + n * months, 1));
  const last = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + months, 0);
  return { from: iso(first.getTime()), to: iso(last) };
}

const same = (a, b) => a.from === b.from && a.to === b.to;

const LONG = { quarter: 3, year: 12 };

/** day, week, month, quarter, year or span: what kind of range it is. */
export function kindOf(range) {
  if (range.from === range.to) return "day";
  if (same(range, weekOf(range.from))) return "week";
  if (same(range, monthOf(range.from))) return "month";
  const long = Object.entries(LONG).find(([, months]) => same(range, monthsOf(range.from, months)));
  return long ? long[0] : "span";
}

/** The range of the same kind just before (-1) or after (1). */
export function shift(range, way) {
  const kind = kindOf(range);
  if (kind === "month") return monthOf(range.from, way);
  if (LONG[kind]) return monthsOf(range.from, LONG[kind], way);
  const length = (utc(range.to) - utc(range.from)) / DAY + 1;
  return { from: plus(range.from, way * length), to: plus(range.to, way * length) };
}

/** The ranges that have a name. */
export function named(today) {
  return {
    today: { from: today, to: today },
    yesterday: { from: plus(today, -1), to: plus(today, -1) },
    week: weekOf(today),
    month: monthOf(today),
    quarter: monthsOf(today, LONG.quarter),
    year: monthsOf(today, LONG.year),
  };
}

export const nameOfRange = (range, today) =>
  Object.entries(named(today)).find(([, known]) => same(known, range))?.[0] ?? "custom";

/** A date as people write it: 23/11/2026, or 23/11 without its year. */
export function written(day, year = true) {
  const [y, m, d] = day.split("-");
  const form = language(currentLanguage()).dates[year ? "page" : "page_day"];
  const parts = { "%Y": y, "%m": m, "%d": d, "%-m": +m, "%-d": +d };
  return form.replace(/%-?\w/g, (part) => parts[part]);
}

/** The heading of a range: "Tháng 10/2026", "Thứ Hai, 23/11/2026". */
export function titleOf(range) {
  const kind = kindOf(range);
  if (kind === "month")
    return t("page.month_of", { month: +range.from.slice(5, 7), year: range.from.slice(0, 4) });
  if (kind === "quarter")
    return t("page.quarter_of", {
      quarter: (+range.from.slice(5, 7) + 2) / 3,
      year: range.from.slice(0, 4),
    });
  if (kind === "year") return t("page.year_of", { year: range.from.slice(0, 4) });
  if (kind === "day")
    return t("page.day_of", {
      weekday: t(`report.weekdays.${weekdayOf(range.from)}`),
      date: written(range.from),
    });
  return t(kind === "week" ? "page.week_of" : "page.span", {
    from: written(range.from, range.from.slice(0, 4) !== range.to.slice(0, 4)),
    to: written(range.to),
  });
}
