// The procedures of a field, or of one of its groups: rows that show what differs, groups as stacks, pages that say where one is.
import { plainName } from "/ui/procedures.js";
import { html, Icon, Sign, Foot, Pager, fieldName, fieldNow } from "/static/parts.js";
import { browseField } from "/static/catalogue.js";
import { shownOf, viewOf } from "/static/choose.js";
import { fieldPagesOf, listRoom } from "/static/rooms.js";
import { rowHeight } from "/static/rows.js";
import { say } from "/static/words.js";

const kept = { of: null, browsed: null, pages: null };

/** The pages of what is shown, made anew only when something they depend on has changed. */
function pagesFor(state, browsed, view) {
  const of = JSON.stringify([state.lang, state.group, view]);
  if (kept.of !== of || kept.browsed !== browsed) {
    const pages = fieldPagesOf(browsed, state.group, state.lang, view);
    Object.assign(kept, { of, browsed, pages });
  }
  return kept.pages;
}

/** The name of a group of a field; that of its one procedure where it has one. */
function groupName(group, lang) {
  if (group.name) return group.name;
  return group.services.length === 1
    ? plainName(group.services[0], lang)
    : say(lang, "services.other");
}

function ServiceRow({ row, room, n, onClick }) {
  // a guess of one line leaves room for the second: the browser may part the words otherwise
  const style = { "--lines": Math.max(2, row.lines), minHeight: `${rowHeight(row, room)}rem` };
  return html`<li><button type="button" class="plate row listed" style=${style} data-key=${String(n)} onClick=${onClick}>
    <span class="tile small" aria-hidden="true">${n}</span>
    <span class="txt"><span class="words">${row.same ? html`<span class="eq">${row.same}</span> ` : null}${row.text}</span></span>
    <${Icon} name="chevron" go=${true} />
  </button></li>`;
}

function GroupButton({ group, n, lang, onClick }) {
  const name = groupName(group, lang);
  return html`<li><button type="button" class="plate group" data-key=${n} onClick=${onClick}>
    <span class="txt"><span class=${`words${name.length > 20 ? " long" : ""}`}>${name}</span><small>${say(lang, "services.count", { n: group.services.length })}</small></span>
    <b class="count" aria-hidden="true">${group.services.length}</b>
    <${Icon} name="chevron" go=${true} />
  </button></li>`;
}

/** What the sign says: the field, or the group within it. */
function titleOf(state, field, { groups }) {
  const [main] = fieldName(field, state.lang);
  const group = state.group === null ? null : groups[state.group];
  if (!group) return { title: main, count: field.services.length };
  return { title: groupName(group, state.lang), label: main, count: group.services.length };
}

export function Services({ state, act }) {
  const { lang, snapshot } = state;
  const field = fieldNow(snapshot, state.field);
  const browsed = browseField(snapshot, field, lang);
  const view = viewOf(state);
  const room = listRoom(view);
  const { same, pages } = pagesFor(state, browsed, view);
  const at = shownOf(pages, state.at);
  const { rows, groups } = pages[at];
  const { title, label, count } = titleOf(state, field, browsed);
  const [main] = fieldName(field, lang);
  const later = pages.slice(at + 1);
  const left = later.reduce((sum, page) => sum + page.rows.length + page.groups.length, 0);
  const more = later.some((page) => page.groups.length) ? "services.groups_more" : "services.more";
  const asked = rows.some(({ service }) => service.asked || service.pinned);
  const heads = rows.length && groups.length;
  const both = html`<div class="both">
    <button type="button" class="plate find" data-key="8" onClick=${act.search}>
      <${Icon} name="search" /><span><b>${say(lang, "services.find")}</b></span>
    </button>
    <button type="button" class="plate any" data-key="0" onClick=${() => act.service(null)}>
      <span><b>${say(lang, "services.any")}</b><small class="words">${say(lang, "services.any_small", { field: main })}</small></span>
      <${Icon} name="chevron" go=${true} />
    </button>
  </div>`;
  return html`<div class="kiosk services-page">
    <${Sign} state=${state} label=${label} title=${title} aside=${say(lang, "services.count", { n: count })} />
    <main class="panel">
      ${same ? html`<div class="same"><p>${say(lang, "services.same")} <b>“${same.replace(/…$/, "")}…”</b> ${say(lang, "services.differs")}</p></div>` : null}
      ${heads ? html`<h2 class="list-head">${say(lang, asked ? "services.most" : "services.begin")}</h2>` : null}
      ${
        rows.length
          ? html`<ul class="rows services">${rows.map(
              (row, i) =>
                html`<${ServiceRow} key=${row.service.code} row=${row} room=${room} n=${i + 1} onClick=${() => act.service(row.service)} />`
            )}</ul>`
          : null
      }
      ${heads ? html`<h2 class="list-head">${say(lang, "services.groups")}</h2>` : null}
      ${
        groups.length
          ? html`<ul class="groups">${groups.map(
              (group, i) =>
                html`<${GroupButton} key=${group.number} group=${group} lang=${lang}
                n=${rows.length + i < KEYS ? String(rows.length + i + 1) : undefined} onClick=${() => act.group(group)} />`
            )}</ul>`
          : null
      }
      <${Foot} state=${state} act=${act}>
        ${both}
        <${Pager} state=${state} act=${act} at=${at} count=${pages.length}
          next=${say(lang, more, { n: left })} small=${later.length && later[0].rows.length ? later[0].rows[0].text : ""} />
      <//>
    </main>
  </div>`;
}

const KEYS = 6; // of a keypad that choose; 7, 8, 9 and 0 turn, search and take the field's number
