/* Each pane shows a whole screen. */
import { fitFrames } from "./frames.js";

/* A board or sign needs its device's token: the address of this page may carry them behind #, as in #board=TOKEN&sign=TOKEN, where no log sees them. */
const tokens = new URLSearchParams(location.hash.slice(1));
for (const page of document.querySelectorAll("iframe[data-src]")) {
  const pane = page.closest(".pane"),
    token = tokens.get(pane.dataset.pane);
  const address = page.dataset.src + (token ? `#token=${encodeURIComponent(token)}` : "");
  page.src = address;
  pane.querySelector("h2 a").href = address;
}
if (location.hash) history.replaceState(null, "", location.pathname + location.search);

fitFrames();
