"""Reading a centre's file:

YAML with line numbers, checked whole, every mistake with its line and its mend.
"""

import csv
import re
from datetime import date
from pathlib import Path

import yaml

from domain import displays, loudspeaker
from domain.centre import centre_of
from domain.day import SPAN

from .rules import check_rules
from .shape import check_shapes, number_mistake
from .slip import check_kiosks, with_logo

CLOCK = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$")
#: How a counter may be called: it stands in addresses and topics, on plates, and is read aloud.
PLACE = re.compile(r"(?=.{1,6}$)(?!0+$)[0-9A-ZĂÂĐÊÔƠƯ]+(?:[.-][0-9A-ZĂÂĐÊÔƠƯ]+)*")


class CentreFileError(Exception):
    """The file cannot be used; `mistakes` are lines "file:line: what is wrong; the mend"."""

    def __init__(self, mistakes):
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class _Lined(dict):
    """A mapping that knows its line."""

    line = 0


class _LinedRows(list):
    """A list that knows its line."""

    line = 0


class _Loader(yaml.SafeLoader):
    """Safe loading that keeps line numbers and refuses a key written twice."""

    def construct_mapping(self, node, deep=False):
        found = _Lined(super().construct_mapping(node, deep=True))
        found.line = node.start_mark.line + 1
        return found


def _mapping(loader, node):
    seen = set()
    for key, _ in node.value:
        if key.value in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key.value!r} stands twice", key.start_mark
            )
        seen.add(key.value)
    return loader.construct_mapping(node)


def _sequence(loader, node):
    found = _LinedRows(loader.construct_sequence(node, deep=True))
    found.line = node.start_mark.line + 1
    return found


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_SEQUENCE_TAG, _sequence)


def read_centre(path):
    """`profile` (a plain dict) of a centre's file.

    Raises CentreFileError naming file, line and mend.
    """
    path = Path(path)
    try:
        profile = yaml.load(path.read_text("utf-8"), _Loader)  # noqa: S506 - a SafeLoader
    except OSError as error:
        raise CentreFileError(
            [f"{path}: cannot be read ({error.strerror}); check the name"]
        ) from None
    except UnicodeDecodeError:
        raise CentreFileError([f"{path}: is not UTF-8; save it as UTF-8"]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise CentreFileError(
            [
                f"{path}:{mark.line + 1 if mark else 1}: {getattr(error, 'problem', error)}; mend"
                " the YAML there"
            ]
        ) from None
    check = _Check(path, profile)
    check.whole()
    if check.mistakes:
        raise CentreFileError(check.mistakes)
    profile = with_logo(path, _plain(profile))
    profile["holidays"] = _holidays(path, profile["hours"].get("holidays_file"))
    centre_of(profile)
    return profile


class _Check:
    def __init__(self, path, profile):
        self.path, self.profile, self.mistakes = path, profile, []

    def wrong(self, where, text):
        """Note one mistake at the line of a mapping."""
        self.mistakes.append(f"{self.path}:{getattr(where, 'line', 1)}: {text}")

    def whole(self):
        """Every check; later ones rest on the sections being there."""
        p = self.profile
        if not isinstance(p, dict):
            self.wrong(None, "the file holds no sections; begin with site:")
            return
        for section, kind in (
            ("site", dict),
            ("hours", dict),
            ("zones", list),
            ("fields", list),
            ("counters", list),
            ("priority", dict),
            ("call_policy", dict),
        ):
            if not isinstance(p.get(section), kind):
                self.wrong(
                    p,
                    f"the section {section} is missing or of the wrong form; add it as in"
                    " centres/ward.yaml",
                )
        if self.mistakes or not check_shapes(self, p):
            return
        self._site(p["site"])
        zones = self._zones(p["zones"])
        prefixes = self._fields(p["fields"], zones)
        self.distinct(p.get("kiosks") or [], "id", "kiosk")
        self._services(p.get("services") or [], prefixes)
        if p.get("wizard") is not None:
            self._question(
                p["wizard"], prefixes, {s.get("code") for s in p.get("services") or []}, 1
            )
        self._counters(p, zones, prefixes)
        self._hours(p["hours"], prefixes)
        self._priority(p["priority"])
        self._policy(p["call_policy"])
        check_rules(self, p)
        if p.get("announcements") is not None:
            for mistake in loudspeaker.mistakes(p["announcements"]):
                self.wrong(p["announcements"], mistake)
        check_kiosks(self, self.path, p)
        for row, sentence in displays.file_mistakes(p.get("displays"), zones, prefixes):
            self.wrong(row if row is not None else p, sentence)

    def name(self, row, what):
        """A name in both languages."""
        name = row.get("name")
        if not isinstance(name, dict) or not all(
            isinstance(name.get(lang), str) and name[lang].strip() for lang in ("vi", "en")
        ):
            self.wrong(row, f"{what} needs name: {{vi: …, en: …}}")

    def number(self, row, key, what, least=0, needed=True, whole=True, most=100_000):
        """A number from `least` to `most`."""
        value = row.get(key)
        if value is None and not needed:
            return
        mend = number_mistake(value, least, most, whole)
        if mend:
            self.wrong(row, f"{what}: {key} is {value!r}; {mend}")

    def _site(self, site):
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,39}", str(site.get("code", ""))):
            self.wrong(
                site, f"site: code is {site.get('code')!r}; use small letters, figures and hyphens"
            )
        self.name(site, "site")
        if site.get("notice") is not None and not (
            isinstance(site["notice"], dict) and isinstance(site["notice"].get("vi"), str)
        ):
            self.wrong(site, "site: notice needs {vi: …, en: …}")
        if not CLOCK.match(str(site.get("reset_time", "00:30"))):
            self.wrong(site, f'site: reset_time is {site.get("reset_time")!r}; write it as "00:30"')
        try:
            from zoneinfo import ZoneInfo

            ZoneInfo(site.get("timezone") or "")
        except (KeyError, ValueError, OSError):
            self.wrong(
                site,
                f"site: timezone {site.get('timezone')!r} is unknown; in Việt Nam it is"
                " Asia/Ho_Chi_Minh",
            )

    def _zones(self, zones):
        ids = self.distinct(zones, "id", "zone")
        for zone in zones:
            self.name(zone, f"zone {zone.get('id')}")
        return ids

    def distinct(self, rows, key, what):
        """The values of `key`, each of which may stand once."""
        seen = set()
        for row in rows:
            value = str(row.get(key))
            if row.get(key) is None or value in seen:
                self.wrong(
                    row,
                    f"{what}: {key} {row.get(key)!r} is missing or stands twice; give each its own",
                )
            seen.add(value)
        return seen

    def _fields(self, fields, zones):
        prefixes = self.distinct(fields, "prefix", "field")
        for field in fields:
            what = f"field {field.get('prefix')}"
            if not re.fullmatch(r"[A-ZĐ]{1,2}", str(field.get("prefix"))):
                self.wrong(field, f"{what}: the prefix is one or two capital letters")
            longer = [
                p
                for p in prefixes
                if p != field.get("prefix") and p.startswith(str(field.get("prefix")))
            ]
            if longer:
                self.wrong(
                    field,
                    f"{what}: is the beginning of {longer[0]}, so numbers could be mixed up; choose"
                    " another letter",
                )
            self.name(field, what)
            if str(field.get("zone")) not in zones:
                self.wrong(field, f"{what}: zone {field.get('zone')!r} is not in zones")
            self.number(field, "minutes", what, 0.1, whole=False)
            self.number(field, "cap", what, 1, needed=False)
        return prefixes

    def _services(self, services, prefixes):
        self.distinct(services, "code", "service")
        for service in services:
            self.name(service, f"service {service.get('code')}")
            if service.get("field") not in prefixes:
                self.wrong(
                    service,
                    f"service {service.get('code')}: field {service.get('field')!r} is not in"
                    " fields",
                )
            words = service.get("words")
            if words is not None and not (
                isinstance(words, list)
                and all(isinstance(word, str) and word.strip() for word in words)
            ):
                self.wrong(
                    service,
                    f'service {service.get("code")}: words is {words!r}; write a list like ["sổ'
                    ' đỏ", "sang tên"]',
                )

    def _question(self, question, prefixes, services, depth):
        """One question of the kiosk's wizard and all below it; a page holds six answers, and nobody
        follows more than four questions.
        """
        ask, answers = (
            (question.get("ask"), question.get("answers"))
            if isinstance(question, dict)
            else (None, None)
        )
        if (
            not isinstance(ask, dict)
            or not all(
                isinstance(ask.get(lang), str) and ask[lang].strip() for lang in ("vi", "en")
            )
            or not isinstance(answers, list)
        ):
            self.wrong(question, "wizard: a question needs ask: {vi: …, en: …} and a list answers")
            return
        if not 1 <= len(answers) <= 6 or depth > 4:
            self.wrong(
                question,
                f"wizard: {ask['vi']!r} has {len(answers)} answers at depth {depth}; keep to 6"
                " answers and 4 questions",
            )
        for answer in answers:
            if not isinstance(answer, dict):
                self.wrong(
                    question, f"wizard: {answer!r} is no answer; write {{name: …, service: …}}"
                )
                continue
            self.name(answer, "wizard: an answer")
            ways = [way for way in ("service", "field", "answers") if answer.get(way) is not None]
            if len(ways) != 1:
                self.wrong(
                    answer,
                    f"wizard: an answer leads to {ways or 'nothing'}; give it one of service,"
                    " field, or ask with answers",
                )
            elif ways == ["answers"]:
                self._question(answer, prefixes, services, depth + 1)
            elif not isinstance(answer[ways[0]], str) or answer[ways[0]] not in (
                services if ways == ["service"] else prefixes
            ):
                self.wrong(answer, f"wizard: {ways[0]} {answer[ways[0]]!r} is not in {ways[0]}s")

    def _counters(self, profile, zones, prefixes):
        desks = profile.get("guidance_desks") or []
        self.distinct([*profile["counters"]], "number", "counter")
        self.distinct(desks, "id", "guidance desk")
        called = set()
        for counter in [*profile["counters"], *desks]:
            said = counter.get("number", counter.get("id"))
            what = f"counter {said}"
            if said is not None and (isinstance(said, bool) or not PLACE.fullmatch(str(said))):
                self.wrong(
                    counter,
                    f"{what}: a counter is called by a number from 1 up or a short name of capital"
                    " letters and figures, such as 3A, P205, 2.05 or HD1",
                )
            elif str(said) in called:
                self.wrong(
                    counter,
                    f"{what}: a counter and a guidance desk have the same name; give each its own",
                )
            called.add(str(said))
            if str(counter.get("zone")) not in zones:
                self.wrong(counter, f"{what}: zone {counter.get('zone')!r} is not in zones")
            if not counter.get("fields"):
                self.wrong(counter, f"{what}: serves no field; name at least one in fields")
            for key in ("fields", "overflow"):
                for prefix in counter.get(key) or []:
                    if prefix not in prefixes:
                        self.wrong(
                            counter, f"{what}: {key} names {prefix!r}, which is not in fields"
                        )
            if counter.get("mode", "normal") not in ("normal", "priority_only", "reserve"):
                self.wrong(
                    counter,
                    f"{what}: mode {counter.get('mode')!r}; use normal, priority_only or reserve",
                )

    def _hours(self, hours, prefixes):
        for kind in ("service", "tickets"):
            if not isinstance(hours.get(kind), dict):
                self.wrong(hours, f"hours: {kind} is missing; write it as in centres/ward.yaml")
                continue
            for day, spans in hours[kind].items():
                if isinstance(spans, list):
                    self._spans(hours[kind], f"hours: {kind} {day}", spans)
        for prefix in hours.get("saturday_fields") or []:
            if prefix not in prefixes:
                self.wrong(
                    hours, f"hours: saturday_fields names {prefix!r}, which is not in fields"
                )

    def _spans(self, row, what, spans):
        end = ""
        for span in spans:
            if not isinstance(span, str) or not SPAN.match(span) or span[:5] >= span[6:]:
                self.wrong(row, f'{what}: {span!r}; write a window as "07:30-11:30"')
            elif span[:5] < end:
                self.wrong(row, f"{what}: {span} overlaps the window before it; part or join them")
            else:
                end = span[6:]

    def _priority(self, priority):
        classes = priority.get("classes")
        if not isinstance(classes, list):
            self.wrong(priority, "priority: classes is missing; write an empty list [] for none")
            return
        self.distinct(classes, "code", "priority class")
        for grade in classes:
            self.name(grade, f"priority class {grade.get('code')}")
            self.number(grade, "credit_minutes", f"priority class {grade.get('code')}")
        self.number(priority, "max_wait_guard_minutes", "priority", 1, needed=False)

    def _policy(self, policy):
        for key in ("overflow_after_minutes", "arrive_grace_seconds", "calls_before_no_show"):
            self.number(policy, key, "call_policy", 0, needed=False)


def _plain(value):
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _holidays(path, name):
    """The dates in the holidays file beside the centre's; the file may be absent (then there are
    none).
    """
    file = path.parent / name if name else None
    if file is None or not file.exists():
        return []
    dates = []
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise CentreFileError([f"{file}: is not UTF-8; save it as UTF-8"]) from None
    except OSError as error:
        raise CentreFileError(
            [f"{file}: cannot be read ({error.strerror}); check the name in hours: holidays_file"]
        ) from None
    for number, row in enumerate(csv.reader(lines), 1):
        if not row or row[0].startswith("#") or row[0] == "date":
            continue
        if not _is_date(row[0].strip()):
            raise CentreFileError([f"{file}:{number}: {row[0]!r} is not a date; write 2026-09-02"])
        dates.append(row[0].strip())
    return dates


def _is_date(text):
    """Whether it is a day of the calendar written as 2026-09-02."""
    try:
        return len(text) == 10 and date.fromisoformat(text) is not None
    except ValueError:
        return False
