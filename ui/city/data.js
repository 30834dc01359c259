// The open data as the page holds it: read again in time, and never taken for newer than it is.

import { language } from "../languages.js";

/** What is older says nothing any more. */
export const STALE_MS = 180_000;
const ANSWER_MS = 10_000;

/** Everything the page knows; `failed` while the newest reading did not arrive. */
export const openData = {
  centres: [],
  offers: [],
  procedures: [],
  status: new Map(),
  forecast: new Map(),
  at: 0,
  failed: false,
};

async function fetched(url) {
  const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS), cache: "no-cache" });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}

const byCode = (rows) => new Map(rows.map((row) => [row.code, row]));

/** What changes seldom. */
export async function readPlaces() {
  const [places, procedures] = await Promise.all([
    fetched("/open/centres.json"),
    fetched("/open/procedures.json"),
  ]);
  Object.assign(openData, {
    centres: places.centres,
    offers: places.offers,
    procedures: procedures.procedures,
  });
}

/** What changes all the time. Returns after how many milliseconds to read again. */
export async function readStatus() {
  try {
    const [status, forecast] = await Promise.all([
      fetched("/open/status.json"),
      fetched("/open/forecast.json"),
    ]);
    Object.assign(openData, {
      status: byCode(status.centres),
      forecast: byCode(forecast.centres),
      at: Date.parse(status.last_updated),
      failed: false,
    });
    return status.ttl * 1000 * (1 + Math.random() / 2);
  } catch {
    openData.failed = true;
    return 10_000 + Math.random() * 10_000;
  }
}

/** Whether the whole page is too old to say anything. */
export const isStale = (now = Date.now()) => now - openData.at > STALE_MS;

/** The minute of the day at a centre. */
export function minuteThere(centre, at) {
  const [hour, minute] = clockThere(centre, at).split(":").map(Number);
  return hour * 60 + minute;
}

/** "08:51" as a clock at the centre shows it. */
export const clockThere = (centre, at) =>
  new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: centre.timezone,
  }).format(at);

/** The day of the week at the centre, in the words of a language. */
export const weekdayThere = (centre, at, lang) =>
  new Intl.DateTimeFormat(lang, {
    weekday: "long",
    timeZone: centre.timezone,
  }).format(at);

/** The letters of the fields of a centre that do a procedure (all that take applications without one). */
export function fieldsFor(centre, procedure) {
  if (!procedure)
    return centre.fields.filter((field) => field.kind === "intake").map((field) => field.field);
  const offer = openData.offers[centre.offer] || {};
  return Object.keys(offer).filter((letter) => offer[letter].includes(procedure));
}

/**
 * What is known of going to a centre so that one is there in `travel` minutes.
 * @returns {{state: "told"|"shut"|"silent"|"unsure", low?: number, high?: number, counters?: number, at?: number}}
 *   shut: it gives no numbers, `at` when again; silent: nothing was heard since `at`; unsure: it does not know itself
 */
export function outlook(centre, procedure, travel, now = Date.now()) {
  const status = openData.status.get(centre.code);
  if (!status || isStale(now)) return { state: "silent", at: openData.at };
  if (now - Date.parse(status.as_of) > STALE_MS)
    return { state: "silent", at: Date.parse(status.as_of) };
  const letters = fieldsFor(centre, procedure);
  const rows = status.fields.filter((row) => letters.includes(row.field));
  const open = rows.filter((row) => row.open);
  if (!open.length) {
    const again = rows.map((row) => row.opens_at).filter(Boolean);
    return { state: "shut", at: again.length ? Date.parse(again.sort()[0]) : 0 };
  }
  const withRange = open
    .map((row) => ({ row, range: rangeAt(centre, row, travel, now) }))
    .filter(({ range }) => range);
  if (!withRange.length) return { state: "unsure" };
  withRange.sort((a, b) => a.range[0] + a.range[1] - b.range[0] - b.range[1]);
  // a procedure that two fields do is asked for where it is quicker; without one the whole hall is meant
  const counted = procedure ? withRange.slice(0, 1) : withRange;
  return {
    state: "told",
    low: Math.min(...counted.map(({ range }) => range[0])),
    high: Math.max(...counted.map(({ range }) => range[1])),
    counters: Math.max(...counted.map(({ row }) => row.counters)),
  };
}

/** [low, high] of whoever joins the line of a field so many minutes from now, or null. */
function rangeAt(centre, row, travel, now) {
  const now_range = row.range && [row.range.low, row.range.high];
  if (travel < 8) return now_range;
  const minute = minuteThere(centre, now) + travel;
  const quarter = quartersOf(centre, row.field).find(
    ([begin]) => minute >= begin && minute < begin + 15
  );
  return quarter ? [quarter[1], quarter[2]] : now_range;
}

/** [[minute of the day, low, high], …] of a field today. */
export function quartersOf(centre, letter) {
  const forecast = openData.forecast.get(centre.code);
  const field = forecast && forecast.fields.find((row) => row.field === letter);
  if (!field) return [];
  return field.quarters.map(([begin, low, high]) => {
    const [hour, minute] = begin.split(":").map(Number);
    return [hour * 60 + minute, low, high];
  });
}
