/* One widget a kind of value, as the form says it (server/centre/form.py). A widget edits one place of the draft. */
import { html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";
import {
  choice,
  drop,
  idOf,
  inForce,
  isReadOnly,
  label,
  languages,
  nameOf,
  originOf,
  redraw,
  rowNames,
  set,
  state,
  value,
} from "./state.js";

const asNumber = (text) => {
  const plain = text.trim().replace(",", ".");
  if (plain === "") return null;
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : text;
};
/** A number as people write it here: a comma in Vietnamese. */
export const written = (number) =>
  typeof number === "number"
    ? String(number).replace(".", state.words.words.decimal)
    : (number ?? "");

/** What is wrong with a value, with the mend; "" where nothing is seen to be. */
export function fault(place, part) {
  const mistake = state.review?.mistakes.find((row) => sameOrInside(row.place, place));
  if (mistake) return mistake.text;
  const here = value(place);
  if (part.kind !== "number" || here === null || here === undefined) return "";
  const { least, most, whole } = part;
  if (typeof here !== "number") return t("fault.number");
  if ((least !== undefined && here < least) || (most !== undefined && here > most))
    return most === undefined || most >= 100000
      ? t("fault.from", { least: written(least) })
      : t("fault.between", { least: written(least), most: written(most) });
  return whole && !Number.isInteger(here) ? t("fault.whole") : "";
}
const sameOrInside = (inner, outer) => outer.every((name, n) => inner[n] === name);

const isEdited = (place) =>
  state.draft.has(JSON.stringify(place)) ||
  [...state.draft.values()].some(
    (entry) => entry.place.length > place.length && sameOrInside(entry.place, place)
  );

/** A value in words: as it stands in a hint, or where it may only be read. */
export function inWords(part, held) {
  if (held === null || held === undefined || held === "") return t("nothing");
  if (typeof held === "boolean") return state.words.words[held ? "yes" : "no"];
  if (Array.isArray(held))
    return (
      held.map((inner) => inWords({ ...part.item, key: part.key }, inner)).join(", ") ||
      t("nothing")
    );
  if (typeof held === "object") return nameOf(held) || Object.values(held).join(", ");
  if (part.kind === "ref") return refName(part.section, held);
  if (part.kind === "choice") return choice(part.key, held);
  const offered = offeredFor(part).find(([name]) => name === held);
  return offered ? offered[1] : written(held);
}

/** What is offered for a text, `[[value, words]]`: what the form names, what the hub has. `lang`: for one of its languages. */
function offeredFor(part, lang) {
  const here = state.settings.offered[part.key] || part.offered || part.choices_of || [];
  const rows = Array.isArray(here) ? here : here[lang] || [];
  return rows.map((row) => (Array.isArray(row) ? row : [row, choice(part.key, row)]));
}

/** One of what is offered; a text of one's own too, unless there is no other. */
function Offered({ offered, closed, held, standing, put, id, named, called = named, more = {} }) {
  const strange = held && !offered.some(([name]) => name === held),
    own = !closed && (strange || state.ownWays?.has(called));
  const choose = (event) => {
    const name = event.target.value;
    state.ownWays = new Set([...(state.ownWays || []), called]);
    if (name === OWN) return redraw();
    state.ownWays.delete(called);
    put(name || null);
  };
  return html`<select class="box" id=${id} ...${more} aria-label=${named} value=${own ? OWN : (held ?? standing ?? "")} onChange=${choose}>
      ${!standing && html`<option value="">${t("not_said")}</option>`}
      ${offered.map(([name, text]) => html`<option value=${name} key=${name}>${text}</option>`)}
      ${strange && closed && html`<option value=${held}>${held}</option>`}
      ${!closed && html`<option value=${OWN}>${t("own_way")}</option>`}
    </select>
    ${own && html`<input class="box" aria-label=${t("own_way_of", { label: called })} value=${held ?? standing ?? ""} onInput=${(event) => put(event.target.value || null)} />`}`;
}
const OWN = "own way";

/** A row of a list as people call it: "C, Đất đai". */
export function refName(section, name) {
  const row = value([section, name, "short"]) || value([section, name, "name"]);
  const named = nameOf(row);
  return named ? `${name} – ${named}` : name;
}

export function Origin({ place, part }) {
  const origin = originOf(place, part);
  if (!origin) return null;
  const mark = { own: "own", base: "base", default: "base" }[origin.mark];
  return html`<span class=${`o ${mark}`}>${t(`origin.${origin.mark}`)}</span>`;
}

/** Below a value: what is wrong, that it was edited, what it would be put back to. */
export function Hint({ place, part }) {
  const wrong = fault(place, part),
    origin = originOf(place, part),
    help = state.words.helps[part.key],
    id = `${idOf(place)}-hint`;
  const back = origin?.mark === "own" && !isReadOnly() && origin;
  const edited = isEdited(place);
  if (!wrong && !edited && !back && !help) return null;
  return html`<p class=${wrong ? "hint wrong" : "hint"} id=${id}>
    ${wrong && html`<span>${wrong} </span>`}
    ${
      edited &&
      html`<span><b>${t("edited")}</b>, ${t("in_force", { value: inWords(part, inForce(place)) })} ${" "}
        <button type="button" class="link" onClick=${() => drop(placesUnder(place))}>${t("undo_edit")}</button> </span>`
    }
    ${
      back &&
      html`<span>${t(`origin.was_${back.from}`, { value: inWords(part, back.shownBack ?? back.back) })} ${" "}
        <button type="button" class="link" onClick=${() => set(place, back.back)}
          aria-label=${t("put_back_of", { label: label(part.key) })}>${t("put_back")}</button> </span>`
    }
    ${help && html`<span>${help}</span>`}
  </p>`;
}

export const placesUnder = (place) =>
  [...state.draft.values()]
    .map((entry) => entry.place)
    .filter((inner) => sameOrInside(inner, place));

/** A labelled value. `as`: what stands in for its name. */
export function Field({ place, part, wide = false }) {
  const id = idOf(place),
    group = ["list", "map", "texts", "names", "rows", "words_by_language"].includes(part.kind),
    wrong = fault(place, part);
  const text = html`${label(part.key)}<${Origin} place=${place} part=${part} />`;
  if (isReadOnly() || part.fixed)
    return html`<div class=${`f ${wide ? "wide" : ""}`} id=${id} tabindex="-1">
      <span class="lab">${text}</span>
      <p class="read">${inWords(part, value(place) ?? part.default)} ${state.words.units[part.key] || ""}</p>
      ${part.fixed && state.words.helps[part.key] && html`<p class="hint">${state.words.helps[part.key]}</p>`}
    </div>`;
  if (part.kind === "name") return html`<${Names} place=${place} part=${part} />`;
  if (part.kind === "yes_no" && part.default !== null)
    return html`<div class=${`f ${wide ? "wide" : ""}`}>
      <label class="pick"><input type="checkbox" id=${id} checked=${value(place) ?? part.default}
        onChange=${(event) => set(place, event.target.checked)} aria-describedby=${`${id}-hint`} />
        ${label(part.key)}<${Origin} place=${place} part=${part} /></label>
      <${Hint} place=${place} part=${part} />
    </div>`;
  const inner = html`<${Control} place=${place} part=${part} id=${id} /><${Hint} place=${place} part=${part} />`;
  return group
    ? html`<fieldset class=${`f wide ${wrong ? "err" : ""}`} id=${id} tabindex="-1"><legend>${text}</legend>${inner}</fieldset>`
    : html`<div class=${`f ${wide ? "wide" : ""} ${wrong ? "err" : ""}`}><label for=${id}>${text}</label>${inner}</div>`;
}

/** A text in every language of the centre. */
function Names({ place, part }) {
  return languages().map((lang) => {
    const inner = [...place, lang],
      id = idOf(inner),
      wrong = fault(place, part);
    const long = (part.longest || 0) > 200 || (value(inner) || "").length > 60;
    const common = {
      id,
      class: "box",
      lang,
      value: value(inner) ?? "",
      "aria-describedby": `${idOf(place)}-hint`,
      onInput: (event) => set(inner, event.target.value || null),
    };
    return html`<div class=${`f half ${wrong ? "err" : ""}`} key=${id}>
      <label for=${id}>${label(part.key)} ${languageName(lang)}
        ${lang === languages()[0] && html`<${Origin} place=${place} part=${part} />`}</label>
      ${long ? html`<textarea rows="2" ...${common}></textarea>` : html`<input ...${common} />`}
      ${lang === languages()[0] && html`<${Hint} place=${place} part=${part} />`}
    </div>`;
  });
}
export const languageName = (lang) => state.words.languages[lang] || lang;

/** The input of a value, without its label. */
export function Control({ place, part, id, named }) {
  const here = value(place),
    aria = { "aria-describedby": `${idOf(place)}-hint`, "aria-label": named };
  const { kind } = part;
  if (kind === "number") {
    const unit = state.words.units[part.key];
    return html`<span class="with"><input class="box n" id=${id} inputmode="decimal" ...${aria}
      value=${written(here)} placeholder=${written(part.default)}
      onInput=${(event) => set(place, asNumber(event.target.value))} />
      ${unit && html`<span class="soft">${unit}</span>`}</span>`;
  }
  if (kind === "clock")
    return html`<${Clock} id=${id} more=${aria} held=${here ?? part.default ?? ""} put=${(text) => set(place, text || null)} />`;
  if (kind === "date")
    return html`<input
      class="box time"
      type="date"
      id=${id}
      ...${aria}
      value=${here ?? ""}
      onChange=${(event) => set(place, event.target.value || null)}
    />`;
  if (kind === "choice" || kind === "ref" || kind === "yes_no") {
    const options = optionsOf(part);
    return html`<select class="box" id=${id} ...${aria} value=${String(here ?? part.default ?? "")}
      onChange=${(event) => set(place, read(part, event.target.value))}>
      ${(here ?? part.default ?? null) === null || !part.required ? html`<option value="">${t("not_said")}</option>` : null}
      ${options.map(([name, text]) => html`<option value=${name} key=${name}>${text}</option>`)}
    </select>`;
  }
  if (kind === "list") return html`<${List} place=${place} part=${part} id=${id} />`;
  if (kind === "texts")
    return html`<textarea class="box lines" rows="4" ...${aria} aria-label=${label(part.key)}
      value=${(here || []).join("\n")}
      onChange=${(event) => set(place, lines(event.target.value))}></textarea>
      <p class="hint">${t("one_a_line")}</p>`;
  if (kind === "names") return html`<${ListOfNames} place=${place} part=${part} />`;
  if (kind === "map" || kind === "words_by_language")
    return html`<${Entries} place=${place} part=${part} />`;
  const offered = offeredFor(part);
  if (offered.length)
    return html`<${Offered} offered=${offered} closed=${part.closed} held=${here} standing=${part.default} id=${id} named=${named} called=${named || label(part.key)}
      put=${(text) => set(place, text)} more=${{ "aria-describedby": `${idOf(place)}-hint` }} />`;
  return html`<input class="box" id=${id} ...${aria} value=${here ?? ""} placeholder=${part.default ?? ""}
    onInput=${(event) => set(place, event.target.value || null)} />`;
}
const lines = (text) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

function read(part, text) {
  if (text === "") return null;
  if (part.kind === "yes_no") return text === "true";
  return text;
}

function optionsOf(part) {
  if (part.kind === "ref")
    return rowNames([part.section]).map((name) => [name, refName(part.section, name)]);
  if (part.kind === "yes_no")
    return [
      ["true", state.words.words.yes],
      ["false", state.words.words.no],
    ];
  return part.choices.map((name) => [String(name), choice(part.key, name)]);
}

/** Several values: ticked out of a few, or written one beside the other. */
function List({ place, part }) {
  const item = { ...part.item, key: part.key },
    here = value(place) ?? part.default ?? [];
  if (part.key === "slip.lines")
    return html`<${Ordered} place=${place} part=${item} here=${here} />`;
  if (item.kind === "ref" || item.kind === "choice") {
    const options = optionsOf(item);
    return html`<div class="ticks">${options.map(
      ([
        name,
        text,
      ]) => html`<label class="pick" key=${name}><input type="checkbox" checked=${here.includes(name)}
        onChange=${(event) =>
          set(
            place,
            event.target.checked ? [...here, name] : here.filter((other) => other !== name)
          )} />${text}</label>`
    )}</div>`;
  }
  if (item.kind === "window") return html`<${Windows} place=${place} here=${here} part=${part} />`;
  if (item.kind === "name") return html`<${ListOfNames} place=${place} part=${part} />`;
  return html`<div class="several">${here.map(
    (
      text,
      n
    ) => html`<span class="one" key=${n}><input class="box" value=${text} type=${item.kind === "date" ? "date" : "text"}
      aria-label=${`${label(part.key)} ${n + 1}`}
      onChange=${(event) => set(place, here.map((other, at) => (at === n ? event.target.value : other)).filter(Boolean))} />
      <${Remove} of=${text} onClick=${() =>
        set(
          place,
          here.filter((_, at) => at !== n)
        )} /></span>`
  )}
  <button type="button" class="link" onClick=${() => set(place, [...here, item.kind === "date" ? today() : t("new_text")])}>${t("add")}</button></div>`;
}
const today = () => new Date().toISOString().slice(0, 10);

export const Remove = ({ of, onClick }) =>
  html`<button type="button" class="link" aria-label=${t("remove_of", { name: of })} onClick=${onClick}>${t("remove")}</button>`;

function Ordered({ place, part, here }) {
  const others = part.choices.filter((name) => !here.includes(name));
  const move = (n, by) => {
    const next = [...here];
    [next[n], next[n + by]] = [next[n + by], next[n]];
    set(place, next);
  };
  return html`<ol class="ordered">${here.map(
    (name, n) => html`<li key=${name}><span>${choice(part.key, name)}</span>
      <button type="button" class="link" disabled=${n === 0} aria-label=${t("up_of", { name: choice(part.key, name) })} onClick=${() => move(n, -1)}>↑</button>
      <button type="button" class="link" disabled=${n === here.length - 1} aria-label=${t("down_of", { name: choice(part.key, name) })} onClick=${() => move(n, 1)}>↓</button>
      <${Remove} of=${choice(part.key, name)} onClick=${() =>
        set(
          place,
          here.filter((other) => other !== name)
        )} /></li>`
  )}</ol>
  ${others.length > 0 && html`<p class="ticks">${others.map((name) => html`<button type="button" class="link" key=${name} onClick=${() => set(place, [...here, name])}>+ ${choice(part.key, name)}</button>`)}</p>`}`;
}

/** A time of the day by 24 hours, whatever the browser's own way of writing it; 730 becomes 07:30. */
export function Clock({ held, put, id, more = {} }) {
  const whole = (text) => {
    const [, hour, minute] = /^(\d{1,2})\D?(\d\d)$/.exec(text.trim()) || [];
    return hour === undefined ? text.trim() : `${hour.padStart(2, "0")}:${minute}`;
  };
  return html`<input
    class="box time"
    inputmode="numeric"
    size="5"
    maxlength="5"
    placeholder="07:30"
    id=${id}
    ...${more}
    value=${held}
    onChange=${(event) => put(whole(event.target.value))}
  />`;
}

/** Opening windows of a day: "07:30-11:30". */
function Windows({ place, here, part }) {
  const change = (n, text) =>
    set(
      place,
      here.map((other, at) => (at === n ? text : other))
    );
  return html`<div class="windows">${here.map((span, n) => {
    const [begin, end] = span.split("-");
    return html`<span class="one" key=${n}>
      <${Clock} held=${begin} more=${{ "aria-label": t("from_of", { label: label(part.key) }) }} put=${(text) => change(n, `${text}-${end}`)} />
      <span class="soft">${t("to")}</span>
      <${Clock} held=${end} more=${{ "aria-label": t("to_of", { label: label(part.key) }) }} put=${(text) => change(n, `${begin}-${text}`)} />
      <${Remove} of=${span} onClick=${() =>
        set(
          place,
          here.filter((_, at) => at !== n)
        )} /></span>`;
  })}
  ${here.length === 0 && html`<span class="soft">${part.default === null && value(place) === null ? t("as_week") : t("closed")}</span>`}
  <button type="button" class="link" onClick=${() => set(place, [...here, here.length ? "13:00-17:00" : "07:30-11:30"])}>${t("add_window")}</button></div>`;
}

function ListOfNames({ place, part }) {
  const here = value(place) || [];
  const change = (n, lang, text) =>
    set(
      place,
      here.map((other, at) => (at === n ? { ...other, [lang]: text } : other))
    );
  return html`<div class="several">${here.map(
    (name, n) =>
      html`<span class="one" key=${n}>${languages().map(
        (
          lang
        ) => html`<input class="box" lang=${lang} value=${name[lang] || ""} aria-label=${`${label(part.key)} ${n + 1}, ${languageName(lang)}`}
        onChange=${(event) => change(n, lang, event.target.value)} />`
      )}<${Remove} of=${nameOf(name)} onClick=${() =>
        set(
          place,
          here.filter((_, at) => at !== n)
        )} /></span>`
  )}
  <button type="button" class="link" onClick=${() => set(place, [...here, Object.fromEntries(languages().map((lang) => [lang, t("new_text")]))])}>${t("add")}</button></div>`;
}

/** Entries by a key: a voice by language, a text by field. */
function Entries({ place, part }) {
  const held = value(place) ?? part.default ?? {},
    here = typeof held === "object" ? held : { [languages()[0]]: held };
  const byField = part.keys?.kind === "ref",
    names = byField
      ? rowNames([part.keys.section])
      : [...new Set([...languages(), ...Object.keys(here)])];
  const put = (name, next) => {
    const whole = { ...here };
    if (next) whole[name] = next;
    else delete whole[name];
    set(place, whole);
  };
  return html`<div class="several">${names.map((name) => {
    const called = byField ? refName(part.keys.section, name) : languageName(name);
    return html`<span class="entry" key=${name}><span class="soft">${called}</span>
      ${
        part.item?.kind === "name"
          ? languages().map(
              (
                lang
              ) => html`<input class="box" lang=${lang} value=${here[name]?.[lang] || ""} aria-label=${`${called}, ${languageName(lang)}`}
              onChange=${(event) => put(name, { ...here[name], [lang]: event.target.value })} />`
            )
          : html`<${Entry} part=${part} name=${name} called=${`${label(part.key)}, ${called}`} held=${here[name]} put=${(text) => put(name, text)} />`
      }
      ${here[name] && byField && html`<${Remove} of=${called} onClick=${() => put(name, null)} />`}</span>`;
  })}</div>`;
}

/** One word by its key: chosen where there is a choice, else written. */
function Entry({ part, name, called, held, put }) {
  const offered = offeredFor(part, name);
  return offered.length
    ? html`<${Offered} offered=${offered} closed=${Boolean(part.choices_of)} held=${held} named=${called} put=${put} />`
    : html`<input class="box" value=${held || ""} aria-label=${called} onChange=${(event) => put(event.target.value)} />`;
}
