/* The centre's list of procedures as the pickers of console and greeter search it; its index is made once for a list. */
import { listed, makePicker } from "/ui/picking.js";
import { peoplesWords } from "/ui/picker.js";

const made = { of: null, text: "", lang: "", words: null, picker: null };

/**
 * The picker over a list: `fields` as snapshots name them, `services` beside them or, left out, inside.
 * The same picker for as long as list, language and people's words stay the same.
 */
export function pickerOver(fields, services, lang) {
  const words = peoplesWords();
  const of = services || fields;
  if (made.of === of && made.lang === lang && made.words === words) return made.picker;
  const list = listed(fields, services);
  const text = JSON.stringify(
    list.map((field) => [field.field, field.name, field.short, field.services])
  );
  if (made.text !== text || made.lang !== lang || made.words !== words)
    Object.assign(made, { text, lang, words, picker: makePicker(list, lang, words) });
  made.of = of;
  return made.picker;
}

const lastIndex = { of: null, byCode: null };
/** A procedure as the list has it, by its code; undefined for one that is no longer listed. */
export function listedService(snapshot, code) {
  const { services } = snapshot;
  if (lastIndex.of !== services)
    Object.assign(lastIndex, {
      of: services,
      byCode: new Map((services || []).map((service) => [service.code, service])),
    });
  return lastIndex.byCode.get(code);
}

/** The picker over what a console's snapshot lists. */
export const pickerOf = (snapshot, lang) =>
  pickerOver(snapshot.targets.fields, snapshot.services, lang);
