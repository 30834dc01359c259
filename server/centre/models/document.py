"""The whole document of a centre, and what must hold between its sections."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from domain.centre import alike
from domain.languages import DEFAULT

from ...texts import languages
from ..mistakes import Mistake, from_validation
from .accounts import Accounts
from .alerts import Alert
from .backup import Backup
from .booking import Booking
from .delivery import Delivery
from .later import Arrivals, Rating
from .line import (
    CallPolicy,
    ClerkCodes,
    ClockWords,
    Counter,
    FieldRow,
    GuidanceDesk,
    Kiosk,
    Limits,
    Priority,
    Zone,
)
from .privacy import Privacy
from .procedure import Service
from .reports import Reports
from .screens import Displays, Slip, Wizard
from .site import Announcements, Hours, Site
from .texts import OwnText
from .types import Date, Names, Section, languages_of_names, refuse

#: The form of the documents this version stores (`schema`). Files may say it or an older one.
SCHEMA = 2
#: Keys whose form is known and that nothing reads yet: (section, key).
NOT_IN_USE: tuple[tuple[str, str], ...] = ()


def _schema(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= SCHEMA:
        refuse("schema", value=value, newest=SCHEMA)
    return value


class CentreDocument(Section):
    """A centre as its file says it. `check` makes one of a plain mapping, or says what is wrong."""

    form: Annotated[int, BeforeValidator(_schema)] = Field(SCHEMA, alias="schema")
    site: Site
    hours: Hours
    holidays: list[Date] = Field(default_factory=list)
    announcements: Announcements = Field(default_factory=Announcements)
    zones: list[Zone]
    kiosks: list[Kiosk] = Field(default_factory=list)
    fields: list[FieldRow]
    services: list[Service] = Field(default_factory=list)
    wizard: Wizard | None = None
    counters: list[Counter]
    guidance_desks: list[GuidanceDesk] = Field(default_factory=list)
    arrivals: list[Arrivals] = Field(default_factory=list)
    priority: Priority
    call_policy: CallPolicy
    limits: Limits = Field(default_factory=Limits)
    clock: ClockWords = Field(default_factory=ClockWords)
    booking: Booking | None = None
    clerk_codes: ClerkCodes = Field(default_factory=ClerkCodes)
    rating: Rating | None = None
    texts: list[OwnText] = Field(default_factory=list)
    alerts: list[Alert] | None = None
    delivery: Delivery = Field(default_factory=Delivery)
    displays: Displays = Field(default_factory=Displays)
    slip: Slip | None = None
    reports: Reports = Field(default_factory=Reports)
    privacy: Privacy = Field(default_factory=Privacy)
    accounts: Accounts = Field(default_factory=Accounts)
    backup: Backup = Field(default_factory=Backup)

    @property
    def code(self) -> str:
        """The centre's code."""
        return self.site.code

    def not_in_use(self) -> list[str]:
        """The keys it says something of that nothing reads yet ("booking.proof_above")."""
        return [
            f"{section}.{key}"
            for section, key in NOT_IN_USE
            if key in getattr(getattr(self, section), "model_fields_set", ())
        ]

    def plain(self) -> dict[str, Any]:
        """The document as JSON: what was said and nothing that was left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)

    def own_texts(self) -> dict[str, dict[str, str]]:
        """`{key: {language: words}}` of the texts that the centre says its own way."""
        return {row.key: row.words for row in self.texts}

    def whole(self) -> dict[str, Any]:
        """The rules as JSON with every default filled in, to be compared with another's."""
        return self.model_dump(mode="json", by_alias=True, exclude={"form"})


def _languages_of_names(content: Mapping[str, Any]) -> frozenset[str]:
    """Those in which each name of the document has to be given."""
    site = content.get("site")
    chosen = site.get("locales") if isinstance(site, dict) else None
    own = [code for code in chosen if isinstance(code, str)] if isinstance(chosen, list) else None
    required = languages_of_names()
    return frozenset([DEFAULT, *(required if own is None else set(required) & set(own))])


def check(content: object, stored: bool = False) -> tuple[CentreDocument | None, list[Mistake]]:
    """The document of a plain mapping (from YAML or JSON), or None and everything that is wrong
    with it. `stored`: it was in force before, so what only a newer version refuses is taken.
    """
    if not isinstance(content, dict):
        return None, [Mistake("no_sections", ())]
    names = Names(
        set(_named(content, "zones", "id")),
        set(_named(content, "fields", "prefix")),
        set(_named(content, "services", "code")),
        set(_served(content)),
        stored,
        languages=_languages_of_names(content),
    )
    try:
        document = CentreDocument.model_validate(content, context=names)
    except ValidationError as error:
        return None, from_validation(error, CentreDocument)
    return document, [] if stored else list(_between_sections(document))


def _named(content: Mapping[str, Any], section: str, key: str) -> Iterator[str]:
    rows = content.get(section)
    for row in rows if isinstance(rows, list) else ():
        name = row.get(key) if isinstance(row, dict) else None
        if isinstance(name, (str, int)) and not isinstance(name, bool):
            yield str(name)


def _served(content: Mapping[str, Any]) -> Iterator[str]:
    """The fields that an ordinary counter or desk calls its own."""
    for section in ("counters", "guidance_desks"):
        rows = content.get(section)
        for row in rows if isinstance(rows, list) else ():
            ordinary = isinstance(row, dict) and row.get("mode") in (None, "normal")
            if ordinary and isinstance(row.get("fields"), list):
                yield from (prefix for prefix in row["fields"] if isinstance(prefix, str))


def _languages(site: Site) -> Iterator[Mistake]:
    """A language needs its words, and its words checked where the centre says so."""
    for n, code in enumerate(site.locales):
        if code not in languages():
            there = ", ".join(languages())
            yield Mistake("no_texts", ("site", "locales", n), {"value": code, "there": there})
        elif site.drafts == "refused" and (drafts := languages()[code].drafts()):
            about = {"value": code, "name": languages()[code].name, "n": len(drafts)}
            yield Mistake("draft_language", ("site", "locales", n), about)


def _between_sections(document: CentreDocument) -> Iterator[Mistake]:
    """What no section can know alone."""
    yield from _finishes(document)
    yield from _hours(document)
    yield from _languages(document.site)
    names = [("counters", n, c.number) for n, c in enumerate(document.counters)]
    names += [("guidance_desks", n, d.id) for n, d in enumerate(document.guidance_desks)]
    seen: dict[tuple[str, ...], str] = {}
    for section, n, name in names:
        other = seen.setdefault(alike(name), name)
        if other is not name:
            yield Mistake("look_alike", (section, n), {"value": name, "other": other})


def _finishes(document: CentreDocument) -> Iterator[Mistake]:
    """What a finish must state can be stated."""
    for n, field in enumerate(document.fields):
        if field.outcome == "required" and not document.clerk_codes.outcomes:
            yield Mistake("no_outcomes", ("fields", n, "outcome"))
        if field.delivered == "required" and not document.services:
            yield Mistake("no_services", ("fields", n, "delivered"))


def _hours(document: CentreDocument) -> Iterator[Mistake]:
    hours, reset = document.hours, document.site.reset_time
    for kind, table in (("service", hours.service), ("tickets", hours.tickets)):
        for day, window in _spans(table.by_day()):
            if window[:5] <= reset < window[6:]:
                yield Mistake(
                    "reset_in_hours",
                    ("site", "reset_time"),
                    {"value": reset, "kind": kind, "day": day, "window": window},
                )
    served = {day for day, _ in _spans(hours.service.by_day())}
    given = {day for day, _ in _spans(hours.tickets.by_day())}
    for day in sorted(given - served):
        if day in ("sat", "sun", "mon_fri") or "mon_fri" not in served:
            yield Mistake("tickets_without_service", ("hours", "tickets", day), {"day": day})


def _spans(table: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, str]]:
    for day, windows in table.items():
        for window in windows:
            yield day, window
