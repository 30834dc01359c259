"""A voice as one file: made on one hub, taken by another, refused when it is not what it claims."""

import json
import shutil
import zipfile

import pytest
from click.testing import CliRunner

from domain.grammars import GRAMMARS
from server.commands.voice import voice
from server.voice import installed_packs
from server.voice.pack import sha256_of
from server.voice.pack_file import MOST_BYTES


@pytest.fixture
def luot_voice(tmp_path, monkeypatch):
    """The command, with a data folder of its own."""
    monkeypatch.setenv("LUOT_DATA", str(tmp_path / "data"))
    return lambda *words: CliRunner().invoke(voice, [str(word) for word in words])


@pytest.fixture
def of_a_person(luot_voice, tmp_path):
    """A pack of a person, installed as `lan`: the shipped clips under her name."""
    folder = tmp_path / "lan"
    shutil.copytree(installed_packs.SHIPPED / "vi", folder)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest |= {"temporary": False, "speaker": "Nguyễn Thị Lan", "label": "Nguyễn Thị Lan"}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    assert luot_voice("import", folder, "--name", "lan").exit_code == 0
    return folder


def test_a_voice_travels_as_one_file_with_licence_and_consent(luot_voice, of_a_person, tmp_path):
    file = tmp_path / "lan.luotvoice"
    refused = luot_voice("pack", "lan", file)
    assert refused.exit_code == 1 and "consent" in refused.output and not file.exists()

    made = luot_voice("pack", "lan", file, "--consent", "ký 30/11, lưu ở phòng hành chính")
    assert made.exit_code == 0 and made.output.startswith(sha256_of(file.read_bytes()))
    first = file.read_bytes()
    luot_voice("pack", "lan", file, "--consent", "ký 30/11, lưu ở phòng hành chính")
    assert file.read_bytes() == first, "the same pack is the same file"

    taken = luot_voice("import", file, "--name", "tinh", "--data", tmp_path / "other")
    assert taken.exit_code == 0 and "tinh" in taken.output
    for centre in ("thu-duc", "ward-168"):
        pack = installed_packs.find("tinh", "vi", tmp_path / "other", centre)
        assert pack.manifest["consent"].startswith("ký 30/11") and len(pack.clips) == 1 + len(
            GRAMMARS["vi"]["clips"]
        )
    again = luot_voice("pack", "tinh", tmp_path / "b.luotvoice", "--data", tmp_path / "other")
    assert again.exit_code == 0, "the consent came along"


def test_a_machines_voice_needs_nobodys_consent(luot_voice, tmp_path):
    assert luot_voice("pack", "en", tmp_path / "en", "--locale", "en").exit_code == 0
    assert (tmp_path / "en.luotvoice").is_file()


def changed(file, change):
    """The file with other content: `change(names → bytes)`."""
    with zipfile.ZipFile(file) as old:
        content = {name: old.read(name) for name in old.namelist()}
    change(content)
    with zipfile.ZipFile(file, "w") as new:
        for name, body in content.items():
            new.writestr(name, body)


@pytest.mark.parametrize(
    ("change", "mend"),
    [
        (lambda of: of.update({"L_A.mp3": of["L_B.mp3"]}), "L_A"),
        (lambda of: of.update({"../evil.mp3": b"x"}), "nothing else"),
        (lambda of: of.pop("moi_so.mp3"), "no whole file"),
        (lambda of: of.pop("manifest.json"), "no voice pack"),
        (lambda of: of.update({"L_A.mp3": b"x" * 2_000_000}), "larger"),
    ],
)
def test_a_file_that_is_not_what_it_claims_is_refused_whole(luot_voice, tmp_path, change, mend):
    file = tmp_path / "vi.luotvoice"
    assert luot_voice("pack", "vi", file).exit_code == 0
    changed(file, change)
    refused = luot_voice("import", file, "--name", "x")
    assert refused.exit_code == 1 and mend in refused.output, refused.output
    assert not list((tmp_path / "data").rglob("manifest.json"))


def test_what_is_no_such_file_says_its_mend(luot_voice, tmp_path):
    file = tmp_path / "x.luotvoice"
    file.write_bytes(b"PK no zip")
    refused = luot_voice("import", file)
    assert refused.exit_code == 1 and "luot voice pack makes" in refused.output
    with open(file, "wb") as large:
        large.truncate(MOST_BYTES + 1)
    assert "larger than 16 MB" in luot_voice("import", file).output


@pytest.mark.parametrize("locale", list(GRAMMARS))
def test_the_script_of_a_recording_day_has_every_prompt(luot_voice, tmp_path, locale):
    file = tmp_path / "day.html"
    assert luot_voice("script", file, "--locale", locale).exit_code == 0
    page = file.read_text("utf-8")
    for key, words in GRAMMARS[locale]["clips"].items():
        assert f"<code>{key}</code>" in page and words in page
