"""An old television: a real Chromium 67 of 2018, driven over its own debugging line (today's
Playwright no longer speaks to it). Baseline of the screens is Chromium 56; this is the oldest to be
had as a package.
"""

import json
import subprocess
import time
import urllib.request
from pathlib import Path

import websocket

from tests.support.programs import Program, ProgramFailed, free_port

FOLDER = Path(__file__).with_name("old_chromium")
UNPACK = (
    'const z = require("zlib"), fs = require("fs"); fs.writeFileSync(process.argv[2],'
    " z.brotliDecompressSync(fs.readFileSync(process.argv[1])), {mode: 0o755});"
)


def unpacked(folder):
    """The program itself, fetched by npm by its lock when it is not here yet, and unpacked into
    `folder`.
    """
    packed = FOLDER / "node_modules/chrome-aws-lambda/bin/chromium.br"
    if not packed.exists():
        done = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=FOLDER,
            capture_output=True,
            text=True,
            timeout=300,
        )
        if done.returncode:
            raise ProgramFailed(
                "the old Chromium could not be fetched; check the network:"
                f" {done.stderr.strip()[-400:]}"
            )
    program = Path(folder) / "chromium-67"
    subprocess.run(["node", "-e", UNPACK, packed, program], check=True)
    return program


class Television:
    """One page in it:

    `sees(expression)` evaluates, `waits_until(expression)` waits until it is true.
    """

    def __init__(self, folder, width=1280, height=720):
        port = free_port()
        self.program = Program(
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
            Path(folder) / "television.log",
        )
        self.program.wait_until(lambda: self._pages(port), "the old Chromium")
        page = next(page for page in self._pages(port) if page["type"] == "page")
        self.line = websocket.create_connection(
            page["webSocketDebuggerUrl"], timeout=20, suppress_origin=True
        )
        self._asked = 0
        self.says("Page.enable")
        self.version = json.load(
            urllib.request.urlopen(f"http://127.0.0.1:{port}/json/version", timeout=5)
        )["Browser"]

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

    def remove(self):
        """Pull the plug."""
        self.line.close()
        self.program.kill()
