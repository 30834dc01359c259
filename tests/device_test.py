"""`luot device`: an officer makes a folder for each machine of the hall, and shuts one off."""

import re
import shlex
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from kiosk.settings import read_settings
from server.__main__ import luot
from server.demo.prepare import prepare
from server.store import people
from server.store.engine import open_store
from tests.support.hub import ROOT


@pytest.fixture(scope="module")
def centre(tmp_path_factory):
    """A hub's data folder with one centre in it; and a way to give commands: say("device new …") →
    (exit code, out, err).
    """
    data = tmp_path_factory.mktemp("device") / "data"
    prepare(data, ROOT / "centres/thu_duc.yaml")

    def say(words, stdin=None):
        done = CliRunner().invoke(luot, [*shlex.split(words), "--data", str(data)], input=stdin)
        # click's runner writes what sys.exit says to its standard output
        return done.exit_code, done.stdout, done.stderr or (done.stdout if done.exit_code else "")

    say.data = data
    return say


def env(file: Path):
    """The settings of an env file."""
    return dict(line.split("=", 1) for line in file.read_text("utf-8").splitlines())


def device_of(data, token):
    """The device that a token belongs to."""
    store = open_store(data)
    with store.read() as conn:
        row = people.device_of(conn, token)
    store.close()
    return row


def modes(folder):
    """Which files of a folder others may read."""
    return {
        str(p.relative_to(folder))
        for p in folder.rglob("*")
        if p.is_file() and p.stat().st_mode & 0o077
    }


def test_a_kiosks_folder_is_what_the_kiosk_reads(centre, tmp_path):
    code, out, err = centre(
        "device new kiosk kiosk-7 --hub https://hub.lan --printer"
        f" network://192.168.1.60?profile=xp-80 --out {tmp_path}"
    )
    assert (code, err) == (0, "") and "docs/devices/kiosk.md" in out
    folder = tmp_path / "kiosk-7"
    written = env(folder / "kiosk.env")
    settings = read_settings(written)
    assert (settings.hub, settings.centre, settings.device, settings.printer) == (
        "https://hub.lan",
        "thu-duc",
        "kiosk-7",
        "network://192.168.1.60?profile=xp-80",
    )
    row = device_of(centre.data, settings.token)
    assert (row.role, row.name) == ("kiosk", "kiosk-7")
    assert modes(folder) == set() and folder.stat().st_mode & 0o077 == 0
    assert (
        settings.token not in out
        and settings.token.encode() not in (centre.data / "luot.db").read_bytes()
    )
    example = set(
        re.findall(
            r"^#?\s?(LUOT_KIOSK_\w+)=",
            (ROOT / "firmware_configs/kiosk/kiosk.env.example").read_text("utf-8"),
            re.M,
        )
    )
    assert set(written) <= example, "what the kiosk's own example does not name"


def test_boards_and_signs_get_an_address_with_their_token(centre, tmp_path):
    assert (
        centre(f"device new board tv-7 --zone K1 --out {tmp_path}")[0] == 0
        and centre(f"device new sign sign-7 --counter HD1 --out {tmp_path}")[0] == 0
    )
    board, sign = (
        env(tmp_path / "tv-7/board.env")["LUOT_BOARD_URL"],
        env(tmp_path / "sign-7/board.env")["LUOT_BOARD_URL"],
    )
    assert board.startswith("https://hub.lan/board/thu-duc?zone=K1#token=") and sign.startswith(
        "https://hub.lan/sign/thu-duc/HD1#token="
    )
    row = device_of(centre.data, board.split("token=")[1])
    assert (row.role, row.zone, row.sound) == ("board", "K1", True)
    row = device_of(centre.data, sign.split("token=")[1])
    assert (row.counter, row.sound) == ("HD1", False)


@pytest.mark.slow
def test_firmware_folders_are_whole_and_esphome_takes_them(centre, tmp_path):
    from firmware_configs.checks.host_build import generate

    assert (
        centre(
            f"device new led led-7 --counter 7 --wifi 'Hội trường' --out {tmp_path}",
            'mật khẩu "dài"\n',
        )[0]
        == 0
    )
    assert centre(f"device new pad pad-7 --counter 7 --out {tmp_path}")[0] == 0
    secrets = yaml.safe_load((tmp_path / "led-7/counter_led/secrets.yaml").read_text("utf-8"))
    assert (secrets["counter"], secrets["wifi_ssid"], secrets["wifi_password"]) == (
        "7",
        "Hội trường",
        'mật khẩu "dài"',
    )
    assert secrets["hub_ca"].startswith("-----BEGIN CERTIFICATE-----")
    assert device_of(centre.data, secrets["bearer"].removeprefix("Bearer ")).counter == "7"
    for main in (
        "led-7/counter_led/hub75.yaml",
        "led-7/counter_led/max7219_http.yaml",
        "pad-7/call_pad/ethernet.yaml",
    ):
        code, output = generate(tmp_path / main, config_only=True)
        assert code == 0, output
    assert "user led-7\ntopic read luot/thu-duc/hub\ntopic read luot/thu-duc/counter/7/now\n" in (
        centre.data / "mosquitto/acl"
    ).read_text("utf-8")
    assert modes(centre.data / "mosquitto") == modes(centre.data / "bridge") == set()


def test_a_device_is_listed_and_shut_off_everywhere(centre, tmp_path):
    assert centre(f"device new pad pad-8 --counter 8 --out {tmp_path}")[0] == 0
    token = yaml.safe_load((centre.data / "bridge/thu-duc/pads/pad-8.json").read_text("utf-8"))[
        "token"
    ]
    assert re.search(r"\tpad\tpad-8\t8\ton\n", centre("device list")[1])
    code, _, err = centre(f"device new led pad-8 --counter 8 --out {tmp_path / 'other'}")
    assert code == 1 and "luot device revoke pad-8" in err and not (tmp_path / "other").exists()
    assert centre("device revoke pad-8")[0] == 0
    assert (
        device_of(centre.data, token) is None
        and not (centre.data / "bridge/thu-duc/pads/pad-8.json").exists()
    )
    assert (
        "pad-8"
        not in (centre.data / "mosquitto/passwd").read_text()
        + (centre.data / "mosquitto/acl").read_text()
    )
    assert (
        centre("device revoke pad-8")[2]
        == "luot: there is no device 'pad-8' that is on; `luot device list` lists them\n"
    )
    assert centre(f"device new pad pad-8 --counter 8 --out {tmp_path / 'again'}")[0] == 0


@pytest.mark.parametrize(
    "words,mend",
    [
        ("device new led LED_1 --counter 3", "small letters a-z"),
        ("device new led ../led --counter 3", "small letters a-z"),
        ("device new led led-1", "give --counter with one of: 1, 2"),
        ("device new sign s-1 --counter 99", "give --counter with one of: 1, 2"),
        ("device new board b-1 --zone K9", "the zones are: HD, K1"),
        ("device new kiosk k-1 --hub hub.lan", "such as https://hub.lan"),
        ("device revoke nobody", "luot device list"),
        ("bridge --centre nowhere", "luot device new led"),
    ],
)
def test_what_cannot_be_made_says_the_mend_and_changes_nothing(centre, tmp_path, words, mend):
    before = centre("device list")[1]
    code, _, err = centre(words + (f" --out {tmp_path}" if " new " in words else ""))
    assert code == 1 and err.startswith("luot: ") and err.count("\n") == 1 and mend in err
    assert list(tmp_path.iterdir()) == [] and centre("device list")[1] == before


def test_a_folder_that_is_there_is_not_written_over(centre, tmp_path):
    (tmp_path / "kiosk-9").mkdir()
    before = centre("device list")[1]
    code, _, err = centre(f"device new kiosk kiosk-9 --out {tmp_path}")
    assert (
        code == 1
        and "is there already" in err
        and centre("device list")[1] == before
        and list((tmp_path / "kiosk-9").iterdir()) == []
    )
