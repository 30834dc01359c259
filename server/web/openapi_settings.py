"""The routes of settings and people in the OpenAPI document."""

from ..payloads import Empty, Press
from ..payloads.first_run import BeginFirstRun, EndFirstRun, FirstAdmin, FirstCentre
from ..payloads.people import (
    AddPerson,
    AskOfPerson,
    ChangePassword,
    ChangePerson,
    ChoosePin,
    ConfirmPassword,
    ErasePerson,
    LinkIdentity,
    LogInByPasskey,
    LogInByPin,
    MakePasskey,
    PairCounterMachine,
    SecondFactorCode,
)
from ..payloads.province import BaseStep, ProposeBase, ShareBase
from ..payloads.settings import (
    ChangeSettings,
    KeepDraft,
    ManageSettings,
    PreviewScreens,
    PreviewSlip,
    ReviewSettings,
    UndoSettings,
)
from .openapi_parts import Route, parameter

_FIRST = "/api/v1/first-run"
#: A hub's first run, shut once it has ended.
FIRST_RUN: tuple[Route, ...] = (
    ("get", _FIRST, "How far the setting up of this hub is.", None, None),
    ("get", f"{_FIRST}/templates", "The samples a centre may be made of.", None, None),
    ("post", f"{_FIRST}/begin", "The code that stands at the machine.", BeginFirstRun, None),
    ("post", f"{_FIRST}/centre", "The first centre, of a sample or a file.", FirstCentre, None),
    ("post", f"{_FIRST}/admin", "The first administrator, signed in at once.", FirstAdmin, None),
    ("post", f"{_FIRST}/restore", "A backup (the body); the hub starts anew with it.", None, None),
    ("post", f"{_FIRST}/end", "The hub is set up.", EndFirstRun, None),
)
_HERE = "/api/v1/{centre}/settings"
SETTINGS: tuple[Route, ...] = (
    ("get", _HERE, "The settings in force, the draft, what is planned.", None, ()),
    ("post", _HERE, ChangeSettings.__doc__, ChangeSettings, ()),
    ("post", f"{_HERE}/review", ReviewSettings.__doc__, ReviewSettings, ()),
    ("post", f"{_HERE}/preview", PreviewScreens.__doc__, PreviewScreens, ()),
    ("post", f"{_HERE}/preview/slip", PreviewSlip.__doc__, PreviewSlip, ()),
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
    ("get", f"{_HERE}/texts", "The texts a centre may say its own way.", None, ()),
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

_OWN, _PEOPLE = "/api/v1/account", "/api/v1/{centre}/people"
_PERSON = (parameter("person", "A person's id."),)
_REQUESTS = "/api/v1/{centre}/person"
_BASE = "/api/v1/{centre}/base"
_IDENTITIES = "/api/v1/{centre}/sign-in-identities"
_MACHINES = "/api/v1/{centre}/counter-machines"
_MACHINE = (parameter("machine", "A machine's id."),)
_KEY = (parameter("key", "A passkey's id."),)
_SESSION = (parameter("session", "A session's id."),)
#: One's own account, and the accounts of a centre.
PEOPLE: tuple[Route, ...] = (
    (
        "get",
        "/api/v1/{centre}/audit",
        "What was done on a day, by whom and from where, with the heads that seal it; for"
        " administrators.",
        None,
        (
            parameter("day", "YYYY-MM-DD; today where it is left out.", "query"),
            parameter("part", "What of it.", "query", enum=["changes", "log_ins", "all"]),
            parameter("format", "How it is answered.", "query", enum=["json", "csv"]),
        ),
    ),
    ("post", f"{_REQUESTS}/export", AskOfPerson.__doc__, AskOfPerson, ()),
    ("post", f"{_REQUESTS}/erase", ErasePerson.__doc__, ErasePerson, ()),
    ("post", "/api/v1/login/pin", LogInByPin.__doc__, LogInByPin, None),
    ("get", _OWN, "One's own account and sessions.", None, None),
    ("post", f"{_OWN}/password", ChangePassword.__doc__, ChangePassword, None),
    ("post", f"{_OWN}/confirm", ConfirmPassword.__doc__, ConfirmPassword, None),
    (
        "post",
        f"{_OWN}/second-factor/begin",
        "The secret and QR of a new second factor.",
        ConfirmPassword,
        None,
    ),
    ("post", f"{_OWN}/second-factor", SecondFactorCode.__doc__, SecondFactorCode, None),
    ("post", f"{_OWN}/second-factor/end", "The password alone opens.", ConfirmPassword, None),
    ("post", "/api/v1/login/passkey/begin", "What a passkey signs to come in.", Empty, None),
    ("post", "/api/v1/login/passkey", LogInByPasskey.__doc__, LogInByPasskey, None),
    (
        "post",
        f"{_OWN}/passkeys/begin",
        "What a browser makes a passkey by.",
        ConfirmPassword,
        None,
    ),
    ("post", f"{_OWN}/passkeys", MakePasskey.__doc__, MakePasskey, None),
    ("post", f"{_OWN}/passkeys/{{key}}/end", "Remove a passkey.", Press, _KEY),
    ("post", f"{_OWN}/pin", ChoosePin.__doc__, ChoosePin, None),
    ("post", f"{_OWN}/pin/end", "No PIN any more.", ConfirmPassword, None),
    ("post", f"{_OWN}/recovery-codes", "Ten new recovery codes.", ConfirmPassword, None),
    ("post", f"{_OWN}/sessions/{{session}}/end", "End a session of one's own.", Press, _SESSION),
    ("post", f"{_OWN}/sessions/end-others", "End all of one's own but this.", Press, None),
    ("get", _PEOPLE, "Everybody of the centre and their sessions.", None, ()),
    ("post", _PEOPLE, AddPerson.__doc__, AddPerson, ()),
    ("post", f"{_PEOPLE}/{{person}}", ChangePerson.__doc__, ChangePerson, _PERSON),
    ("post", f"{_PEOPLE}/{{person}}/reset", "A one-time code for a password.", Press, _PERSON),
    (
        "post",
        f"{_PEOPLE}/{{person}}/second-factor/end",
        "Somebody lost phone and paper: the password alone opens again.",
        Press,
        _PERSON,
    ),
    ("get", _BASE, "What all centres share, who keeps their own.", None, ()),
    ("post", f"{_BASE}/propose", ProposeBase.__doc__, ProposeBase, ()),
    ("post", f"{_BASE}/share", ShareBase.__doc__, ShareBase, ()),
    ("post", f"{_BASE}/join", "The next centres stand on it; nothing in them changes.", Press, ()),
    ("post", f"{_BASE}/approve", "A second person approves.", BaseStep, ()),
    ("post", f"{_BASE}/drop", "A proposal is taken back.", BaseStep, ()),
    ("post", f"{_BASE}/carry", "It reaches five more centres.", BaseStep, ()),
    ("post", f"{_BASE}/revert", "The last change is undone.", BaseStep, ()),
    ("post", f"{_BASE}/revert/more", "Undoing goes on.", BaseStep, ()),
    ("get", _IDENTITIES, "Who came from the sign-in service.", None, ()),
    ("post", _IDENTITIES, LinkIdentity.__doc__, LinkIdentity, ()),
    ("get", _MACHINES, "The browsers at which PINs are good.", None, ()),
    ("post", _MACHINES, PairCounterMachine.__doc__, PairCounterMachine, ()),
    ("post", f"{_MACHINES}/{{machine}}/end", "No PIN is good there.", Press, _MACHINE),
    ("post", f"{_PEOPLE}/sessions/{{session}}/end", "End a session of anybody.", Press, _SESSION),
)
