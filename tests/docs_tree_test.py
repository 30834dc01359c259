"""The documents stand together: links lead somewhere, languages are apart, each guide has its twin,
words that are gone stay gone.
"""

import re
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from server import VERSION
from server.__main__ import luot
from tests.house_test import ROOT, tree

PAGES = [p for p in tree(".md") if "node_modules" not in p.parts]
VIETNAMESE = re.compile(
    r"[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE
)
IN_VIETNAMESE = [p for p in PAGES if "vi" in p.parts or p.name == "README.vi.md"]
IN_BOTH = {ROOT / "docs/glossary.md"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    plain = [re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", h).lower() for h in headings]
    return {re.sub(r"[^\w\- ]", "", h).strip().replace(" ", "-") for h in plain}


def prose(path: Path) -> list[tuple[int, str]]:
    """The lines of a page outside code, without what stands in marks of code or quotation."""
    lines, in_code = [], False
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.lstrip().startswith("```"):
            in_code = not in_code
        elif not in_code:
            quoted = r"`[^`]*`|“[^”]*”|\"[^\"]*\"|\]\([^)]*\)|!?\[[^\]]*\]"
            lines.append((number, re.sub(quoted, "", line)))
    return lines


def vietnamese_words(line: str) -> list[str]:
    return [word for word in re.findall(r"[^\W\d_]+", line) if VIETNAMESE.search(word)]


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_link_leads_somewhere(path):
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text("utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        place, _, anchor = target.partition("#")
        page = (path.parent / place).resolve() if place else path
        if not page.exists() or (anchor and page.suffix == ".md" and anchor not in anchors(page)):
            broken.append(target)
    assert not broken


@pytest.mark.parametrize(
    "path", [p for p in PAGES if p not in {*IN_VIETNAMESE, *IN_BOTH}], ids=name
)
def test_a_page_in_english_is_in_english(path):
    """Names of people and of places, and sounds that are spoken about, are no sentences."""
    mixed = [
        f"{number}: {line.strip()[:80]}"
        for number, line in prose(path)
        if len(words := vietnamese_words(line)) > 3 and 4 * len(words) > len(line.split())
    ]
    assert not mixed


@pytest.mark.parametrize("path", IN_VIETNAMESE, ids=name)
def test_a_page_in_vietnamese_is_in_vietnamese(path):
    foreign = [
        f"{number}: {line.strip()[:80]}"
        for number, line in prose(path)
        if len(line.split()) > 12 and not vietnamese_words(line)
    ]
    assert not foreign


def test_every_guide_is_there_in_both_languages_with_the_same_parts():
    guides = ROOT / "docs/guides"
    roles = {lang: {p.name for p in (guides / lang).glob("*.md")} for lang in ("vi", "en")}
    assert roles["vi"] == roles["en"] >= {"kiosk.md", "clerk.md", "greeter.md", "manager.md"}
    for page in roles["vi"]:
        vi, en = (
            re.findall(r"^(#+) ", (guides / lang / page).read_text("utf-8"), re.MULTILINE)
            for lang in ("vi", "en")
        )
        assert vi == en, page
    assert {p.name for p in (guides / "vi/devices").glob("*.md")} == {
        p.name for p in (ROOT / "docs/devices").glob("*.md")
    }


def test_every_page_is_reached_from_the_readme():
    reached, ahead = set(), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        reached.add(page)
        for target in re.findall(r"\]\(([^)\s#]+)[^)]*\)", page.read_text("utf-8")):
            linked = (page.parent / target).resolve()
            if linked.suffix == ".md" and linked.is_file() and linked not in reached:
                ahead.append(linked)
    assert not {name(p) for p in PAGES if "docs" in p.parts} - {name(p) for p in reached}


def test_the_version_is_one():
    from kiosk import VERSION as KIOSK_VERSION

    pyproject = (ROOT / "pyproject.toml").read_text("utf-8")
    flashed = (ROOT / "firmware_configs" / "esphome" / "base.yaml").read_text("utf-8")
    assert f'  version: "{VERSION}"' in flashed
    pages = (ROOT / "display" / "hall.js").read_text("utf-8")
    assert f'var VERSION = "{VERSION}";' in pages, "boards and signs say the version of their page"
    assert f'version = "{VERSION}"' in pyproject and KIOSK_VERSION == VERSION
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest and newest[1] == VERSION
    assert CliRunner().invoke(luot, ["--version"]).output == f"luot {VERSION}\n"


def test_every_picture_is_shown_and_small():
    shown = "\n".join(p.read_text("utf-8") for p in PAGES)
    for picture in tree(".png", ".webp"):
        if "pictures" in picture.parts:
            assert picture.name in shown, name(picture)
            assert picture.stat().st_size < 300_000, name(picture)


def test_the_changelog_says_nothing_twice():
    """Two branches that both add to its top once doubled it whole."""
    lines = [
        row for row in (ROOT / "CHANGELOG.md").read_text("utf-8").splitlines() if row[:2] == "- "
    ]
    assert not [row for row, times in Counter(lines).items() if times > 1]
