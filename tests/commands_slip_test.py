"""`luot slip` draws what a kiosk would print, dot for dot, of the centre's file as a hub reads it."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from kiosk.slip import SlipMaker
from server.acts.show.sample_slip import sample_paper
from server.centre import centre_of
from server.centre.yaml_file import read_centre
from tests.kiosk.printer_test import same

ROOT = Path(__file__).parents[1]
WARD = ROOT / "centres" / "ward.yaml"
pytestmark = pytest.mark.slow


def slip(*words):
    return subprocess.run(
        [sys.executable, "-P", "-m", "server", "slip", *map(str, words)],
        capture_output=True,
        timeout=120,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )


def test_the_preview_is_the_slip_dot_for_dot(tmp_path):
    out = tmp_path / "slip.png"
    ended = slip(
        "--preview", out, "--centre", WARD, "--width", 58, "--lang", "en", "--offline", "--reprint"
    )
    assert ended.returncode == 0, ended.stderr
    paper = sample_paper(centre_of(read_centre(WARD)), "en", offline=True)
    assert paper["content"]["number"].endswith("803") and paper["content"]["url"] is None
    picture = Image.open(io.BytesIO(out.read_bytes()))
    maker = SlipMaker(ROOT / "node_modules", ROOT / "ui" / "texts")
    wanted = maker.draw(
        json.loads(json.dumps(paper["content"])),
        384,
        paper["timezone"],
        "reprint",
        paper["template"],
    )
    assert picture.mode == "1" and same(picture, wanted)


@pytest.mark.parametrize(
    "words, mend",
    [
        (("--centre", "none.yaml"), "none.yaml"),
        (("--field", "Q"), "no field or service Q"),
        (("--service", "nothing"), "no field or service nothing"),
    ],
)
def test_what_cannot_be_drawn_is_one_line_and_no_picture(tmp_path, words, mend):
    ended = slip("--preview", tmp_path / "x.png", *words)
    lines = ended.stderr.decode().strip().splitlines()
    assert ended.returncode == 1 and len(lines) == 1 and mend in lines[0], ended.stderr
    assert not (tmp_path / "x.png").exists()


def test_a_folder_that_is_not_there_is_named():
    ended = slip("--preview", "/nowhere/x.png", "--centre", WARD)
    assert ended.returncode == 1 and b"name another file with --preview" in ended.stderr
