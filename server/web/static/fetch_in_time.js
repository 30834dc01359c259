/* Asking the hub with an end to the waiting. A hub that hangs takes the connection and never answers: without an end a page would
   go on showing old figures as if they were live. The same limit as that of /ui/hub.js; every page of the hub asks through here. */

const LIMIT_MS = 5000;
/** For what no page can do without: its texts over a slow connection, a log-in that waits its turn at the hub. */
export const PATIENT_LIMIT_MS = 30_000;
/** For what takes the hub longer by its nature: a long report, a list looked through, a recording sent or published. */
export const LONG_LIMIT_MS = 120_000;

/** Like fetch, asking in the language of the page; an answer that has not come whole after `limit` ms is a failed request (it rejects). */
export function fetchInTime(url, options = {}, limit = LIMIT_MS) {
  const end = new AbortController();
  setTimeout(() => end.abort(), limit);
  const headers = { "Accept-Language": document.documentElement.lang, ...options.headers };
  return fetch(url, { ...options, headers, signal: end.signal });
}
