/* Taking a counter over from another clerk: who had it, since when, whom they had at hand, and what they noted. */
import { html } from "./html.js";
import { minutesOf, nameOf, rich, t, timeOfDay } from "./texts.js";
import { now, otherClerk } from "./state.js";
import { serviceName } from "./words.js";
import { Head } from "./head.js";

const NAMED = 4;

function parkedWords(s, ticket) {
  const reason = s.lists.park_reasons.find((r) => r.code === ticket.park_reason);
  return reason ? `${ticket.number} (${nameOf(reason.name)})` : ticket.number;
}

function some(words) {
  return words.length > NAMED
    ? `${words.slice(0, NAMED).join(", ")}, ${t("handover.more", { n: words.length - NAMED })}`
    : words.join(", ") || t("side.none");
}

export function Handover({ state, acts }) {
  const s = state.snapshot,
    mine = s.mine,
    at = now(state),
    clerk = otherClerk(state) || "";
  const title = t("handover.title", { counter: state.counter, clerk });
  const noted = [mine, ...s.parked, ...s.absent].filter((ticket) => ticket?.note);
  return html`<section class="out wide" aria-label=${title}><${Head} title=${title} acts=${acts} />
    <dl class="handover">
      <dt>${t("handover.held")}</dt>
      <dd>${rich(`handover.${s.counter.state}_since`, { at: s.counter.since ? timeOfDay(s.counter.since) : "–" })} ${rich(
        "handover.waiting",
        { n: s.waiting }
      )}</dd>
      <dt>${t("handover.at_hand")}</dt>
      <dd>${
        mine
          ? rich(mine.state === "CALLED" ? "handover.called" : "handover.serving", {
              number: mine.number,
              service: serviceName(s, mine),
              n: minutesOf(at - (mine.started_at || mine.called_at)),
            })
          : t("handover.nobody")
      }</dd>
      <dt>${t("side.parked")}</dt><dd>${some(s.parked.map((ticket) => parkedWords(s, ticket)))}</dd>
      <dt>${t("side.absent")}</dt><dd>${some(s.absent.map((ticket) => ticket.number))}</dd>
      ${noted.slice(0, 3).map((ticket) => html`<dt key=${ticket.id}>${t("handover.note_of", { number: ticket.number })}</dt><dd class="said">${ticket.note.text}</dd>`)}
    </dl>
    <div class="sure"><button class="go" onClick=${() => acts.confirm()}>${t("handover.take")} <span class="key">Enter</span></button>
      <button class="btn" onClick=${() => acts.press("back")}>${t("handover.leave")} <span class="key">Esc</span></button></div>
  </section>`;
}
