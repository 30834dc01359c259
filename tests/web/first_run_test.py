"""A hub on an empty folder, set up with the browser alone: the code at the machine, a centre, an
administrator with a second factor, a clerk, a kiosk and a board, a test slip that is called; then
everything is shut.
"""

import io
import stat
import time
from contextlib import ExitStack

import pyotp
import pyrage
import pytest
import requests
from playwright.sync_api import expect

from server.accounts.first_run import CODE_FILE, CODE_MS
from server.centre.samples import SAMPLES
from server.store import archive
from server.store.backup_copies import seal
from server.store.engine import open_store
from tests.support.hub import Hub, answers
from tests.support.hub_in_process import hub_in_process
from tests.support.programs import free_port

HEADER = {"X-First-Run": "1"}
PASSWORD = "mot cau de nho ma dai"


class NewHub:
    """A hub in this process on an empty folder, its code, and a browser."""

    def __init__(self, app, folder):
        self.app, self.folder = app, folder
        self.luot = self.app.extensions["luot"]
        self.client = self.app.test_client()

    @property
    def code(self):
        return (self.folder / CODE_FILE).read_text().strip()

    def ask(self, path, headers=HEADER, client=None, **body):
        answer = (client or self.client).post(
            f"/api/v1/first-run/{path}", json=body, headers=headers
        )
        return answer.status_code, answer.get_json()


@pytest.fixture
def start_here(tmp_path):
    """start_here(): one more hub in this process, on the test's folder."""
    with ExitStack() as running:
        yield lambda: NewHub(
            running.enter_context(hub_in_process(tmp_path, hours="always")), tmp_path
        )


@pytest.fixture
def new_hub(start_here):
    return start_here()


def test_the_code_lies_in_a_file_for_the_hubs_own_user_and_is_good_once(new_hub):
    file = new_hub.folder / CODE_FILE
    code = new_hub.code
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and len(code.replace(" ", "")) == 8
    assert new_hub.client.get("/").headers["Location"] == "/first-run"
    assert new_hub.ask("begin", code="WRONGONE")[0] == 403
    assert new_hub.ask("begin", headers={}, code=code)[0] == 403, "another site's page"
    assert new_hub.ask("begin", code=code.lower().replace(" ", "-"))[0] == 200
    assert not file.exists()
    stranger = new_hub.app.test_client()
    assert new_hub.ask("begin", client=stranger, code=code)[0] == 403
    assert new_hub.ask("centre", client=stranger, template="ward")[0] == 403
    assert stranger.get("/api/v1/first-run").get_json() == {"ok": True, "begun": False}


def test_a_code_expires_and_guesses_are_slowed(new_hub, start_here, monkeypatch):
    code, clock = new_hub.code, new_hub.luot.context.clock
    for guess in range(5):
        assert new_hub.ask("begin", code=f"GUESS{guess}AB")[0] == 403
    assert new_hub.ask("begin", code=code)[0] == 429, "also the right one, for a while"
    monkeypatch.setattr(new_hub.luot.context, "clock", lambda: clock() + CODE_MS + 1)
    late = start_here()
    assert late.code == code, "one that is good is kept by a hub that starts again"
    monkeypatch.setattr(late.luot.first_run, "_clock", lambda: clock() + CODE_MS + 1)
    assert late.ask("begin", code=code)[0] == 403
    late.luot.first_run.offer_to_new()
    assert late.code != code and late.ask("begin", code=late.code)[0] == 200


def test_every_sample_can_begin_a_centre(new_hub):
    from server.centre.samples import new_centre

    for name in SAMPLES:
        made = new_centre(
            {"template": name, "lang": "en", "name": {"vi": "Phường Một"}, "code": "phuong-1"}, b""
        )
        assert made["refusals"] == []
        site = made["document"]["site"]
        assert (site["code"], site["name"]["vi"]) == ("phuong-1", "Phường Một")
        assert set(site["name"].values()) == {"Phường Một"}
    assert new_centre({"template": None, "lang": "en"}, b"site: [")["refusals"]


def test_once_it_has_ended_everything_is_shut(new_hub, start_here):
    assert new_hub.ask("begin", code=new_hub.code)[0] == 200
    status, answer = new_hub.ask(
        "centre", template="ward", name={"vi": "Phường Một"}, code="phuong-1"
    )
    assert (status, answer) == (200, {"ok": True, "code": "phuong-1"})
    assert new_hub.ask("centre", template="ward")[0] == 409
    person = {"name": "bao", "full_name": "Trần Quốc Bảo"}
    assert new_hub.ask("admin", **person, password="bao12345")[0] == 422, "a weak password"
    status, answer = new_hub.ask("admin", **person, password=PASSWORD)
    assert status == 200, answer
    assert new_hub.ask("admin", **{**person, "name": "hai"}, password=PASSWORD)[0] == 409
    assert new_hub.luot.first_run.offer() is None, "no code opens a hub that has an administrator"
    assert new_hub.ask("end")[0] == 403, "a forged request"
    assert new_hub.ask("end", headers={**HEADER, "X-CSRF-Token": answer["csrf"]})[0] == 200
    assert new_hub.client.get("/first-run").status_code == 302
    assert new_hub.client.get("/api/v1/first-run").status_code == 403
    for path in ("begin", "centre", "admin", "restore", "end"):
        headers = {**HEADER, "X-CSRF-Token": answer["csrf"]}
        assert new_hub.ask(path, headers=headers, code="ABCDEFGH")[0] == 403, path
    again = start_here()
    assert not (new_hub.folder / CODE_FILE).exists() and not again.luot.first_run.is_open()


@pytest.fixture
def empty_hub(tmp_path):
    """A hub process on an empty folder."""
    port = free_port()
    hub = Hub(tmp_path / "hub", {"centre": "phuong-1", "tokens": {}, "staff": []}, port=port)
    (tmp_path / "hub").mkdir()
    yield hub.start()
    hub.remove()


@pytest.mark.slow
def test_a_ward_is_set_up_with_the_browser_alone(empty_hub, start_kiosk, browser, tmp_path):
    hub, base = empty_hub, empty_hub.url
    page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN").new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(base)
    page.locator("input[name=code]").fill((hub.folder / CODE_FILE).read_text().strip())
    page.locator(".go").click()

    expect(page.locator("input[name=template]")).to_have_count(5, timeout=30_000)
    page.locator("input[name=template]").first.check()
    name = "Trung tâm Phục vụ hành chính công phường Một"
    page.get_by_label("Tên trung tâm · Tiếng Việt").fill(name)
    expect(page.get_by_label("Tên trong địa chỉ")).to_have_value("phuong-mot")
    page.locator(".go").click()

    page.locator("input[name=full_name]").fill("Trần Quốc Bảo")
    page.locator("input[name=name]").fill("bao")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator(".go").click()
    secret = page.locator(".secret").inner_text(timeout=20_000).strip()
    page.locator("input[name=code]").fill(pyotp.TOTP(secret).now())
    page.locator(".go").click()
    expect(page.locator(".codes li")).to_have_count(10, timeout=20_000)
    page.locator(".go").click()

    page.locator("input[name=full_name]").fill("Lê Thị Lan")
    page.locator("input[name=name]").fill("lan")
    page.get_by_text("Thêm người này").click()
    expect(page.locator(".rows .code")).to_be_visible(timeout=20_000)
    page.reload()  # left, and taken up
    expect(page.locator(".rows")).to_contain_text("Lê Thị Lan", timeout=20_000)
    expect(page.locator(".rows")).to_contain_text("lan, đã thêm")
    page.locator(".go").click(timeout=20_000)

    hub.tokens["kiosk"], hub.prepared["kiosk"] = "", "not-known"
    kiosk = start_kiosk(hub, linked=False, TOKEN="")
    kiosk.wait_until(
        lambda: answers(f"{kiosk.url}/api/status", lambda s: len(s.get("code", "")) == 6), "a code"
    )
    board = browser.new_context().new_page()
    board.goto(f"{base}/pair")
    expect(board.locator(".pair-part").first).to_be_visible(timeout=20_000)
    kiosk_code = requests.get(f"{kiosk.url}/api/pairing", timeout=10).json()["code"]
    page.locator(".machine input").first.fill(kiosk_code)
    page.locator(".machine .btn").first.click()
    expect(page.locator(".machine").first).to_contain_text("đang chạy", timeout=30_000)
    page.locator(".machine input").fill(board.locator(".pair-code").inner_text())
    page.locator(".machine .btn").click()
    expect(page.locator(".machine").nth(1)).to_contain_text("đang chạy", timeout=30_000)
    page.locator(".go").click()

    page.get_by_text("In phiếu thử", exact=True).click()
    call = page.get_by_role("button", name="Gọi số A")
    number = call.inner_text(timeout=30_000).split()[-1]
    kiosk.wait_until(
        lambda: answers(f"{kiosk.url}/api/status", lambda s: s["slips"].get("printed", 0) >= 1),
        "the test slip on paper",
    )
    call.click()
    expect(board.locator("body")).to_contain_text(number, timeout=20_000)
    page.locator(".go").click()
    expect(page.get_by_text("Sảnh chạy được rồi")).to_be_visible(timeout=20_000)
    assert requests.get(f"{base}/api/v1/first-run", timeout=10).status_code == 403
    assert errors == []


@pytest.mark.slow
def test_a_backup_is_restored_before_there_is_any_account(
    empty_hub, prepared_centres, tmp_path, start_kiosk
):
    source = tmp_path / "source"
    prepared = prepared_centres.copy_of("ward", source)
    store = open_store(source)
    archive.backup(store, source, tmp_path / "backup.tar", int(time.time() * 1000))
    store.close()
    content = (tmp_path / "backup.tar").read_bytes()
    http = requests.Session()
    http.headers.update(HEADER)
    api = f"{empty_hub.url}/api/v1/first-run"
    code = (empty_hub.folder / CODE_FILE).read_text().strip()
    assert http.post(f"{api}/begin", json={"code": code}, timeout=10).ok
    cut = http.post(f"{api}/restore", data=io.BytesIO(content[: len(content) // 2]), timeout=60)
    assert cut.status_code == 422 and "backup" in cut.text
    key = pyrage.x25519.Identity.generate()
    plain, sealed = tmp_path / "backup.tar", tmp_path / "backup.tar.age"
    seal(plain, str(key.to_public()), sealed)
    other = str(pyrage.x25519.Identity.generate())

    def send(**headers):
        body = io.BytesIO(sealed.read_bytes())
        return http.post(f"{api}/restore", data=body, headers=headers, timeout=60)

    assert (send().status_code, "AGE-SECRET-KEY-1" in send().text) == (422, True)
    assert send(**{"X-Backup-Key": other}).status_code == 422
    assert not list(empty_hub.folder.glob("first-run-backup*")), "nothing is left of a refused one"
    assert send(**{"X-Backup-Key": f"{other} {key}"}).ok
    assert str(key) not in "".join(
        file.read_text("utf-8", "replace") for file in empty_hub.folder.rglob("*") if file.is_file()
    )
    deadline = time.monotonic() + 30
    while empty_hub.program.process.poll() is None:
        assert time.monotonic() < deadline, "the hub ends, so that it starts with the backup"
        time.sleep(0.05)
    empty_hub.start()  # as `luot up` or systemd does
    person = next(p for p in prepared["staff"] if p["role"] == "admin")
    answer = requests.post(
        f"{empty_hub.url}/api/v1/login",
        json={"name": person["name"], "password": person["password"]},
        timeout=20,
    )
    assert answer.ok and answer.json()["staff"]["centre"] == prepared["centre"]
