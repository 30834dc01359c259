"""Old televisions: a real Chromium 56 of 2017, the baseline of the hall's screens, and a real 67 of
2018. Each is driven over its own debugging line (today's Playwright no longer speaks to them).

56 is the Qt WebEngine of a PyPI wheel in a window of its own X server, 67 an npm package.
"""

import base64
import fcntl
import io
import json
import os
import struct
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import websocket
from PIL import Image

from tests.support.programs import Program, ProgramFailed, free_port, program

NPM_FOLDER = Path(__file__).with_name("old_chromium")
PIP_FOLDER = Path(__file__).with_name("chromium56")
UNPACK = (
    'const z = require("zlib"), fs = require("fs"); fs.writeFileSync(process.argv[2],'
    " z.brotliDecompressSync(fs.readFileSync(process.argv[1])), {mode: 0o755});"
)


def unpacked(folder):
    """Chromium 67, fetched by npm by its lock when it is not here yet, and unpacked into
    `folder`.
    """
    packed = NPM_FOLDER / "node_modules/chrome-aws-lambda/bin/chromium.br"
    if not packed.exists():
        _fetch(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            NPM_FOLDER,
        )
    chromium = Path(folder) / "chromium-67"
    subprocess.run(["node", "-e", UNPACK, packed, chromium], check=True)
    return chromium


def qt_of_chromium_56():
    """The folder of the Qt that holds Chromium 56, fetched by pip by its hash when it is not here
    yet.
    """
    place = PIP_FOLDER / "installed"
    with open(PIP_FOLDER / "requirements.txt", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several tests may want it first
        if not place.exists():
            half = PIP_FOLDER / "half"
            _fetch(
                [
                    *(sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check"),
                    *("--no-deps", "--only-binary", ":all:", "--require-hashes"),
                    *("--upgrade", "--target", str(half), "-r", "requirements.txt"),
                ],
                PIP_FOLDER,
            )
            half.rename(place)
    return place / "PyQt5/Qt"


def _fetch(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise ProgramFailed(
            f"an old Chromium could not be fetched; check the network: {done.stderr.strip()[-400:]}"
        )


class Television:
    """One page in an old Chromium: `sees(expression)` evaluates, `waits_until(expression)` waits
    until it is true. `chromium` is 56 or 67.
    """

    def __init__(self, folder, width=1280, height=720, chromium=67):
        port, self.folder = free_port(), Path(folder)
        self.programs, self.line, self.chromium = [], None, chromium
        start = self._start_56 if chromium == 56 else self._start_67
        try:
            start(self.folder, width, height, port)
            self.programs[-1].wait_until(lambda: self._pages(port), f"Chromium {chromium}")
        except ProgramFailed:
            self.remove()
            raise
        page = next(page for page in self._pages(port) if page["type"] == "page")
        self.line = websocket.create_connection(
            page["webSocketDebuggerUrl"], timeout=20, suppress_origin=True
        )
        self._asked = 0
        self.says("Page.enable")
        self.version = self.sees("navigator.userAgent")

    def _start_67(self, folder, width, height, port):
        self._starts(
            [
                unpacked(folder),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--single-process",
                "--no-zygote",
                "--autoplay-policy=no-user-gesture-required",
                f"--window-size={width},{height}",
                f"--remote-debugging-port={port}",
                f"--user-data-dir={folder}/profile",
                "about:blank",
            ],
            folder / "television.log",
        )

    def _start_56(self, folder, width, height, port):
        qt, home = qt_of_chromium_56(), folder / "home"
        # where Qt looks for its data when it does not lie where it was built
        data = home / ".chromium56"
        data.mkdir(parents=True)
        for part in (*(qt / "resources").iterdir(), qt / "translations/qtwebengine_locales"):
            (data / part.name).symlink_to(part)
        self._starts(
            [sys.executable, PIP_FOLDER / "window.py", qt, width, height, "about:blank"],
            folder / "television.log",
            env={
                **os.environ,
                "HOME": str(home),
                "DISPLAY": self._x_server(folder, width, height),
                "QT_PLUGIN_PATH": str(qt / "plugins"),
                "QT_QPA_PLATFORM": "xcb",
                "QT_QUICK_BACKEND": "software",
                "QTWEBENGINEPROCESS_PATH": str(qt / "libexec/QtWebEngineProcess"),
                "QTWEBENGINE_DISABLE_SANDBOX": "1",
                "QTWEBENGINE_CHROMIUM_FLAGS": "--disable-gpu",
                "QTWEBENGINE_REMOTE_DEBUGGING": f"127.0.0.1:{port}",
            },
        )

    def _x_server(self, folder, width, height):
        """A screen of its own for the window; its name."""
        ready, tell = os.pipe()
        self._starts(
            [
                *(program("Xvfb"), "-displayfd", tell, "-nolisten", "tcp"),
                *("-screen", "0", f"{width}x{height}x24", "-fbdir", folder),
            ],
            folder / "x_server.log",
            pass_fds=(tell,),
        )
        os.close(tell)
        with os.fdopen(ready) as display:
            return f":{display.readline().strip()}"

    def _starts(self, arguments, log, **more):
        self.programs.append(Program(arguments, log, **more))

    @staticmethod
    def _pages(port):
        try:
            return json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=2))
        except OSError:
            return None

    def says(self, method, **params):
        """One command of the debugging line, and its result."""
        self._asked += 1
        self.line.send(json.dumps({"id": self._asked, "method": method, "params": params}))
        while True:
            heard = json.loads(self.line.recv())
            if heard.get("id") == self._asked:
                assert "error" not in heard, heard
                return heard["result"]

    def runs_first(self, script):
        """Have every page it opens from now on begin with a script."""
        if self.chromium == 56:
            self.says("Page.addScriptToEvaluateOnLoad", scriptSource=script)
        else:
            self.says("Page.addScriptToEvaluateOnNewDocument", source=script)

    def opens(self, address):
        """Go to a page."""
        self.says("Page.navigate", url=address)

    def sees(self, expression):
        """The value of an expression in the page; a mistake of the page's own fails the test."""
        result = self.says("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def waits_until(self, expression, seconds=20):
        """Wait until it is true."""
        deadline = time.monotonic() + seconds
        while not self.sees(f"!!({expression})"):
            assert time.monotonic() < deadline, f"not within {seconds} s: {expression}"
            time.sleep(0.05)

    def picture(self):
        """What the screen shows, as a PIL image; of 56 the X server's own memory, since its
        debugging line takes no pictures.
        """
        if self.chromium != 56:
            png = base64.b64decode(self.says("Page.captureScreenshot")["data"])
            return Image.open(io.BytesIO(png))
        raw = (self.folder / "Xvfb_screen0").read_bytes()  # XWD: header, colours, rows of BGRX
        head = struct.unpack(">25I", raw[:100])
        width, height, row_bytes, colours = head[4], head[5], head[12], head[19]
        rows = raw[head[0] + 12 * colours :]
        return Image.frombuffer("RGB", (width, height), rows, "raw", "BGRX", row_bytes, 1)

    def remove(self):
        """Pull the plug."""
        if self.line:
            self.line.close()
        for started in reversed(self.programs):
            started.kill()
