// What is read aloud of a page: its question, its facts, its choices with their keys, and how to go back or call for help.
import { numberPattern } from "/ui/numbers.js";
import { say } from "/static/words.js";

let numbers = numberPattern(null);

/** How this centre writes its numbers (`ticket_format` of the snapshot). */
export function numbersAreWritten(format) {
  numbers = numberPattern(format);
}

const TOLD =
  ".label-line, .hall span:last-child, .how, .again, .ask, .ask-how, .trouble, .calm, .take, .hours, .privacy, .head span:first-child, .message";
const FACTS = ".check > div, .papers li, .facts dl > div, .strip > div, .of";
const CHOICES =
  "main button:not(.keys button):not(.pad button):not(.foot button):not(.done):not(.view-button)";

/** Sentences of the page as it stands now, in the order they are wanted. */
export function sentencesOf(page, lang, keyed) {
  const words = (node) => aloud(wordsOf(node), lang);
  const title = page.querySelector("h1");
  const first = [title, ...page.querySelectorAll(TOLD), ...page.querySelectorAll(FACTS)]
    .filter(Boolean)
    .map(words);
  const choices = [...page.querySelectorAll(CHOICES)].map((button) => choiceOf(button, lang));
  const ways = [...page.querySelectorAll(".foot button:not([disabled]), .done")]
    .filter((button) => button.dataset.say)
    .map((button) => say(lang, `spoken.${button.dataset.say}`));
  return [...first, ...choices, ...(keyed ? ways : [])];
}

/** One control with its key: "Phím 1: Chứng thực, 3 người chờ". */
export function choiceOf(button, lang) {
  const what = aloud(wordsOf(button), lang);
  const { key } = button.dataset;
  const pressed =
    button.getAttribute("aria-pressed") === "true" ? `, ${say(lang, "spoken.chosen")}` : "";
  if (key === "Enter") return say(lang, "spoken.enter", { what }) + pressed;
  return (/^\d$/.test(key || "") ? say(lang, "spoken.key", { key, what }) : what) + pressed;
}

/** A control's words with pauses between its parts; what is only drawn is left out. */
function wordsOf(node) {
  const parts = [];
  const walk = (at) => {
    for (const child of at.childNodes) {
      if (child.nodeType === 3) {
        const text = child.data.replace(/^[\s,;·]+|[\s,;·]+$/g, ""); // a pause of its own stands between parts
        if (text) parts.push(text);
      } else if (child.getAttribute && child.getAttribute("aria-hidden") !== "true") walk(child);
    }
  };
  walk(node);
  return parts
    .join(", ")
    .replace(/([.:?!,]),/g, "$1")
    .replace(/,\s*([.:?!])/g, "$1")
    .replace(/–,/g, " ");
}

/** Written forms as they are spoken: "15–25" → "15 đến 25", "B012" → "B, 0, 1, 2", "ông/bà" → "ông bà", the badge by its words. */
export function aloud(text, lang) {
  return text
    .replace(/(\d[\d:]*)\s*–\s*(\d[\d:]*)/g, (all, from, to) =>
      say(lang, "spoken.range", { from, to })
    )
    .replace(numbers, (...found) => {
      const { prefix, n } = found[found.length - 1];
      return `${[...prefix].join(" ")}, ${[...n].join(", ")}`;
    })
    .replace(/(?<!\p{L})ƯT(?!\p{L})/gu, say(lang, "spoken.badge"))
    .replace(/(\p{L})\/(\p{L})/gu, "$1 $2")
    .replace(/ – /g, ", ")
    .replace(/…/g, "");
}
