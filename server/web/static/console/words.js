/* A ticket in words: why it was chosen, what it is for. */
import { deskName } from "/ui/picking.js";
import { officialCode } from "/ui/procedures.js";
import { listedService } from "./procedure_picker.js";
import { currentLanguage, hasText, nameOf, t } from "./texts.js";

/** Why the hub chose this ticket, in words. */
export function reasonWords(snapshot, ticket) {
  const [kind, detail] = (ticket.reason || "longest_wait").split(":");
  if (kind === "priority")
    return ticket.priority
      ? t("reason.priority_of", { name: nameOf(ticket.priority.name) })
      : t("reason.priority");
  if (kind === "overflow") {
    const field = snapshot.fields.find((f) => f.field === (detail || ticket.field));
    return t("reason.overflow", {
      field: nameOf(field?.short || field?.name) || detail || ticket.field,
    });
  }
  if (kind === "guard") return t("reason.guard", { n: snapshot.rules.guard_minutes });
  return hasText(`reason.${kind}`) ? t(`reason.${kind}`) : kind;
}

function fieldName(snapshot, ticket) {
  const all = [...snapshot.fields, ...(snapshot.targets?.fields || [])];
  const field = all.find((f) => f.field === ticket.field);
  return nameOf(field?.name) || nameOf(field?.short) || ticket.field;
}

/** The name of a procedure where a line must hold it. */
export const shortOf = (snapshot, service) =>
  service ? deskName(listedService(snapshot, service.code) || service, currentLanguage()) : "";

/** The official code of what a ticket is for, or "". */
export function codeOf(snapshot, ticket) {
  const service =
    ticket.service && (listedService(snapshot, ticket.service.code) || ticket.service);
  return service ? officialCode(service) : "";
}

export const serviceName = (snapshot, ticket) =>
  nameOf(ticket.service?.name) || fieldName(snapshot, ticket);

/** For the rows of a list: that no service is known yet, or its name without the field's own name in front ("Chứng thực chữ ký" in field Chứng thực is "Chữ ký"). */
export function shortService(snapshot, ticket) {
  if (!ticket.service) return t("side.any");
  const whole = shortOf(snapshot, ticket.service);
  const field = snapshot.fields.find((f) => f.field === ticket.field);
  const head = `${nameOf(field?.short)} `;
  if (head.length < 2 || !whole.toLowerCase().startsWith(head.toLowerCase())) return whole;
  const rest = whole.slice(head.length).replace(/^of (a |an |the )?/, "");
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}
