"""The kiosk's settings, texts and small grammar."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.clock import HubClock, local
from kiosk.profiles import PROFILES, Profile
from kiosk.settings import SETTINGS, SettingError, read_settings
from kiosk.words import Words, counters, main_and_rest, minutes

ROOT = Path(__file__).parents[2]
WORDS = Words(ROOT / "ui" / "texts", "slip")


def test_every_setting_has_a_default_that_passes_and_a_sentence():
    settings = read_settings({})
    assert (settings.hub, settings.port, settings.printer, settings.host) == (
        "http://127.0.0.1:8100",
        8101,
        "virtual:",
        "127.0.0.1",
    )
    assert all(setting.sentence.endswith(".") for setting in SETTINGS)


def test_a_flag_goes_before_the_environment():
    assert (
        read_settings({"LUOT_KIOSK_PORT": "9000", "LUOT_KIOSK_CENTRE": "ward"}, port="9001").port
        == 9001
    )
    assert read_settings({"LUOT_KIOSK_CENTRE": "ward"}).centre == "ward"


@pytest.mark.parametrize(
    "environ,named",
    [
        ({"LUOT_KIOSK_PRNTER": "virtual:"}, "LUOT_KIOSK_PRNTER"),
        ({"LUOT_KIOSK_PORT": "http"}, "LUOT_KIOSK_PORT"),
        ({"LUOT_KIOSK_HUB": "hub.lan"}, "LUOT_KIOSK_HUB"),
        ({"LUOT_KIOSK_DEVICE": "../x"}, "LUOT_KIOSK_DEVICE"),
        ({"LUOT_KIOSK_HUB_WAIT_MS": "1"}, "LUOT_KIOSK_HUB_WAIT_MS"),
        ({"LUOT_KIOSK_CONTRAST": "1"}, "LUOT_KIOSK_CONTRAST"),
        ({"LUOT_KIOSK_LOG": "loud"}, "LUOT_KIOSK_LOG"),
    ],
)
def test_a_wrong_setting_is_named(environ, named):
    with pytest.raises(SettingError, match=named):
        read_settings(environ)


def test_other_settings_of_the_house_are_none_of_the_kiosks_business():
    assert (
        read_settings({"LUOT_DATA": "/nowhere", "LUOT_KIOSK_URL": "http://127.0.0.1:8101"}).port
        == 8101
    )


@pytest.mark.slow
def test_a_mistake_ends_the_program_with_one_line_that_says_the_mend(tmp_path):
    for flags, says in (
        (["--printer", "lpt1"], "must begin with"),
        (["--port", "x"], "must be a number"),
        (["--hub", "hub"], "must be an http"),
        (["--host", "192.0.2.1", "--port", "0"], "choose another with --port"),
    ):
        ended = subprocess.run(
            [sys.executable, "-m", "kiosk", "--data", tmp_path / "kiosk", *flags],
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=30,
        )
        assert (
            ended.returncode != 0
            and says in ended.stderr
            and len(ended.stderr.strip().splitlines()) == 1
        ), ended.stderr


def test_counters_and_waits_are_said_as_people_say_them():
    assert [
        counters(WORDS, "vi", n)
        for n in ([3], [9, 10], [2, 3, 4, 5], [2, 4, 7], [1, 4, *range(17, 27)], ["HD1", "HD2"])
    ] == [
        "Quầy 3",
        "Quầy 9 hoặc 10",
        "Quầy 2 đến 5",
        "Quầy 2, 4 hoặc 7",
        "Quầy 1, 4 hoặc 17 đến 26",
        "HD1, HD2",
    ]
    assert [
        minutes(WORDS, "vi", {"low": low, "high": high})
        for low, high in ((15, 25), (0, 10), (0, 0))
    ] == ["15–25 phút", "dưới 10 phút", "dưới 5 phút"]
    assert minutes(WORDS, "en", {"low": 15, "high": 25}) == "15–25 min"
    assert main_and_rest("Chứng thực (sao y, chữ ký)") == (
        "Chứng thực",
        "sao y, chữ ký",
    ) and main_and_rest("Hộ tịch") == ("Hộ tịch", "")


def test_the_hubs_time_goes_on_steadily_when_the_machines_clock_jumps():
    wall, steady = [1000.0], [50.0]
    clock = HubClock(0, lambda: wall[0], lambda: steady[0])
    clock.heard(1_005_000)
    assert (clock.now_ms(), clock.offset_ms) == (1_005_000, 5000)
    wall[0], steady[0] = 9999.0, 60.0
    assert clock.now_ms() == 1_015_000
    clock.heard(1_014_800)
    assert clock.now_ms() == 1_015_000, "a late message does not turn the clock back"
    assert HubClock(5000, lambda: 1000.0, lambda: 0.0).now_ms() == 1_005_000


def test_the_wall_clock_of_the_centre():
    assert f"{local(1795398120000, 'Asia/Ho_Chi_Minh'):%H:%M %d/%m/%Y}" == "08:42 23/11/2026"
    assert f"{local(1795398120000, 'No/Where'):%H:%M}" == "08:42"


def test_profiles_are_sound():
    assert all(profile.name == name for name, profile in PROFILES.items())
    for wrong in ({"dots": 575}, {"slice_rows": 0}, {"slice_rows": 256}, {"cut": "chop"}):
        with pytest.raises(ValueError):
            Profile("wrong", **wrong)


def test_a_profile_of_the_house_comes_before_the_shipped_one_and_a_wrong_one_says_the_mend(
    tmp_path,
):
    from kiosk.printer_address import read_address

    shipped = (ROOT / "firmware_configs" / "printers" / "80mm.yaml").read_text("utf-8")
    (tmp_path / "80mm.yaml").write_text(
        shipped.replace("slice_rows: 128", "slice_rows: 24"), "utf-8"
    )
    (tmp_path / "ours.yaml").write_text(
        shipped.replace("id: 80mm", "id: ours").replace("dots: 576", "dots: 575"), "utf-8"
    )
    try:
        read_settings({"LUOT_KIOSK_PRINTERS": str(tmp_path)})
        assert (
            read_address("network://192.168.1.60").profile.slice_rows == 24
            and read_address("usb://04b8:0e15?profile=tm-t20").profile.dots == 576
        )
        with pytest.raises(SettingError, match="ours.yaml: dots is 575; write a multiple of 8"):
            read_address("network://192.168.1.60?profile=ours")
        with pytest.raises(SettingError, match="not known; known are .*ours"):
            read_address("network://192.168.1.60?profile=theirs")
    finally:
        read_settings({})
    assert read_address("network://192.168.1.60").profile.slice_rows == 128


def test_every_error_the_hub_may_give_has_words_in_both_languages():
    from kiosk.press import STATUS

    for lang in ("vi", "en"):
        errors = json.loads((ROOT / "ui" / "texts" / lang / "kiosk.json").read_text("utf-8"))[
            "errors"
        ]
        assert set(STATUS) <= set(errors)


@pytest.mark.parametrize(
    "installed", [True, False], ids=["Debian's espeak-ng", "only the Python packages"]
)
def test_a_sentence_becomes_sound_with_or_without_debians_program(tmp_path, monkeypatch, installed):
    import wave

    from kiosk.speech import Speaker

    if not installed:
        monkeypatch.setenv("PATH", str(tmp_path))
    speaker = Speaker(tmp_path / "speech", WORDS.languages)
    assert speaker.ready
    file = speaker.say("Phím 1: Chứng thực, 3 người chờ", "vi")
    with wave.open(str(file)) as sound:
        samples = memoryview(sound.readframes(sound.getnframes())).cast("h")
        assert sound.getnframes() > sound.getframerate() and max(samples) > 3000
    assert speaker.say("Phím 1: Chứng thực, 3 người chờ", "vi") == file, "said once, kept"
