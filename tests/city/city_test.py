"""The open data: what everybody may know of every centre, as files that are whole or as they were."""

import copy
import csv
import json
import re
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from server.city import run
from server.city.run import City
from server.city.usual_day import UsualDay, _mixed, _ranges, quarters_of, usual_day
from server.reports.open_figures import keep_month, month_file
from server.store.engine import StorageError
from tests.support.centres import profile_of, put_in_force

ROOT = Path(__file__).parents[2]


def city_of(hall, tmp_path):
    """The process's own object over a hall; its files lie in public."""
    return City(hall.context, tmp_path, tmp_path / "public")


def read(tmp_path, name):
    """One file of the open data."""
    return json.loads((tmp_path / "public" / "open" / name).read_text("utf-8"))


def field_of(content, prefix="A"):
    """The row of a field of the only centre."""
    [centre] = content["centres"]
    return next(row for row in centre["fields"] if row["field"] == prefix)


def test_a_newcomer_reads_what_the_kiosk_would_print(make_hall, tmp_path):
    hall = make_hall()
    city = city_of(hall, tmp_path)
    hall.clerk("lan", 2)
    hall.citizens(4)
    city.round()
    row = field_of(read(tmp_path, "status.json"))
    printed = hall.kiosk.issue(field="A")["slip"]["estimate"]
    assert row["open"] and row["waiting"] == 4 and row["counters"] == 1
    assert row["range"] == printed
    # nobody serves the other fields: no range, and why
    other = field_of(read(tmp_path, "status.json"), "B")
    assert other["range"] is None and other["why"] == "no_counter"


def test_a_closed_field_says_when_it_opens(make_hall, tmp_path):
    hall = make_hall()
    hall.clock.set("2026-11-23", "18:00")
    city_of(hall, tmp_path).round()
    row = field_of(read(tmp_path, "status.json"))
    assert not row["open"] and row["range"] is None
    assert row["opens_at"] == "2026-11-24T00:00:00Z"  # 07:00 there


def test_the_files_are_led_to_from_one(make_hall, tmp_path):
    hall = make_hall()
    city_of(hall, tmp_path).round()
    feeds = {feed["name"]: feed["url"] for feed in read(tmp_path, "luot.json")["feeds"]}
    for url in feeds.values():
        assert (tmp_path / "public" / "open" / url).exists(), url
    for name in ("luot.json", "centres.json", "procedures.json", "status.json", "forecast.json"):
        content = read(tmp_path, name)
        assert content["version"] == "1.0" and content["ttl"] > 0
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", content["last_updated"])


def test_each_procedure_is_there_once_and_found_from_its_centre(make_hall, tmp_path):
    hall = make_hall()
    city_of(hall, tmp_path).round()
    places = read(tmp_path, "centres.json")
    ids = [row["id"] for row in read(tmp_path, "procedures.json")["procedures"]]
    [centre] = places["centres"]
    offered = {id_ for rows in places["offers"][centre["offer"]].values() for id_ in rows}
    assert len(ids) == len(set(ids)) and offered == set(ids)
    shown = [s for s in hall.context.centre(centre["code"]).services.values() if not s.hidden]
    assert {service.official or service.code for service in shown} == offered


def test_a_centre_that_is_not_listed_is_in_none(make_hall, thu_duc_profile, tmp_path):
    hall = make_hall()
    city = city_of(hall, tmp_path)
    city.round()
    profile = copy.deepcopy(thu_duc_profile)
    profile["site"]["listed"] = False
    assert put_in_force(hall.store, hall.clock(), profile, "load-unlisted", "thu-duc")["ok"]
    city.round()
    for name in ("centres.json", "status.json"):
        assert read(tmp_path, name)["centres"] == []
    assert "Thủ Đức" not in (tmp_path / "public" / "city" / "index.html").read_text("utf-8")


def test_what_is_read_when_the_database_is_away_is_what_was(make_hall, tmp_path, monkeypatch):
    hall = make_hall()
    city = city_of(hall, tmp_path)
    city.round()
    before = read(tmp_path, "status.json")

    def away():
        raise StorageError("the database does not answer")

    monkeypatch.setattr(hall.store, "read", away)
    with pytest.raises(StorageError):
        city.round()
    assert read(tmp_path, "status.json") == before


def test_a_centre_that_cannot_be_looked_at_grows_old_and_keeps_no_other_back(
    make_hall, tmp_path, monkeypatch, caplog
):
    hall = make_hall()
    ward = profile_of("ward")
    assert put_in_force(hall.store, hall.clock(), ward, "load-ward", "ward-sample")["ok"]
    city = city_of(hall, tmp_path)
    city.round()
    before = {row["code"]: row["as_of"] for row in read(tmp_path, "status.json")["centres"]}
    assert set(before) == {"thu-duc", "ward-sample"}
    whole = run.status_of

    def fails(context, code):
        if code == "thu-duc":
            raise KeyError("zone")
        return whole(context, code)

    monkeypatch.setattr(run, "status_of", fails)
    monkeypatch.setattr(run, "AGAIN_AFTER_S", 0)
    hall.clock.pass_(5)
    city.round()
    after = {row["code"]: row["as_of"] for row in read(tmp_path, "status.json")["centres"]}
    assert after["thu-duc"] == before["thu-duc"]
    assert after["ward-sample"] > before["ward-sample"]
    assert "thu-duc: left out" in caplog.text


def test_eight_in_ten_waits_lie_in_what_a_quarter_hour_is_told_with():
    waits = [(8 * 60 + n % 45, float(n)) for n in range(100)]
    ranges = _ranges(waits)
    assert ranges[8 * 60 + 15] == (10, 90)
    assert all(low % 5 == 0 and high % 5 == 0 for low, high in ranges.values())
    assert not _ranges(waits[:9]), "nine tell nothing"


def test_near_to_now_counts_what_is_told_now():
    assert _mixed((40, 60), (0, 10), 0) == (0, 10)
    assert _mixed((40, 60), (0, 10), 30) == (20, 35)
    assert _mixed((40, 60), (0, 10), 135) == (40, 60)
    assert _mixed((40, 60), (0, 10), -15) == (40, 60), "what is past is as it usually was"
    assert _mixed(None, (0, 10), 30) == (0, 10) and _mixed(None, (0, 10), 45) is None


def test_the_same_weekday_of_the_weeks_before_is_read(make_hall, tmp_path):
    hall = make_hall()
    hall.clock.set("2026-11-16", "08:00")
    clerk = hall.clerk("lan", 2)
    for _ in range(20):
        hall.citizen("A")
        hall.clock.pass_(3)
        assert clerk.call_next()["ok"]
        clerk.start()
        clerk.finish(outcome="received")
    hall.clock.set("2026-11-23", "07:30")
    centre = hall.context.centre("thu-duc")
    usual = usual_day(hall.store, centre, hall.clock())
    assert usual.date == "2026-11-23" and usual.by_field["A"][8 * 60 + 30] == (0, 5)
    part = quarters_of(centre, usual, {}, hall.clock())
    [field] = part["fields"]
    assert ["08:30", 0, 5] in field["quarters"]
    hall.clock.set("2026-11-24", "07:30")
    assert usual_day(hall.store, centre, hall.clock()).by_field == {}, "a Tuesday is no Monday"


def test_only_opening_hours_are_told(make_hall):
    hall = make_hall()
    centre = hall.context.centre("thu-duc")
    usual = UsualDay("2026-11-23", {"A": dict.fromkeys(range(0, 1440, 15), (0, 5))})
    [field] = quarters_of(centre, usual, {}, hall.clock())["fields"]
    begins = [begin for begin, *_ in field["quarters"]]
    assert begins[0] == "07:30" and "11:30" not in begins and begins[-1] == "16:45"


def test_a_month_is_a_row_per_field_that_has_enough(make_hall, tmp_path):
    hall = make_hall()
    centre = hall.context.centre("thu-duc")
    row = {
        "field": "A",
        "name": {"vi": "Chứng thực"},
        "waits": 240,
        "within_15_pct": 87.5,
        "half_min": 9,
        "most_min": 21,
        "at_least": False,
    }
    kept = {"month": "2026-10", "made_at": hall.clock(), "fields": [row], "hidden": 2}
    keep_month(month_file(tmp_path, centre, hall.clock()), kept)
    city = city_of(hall, tmp_path)
    city.round()
    folder = tmp_path / "public" / "open" / "history"
    text = (folder / "2026-10.csv").read_text("utf-8")
    [written] = csv.DictReader(text.splitlines())
    assert written["centre"] == "thu-duc" and written["waits"] == "240"
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    [resource] = package["resources"]
    assert resource["path"] == "2026-10.csv"
    assert [column["name"] for column in resource["schema"]["fields"]] == list(written)


@pytest.mark.slow
def test_a_reader_written_from_the_docs_alone_works(make_hall, tmp_path):
    """The files by any web server, no hub running."""
    hall = make_hall()
    hall.clerk("lan", 2)
    hall.citizens(3)
    city_of(hall, tmp_path).round()
    page = (ROOT / "docs" / "city.md").read_text("utf-8")
    [program] = re.findall(r"```python\n(.*?)```", page, re.S)
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "public"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        done = subprocess.run(
            [sys.executable, "-c", program, f"http://127.0.0.1:{server.server_port}"],
            capture_output=True,
            text=True,
            check=True,
        )
        server.shutdown()
    assert re.search(r"Thủ Đức A \d+ \d+", done.stdout), done.stdout
