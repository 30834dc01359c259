"""A centre's file: every mistake with its line and its mend."""

import base64
import io
import re
from pathlib import Path

import pytest
from PIL import Image

from server.centre import centre_of, to_store
from server.centre.changes import changes
from server.centre.yaml_file import CentreFileError, read_centre, read_text, written
from tests.support.centres import CENTRES, document_of

THU_DUC = (Path(__file__).resolve().parents[2] / "centres" / "thu_duc.yaml").read_text("utf-8")
FIELD_A, COUNTER_5 = (
    '{prefix: "A", kind: intake, zone: K1, share: 0.34, minutes: 6, cap: 300,',
    "{number: 5, zone: K1, fields: [A], overflow: [B], mode: normal,",
)


def read(tmp_path, text):
    file = tmp_path / "hall.yaml"
    file.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return read_centre(file)


def mistakes(tmp_path, text):
    with pytest.raises(CentreFileError) as refused:
        read(tmp_path, text)
    return refused.value.mistakes


MISTAKES = [
    ("code: thu-duc", "code: Thủ Đức", "site: code is 'Thủ Đức'; use small letters"),
    ("timezone: Asia/Ho_Chi_Minh", "timezone: Asia/Thu_Duc", "in Việt Nam it is Asia/Ho_Chi_Minh"),
    ('reset_time: "00:30"', "reset_time: 24:30", "reset_time is .*; write it as"),
    (
        'name: {vi: "Hướng dẫn – lấy số", en: "Guidance and tickets"}',
        'name: {vi: "Hướng dẫn – lấy số"}',
        "zone HD: name needs {vi: …, en: …}",
    ),
    ("{id: K2, floor: 1", "{id: K1, floor: 1", "zone K1: id 'K1' stands twice; give each its own"),
    (
        '{prefix: "B", kind',
        '{prefix: "A", kind',
        "field A: prefix 'A' stands twice; give each its own",
    ),
    ('{prefix: "B", kind', '{prefix: "b", kind', "the prefix is one or two capital letters"),
    (
        '{prefix: "V", kind',
        '{prefix: "AB", kind',
        "field A: 'A' is the beginning of AB, so numbers could be mixed up; choose another letter",
    ),
    (FIELD_A, FIELD_A.replace("K1", "K9"), "field A: zone names 'K9', which is not in zones"),
    (
        FIELD_A,
        FIELD_A.replace("minutes: 6", "minutes: soon"),
        "field A: minutes is 'soon'; write a number",
    ),
    (FIELD_A, FIELD_A.replace("minutes: 6", "minutes: 0"), "field A: minutes is 0; write a number"),
    (FIELD_A, FIELD_A.replace("cap: 300", "cap: 0"), "field A: cap is 0; write a number from 1 up"),
    (
        "{code: copy, field: A",
        "{code: copy, field: Z",
        "service copy: field names 'Z', which is not in fields",
    ),
    (
        "{code: copy, field: A",
        "{code: contract, field: A",
        "service contract: code 'contract' stands twice",
    ),
    (
        COUNTER_5,
        COUNTER_5.replace("number: 5", "number: 4"),
        "counter 4: number '4' stands twice; give each its own",
    ),
    (
        COUNTER_5,
        COUNTER_5.replace("number: 5", "number: 5/2"),
        "counter 5/2: number is .*; a counter is called by a number from 1 up or a short name .* such as 3A",
    ),
    (
        COUNTER_5,
        COUNTER_5.replace("number: 5", "number: 0"),
        "counter 0: number is '0'; a counter is called by",
    ),
    (
        COUNTER_5,
        COUNTER_5.replace("number: 5", "number: HD1"),
        "guidance desk HD1: id 'HD1' stands twice; give each its own",
    ),
    (
        'tickets: {mon_fri: ["07:00-11:00"',
        'tickets: {mon_fri: ["23:00-24:30"',
        "hours: tickets: mon_fri is '23:00-24:30'",
    ),
    (
        COUNTER_5,
        COUNTER_5.replace("zone: K1", "zone: K8"),
        "counter 5: zone names 'K8', which is not in zones",
    ),
    (
        COUNTER_5,
        COUNTER_5.replace("[A]", "[]"),
        "counter 5: fields is empty; name at least one field",
    ),
    (
        COUNTER_5,
        COUNTER_5.replace("[B]", "[Z]"),
        "counter 5: overflow names 'Z', which is not in fields",
    ),
    (
        COUNTER_5,
        COUNTER_5.replace("normal", "fast"),
        "counter 5: mode is 'fast'; use one of normal, priority_only, reserve",
    ),
    (
        'tickets: {mon_fri: ["07:00-11:00"',
        'tickets: {mon_fri: ["7:00-11:00"',
        "hours: tickets: mon_fri is '7:00-11:00'; write a window as",
    ),
    (
        'tickets: {mon_fri: ["07:00-11:00"',
        'tickets: {mon_fri: ["11:00-07:00"',
        "hours: tickets: mon_fri is '11:00-07:00'",
    ),
    (
        'tickets: {mon_fri: ["07:00-11:00"',
        'tickets: {mon_fri: ["07:00-13:30"',
        "overlaps the window before it; part or join them",
    ),
    (
        "saturday_fields: [A, B",
        "saturday_fields: [Z, B",
        "saturday_fields names 'Z', which is not in fields",
    ),
    (
        "{code: NKT, credit_minutes: 20",
        "{code: NKT, credit_minutes: -5",
        "priority class NKT: credit_minutes is -5",
    ),
    ("max_wait_guard_minutes: 25", "max_wait_guard_minutes: 0", "max_wait_guard_minutes is 0"),
    (
        "overflow_after_minutes: 15",
        "overflow_after_minutes: later",
        "call_policy: overflow_after_minutes is 'later'",
    ),
    (
        "service: land-cert}",
        "service: land-deed}",
        "wizard: service names 'land-deed', which is not in services",
    ),
    (
        'en: "Birth, marriage, death"}\n      ask: {vi: "Việc gì trong gia đình?", en:',
        'en: "Birth, marriage, death"}\n      ask: {en:',
        "wizard: ask needs {vi: …, en: …}",
    ),
    (
        'en: "VNeID, filing online"}, field: U}',
        'en: "VNeID, filing online"}}',
        "wizard: an answer leads to nothing; give it one of",
    ),
    (
        'words: ["sao y", "công chứng", "bản sao", "chứng thực giấy tờ", "photo"]',
        "words: sao y",
        "service copy: words is 'sao y'; write a list",
    ),
    (
        "sla_minutes: {warn: 10, target: 15",
        "sla_minutes: {warn: 20, target: 15",
        "warn, target and critical must rise in this order",
    ),
    (
        'reset_time: "00:30"',
        'reset_time: "08:15"',
        "site: reset_time is '08:15'; .* the day before; choose a time at night, from 00:00",
    ),
    (
        'ticket_format: "{prefix}{n:03d}"',
        'ticket_format: "{n}"',
        "ticket_format is .*; write .*prefix.*n:03d",
    ),
    (
        "service: {mon_fri:",
        "service: {mondays: [], mon_fri:",
        "hours: service: mondays is no rule known here; use mon_fri, mon",
    ),
    (
        "finish_the_line: true",
        "finish_the_line: perhaps",
        "finish_the_line is 'perhaps'; write true or false",
    ),
    (
        "finish_the_line: true",
        "finish_teh_line: true",
        "finish_teh_line is no rule known here; use service, tickets, saturday_fields, finish_the_line",
    ),
    (
        'sat: ["07:15-11:00"], sun: []}',
        'sat: ["07:15-11:00"], sun: ["08:00-10:00"]}',
        "tickets are given on sun, but service has no window then",
    ),
    (COUNTER_5, COUNTER_5.replace("[B]", "[A]"), "counter 5: 'A' stands in fields and in overflow"),
    (COUNTER_5, COUNTER_5.replace("[A]", "[A, A]"), "counter 5: fields names 'A' twice"),
    (
        COUNTER_5,
        COUNTER_5.replace("mode:", "modes: x, mode:"),
        "counter 5: modes is no rule known here",
    ),
    (
        '{prefix: "X", kind',
        '{prefix: "Y", kind',
        "field Y: no ordinary counter serves it, so people would wait for ever",
    ),
    (
        FIELD_A,
        FIELD_A.replace("cap: 300,", "cap: 300, outcome: needed,"),
        "field A: outcome is 'needed'; use one of required, optional",
    ),
    ("{id: KQ, floor", "{id: V, floor", "field V: a zone has the same name"),
    (
        "age_from: 60, age_to: 74",
        "age_from: 75, age_to: 74",
        "priority class NCT60: age_from 75 is above age_to 74",
    ),
    (
        "arrive_grace_seconds: 45",
        "arrive_grace_seconds: -1",
        "arrive_grace_seconds is -1; write a number from 0 up",
    ),
    (
        "auto_recall_seconds: null",
        "auto_recall_seconds: 1",
        "auto_recall_seconds is 1; write a number from 5 up",
    ),
    ("auto_no_show: false", "auto_no_show: maybe", "auto_no_show is 'maybe'; write true or false"),
    ("bulk_from: 5", "bulk_from: many", "bulk_from is 'many'; write a number from 2 up"),
    (
        "rejoin_after_tickets: 3",
        "rejoin_after: 3",
        "after_no_show: rejoin_after is no rule known here",
    ),
    (
        "rejoin_within_minutes: 30",
        "rejoin_within_minutes: -30",
        "rejoin_within_minutes is -30; write a number from 0 up",
    ),
    (
        "tickets_per_person_per_day: 4",
        "tickets_per_person_per_day: -4",
        "limits: tickets_per_person_per_day is -4",
    ),
    (
        "{code: supplement, name",
        "{code: received, name",
        "clerk_codes: outcomes: code 'received' stands twice",
    ),
    (
        '{code: fee, name: {vi: "Đi nộp phí, lệ phí", en: "Paying a fee"}}',
        '{code: fee, name: {vi: "Đi nộp phí, lệ phí"}}',
        "clerk_codes: park_reasons fee: name needs",
    ),
    (
        "  jump_reasons:\n",
        "  jumping_reasons:\n",
        "clerk_codes: jumping_reasons is no rule known here",
    ),
    # what is no number, no list, no text or no row at all
    ("bulk_from: 5", "bulk_from: 5.5", "bulk_from is 5.5; write a whole number"),
    (
        FIELD_A,
        FIELD_A.replace("cap: 300", "cap: 10000000000"),
        "field A: cap is 10000000000; write a number of at most 100000",
    ),
    (
        FIELD_A,
        FIELD_A.replace("minutes: 6", "minutes: .nan"),
        "field A: minutes is nan; write a number from 0.1 up",
    ),
    ("{id: kiosk-2, zone: HD}", "{zone: HD}", "kiosk (2): id is missing"),
    ("locales: [vi, en]", "locales: [vn, ENG]", "site: locales: 'ENG' is no language"),
    (
        "times: 2, ticket_style",
        "times: twice, ticket_style",
        "site: voice: times is 'twice'; write a number from 1 up",
    ),
    (
        "counter_style: cardinal",
        "counter_style: roman",
        "site: voice: counter_style is 'roman'; use one of digits, cardinal",
    ),
    (COUNTER_5, COUNTER_5.replace("[A]", "A"), "counter 5: fields is 'A'; write a list"),
    (
        COUNTER_5,
        COUNTER_5.replace("number: 5", "number: 5.10"),
        "counter 5.1: number is 5.1; write a number, or a short name in quotes",
    ),
    (
        'sat: ["07:15-11:00"], sun: []}',
        "sat: 07:15-11:00, sun: []}",
        "hours: tickets: sat is '07:15-11:00'; write a list",
    ),
    (
        "saturday_fields: [A, B",
        "saturday_fields: [[A], B",
        "hours: saturday_fields is .*; write letters",
    ),
    (
        "{code: rest, name",
        "{code: off, name",
        "clerk_codes: break_reasons (1): code is False; write letters and figures, in quotes",
    ),
    (
        "    - {code: lunch, name",
        "    -\n    - {code: lunch, name",
        "clerk_codes: break_reasons (2) is None; write its keys",
    ),
    ("site:\n", "site:\n  code: twice\n", "the key 'code' stands twice; mend the YAML there"),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("right", "wrong", "expected"), MISTAKES, ids=[m[2][:40] for m in MISTAKES]
)
def test_a_mistake_is_told_with_its_line_and_its_mend(tmp_path, right, wrong, expected):
    assert THU_DUC.count(right) == 1
    sentences = mistakes(tmp_path, THU_DUC.replace(right, wrong))
    hit = [m for m in sentences if re.search(expected, m) or expected in m]
    assert hit, sentences
    line = int(re.match(rf"{re.escape(str(tmp_path / 'hall.yaml'))}:(\d+): ", hit[0])[1])
    near = THU_DUC[: THU_DUC.index(right)].count("\n") + 1
    assert abs(line - near) <= 25 and line > 1, f"line {line}, the mistake is in {near}"


@pytest.mark.parametrize(
    "section", ["site", "hours", "zones", "fields", "counters", "priority", "call_policy"]
)
def test_a_missing_section(tmp_path, section):
    assert (
        f"the section {section} is missing"
        in mistakes(tmp_path, re.sub(rf"(?m)^{section}:", f"{section}_:", THU_DUC))[0]
    )


def test_all_mistakes_are_told_at_once(tmp_path):
    sentences = mistakes(
        tmp_path,
        THU_DUC.replace("code: thu-duc", "code: X")
        .replace("{code: copy, field: A", "{code: copy, field: Z")
        .replace("[A], overflow: [B]", "[A], overflow: [Z]"),
    )
    assert len(sentences) == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "no sections"),
        ("- a\n- b\n", "no sections"),
        ("site: {a: [\n", "mend the YAML there"),
        ("site: Thủ".encode("utf-16"), "UTF-8"),
    ],
)
def test_what_is_no_centre_at_all(tmp_path, text, expected):
    sentences = mistakes(tmp_path, text)
    assert len(sentences) == 1 and expected in sentences[0] and "hall.yaml" in sentences[0]


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CentreFileError, match="cannot be read .*; check the name"):
        read_centre(tmp_path / "nowhere.yaml")


def test_holidays_beside_the_file(tmp_path):
    (tmp_path / "vn_holidays.csv").write_text(
        "date,name\n# Tết\n2027-02-05,Giao thừa\n2027-02-06,Mùng 1\n", "utf-8"
    )
    assert read(tmp_path, THU_DUC).holidays == ["2027-02-05", "2027-02-06"]
    (tmp_path / "vn_holidays.csv").write_text("date\n2/9/2026\n", "utf-8")
    assert mistakes(tmp_path, THU_DUC) == [
        f"{tmp_path / 'vn_holidays.csv'}:2: '2/9/2026' is not a date; write 2026-09-02"
    ]
    (tmp_path / "vn_holidays.csv").write_text("date\n2027-02-30\n", "utf-8")
    assert "'2027-02-30' is not a date" in mistakes(tmp_path, THU_DUC)[0]


def test_a_rule_left_empty_is_as_if_it_were_not_written(tmp_path):
    text, empty = (
        THU_DUC,
        (
            "max_wait_guard_minutes",
            "overflow_after_minutes",
            "arrive_grace_seconds",
            "calls_before_no_show",
            "kiosk_min_seconds_between_tickets",
        ),
    )
    for key in empty:
        text = re.sub(rf"{key}: \d+", f"{key}:", text)
    for section in ("after_no_show", "sla_minutes", "locales", "badge"):
        text = re.sub(rf"(?m){section}: [^#\n]*", f"{section}:  ", text)
    left_out = "\n".join(
        line
        for line in re.sub(r"(?m)^clerk_codes:.*(\n  .*)*", "clerk_codes:", text).splitlines()
        if not re.match(rf" +({'|'.join(empty)}|after_no_show|sla_minutes|locales|badge):", line)
    )
    written, left_empty = (centre_of(read(tmp_path, source)) for source in (text, left_out))
    assert written.rules == left_empty.rules and (
        written.rules.guard_minutes,
        written.rules.rejoin_after_tickets,
        written.badge,
        written.locales,
        left_empty.lists,
    ) == (25, 3, "ƯT", ("vi", "en"), {})


def test_what_a_new_file_changes_is_said_line_by_line(tmp_path):
    old = read(tmp_path, THU_DUC)
    assert changes(old.whole(), old.whole()) == []
    text = THU_DUC
    for before, after in (
        (FIELD_A, FIELD_A.replace("minutes: 6, cap: 300", "minutes: 7, cap: null")),
        (COUNTER_5, COUNTER_5.replace("[B]", "[]")),
        ("max_wait_guard_minutes: 25", "max_wait_guard_minutes: 30"),
        ('"07:00-11:00", "13:00-16:30"', '"07:00-11:00"'),
        ("{number: 24,", "{number: 25,"),
        ("auto_recall_seconds: null", "auto_recall_seconds: 60"),
        ("code: NKT, credit_minutes: 20", "code: NKT, credit_minutes: 15"),
        ("finish_the_line: true", "finish_the_line: false"),
    ):
        assert text.count(before) == 1
        text = text.replace(before, after)
    (tmp_path / "vn_holidays.csv").write_text("2027-02-06,Mùng 1\n", "utf-8")
    assert changes(old.whole(), read(tmp_path, text).whole()) == [
        "~ field A: minutes 6 → 7; cap 300 → none",
        "+ counter 25: “Quầy dự phòng giờ cao điểm”",
        "- counter 24: “Quầy dự phòng giờ cao điểm”",
        "~ counter 5: overflow B → none",
        "~ hours tickets mon_fri: 07:00-11:00, 13:00-16:30 → 07:00-11:00",
        "~ hours finish_the_line: yes → no",
        "+ holiday 2027-02-06",
        "~ priority class NKT: credit_minutes 20 → 15",
        "~ priority max_wait_guard_minutes: 25 → 30",
        "+ call_policy auto_recall_seconds: 60",
    ]


@pytest.mark.parametrize("name", ["thu_duc", "ward", "city_centre"])
def test_a_document_written_as_a_file_is_read_as_the_same(name, tmp_path):
    document = read_centre(CENTRES / f"{name}.yaml")
    (tmp_path / "out.yaml").write_text(written(document), "utf-8")
    assert to_store(read_centre(tmp_path / "out.yaml")) == to_store(document)


def test_a_logo_lies_in_the_file_that_is_written():
    profile = read_centre(CENTRES / "ward.yaml").plain()
    picture = io.BytesIO()
    Image.new("1", (64, 24), 1).save(picture, "PNG")
    logo = base64.b64encode(picture.getvalue()).decode()
    document = document_of({**profile, "slip": {"logo": logo}})
    text = written(document)
    assert f"data:image/png;base64,{logo}" in text
    assert read_text(text).slip.logo == logo
    with pytest.raises(CentreFileError, match="is not a PNG"):
        read_text(text.replace(logo, base64.b64encode(b"no picture" * 9).decode()))
