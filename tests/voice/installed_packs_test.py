"""Packs that are made, brought in, put back or broken: what is installed is whole, and what is
refused says its mend and changes nothing.
"""

import json
import math
import os
import shutil
import struct
import wave
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from domain.grammars import GRAMMARS
from server.acts import StorageError
from server.background import BackgroundTasks
from server.commands.voice import voice
from server.voice import installed_packs, sound
from server.voice.loudness import filters, lufs
from server.voice.pack import BadPack, keys_of, read_pack, sha256_of
from server.web.voices import VoiceWatch

VI = list(GRAMMARS["vi"]["clips"])


@pytest.fixture
def data(tmp_path, monkeypatch):
    """The hub's data folder."""
    monkeypatch.setenv("LUOT_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def luot_voice(*words):
    return CliRunner().invoke(voice, [str(word) for word in words])


def spoken(seconds=0.4, loud=0.2, rate=24000, before=0.3, after=0.4):
    """A voice-like sound in a quiet room, as 16 bit samples."""
    room = [0.0003 * math.sin(i * i) for i in range(int(rate * (before + seconds + after)))]
    for i in range(int(rate * seconds)):
        place = int(rate * before) + i
        room[place] += (
            loud * sum(math.sin(2 * math.pi * 140 * k * i / rate) / k for k in range(1, 6)) / 2
        )
    return room


def wav(path, samples, rate=24000):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(sound.pcm(samples))


@pytest.fixture
def recordings(tmp_path):
    """What an announcer read aloud in an afternoon: one WAV per key, now loud, now soft."""
    folder = tmp_path / "afternoon"
    folder.mkdir()
    takes = [spoken(0.3, loud, before=0.15, after=0.2) for loud in (0.05, 0.1, 0.2)]
    for place, key in enumerate(VI):
        wav(folder / f"{key}.wav", takes[place % 3])
    return folder


READER = (
    "--speaker",
    "Nguyễn Thị Lan",
    "--licence",
    "Đồng ý cho trung tâm dùng",
    "--dialect",
    "south",
)


def test_the_measure_of_loudness_is_the_standards():
    shelf_factors, low_cut = filters(48000)
    assert shelf_factors == pytest.approx(
        (
            1.53512485958697,
            -2.69169618940638,
            1.19839281085285,
            -1.69065929318241,
            0.73248077421585,
        ),
        abs=1e-9,
    )
    assert low_cut == pytest.approx((1, -2, 1, -1.99004745483398, 0.99007225036621), abs=1e-9)
    for rate in (24000, 48000):  # BS.1770: a 997 Hz sine at full scale in one channel reads -3.01
        sine = [0.1 * math.sin(2 * math.pi * 997 * i / rate) for i in range(rate)]
        assert lufs(sine, rate) == pytest.approx(-23.01, abs=0.05)
    assert lufs([0.0] * 5000, 24000) is None


@pytest.mark.slow
def test_an_afternoons_recordings_become_a_pack_and_the_one_before_can_be_put_back(
    recordings, data
):
    assert luot_voice("import", recordings, *READER).exit_code == 0
    pack = installed_packs.find("vi", "vi", data)
    assert (
        list(pack.clips) == ["chime", *VI]
        and pack.manifest["speaker"] == "Nguyễn Thị Lan"
        and not pack.manifest["temporary"]
        and pack.manifest["version"] == 1
    )
    assert all(
        abs(clip["lufs"] + 20) < 0.6 and 290 < clip["ms"] < 400
        for key, clip in pack.clips.items()
        if key != "chime"
    )
    assert luot_voice("check", "vi").exit_code == 0, luot_voice("check", "vi").output
    # the finished pack goes to another hub as it is, for one centre alone
    assert luot_voice("import", pack.folder, "--name", "lan", "--centre", "thu-duc").exit_code == 0
    assert (
        installed_packs.find("lan", "vi", data, "thu-duc").manifest["speaker"] == "Nguyễn Thị Lan"
    )
    with pytest.raises(BadPack, match="luot voice import"):
        installed_packs.find("lan", "vi", data, "ward-1")
    # a second version, then back, then the shipped voice
    assert luot_voice("import", pack.folder).exit_code == 0
    assert installed_packs.in_force(installed_packs.room(data, None, "vi")) == 2
    assert (
        "* 1" in luot_voice("use", "vi", "1").output
        and installed_packs.find("vi", "vi", data).manifest["version"] == 1
    )
    assert (
        luot_voice("use", "vi", "0").exit_code == 0
        and installed_packs.find("vi", "vi", data).folder == installed_packs.SHIPPED / "vi"
    )
    (recordings / "L_Z.wav").unlink()
    gaps = luot_voice("import", recordings, *READER, "--with-gaps")
    assert (
        gaps.exit_code == 0
        and "missing: L_Z" in gaps.output
        and "L_Z: no clip" in luot_voice("check", "vi").output
    )
    assert luot_voice("use", "vi", "0").exit_code == 0
    assert (
        luot_voice("use", "vi", "9").exit_code == 1
        and installed_packs.find("vi", "vi", data).folder == installed_packs.SHIPPED / "vi"
    )


@pytest.mark.slow
def test_what_is_missing_or_strange_in_a_folder_is_said_and_nothing_is_installed(recordings, data):
    for key in ("L_Z", "moi_so"):
        (recordings / f"{key}.wav").unlink()
    short = luot_voice("import", recordings, *READER)
    assert (
        short.exit_code == 1
        and "L_Z: no recording" in short.output
        and "moi_so: no recording" in short.output
        and "--with-gaps" in short.output
    )
    wav(recordings / "hello.wav", spoken())
    wav(recordings / "1.wav", [0.0] * 24000)
    wav(recordings / "2.wav", [max(-1, min(1, 9 * s)) for s in spoken(0.4, 0.9)])
    wav(recordings / "3.wav", spoken(rate=8000), rate=8000)
    wav(recordings / "4.wav", spoken(20))
    (recordings / "5.wav").write_bytes(b"RIFF not a sound")
    (recordings / "6.zip").write_bytes(b"PK\x03\x04")
    (recordings / "7.wav").unlink()
    (recordings / "7.wav").symlink_to("/etc/hostname")
    wav(recordings / "8.mp3", spoken())
    wrong = luot_voice("import", recordings, *READER, "--with-gaps")
    assert wrong.exit_code == 1
    for words in (
        "hello.wav: hello is no clip key",
        "1.wav: nobody speaks",
        "2.wav: recorded too loud",
        "3.wav: is sampled at 8000 Hz",
        "4.wav: is longer than 12 seconds",
        "5.wav: cannot be decoded",
        "6.zip: unpack it first",
        "7.wav: not a file of this folder",
        "8.wav: 8.mp3 is the same key",
    ):
        assert words in wrong.output, (words, wrong.output)
    assert not list(data.glob("voices/*/*/*"))


def broken(pack, what):
    """A copy of a pack, spoilt in one way."""
    path = pack / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    if what == "no manifest":
        path.unlink()
        return
    if what == "outside":
        manifest["clips"]["1"]["file"] = "../../../etc/passwd"
    elif what == "huge manifest":
        manifest["label2"] = "x" * 300_000
    elif what == "huge clip":
        with (pack / "1.mp3").open("r+b") as file:
            file.truncate(50 << 20)
    elif what == "other file":
        shutil.copyfile(pack / "2.mp3", pack / "1.mp3")
        manifest["clips"]["1"]["bytes"] = (pack / "1.mp3").stat().st_size
    elif what == "rate":
        manifest["rate"] = 8000
    elif what == "other rate":
        wav(pack / "one.wav", spoken(), 16000)
        data = (pack / "one.wav").read_bytes()
        manifest["clips"]["1"].update(file="one.wav", bytes=len(data), sha256=sha256_of(data))
    elif what == "not json":
        path.write_text('{"locale": "vi",', "utf-8")
        return
    elif what == "a long bomb":
        head = struct.pack(
            "<4sI4s4sIHHIIHH4sI",
            b"RIFF",
            0xFFFFFFF0,
            b"WAVE",
            b"fmt ",
            16,
            1,
            1,
            24000,
            48000,
            2,
            16,
            b"data",
            0xFFFFFF00,
        )
        (pack / "1.wav").write_bytes(head + bytes(900_000))
        data = (pack / "1.wav").read_bytes()
        manifest["clips"]["1"].update(file="1.wav", bytes=len(data), sha256=sha256_of(data))
    elif what == "language":
        manifest["locale"] = "fr"
    path.write_text(json.dumps(manifest), "utf-8")


@pytest.mark.parametrize(
    "what,mend",
    [
        ("no manifest", "--speaker"),
        ("outside", "lies beside the manifest"),
        ("huge manifest", "larger than 256 kB"),
        ("huge clip", "1: no whole file"),
        ("other file", "sha256 differs"),
        ("rate", "best 24000"),
        ("other rate", "sampled at 16000 Hz"),
        ("not json", "luot voice build"),
        ("a long bomb", "longer than 12 seconds"),
        ("language", "must be one of"),
    ],
)
def test_a_bad_pack_is_refused_with_the_mend(what, mend, tmp_path, data):
    shutil.copytree(installed_packs.SHIPPED / "vi", tmp_path / "pack")
    broken(tmp_path / "pack", what)
    done = luot_voice("import", tmp_path / "pack", "--name", "bad")
    assert done.exit_code != 0 and mend in done.output, done.output
    assert not list(data.glob("voices/*/bad/v*")) and not list(data.glob("voices/*/bad/.new-*"))


@pytest.mark.parametrize(
    "words,mend",
    [
        (("import", "/nowhere"), "give the folder"),
        (("import", installed_packs.SHIPPED / "vi", "--name", "../x"), "small letters"),
        (("check", "nobody"), "its name or folder"),
        (("build", "--builder", "piper"), "--locale"),
        (("build", "--builder", "piper", "--locale", "vi", "--model", "/nowhere.onnx"), "piper"),
    ],
)
def test_a_mistake_says_its_mend(words, mend, data):
    done = luot_voice(*words)
    assert done.exit_code != 0 and mend in done.output, done.output


def test_a_power_cut_while_installing_leaves_the_version_before(data):
    place = installed_packs.room(data, None, "vi")

    def whole(folder, number):
        shutil.copytree(installed_packs.SHIPPED / "vi", folder, dirs_exist_ok=True)

    def cut(folder, number):
        (folder / "1.mp3").write_bytes(b"half")
        raise KeyboardInterrupt

    assert installed_packs.install(place, whole) == 1
    with pytest.raises(KeyboardInterrupt):
        installed_packs.install(place, cut)
    (place / ".new-left-by-kill-9").mkdir()
    (
        place / "v0002"
    ).mkdir()  # renamed never happens before the manifest is there; a bare folder is no version
    assert installed_packs.in_force(place) == 1 and installed_packs.versions(place) == [1]
    (place / "v0002").rmdir()
    assert installed_packs.install(place, whole) == 2 and not list(place.glob(".new-*"))
    for _ in range(7):
        installed_packs.install(place, whole)
    assert (
        len(installed_packs.versions(place)) == installed_packs.KEPT
        and installed_packs.in_force(place) == 9
    )


PIPER = """#!/bin/sh
# A stand-in for piper on the test's PATH: the same command line (--model FILE --output_file OUT, the words on standard input), a spoken WAV at 22050 Hz.
while [ $# -gt 0 ]; do case "$1" in --model) model=$2; shift 2;; --output_file) out=$2; shift 2;; *) echo "unknown $1" >&2; exit 2;; esac; done
[ -s "$model" ] || { echo "no model" >&2; exit 1; }
exec espeak-ng -v vi -s 150 -w "$out" "$(cat)"
"""


@pytest.mark.slow
def test_piper_speaks_a_pack_with_the_operators_model(tmp_path, data, monkeypatch):
    model = tmp_path / "vi_VN-lan-medium.onnx"
    model.write_bytes(b"weights")
    monkeypatch.setenv("PATH", "/nowhere")
    absent = luot_voice("build", "--builder", "piper", "--locale", "vi", "--model", model)
    assert (
        absent.exit_code == 1
        and absent.output.count("\n") == 1
        and "piper is not installed" in absent.output
    )
    monkeypatch.undo()
    monkeypatch.setenv("LUOT_DATA", str(data))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/piper").write_text(PIPER, "utf-8")
    (tmp_path / "bin/piper").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    done = luot_voice(
        "build", "--builder", "piper", "--locale", "vi", "--model", model, "--name", "piper-vi"
    )
    assert done.exit_code == 0, done.output
    made = read_pack(installed_packs.folder_of(installed_packs.room(data, None, "piper-vi"), 1))
    assert made.manifest["voice"] == "piper vi_VN-lan-medium.onnx" and set(made.clips) == {
        "chime",
        *keys_of("vi"),
    }


def test_the_watch_over_voices_outlives_a_database_that_does_not_answer():
    """Its first look fails; at the second it looks at the centre all the same."""
    asked_for, readings = [], iter([StorageError("the disk is away"), {"thu-duc": 7}])

    def seqs():
        reading = next(readings)
        if isinstance(reading, Exception):
            raise reading
        return reading

    def sleep(seconds):
        if asked_for:
            raise KeyboardInterrupt

    context = SimpleNamespace(seqs=seqs, centre=lambda code: asked_for.append(code) or {}[code])
    voices = VoiceWatch(".", context, lambda: None)
    tasks = BackgroundTasks(sleep, lambda work, *args: work(*args))
    with pytest.raises(KeyboardInterrupt):
        tasks.every(60, "voices", voices.refresh)
    assert asked_for == ["thu-duc"] and tasks.states() == {"voices": "failing"}
