"""Voice packs: what ships is whole, a call can be rendered without any audio program, and a lack is
named with its mend.
"""

import itertools
import json
import shutil
import wave
from pathlib import Path

import pytest
from click.testing import CliRunner

from domain.grammars import GRAMMARS, SHIPPED_PACKS
from server.commands.voice import voice
from server.voice import sound as audio
from server.voice.check import alike
from server.voice.loudness import lufs
from server.voice.make import build

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PACKS = ROOT / "display/voice"
CENTRES = sorted((ROOT / "centres").glob("*.yaml"))


@pytest.fixture(autouse=True)
def data(tmp_path_factory, monkeypatch):
    """A data folder of its own, so that no pack of another test is found."""
    folder = tmp_path_factory.mktemp("data")
    monkeypatch.setenv("LUOT_DATA", str(folder))
    return folder


def luot_voice(*words):
    return CliRunner().invoke(voice, [str(word) for word in words])


def manifest(lang):
    return json.loads((PACKS / lang / "manifest.json").read_text("utf-8"))


@pytest.mark.parametrize("lang", sorted(SHIPPED_PACKS))
def test_the_shipped_pack_has_every_clip_of_the_grammar_and_says_what_it_is(lang):
    pack = manifest(lang)
    assert pack["clips"].keys() == GRAMMARS[lang]["clips"].keys() | {"chime"}
    assert (
        all(
            len(clip["sha256"]) == 64 and clip["bytes"] and clip["lufs"]
            for clip in pack["clips"].values()
        )
        and pack["grammar"].startswith(f"{lang}-")
        and pack["speaker"]
    )
    assert (
        pack["temporary"]
        and pack["label"] == "giọng máy tạm thời"
        and pack["licence"]
        and pack["source"]
        and pack["rate"] == 24000
    )
    assert all(
        (PACKS / lang / clip["file"]).stat().st_size > 200 for clip in pack["clips"].values()
    )


@pytest.mark.slow
def test_all_centres_can_be_spoken_with_the_shipped_packs():
    assert len(CENTRES) == 3
    done = luot_voice("check", *CENTRES)
    assert done.exit_code == 0, done.output
    assert "giọng máy tạm thời" in done.output


def test_a_missing_clip_is_named_and_fails_the_check(tmp_path):
    packs = tmp_path / "packs"
    shutil.copytree(PACKS, packs)
    pack = manifest("vi")
    del pack["clips"]["L_A"]
    (packs / "vi/manifest.json").write_text(json.dumps(pack), "utf-8")
    (packs / "vi/7.mp3").write_bytes(b"no sound at all")
    (packs / "en/ticket.mp3").unlink()
    done = luot_voice("check", "--packs", packs, CENTRES[0])
    assert done.exit_code == 1
    assert (
        "lacks 7 L_A" in done.output
        and "7: 7.mp3 cannot be decoded" in done.output
        and "ticket: no file ticket.mp3" in done.output
    )


def test_a_centre_is_held_against_the_pack_named_beside_it(tmp_path):
    """A new pack that is not installed yet: what this centre's calls would lack with it."""
    own = shutil.copytree(PACKS / "vi", tmp_path / "lan")
    (own / "L_A.mp3").unlink()
    done = luot_voice("check", own, CENTRES[0])
    assert done.exit_code == 1 and "the vi pack lan lacks L_A" in done.output, done.output
    assert "0 problems" in luot_voice("check", CENTRES[0]).output


def test_say_prints_words_and_clip_keys():
    done = luot_voice("say", "A012", "3", "--lang", "vi")
    assert done.exit_code == 0
    assert "Mời công dân có số A, không, một, hai, đến quầy số ba" in done.output
    assert "moi_cong_dan_co_so L_A 0 1 2 den_quay_so 3" in done.output
    assert "Ticket A" not in done.output
    assert (
        "den_quay_so 2 0 5" in luot_voice("say", "A012", "2.05").output
        and "is no counter" in luot_voice("say", "A012", "a b").output
    )
    assert "ticket L_A 0 1 2 go_counter 3" in luot_voice("say", "A012", "3", "--lang", "en").output


def test_say_follows_the_centre_file(tmp_path):
    centre = tmp_path / "north.yaml"
    text = CENTRES[0].read_text("utf-8").replace("dialect: south", "dialect: north")
    centre.write_text(text, "utf-8")
    assert (
        "den_quay_so 1 tram linh 5" in luot_voice("say", "E235", "105", "--centre", centre).output
    )
    assert (
        "den_quay_so 1 tram le 5" in luot_voice("say", "E235", "105", "--centre", CENTRES[0]).output
    )


def test_say_renders_a_wav_with_the_chime_first_and_no_long_gap_inside_a_reading(tmp_path):
    done = luot_voice("say", "A012", "3", "--lang", "en", "--wav", tmp_path / "call.wav")
    assert done.exit_code == 0, done.output
    with wave.open(str(tmp_path / "call.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (24000, 1, 2)
    samples, rate = audio.read_wav((tmp_path / "call.wav").read_bytes())
    clips = {lang: manifest(lang)["clips"] for lang in SHIPPED_PACKS}
    vi = sum(clips["vi"][k]["ms"] for k in "moi_cong_dan_co_so L_A 0 1 2 den_quay_so 3".split())
    en = sum(clips["en"][k]["ms"] for k in "ticket L_A 0 1 2 go_counter 3".split())
    gaps = 80 + 100 + 60 + 60 + 160 + 80
    expected = 1500 + 150 + 2 * (vi + gaps) + en + gaps + 2 * 600
    assert abs(len(samples) / rate * 1000 - expected) < 300
    silences = sorted(silent_stretches(samples, rate))
    assert sum(s > 0.45 for s in silences) == 2, (
        "one pause before the second reading, one before the English"
    )
    assert all(s <= 0.25 for s in silences[:-2])


def silent_stretches(samples, rate):
    """Seconds of each stretch below hearing."""
    run = 0
    for sample in samples:
        if abs(sample) < 0.004:
            run += 1
            continue
        if run > rate * 0.03:
            yield run / rate
        run = 0


@pytest.mark.parametrize(
    "words,mend",
    [
        (("say", "A-1", "3"), "give one like A012"),
        (("say", "A012", "??"), "like 3, 3A, 2.05 or HD1"),
        (("say", "A012", "3", "--packs", ROOT / "docs", "--wav", "/dev/null"), "luot voice build"),
        (("check", ROOT / "docs/sockets.md"), "luot load"),
        (("check", ROOT / "package.json"), "luot load"),
        (("say", "A012", "3", "--wav", "/proc/call.wav"), "choose another place"),
    ],
)
def test_a_mistake_gets_one_line_that_says_the_mend(words, mend):
    done = luot_voice(*words)
    assert done.exit_code != 0
    assert mend in done.output


@pytest.mark.slow
def test_building_a_pack_again_gives_the_shipped_one(tmp_path):
    built = build(tmp_path / "vi", "vi")
    assert built["clips"].keys() == manifest("vi")["clips"].keys()
    assert (
        max(
            abs(built["clips"][key]["ms"] - clip["ms"])
            for key, clip in manifest("vi")["clips"].items()
        )
        <= 40
    )


def test_a_recording_is_trimmed_faded_and_levelled_and_the_key_that_ended_it_is_left_out():
    room = [0.0004 * ((i * 7919) % 101 - 50) / 50 for i in range(24000)]
    tone = [0.02 * (i % 48 - 24) / 24 for i in range(12000)]
    click = [0.05 if i % 2 else -0.05 for i in range(240)]
    clip = audio.finish(room[:9000] + tone + room[:7200] + click + room)
    assert abs(len(clip) - (12000 + 288 + 576)) < 250
    assert abs(clip[0]) < 0.001 and abs(clip[-1]) < 0.001
    assert -20.3 < lufs(clip, audio.RATE) < -19.7 and max(map(abs, clip)) <= 0.89
    assert audio.finish([0.0] * 100) == []


def test_the_chime_falls_g_e_c_in_one_and_a_half_seconds():
    bell = audio.chime()
    assert len(bell) == 36000 and max(map(abs, bell)) <= 0.501 and abs(bell[-1]) < 0.01
    assert [
        round(crossings(bell[a:b]) / 10) * 10
        for a, b in ((2400, 6720), (10080, 14400), (24000, 31200))
    ] == [780, 660, 520]


def crossings(samples):
    """Upward zero crossings a second."""
    return sum(a < 0 <= b for a, b in itertools.pairwise(samples)) * audio.RATE / len(samples)


def test_letters_that_sound_alike_are_warned_of():
    assert any("D and V" in text for text in alike("ADV"))
    assert not list(alike("ABCEHKLMXVUT"))
