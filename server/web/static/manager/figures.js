/* Figures as each language writes them: 14.935 · 19,1 · 75 % in Vietnamese, 14,935 · 19.1 · 75 % in English. */
import { decimalMark, wholeNumber } from "/ui/languages.js";
import { currentLanguage, t } from "/static/console/texts.js";

/** A whole number with its thousands parted. */
export const count = (n) =>
  n === null || n === undefined ? "" : wholeNumber(currentLanguage(), n);

/** Seconds as minutes with one decimal, rounded half upward as in the files. */
export function minutes(seconds) {
  if (seconds === null || seconds === undefined) return "";
  const tenths = Math.floor((seconds * 10) / 60 + 0.5);
  return `${count(Math.floor(tenths / 10))}${decimalMark(currentLanguage())}${tenths % 10}`;
}

/** Seconds as whole minutes, for sentences. */
export const wholeMinutes = (seconds) =>
  seconds === null || seconds === undefined ? "" : count(Math.round(seconds / 60));

/** 75.3 → "75 %". */
export const percent = (value) =>
  value === null || value === undefined ? "" : t("page.percent", { n: Math.round(value) });

/** 2.5 → "2,5", in English "2.5". */
export const decimal = (value) => String(value).replace(".", decimalMark(currentLanguage()));
