/* Clips in sign language on the phone: shown when asked for, silent, with their words below. */
import { html } from "/static/console/html.js";
import { t } from "/static/console/texts.js";
import { fetchInTime } from "../fetch_in_time.js";

let clips = {};

/** Reads once which clips the centre has. */
export async function loadClips(centre, changed) {
  try {
    const answer = await fetchInTime(`/display/signs/${centre}/clips.json`);
    clips = Object.fromEntries(
      Object.entries((await answer.json()).clips).map(([key, clip]) => [
        key,
        { ...clip, src: `/display/signs/${centre}/${clip.file}?v=${clip.sha256.slice(0, 12)}` },
      ])
    );
    if (Object.keys(clips).length) changed();
  } catch {
    /* a page without clips is whole */
  }
}

/** The clip of a prompt and that of the field; nothing where there is none. */
export function Signs({ prompt, words, field, fieldWords }) {
  const shown = [
    [prompt, words],
    [`field-${field.replace("\u0110", "DD")}`, fieldWords],
  ].filter(([key]) => clips[key]);
  if (!shown.length) return null;
  return html`<details class="signs"><summary>${t("signs")}</summary>
    ${shown.map(
      ([key, caption]) => html`<figure key=${key}>
      <video controls muted playsinline preload="none" src=${clips[key].src}></video>
      <figcaption>${caption}</figcaption></figure>`
    )}</details>`;
}
