"""Centres for tests: documents as plain data that a test may change, and put in force."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from domain.centre import Centre
from domain.loudspeaker import LoudspeakerRules
from server.acts import ActContext, Actor, load_centre
from server.centre import CentreDocument, centre_of, check
from server.centre.build import loudspeaker_rules
from server.centre.models.site import Announcements
from server.centre.models.types import Names
from server.centre.yaml_file import read_centre
from server.store.engine import Store

CENTRES = Path(__file__).resolve().parents[2] / "centres"


def profile_of(name: str = "thu_duc") -> dict[str, Any]:
    """The document of a centre that comes with the house, as plain data."""
    return read_centre(CENTRES / f"{name}.yaml").plain()


def document_of(profile: Mapping[str, Any]) -> CentreDocument:
    """The document of plain data, which must be sound."""
    return _document(json.dumps(profile, ensure_ascii=False))


@lru_cache(maxsize=64)
def _document(profile_text: str) -> CentreDocument:
    """Checked once in a process: most tests begin with the same few centres."""
    profile = json.loads(profile_text)
    document, mistakes = check(profile)
    assert document is not None and not mistakes, [
        mistake.sentence(profile) for mistake in mistakes
    ]
    return document


def centre_from(profile: Mapping[str, Any]) -> Centre:
    """The Centre of plain data."""
    return centre_of(document_of(profile))


def put_in_force(
    store: Store, now: int, profile: Mapping[str, Any], press: str, code: str = "thu-duc"
) -> dict[str, Any]:
    """Load plain data under a centre's code as the command line does; the answer."""
    document = document_of({**profile, "site": {**profile["site"], "code": code}})
    actor = Actor(code, "hub:command", "admin", name="luot")
    return load_centre(ActContext(store, lambda: now), actor, press, document)


def rules_of(timezone: str, announcements: Mapping[str, Any] | None) -> LoudspeakerRules:
    """The loudspeakers' rules of a section `announcements`."""
    names = Names(set(), set(), set(), set())
    section = Announcements.model_validate(dict(announcements or {}), context=names)
    return loudspeaker_rules(timezone, section)
