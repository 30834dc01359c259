"""Saying what a new screen is, and looking after those that are there. How a screen comes by its
code, and what becomes of its secret: server/accounts/pairing_codes.py.
"""

import json
import re
import secrets
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from domain.centre import Centre
from domain.displays import LAYOUTS
from domain.facts import ScreensChanged

from ..accounts.pairing_codes import waiting_screen
from ..centre.models.screens import setting_mistakes
from ..media.incoming import file_name
from ..payloads import Press
from ..payloads.screens import ChangeScreen, GroupDevices, Pair
from ..store import lines, people
from ..store import media as media_rows
from ..store import pairing as rows
from ..store.engine import Connection
from .act import Act, ActContext, Actor, Answer, Refusal, verb

KINDS = ("board", "sign")
#: What a paired machine is → the role of its token.
ROLES = {"board": "board", "sign": "board", "kiosk": "kiosk"}
#: A kiosk's name stands on its slips and in file names.
KIOSK_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")
#: What the model says of a setting → what the answer says (`problems` in ui/texts/*/errors.json).
_PROBLEMS = {
    "unknown_key": "setting_unknown",
    "true_or_false": "setting_yes_no",
    "one_of": "setting_one_of",
    "list": "setting_list",
}
#: What hangs on the broker, by the role of its token: the hub hears of these through the bridge
#: only.
BEHIND = {"board": "led", "counter": "pad"}
BEHIND_ROLES = {kind: role for role, kind in BEHIND.items()}
#: What a bridge says of others, and stands with them.
LISTED_APART = ("devices", "versions")
#: Name and kind of what stands between the hub and the broker.
BRIDGE = "bridge"
#: A screen not heard of for so long is shown as lost.
SILENT_MS = 90_000


def pair(
    context: ActContext,
    actor: Actor,
    request_id: str,
    code: str,
    kind: str,
    name: str,
    zone: str | None = None,
    counter: int | str | None = None,
    settings: dict[str, Any] | None = None,
    replaces: str | None = None,
) -> Answer:
    """Say what the machine with this code is; from now on its own secret opens the hall to it.

    In the place of another (`replaces`) it takes over what that was, under the same id: the numbers
    a kiosk held on its disk are its own still, a new disk gets new ones, and the old machine's
    secret opens nothing more. Answers `{device}`.
    """
    try:
        waiting = waiting_screen(context.store, context.clock(), actor.id, actor.centre, code)
    except Refusal as refusal:
        return refusal.answer()
    return _pair(
        context, actor, request_id, waiting.code, kind, name, zone, counter, settings, replaces
    )


@verb("pair", Pair)
def _pair(
    act: Act,
    code: str,
    kind: str,
    name: str,
    zone: str | None = None,
    counter: int | str | None = None,
    settings: dict[str, Any] | None = None,
    replaces: str | None = None,
) -> Answer:
    row = rows.of_code(act.tx.conn, code, act.now)
    if row is None or row.device is not None:
        raise Refusal("unknown_code", typed=code)
    settings = dict(settings or {})
    place = _place(act, kind, zone, counter)
    _checked(settings)
    if kind == "kiosk" and not KIOSK_NAME.fullmatch(name):
        raise Refusal("bad_request", key="name", problem="machine_name")
    if (row.kind == "kiosk") != (kind == "kiosk"):
        raise Refusal("bad_request", key="kind", problem="one_of", expected=row.kind)
    _name_free(act, name, replaces)
    values = {"name": name, "sound": _is_loud(act, kind, name, settings), **place}
    device = _put(act, ROLES[kind], row.claim_hash, replaces, values)
    rows.put_screen(act.tx.conn, device, kind, settings)
    rows.confirmed(act.tx.conn, row.claim_hash, device)
    media_rows.change_screens(act.tx.conn, act.tx.centre)
    act.record(ScreensChanged(what="paired", device=device))
    return {"device": device}


def _put(
    act: Act, role: str, token_hash: str, replaces: str | None, values: Mapping[str, Any]
) -> str:
    """A new device, or the one that another machine replaces, shut off before or not; its id."""
    conn, centre = act.tx.conn, act.tx.centre
    if replaces is None:
        device = secrets.token_hex(8)
        rows.add_device(
            conn, token_hash, id=device, centre=centre, role=role, created_at=act.now, **values
        )
        return device
    row = rows.device(conn, centre, replaces)
    if row is None or row.role != role:
        raise Refusal("unknown_device")
    rows.take_over(conn, row.id, token_hash, **values)
    return str(row.id)


@verb("make_device")
def make_device(
    act: Act,
    kind: str,
    name: str,
    counter: int | str,
    token_hash: str,
    replaces: str | None = None,
) -> Answer:
    """An LED board or call pad, which has no screen to show a code on: its secret is made here and
    flashed into it. `replaces`: the device whose secret is worth nothing from now on.

    Answers `{device}`. Refused with unknown_counter, unknown_device, bad_request (name taken).
    """
    role = BEHIND_ROLES[kind]
    _name_free(act, name, replaces)
    values = {"name": name, "sound": False, "zone": None, "counter": act.counter_of(counter).number}
    device = _put(act, role, token_hash, replaces, values)
    rows.put_screen(act.tx.conn, device, kind, {})
    act.record(ScreensChanged(what="paired", device=device))
    return {"device": device}


def name_behind(context: ActContext, centre: str, device: str) -> str | None:
    """The name of an LED board or pad, which is its account at the broker; None of what is none."""
    with context.store.read() as conn:
        row = rows.device(conn, centre, device)
        kind = rows.screen_of(conn, device)[0]
    return str(row.name) if row is not None and kind in BEHIND_ROLES else None


def register(
    context: ActContext,
    centre: str,
    role: str,
    kind: str,
    name: str,
    counter: str | None = None,
    zone: str | None = None,
    sound: bool = False,
) -> str:
    """Register a machine for the command line, or the bridge: its token. One of the same role and
    name is shut off.
    """
    token, device = secrets.token_urlsafe(32), secrets.token_hex(8)
    with context.store.change() as conn:
        people.revoke_named(conn, centre, role, name, context.clock())
        people.add_device(
            conn,
            id=device,
            centre=centre,
            role=role,
            name=name,
            counter=counter,
            zone=zone,
            sound=sound,
            token=token,
            created_at=context.clock(),
        )
        if kind != "kiosk":
            rows.put_screen(conn, device, kind, {})
    return token


@verb("change_screen", ChangeScreen)
def change_screen(
    act: Act,
    device: str,
    name: str | None = None,
    zone: str | None = None,
    counter: int | str | None = None,
    kind: str | None = None,
    settings: dict[str, Any] | None = None,
) -> Answer:
    """Say anew what a screen is, or how it looks: the keys given replace what stood there,
    `settings` as a whole.
    """
    row = _screen(act, device)
    old_kind, old_settings = rows.screen_of(act.tx.conn, device)
    new_kind = kind or old_kind or "board"
    new_settings = old_settings if settings is None else settings
    new_name = name or row.name
    _checked(new_settings)
    _name_free(act, new_name, device)
    place = _place(
        act,
        new_kind,
        row.zone if zone is None else zone,
        row.counter if counter is None else counter,
    )
    loud = _is_loud(act, new_kind, new_name, new_settings)
    rows.change_device(act.tx.conn, device, name=new_name, sound=loud, **place)
    rows.put_screen(act.tx.conn, device, new_kind, new_settings)
    media_rows.change_screens(act.tx.conn, act.tx.centre)
    act.record(ScreensChanged(what="device", device=device))
    return {"device": device}


@verb("group_devices", GroupDevices)
def group_devices(act: Act, devices: list[str], group: str) -> Answer:
    """Put machines into a group that people name, or, without a name, into none. What a machine
    shows stays as it is.
    """
    wanted = list(dict.fromkeys(devices))
    name = " ".join(group.split()) or None
    if rows.put_in_group(act.tx.conn, act.tx.centre, wanted, name) != len(wanted):
        raise Refusal("unknown_device")
    act.record(ScreensChanged(what="grouped"))
    return {"group": name}


@verb("shut_off", Press)
def shut_off(act: Act, device: str) -> Answer:
    """Take a device's token from it: stolen, broken or no longer used.

    It shows the pairing screen again.
    """
    row = rows.device(act.tx.conn, act.tx.centre, device)
    if row is None:
        raise Refusal("unknown_device")
    people.revoke_device(act.tx.conn, device, act.now)
    media_rows.change_screens(act.tx.conn, act.tx.centre)
    act.record(ScreensChanged(what="shut_off", device=device))
    return {"device": device}


def _is_loud(act: Act, kind: str, name: str, settings: dict[str, Any]) -> bool:
    """Whether a screen of this name and settings is heard: a sign never is."""
    return kind == "board" and bool(act.centre.displays.settings_of(name, settings)["sound"])


def _place(
    act: Act, kind: str, zone: str | None, counter: int | str | None
) -> dict[str, str | None]:
    """Where a screen stands, checked against the centre."""
    if kind == "sign":
        if counter is None:
            raise Refusal("bad_request", key="counter", problem="missing")
        return {"counter": act.counter_of(counter).number, "zone": None}
    if zone and zone not in act.centre.zones:
        raise Refusal(
            "bad_request", key="zone", problem="one_of", expected=", ".join(act.centre.zones)
        )
    return {"counter": None, "zone": zone or None}


def _checked(settings: dict[str, Any]) -> None:
    for mistake in setting_mistakes(settings):
        raise Refusal(
            "bad_request",
            key="settings",
            setting=".".join(map(str, mistake.path[:1])),
            problem=_PROBLEMS.get(mistake.code, mistake.code),
            expected=mistake.params.get("expected") or mistake.params.get("known"),
        )


def _screen(act: Act, device: str) -> Any:
    row = rows.device(act.tx.conn, act.tx.centre, device)
    if (
        row is None
        or row.revoked_at is not None
        or row.role != "board"
        or rows.screen_of(act.tx.conn, device)[0] not in (None, *KINDS)
    ):
        raise Refusal("unknown_device")
    return row


def _name_free(act: Act, name: str, device: str | None) -> None:
    for row in people.devices(act.tx.conn, act.tx.centre):
        if row.name == name and row.id != device and row.revoked_at is None:
            raise Refusal("bad_request", key="name", problem="taken")


def _behind_bridge(rows: Sequence[Any], now: int) -> dict[str, tuple[bool, str]]:
    """`{name: (is it on, the version it runs)}` of the LED boards and pads, as the bridge heard it
    from the broker; empty when the bridge or the broker has not been heard of lately.
    """
    out: dict[str, tuple[bool, str]] = {}
    for d in rows:
        status = json.loads(d.status)
        if (
            d.role == "board"
            and status.get("broker") == "ok"
            and d.seen_at is not None
            and now - d.seen_at <= SILENT_MS
        ):
            versions = _pairs(status.get("versions"))
            out.update(
                (name, (on == "1", versions.get(name, "")))
                for name, on in _pairs(status.get("devices")).items()
            )
    return out


def _pairs(text: object) -> dict[str, str]:
    """What a bridge says of its devices: "led-3=1 pad-3=0"."""
    entries = (entry.partition("=") for entry in str(text or "").split())
    return {name: value for name, _, value in entries}


def devices(context: ActContext, centre: str) -> dict[str, Any]:
    """Every device that is on, with what it is and how it says it is; the boards of the centre's
    file that have no device yet come as `missing`.
    """
    c, now = context.centre(centre), context.clock()
    with context.store.read() as conn:
        there = [device for device in people.devices(conn, centre) if device.revoked_at is None]
        settings_of = rows.screens(conn, [device.id for device in there])
    listed, behind = [], _behind_bridge(there, now)
    for device in there:
        kind, own = settings_of.get(device.id, (None, {}))
        if kind is None and device.role in BEHIND and device.name in behind:
            kind = BEHIND[device.role]  # made before the kind was kept
        row = {
            "device": device.id,
            "role": device.role,
            "kind": kind or device.role,
            "name": device.name,
            "zone": device.zone,
            "counter": device.counter,
            "group": device.group_name,
            "created_at": device.created_at,
            "seen_at": device.seen_at,
            "silent": device.seen_at is not None and now - device.seen_at > SILENT_MS,
            "status": json.loads(device.status),
        }
        if kind in BEHIND.values():
            row["on"], version = behind.get(device.name, (None, ""))
            if version:
                row["status"]["version"] = version
        elif kind == "bridge":
            row["status"] = {
                key: value for key, value in row["status"].items() if key not in LISTED_APART
            }
        elif device.role == "board":
            row.update(settings=c.displays.settings_of(device.name, own), own=own)
        listed.append(row)
    names = {device.name for device in there}
    missing = [
        {"name": name, "zone": row.get("zone"), "layout": row.get("layout", LAYOUTS[0])}
        for name, row in c.displays.boards.items()
        if name not in names
    ]
    return {"devices": listed, "missing": missing, "at": now}


def screen(context: ActContext, actor: Actor, display: str | None = None) -> dict[str, Any]:
    """What one screen shows besides the calls: its settings, the playlist, the hours, what to
    bring. A sign hears its clerk's name only where the centre says so.
    """
    c = context.centre(actor.centre)
    with context.store.read() as conn:
        version, playlist, _ = media_rows.hall_screens(conn, actor.centre)
        held = {row.id: row for row in media_rows.media_of(conn, actor.centre)} if playlist else {}
        row = rows.device(conn, actor.centre, actor.device) if actor.device else None
        kind, own = rows.screen_of(conn, actor.device) if actor.device else (None, {})
        clerk = _clerk(conn, c, row, kind)
    name = (
        (row.name if row and row.name in c.displays.boards else None)
        or display
        or (row.name if row else "")
    )
    at = row.zone if row and row.zone else c.displays.boards.get(name, {}).get("zone")
    return {
        "screens": version_of(c, version),
        "display": {
            "name": name,
            "kind": kind,
            "zone": at,
            "counter": row.counter if row else None,
            **c.displays.settings_of(name, own),
        },
        "playlist": [item for item in (_played(item, held) for item in playlist) if item],
        "hours": {k: list(v or ()) for k, v in c.hours["service"].items()},
        "prepare": c.displays.prepare,
        "clerk": clerk,
    }


def version_of(centre: Centre, version: int) -> str:
    """What changes whenever a screen must ask anew."""
    return f"{version}-{mark_of_displays(centre)}"


def mark_of_displays(centre: Centre) -> str:
    """What changes with what the centre's file says of its screens."""
    about = json.dumps(asdict(centre.displays), sort_keys=True)
    return f"{zlib.crc32(about.encode()):08x}"


def _clerk(conn: Connection, centre: Centre, row: Any, kind: str | None) -> str | None:
    """The clerk's name, for the sign of that very counter, where the centre's file says
    sign_clerk_name.
    """
    if (
        not centre.displays.sign_clerk_name
        or row is None
        or row.counter is None
        or (kind != "sign" and row.role != "counter")
    ):
        return None
    state = lines.counter_states(conn, centre.code).get(row.counter)
    return (
        people.full_names(conn, centre.code).get(state.clerk)
        if state and state.clerk and state.state != "closed"
        else None
    )


def _played(item: dict[str, Any], held: Mapping[str, Any]) -> dict[str, Any] | None:
    if item["kind"] not in ("image", "video"):
        return item
    row = held.get(str(item.get("media")))
    if row is None:
        return None
    return {
        **item,
        "src": f"/media/{file_name(row.id, row.type)}",
        "type": row.type,
        "width": row.width,
        "height": row.height,
        "name": row.name,
    }
