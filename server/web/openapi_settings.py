"""The routes of settings and people in the OpenAPI document."""

from ..payloads import Press
from ..payloads.settings import (
    ChangeSettings,
    KeepDraft,
    ManageSettings,
    ReviewSettings,
    UndoSettings,
)
from .openapi_parts import Route, parameter

_HERE = "/api/v1/{centre}/settings"
SETTINGS: tuple[Route, ...] = (
    ("get", _HERE, "The settings in force, the draft, what is planned.", None, ()),
    ("post", _HERE, ChangeSettings.__doc__, ChangeSettings, ()),
    ("post", f"{_HERE}/review", ReviewSettings.__doc__, ReviewSettings, ()),
    ("put", f"{_HERE}/draft", KeepDraft.__doc__, KeepDraft, ()),
    ("post", f"{_HERE}/undo", UndoSettings.__doc__, UndoSettings, ()),
    (
        "post",
        f"{_HERE}/planned/{{planned}}/drop",
        "A change that waits does not come.",
        Press,
        (parameter("planned", "Its id."),),
    ),
    ("post", f"{_HERE}/managed", ManageSettings.__doc__, ManageSettings, ()),
    ("get", f"{_HERE}/versions", "The versions that were in force, newest first.", None, ()),
    (
        "get",
        f"{_HERE}/versions/{{version}}",
        "What a version changed, and what going back to it would change now.",
        None,
        (parameter("version", "Its number.", pattern="^[0-9]{1,9}$"),),
    ),
    ("get", f"{_HERE}/search", "Every setting with its value.", None, ()),
    (
        "get",
        f"{_HERE}/holidays",
        "The public holidays of a year, as proposals.",
        None,
        (parameter("year", "The year.", "query", pattern="^[0-9]{4}$"),),
    ),
    ("get", f"{_HERE}/file", "The document in force as YAML.", None, ()),
    (
        "post",
        f"{_HERE}/file",
        "A file (the body, YAML) held against the document in force: the changes for a draft.",
        None,
        (),
    ),
)
