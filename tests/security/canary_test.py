"""Canary values: whatever people outside say of themselves is planted wherever the running house has
room for it, and looked for in every byte that is written, shown, sent or handed out.

It is found where it belongs, else the search would show nothing; and once its time is over, nowhere.
"""

import io
import json
import re
import sys
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pypdfium2
import pytest
import requests
from sqlalchemy import select, update

from server.acts.act import ActContext
from server.acts.audit import PARTS
from server.acts.retention import erase_due_contacts, erase_rating_words, untie_ratings
from server.clock import now_ms
from server.store import archive, tables
from server.store.engine import open_store
from server.store.outside_tables import contact
from tests.delivery.web_push_test import Phone
from tests.hub.permissions_test import paths_of, routes
from tests.support.bookings import with_bookings
from tests.support.centres import profile_of, put_in_force
from tests.support.people import press
from tests.support.programs import Program
from tests.support.twins import MailTwin, WebTwin

pytestmark = pytest.mark.slow

DAY_MS = 86_400_000
#: What is planted. The card is read at the kiosk; a person's number is what a booking is made with.
PHONE, MAIL = "0912 345 068", "canary-mail-kim@example.org"
PUSH, PERSON = "canary-push-endpoint", "079190004711"
CARD, CARD_NAME = "079185000815", "Canary Thị Thẻ"
WORDS, NOTE, NAME = "canary free words of a rating", "canary note of a clerk", "Canary Văn Đặt"
STRANGER, WRONG = "canary-wrong-name", "canary-wrong-password"
#: Somebody of the staff, who is named inside the house and nowhere else.
STAFF = "Canarynh Công Chức"
#: How fast somebody of the staff works, as the forecaster keeps it: visits and their minutes.
SPEED = ("4711.0625", "38219.8125")
OUTSIDE = (
    *(PHONE, PHONE.replace(" ", ""), MAIL, PUSH, PERSON, CARD, CARD_NAME),
    *(WORDS, NOTE, NAME, STRANGER, WRONG),
)
#: What a manager takes away, one of each way it is made (each view and form by itself:
#: tests/reports_personal_test.py).
EXPORTS = (
    *(f"reports/waits?format={form}" for form in ("json", "csv", "xlsx", "pdf")),
    *(f"reports/tickets?format={form}" for form in ("csv", "parquet")),
    *("reports/views?view=why&format=csv", "reports/promises", "reports/ratings"),
    *(f"audit?part={part}&format={form}" for part in PARTS for form in ("json", "csv")),
    *("access-log", "slots?field=A"),
)
PAGES = ("/b/{c}", "/open/{c}", "/open/{c}/waits.json", "/city/", "/board/{c}", "/sign/{c}/5")


def traces(body: bytes, names: tuple[str, ...]) -> list[str]:
    """Which canaries stand in some bytes: as they are, as JSON and as addresses of pages write
    them.
    """
    texts = (body.decode("utf-8", "ignore"), body.decode("utf-16-le", "ignore"))
    forms = {
        name: {name, json.dumps(name)[1:-1], requests.utils.quote(name), name.replace(" ", "+")}
        for name in names
    }
    return [name for name in names if any(form in text for form in forms[name] for text in texts)]


def opened(body: bytes) -> bytes:
    """The bytes of a file with what is packed in it beside them."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            return body + b"".join(book.read(name) for name in book.namelist())
    if body.startswith(b"%PDF"):
        paper = pypdfium2.PdfDocument(body)
        words = [page.get_textpage().get_text_range() for page in paper]
        paper.close()
        return body + "\n".join(words).encode()
    return body


def of_parquet(body: bytes, folder: Path) -> bytes:
    """The rows of a Parquet file, whose own bytes are compressed."""
    file = folder / "rows.parquet"
    file.write_bytes(body)
    with duckdb.connect() as db:
        return str(db.read_parquet(str(file)).fetchall()).encode()


def bytes_below(folder: Path, *but: str) -> bytes:
    """Every byte of every file of a folder, some names left out."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in but]
    return b"\0".join(path.read_bytes() for path in files)


@pytest.fixture
def house(start_hub, start_kiosk, tmp_path):
    """Hub, kiosk and delivery of a centre that takes bookings, and receivers of its notices."""
    twins = SimpleNamespace(sms=WebTwin(200), push=WebTwin(201), hook=WebTwin(200), mail=MailTwin())
    hub = start_hub(
        LUOT_DELIVERY_NETWORKS="127.0.0.0/8",
        LUOT_PUSH_SERVICES="127.0.0.1",
        LUOT_PUBLIC_URL="http://192.168.50.1:8100",
    )
    provider = {"code": "sms", "kind": "sms", "url": twins.sms.url, "body": "{address} {text}"}
    mail = {"host": "127.0.0.1", "port": twins.mail.port, "security": "none"}
    delivery = {
        "messages": [provider],
        "mail": {**mail, "sender": "luot@example.org"},
        "webhooks": [{"code": "all", "url": f"{twins.hook.url}/in", "facts": FACTS}],
    }
    store = open_store(hub.folder)
    profile = with_bookings({**profile_of("thu_duc"), "delivery": delivery})
    assert put_in_force(store, now_ms(), profile, "canary-profile")["ok"]
    with store.change() as conn:
        staff = tables.staff.c
        conn.execute(update(tables.staff).where(staff.role == "clerk").values(full_name=STAFF))
    forecasts = hub.folder / "forecast"
    forecasts.mkdir(mode=0o700, exist_ok=True)
    services = [["staff:canarynh", "A", *map(float, SPEED)]]
    learned = {"learned": {"services": services}}
    (forecasts / f"{hub.centre}.learned").write_text(json.dumps(learned), "utf-8")
    kiosk = start_kiosk(hub, ID_CARDS="on")
    outside = Program(
        [sys.executable, "-P", "-m", "server", "delivery", "--data", hub.folder],
        log=hub.folder / "delivery.log",
        env=hub.environment,
        cwd=hub.folder,
    )
    yield SimpleNamespace(hub=hub, kiosk=kiosk, twins=twins, store=store, delivery=outside)
    outside.stop()
    store.close()
    for twin in vars(twins).values():
        twin.close()


FACTS = ["issued", "called", "started", "finished", "booking_made", "claim_held"]


def until(ready, what, seconds=30):
    """What `ready()` gives, once it gives something."""
    end = time.monotonic() + seconds
    while not (value := ready()):
        assert time.monotonic() < end, what
        time.sleep(0.05)
    return value


def browser_of(hub, role):
    """A browser of somebody of the staff, logged in."""
    person = next(p for p in hub.prepared["staff"] if p["role"] == role)
    browser = requests.Session()
    browser.trust_env = False
    who = {"name": person["name"], "password": person["password"]}
    answer = browser.post(f"{hub.url}/api/v1/login", json=who, timeout=20)
    assert answer.ok, answer.text
    browser.headers["X-CSRF-Token"] = answer.json()["csrf"]
    return browser


def every_page(hub, reader):
    """{route: body} of all that the hub gives to this reader, page and file, by its own list."""
    values = {"centre": hub.centre, "counter": "2", "lang": "vi", "area_name": "plan"}
    given = {}
    for route in routes():
        for path in paths_of(route) if route.startswith("GET ") else ():
            filled = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: values.get(part[1], "1"), path)
            answer = reader.get(hub.url + filled, timeout=60)
            if answer.ok:
                given[route, path] = opened(answer.content)
    return given


def plant(house):
    """Everybody says everything: what a booking, a number kept from home, a phone that follows a
    number, a card at the kiosk, a clerk's note, a rating and wrong log-ins carry.
    """
    hub, twins = house.hub, house.twins
    clerk = browser_of(hub, "clerk")
    at = f"{hub.url}/api/v1/{hub.centre}/counters/2"

    def says(verb, **content):
        answer = clerk.post(f"{at}/{verb}", json={"request_id": press(), **content}, timeout=10)
        assert answer.ok, (verb, answer.text)
        return answer.json()

    says("open")
    public = hub.http_client()
    slots = until(lambda: public.get("/slots?field=A").get("slots"), "no times to book")
    start = next(slot["start"] for slot in slots if slot["free"])
    for kind, address in (("sms", PHONE), ("email", MAIL)):
        held = public.post("/bookings", field="A", start=start, person=PERSON + str(len(kind)))
        path = f"/bookings/{held['booking']['code']}"
        about = {"kind": kind, "address": address, "lang": "vi"}
        assert public.post(f"{path}/reach-me", **about)["ok"]
        assert public.post(f"{path}/confirm")["ok"]
        assert not public.post(f"{path}/reach-me", **{**about, "kind": "fax"})["ok"]
    assert public.post("/bookings", field="A", start=start, name=NAME)["error"] == "bad_request"
    # refused where nobody can say how long the wait is: what was said stays in no answer and no log
    public.post("/claims", field="A", person=PERSON)

    kiosk = requests.Session()
    kiosk.trust_env = False
    card = f"{CARD}|012345678|{CARD_NAME}|01011985|Nam|Số 1 Đường Canary|01012021"
    read = kiosk.post(f"{house.kiosk.url}/api/scan", json={"text": card}, timeout=10).json()
    wish = {"request_id": press(), "field": "C", "person": read["person"]}
    assert kiosk.post(f"{house.kiosk.url}/api/issue", json=wish, timeout=10).status_code == 201

    ticket = hub.citizen().takes_number("A")
    phone_page = hub.url + ticket["url"][ticket["url"].index("/t/") :]
    follows = json.dumps(Phone(f"{twins.push.url}/{PUSH}").subscription)
    follow = {"request_id": press(), "subscription": follows, "lang": "vi"}
    assert requests.post(f"{phone_page}/reach-me", json=follow, timeout=10).ok

    assert says("call_next")["ticket"]["id"] == ticket["id"]
    says("start")
    says("note", text=f"{NOTE} {NAME} {PHONE}")
    for name, password in ((STRANGER, "x"), ("admin", WRONG)):
        wrong = {"name": name, "password": password}
        requests.post(f"{hub.url}/api/v1/login", json=wrong, timeout=10)
    until(lambda: len(twins.sms.requests) >= 1 and twins.mail.letters, "no notice went out")
    until(lambda: twins.push.requests, "no push went out")
    seen_by_clerk = clerk.get(f"{hub.url}/api/v1/{hub.centre}/snapshot/counter/2", timeout=10)
    assert NOTE in seen_by_clerk.text, "the control: it stands where it belongs"
    says("finish", outcome="received")
    rated = {"request_id": press(), "score": 2, "words": WORDS}
    assert requests.post(f"{phone_page}/rate", json=rated, timeout=10).ok
    return phone_page


def names_in_addresses(hub):
    """What stands in an address stands in the log of every proxy before the hub: the names of what
    each route takes there.
    """
    document = requests.get(f"{hub.url}/api/openapi.json", timeout=20).json()
    operations = [about for path in document["paths"].values() for about in path.values()]
    return {row["name"] for about in operations for row in about.get("parameters", ())}


def test_no_byte_that_leaves_or_stays_tells_who_somebody_is(house, tmp_path):
    hub, store = house.hub, house.store
    phone_page = plant(house)
    sent = [str(house.twins.sms.requests), str(house.twins.mail.letters)]
    assert PHONE in sent[0] and MAIL in sent[1], "the control: whoever asked is told"

    assert "day" in names_in_addresses(hub)
    assert not names_in_addresses(hub) & {"address", "phone", "email", "words", "note"}
    admin = browser_of(hub, "admin")
    api = f"{hub.url}/api/v1/{hub.centre}"
    handed_out = {}
    for path in EXPORTS:
        answer = admin.get(f"{api}/{path}", timeout=60)
        assert answer.ok, (path, answer.text[:300])
        body = answer.content
        handed_out[path] = of_parquet(body, tmp_path) if "parquet" in path else opened(body)
    for role in ("board", "kiosk", "manager"):
        screen = hub.http_client(hub.tokens[role])
        handed_out[f"snapshot {role}"] = json.dumps(screen.get(f"/snapshot/{role}")).encode()
    journal = hub.http_client(hub.tokens["manager"]).get("/journal?since=0")
    handed_out["journal"] = json.dumps(journal).encode()
    for page in PAGES:
        answer = requests.get(hub.url + page.format(c=hub.centre), timeout=20)
        assert answer.status_code in (200, 404), page
        handed_out[page] = answer.content
    for page in ("", "/state.json"):
        handed_out[f"phone{page}"] = requests.get(phone_page + page, timeout=20).content
    handed_out["metrics"] = requests.get(f"{hub.url}/metrics", timeout=20).content
    handed_out["kiosk"] = requests.get(f"{house.kiosk.url}/api/status", timeout=20).content
    handed_out["webhook"] = str(house.twins.hook.requests).encode()
    city = Program(
        [sys.executable, "-P", "-m", "server", "city", "--once", "--data", hub.folder],
        log=hub.folder / "city.log",
        env=hub.environment,
        cwd=hub.folder,
    )
    assert city.process.wait(60) == 0, city.tail()
    handed_out["open data"] = bytes_below(hub.folder / "public")
    logs = [*hub.folder.glob("*.log"), *tmp_path.glob("*.log")]
    assert {"hub.log", "delivery.log", "city.log"} < {log.name for log in logs}
    for log in logs:
        handed_out[log.name] = log.read_bytes()
    with store.read() as conn:
        for table in ("journal", "access_log", "seal", "erasure", "delivery"):
            rows = conn.execute(select(tables.metadata.tables[table])).all()
            handed_out[f"table {table}"] = "\n".join(map(str, rows)).encode()

    within = {name for name in handed_out if name.startswith(("audit", "access-log", "snapshot m"))}
    named = b"".join(body for name, body in handed_out.items() if name.startswith("audit"))
    assert traces(named, (STAFF,)), "the control: staff are named to an inspector"
    for name, body in handed_out.items():
        assert traces(body, (*OUTSIDE, *SPEED)) == [], name
        if name not in within:
            assert traces(body, (STAFF,)) == [], name
    read = every_page(hub, admin)
    assert {path for _, path in read} > {"/manager/<centre>/plan", "/audit/<centre>", "/doctor"}
    for place, body in read.items():
        assert traces(body, SPEED) == [], place
    kiosk_kept = bytes_below(Path(house.kiosk.data))
    assert traces(kiosk_kept, OUTSIDE) == []

    # of all that only the words of a rating and the sealed contacts are in the database now
    assert house.delivery.stop() == 0
    assert hub.stop() == 0
    kept = bytes_below(hub.folder, "hub.log", "delivery.log", "city.log")
    assert traces(kept, OUTSIDE) == [WORDS]
    assert set(traces(kept, SPEED)) == set(SPEED), "the control: it is kept, in the one file"
    with store.read() as conn:
        sealed = tuple(conn.execute(select(contact.c.address)).scalars())
    assert len(sealed) >= 3 and set(traces(kept, sealed)) == set(sealed)

    # their time is over: the jobs of the hub's own, three months later
    backups = tmp_path / "backups"
    backups.mkdir()
    before = backups / archive.name_at(now_ms())
    archive.backup(store, hub.folder, before, now_ms())
    assert set(traces(before.read_bytes(), (WORDS, *sealed))) == {WORDS, *sealed}
    assert traces(before.read_bytes(), SPEED) == []
    later = now_ms() + 91 * DAY_MS
    context = ActContext(store, lambda: later)
    assert erase_due_contacts(context) == len(sealed)
    assert untie_ratings(context) == 1 and erase_rating_words(context) == 1
    after = backups / archive.name_at(later)
    archive.backup(store, hub.folder, after, later)
    assert archive.prune(backups, 1, after) == [before]
    assert traces(bytes_below(hub.folder), (*OUTSIDE, *sealed)) == []
    assert traces(bytes_below(backups), (*OUTSIDE, *sealed)) == []
