"""The documents say what is true: every setting, command, route, verb, fact and code has its
place.
"""

import importlib
import re
from pathlib import Path

import click
import pytest

from domain.facts import KINDS, table
from domain.ticket import TRANSITIONS
from kiosk.settings import SETTINGS as KIOSK_SETTINGS
from server.__main__ import COMMANDS, ELSEWHERE
from server.config import SETTINGS
from server.payloads import BOARD_VERBS, COUNTER_VERBS, KIOSK_VERBS
from server.web.auth import STATUS
from server.web.openapi import ROUTES, document

ROOT = Path(__file__).parents[1]


def doc(name):
    return (ROOT / "docs" / name).read_text("utf-8")


@pytest.mark.parametrize(
    "setting",
    [f"LUOT_{s.name.upper()}" for s in SETTINGS]
    + [f"LUOT_KIOSK_{s.name.upper()}" for s in KIOSK_SETTINGS],
)
def test_every_setting_is_described(setting):
    assert f"| `{setting}` |" in doc("settings.md")


def test_settings_are_described_with_their_default_and_sentence():
    for setting in SETTINGS:
        assert f"| `LUOT_{setting.name.upper()}` | `{setting.default!r}` | {setting.help} |" in doc(
            "settings.md"
        )


def test_no_setting_is_described_that_does_not_exist():
    settings_there = {f"LUOT_{s.name.upper()}" for s in SETTINGS} | {
        f"LUOT_KIOSK_{s.name.upper()}" for s in KIOSK_SETTINGS
    }
    assert set(re.findall(r"^\| `(LUOT_[A-Z_]+)`", doc("settings.md"), re.M)) <= settings_there


@pytest.mark.parametrize("name", sorted([*COMMANDS, *ELSEWHERE]))
def test_every_command_and_option_is_described(name):
    assert f"| `luot {name}" in doc("settings.md")
    if name in COMMANDS:
        module, function = COMMANDS[name].split(":")
        command = getattr(importlib.import_module(f"server.commands.{module}"), function)
        for command_ in getattr(command, "commands", {"": command}).values():
            for option in command_.params:
                assert not isinstance(option, click.Option) or f"`{option.opts[-1]}`" in doc(
                    "settings.md"
                )


def test_every_verb_fact_and_code_is_described():
    sockets, architecture = doc("sockets.md"), doc("architecture.md")
    for verb in {*COUNTER_VERBS, *KIOSK_VERBS, *BOARD_VERBS}:
        assert re.search(rf"\b{verb}\b", sockets), verb
    for kind, meaning, keys in table():
        assert f"| `{kind}` | {meaning} | {keys} |" in architecture, kind
    for code in STATUS:
        assert f"`{code}`" in sockets and f"| `{code}` |" in doc("api.md"), code
    assert set(TRANSITIONS) <= set(KINDS)


def test_every_route_is_described_and_in_the_openapi_document(tmp_path):
    from tests.support.hub_in_process import hub_in_process

    with hub_in_process(tmp_path) as app:
        rules = list(app.url_map.iter_rules())
    described, machine = doc("api.md"), document()["paths"]
    for rule in rules:
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        if path.startswith(("/static/", "/ui/", "/display/", "/lib/")):
            assert path.split("{")[0] in described
            continue
        made_of_verbs = "{verb}" in path or "{kind}" in path
        assert made_of_verbs or f"`{path}`" in described, path
        if path.startswith("/api/v1/") and not made_of_verbs:
            assert path in machine, path
    for method, path, *_ in ROUTES:
        assert f"| {method.upper()} | `{path}` |" in described
