// How wide a text is and how many lines it takes, in the page's typeface: known before anything is drawn, so that a
// page can be filled by what fits. Widths are those of Be Vietnam Pro 600, in ems; marks change none of them by much.
import { bare } from "/ui/procedures.js";

const WIDTHS = [
  [0.23, " "],
  [0.29, "iljI"],
  [0.33, ".:,;'"],
  [0.43, 'fr1t“”"'],
  [0.48, "()J"],
  [0.53, "zs/"],
  [0.6, "kunvxyh7-"],
  [0.63, "eEcFL"],
  [0.66, "agobdpqSZ28PT35"],
  [0.7, "069BKRY–"],
  [0.74, "H4UVDNX"],
  [0.8, "ACG"],
  [0.83, "OQ…"],
  [0.9, "wMm"],
  [1.04, "W"],
];
const OF = new Map(WIDTHS.flatMap(([width, letters]) => [...letters].map((one) => [one, width])));
const OTHER = 0.75;

/** The width of a text in ems. */
export function width(text) {
  let sum = 0;
  for (const letter of text.normalize("NFC")) sum += OF.get(letter) || ofBare(letter);
  return sum;
}

function ofBare(letter) {
  const plain = bare(letter);
  const own = OF.get(letter === letter.toLowerCase() ? plain : plain.toUpperCase()) || OTHER;
  OF.set(letter, own);
  return own;
}

/** The lines a text breaks into at so many ems; a word longer than a line stands in as many as it fills. */
export function lines(text, most) {
  let count = 1;
  let filled = 0;
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const own = width(word);
    const gap = filled ? width(" ") : 0;
    if (filled + gap + own <= most) {
      filled += gap + own;
      continue;
    }
    if (filled) count += 1;
    count += Math.ceil(own / most) - 1;
    filled = own - (Math.ceil(own / most) - 1) * most;
  }
  return count;
}

/** The text, cut at a word and ended by "…" where it would take more lines than allowed. */
export function fit(text, most, allowed) {
  if (lines(text, most) <= allowed) return text;
  const words = text.split(/\s+/);
  let [low, high] = [1, words.length];
  const cut = (count) =>
    `${words
      .slice(0, count)
      .join(" ")
      .replace(/[\s,;:(–-]+$/, "")}…`;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (lines(cut(middle), most) <= allowed) low = middle;
    else high = middle - 1;
  }
  if (lines(cut(low), most) <= allowed) return cut(low);
  // one endless word
  let end = text.length;
  while (end > 1 && lines(`${text.slice(0, end)}…`, most) > allowed) end = Math.floor(end * 0.9);
  return `${text.slice(0, end)}…`;
}
