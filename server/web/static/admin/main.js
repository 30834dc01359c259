/* The pages of a centre's settings: one address a page, the list on the left, the draft in every one of them. */
import { html, render } from "/static/console/html.js";
import { loadTexts, setZone, t } from "/static/console/texts.js";
import { signIn } from "/static/screens/api.js";
import { address, Page } from "./form.js";
import { Home } from "./home.js";
import { People } from "./people.js";
import { Previews, seenOn } from "./preview.js";
import { ApplyBar, Draft, History, refreshReview, ReviewSide } from "./review.js";
import {
  centre,
  changes,
  drop,
  isReadOnly,
  keep,
  lang,
  load,
  mayChange,
  onChange,
  redraw,
  state,
  zone,
} from "./state.js";

const root = document.getElementById("admin");
/** Pages that became part of another: who kept an address finds it there. */
const MOVED = { calls: "boards", delivery: "alerts", priority: "rules", texts: "site" };
const OWN_PAGES = { home: Home, draft: Draft, changes: History, people: People };

function readAddress() {
  const [asked, ...row] = location.pathname
    .split("/")
    .slice(3)
    .filter(Boolean)
    .map(decodeURIComponent);
  const page = MOVED[asked] || asked;
  state.page = page in OWN_PAGES || state.settings?.pages[page] ? page : "home";
  state.row = row;
}

/** To another page without asking the hub for it. */
function go(url) {
  history.pushState(null, "", url);
  readAddress();
  state.trouble = "";
  if (state.page !== "draft" && state.page !== "changes") state.done = "";
  redraw();
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target) {
    target.focus();
    target.scrollIntoView({ block: "center" });
  } else document.getElementById("main")?.scrollTo(0, 0);
}
Object.assign(state, { go, keep });

function List() {
  const groups = [...new Set(Object.values(state.settings.pages).map((page) => page.group))];
  const link = (page, more) =>
    html`<li key=${page}><a href=${page === "home" ? `/admin/${centre}` : address(page)} aria-current=${state.page === page ? "page" : null}>${state.words.pages[page]}${more}</a></li>`;
  const n = changes().length;
  const people = html`${link("people")}<li><a href=${`/audit/${centre}`}>${t("audit")}</a></li>`;
  return html`<nav class="list" id="list" aria-label=${t("list")}><a class="skip unseen" href="#main">${t("skip")}</a><ul>${link("home")}${link("draft", n > 0 && html`<span class="cnt" aria-label=${t("draft.count", { n })}>${n}</span>`)}</ul>
    ${groups.map(
      (group) => html`<h2 key=${`h${group}`}>${state.words.groups[group]}</h2><ul key=${group}>
      ${Object.entries(state.settings.pages)
        .filter(([, page]) => page.group === group)
        .map(([page]) => [link(page), page === "site" && mayChange && people])}</ul>`
    )}</nav>`;
}

/** What stands at the foot while something is edited: how much, and the way on. */
function SaveBar() {
  if (state.page === "draft") return html`<${ApplyBar} />`;
  const n = changes().length;
  if (!n || isReadOnly() || !state.settings.pages[state.page]) return null;
  return html`<div class="save" role="region" aria-label=${state.words.pages.draft}><p role="status"><b>${t("draft.count", { n })}</b> ${t(`keeping.${state.keeping || "kept"}`)}</p>
    ${state.keeping === "failed" && html`<button type="button" class="btn" onClick=${keep}>${t("again")}</button>`}
    <button type="button" class="btn" onClick=${() => drop(changes().map((row) => row.place))}>${t("draft.drop_all")}</button>
    <a class="go" href=${address("draft")}>${t("draft.review")}</a></div>`;
}

function Strip() {
  if (state.settings.managed_by === "file")
    return html`<p class="strip">${t("read_only.file")}</p>`;
  return mayChange ? null : html`<p class="strip">${t("read_only.manager")}</p>`;
}

function App() {
  if (!state.settings)
    return html`<p class="soft wait" role="status">${state.trouble || t("loading")}</p>`;
  const Shown = OWN_PAGES[state.page] || Page;
  const isDraft = state.page === "draft";
  const side = isDraft ? ReviewSide() : seenOn().length > 0 && html`<${Previews} />`;
  return html`<${List} />
    <main id="main" tabindex="-1"><a class="to-list" href="#list">${t("list")}</a><${Strip} /><${Shown} key=${state.page} /></main>
    ${side && html`<aside class="side" key=${isDraft ? "review" : "see"} aria-label=${t("see.title")}>${side}</aside>`}
    <${SaveBar} />`;
}

onChange(() => {
  root.classList.toggle("sided", Boolean(state.settings) && hasSide());
  root.classList.toggle("wide", state.page !== "draft" && Boolean(state.large));
  render(html`<${App} />`, root);
});
const hasSide = () => (state.page === "draft" ? Boolean(state.review) : seenOn().length > 0);

root.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || link.hasAttribute("download") || event.metaKey || event.ctrlKey || event.shiftKey)
    return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || !url.pathname.startsWith(`/admin/${centre}`)) return;
  if (link.matches(".skip, .to-list")) return;
  event.preventDefault();
  if (url.pathname.endsWith("/draft")) state.review = null;
  go(url.pathname + url.hash);
});
addEventListener("popstate", () => {
  readAddress();
  redraw();
});
addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    if (state.page !== "home") go(`/admin/${centre}`);
    document.getElementById("search")?.focus();
  } else if ((event.ctrlKey || event.metaKey) && event.key === "s") {
    event.preventDefault();
    if (changes().length && !isReadOnly()) keep();
  } else if (event.key === "Escape" && event.target.id === "search") {
    state.asked = "";
    redraw();
  }
});
// a draft that was not kept yet is kept before the page is left
addEventListener("pagehide", () => state.keeping === "keeping" && keep());

await loadTexts(["devices", "admin"], lang);
setZone(zone);
redraw();
const who = await signIn();
state.csrf = who?.csrf || "";
await load();
readAddress();
redraw();
if (state.page === "draft" && changes().length) refreshReview();
if (location.hash) go(location.pathname + location.hash);
