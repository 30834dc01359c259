/* What a screen is and how it looks: the same fields when it is paired and when it is changed. */
import { DEFAULT_LANGUAGE, ownName } from "/ui/languages.js";
import { html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";

/** A labelled choice; `options` is [[value, text]]. */
export function Choice({ label, value, options, onChange, hint }) {
  return html`<label class="field"><span class="label">${label}</span>
    <select value=${value} onChange=${(event) => onChange(event.target.value)}>
      ${options.map(([key, text]) => html`<option value=${key} selected=${String(key) === String(value)}>${text}</option>`)}
    </select>
    ${hint && html`<small class="soft">${hint}</small>`}</label>`;
}

function Tick({ label, value, onChange, hint }) {
  return html`<label class="tick">
    <input type="checkbox" checked=${value} onChange=${(event) => onChange(event.target.checked)} />
    <span>${label}${hint && html`<small class="soft">${hint}</small>`}</span>
  </label>`;
}

/** The fields of one screen. `form` = {kind, name, zone, counter, settings}; `lists` what may be chosen; `set(changes)`. */
export function ScreenFields({ form, lists, set }) {
  const s = form.settings,
    put = (changes) => set({ settings: { ...s, ...changes } });
  const named = (area, values) =>
    values.map((value) => [value, t(`${area}.${value.replace(",", "_")}`)]);
  return html`
    <div class="kinds" role="group" aria-label=${t("form.kind")}>
      ${["board", "sign"].map(
        (kind) => html`<button type="button" class="btn"
        aria-pressed=${form.kind === kind ? "true" : "false"} onClick=${() => set({ kind })}>${t(`kind.${kind}`)}</button>`
      )}</div>
    <label class="field"><span class="label">${t("form.name")}</span>
      <input value=${form.name} maxlength="60" required onInput=${(event) => set({ name: event.target.value })} list="known-names" />
      <small class="soft">${t("form.name_hint")}</small></label>
    ${
      form.kind === "sign"
        ? html`<${Choice} label=${t("form.counter")} value=${form.counter || ""}
          options=${[["", t("form.choose")], ...lists.counters]} onChange=${(counter) => set({ counter })} />`
        : html`<${Choice} label=${t("form.zone")} value=${form.zone || ""}
          options=${[["", t("form.all_zones")], ...lists.zones]} onChange=${(zone) => set({ zone })} />
        <${Choice} label=${t("form.layout")} value=${s.layout} options=${named("layout", lists.layouts)}
          hint=${t(`layout_hint.${s.layout}`)} onChange=${(layout) => put({ layout })} />
        ${
          s.layout === "doorway" &&
          html`<${Choice} label=${t("form.arrow")} value=${s.arrow}
          options=${named("arrow", lists.arrows)} onChange=${(arrow) => put({ arrow })} />`
        }
        <${Choice} label=${t("form.orientation")} value=${s.orientation}
          options=${named("orientation", lists.orientations)} onChange=${(orientation) => put({ orientation })} />`
    }
    <div class="pair-of">
      <${Choice} label=${t("form.theme")} value=${s.theme} options=${named("theme", lists.themes)} onChange=${(theme) => put({ theme })} />
      ${
        form.kind === "board" &&
        html`<${Choice} label=${t("form.lang")} value=${s.lang}
        options=${lists.langs.map((langs) => [langs, ownName(langs)])} onChange=${(lang) => put({ lang })} />`
      }</div>
    ${
      form.kind === "board" &&
      html`
      <${Tick} label=${t("form.sound")} value=${s.sound && !s.quiet}
        onChange=${(sound) => put({ sound, ...(sound ? { quiet: false } : {}) })} />
      <${Tick} label=${t("form.quiet")} hint=${t("form.quiet_hint")} value=${s.quiet} onChange=${(quiet) => put({ quiet })} />
      <${Tick} label=${t("form.video")} value=${s.media.includes("video")} onChange=${(on) => put({ media: lists.kinds.filter((kind) => kind !== "video" || on) })} />`
    }`;
}

/** The settings that differ from what this screen would have anyway: only those are kept for the device. */
export const own = (form) =>
  form.kind === "sign" ? { theme: form.settings.theme } : form.settings;

export const DEFAULTS = {
  layout: "lobby",
  orientation: "auto",
  theme: "dark",
  lang: DEFAULT_LANGUAGE,
  arrow: "right",
  sound: true,
  quiet: false,
};
