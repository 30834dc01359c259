"""The colours keep the contrast they promise, on every ground."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CSS = re.sub(r"/\*.*?\*/", "", (ROOT / "ui/tokens.css").read_text("utf-8"), flags=re.S)


def colours(*selectors):
    by_name = {}
    for selector in selectors:
        block = re.search(re.escape(selector) + r"\s*\{([^}]*)\}", CSS)
        by_name.update(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block[1]))
    return by_name


GROUNDS = {
    "light": colours(":root"),
    "dark": colours(":root", '[data-theme="dark"]'),
    "high": colours(":root", '[data-contrast="high"]'),
    "dark high": colours(
        ":root",
        '[data-theme="dark"]',
        '[data-contrast="high"]',
        '[data-theme="dark"][data-contrast="high"]',
    ),
    "hall light": colours(":root", '[data-hall="light"]'),
}


def contrast(first, other):
    def light(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    bright, dim = sorted((light(first), light(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize(
    "text,under,least",
    [
        ("ink", "paper", 7),
        ("ink", "paper-3", 7),
        ("ink-2", "paper", 7),
        ("ink-2", "paper-2", 4.5),
        ("ink-3", "paper", 4.5),
        ("ink-3", "paper-2", 4.5),
        ("line-3", "paper", 3),
        ("line-3", "paper-2", 3),
        ("on-vermilion", "vermilion", 4.5),
        ("vermilion", "paper", 3),
        ("vermilion-deep", "bad-soft", 4.5),
        ("leaf", "paper", 4.5),
        ("leaf", "leaf-soft", 4.5),
        ("sky", "paper", 4.5),
        ("sky", "sky-soft", 4.5),
        ("ink", "warn-soft", 7),
        ("gold-deep", "paper", 4.5),
        ("rice", "lacquer", 7),
        ("rice", "lacquer-3", 7),
        ("rice-2", "lacquer", 6),
        ("rice-2", "lacquer-3", 4.5),
        ("gold", "lacquer", 4.5),
        ("on-gold", "gold", 4.5),
    ],
)
def test_text_stands_out_from_its_ground(ground, text, under, least):
    assert contrast(GROUNDS[ground][text], GROUNDS[ground][under]) >= least


def test_the_systems_choice_is_the_same_dark():
    auto = re.search(r'\[data-theme="auto"\]\s*\{([^}]*)\}', CSS)[1]
    assert dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", auto)) == colours('[data-theme="dark"]')


def test_every_typeface_file_is_shipped_by_its_package():
    css = (ROOT / "ui/fonts.css").read_text("utf-8")
    files = re.findall(r'url\("/lib/([^"]+)"\)', css)
    assert len(files) == 27 and all((ROOT / "node_modules" / file).is_file() for file in files)
