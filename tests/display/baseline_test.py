"""Screens of the hall run in Chromium 56: an old television shows the number too."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = [*sorted((ROOT / "display").glob("*.js")), ROOT / "ui/changes.js", ROOT / "ui/hub.js"]
STYLES = [*sorted((ROOT / "display").glob("*.css")), ROOT / "ui/tokens.css", ROOT / "ui/fonts.css"]
PAGES = sorted((ROOT / "display").glob("*.html"))

PARSE = """
const acorn = require("acorn"), fs = require("fs");
for (const file of process.argv.slice(1)) {
  try { acorn.parse(fs.readFileSync(file, "utf8"), {ecmaVersion: 2016, sourceType: "script"}); }
  catch (error) { console.log(file + ": " + error.message); }
}
"""
# after Chromium 56
CALLS = re.compile(
    r"\.(?:replaceAll|matchAll|padStart|padEnd|at|flat|flatMap|finally|allSettled|any|replaceChildren|append|prepend|before|after|toSorted|findLast|hasOwn|fromEntries|"
    r"trimStart|trimEnd|closest\?|requestSubmit)\(|\b(?:structuredClone|AbortController|ResizeObserver|queueMicrotask|globalThis|BigInt|requestIdleCallback)\b"
    r"|Object\.(?:fromEntries|hasOwn)|Promise\.(?:any|allSettled)|\bimport\(|\bawait\b|\basync\b"
)
STYLE = re.compile(
    r"display:\s*(?:inline-)?grid|\bgap\s*:|\b(?:row|column|grid)-gap|\binset\b(?!\s+0)|\binset-|\b(?:clamp|min|max)\(|(?<![-\w])aspect-ratio\s*:|:is\(|:where\(|:has\(|backdrop-filter|@container|@layer|"
    r"@supports|@property|oklch|lab\(|color-mix|\b(?:svh|dvh|lvh|svw|dvw)\b|\bdisplay:\s*contents|font-variation-settings|place-(?:items|content|self)|overflow:\s*clip|"
    r"margin-(?:inline|block)|padding-(?:inline|block)|\brotate:|\btranslate:|\bscale:|image-set|text-wrap"
)


def code_of(path):
    return re.sub(
        r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m[0]), path.read_text("utf-8"), flags=re.S
    )


def matches(pattern, paths):
    return [
        f"{path.name}:{n}: {line.strip()}"
        for path in paths
        for n, line in enumerate(code_of(path).splitlines(), 1)
        if pattern.search(line)
    ]


def test_scripts_are_classic_and_of_2016():
    errors = subprocess.run(
        ["node", "-e", PARSE, *map(str, SCRIPTS)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert errors == ""


def test_socket_library_parses_in_an_old_browser():
    library = ROOT / "node_modules/socket.io-client/dist/socket.io.min.js"
    assert (
        subprocess.run(
            ["node", "-e", PARSE, str(library)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        == ""
    )


def test_scripts_call_nothing_newer():
    assert not matches(CALLS, SCRIPTS)


def test_styles_use_nothing_newer():
    assert not matches(STYLE, STYLES)


@pytest.mark.parametrize(
    "bad",
    [
        "display: grid;",
        "gap: 1rem;",
        "inset: 1rem;",
        "font-size: clamp(1rem, 2vw, 3rem)",
        "aspect-ratio: 1;",
        "a:is(b)",
        "width: min(1px, 2px)",
    ],
)
def test_the_list_of_forbidden_styles_catches(bad):
    assert STYLE.search(bad)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_pages_load_classic_scripts_that_exist(page):
    text = page.read_text("utf-8")
    assert 'type="module"' not in text
    for address in re.findall(r'(?:src|href)="(/[^"?]+)(?:\?hall)?"', text):
        top, rest = address.strip("/").split("/", 1)
        assert (ROOT / {"lib": "node_modules"}.get(top, top) / rest).is_file(), address


def test_every_text_the_screens_ask_for_is_there():
    vi = json.loads((ROOT / "ui/texts/vi/display.json").read_text("utf-8"))
    keys = {f"{area}.{key}" for area, texts in vi.items() for key in texts}
    asked = {
        m
        for path in SCRIPTS
        for m in re.findall(
            r'"((?:board|ahead|sign|stale|sound|refused|day|rest|emergency|hours|prepare|pair|door|rate)\.[a-z_]+)"',
            path.read_text("utf-8"),
        )
    }
    assert asked and asked <= keys
    computed = {
        "sign.called",
        "sign.serving",
        "sign.open",
        "rest.closed",
        "rest.paused",
        "kept.day",
        "kept.yesterday",
    } | {f"hours.{day}" for day in "mon_fri mon tue wed thu fri sat sun".split()}
    assert keys - asked - computed == set(), "texts nobody shows"
