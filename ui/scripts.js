// Scripts other than the Latin one in a search: where words part that no space parts, and Hangul letter by letter,
// so that half a typed syllable finds the whole one. No module of a page but the search needs to know.

/** Each of these letters stands for itself: Chinese and Japanese have no spaces between words. */
const ONE_BY_ONE = /([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])/gu;
/** A syllable of Khmer, Thai, Lao or Burmese: a letter with its vowels, marks and the letters below it. */
const SYLLABLE =
  /([\p{Script=Khmer}\p{Script=Thai}\p{Script=Lao}\p{Script=Myanmar}](?:[\u17d2\u1039]\p{L}|\p{M})*)/gu;
const OTHERS = /[\u0e00-\u1cff\u2e80-\uffff]/;
const JOINERS = /[\u200b-\u200d]/g;

/** A text with a space between what may be searched for by itself, in scripts that write none. */
export function withSpaces(text) {
  if (!OTHERS.test(text)) return text;
  return inHiragana(text)
    .replace(JOINERS, "")
    .replace(ONE_BY_ONE, " $1 ")
    .replace(SYLLABLE, " $1 ");
}

/** Katakana as hiragana: a keyboard types one of the two. */
const inHiragana = (text) =>
  text.replace(/[\u30a1-\u30f6]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0x60));

/** Whether one letter of the text says enough to look for. */
export const saysMuch = (text) => /\p{Script=Han}/u.test(text);

const FIRST = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
const MIDDLE = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ";
const LAST = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";
/** Letters that a keyboard makes of two. */
const OF_TWO = {
  ㄲ: "ㄱㄱ",
  ㄸ: "ㄷㄷ",
  ㅃ: "ㅂㅂ",
  ㅆ: "ㅅㅅ",
  ㅉ: "ㅈㅈ",
  ㅒ: "ㅑㅣ",
  ㅖ: "ㅕㅣ",
  ㅘ: "ㅗㅏ",
  ㅙ: "ㅗㅐ",
  ㅚ: "ㅗㅣ",
  ㅝ: "ㅜㅓ",
  ㅞ: "ㅜㅔ",
  ㅟ: "ㅜㅣ",
  ㅢ: "ㅡㅣ",
  ㄳ: "ㄱㅅ",
  ㄵ: "ㄴㅈ",
  ㄶ: "ㄴㅎ",
  ㄺ: "ㄹㄱ",
  ㄻ: "ㄹㅁ",
  ㄼ: "ㄹㅂ",
  ㄽ: "ㄹㅅ",
  ㄾ: "ㄹㅌ",
  ㄿ: "ㄹㅍ",
  ㅀ: "ㄹㅎ",
  ㅄ: "ㅂㅅ",
};
const PAIRS = Object.fromEntries(Object.entries(OF_TWO).map(([letter, pair]) => [pair, letter]));

/** A text whose Hangul stands letter by letter, as it is typed: "공" and "ㄱㅗㅇ" are the same. */
export function letterByLetter(text) {
  if (!/[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]/.test(text)) return text;
  return [...text.normalize("NFC")].map(lettersOf).join("");
}

function lettersOf(syllable) {
  const place = syllable.charCodeAt(0) - 0xac00;
  if (place < 0 || place > 11171) return OF_TWO[syllable] || syllable;
  const letters = [FIRST[Math.floor(place / 588)], MIDDLE[Math.floor(place / 28) % 21]];
  const last = LAST[place % 28].trim();
  return [...letters, last].map((letter) => OF_TWO[letter] || letter).join("");
}

/** Letters typed one by one, put together to syllables as a Korean keyboard shows them: "ㄱㅗㅇㅈㅡㅇ" → "공증". */
export function inSyllables(text) {
  const letters = [...letterByLetter(text)];
  let written = "";
  for (let at = 0; at < letters.length;) {
    const [syllable, used] = syllableAt(letters, at);
    written += syllable;
    at += used;
  }
  return written;
}

const isMiddle = (letter) => letter !== undefined && MIDDLE.includes(letter);
const isFirst = (letter) => letter !== undefined && FIRST.includes(letter);

/** The syllable that begins at a place, and how many letters it takes. */
function syllableAt(letters, start) {
  let at = start;
  let first = letters[at];
  if (!isFirst(first)) return [first, 1];
  const doubled = PAIRS[first + letters[at + 1]];
  if (isFirst(doubled) && isMiddle(letters[at + 2])) {
    first = doubled;
    at += 1;
  }
  if (!isMiddle(letters[at + 1])) return [letters[start], 1];
  at += 1;
  let middle = letters[at];
  if (isMiddle(PAIRS[middle + letters[at + 1]])) {
    at += 1;
    middle = PAIRS[middle + letters[at]];
  }
  let last = " ";
  const follows = (letter, next) => LAST.includes(letter) && !isMiddle(next);
  if (isFirst(letters[at + 1]) && follows(letters[at + 1], letters[at + 2])) {
    at += 1;
    last = letters[at];
    const both = PAIRS[last + letters[at + 1]];
    if (both && follows(both, letters[at + 2])) {
      at += 1;
      last = both;
    }
  }
  const place = FIRST.indexOf(first) * 588 + MIDDLE.indexOf(middle) * 28 + LAST.indexOf(last);
  return [String.fromCharCode(0xac00 + place), at - start + 1];
}
