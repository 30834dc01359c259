// How letters are typed by their sound: Chinese by pinyin, whole or by first letters, kanji by kana. The table is data
// (`sounds` of a language.json, ui/search/NAME.json); a language without one is typed in its own letters.
import { language } from "./languages.js";

const tables = new Map();

/** Fetches the table of each language that has one; a search without it goes on. */
export async function loadSounds(codes) {
  await Promise.all(
    codes.map(async (code) => {
      const { sounds } = language(code);
      if (!sounds || tables.has(code)) return;
      const answer = await fetch(`/ui/search/${sounds}.json`, {
        signal: AbortSignal.timeout(10_000),
      });
      if (answer.ok) tables.set(code, tableOf(await answer.json()));
    })
  );
}

/** `{letter: syllable}` of a table `{syllables: {syllable: letters}}`. */
export function tableOf({ syllables }) {
  const table = new Map();
  for (const [syllable, letters] of Object.entries(syllables))
    for (const letter of letters) table.set(letter, syllable);
  return table;
}

/** A text in the sounds of its letters, a syllable a word: "户籍" → "hu ji"; "" where the table says nothing of it. */
export function spelled(text, table) {
  if (!table || ![...text].some((letter) => table.has(letter))) return "";
  return [...text]
    .map((letter) => (table.has(letter) ? ` ${table.get(letter)} ` : letter))
    .join("");
}

export const soundsOf = (code) => tables.get(code);
