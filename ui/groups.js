// Groups of a field's procedures, so that hundreds are found by few touches: the centre's own where it has set
// them, else made of what the names have in common. Pure; the same list gives the same groups, whoever asks.
import { DEFAULT_LANGUAGE, inLanguage, inOrderOf } from "./languages.js";
import { bare } from "/ui/procedures.js";

/**
 * @typedef {import("/ui/procedures.js").Procedure & {group?: Object<string, string> | string, pinned?: boolean}} Listed
 * @typedef {{name: string, services: Listed[]}} Group  name: "" for those that belong to no other group
 */

export const MOST_GROUPS = 8;
/** Up to so many stand in one list, without groups; where the centre has made no groups, two pages of them. */
export const NO_GROUPS = 12;
export const NO_MADE_GROUPS = 18;
/** So many of the most asked stand before the groups. */
export const ASKED_FIRST = 5;

const IDEAL = 9; // what a page of a group holds
const LONGEST = 5; // words of a phrase that names a group
const MOST_WORDS = 40; // of a name are looked at
/** Words no group's name begins or ends with, for they belong to the word before or after. */
const TORN = new Set(
  (
    "và của cho các đối với có về trong ở do theo tại đến từ khi là hoặc nhưng bằng để được thuộc trên dưới bị này đã mà " +
    "như những một lại sau trước không qua ra vào giữa the of for and to in a an"
  ).split(" ")
);
/** What is done with a thing; a group is named after the thing. */
const DEEDS = new Set(
  (
    "cap|giay|xin|cap giay|cap lai|cap doi|cap moi|cap sua doi|thu tuc|hanh chinh|dang ky|gia han|thu hoi|dieu chinh|" +
    "giai quyet|xac nhan|cong nhan|cho phep|thong bao|giay phep|giay chung nhan|chung nhan|thanh lap|ho so|de nghi|" +
    "uy ban nhan dan|uy ban|ubnd|chu tich|cap xa|cap tinh|tham quyen|ca nhan|to chuc|ho gia dinh|doi tuong|quy dinh|" +
    "phap luat|nha nuoc|viet nam|cong dan|che do|phe duyet|tham dinh|ho tro|sua doi|thay doi|truong hop|hoat dong|" +
    "tiep nhan|thuc hien|bo sung|quyet dinh|tro lai|phan cap|co quan|co tham quyen|ghi vao so|viec|nguoi|lan dau|chuyen|" +
    "phuong an|cong bo|cong khai|noi dung|cach thuc|thu cong|dien tu|tu cap"
  ).split("|")
);
/**
 * Pinned ones first, then the most asked, then as the centre's file has them; in another language than the file is
 * written in, by their names in it, for whoever reads it looks for a name where it sorts it.
 */
export function ordered(services, lang = DEFAULT_LANGUAGE) {
  const nameOf = (service) => inLanguage(service.short || service.name, lang);
  const byName = lang === DEFAULT_LANGUAGE ? () => 0 : inOrderOf(lang);
  const rank = (service) => (service.pinned ? 1e9 : 0) + (service.asked || 0);
  return services
    .map((service, place) => [service, place])
    .sort(([a, i], [b, j]) => rank(b) - rank(a) || byName(nameOf(a), nameOf(b)) || i - j)
    .map(([service]) => service);
}

/**
 * The page of one field: {first: Listed[], groups: Group[]}. Without groups all stand in `first`, in order; with
 * groups `first` holds the most asked, and every procedure is in one group.
 */
export function browse(services, lang) {
  const list = ordered(services, lang);
  const own = list.some((service) => service.group);
  if (list.length <= (own ? NO_GROUPS : NO_MADE_GROUPS)) return { first: list, groups: [] };
  const groups = fold(own ? ownGroups(list, lang) : madeGroups(list, lang));
  if (groups.length < 2) return { first: list, groups: [] };
  return { first: list.slice(0, ASKED_FIRST), groups };
}

const groupName = (group, lang) => (typeof group === "string" ? group : inLanguage(group, lang));

function ownGroups(list, lang) {
  const groups = new Map();
  for (const service of list) {
    const name = groupName(service.group, lang);
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(service);
  }
  return [...groups].map(([name, services]) => ({ name, services }));
}

/** At most eight, the nameless one last; the smallest beyond join it. */
function fold(groups) {
  const named = groups.filter(({ name }) => name);
  const rest = groups.filter(({ name }) => !name).flatMap(({ services }) => services);
  const room = MOST_GROUPS - (rest.length || named.length > MOST_GROUPS ? 1 : 0);
  const kept = new Set(
    [...named].sort((a, b) => b.services.length - a.services.length).slice(0, room)
  );
  const over = named.filter((group) => !kept.has(group)).flatMap(({ services }) => services);
  const others = [...rest, ...over];
  return [
    ...named.filter((group) => kept.has(group)),
    ...(others.length ? [{ name: "", services: others }] : []),
  ];
}

/** Groups made of the phrases by which most names can be told apart; each procedure goes to the phrase that comes first in its name. */
function madeGroups(list, lang) {
  const names = list.map((service) => wordsOf(service, lang));
  const phrases = phrasesOf(names);
  const open = new Set(list.keys());
  const chosen = [];
  while (open.size && chosen.length < MOST_GROUPS - 1) {
    let best = null;
    for (const phrase of phrases) {
      const fresh = [...phrase.at.keys()].filter((number) => open.has(number));
      if (fresh.length < 2) continue;
      const gain = worth(phrase, fresh, list.length);
      if (!best || gain > best.gain) best = { phrase, fresh, gain };
    }
    if (!best) break;
    chosen.push(best);
    for (const number of best.fresh) open.delete(number);
  }
  const groups = chosen.map(({ phrase }) => ({ name: titled(phrase.text), services: [] }));
  const others = { name: "", services: [] };
  list.forEach((service, number) => {
    let home = others;
    let first = Infinity;
    chosen.forEach(({ phrase }, i) => {
      if (phrase.at.has(number) && phrase.at.get(number) < first) {
        first = phrase.at.get(number);
        home = groups[i];
      }
    });
    home.services.push(service);
  });
  const alone = groups.filter(({ services }) => services.length === 1);
  others.services.push(...alone.flatMap(({ services }) => services));
  return [...groups.filter(({ services }) => services.length > 1), others].filter(
    ({ services }) => services.length
  );
}

/** How well a phrase names the procedures that have no group yet: about one page of them is best. */
function worth({ at, clear }, fresh, all) {
  const many = fresh.length;
  const size = many <= IDEAL ? many : Math.max(IDEAL - (many - IDEAL) * 0.5, 1);
  const early = fresh.reduce((sum, number) => sum + 1 / (1 + at.get(number) / 6), 0) / many;
  return size * (0.4 + early) * (at.size / all > 0.6 ? 0.2 : 1) * clear;
}

/** How well a phrase names anything: it tears no word, is about a thing, and says more than another. */
function clearness(key, { times, begins, ends }) {
  const whole = (begins / times) * (ends / times);
  const longer = Math.min(key.split(" ").length - 2, 3);
  return (0.05 + whole) * (1 + 0.12 * longer) * thingness(key);
}

/** A phrase about a thing is worth more than one about what is done with it. */
function thingness(key) {
  const words = key.split(" ");
  let things = 0;
  for (let at = 0; at < words.length;) {
    const deed = [4, 3, 2, 1].find((n) => DEEDS.has(words.slice(at, at + n).join(" ")));
    things += deed ? 0 : 1;
    at += deed || 1;
  }
  if (!things) return 0.15;
  return things < 2 ? 0.5 : 0.5 + things / words.length / 2;
}

/** A procedure's words, without what all of them begin with. */
function wordsOf(service, lang) {
  const own = inLanguage(service.short, lang);
  const text = own || inLanguage(service.name, lang);
  return text
    .normalize("NFC")
    .replace(/^(liên thông )?(các )?thủ tục( hành chính)?( về)?:? /i, "")
    .split(/\s+/)
    .slice(0, MOST_WORDS);
}

/**
 * Every run of two to five words that stands in at least two names and crosses no comma: [{text, at: Map(name → place), clear}].
 * Counted on the way: how often it begins and ends where a word may.
 */
function phrasesOf(names) {
  const phrases = new Map();
  names.forEach((words, number) => {
    const lower = words.map((word) => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ""));
    const plain = lower.map(bare);
    const stops = words.map((word) => /[,;:.()–-]$/.test(word));
    for (let from = 0; from < words.length; from += 1) {
      if (!mayStand(lower[from])) continue;
      for (let to = from + 2; to <= from + LONGEST && to <= words.length; to += 1) {
        if (stops[to - 2] || /\d/.test(plain[to - 1])) break;
        if (!mayStand(lower[to - 1])) continue;
        const key = plain.slice(from, to).join(" ");
        let phrase = phrases.get(key);
        if (!phrase) {
          const text = words.slice(from, to).join(" ");
          phrases.set(key, (phrase = { text, at: new Map(), times: 0, begins: 0, ends: 0 }));
        }
        if (!phrase.at.has(number)) phrase.at.set(number, from);
        phrase.times += 1;
        phrase.begins += beginsHere(plain, lower, stops, from) ? 1 : 0;
        phrase.ends += endsHere(plain, lower, stops, to) ? 1 : 0;
      }
    }
  });
  const shared = [...phrases].filter(([, phrase]) => phrase.at.size > 1);
  return shared.map(([key, phrase]) => ({ ...phrase, clear: clearness(key, phrase) }));
}

const mayStand = (word) => word && !TORN.has(word) && !/\d/.test(word);

const beginsHere = (plain, lower, stops, from) =>
  from === 0 ||
  stops[from - 1] ||
  TORN.has(lower[from - 1]) ||
  DEEDS.has(plain[from - 1]) ||
  DEEDS.has(`${plain[from - 2]} ${plain[from - 1]}`);

const endsHere = (plain, lower, stops, to) =>
  to === plain.length ||
  stops[to - 1] ||
  TORN.has(lower[to]) ||
  DEEDS.has(plain[to]) ||
  DEEDS.has(`${plain[to]} ${plain[to + 1]}`);

function titled(text) {
  const clean = text.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
  return clean.charAt(0).toUpperCase() + clean.slice(1);
}
