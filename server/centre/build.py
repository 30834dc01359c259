"""Making the Centre the rules ask from its document: every rule parsed here, once."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from domain.alert_rules import USUAL_RULES, AlertRule
from domain.booking_rules import BookingRules, ClaimRules, Closure, SlotRule
from domain.centre import (
    BackupRules,
    Centre,
    CentreRules,
    Counter,
    Field,
    PriorityClass,
    PrivacyRules,
    ReportRules,
    Service,
)
from domain.displays import Displays
from domain.languages import DEFAULT, in_language
from domain.loudspeaker import LoudspeakerRules
from domain.numbers import KioskNumbers
from domain.procedures import official_code

from ..texts import languages as known_languages
from .models import CentreDocument
from .models.line import Counter as CounterRow
from .models.line import GuidanceDesk
from .models.procedure import Service as ServiceRow
from .models.site import Announcements, Site
from .people_words import words_of

#: So many dossiers of one person make them a bulk filer, unless the document says another number.
BULK_FROM = 5


def centre_of(document: CentreDocument, version: int = 0) -> Centre:
    """The Centre of a document; `version` is that of the document in force."""
    site, priority, limits = document.site, document.priority, document.limits
    return Centre(
        code=site.code,
        name=site.name,
        timezone=site.timezone,
        reset_time=site.reset_time,
        locales=_spoken(site),
        ticket_format=site.ticket_format,
        voice=_filled(site.voice),
        badge=priority.badge,
        zones={
            zone.id: {"id": zone.id, "name": zone.name, "audio_group": zone.audio_group}
            for zone in document.zones
        },
        fields={
            field.prefix: Field(
                field.prefix,
                field.name,
                # a language without a short name of its own has the whole one, not another's
                {**field.name, **(field.short or {})},
                field.kind,
                field.zone,
                field.minutes,
                field.cap,
                field.share,
                field.outcome == "required",
                field.delivered == "required",
            )
            for field in document.fields
        },
        services={service.code: _procedure(service, site.locales) for service in document.services},
        counters=_counters(document),
        priorities={
            ground.code: PriorityClass(
                ground.code, ground.name, ground.credit_minutes, ground.age_from, ground.age_to
            )
            for ground in priority.classes
        },
        rules=_rules(document),
        hours={
            "service": document.hours.service.by_day(),
            "tickets": document.hours.tickets.by_day(),
            "saturday_fields": tuple(document.hours.saturday_fields),
        },
        holidays=frozenset(document.holidays),
        lists=_filled(document.clerk_codes),
        notice=site.notice,
        loudspeaker=loudspeaker_rules(site.timezone, document.announcements),
        displays=Displays(
            document.displays.quiet,
            document.displays.sign_clerk_name,
            {board.id: _as_written(board) for board in document.displays.boards},
            document.displays.prepare,
        ),
        kiosk_numbers=KioskNumbers(
            limits.offline_numbers.first, limits.offline_numbers.last, limits.offline_numbers.block
        ),
        slip=_as_written(document.slip) if document.slip else None,
        wizard=_as_written(document.wizard) if document.wizard else None,
        console_lock_minutes=limits.console_lock_minutes,
        version=version,
        clock_confirmers=tuple(document.clock.confirm),
        reports=_report_rules(document),
        alerts=_alert_rules(document),
        webhooks={row.code: frozenset(row.facts) for row in document.delivery.webhooks},
        soon_people=document.delivery.soon_people,
        contact_kinds=_contact_kinds(document),
        sends_by_others=bool(document.delivery.webhooks or document.delivery.messages),
        rating_scale={level.score: level.name for level in document.rating.levels}
        if document.rating
        else {},
        rating_by_clerk=bool(document.rating and document.rating.by_clerk),
        own_texts=document.own_texts(),
        backup=BackupRules(tuple(document.backup.at), document.backup.keep),
        privacy=PrivacyRules(**document.privacy.model_dump()),
        booking=_booking_rules(document),
        takes_pins=document.accounts.pin,
    )


def _contact_kinds(document: CentreDocument) -> tuple[str, ...]:
    delivery = document.delivery
    kinds = [*(["push"] if delivery.push else []), *(["email"] if delivery.mail else [])]
    return (*kinds, *dict.fromkeys(row.kind for row in delivery.messages))


def _booking_rules(document: CentreDocument) -> BookingRules | None:
    booking = document.booking
    if booking is None:
        return None
    return BookingRules(
        on=booking.on,
        slots=tuple(
            SlotRule(
                row.field,
                row.service,
                tuple(row.weekdays),
                row.begin,
                row.end,
                row.minutes or booking.slot_minutes,
                row.places,
                row.staff_places,
                row.valid_from,
                row.valid_until,
                tuple(row.dates),
            )
            for row in booking.slots
        ),
        closures=tuple(
            Closure(row.date, row.begin, row.end, tuple(row.fields)) for row in booking.closures
        ),
        share=booking.share_of_capacity,
        grace_minutes=booking.grace_minutes,
        late_credit_minutes=booking.late_credit_minutes,
        lead_minutes=booking.lead_minutes,
        days_ahead=booking.days_ahead,
        hold_minutes=booking.hold_minutes,
        per_person=booking.per_person_per_day,
        releases=tuple(booking.releases),
        release_jitter_minutes=booking.release_jitter_minutes,
        soon_minutes=booking.soon_minutes,
        proof_above=booking.proof_above,
        preopen_line=booking.preopen_line,
        claims=ClaimRules(
            booking.claims.on,
            booking.claims.share,
            booking.claims.head_start_minutes,
            booking.claims.expire_minutes,
        ),
    )


def _alert_rules(document: CentreDocument) -> tuple[AlertRule, ...]:
    """What staff are told of; what is usual where the file does not say."""
    if document.alerts is None:
        return USUAL_RULES
    return tuple(AlertRule(row.code, row.to, row.params.figures()) for row in document.alerts)


def _report_rules(document: CentreDocument) -> ReportRules:
    head = document.reports.letterhead
    return ReportRules(
        authority=head.authority,
        unit=head.unit or document.site.name,
        place=head.place,
        number=head.number or "",
        sent_to=tuple(head.sent_to),
        clerk_views=tuple(document.reports.clerk_views),
        monthly=document.reports.monthly,
    )


def _spoken(site: Site) -> tuple[str, ...]:
    """The languages that are offered: a centre that refuses drafts leaves out those in which a
    text is one, also where it became one with a newer version of the program.
    """
    if site.drafts == "marked":
        return tuple(site.locales)
    all_languages = known_languages()
    checked = [
        code for code in site.locales if code in all_languages and not all_languages[code].drafts()
    ]
    return tuple(checked or [DEFAULT])


def _procedure(row: ServiceRow, languages: Sequence[str]) -> Service:
    """A procedure; where a language it is named in lacks a text, the default one stands for it."""
    papers = tuple(_in_all(paper, languages) for paper in row.bring)
    official = official_code(row.official, row.code)
    shipped = words_of(official, row.name[DEFAULT])
    return Service(
        code=row.code,
        field=row.field,
        name=_in_all(row.name, languages),
        words=tuple(dict.fromkeys([*row.words, *shipped])),
        bring=_one_text(papers, languages) if papers else None,
        official=official,
        short=_in_all({**row.name, **row.short}, languages) if row.short else None,
        also_in=tuple(row.also_in),
        group=_in_all(row.group, languages) if row.group else None,
        papers=papers,
        fee=_in_all(row.fee, languages) if row.fee else None,
        days=row.days,
        level=row.level,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        hidden=row.hidden,
        pinned=row.pinned,
        official_field=_in_all(row.official_field, languages) if row.official_field else None,
    )


def _in_all(name: Mapping[str, str], languages: Sequence[str]) -> Mapping[str, str]:
    """The default language stands in for those in which clients of older versions want a text."""
    return {**dict.fromkeys(languages, name[DEFAULT]), **name}


def _one_text(papers: Sequence[Mapping[str, str]], languages: Sequence[str]) -> dict[str, str]:
    """What to bring as one text in each language, as slips of older kiosks print it."""
    if len(papers) == 1:
        return dict(papers[0])
    return {
        lang: "; ".join(in_language(paper, lang) for paper in papers)
        for lang in dict.fromkeys([DEFAULT, *languages])
    }


def _counters(document: CentreDocument) -> dict[str, Counter]:
    rows: list[tuple[str, CounterRow | GuidanceDesk]] = [
        *((counter.number, counter) for counter in document.counters),
        *((place.id, place) for place in document.guidance_desks),
    ]
    return {
        name: Counter(
            name, row.zone, tuple(row.fields), tuple(row.overflow), row.mode, row.bulk, row.name
        )
        for name, row in rows
    }


def _rules(document: CentreDocument) -> CentreRules:
    policy, absent, limits = (
        document.call_policy,
        document.call_policy.after_no_show,
        document.limits,
    )
    return CentreRules(
        guard_minutes=document.priority.max_wait_guard_minutes,
        overflow_after_minutes=policy.overflow_after_minutes,
        arrive_grace_seconds=policy.arrive_grace_seconds,
        calls_before_no_show=policy.calls_before_no_show,
        rejoin_within_minutes=absent.rejoin_within_minutes,
        rejoin_after_tickets=absent.rejoin_after_tickets,
        rejoin_times=absent.times,
        keep_absent=absent.keep,
        target_minutes=document.site.sla_minutes.target,
        kiosk_min_seconds_between_tickets=limits.kiosk_min_seconds_between_tickets,
        finish_the_line=document.hours.finish_the_line,
        auto_recall_seconds=policy.auto_recall_seconds,
        auto_no_show=policy.auto_no_show,
        sent_within_minutes=policy.sent_within_minutes,
        bulk_from=policy.bulk_from or limits.bulk_from_dossiers or BULK_FROM,
    )


def loudspeaker_rules(timezone: str, announcements: Announcements) -> LoudspeakerRules:
    """When and how a centre's loudspeakers speak."""
    return LoudspeakerRules(
        timezone,
        tuple((row.begin, row.end, row.level) for row in announcements.volume),
        tuple((span[:5], span[6:]) for span in announcements.quiet_hours),
        announcements.repeat,
        announcements.stale_seconds * 1000,
        announcements.long_line_seconds * 1000,
        announcements.late_together,
    )


def _filled(part: BaseModel) -> dict[str, Any]:
    """A part as plain data, defaults filled in, what is nothing left out."""
    return part.model_dump(mode="json", by_alias=True, exclude_none=True)


def _as_written(part: BaseModel) -> dict[str, Any]:
    """A part as plain data, as it was said."""
    return part.model_dump(mode="json", by_alias=True, exclude_unset=True)
