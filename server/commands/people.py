"""`luot user`: staff. `luot token`: devices."""

import re
import secrets
import sys

import click

from domain.centre import Centre
from domain.day import CLOSED
from domain.languages import COMMAND_LINE, DEFAULT

from ..accounts.identity import hash_password
from ..accounts.passwords import SHORTEST, weakness
from ..acts import ActContext, close_counter
from ..clock import now_ms
from ..rights import DEVICE_ROLES, STAFF_ROLES
from ..store import lines
from ..store import people as rows
from ..texts import complete, problem_in_words
from .common import (
    as_admin,
    centre_option,
    context_of,
    data_option,
    one_line_errors,
    only_centre,
    opened,
    press,
)

NAME = re.compile(r"^\w(?:[\w.@ -]{0,62}\w)?$")


@click.command()
@click.argument("name", required=False)
@data_option
@centre_option
@click.option(
    "--role", type=click.Choice(STAFF_ROLES), help="What this person does; needed for somebody new."
)
@click.option("--full-name", help="The name as colleagues read it.")
@click.option(
    "--password-stdin",
    is_flag=True,
    help="Read the password from standard input; without it a random one is made and printed once.",
)
@click.option("--disable", is_flag=True, help="Lock this person out; open sessions end.")
@click.option(
    "--end-second-factor",
    is_flag=True,
    help="Phone and recovery codes are lost: the password alone opens again.",
)
@one_line_errors
def user(
    name: str | None,
    data: str | None,
    centre: str | None,
    role: str | None,
    full_name: str | None,
    password_stdin: bool,
    disable: bool,
    end_second_factor: bool,
) -> None:
    """Add a member of staff, give a new password, or lock one out. Without NAME: list them."""
    settings, store = opened(data)
    if not name:
        with store.read() as conn:
            for row in rows.staff_of(conn, centre):
                state = "locked" if row.disabled else ""
                line = f"{row.centre}\t{row.name}\t{row.role}\t{row.full_name}\t{state}"
                click.echo(line.rstrip())
        return
    code = only_centre(store, centre)
    with store.read() as conn:
        person = rows.staff_named(conn, code, name)
    if disable:
        if person is None:
            sys.exit(f"luot: there is no {name!r} at {code}; `luot user` lists everybody")
        with store.change() as conn:
            rows.change_staff(conn, person.id, disabled=True)
        click.echo(f"{name}: locked out")
        _close_counters_of(context_of(settings, store), code, person.id)
        return
    if end_second_factor:
        if person is None:
            sys.exit(f"luot: there is no {name!r} at {code}; `luot user` lists everybody")
        with store.change() as conn:
            rows.change_staff(conn, person.id, totp_secret=None, totp_since=None)
            rows.set_recovery_codes(conn, person.id, [])
            rows.end_sessions(conn, person.id)
        click.echo(f"{name}: the password alone opens again")
        return
    if person is None and role is None:
        sys.exit(
            f"luot: {name!r} is new; say what the person does with --role {'|'.join(STAFF_ROLES)}"
        )
    if person is None and not NAME.match(name):
        sys.exit(
            f"luot: {name!r} is no name to log in by; use 1 to 64 letters and figures, with . _ @"
            " or - between"
        )
    # typed and hashed before the store is held: a hub gives no numbers while somebody thinks of a
    # password
    password = _password(password_stdin, name, full_name or "", code, "luot")
    hashed = hash_password(password)
    with store.change() as conn:
        if person:
            rows.change_staff(
                conn,
                person.id,
                at=now_ms(),
                password_hash=hashed,
                failures=0,
                locked_until=0,
                disabled=False,
                must_change=False,
                code_until=None,
                **({"role": role} if role else {}),
                **({"full_name": full_name} if full_name else {}),
            )
        else:
            rows.add_staff(
                conn,
                id=secrets.token_hex(8),
                centre=code,
                name=name,
                full_name=full_name or name,
                role=role,
                password_hash=hashed,
                created_at=now_ms(),
            )
    click.echo(f"{name}: " + ("password set" if password_stdin else f"password {password}"))


def _password(from_stdin: bool, *about: str) -> str:
    if not from_stdin:
        return secrets.token_urlsafe(12)
    password = sys.stdin.readline().rstrip("\n")
    problem = weakness(password, *about)
    if problem is not None:
        own, default = (
            problem_in_words(problem, {"min_length": SHORTEST}, lang)
            for lang in (COMMAND_LINE, DEFAULT)
        )
        sys.exit(f"luot: {own} ({default})")
    return password


def _place(centre: Centre, role: str | None, counter: str | None, zone: str | None) -> None:
    """A token for a place that is not there would fail in the hall, far from here."""
    if (counter is not None and role != "counter") or (zone is not None and role != "board"):
        sys.exit(
            "luot: --counter belongs to --role counter and --zone to --role board; leave the"
            " other out"
        )
    if counter is not None and counter not in centre.counters:
        sys.exit(
            f"luot: there is no counter {counter!r}; the counters are: {', '.join(centre.counters)}"
        )
    if zone is not None and zone not in centre.zones:
        sys.exit(f"luot: there is no zone {zone!r}; the zones are: {', '.join(centre.zones)}")


def _close_counters_of(context: ActContext, code: str, staff: str) -> None:
    """Nobody sits there any more: a counter left open would keep whoever was sent to it waiting."""
    with context.store.read() as conn:
        states = lines.counter_states(conn, code)
    for number, row in sorted(states.items()):
        if row.clerk != staff or row.state == CLOSED:
            continue
        answer = close_counter(context, as_admin(code), press(), counter=number)
        if answer["ok"]:
            click.echo(f"counter {number}: closed")
        else:
            click.echo(
                f"counter {number}: still open, {complete(answer, COMMAND_LINE)['message']}"
                " A colleague takes it over at its console."
            )


@click.command()
@data_option
@centre_option
@click.option("--role", type=click.Choice(DEVICE_ROLES), help="What the device is.")
@click.option(
    "--name", help="Its name, e.g. kiosk-1; a new token of the same role and name replaces the old."
)
@click.option("--counter", help="For role counter: the one counter it may drive.")
@click.option("--zone", help="For role board: the zone it shows.")
@click.option("--silent", is_flag=True, help="For role board: shows, does not speak.")
@click.option("--revoke", metavar="ID", help="Shut a device off.")
@click.option("--list", "list_", is_flag=True, help="List the devices.")
@one_line_errors
def token(
    data: str | None,
    centre: str | None,
    role: str | None,
    name: str | None,
    counter: str | None,
    zone: str | None,
    silent: bool,
    revoke: str | None,
    list_: bool,
) -> None:
    """Make a token for a device and print it once; or list and shut off devices."""
    settings, store = opened(data)
    code = only_centre(store, centre)
    if list_:
        with store.read() as conn:
            for row in rows.devices(conn, code):
                place = row.counter or row.zone or ""
                state = "revoked" if row.revoked_at else "on"
                click.echo(f"{row.id}\t{row.role}\t{row.name}\t{place}\t{state}")
        return
    _place(context_of(settings, store).centre(code), role, counter, zone)
    with store.change() as conn:
        if revoke:
            if not rows.revoke_device(conn, revoke, now_ms()):
                sys.exit(
                    f"luot: there is no device {revoke!r} that is on; `luot token --list` lists"
                    " them"
                )
            click.echo(f"{revoke}: shut off")
            return
        if role is None:
            sys.exit(f"luot: say what the device is with --role {'|'.join(DEVICE_ROLES)}")
        device_name = name or (
            f"counter-{counter}" if counter else f"{role}-{secrets.token_hex(3)}"
        )
        rows.revoke_named(conn, code, role, device_name, now_ms())
        secret = secrets.token_urlsafe(24)
        rows.add_device(
            conn,
            id=secrets.token_hex(8),
            centre=code,
            role=role,
            name=device_name,
            counter=counter,
            zone=zone,
            sound=not silent,
            token=secret,
            created_at=now_ms(),
        )
    click.echo(secret)
