"""The recording studio before the real hub and a real browser with a microphone: a centre records
its announcer, publishes, the boards speak with that voice, and the old one comes back.
"""

import io
import json
import math
import re
import shutil
import time
import wave
from pathlib import Path

import pytest
import requests

from domain.grammars import GRAMMARS
from server.voice import installed_packs, sound
from tests.display.stage import until
from tests.support.browser import open_chromium
from tests.support.hub import Hub

pytestmark = [pytest.mark.slow]
AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
VI = GRAMMARS["vi"]["clips"]


def spoken(seconds=0.5, loud=0.2, before=0.2, after=0.3):
    """A voice-like WAV in a quiet room."""
    samples = [0.0004 * math.sin(i * i) for i in range(int(24000 * (before + seconds + after)))]
    for i in range(int(24000 * seconds)):
        samples[int(24000 * before) + i] += (
            loud * sum(math.sin(2 * math.pi * 150 * k * i / 24000) / k for k in range(1, 6)) / 2
        )
    return sound.wav_bytes(samples)


@pytest.fixture(scope="module")
def hub(prepared_centres, tmp_path_factory):
    """A running hub of Thủ Đức for the file."""
    folder = tmp_path_factory.mktemp("studio") / "hub"
    running = Hub(folder, prepared_centres.copy_of("thu_duc", folder), forked=True).start()
    yield running
    running.remove()


@pytest.fixture(scope="module")
def microphone(playwright, tmp_path_factory):
    """A browser whose microphone hears somebody say half a second of words every two seconds; the
    machine's own name and another one lead to this machine.
    """
    room = tmp_path_factory.mktemp("mic") / "announcer.wav"
    with wave.open(str(room), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(24000)
        file.writeframes(wave.open(io.BytesIO(spoken(0.5, 0.2, 0.1, 1.4))).readframes(60000))
    browser = open_chromium(
        playwright,
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={room}",
        "--host-resolver-rules=MAP hall.example 127.0.0.1",
    )
    yield browser
    browser.close()


class Staff:
    """Somebody signed in over HTTP."""

    def __init__(self, hub, role):
        self.hub, self.api = hub, f"{hub.url}/api/v1/{hub.centre}/voice"
        person = next(p for p in hub.prepared["staff"] if p["role"] == role)
        self.http = requests.Session()
        self.http.trust_env = False
        self.log_in = {"centre": hub.centre, "name": person["name"], "password": person["password"]}
        self.http.headers["X-CSRF-Token"] = self.http.post(
            f"{hub.url}/api/v1/login", json=self.log_in, timeout=20
        ).json()["csrf"]

    def asks(self, method, path="", **more):
        """(status, answer)."""
        answer = self.http.request(method, self.api + path, timeout=90, **more)
        return answer.status_code, answer.json()

    def records(self, key, data=None, lang="vi"):
        """(status, answer) of a recording sent."""
        return self.asks("PUT", f"/draft/{lang}/{key}", data=spoken() if data is None else data)


@pytest.fixture(scope="module")
def manager(hub):
    """A manager at a computer."""
    return Staff(hub, "manager")


@pytest.fixture
def page(hub, manager, microphone):
    """The studio, open at the manager's computer."""
    place = microphone.new_context(viewport={"width": 1366, "height": 768}, base_url=hub.url)
    faults = []
    place.request.post("/api/v1/login", data=manager.log_in)
    opened = place.new_page()
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on(
        "console",
        lambda message: (
            faults.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    opened.goto("/studio")
    until(opened, "document.querySelector('.words')")
    yield opened
    place.close()
    assert not faults


def clean(page):
    """axe finds no barrier, and nothing hangs over the side."""
    if not page.evaluate("!!window.axe"):
        page.evaluate(AXE)
    assert (
        page.evaluate(
            "axe.run({resultTypes: ['violations']}).then((r) => r.violations.map((v) => v.id + ' '"
            " + v.nodes.map((n) => n.html).join(' | ')))"
        )
        == []
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_only_managers_and_admins_enter_and_a_forged_press_does_nothing(hub, manager):
    clerk = Staff(hub, "clerk")
    assert (
        clerk.asks("GET")[0] == 403
        and clerk.records("1")[0] == 403
        and requests.get(manager.api, timeout=20).status_code == 401
    )
    assert (
        clerk.http.get(f"{hub.url}/studio/{hub.centre}", allow_redirects=False, timeout=20)
        .headers["Location"]
        .startswith("/login")
    )
    assert (
        manager.http.put(
            f"{manager.api}/draft/vi/1",
            data=spoken(),
            headers={"X-CSRF-Token": "forged"},
            timeout=20,
        ).status_code
        == 403
    )
    shown = manager.http.get(f"{hub.url}/studio/{hub.centre}", timeout=20)
    assert (
        "microphone=(self)" in shown.headers["Permissions-Policy"]
        and "microphone=()"
        in manager.http.get(f"{hub.url}/login", timeout=20).headers["Permissions-Policy"]
    )


BAD = [
    ("hello", None, 422, "name"),
    ("1", b"no sound at all", 422, "cannot be decoded"),
    ("1", b"", 422, ""),
    ("1", b"PK\x03\x04zip", 422, "zip"),
    ("1", bytes(3 << 20), 422, "2 MB"),
    ("../../1", None, (404, 405), ""),
    ("1", sound.wav_bytes([0.1] * 2000, 8000), 422, "8000 Hz"),
]


def test_a_bad_recording_is_refused_and_what_is_wrong_with_a_good_one_is_told(manager):
    for key, data, status, says in BAD:
        code, answer = manager.records(key, data)
        assert (
            code in (status if isinstance(status, tuple) else (status,))
            and answer["ok"] is False
            and says in answer["message"]
        ), (key, answer)
    assert not any(p["recorded"] for p in manager.asks("GET")[1]["languages"][0]["prompts"])
    loud = sound.wav_bytes([max(-1, min(1, 8 * s)) for s in sound.decode(spoken(0.5, 0.8))])
    hiss = [((i * 1103515245 + 12345) >> 8) % 2001 / 1000 - 1 for i in range(24000)]
    noisy = sound.wav_bytes([s + 0.06 * n for s, n in zip(sound.decode(spoken(0.5, 0.2)), hiss)])
    for data, fault in (
        (sound.wav_bytes([0.0] * 24000), "silent"),
        (loud, "clipped"),
        (spoken(3.0), "long"),
        (noisy, "noisy"),
    ):
        code, answer = manager.records("1", data)
        assert code == 200 and answer["faults"][0] == fault, (fault, answer)
        assert (answer["recorded"] is None) == (fault == "silent")
    assert manager.asks("DELETE", "/draft/vi/all")[0] == 200 and not any(
        p["recorded"] for p in manager.asks("GET")[1]["languages"][0]["prompts"]
    )


STARTS = """(() => { const start = AudioBufferSourceNode.prototype.start; window.started = [];
  AudioBufferSourceNode.prototype.start = function (when, offset, length) { if (length) { window.started.push(Math.round(length * 1000)); } return start.apply(this, arguments); }; })()"""


@pytest.mark.browser
def test_a_centre_records_publishes_and_hears_its_own_announcer(
    hub, manager, microphone, page, tmp_path
):
    board = microphone.new_context(viewport={"width": 1280, "height": 720}).new_page()
    board.add_init_script(STARTS)
    board.goto(f"{hub.url}/board/{hub.centre}?zone=K1#token={hub.tokens['board']}")
    until(board, "window.Luot && Luot.boardPage && Luot.boardPage.voice.state() === 'on'", 30000)
    clean(page)
    # a prompt by the microphone and one key, which then goes on to the next
    words = page.inner_text(".words")
    page.keyboard.press("Space")
    until(page, "document.querySelector('.card.recording')", 20000)
    until(page, "document.querySelector('.card.review')", 40000)
    until(page, "document.querySelector('.tell.ok, .tell.mend')")
    page.keyboard.press("Space")
    until(page, f"document.querySelector('.words').textContent !== {json.dumps(words)}")
    shown = manager.asks("GET")[1]["languages"][0]
    mine = {p["key"]: p["recorded"] for p in shown["prompts"] if p["recorded"]}
    assert list(mine) == [p["key"] for p in shown["prompts"] if p["needed"]][:1]
    assert all(
        abs(clip["lufs"] + 20) < 1.5 and 300 < clip["ms"] < 5000 for clip in mine.values()
    ), mine
    # again, then listen: the keys do it, and typing into a field is no command
    page.keyboard.press("ArrowUp")
    page.keyboard.press("l")
    page.fill("#speaker", "Lan r l ")
    assert page.query_selector(".card.idle")
    # publishing is refused while calls need more
    page.check("#consent")
    page.get_by_role("button", name="Công bố", exact=True).click()
    until(page, "document.querySelector('.side [role=alert]')")
    assert "Còn thiếu" in page.inner_text(".side [role=alert]")
    assert (
        manager.asks(
            "POST",
            "/publish",
            json={"request_id": "studio-gaps-0001", "lang": "vi", "speaker": "Lan", "licence": "x"},
        )[0]
        == 422
    )
    # what a call needs comes as files, one of them misnamed, one too long; the gaps that stay are
    # agreed to
    wanted = [
        key
        for key in ("moi_cong_dan_co_so", "L_A", *"0123456789", "den_quay_so")
        if key not in mine
    ]
    files = [
        {
            "name": f"{key.upper() if place % 2 else key}.wav",
            "mimeType": "audio/wav",
            "buffer": spoken(0.3 + 0.01 * (place % 20), 0.05 + 0.02 * (place % 9)),
        }
        for place, key in enumerate(wanted)
    ]
    files += [
        {"name": "xin_chao.wav", "mimeType": "audio/wav", "buffer": spoken()},
        {"name": "L_Z.wav", "mimeType": "audio/wav", "buffer": spoken(7)},
    ]
    page.set_input_files("#files", files)
    until(
        page,
        "document.querySelector('.files ul.mend') && /^Đã nhận/.test(document.querySelector('.files"
        " [role=status]').textContent)",
        180000,
    )
    mends = page.inner_text(".files ul.mend")
    assert (
        "xin_chao.wav" in mends
        and "L_Z.wav" in mends
        and "5 giây" in mends
        and f"Đã nhận {len(files) - 2} tệp." in page.inner_text(".files")
    )
    # a whole call by the boards' own player, before anybody hears it in the hall
    page.get_by_role("button", name="Nghe thử một lượt gọi").click()
    until(page, "document.getElementById('studio').dataset.tried === 'true'", 60000)
    page.fill("#speaker", "Nguyễn Thị Lan")
    page.select_option("#dialect", "south")
    page.check("#gaps")
    page.get_by_role("button", name="Công bố", exact=True).click()
    until(page, "/Đã công bố/.test(document.querySelector('.side').textContent)", 60000)
    clean(page)
    assert "Nguyễn Thị Lan" in page.inner_text(".now")
    # the hall: the board that was open all the time takes the new voice and speaks a real call with
    # it
    pack = installed_packs.find("vi", "vi", hub.folder, hub.centre)
    assert (
        pack.manifest["speaker"] == "Nguyễn Thị Lan"
        and pack.manifest["version"] == 1
        and not pack.manifest["temporary"]
    )
    board.evaluate("() => new Promise((done) => Luot.boardPage.voice.refresh('vi', done))")
    until(board, "Luot.boardPage.voice.state() === 'on'")
    board.evaluate("() => { window.started.length = 0; }")
    ticket = hub.citizen().takes_number("A")
    clerk = hub.clerk(5)
    clerk.opens()
    called = clerk.calls_next()
    assert called["ticket"]["number"] == ticket["number"]
    keys = ["moi_cong_dan_co_so", "L_A", *ticket["number"][1:], "den_quay_so", "5"]
    until(board, f"window.started.length >= {1 + len(keys)}", 30000)
    heard = board.evaluate("() => window.started")[1 : 1 + len(keys)]
    assert all(abs(ms - pack.clips[key]["ms"]) <= 60 for ms, key in zip(heard, keys)), (
        heard,
        [pack.clips[k]["ms"] for k in keys],
    )
    # the same press publishes once; the machine's voice comes back, and the board follows
    manifest = pack.manifest
    again = manager.asks(
        "POST",
        "/publish",
        json={
            "request_id": manifest["request"],
            "lang": "vi",
            "speaker": "Nguyễn Thị Lan",
            "licence": manifest["licence"],
            "dialect": "south",
        },
    )
    left = [p["key"] for p in shown["prompts"] if p["needed"] and p["key"] not in {*mine, *wanted}]
    assert (
        again == (200, {"ok": True, "version": 1, "missing": left})
        and manager.asks("GET")[1]["languages"][0]["missing"] == left
    )
    assert (
        manager.asks(
            "POST",
            "/publish",
            json={
                "request_id": manifest["request"],
                "lang": "vi",
                "speaker": "Trần B",
                "licence": "x",
            },
        )[1]["error"]
        == "request_id_reused"
    )
    page.get_by_role("button", name="Dùng giọng đi kèm").click()
    until(page, "/Đã đổi giọng/.test(document.querySelector('.side').textContent)", 30000)
    assert (
        requests.get(f"{hub.url}/display/voice/{hub.centre}/vi/manifest.json", timeout=20).json()[
            "temporary"
        ]
        is True
    )
    page.get_by_role("button", name="Dùng lại bản 1").click()
    until(page, "document.querySelector('.versions .badge')", 30000)
    assert manager.asks("GET")[1]["languages"][0]["in_force"] == 1
    for width, height in ((390, 844), (1366, 768)):
        page.set_viewport_size({"width": width, "height": height})
        clean(page)


@pytest.mark.browser
def test_over_plain_http_the_page_says_why_there_is_no_microphone_and_takes_files(
    hub, manager, microphone
):
    place = microphone.new_context(
        viewport={"width": 390, "height": 844},
        base_url=f"http://hall.example:{hub.port}",
        locale="vi-VN",
    )
    secret = manager.http.cookies["luot_session"]
    place.add_cookies(
        [{"name": "luot_session", "value": secret, "domain": "hall.example", "path": "/"}]
    )
    page = place.new_page()
    page.goto("/studio")
    until(page, "document.querySelector('.mic')")
    assert (
        "https" in page.inner_text(".mic")
        and page.is_disabled("#main-act")
        and page.query_selector("#files")
    )
    clean(page)
    place.close()


def test_a_lack_is_one_line_in_the_log_and_seen_by_readyz_metrics_and_staff(hub, manager):
    place = installed_packs.room(hub.folder, hub.centre, "vi")
    installed_packs.install(
        place,
        lambda folder, number: shutil.copytree(
            installed_packs.SHIPPED / "vi", folder, dirs_exist_ok=True
        ),
    )
    (installed_packs.folder_of(place, installed_packs.in_force(place)) / "L_A.mp3").unlink()
    hub.stop()
    hub.start()
    deadline = time.monotonic() + 30
    while requests.get(f"{hub.url}/readyz", timeout=20).json()["voice"].get(hub.centre) != "gaps":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    lines = [
        line
        for line in (hub.folder / "hub.log").read_text("utf-8").splitlines()
        if re.search("voice of thu-duc: vi: the pack vi lacks L_A; .*luot voice check", line)
    ]
    assert len(lines) == 1
    assert (
        f'luot_voice_missing_clips{{centre="{hub.centre}",lang="vi"}} 1'
        in requests.get(f"{hub.url}/metrics", timeout=20).text
    )
    shown = manager.asks("GET")[1]["languages"][0]
    assert shown["missing"] == ["L_A"] and not shown["whole"]
    assert {"lang": "vi", "n": 1} in [
        a["params"]
        for a in hub.http_client(hub.tokens["manager"]).get("/snapshot/manager")["alerts"]
        if a["code"] == "voice_gaps"
    ]


def test_a_voice_is_taken_as_a_file_and_taken_in_by_another_centre(hub, manager, tmp_path):
    """From a page: the shipped voice out as a file, in again as the centre's own; what is no pack,
    of another language or a person's without consent is refused.
    """
    base = f"{manager.api}/pack"
    file = manager.http.get(f"{base}/en", timeout=90)
    assert (
        file.status_code == 200 and 'filename="en.luotvoice"' in file.headers["Content-Disposition"]
    )
    status, answer = manager.asks("PUT", "/pack/en", data=file.content)
    assert status == 200 and answer["clips"] > 60, answer
    place = installed_packs.room(hub.folder, hub.centre, "en")
    assert installed_packs.in_force(place) == answer["version"]
    assert manager.http.get(f"{base}/en", timeout=90).status_code == 200
    for data, problem in ((b"no pack", "không phải gói giọng"), (file.content[:900], "không phải")):
        status, answer = manager.asks("PUT", "/pack/en", data=data)
        assert status == 422 and problem in answer["message"], answer
    status, answer = manager.asks("PUT", "/pack/vi", data=file.content)
    assert status == 422 and "tiếng khác (en)" in answer["message"]
    assert manager.asks("PUT", "/pack/vi?for=all", data=file.content)[0] == 403
    for_all = Staff(hub, "admin").asks("PUT", "/pack/en?for=all", data=file.content)
    assert for_all[0] == 200, for_all
    assert installed_packs.in_force(installed_packs.room(hub.folder, None, "en"))
    person = place / f"v{installed_packs.in_force(place):04d}" / "manifest.json"
    manifest = json.loads(person.read_text("utf-8")) | {"temporary": False, "consent": ""}
    person.write_text(json.dumps(manifest), "utf-8")
    assert "consent" in manager.asks("GET", "/pack/en")[1]["message"]
    installed_packs.use(place, 0)
