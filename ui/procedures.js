// Finding a procedure among hundreds as people type it: by name with or without marks, by code, by first
// letters, by what people call it, in Telex without a Vietnamese keyboard, with a slip of the finger. The
// index is made once for a catalogue; a search reads it and never looks at a whole name again.

/**
 * @typedef {{code: string, name: Object<string, string>, short?: Object<string, string>, words?: string[],
 *   asked?: number}} Procedure  asked: how often it was asked for lately; a count without people
 * @typedef {{fields: string[], service: Procedure, fit: number, word: string}} Found
 *   fields: the letters of the fields it is listed in; word: the people's word that found it, or ""
 */

import { DEFAULT_LANGUAGE, inLanguage } from "./languages.js";
import { letterByLetter, saysMuch, withSpaces } from "./scripts.js";
import { spelled } from "./sounds.js";
const SLIPS = { none: 3, one: 8 }; // below 3 letters no slip, below 8 one, else two
const EXACT = 1;
const BEGUN = 0.88;
const MISSPELT = 0.6;
const INITIALS = 0.9;
const OTHER_MARKS = 0.55;
/** What is said around a procedure, not what it is about. */
const ASKING = new Set(
  (
    "thu tuc lam xin toi muon cho can giay to ve cua de nghi dang ky cap the nao o dau va cac duoc voi " +
    "for want need get and of the a to how do i"
  ).split(" ")
);

/** What comes after the first time: who names only the thing mostly means the first. */
const LATER =
  /^(giai the|dung|cham dut|thu hoi|huy|xoa|cap lai|cap doi|doi|gia han|dieu chinh|dinh chinh|khau tru|thoi|tam ngung|dang ky lai|cap sua doi|sap nhap|chuyen doi|di chuyen|dang ky giai the|dung thuc hien)\b/;
const LATER_LESS = 0.9;
/** A code of the national list, perhaps with the province's mark: as domain/procedures.py reads it. */
const OFFICIAL = /^[1-9]\.(?!0{6})\d{6}(\.[A-Z]\d{2})?$/;

/** Letters without marks, lower case, single spaces: "Đất đai" → "dat dai". */
export function bare(text) {
  return letterByLetter(marked(text))
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/đ/g, "d");
}

/** Whether so much is typed that looking for it makes sense. */
export const isEnough = (typed) => bare(typed).replace(/ /g, "").length >= 2 || saysMuch(typed);

/** The same with its marks, composed: "ĐẤT  đai" → "đất đai". */
function marked(text) {
  return withSpaces(text.normalize("NFC").toLowerCase())
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, " ")
    .trim();
}

/** A procedure's name where it is chosen: the centre's short name, else the official one without "Thủ tục". */
export function plainName(service, lang) {
  const own = inLanguage(service.short, lang);
  if (own) return own;
  const official = inLanguage(service.name, lang).normalize("NFC").trim();
  const calm = official === official.toUpperCase() ? official.toLowerCase() : official;
  const plain = calm.replace(/^thủ tục( hành chính)?( về)? /i, "").replace(/\.$/, "");
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

/**
 * The same in at most so many letters, cut at a word with "…". The official name stands whole on the page that
 * asks for confirmation.
 */
export function shortName(service, lang, most = 88) {
  const text = plainName(service, lang);
  if (text.length <= most) return text;
  const cut = text.slice(0, most).replace(/[\s,;:(–-]+\S*$/, "");
  return `${cut}…`;
}

/** The code a procedure has in the national list, or "". */
export function officialCode(service) {
  if (service.official) return service.official;
  return OFFICIAL.test(service.code) ? service.code : "";
}

/** A procedure's official name, whole. */
export const officialName = (service, lang) => inLanguage(service.name, lang);

/** The papers to bring, one by one: the list, or the lines and clauses of one text. */
export function papersOf(service, lang) {
  const inWords = (text) => (typeof text === "string" ? text : inLanguage(text, lang));
  if (service.papers && service.papers.length) return service.papers.map(inWords).filter(Boolean);
  return inWords(service.bring)
    .split(/[\n;•]+/)
    .map((paper) => paper.trim())
    .filter(Boolean);
}

/**
 * A word typed in Telex without a Vietnamese keyboard, its marks taken away: "ddawng" → "dang", "kys" → "ky".
 * Returns the word itself when nothing in it is Telex.
 */
export function fromTelex(word) {
  const plain = word
    .replace(/dd/g, "d")
    .replace(/aa/g, "a")
    .replace(/ee/g, "e")
    .replace(/oo/g, "o")
    .replace(/([aou])w/g, "$1")
    .replace(/w/g, "u");
  const toned = /^([^aeiouy]*[aeiouy]+)([sfrxj]?)([a-z]{0,2}?)([sfrxj]?)$/.exec(plain);
  return toned && (toned[2] || toned[4]) ? toned[1] + toned[3] : plain;
}

/**
 * The index of a catalogue in one language.
 *
 * fields: the kiosk's fields with their services; a service listed in several fields is one procedure.
 * synonyms: {word people use: words of the law}, both plain text. sounds: the table a language is typed by (sounds.js).
 */
export function makeIndex(fields, lang, synonyms = {}, sounds = undefined) {
  const procedures = new Map();
  for (const field of fields) {
    const own = lang === DEFAULT_LANGUAGE ? "" : field.name[lang] || "";
    const fieldNames = [field.name[DEFAULT_LANGUAGE], own, spelled(own, sounds)].filter(Boolean);
    for (const service of field.services) {
      const held = procedures.get(service.code);
      if (held) {
        held.fields.push(field.field);
        held.fieldNames.push(...fieldNames);
      } else
        procedures.set(service.code, {
          service,
          fields: [field.field],
          fieldNames: [...fieldNames],
        });
    }
  }
  const index = { texts: [], postings: new Map(), procedures: [...procedures.values()] };
  for (const procedure of index.procedures) {
    const { service } = procedure;
    procedure.digits = (service.official || service.code).replace(/\D/g, "");
    const kinds = [
      ["name", service.name[DEFAULT_LANGUAGE]],
      ["name", service.name[lang]],
      ["name", service.short && service.short[DEFAULT_LANGUAGE]],
      ["name", service.short && service.short[lang]],
      ["name", spelled(service.name[lang] || "", sounds)],
      ["name", spelled((service.short && service.short[lang]) || "", sounds)],
      ...(service.words || []).map((word) => ["word", word]),
    ];
    const seen = new Set();
    for (const [kind, text] of kinds) {
      if (!text || seen.has(text)) continue;
      seen.add(text);
      addText(index, procedure, kind, text);
    }
    for (const name of procedure.fieldNames) addText(index, procedure, "field", name);
  }
  index.vocabulary = [...index.postings.keys()];
  for (const text of index.texts) {
    text.weight = text.tokens.reduce((sum, token) => sum + weight(index, token), 0);
  }
  index.synonyms = Object.entries(synonyms)
    .map(([word, meaning]) => [bare(word), bare(meaning)])
    .sort((a, b) => b[0].length - a[0].length);
  return index;
}

function addText(index, procedure, kind, text) {
  const all = marked(text).replace(/^(thủ tục( hành chính)?( về)?) /, "");
  if (!all) return;
  const withMarks = all.split(" ");
  const tokens = withMarks.map(bare);
  const initials = tokens.map((token) => token[0]).join("");
  const later = kind === "name" ? (LATER.exec(tokens.join(" ")) || [""])[0] : "";
  const number =
    index.texts.push({ procedure, kind, text, tokens, withMarks, initials, later }) - 1;
  tokens.forEach((token, place) => {
    let posting = index.postings.get(token);
    if (!posting)
      index.postings.set(token, (posting = { texts: new Map(), procedures: new Set() }));
    if (!posting.texts.has(number)) posting.texts.set(number, []);
    posting.texts.get(number).push(place);
    posting.procedures.add(procedure);
  });
}

/** How much a word tells: rare ones much, those of asking little. */
function weight(index, token) {
  const posting = index.postings.get(token);
  const rare = Math.log(1 + index.procedures.length / (posting ? posting.procedures.size : 1));
  return ASKING.has(token) ? rare * 0.25 : rare;
}

/**
 * The procedures a typed text means, best first: {found: Found[], total}. `total` counts all that fit; `most` bounds the list.
 * A procedure in several fields comes once.
 */
export function search(index, typed, most) {
  const asked = marked(typed);
  const digits = typed.replace(/[\s.]/g, "");
  if (/^\d{2,}$/.test(digits)) return byCode(index, digits, most);
  if (/^[a-z]{1,3}-\d+$/i.test(digits)) {
    const hits = index.procedures.filter(({ service }) =>
      service.code.toLowerCase().startsWith(digits.toLowerCase())
    );
    if (hits.length)
      return listed(
        hits.map((procedure) => ({ procedure, fit: 2 })),
        most
      );
  }
  if (!isEnough(asked)) return { found: [], total: 0 };
  const best = new Map();
  for (const [words, worth] of readings(index, asked)) {
    for (const hit of score(index, words)) {
      const fit = hit.fit * worth;
      const held = best.get(hit.text.procedure);
      if (!held || held.fit < fit) best.set(hit.text.procedure, { ...hit, fit });
    }
  }
  const hits = [...best.values()];
  const top = Math.max(0, ...hits.map(({ fit }) => fit));
  const good = hits.filter(({ fit }) => fit >= top * 0.62);
  good.sort((a, b) => b.fit - a.fit || order(a) - order(b));
  return { found: good.slice(0, most).map(shown), total: good.length };
}

const order = ({ text }) => text.weight;

function shown({ text, fit }) {
  const { service, fields } = text.procedure;
  return { fields, service, fit, word: text.kind === "word" ? text.text : "" };
}

function byCode(index, digits, most) {
  const hits = [];
  for (const procedure of index.procedures) {
    const at = procedure.digits.indexOf(digits);
    const tail = procedure.digits.slice(1).replace(/^0+/, "");
    const begins = at === 0 || tail.startsWith(digits.replace(/^0+/, "") || "-");
    if (at >= 0 || begins) hits.push({ procedure, fit: begins ? 2 : 1 });
  }
  hits.sort((a, b) => b.fit - a.fit || (a.procedure.digits < b.procedure.digits ? -1 : 1));
  return listed(hits, most);
}

function listed(hits, most) {
  return {
    found: hits
      .slice(0, most)
      .map(({ procedure, fit }) => shown({ text: { procedure, kind: "code" }, fit })),
    total: hits.length,
  };
}

/** The text as typed, and with each of people's words put into the words of the law: [[words, worth]]. */
function readings(index, asked) {
  const list = [[asked.split(" "), 1]];
  const plain = ` ${bare(asked)} `;
  for (const [word, meaning] of index.synonyms) {
    if (!plain.includes(` ${word} `)) continue;
    list.push([plain.replace(` ${word} `, ` ${meaning} `).trim().split(" "), 0.97]);
  }
  return list;
}

/** How well each text fits the words: a list of {text, fit}; fit is about 1 for all words found, more for a whole name. */
function score(index, words) {
  const wanted = words.flatMap((word, place) =>
    meant(index, word, place === words.length - 1, words.length)
  );
  const total = wanted.reduce((sum, one) => sum + one.weight, 0);
  const sums = new Map();
  wanted.forEach((one, place) => {
    for (const [number, { worth, at }] of one.texts) {
      let sum = sums.get(number);
      if (!sum) sums.set(number, (sum = { got: 0, ordered: 0, first: 99, last: null, own: 0 }));
      sum.got += one.weight * worth;
      sum.own += one.weight;
      if (sum.last && sum.last.place === place - 1 && at.some((p) => sum.last.at.includes(p - 1)))
        sum.ordered += 1;
      sum.last = { place, at };
      sum.first = Math.min(sum.first, at[0]);
    }
  });
  const whole = together(index, wanted, total);
  const plain = bare(words.join(" "));
  const hits = [];
  for (const [number, sum] of sums) {
    const text = index.texts[number];
    const share = 0.6 * (sum.got / total) + 0.4 * whole.get(text.procedure);
    if (share < 0.5) continue;
    const fullness = Math.min(1, sum.own / text.weight);
    const inOrder = wanted.length > 1 ? sum.ordered / (wanted.length - 1) : 0.6;
    let fit = share * share * (0.6 + 0.5 * inOrder);
    fit += (sum.first === 0 ? 0.12 : 0) + 0.4 * fullness * share;
    fit += 0.02 * Math.min(5, Math.log(1 + (text.procedure.service.asked || 0)));
    if (text.later && !plain.includes(text.later)) fit *= LATER_LESS;
    if (text.kind === "field") fit *= 0.35;
    if (text.kind === "word" && fullness < 0.95) fit *= 0.85;
    hits.push({ text, fit });
  }
  return hits;
}

/** How much of what is wanted a procedure holds in all its texts together: a Map of shares, 0 to 1. */
function together(index, wanted, total) {
  const shares = new Map();
  for (const word of wanted) {
    const best = new Map();
    for (const [number, { worth }] of word.texts) {
      const { procedure } = index.texts[number];
      best.set(procedure, Math.max(best.get(procedure) || 0, worth));
    }
    for (const [procedure, worth] of best) {
      shares.set(procedure, (shares.get(procedure) || 0) + (word.weight * worth) / total);
    }
  }
  return shares;
}

/**
 * What one typed word may mean: [{weight, texts: Map(text number → {worth, at})}]. Two entries for two words typed as one; a word that
 * nothing in the catalogue is like keeps its weight, so that texts without it fit less.
 */
function meant(index, word, last, many) {
  const token = bare(word);
  if (!token) return [];
  const direct = likeness(index, token, word, last);
  if (direct) return [direct];
  const telex = fromTelex(token);
  if (telex !== token) {
    const typed = likeness(index, telex, telex, last);
    if (typed) return [typed];
  }
  const parts = parted(index, token, last);
  if (parts) return parts;
  const initials = byInitials(index, token);
  if (initials) return [initials];
  const slips = misspelt(index, token, last) || (telex !== token && misspelt(index, telex, last));
  if (slips) return [slips];
  return [
    {
      weight:
        (ASKING.has(token) ? 0.25 : 1) *
        Math.log(1 + index.procedures.length) *
        (many > 2 ? 0.5 : 1),
      texts: new Map(),
    },
  ];
}

/** Two words typed as one, when some name has them one after another. */
function parted(index, token, last) {
  for (let cut = 2; cut <= token.length - 2; cut += 1) {
    const [a, b] = [token.slice(0, cut), token.slice(cut)];
    if (!index.postings.has(a)) continue;
    const [first, second] = [likeness(index, a, a, false), likeness(index, b, b, last)];
    if (!second) continue;
    for (const [number, { at }] of first.texts) {
      const next = second.texts.get(number);
      if (next && at.some((place) => next.at.includes(place + 1))) return [first, second];
    }
  }
  return null;
}

const begun = (index, token) => index.vocabulary.filter((have) => have.startsWith(token));

/** Texts that hold the word, whole or begun; null where none does. Marks that were typed must be there too. */
function likeness(index, token, word, last) {
  const texts = new Map();
  const whole = index.postings.get(token);
  if (whole) put(index, texts, token, EXACT, word !== token ? word : null);
  if (last || (!whole && token.length > 2)) {
    for (const have of begun(index, token)) {
      if (have !== token) put(index, texts, have, BEGUN, word !== token ? word : null);
    }
  }
  if (!texts.size) return null;
  return { weight: whole ? weight(index, token) : lightest(index, texts, token), texts };
}

/** The weight of a word that stands for several: as rare as they are together. */
function lightest(index, texts, token) {
  const procedures = new Set();
  for (const number of texts.keys()) procedures.add(index.texts[number].procedure);
  const rare = Math.log(1 + index.procedures.length / procedures.size);
  return ASKING.has(token) ? rare * 0.25 : rare;
}

function put(index, texts, have, worth, word) {
  for (const [number, at] of index.postings.get(have).texts) {
    const held = texts.get(number);
    let value = worth;
    if (word) {
      const { withMarks } = index.texts[number];
      if (!at.some((place) => withMarks[place].startsWith(word))) value *= OTHER_MARKS;
    }
    if (!held || held.worth < value) texts.set(number, { worth: value, at });
  }
}

/** "đkkh" → texts with words that begin with these letters, one after another. */
function byInitials(index, token) {
  if (token.length < 2 || token.length > 6) return null;
  const texts = new Map();
  index.texts.forEach((text, number) => {
    const at = text.initials.indexOf(token);
    if (at < 0 || text.kind === "field") return;
    const whole = text.initials.length === token.length;
    const near = Math.max(0.5, 1 - (text.initials.length - token.length) * 0.02);
    texts.set(number, { worth: whole ? 1 : INITIALS * near * (at === 0 ? 1 : 0.9), at: [at] });
  });
  return texts.size ? { weight: Math.log(1 + index.procedures.length / 3), texts } : null;
}

function misspelt(index, token, last) {
  if (token.length < SLIPS.none) return null;
  const allowed = token.length < SLIPS.one ? 1 : 2;
  const texts = new Map();
  for (const have of index.vocabulary) {
    if (Math.abs(have.length - token.length) > allowed && !(last && have.length > token.length))
      continue;
    const slips = distance(have, token, allowed);
    const begins =
      slips > allowed && last && have.length > token.length
        ? distance(have.slice(0, token.length), token, 1)
        : 9;
    if (slips <= allowed) put(index, texts, have, MISSPELT / slips, null);
    else if (begins <= 1) put(index, texts, have, MISSPELT * 0.8, null);
  }
  return texts.size ? { weight: lightest(index, texts, token), texts } : null;
}

/** Slips between two words: a letter wrong, missing, too many, or two changed about; more than `most` is told as most + 1. */
function distance(a, b, most) {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before = null;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + same);
      if (before && i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        next[j] = Math.min(next[j], before[j - 2] + 1);
      least = Math.min(least, next[j]);
    }
    if (least > most) return most + 1;
    before = row;
    row = next;
  }
  return row[b.length];
}
