// The list of procedures, which travels once: a snapshot names its version and its address, a screen fetches it when
// the version is new and puts it beside every snapshot that follows. The browser keeps it over a restart (an address
// with a version never changes its content). Shapes: docs/catalogue.md.

/**
 * @typedef {{code: string, fields: string[], name: Object<string, string>, official?: string, short?: Object<string,
 *   string>, group?: Object<string, string>, words?: string[], papers?: Object<string, string>[], fee?: string,
 *   days?: number, level?: "full" | "part" | "info", valid_from?: string, valid_until?: string, hidden?: boolean,
 *   pinned?: boolean, asked?: number}} Procedure
 * @typedef {{version: string, services: Procedure[]}} Catalogue
 */

const AGAIN_MS = 5000;

/** Whether a procedure is offered on a day ("2026-11-30"): not hidden, and inside the days it holds. */
export function isOffered(service, date) {
  return (
    !service.hidden &&
    !(service.valid_from && date < service.valid_from) &&
    !(service.valid_until && date > service.valid_until)
  );
}

/**
 * A screen's list of procedures.
 *
 * headers(): what is sent along to be let in; onChange(): a list has come, so the last snapshot is to be joined anew.
 * Returns {join(snapshot), catalogue()}.
 */
export function catalogueReader({ headers = () => ({}), onChange = () => {} } = {}) {
  /** @type {?Catalogue} */
  let held = null;
  let wanted = "";
  let offered = null; // what was made of the list held for one day

  async function fetchList(at) {
    try {
      const answer = await fetch(at.url, {
        headers: { Accept: "application/json", ...headers() },
        signal: AbortSignal.timeout(60_000),
      });
      if (!answer.ok) throw new Error(`the list of procedures: ${answer.status}`);
      const list = await answer.json();
      if (wanted !== at.version) return; // a newer one was asked for meanwhile
      held = { version: list.version, services: list.services.map(withField) };
    } catch {
      setTimeout(() => {
        if (wanted === at.version) fetchList(at);
      }, AGAIN_MS);
      return;
    }
    onChange();
  }

  function offeredOn(date) {
    if (offered && offered.list === held && offered.date === date) return offered;
    const services = held.services.filter((service) => isOffered(service, date));
    const byField = new Map();
    for (const service of services) {
      for (const field of service.fields) {
        if (!byField.has(field)) byField.set(field, []);
        byField.get(field).push(service);
      }
    }
    offered = { list: held, date, services, byField };
    return offered;
  }

  return {
    /**
     * The snapshot with its procedures: `services` (those offered today), each field's own `services`, and `listed`:
     * whether a list has come yet. The lists are the same objects until the list or the day changes. A snapshot of a
     * hub that sends the procedures inside is given back as it is.
     */
    join(snapshot) {
      const at = snapshot && snapshot.catalogue;
      if (!snapshot || at === undefined) return snapshot;
      if (at && held && at.version === held.version) wanted = at.version;
      else if (at && at.version !== wanted) {
        wanted = at.version;
        fetchList(at);
      }
      const today = held ? offeredOn(snapshot.day.date) : { services: NONE, byField: new Map() };
      return {
        ...snapshot,
        listed: Boolean(held),
        services: today.services,
        fields: snapshot.fields.map((field) => ({
          ...field,
          services: today.byField.get(field.field) || NONE,
        })),
      };
    },
    /** The whole list as it came, hidden and expired ones too; null before it came. */
    catalogue: () => held,
  };
}

const NONE = Object.freeze([]);

/** A procedure as screens ask for it: `field` is the first of its fields. */
function withField(service) {
  return { ...service, field: service.fields[0] };
}
