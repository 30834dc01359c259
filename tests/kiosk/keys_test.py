"""Keys the browser would act on instead of the page: every subset of modifiers with every key a keyboard has, pressed at the
shipped browser (its flags, its policy) under cage and under plain X11. None leaves the page.

cage runs in a window of a virtual X server, so that keys pressed there by XTEST reach it as a keyboard's do.
"""

import contextlib
import ctypes
import http.server
import itertools
import json
import os
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.kiosk.machine import ROOT
from tests.support.programs import Program, program

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SHIPPED = ROOT / "firmware_configs" / "kiosk" / "chromium"
#: the machine's own /etc stays as it is
SEEN_BY_CHROMIUM = """set -e
mount -t tmpfs tmpfs /etc/chromium.d && cp "$FLAGS" /etc/chromium.d/
mount -t tmpfs tmpfs /etc/chromium && mkdir -p /etc/chromium/policies/managed
cp "$RULES" /etc/chromium/policies/managed/
chmod -R a+rX /etc/chromium /etc/chromium.d
"""
NOBODY = 65534
MODIFIERS = {"Ctrl": 37, "Shift": 50, "Alt": 64, "Super": 133, "AltGr": 108}
KEYCODES = [code for code in range(9, 256) if code not in MODIFIERS.values()]
START_S = 90
SILENT_S = 10
PROBE = b"""const load = String(Math.random());
let keys = 0;
addEventListener('keydown', () => { keys += 1; }, true);
setInterval(() => fetch('/probe?' + new URLSearchParams({load, shown: document.visibilityState, top: document.hasFocus(),
    size: innerWidth + 'x' + innerHeight, keys})), 100);"""


class Between:
    """Between the browser and the kiosk: hands everything on, and hears ten times a second from the page which it is, whether
    it is visible and on top, and how large.
    """

    def __init__(self, kiosk_url: str) -> None:
        self.looks: list[tuple[float, dict[str, str]]] = []
        self.keys = 0  #: that came down at the page
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                if parts.path == "/probe":
                    request_ = {key: value[0] for key, value in parse_qs(parts.query).items()}
                    outer.keys = int(request_.pop("keys"))
                    outer.looks.append((time.monotonic(), request_))
                    self.send_response(204)
                    self.end_headers()
                elif parts.path == "/probe.js":
                    self.answer(200, {"Content-Type": "text/javascript"}, PROBE)
                else:
                    self.hand_on(None)

            def do_POST(self) -> None:
                self.hand_on(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

            def hand_on(self, body: bytes | None) -> None:
                kept = ("Content-Type", "If-None-Match", "Range")
                headers = {name: self.headers[name] for name in kept if name in self.headers}
                request = urllib.request.Request(kiosk_url + self.path, body, headers)
                try:
                    with urllib.request.urlopen(request, timeout=20) as got:
                        status, answered, content = got.status, got.headers, got.read()
                except urllib.error.HTTPError as error:
                    status, answered, content = error.code, error.headers, error.read()
                if self.path == "/":
                    tag = b'<script src="/probe.js"></script></head>'
                    content = content.replace(b"</head>", tag)
                keep = ("Content-Type", "ETag", "Cache-Control", "Content-Security-Policy")
                self.answer(status, {n: answered[n] for n in keep if answered[n]}, content)

            def answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
                with contextlib.suppress(OSError):
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    if status != 304:
                        self.wfile.write(content)

            def log_message(self, *args: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def next_look(self, seconds: float) -> dict[str, str] | None:
        """What the page says of itself after now; None when it is silent for so long."""
        since = time.monotonic()
        while time.monotonic() < since + seconds:
            later = [request_ for at, request_ in self.looks if at > since]
            if len(later) > 1:
                return later[-1]
            time.sleep(0.02)
        return None

    def settled(self, seconds: float) -> dict[str, str] | None:
        """What the page says of itself once it says the same for a second; None when it is
        silent.
        """
        seen, since = self.next_look(seconds), time.monotonic()
        while seen and time.monotonic() - since < 1:
            if (again := self.next_look(seconds)) != seen:
                seen, since = again, time.monotonic()
        return seen


class Keyboard:
    """A keyboard at an X server."""

    def __init__(self, display: str) -> None:
        self.x11, self.test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self.x11.XOpenDisplay.restype = ctypes.c_void_p
        self.display = ctypes.c_void_p(self.x11.XOpenDisplay(display.encode()))
        assert self.display, f"no X server at {display}"

    def press(self, codes: tuple[int, ...]) -> None:
        """The keys go down one after another, and up again in the other order."""
        for code in codes:
            self.test.XTestFakeKeyEvent(self.display, code, 1, 0)
        for code in reversed(codes):
            self.test.XTestFakeKeyEvent(self.display, code, 0, 0)
        self.x11.XSync(self.display, 0)

    def close(self) -> None:
        self.x11.XCloseDisplay(self.display)


@pytest.fixture
def between(kiosk):
    between = Between(kiosk.url)
    yield between
    between.close()


@pytest.fixture
def x_server(tmp_path):
    """A virtual X server; its display."""
    reader, writer = os.pipe()
    arguments = ["-displayfd", str(writer), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    log = (tmp_path / "xvfb.log").open("wb")
    server = subprocess.Popen(
        [program("Xvfb"), *arguments], pass_fds=[writer], stdout=log, stderr=log
    )
    os.close(writer)
    with os.fdopen(reader) as line:
        display = f":{line.readline().strip()}"
    yield display
    server.terminate()
    server.wait(10)
    log.close()


@pytest.fixture
def shown(between, x_server):
    """shown(under) → the shipped browser at the kiosk's page: under "cage" or "x11"."""
    if os.geteuid():
        pytest.fail(
            "the shipped policy lies in /etc: run this test as root, in a namespace of its own"
        )
    with tempfile.TemporaryDirectory(prefix="luot-keys-") as name, contextlib.ExitStack() as ends:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "run").mkdir(mode=0o700)
        os.chown(folder / "run", NOBODY, NOBODY)
        (folder / "managed").mkdir()
        rules = json.loads((SHIPPED / "luot-kiosk.json").read_text("utf-8"))
        page = f"http://127.0.0.1:{between.port}"
        rules["URLAllowlist"] = [page, *rules["URLAllowlist"][1:]]
        (folder / "managed/luot-kiosk.json").write_text(json.dumps(rules), "utf-8")

        def shown(under: str, shipped: bool = True) -> None:
            browser = [program("chromium"), "--no-sandbox", "--disable-gpu"]
            browser += [f"--user-data-dir={folder}/run/profile", "--no-first-run"]
            if under == "cage":
                browser = [program("cage"), "--", *browser, "--ozone-platform=wayland"]
            who = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
            script = SEEN_BY_CHROMIUM if shipped else ""
            command = ["unshare", "--mount", "sh", "-c", f'{script} exec setpriv "$@"', "sh", *who]
            where = {
                "PATH": os.environ["PATH"],
                "HOME": f"{folder}/run",
                "XDG_RUNTIME_DIR": f"{folder}/run",
                "DISPLAY": x_server,
                "WLR_BACKENDS": "x11",
                "WLR_RENDERER": "pixman",
                "FLAGS": str(SHIPPED / "luot-flags"),
                "RULES": f"{folder}/managed/luot-kiosk.json",
            }
            running = Program([*command, *browser, page], folder / "screen.log", env=where)
            ends.callback(running.kill)
            request_ = between.next_look(START_S)
            assert request_, f"the page did not come up under {under}: {running.tail(15)}"

        yield shown


def subsets() -> list[tuple[str, ...]]:
    names = list(MODIFIERS)
    return [some for n in range(len(names) + 1) for some in itertools.combinations(names, n)]


def pressed_all(between: Between, display: str) -> list[tuple[object, ...]]:
    """Presses everything; what the page said meanwhile that it had not said before."""
    keyboard = Keyboard(display)
    before = between.settled(SILENT_S)
    assert before and before["shown"] == "visible"
    wrong: list[tuple[object, ...]] = []
    for some in subsets():
        began = time.monotonic()
        times = []
        for code in KEYCODES:
            keyboard.press((*(MODIFIERS[name] for name in some), code))
            times.append((time.monotonic(), code))
            time.sleep(0.003)  # so that a look that differs names the few keys before it
        after = between.next_look(SILENT_S)
        odd = [
            (at, request_) for at, request_ in between.looks if at > began and request_ != before
        ]
        if odd or after is None:
            last = odd[0][0] if odd else time.monotonic()
            near = [code for at, code in times if last - 0.4 < at <= last]
            wrong.append(("+".join(some), odd[0][1] if odd else "silent", near))
            break
    keyboard.close()
    return wrong


@pytest.mark.parametrize("under", ["cage", "x11"])
def test_no_key_leaves_the_page(shown, between, x_server, under):
    shown(under)
    assert not pressed_all(between, x_server)
    assert between.keys > 100 * len(subsets()), "the keys came to the page, and stayed there"


def test_in_a_window_of_its_own_a_key_does_leave_the_page(shown, between, x_server):
    """The control: without the shipped flags and policy the same keys open other tabs."""
    shown("x11", shipped=False)
    assert pressed_all(between, x_server)
