/* Counters in words: "Quầy 3", "Quầy 9 hoặc 10", three or more in a row "Quầy 2 đến 5". */
import { t } from "/static/console/texts.js";

export function countersWords(counters) {
  const numbers = counters.filter((c) => typeof c === "number").sort((a, b) => a - b);
  if (!numbers.length) return t("counter_desk");
  if (numbers.length === 1) return t("counter", { n: numbers[0] });
  if (numbers.length === 2) return t("two", { a: numbers[0], b: numbers[1] });
  const last = numbers[numbers.length - 1];
  if (last - numbers[0] === numbers.length - 1) return t("range", { a: numbers[0], b: last });
  return t("list", { some: numbers.slice(0, -1).join(", "), last });
}
