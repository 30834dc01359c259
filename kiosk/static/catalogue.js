// The list of procedures as the page keeps it: what is made of it is made once, not at every snapshot and every drawing.
import { browse } from "/ui/groups.js";

const keys = new WeakMap(); // of the list a snapshot holds
const browsed = { of: "", fields: new Map() };
let lists = 0;

/** What tells one list from another: the list itself where it travels once, or else all that a snapshot holds. */
export function catalogueOf(snapshot) {
  const held = snapshot.listed ? snapshot.services : snapshot;
  if (!keys.has(held)) {
    lists += 1;
    const rows = snapshot.fields.map((field) => [field.field, field.name, field.services]);
    keys.set(held, snapshot.listed ? `list ${lists}` : JSON.stringify(rows));
  }
  return keys.get(held);
}

/** The groups of a field of the snapshot, as ui/groups.js makes them. */
export function browseField(snapshot, field, lang) {
  const of = `${lang} ${catalogueOf(snapshot)}`;
  if (browsed.of !== of) Object.assign(browsed, { of, fields: new Map() });
  if (!browsed.fields.has(field.field))
    browsed.fields.set(field.field, browse(field.services || [], lang));
  return browsed.fields.get(field.field);
}
