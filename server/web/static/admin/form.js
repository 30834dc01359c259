/* A page of the settings drawn from its form: sections, values, lists of rows, one row. */
import { html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";
import { OwnTexts, OwnTextsRow, TEXTS } from "./own_texts.js";
import { summary } from "./summary.js";
import { Holidays, Sentences, Wizard } from "./special.js";
import {
  bare,
  centre,
  idOf,
  inForce,
  isReadOnly,
  label,
  leaves,
  NAMED,
  nameOf,
  ORDER,
  redraw,
  rowNames,
  set,
  state,
  value,
} from "./state.js";
import { Control, Field, inWords, refName, written } from "./widgets.js";

const address = (page, ...row) =>
  `/admin/${encodeURIComponent(centre)}/${[page, ...row].map(encodeURIComponent).join("/")}`;
export { address };
/** What a page draws in a way of its own, after or before the rest. */
const APART = ["call_policy", "holidays"];

export function Page() {
  const { parts } = state.settings.pages[state.page];
  const [list, name] = state.row;
  if (list === TEXTS && find(parts, TEXTS))
    return html`<${OwnTexts} back=${address(state.page)} />`;
  const rows = list && find(parts, list);
  if (rows) return html`<${Row} part=${rows} name=${name} key=${`${list}-${name}`} />`;
  return html`
    <div class="ttl"><h2>${state.words.pages[state.page]}</h2>
      <span class="soft">${t(`about.${state.page}`)}${state.page === "backup" && ` ${summary("backup")}.`}</span>
      ${state.page === "services" && html`<a class="link end" href="/procedures">${t("spreadsheet")}</a>`}</div>
    ${state.page === "rules" && html`<${Sentences} />`}
    <${Parts} parts=${parts.filter((part) => !APART.includes(part.key))} place=${[]} />
    ${state.page === "hours" && html`<${One} part=${parts.find((part) => part.key === "holidays")} place=${["holidays"]} />`}
  `;
}

function find(parts, key) {
  for (const part of parts) {
    if (part.kind === "rows" && part.key === key) return part;
    const inner = part.kind === "section" && find(part.parts, key);
    if (inner) return inner;
  }
  return null;
}

/** Values first, in a grid; sections and lists below. */
function Parts({ parts, place }) {
  const plain = parts.filter((part) => !["section", "rows", "wizard"].includes(part.kind)),
    others = parts.filter((part) => ["section", "rows", "wizard"].includes(part.kind));
  return html`
    ${plain.length > 0 && html`<div class="grid">${plain.map((part) => html`<${One} part=${part} place=${[...place, part.name]} key=${part.key} />`)}</div>`}
    ${others.map((part) => html`<${Group} part=${part} place=${[...place, part.name]} key=${part.key} />`)}
  `;
}

function One({ part, place }) {
  if (part.key === "holidays" && !isReadOnly())
    return html`<${Holidays} place=${place} part=${part} />`;
  if (part.key === "slip.logo") return html`<${Logo} place=${place} part=${part} />`;
  return html`<${Field} place=${place} part=${part} />`;
}

function Group({ part, place }) {
  if (part.kind === "wizard") return html`<${Wizard} place=${place} part=${part} />`;
  if (part.key === TEXTS) return html`<${OwnTextsRow} link=${address(state.page, TEXTS)} />`;
  if (part.kind === "rows") return html`<${Rows} part=${part} place=${place} />`;
  const titled = state.words.labels[part.key];
  const optional = part.default === null && value(place) === null && !isReadOnly();
  return html`<section class="group">
    ${titled && place.length > 1 && html`<h3 class="grp">${titled}</h3>`}
    ${optional && html`<p class="soft">${t("not_used")}</p>`}
    <${Parts} parts=${part.parts} place=${place} />
  </section>`;
}

/** A list of rows: a table that shows the values; short ones are edited where they stand. */
function Rows({ part, place }) {
  const title = html`<h3 class="grp">${label(part.key)} <span class="soft">${countOf(part, place)}</span></h3>`;
  if (part.named === null) return html`<${Unnamed} part=${part} place=${place} title=${title} />`;
  const every = rowNames(place),
    typed = state.filters?.[part.key] || "",
    found = typed.trim() ? every.filter((name) => holds([...place, name], typed)) : every,
    names = found.slice(0, MOST_ROWS);
  const columns = columnsOf(part);
  return html`<section class="group">
    ${title}
    ${every.length === 0 && html`<p class="soft">${t("empty")}</p>`}
    ${
      every.length > MOST_ROWS &&
      html`<label class="find"><span class="unseen">${t("filter")}</span><input type="search" class="box" placeholder=${t("filter")} value=${typed} onInput=${(event) => filter(part, event.target.value)} /></label>
      <p class="soft" role="status">${t("filter_n", { n: found.length, shown: names.length })}</p>`
    }
    ${
      names.length > 0 &&
      html`<div class="scroll"><table class="t">
      <thead><tr>${columns.map((inner) => html`<th scope="col" key=${inner.key}>${label(inner.key)}</th>`)}<th><span class="unseen">${t("open")}</span></th></tr></thead>
      <tbody>${names.map((name) => html`<${TableRow} part=${part} place=${[...place, name]} columns=${columns} key=${name} />`)}</tbody>
    </table></div>`
    }
    ${!isReadOnly() && html`<${AddRow} part=${part} place=${place} />`}
  </section>`;
}
/** So many rows of a list stand on its page; more are found by what is typed. */
const MOST_ROWS = 60;
const holds = (place, typed) => {
  const row = value(place);
  const text = bare(
    JSON.stringify([row?.name, row?.short, row?.words, place.at(-1), row?.official])
  );
  return bare(typed)
    .split(/\s+/)
    .every((word) => text.includes(word));
};
function filter(part, typed) {
  state.filters = { ...state.filters, [part.key]: typed };
  redraw();
}

/** What a table shows: what a row is known by, then what is asked for most. */
function columnsOf(part) {
  const names = SHOWN[part.key] || [
    part.named,
    ...part.parts
      .filter((inner) => !["section", "map"].includes(inner.kind))
      .map((inner) => inner.name),
  ];
  return [...new Set(names)].map((name) => part.parts.find((inner) => inner.name === name));
}
const SHOWN = {
  fields: ["prefix", "name", "short", "zone", "minutes", "cap"],
  services: ["code", "field", "name", "short", "days"],
  counters: ["number", "name", "zone", "fields", "overflow", "mode"],
  guidance_desks: ["id", "name", "zone", "fields"],
  zones: ["id", "name", "floor", "audio_group"],
  "displays.boards": ["id", "zone", "layout", "orientation"],
  "priority.classes": ["code", "name", "credit_minutes", "age_from", "age_to"],
};
const countOf = (part, place) =>
  t("rows_n", { n: part.named === null ? (value(place) || []).length : rowNames(place).length });

/** What a cell of a row says of its value. */
function cellText(inner, place) {
  const own = value([...place, inner.name]);
  if (inner.kind === "list" && inner.item.kind === "ref") return (own || []).join(", ");
  if (inner.kind === "ref") return refName(inner.section, own ?? "");
  return inWords(inner, own ?? inner.default ?? null);
}

function TableRow({ part, place, columns }) {
  const name = place.at(-1),
    edited = [...state.draft.values()].some((entry) =>
      place.every((step, n) => entry.place[n] === step)
    ),
    isNew = inForce(place) === null;
  const today = state.settings.today;
  const onlyToday =
    (part.key === "counters" && today.counters.includes(name)) ||
    (part.key === "fields" && today.fields.includes(name));
  const link = address(state.page, part.key, name);
  return html`<tr class=${edited ? "edited" : ""} id=${idOf(place)}>
    ${columns.map((inner, n) => {
      const text = cellText(inner, place);
      return n === 0
        ? html`<th scope="row" key=${inner.key}><a class="row" href=${link}>${text}</a></th>`
        : html`<td class=${inner.kind === "number" ? "r" : ""} key=${inner.key}>${text}</td>`;
    })}
    <td class="end">${isNew ? t("new") : edited && html`<span class="soft">${t("edited")}</span>`}
      ${onlyToday && html`<span class="o day">${t("origin.day")}</span>`}
      <a class="chev" href=${link} aria-label=${t("open_of", { name })}>›</a></td>
  </tr>`;
}

/** A new row begins with its name; the rest is filled in on its own page. */
function AddRow({ part, place }) {
  const key = NAMED[place.at(-1)],
    typed = state.adding?.[part.key] ?? "",
    head = part.parts.find((inner) => inner.name === key);
  const add = (event) => {
    event.preventDefault();
    const name = typed.trim();
    if (!name || rowNames(place).includes(name)) return;
    const row = { [key]: head.kind === "number" ? Number(name) : name };
    for (const inner of part.parts) {
      if (inner.name === key || !inner.required) continue;
      if (inner.kind === "ref") row[inner.name] = rowNames([inner.section])[0];
      else if (inner.kind === "list") row[inner.name] = [rowNames(["fields"])[0]];
      else if (inner.kind === "name") row[inner.name] = { vi: name, en: name };
      else if (inner.kind === "number") row[inner.name] = Math.max(10, inner.least || 0);
      else if (inner.kind === "choice") [row[inner.name]] = inner.choices;
      else if (inner.kind === "clock") row[inner.name] = "07:30";
    }
    state.adding = {};
    set([...place, name], row);
    state.go(address(state.page, part.key, name));
  };
  if (head.kind === "choice" || head.kind === "clock")
    return html`<form class="add" onSubmit=${add}><label>${t("add_row", { what: label(head.key) })}
      ${head.kind === "choice" ? html`<select class="box" value=${typed} onChange=${(event) => typing(part, event)}><option value=""></option>${head.choices.filter((name) => !rowNames(place).includes(name)).map((name) => html`<option value=${name} key=${name}>${inWords(head, name)}</option>`)}</select>` : html`<input class="box time" size="5" placeholder="07:30" value=${typed} onInput=${(event) => typing(part, event)} />`}</label>
      <button class="btn">${t("add")}</button></form>`;
  return html`<form class="add" onSubmit=${add}>
    <label>${t("add_row", { what: label(head.key) })}<input class="box short" value=${typed} onInput=${(event) => typing(part, event)} /></label>
    <button class="btn">${t("add")}</button></form>`;
}
function typing(part, event) {
  state.adding = { ...state.adding, [part.key]: event.target.value };
  redraw();
}

/** Rows without names (loudness by the hour): one value, edited where it stands. */
function Unnamed({ part, place, title }) {
  const here = value(place) || [];
  return html`<section class="group">${title}
    ${here.map(
      (row, n) => html`<p class="one" key=${n}>${part.parts.map((inner) => {
        const change = (event) => {
          const text = event.target.value,
            next = inner.kind === "number" ? Number(text.replace(",", ".")) : text;
          set(
            place,
            here.map((other, at) => (at === n ? { ...other, [inner.name]: next } : other))
          );
        };
        return html`<label key=${inner.key}><span class="soft">${label(inner.key)}</span><input class="box time" value=${written(row[inner.name])} disabled=${isReadOnly()} onChange=${change} /></label>`;
      })}
    ${
      !isReadOnly() &&
      html`<button type="button" class="link" aria-label=${t("remove_of", { name: n + 1 })} onClick=${() =>
        set(
          place,
          here.filter((_, at) => at !== n)
        )}>${t("remove")}</button>`
    }</p>`
    )}
    ${!isReadOnly() && html`<button type="button" class="link" onClick=${() => set(place, [...here, { from: "07:00", to: "17:00", level: 0.8 }])}>${t("add")}</button>`}
  </section>`;
}

/** One row on its own: every value, what people will see beside it. */
function Row({ part, name }) {
  const list = placeOf(part),
    place = [...list, name],
    whole = value(place),
    named = state.words.rows[list.at(-1)].replace("{name}", name);
  const back = address(state.page);
  if (whole === null)
    return html`<p>${t("gone")} <a href=${back}>${t("back_to", { page: state.words.pages[state.page] })}</a></p>`;
  const names = rowNames(list),
    at = names.indexOf(name);
  const move = (by) => {
    const next = [...names];
    [next[at], next[at + by]] = [next[at + by], next[at]];
    set([...list, ORDER], next);
  };
  const parts = part.parts.map((inner) =>
    inner.name === part.named ? { ...inner, fixed: true } : inner
  );
  return html`
    <div class="ttl"><a class="back" href=${back} aria-label=${t("back_to", { page: state.words.pages[state.page] })}>‹</a>
      <h2>${named}</h2><span class="soft">${nameOf(value([...place, "name"]))}</span>
      ${
        !isReadOnly() &&
        html`<span class="end">
        <button type="button" class="link" disabled=${at === 0} onClick=${() => move(-1)}>${t("up")}</button>
        <button type="button" class="link" disabled=${at === names.length - 1} onClick=${() => move(1)}>${t("down")}</button>
        <button type="button" class="link" onClick=${() => {
          set(place, null);
          state.go(back);
        }}>${t("remove_row")}</button></span>`
      }</div>
    <${Parts} parts=${parts} place=${place} />
    ${part.key === "fields" && html`<${CountersOf} prefix=${name} />`}
  `;
}
export const placeOf = (part) => part.key.split(".");

/** Which counters take a field: pressed once it is theirs, twice they help, three times neither. */
function CountersOf({ prefix }) {
  const press = (number) => {
    const own = value(["counters", number, "fields"]) || [],
      helped = value(["counters", number, "overflow"]) || [];
    if (own.includes(prefix)) {
      set(
        ["counters", number, "fields"],
        own.filter((other) => other !== prefix)
      );
      set(["counters", number, "overflow"], [...helped, prefix]);
    } else if (helped.includes(prefix))
      set(
        ["counters", number, "overflow"],
        helped.filter((other) => other !== prefix)
      );
    else set(["counters", number, "fields"], [...own, prefix]);
  };
  return html`<fieldset class="f wide"><legend>${t("counters_of")}</legend><div class="ct">${rowNames(
    ["counters"]
  ).map((number) => {
    const has = (part) => (value(["counters", number, part]) || []).includes(prefix);
    const aid = has("overflow") ? "aid" : "out";
    const kind = has("fields") ? "in" : aid;
    return html`<button type="button" key=${number} class=${kind} disabled=${isReadOnly()} aria-label=${t(`counter_${kind}`, { number })} onClick=${() => press(number)}>${number}</button>`;
  })}</div><p class="hint">${t("counters_how")}</p></fieldset>`;
}

function Logo({ place, part }) {
  const here = value(place);
  const take = async (event) => {
    const [file] = event.target.files;
    if (!file) return;
    const bytes = new Uint8Array(await file.arrayBuffer());
    set(place, btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")));
  };
  return html`<div class="f half"><span class="lab">${label(part.key)}</span>
    ${here && html`<img class="logo" src=${`data:image/png;base64,${here}`} alt=${t("logo_now")} />`}
    ${
      !isReadOnly() &&
      html`<label class="btn file">${t("choose_file")}<input id=${idOf(place)} type="file" accept="image/png" onChange=${take} /></label>
      ${here && html`<button type="button" class="link" onClick=${() => set(place, null)}>${t("remove")}</button>`}`
    }
    <p class="hint">${state.words.helps[part.key]}</p>
    ${state.review?.mistakes.filter((row) => row.key === part.key).map((row) => html`<p class="hint wrong" key="wrong">${row.text}</p>`)}</div>`;
}

/** Faults the page itself sees in the draft of the whole form. */
export function seenFaults(fault) {
  const wrong = [];
  for (const entry of state.draft.values())
    for (const { parts } of Object.values(state.settings.pages))
      for (const part of leaves(parts))
        if (
          part.kind === "number" &&
          part.name === entry.place.at(-1) &&
          !("parts" in part) &&
          part.key.endsWith(entry.place.at(-1))
        ) {
          const text = fault(entry.place, part);
          if (
            text &&
            !wrong.some((row) => row.place === entry.place) &&
            keyMatches(part, entry.place)
          )
            wrong.push({ place: entry.place, text });
        }
  return wrong;
}
const keyMatches = (part, place) => part.key.split(".")[0] === place[0];
