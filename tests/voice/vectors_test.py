"""The reading vectors of docs/voice.md: what `luot voice say` prints is what the page promises."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from domain.announce import utterance
from server.commands.voice import voice

ROOT = Path(__file__).parents[2]
VECTORS = re.findall(
    r"^\| (\w+) \| (\w+) \| ([\w-]+) \| (north|south) \| `(.+)` \|$",
    (ROOT / "docs/voice.md").read_text("utf-8"),
    re.M,
)


def test_the_page_has_them():
    assert len(VECTORS) == 21


@pytest.mark.parametrize("number,counter,lang,dialect,keys", VECTORS)
def test_a_call_is_read_as_the_page_says(number, counter, lang, dialect, keys):
    assert " ".join(utterance(number, counter, 1, lang, {"dialect": dialect})) == keys


@pytest.mark.parametrize("number,counter,lang,dialect,keys", VECTORS[:14])
def test_the_command_says_a_call_as_the_page_does(number, counter, lang, dialect, keys, tmp_path):
    centre = tmp_path / "centre.yaml"
    centre.write_text(
        (ROOT / "centres/thu_duc.yaml")
        .read_text("utf-8")
        .replace("dialect: south", f"dialect: {dialect}"),
        "utf-8",
    )
    result = CliRunner().invoke(
        voice, ["say", number, counter, "--lang", lang, "--centre", str(centre)]
    )
    assert result.exit_code == 0 and f"  {keys}\n" in result.output
