"""The small programs on kiosks and boards: each is run with the machine's programs stood in by ones
that write down what they were told.
"""

import base64
import json
import os
import re
import shutil
import ssl
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from tests.support.programs import PACKAGES, program

CONFIGS = Path(__file__).parents[2] / "firmware_configs"
PACKAGES.update({"aplay": "alsa-utils", "cage": "cage", "Xwayland": "xwayland"})


class Machine:
    """A machine of files: stand-in programs first in PATH, /run, /dev, /sys and /proc as
    folders.
    """

    def __init__(self, folder):
        self.folder, self.calls = folder, folder / "told"
        for name in ("bin", "run", "dev", "drm", "asound", "etc", "home"):
            (folder / name).mkdir()

    def has(self, name, script=""):
        """A program that writes down its words, then does what `script` says."""
        path = self.folder / "bin" / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> {self.calls}\n{script}\n')
        path.chmod(0o755)

    def screen(self):
        """A compositor of a user, with one output."""
        (self.folder / "run/user/1001").mkdir(parents=True, exist_ok=True)
        (self.folder / "run/user/1001/wayland-0").touch()
        self.has(
            "runuser",
            'while [ "$1" != env ]; do shift; done; shift\nwhile :; do case $1 in *=*) shift;; *)'
            ' exec "$@";; esac; done',
        )
        self.has("wlr-randr", '[ -n "$1" ] || printf \'HDMI-A-1 "TV"\\n  Enabled: yes\\n\'')

    def run(self, script, *words, code=0, **environment):
        path = f"{self.folder}/bin:{os.environ['PATH']}"
        done = subprocess.run(
            ["sh", str(CONFIGS / script), *words],
            capture_output=True,
            text=True,
            timeout=30,
            env={
                "PATH": path,
                "HOME": str(self.folder / "home"),
                "LUOT_RUN": str(self.folder / "run"),
                "LUOT_DEV": str(self.folder / "dev"),
                "LUOT_DRM": str(self.folder / "drm"),
                "LUOT_PROC": str(self.folder / "asound"),
                "LUOT_ASOUND": str(self.folder / "asound.conf"),
                **environment,
            },
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def heard(self, name):
        """What a program was told, and forgets it."""
        lines = [
            line
            for line in (self.calls.read_text() if self.calls.exists() else "").splitlines()
            if line.startswith(name + " ")
        ]
        self.calls.unlink(missing_ok=True)
        return lines


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


CEC = (
    r'case "$*" in *--playback*) case $2 in *cec0) echo "	Physical Address           : f.f.f.f";;'
    r' *) echo "	Physical Address           : 2.0.0.0";; esac;; esac'
)


def test_the_television_goes_by_cec_through_the_adapter_that_has_one_and_else_by_the_picture(
    machine,
):
    for adapter in ("cec0", "cec1"):
        (machine.folder / "dev" / adapter).touch()
    machine.has("cec-ctl", CEC)
    assert "television at" in machine.run("board/bin/tv", "on")
    assert machine.heard("cec-ctl")[-1].endswith(
        "cec1 --to 0 --image-view-on --active-source phys-addr=2.0.0.0"
    ), "the socket without a television is passed over"
    machine.run("board/bin/tv", "off")
    assert (
        machine.heard("cec-ctl")[-1].endswith("cec1 --to 0 --standby")
        and (machine.folder / "run/luot-tv-off").exists()
    )
    # nobody answers: the picture is switched off instead
    machine.has(
        "cec-ctl",
        CEC + '\ncase "$*" in *--to*) echo "Tx, Not Acknowledged (4), Max Retries"; exit 0;; esac',
    )
    machine.screen()
    assert "picture at HDMI-A-1: off" in machine.run("board/bin/tv", "off")
    assert "wlr-randr --output HDMI-A-1 --off" in machine.heard("wlr-randr")
    # a compositor that cannot (Debian 12): the browser ends, and the console sends no signal
    machine.has(
        "wlr-randr",
        'echo "compositor doesn\'t support wlr-output-management-unstable-v1" >&2; exit 1',
    )
    machine.has("systemctl")
    (machine.folder / "graphics/fb0").mkdir(parents=True)
    machine.run("board/bin/tv", "off", LUOT_GRAPHICS=str(machine.folder / "graphics"))
    assert machine.heard("systemctl") == ["systemctl stop luot-board.service"]
    (machine.folder / "graphics/fb0/blank").write_text("0\n")
    machine.run("board/bin/tv", "off", LUOT_GRAPHICS=str(machine.folder / "graphics"))
    assert (machine.folder / "graphics/fb0/blank").read_text() == "4\n"
    machine.calls.unlink()
    machine.run("board/bin/tv", "on", LUOT_GRAPHICS=str(machine.folder / "graphics"))
    assert (
        machine.heard("systemctl") == ["systemctl start luot-board.service"]
        and (machine.folder / "graphics/fb0/blank").read_text() == "0\n"
    )
    assert not (machine.folder / "run/luot-tv-off").exists()
    assert "say on, off or now" in machine.run("board/bin/tv", "up", code=2)


def test_after_a_power_cut_the_television_is_as_the_hour_wants_it(machine):
    (machine.folder / "dev/cec1").touch()
    machine.has("cec-ctl", CEC)
    for on, off, word in (("@2000", "@1000", "--image-view-on"), ("@1000", "@2000", "--standby")):
        machine.has("systemctl", f'case "$*" in *tv-on*) echo {on};; *) echo {off};; esac')
        machine.run("board/bin/tv", "now")
        assert word in machine.heard("cec-ctl")[-1]
    machine.has("systemctl", "echo")
    assert "hours of the television are off" in machine.run("board/bin/tv", "now")


def test_sound_goes_to_the_socket_with_a_television(machine):
    machine.has("amixer", '[ "$3" != scontrols ] || echo "Simple mixer control \'IEC958\',1"')
    machine.has("aplay", "printf 'null\\nhdmi:CARD=PCH,DEV=0\\n    HDA\\nhdmi:CARD=PCH,DEV=1\\n'")
    (machine.folder / "asound/PCH").mkdir()
    for number, present in ((0, 0), (1, 1)):
        (machine.folder / f"asound/PCH/eld#2.{number}").write_text(
            f"monitor_present\t\t{present}\neld_valid\t\t{present}\n"
        )
    assert "sound goes to hdmi:CARD=PCH,DEV=1" in machine.run("board/bin/audio")
    assert "amixer -q -c PCH sset IEC958,1 unmute" in machine.heard("amixer")
    # ALSA itself reads what was written
    made = machine.folder / "asound.conf"
    (machine.folder / "home/.asoundrc").write_text(made.read_text() + "\n")
    listed = subprocess.run(
        [program("aplay"), "-L"],
        capture_output=True,
        text=True,
        env={"HOME": str(machine.folder / "home"), "PATH": os.environ["PATH"]},
        timeout=20,
    )
    assert "default" in listed.stdout and "asoundrc" not in listed.stderr
    # a Raspberry Pi tells nothing of its sockets; a name of a person's choice wins; a machine
    # without HDMI sound stays as it is
    machine.has("aplay", "echo hdmi:CARD=vc4hdmi0,DEV=0")
    assert "hdmi:CARD=vc4hdmi0,DEV=0" in machine.run("board/bin/audio")
    assert (
        "hdmi:CARD=vc4hdmi1,DEV=0"
        in machine.run("board/bin/audio", LUOT_BOARD_AUDIO="hdmi:CARD=vc4hdmi1,DEV=0")
        and 'card "vc4hdmi1"' in made.read_text()
    )
    machine.run("board/bin/audio", LUOT_BOARD_AUDIO='x" }', code=2)
    machine.has("aplay")
    assert "no HDMI sound" in machine.run("board/bin/audio") and not made.exists()


def watched(machine, restarts, **environment):
    """Lets the watch run until it has started the screen anew so often, or a moment if it should
    not.
    """
    child = subprocess.Popen(
        ["sh", str(CONFIGS / "base/bin/screen-watch")],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={
            "PATH": f"{machine.folder}/bin:{os.environ['PATH']}",
            "LUOT_RUN": str(machine.folder / "run"),
            "LUOT_DRM": str(machine.folder / "drm"),
            "LUOT_WATCH_SECONDS": "0.05",
            **environment,
        },
    )
    try:
        looks, deadline = 0, time.monotonic() + 20
        while time.monotonic() < deadline:
            lines = machine.calls.read_text().splitlines() if machine.calls.exists() else []
            done, looks = (
                [line for line in lines if "restart" in line],
                sum("is-active" in line for line in lines),
            )
            if (restarts and len(done) >= restarts) or (not restarts and looks >= 12):
                return done
            time.sleep(0.02)
        raise AssertionError(f"{lines}")
    finally:
        child.kill()
        child.communicate()
        machine.calls.unlink(missing_ok=True)


def test_the_screen_is_started_anew_when_a_television_shows_nothing_or_the_page_is_silent(machine):
    machine.has(
        "systemctl",
        'case "$*" in *"is-active --quiet luot-kiosk-screen"*) exit 0;; *is-active*) exit 3;; esac',
    )
    machine.has("curl", 'echo \'{"ok": true, "page_s": 2}\'')
    (machine.folder / "drm/card0-HDMI-A-1").mkdir()
    status = machine.folder / "drm/card0-HDMI-A-1/status"
    picture = status.with_name("enabled")
    status.write_text("connected\n")
    picture.write_text("enabled\n")
    assert watched(machine, 0) == []
    picture.write_text("disabled\n")
    assert watched(machine, 1)[0] == "systemctl restart luot-kiosk-screen.service"
    (machine.folder / "run/luot-tv-off").touch()
    assert watched(machine, 0) == [], "switched off on purpose"
    (machine.folder / "run/luot-tv-off").unlink()
    status.write_text("disconnected\n")
    assert watched(machine, 0) == [], "nothing is plugged in, so nothing can be shown"
    machine.has("curl", 'echo \'{"page_s":61, "ok": true}\'')
    assert watched(machine, 1) == ["systemctl restart luot-kiosk-screen.service"]
    machine.has("curl", "exit 7")
    assert watched(machine, 0) == [], (
        "a kiosk program that does not answer is restarted by its own watchdog"
    )


def test_settings_from_the_card_get_the_mode_they_need_and_nothing_else_is_taken(machine):
    card, etc = machine.folder / "card", machine.folder / "etc"
    card.mkdir()
    machine.has("chgrp")
    (card / "kiosk.env").write_bytes(b"LUOT_KIOSK_TOKEN=abc\r\n")
    (card / "screen.env").write_text("LUOT_SCREEN_ROTATE=90\n")
    (card / "shadow").write_text("root::\n")
    (card / "ca.crt").write_text("")
    machine.has("trust")
    output = machine.run(
        "base/bin/from-card", str(card), str(etc), LUOT_TRUST=str(machine.folder / "bin/trust")
    )
    assert machine.heard("trust") == [f"trust {card}/ca.crt"]
    (card / "ca.crt").unlink()
    assert (
        sorted(p.name for p in etc.iterdir()) == ["kiosk.env", "screen.env"]
        and "kiosk.env taken" in output
    )
    assert (etc / "kiosk.env").read_bytes() == b"LUOT_KIOSK_TOKEN=abc\n" and (
        etc / "kiosk.env"
    ).stat().st_mode & 0o777 == 0o600
    assert machine.run("base/bin/from-card", str(card), str(etc)) == "", (
        "the same again is no change"
    )


def test_a_hub_with_an_authority_of_its_own_is_trusted_and_its_key_is_not_taken(machine):
    machine.has("update-ca-certificates")
    key, ca = machine.folder / "ca.key", machine.folder / "ca.crt"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "1",
            "-subj",
            "/CN=hall",
            "-keyout",
            key,
            "-out",
            ca,
        ],
        check=True,
        capture_output=True,
    )
    (machine.folder / "store").mkdir()
    places = {
        "LUOT_CA_STORE": str(machine.folder / "store"),
        "LUOT_POLICIES": str(machine.folder / "policies"),
    }
    machine.run("base/bin/trust", str(ca), **places)
    policy = json.loads((machine.folder / "policies/luot-ca.json").read_text())
    assert list(policy) == ["CACertificates"] and ssl.PEM_cert_to_DER_cert(
        ca.read_text()
    ) == base64.b64decode(policy["CACertificates"][0])
    assert (machine.folder / "store/luot.crt").read_text() == ca.read_text() and machine.heard(
        "update-ca-certificates"
    )
    (machine.folder / "both.crt").write_text(ca.read_text() + key.read_text())
    assert "holds a private key" in machine.run(
        "base/bin/trust", str(machine.folder / "both.crt"), code=1, **places
    )
    assert "is not a certificate" in machine.run(
        "base/bin/trust", str(machine.folder / "bin/update-ca-certificates"), code=1, **places
    )


def test_the_screen_starts_the_browser_on_the_waiting_page_and_the_token_is_in_no_command_line(
    machine,
):
    runtime = machine.folder / "runtime"
    runtime.mkdir()
    machine.has(
        "cage",
        'if [ "$1" = -v ]; then echo "Cage version 0.2.0"; exit; fi; echo "$WLR_DRM_NO_ATOMIC" >'
        ' "$XDG_RUNTIME_DIR/atomic"',
    )
    (machine.folder / "etc/board.env").write_text(
        'LUOT_BOARD_URL=https://hub.lan/board/thu-duc?zone=K1&x=$(id)"</script>#token=abc\n'
    )
    (machine.folder / "etc/screen.env").write_text(
        "LUOT_SCREEN_ROTATE=90\nLUOT_SCREEN_SAFE_GPU=yes\n"
    )
    folders = {
        "XDG_RUNTIME_DIR": str(runtime),
        "LUOT_SETTINGS_FOLDER": str(machine.folder / "etc"),
        "LUOT_SPLASH_FOLDER": str(CONFIGS / "base/splash"),
    }
    machine.run("base/bin/screen", "board", **folders)
    command = machine.heard("cage")[-1]
    assert (
        re.search(
            r"-m last -- \S+/screen inside 90 --user-data-dir=\S+/home/chromium"
            rf" file://{runtime}/luot-splash/index.html$",
            command,
        )
        and "token" not in command
    )
    where = (runtime / "luot-splash/where.js").read_text()
    assert (
        where == 'var LUOT_WHERE = {"kind": "board", "url":'
        ' "https://hub.lan/board/thu-duc?zone=K1&x=$(id)\\"\\u003c/script>#token=abc"};\n'
    ), "an address is data, never a command"
    assert (runtime / "luot-splash/where.js").stat().st_mode & 0o077 == 0 and (
        runtime / "atomic"
    ).read_text() == "1\n"
    machine.has("chromium")
    machine.has("wlr-randr", '[ -n "$1" ] || printf \'HDMI-A-1 "TV"\\n  Enabled: yes\\n\'')
    machine.run("base/bin/screen", "inside", "90", "file:///page", **folders)
    assert (
        "wlr-randr --output HDMI-A-1 --transform 90" in machine.calls.read_text()
        and machine.heard("chromium") == ["chromium file:///page"]
    )
    (machine.folder / "etc/board.env").write_text("LUOT_BOARD_URL=\n")
    (machine.folder / "etc/screen.env").write_text("LUOT_SCREEN_ROTATE=left\n")
    output = machine.run("base/bin/screen", "board", **folders)
    assert (
        "LUOT_BOARD_URL" in output
        and "must be normal, 90, 180 or 270, not left" in output
        and " inside normal " in machine.heard("cage")[-1]
    )
    machine.run("base/bin/screen", "kiosk", **folders)
    assert '"url": "http://127.0.0.1:8101/"' in (runtime / "luot-splash/where.js").read_text()


def test_the_real_cage_takes_what_it_is_given(machine):
    """Debian 12's cage falls over when it hears -m last, and refuses root; this one runs without a
    screen, as a user that owns nothing.
    """
    with tempfile.TemporaryDirectory(prefix="luot-cage-") as name:
        folder = Path(name)
        (folder / "bin").mkdir()
        (folder / "bin/chromium").write_text(
            '#!/bin/sh\n[ -S "$XDG_RUNTIME_DIR/$WAYLAND_DISPLAY" ] && echo "$*" >'
            f" {folder}/run/opened\n"
        )
        (folder / "bin/chromium").chmod(0o755)
        shutil.copytree(CONFIGS / "base", folder / "base")
        (folder / "etc").mkdir()
        (folder / "etc/screen.env").write_text("LUOT_SCREEN_ROTATE=270\n")
        (folder / "run").mkdir(mode=0o700)
        os.chown(folder / "run", 65534, 65534)
        folder.chmod(0o755)
        program("Xwayland")
        done = subprocess.run(
            [
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                "sh",
                folder / "base/bin/screen",
                "kiosk",
            ],
            capture_output=True,
            text=True,
            timeout=60,
            env={
                "PATH": f"{folder}/bin:{Path(program('cage')).parent}:{os.environ['PATH']}",
                "HOME": name,
                "XDG_RUNTIME_DIR": f"{folder}/run",
                "LUOT_SETTINGS_FOLDER": f"{folder}/etc",
                "LUOT_SPLASH_FOLDER": f"{folder}/base/splash",
                "WLR_BACKENDS": "headless",
                "WLR_RENDERER": "pixman",
                "WLR_LIBINPUT_NO_DEVICES": "1",
                "LIBSEAT_BACKEND": "noop",
            },
        )
        opened = folder / "run/opened"
        assert (
            opened.exists()
            and opened.read_text().split()[-1] == f"file://{folder}/run/luot-splash/index.html"
        ), done.stderr


def test_a_television_gets_its_own_folder(machine):
    out = machine.folder / "webos"
    assert "is ready" in machine.run("board/tv/make", "webos", "http://hub.lan/pair", str(out))
    assert sorted(p.name for p in out.iterdir()) == [
        "appinfo.json",
        "icon.png",
        "index.html",
        "splash.css",
        "splash.js",
        "where.js",
    ]
    assert (out / "icon.png").read_bytes().startswith(
        b"\x89PNG"
    ) and '"url": "http://hub.lan/pair"' in (out / "where.js").read_text()
    machine.run("board/tv/make", "tizen", "http://hub.lan/pair", str(machine.folder / "tizen"))
    for words, mend in (
        (("webos", "http://hub.lan", str(out)), "is there already"),
        (("roku", "http://hub.lan", "x"), "no television roku"),
        (("webos", "hub.lan", "x"), "begins with http"),
        ((), "say webos or tizen"),
    ):
        assert mend in machine.run("board/tv/make", *words, code=1)
