"""Words that were given up for plainer ones do not come back as names in code, files or pages."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.house_test import ROOT, tree

# reads every file of the tree
pytestmark = pytest.mark.slow

GLOSSARY = (ROOT / "docs/glossary.md").read_text("utf-8")


def words_of(heading: str) -> list[str]:
    """The first column of the table below a heading of the glossary."""
    section = GLOSSARY.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `(\w+)` \| ", section, re.M)


GONE = words_of("Words that are gone")
#: Ordinary words that are no name of a thing; pages may use them.
EMPTY = words_of("Names that say nothing")


def names_in(source: str) -> set[str]:
    """Every name in Python code: of modules, classes, functions, attributes, parameters, keywords
    of a call and locals.
    """
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case (
                ast.Attribute(attr=name)
                | ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
                | ast.Name(id=name)
                | ast.arg(arg=name)
            ):
                names.add(name)
            case ast.keyword(arg=str(name)):
                names.add(name)
            case ast.alias(name=name, asname=other):
                names |= {*name.split("."), *([other] if other else [])}
    return {part.lower() for name in names for part in (name, name.strip("_"))}


@cache
def names_of_file(path: Path) -> set[str]:
    """Every name in a file of Python; none in any other."""
    return names_in(path.read_text("utf-8")) if path.suffix == ".py" else set()


def test_the_glossary_lists_words_that_are_gone():
    assert {"nudge", "beside", "shelf", "mother", "rigs", "guesses", "toy_hub"} <= set(GONE)
    assert {"said", "told", "found", "known"} <= set(EMPTY)


@pytest.mark.parametrize("word", [*GONE, *EMPTY])
def test_no_name_is_a_word_that_is_gone(word):
    named = [
        str(path.relative_to(ROOT))
        for path in tree(".py", ".js", ".css", ".html")
        if word in path.relative_to(ROOT).with_suffix("").parts or word in names_of_file(path)
    ]
    assert not named


def declared_in(script: str) -> set[str]:
    """What a script declares by name: constants, variables and functions."""
    return set(re.findall(r"\b(?:const|let|var|function) (\w+)", script))


@pytest.mark.parametrize("path", tree(".js"), ids=lambda p: p.name)
def test_no_script_declares_a_name_that_says_nothing(path):
    assert not declared_in(path.read_text("utf-8")) & {*GONE, *EMPTY}


def test_a_word_that_comes_back_would_be_seen():
    assert declared_in("for (const one of all) {\n  let said = one;") == {"one", "said"}
    assert "shelf" in names_in("from server.voice import installed_packs as shelf")
    assert "nudge" in names_in("def nudge(): pass") and "beside" in names_in("hub.beside.run()")
    assert "beside" in names_in("Reader(beside=('counter',))") & names_in("beside = True")
    assert "beside" in names_in("def read(self, beside): ...")


@pytest.mark.parametrize("path", tree(".md"), ids=lambda p: p.name)
def test_no_page_uses_a_word_that_is_gone_as_a_name(path):
    if path == ROOT / "docs/glossary.md":
        return
    spans = re.findall(r"`([^`\n]+)`", path.read_text("utf-8"))
    words = {word for span in spans for word in re.findall(r"\w+", span)}
    assert not words & set(GONE)
