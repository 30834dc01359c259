"""The rules of the line in a centre's file: hours, priority, absence, reasons, what a finish needs.

Each mistake with its mend.
"""

ALWAYS = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", "mon_fri"}
#: The keys a section may hold. A rule spelled wrongly would be a rule that never holds.
KEYS = {
    "hours": {"service", "tickets", "saturday_fields", "finish_the_line", "holidays_file"},
    "call_policy": {
        "overflow_after_minutes",
        "arrive_grace_seconds",
        "calls_before_no_show",
        "after_no_show",
        "auto_recall_seconds",
        "auto_no_show",
        "bulk_from",
    },
    "call_policy: after_no_show": {
        "keep",
        "rejoin_within_minutes",
        "rejoin_after_tickets",
        "times",
    },
    "priority": {"classes", "max_wait_guard_minutes", "badge"},
    "counter": {"number", "id", "zone", "fields", "overflow", "mode", "bulk", "name"},
    "clerk_codes": {"outcomes", "break_reasons", "park_reasons", "jump_reasons"},
}


def check_rules(check, profile):
    """Hold the rules against their form; `check.wrong(where, text)` hears of each mistake,
    `check.number` of what is no number.
    """
    _hours(check, profile)
    _lines(check, profile)
    _policy(check, profile["call_policy"], profile.get("limits"))
    _priority(check, profile["priority"])
    _reasons(check, profile)
    _site(check, profile["site"])


def _known_keys(check, row, section, what=None):
    for key in sorted(set(map(str, row)) - KEYS[section]):
        check.wrong(
            row,
            f"{what or section}: {key} is no rule known here; use"
            f" {', '.join(sorted(KEYS[section]))}",
        )


def _truth(check, row, key, what):
    if row.get(key) is not None and not isinstance(row[key], bool):
        check.wrong(row, f"{what}: {key} is {row[key]!r}; write true or false")


def _spans(table):
    """`(day, "07:30-11:30")` of every well-formed window of a table."""
    return [
        (day, span)
        for day, spans in table.items()
        for span in (spans if isinstance(spans, list) else [])
        if isinstance(span, str) and len(span) == 11
    ]


def _hours(check, profile):
    hours = profile["hours"]
    _known_keys(check, hours, "hours")
    _truth(check, hours, "finish_the_line", "hours")
    for kind in ("service", "tickets"):
        table = hours.get(kind)
        if not isinstance(table, dict):
            continue
        for day in sorted(set(map(str, table)) - ALWAYS):
            check.wrong(
                table,
                f"hours: {kind}: {day!r} is no day; use mon_fri, mon, tue, wed, thu, fri, sat"
                " or sun",
            )
        for day, spans in table.items():
            if spans is not None and not isinstance(spans, list):
                check.wrong(table, f"hours: {kind} {day}: write a list of windows, [] for none")
        reset = str(profile["site"].get("reset_time", "00:30"))
        for day, span in _spans(table):
            if span[:5] <= reset < span[6:]:
                check.wrong(
                    profile["site"],
                    f"site: reset_time {reset} lies inside the opening hours (hours: {kind} {day}"
                    f" {span}); choose a time at night, when nobody is here",
                )
    if all(isinstance(hours.get(kind), dict) for kind in ("service", "tickets")):
        served = {day for day, _ in _spans(hours["service"])}
        for day in sorted({day for day, _ in _spans(hours["tickets"])} - served):
            if day in ("sat", "sun", "mon_fri") or "mon_fri" not in served:
                check.wrong(
                    hours,
                    f"hours: tickets are given on {day}, but service has no window then; add one or"
                    " take the tickets away",
                )


def _lines(check, profile):
    """Who serves what: every field somewhere, nothing twice; what a finish must state can be
    stated.
    """
    desks = [*profile["counters"], *(profile.get("guidance_desks") or [])]
    outcomes = (profile.get("clerk_codes") or {}).get("outcomes")
    for desk in desks:
        what = f"counter {desk.get('number', desk.get('id'))}"
        _known_keys(check, desk, "counter", what)
        _truth(check, desk, "bulk", what)
        own, overflow = desk.get("fields") or [], desk.get("overflow") or []
        for prefix in sorted(
            {p for p in own if own.count(p) > 1} | {p for p in overflow if overflow.count(p) > 1}
        ):
            check.wrong(desk, f"{what}: names {prefix} twice; once is enough")
        for prefix in sorted(set(own) & set(overflow)):
            check.wrong(
                desk,
                f"{what}: {prefix} stands in fields and in overflow; a field is either its own or"
                " one it helps",
            )
    zones = {str(zone.get("id")) for zone in profile["zones"]}
    for field in profile["fields"]:
        what = f"field {field.get('prefix')}"
        if not any(
            field.get("prefix") in (desk.get("fields") or [])
            and desk.get("mode", "normal") == "normal"
            for desk in desks
        ):
            check.wrong(
                field,
                f"{what}: no ordinary counter serves it, so people would wait for ever; name it in"
                " a counter's fields",
            )
        if str(field.get("prefix")) in zones:
            check.wrong(
                field,
                f"{what}: a zone has the same name, so “{field['prefix']}012, {field['prefix']}”"
                " confuses; rename one of them",
            )
        for key in ("outcome", "delivered"):
            if field.get(key) not in (None, "required", "optional"):
                check.wrong(field, f"{what}: {key} is {field[key]!r}; write required or optional")
        if field.get("outcome") == "required" and not outcomes:
            check.wrong(
                field, f"{what}: an outcome is required, but clerk_codes has no outcomes; add some"
            )
        if field.get("delivered") == "required" and not profile.get("services"):
            check.wrong(
                field,
                f"{what}: delivered services are required, but there are no services; add some",
            )


def _policy(check, policy, limits):
    _known_keys(check, policy, "call_policy")
    _truth(check, policy, "auto_no_show", "call_policy")
    for key, least in (("auto_recall_seconds", 5), ("bulk_from", 2), ("calls_before_no_show", 1)):
        check.number(policy, key, "call_policy", least, needed=False)
    absent = policy.get("after_no_show")
    if absent is not None and not isinstance(absent, dict):
        check.wrong(
            policy,
            "call_policy: after_no_show: write {keep: true, rejoin_within_minutes: 30,"
            " rejoin_after_tickets: 3, times: 1}",
        )
    elif absent:
        _known_keys(check, absent, "call_policy: after_no_show")
        _truth(check, absent, "keep", "call_policy: after_no_show")
        for key in ("rejoin_within_minutes", "rejoin_after_tickets", "times"):
            check.number(absent, key, "call_policy: after_no_show", 0, needed=False)
    if isinstance(limits, dict):
        for key in limits:
            if key != "person_key":
                check.number(limits, key, "limits", 0, needed=False)


def _priority(check, priority):
    _known_keys(check, priority, "priority")
    for grade in priority.get("classes") if isinstance(priority.get("classes"), list) else []:
        what = f"priority class {grade.get('code')}"
        for key in ("age_from", "age_to"):
            check.number(grade, key, what, 0, needed=False)
        ages = grade.get("age_from"), grade.get("age_to")
        if all(isinstance(age, (int, float)) for age in ages) and ages[0] > ages[1]:
            check.wrong(
                grade, f"{what}: age_from {ages[0]} is above age_to {ages[1]}; exchange them"
            )


def _reasons(check, profile):
    lists = profile.get("clerk_codes")
    if lists is None:
        return
    if not isinstance(lists, dict):
        check.wrong(
            profile,
            "clerk_codes: write outcomes, break_reasons, park_reasons and jump_reasons below it",
        )
        return
    _known_keys(check, lists, "clerk_codes")
    for name, rows in lists.items():
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            check.wrong(
                lists, f"clerk_codes: {name}: write a list of {{code: …, name: {{vi: …, en: …}}}}"
            )
            continue
        check.distinct(rows, "code", f"clerk_codes {name}")
        for row in rows:
            check.name(row, f"clerk_codes {name} {row.get('code')}")
            if len(str(row.get("code"))) > 40:
                check.wrong(row, f"clerk_codes {name}: a code is at most 40 letters")


def _voice(check, voice):
    """How calls are spoken: said in the middle of a call, so it may not fail there."""
    check.number(voice, "times", "site: voice", 1, needed=False, most=5)
    check.number(voice, "last_call", "site: voice", 2, needed=False)
    for key in ("ticket_style", "counter_style"):
        if voice.get(key) not in (None, "digits", "cardinal"):
            check.wrong(voice, f"site: voice: {key} is {voice[key]!r}; write digits or cardinal")
    wording = voice.get("wording")
    if (
        wording is not None
        and not isinstance(wording, str)
        and not (
            isinstance(wording, dict) and all(isinstance(one, str) for one in wording.values())
        )
    ):
        check.wrong(voice, "site: voice: wording: write {vi: cong_dan, en: ticket}")


def _site(check, site):
    _voice(check, site.get("voice") or {})
    for lang in site.get("locales") or ():
        if not (len(lang) == 2 and lang.isascii() and lang.islower()):
            check.wrong(
                site,
                f"site: locales: {lang!r} is no language; write two small letters, as in [vi, en]",
            )
    text = site.get("ticket_format", "{prefix}{n:03d}")
    try:
        different = (
            len({str(text).format(prefix=prefix, n=n) for prefix in "AB" for n in (1, 2)}) == 4
        )
    except (KeyError, IndexError, ValueError):
        different = False
    if not different:
        check.wrong(site, f'site: ticket_format is {text!r}; write it as "{{prefix}}{{n:03d}}"')
    sla = site.get("sla_minutes")
    if sla is not None:
        if not isinstance(sla, dict):
            check.wrong(site, "site: sla_minutes: write {warn: 10, target: 15, critical: 30}")
            return
        for key in ("warn", "target", "critical"):
            check.number(sla, key, "site: sla_minutes", 0, needed=False)
        found = [
            sla[key]
            for key in ("warn", "target", "critical")
            if isinstance(sla.get(key), (int, float))
        ]
        if found != sorted(found):
            check.wrong(sla, "site: sla_minutes: warn, target and critical must rise in this order")
