"""docs/security.md says by what each line is held: the file is there, and has tests."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (\d+\.[^|]+) \| ([^|]+) \| (held|partly|no) \| ([^|]+) \|$", re.M)


def rows():
    return ROW.findall((ROOT / "docs" / "security.md").read_text("utf-8"))


def test_every_line_says_by_what_it_is_held_or_why_not():
    page = (ROOT / "docs" / "security.md").read_text("utf-8")
    lines = [line for line in page.splitlines() if re.match(r"\| \d+\.", line)]
    assert len(rows()) == len(lines) > 40
    assert len({ids for ids, *_ in rows()}) == len(lines)


def test_the_tests_a_line_names_are_there():
    for ids, _, _, by in rows():
        for name in re.findall(r"`(tests/[^`]+)`", by):
            assert "def test_" in (ROOT / name).read_text("utf-8"), f"{ids}: {name}"
