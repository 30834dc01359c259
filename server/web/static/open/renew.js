// The figures of a page that stands open in a hall, anew every five minutes, without a jump of the page. What cannot be
// fetched stays as it is; the next time comes.

import { fetchInTime } from "/static/fetch_in_time.js";

const EVERY_MS = 300_000;

async function renew() {
  const answer = await fetchInTime(location.href);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelector("main").replaceWith(page.querySelector("main"));
}

setInterval(() => renew().catch(() => null), EVERY_MS);
