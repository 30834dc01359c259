"""The main job from end to end, through `./luot demo` as a person starts it: a citizen takes a
number at the kiosk, is called, is served, and the manager reads the wait.
"""

import contextlib
import io
import json
import re
import signal
import subprocess
from pathlib import Path

import pytest
import requests
from PIL import Image
from playwright.sync_api import expect

from tests.support.hub import environment
from tests.support.people import HttpClient
from tests.support.programs import Program, free_port, living

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(300)]
ROOT = Path(__file__).parents[1]
NUMBER = re.compile(r"^A\d{3}$")
SOON = 15_000  # far more than any step takes, for a busy machine

# keeps every clip the board hands to the sound card
LISTENER = """
window.clips = 0;
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...when) { window.clips += 1; return start.apply(this, when); };
"""


class Demo:
    """A demo in a folder of its own, as one command of a terminal."""

    def __init__(self, folder):
        self.folder, ready = folder / "hall", folder / "ready.json"
        self.program = Program(
            [
                ROOT / "luot",
                "demo",
                "--port",
                free_port(),
                "--kiosk-port",
                free_port(),
                "--data",
                self.folder,
                "--ready-file",
                ready,
            ],
            folder / "demo.log",
            env=environment(),
            cwd=folder,
        )
        self.program.wait_until(ready.exists, "luot demo", 90)
        self.ready_file = json.loads(ready.read_text("utf-8"))
        self.hub, self.kiosk, self.centre, self.tokens = (
            self.ready_file[key] for key in ("hub", "kiosk", "centre", "tokens")
        )
        self.passwords = {person["name"]: person["password"] for person in self.ready_file["staff"]}

    def asks(self, *arguments):
        """What another command of luot prints about this demo's store."""
        done = subprocess.run(
            [ROOT / "luot", *arguments],
            env=environment(LUOT_DATA=self.folder),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ctrl_c(self) -> int:
        """Ctrl-C in its terminal reaches the whole group; its exit code."""
        self.program.send(signal.SIGINT)
        return self.program.process.wait(30)


@pytest.fixture
def demo(tmp_path):
    """A running demo."""
    made = Demo(tmp_path)
    yield made
    made.program.stop()


@pytest.fixture
def sees(browser):
    """Opens a screen at its real size: sees(address, 1920, 1080).

    Nothing a screen does may break its content policy or throw.
    """
    contexts, faults = [], []

    def open_page(address, width, height):
        contexts.append(browser.new_context(viewport={"width": width, "height": height}))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: faults.append(f"{address}: {error}"))
        page.on(
            "console",
            lambda message: (
                "Content Security Policy" in message.text
                and faults.append(f"{address}: {message.text}")
            ),
        )
        page.add_init_script(LISTENER)
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def log_in(page, demo, name):
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu").fill(demo.passwords[name])
    page.keyboard.press("Enter")


def touches(kiosk, name, then):
    """Touches a button, again when a page that has just come up did not take it, until the next
    page stands.
    """
    button = kiosk.get_by_role("button", name=re.compile(f"^{re.escape(name)}"))
    expect(button).to_be_visible(timeout=SOON)
    for _ in range(10):
        if button.is_visible():
            button.click()
        with contextlib.suppress(AssertionError):
            expect(kiosk.locator("h1")).to_have_text(then, timeout=500)
            return
    expect(kiosk.locator("h1")).to_have_text(then, timeout=SOON)


def takes_a_number(kiosk):
    """Somebody presses through the kiosk in Vietnamese, for a certified copy; the number shown."""
    expect(kiosk.locator("h1")).to_have_text("Mời lấy số", timeout=SOON)
    touches(kiosk, "Bắt đầu", "Chọn lĩnh vực")
    touches(kiosk, "A. Chứng thực", "Chứng thực")
    touches(kiosk, "Chứng thực bản sao từ bản chính", "Chứng thực bản sao từ bản chính")
    touches(kiosk, "Lấy số", NUMBER)
    return kiosk.locator("h1.number").inner_text()


def slip_of(demo, number):
    """The picture the virtual printer made."""
    answer = requests.get(f"{demo.kiosk}/api/slips/{number}.png", timeout=10)
    assert answer.status_code == 200, answer.text
    return Image.open(io.BytesIO(answer.content)).convert("L")


def has_finder(picture):
    """Whether a row crosses the corner pattern of a QR code: black and white 1:1:3:1:1, two of them
    on one line, at least 2 dots to a module.
    """
    for y in range(0, picture.height, 2):
        row = picture.crop((0, y, picture.width, y + 1)).tobytes()
        runs = [
            (len(run.group()), run.group()[0] < 128)
            for run in re.finditer(rb"[\x00-\x7f]+|[\x80-\xff]+", row)
        ]
        corners = 0
        for at in range(len(runs) - 4):
            (a, black), (b, _), (c, _), (d, _), (e, _) = runs[at : at + 5]
            unit = (a + b + c + d + e) / 7
            corners += (
                black
                and unit >= 2
                and all(abs(one - unit) <= unit / 2 for one in (a, b, d, e))
                and abs(c - 3 * unit) <= unit
            )
        if corners >= 2:
            return True
    return False


def test_from_the_press_at_the_kiosk_to_the_managers_report(demo, sees):
    board = sees(f"{demo.hub}/board/{demo.centre}#token={demo.tokens['board']}", 1920, 1080)
    sign = sees(f"{demo.hub}/sign/{demo.centre}/2#token={demo.tokens['board']}", 800, 480)
    expect(board.locator("#newest")).to_contain_text("Chưa gọi số nào", timeout=SOON)

    kiosk = sees(demo.kiosk, 1080, 1920)
    number = takes_a_number(kiosk)
    expect(kiosk.locator(".take")).to_contain_text("nhận phiếu", ignore_case=True, timeout=SOON)
    slip = slip_of(demo, number)
    ink = sum(slip.histogram()[:128]) / (slip.width * slip.height)
    assert slip.width >= 384 and 0.03 < ink < 0.6 and has_finder(slip)
    expect(board.locator("#ahead")).to_contain_text("1", timeout=SOON)

    console = sees(f"{demo.hub}/console/{demo.centre}/2", 1366, 768)
    log_in(console, demo, "lan")
    expect(console.locator(".state")).to_have_text("Quầy đang đóng", timeout=SOON)
    console.keyboard.press("Space")
    expect(console.locator(".state")).to_have_text("Quầy đang rảnh")
    console.keyboard.press("Space")
    expect(console.locator(".now.called .no")).to_have_text(number)
    expect(board.locator("#newest .no")).to_have_text(number, timeout=SOON)
    expect(board.locator("#newest .plate")).to_have_text("2")
    expect(sign.locator("body")).to_contain_text(number, timeout=SOON)
    board.wait_for_function("() => window.clips >= 5", timeout=SOON)
    console.keyboard.press("b")
    expect(console.locator(".state")).to_have_text("Đang phục vụ")
    console.keyboard.press("1")
    console.keyboard.press("x")
    expect(console.locator(".foot .line")).to_contain_text(f"xong {number}")
    expect(sign.locator("body")).not_to_contain_text(number, timeout=SOON)

    the_manager_reads_it(demo, sees)
    assert demo.asks("verify", "--data", str(demo.folder)) is not None
    kiosk.context.close(), board.context.close(), sign.context.close(), console.context.close()
    assert demo.ctrl_c() == 0
    assert living(str(demo.folder)) == []


def the_manager_reads_it(demo, sees):
    """The page, the API and the command line tell one truth about the wait."""
    line = HttpClient(demo.hub, demo.centre, demo.tokens["manager"])
    report = line.get("/reports/waits?by=field")
    line.close()
    row = next(row for row in report["rows"] if row["key"] == "A")
    assert (row["issued"], row["called"], row["served"], row["waiting"]) == (1, 1, 1, 0) and row[
        "max_wait_s"
    ] is not None
    assert (
        json.loads(demo.asks("report", "waits", "--by", "field", "--format", "json"))["rows"]
        == report["rows"]
    )
    assert "Chứng thực" in demo.asks("report", "waits", "--by", "field")

    page = sees(f"{demo.hub}/manager/{demo.centre}/reports", 1440, 900)
    log_in(page, demo, "hanh")
    page.wait_for_url("**/reports*")
    shown = page.locator("table.waits tbody tr", has=page.locator("th", has_text="Chứng thực"))
    expect(shown.locator("td.r").first).to_have_text("1", timeout=SOON)
    cells = shown.locator("td.r").all_inner_texts()
    assert cells[:4] == ["1", "0", "0", "0"], "waits, sent here, left, waiting"
    assert abs(float(cells[4].replace(",", ".")) - row["leg_max_s"] / 60) <= 0.051
