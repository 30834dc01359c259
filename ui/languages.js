// Languages: which there are, whose words stand in for whose, plurals and numbers as each writes them. All of it comes from
// the folders of ui/texts, as /ui/languages.json; no module of a page names a language but this one, and this one only the default.

/** Stands in where another language has no words, and where nobody named one. */
export const DEFAULT_LANGUAGE = "vi";

/**
 * @typedef {{name: string, mark: string, plural: string[], numbers: {group?: string, decimal?: string},
 *   dates: Object<string, string>, draft: string, staff: boolean, speaks: boolean, fonts: string[], keys: string[][]}} Language
 *   draft: what is said of it while a text of it is a draft, in itself; fonts: style sheets of letters of its own; keys: pages of rows of a keyboard
 * @type {Object<string, Language>}
 */
let languages = {};

/** Takes what /ui/languages.json says. */
export function useLanguages(listing) {
  languages = listing.languages || {};
}

export const allLanguages = () => Object.keys(languages);
/** The languages of the staff's pages. */
export const staffLanguages = () => allLanguages().filter((code) => languages[code].staff);
export const isLanguage = (code) => code in languages;
/** What is known of a language; nothing of one without texts. */
export const language = (code) => languages[code] || languages[DEFAULT_LANGUAGE] || {};
/** Codes of languages, the default one first. */
export const defaultFirst = (codes) => [
  ...new Set([DEFAULT_LANGUAGE, ...codes.filter((code) => code)]),
];
/** Brings in the letters of languages that have some of their own, each once. */
export function useFontsOf(codes) {
  for (const code of codes) {
    const { fonts = [] } = language(code);
    for (const href of fonts) {
      if (document.querySelector(`link[href="${href}"]`)) continue;
      const link = document.createElement("link");
      Object.assign(link, { rel: "stylesheet", href });
      document.head.append(link);
    }
  }
}

const collators = new Map();
/** Compares two texts as a language sorts them (`collation` of its language.json, else its code; numbers in them by size). */
export function inOrderOf(lang) {
  if (!collators.has(lang)) {
    const { collation } = language(lang);
    collators.set(lang, new Intl.Collator(collation || lang, { numeric: true }).compare);
  }
  return collators.get(lang);
}

/** A text by language without what is empty. */
export const withoutEmpty = (texts) =>
  Object.fromEntries(
    Object.entries(texts)
      .map(([lang, text]) => [lang, text.trim()])
      .filter(([, text]) => text)
  );
/** The name of a language in itself; of several ("vi,en") all. */
export const ownName = (codes) =>
  codes
    .split(",")
    .map((code) => language(code).name || code)
    .join(" · ");

/** A text by language in the one wanted, else in the default one, else in any. */
export const inLanguage = (texts, lang) =>
  texts ? texts[lang] || texts[DEFAULT_LANGUAGE] || Object.values(texts)[0] || "" : "";

const RELATION = /^([nivwftce])(?: ?% ?(\d+))? ?(!?=) ?([\d., ]+)$/;

/** Whether a whole number falls under a plural rule of CLDR ("i = 1 and v = 0", "n % 10 = 2..4"). */
export function follows(rule, n) {
  const holds = (text) => {
    const [, operand, modulo, sign, values] = RELATION.exec(text.trim());
    const whole = "ni".includes(operand) ? Math.abs(n) : 0;
    const value = modulo ? whole % Number(modulo) : whole;
    const among = values.split(",").some((span) => {
      const [low, high = low] = span.split("..").map(Number);
      return low <= value && value <= high;
    });
    return among === (sign === "=");
  };
  return rule
    .split("@")[0]
    .split(" or ")
    .some((both) => both.split(" and ").every(holds));
}

/** A text with its {places} filled; {n|person|people} is the word that goes with n in the language of the text. */
export function fillIn(lang, text, values) {
  const counted = text.replace(/\{(\w+)((?:\|[^|}]*)+)\}/g, (whole, name, rest) => {
    const forms = rest.slice(1).split("|");
    const number = String((values && values[name]) ?? "");
    const rules = language(lang).plural || [];
    const place = /^-?\d+$/.test(number)
      ? rules.findIndex((rule) => follows(rule, Number(number)))
      : -1;
    return forms[Math.min(place < 0 ? rules.length : place, forms.length - 1)];
  });
  return counted.replace(/\{(\w+)\}/g, (whole, name) =>
    values && name in values ? String(values[name]) : whole
  );
}

/** 14935 → "14.935", "14,935" … */
export const wholeNumber = (lang, n) =>
  String(n).replace(/\B(?=(\d{3})+$)/g, (language(lang).numbers || {}).group ?? ",");
/** What parts the decimals of a number. */
export const decimalMark = (lang) => (language(lang).numbers || {}).decimal || ".";
