"""Accounts of a centre's people: added, changed, shut, given a new password by a one-time code; and
what everybody does with their own.
"""

import re
import secrets
from typing import Any

from domain.refusal import Refusal

from ..store import people, ways_in
from ..store.people import Row
from . import second_factor
from .actor import Actor
from .identity import Identity, hash_password
from .passwords import SHORTEST, weakness

NAME = re.compile(r"^\w(?:[\w.@ -]{0,62}\w)?$")
#: How long a one-time code for a new password is good.
CODE_MS = 24 * 3_600_000
CODE_LETTERS = 12
#: Who may have a second factor asked at every log-in.
SECOND_FACTOR_ROLES = ("manager", "admin", "province")


def row_of(person: Row[Any], sessions: int, now: int) -> dict[str, Any]:
    """A person as administrators see them."""
    return {
        "id": person.id,
        "name": person.name,
        "full_name": person.full_name,
        "role": person.role,
        "disabled": person.disabled,
        "second_factor": person.totp_since if person.totp_secret else None,
        "must_change": person.must_change,
        "code_over": bool(person.must_change and (person.code_until or 0) < now),
        "sessions": sessions,
    }


def session_row(session: Row[Any], own: str | None) -> dict[str, Any]:
    """A session as its owner and administrators see it; `own`: the hash of the asker's own."""
    return {
        "id": session.token_hash[: people.SESSION_ID],
        "person": session.staff,
        "full_name": session.full_name,
        "since": session.created_at,
        "seen_at": session.seen_at,
        "address": session.address or "",
        "agent": session.agent or "",
        "own": session.token_hash == own,
    }


class StaffAdmin:
    """What is done to accounts, by whom; the identity of the hub checks passwords and sessions."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._store, self._clock = identity.context.store, identity.context.real_clock

    # of others

    def people(self, centre: str) -> list[dict[str, Any]]:
        """Everybody of a centre, with how many sessions they have."""
        with self._store.read() as conn:
            sessions = [row.staff for row in people.sessions_of(conn, centre)]
            return [
                row_of(person, sessions.count(person.id), self._clock())
                for person in people.staff_of(conn, centre)
            ]

    def add(self, actor: Actor, name: str, full_name: str, role: str) -> tuple[str, str]:
        """Add somebody: `(id, one-time code)`. Refused with bad_request for a name that is none, or
        is taken.
        """
        if not NAME.match(name):
            raise Refusal("bad_request", key="name", problem="login_name")
        code, at = second_factor.new_code(CODE_LETTERS), self._clock()
        hashed = self._identity.off_loop(hash_password, second_factor.plain(code))
        person = secrets.token_hex(8)
        with self._store.change() as conn:
            if people.staff_named(conn, actor.centre, name) is not None:
                raise Refusal("bad_request", key="name", problem="name_taken")
            people.add_staff(
                conn,
                id=person,
                centre=actor.centre,
                name=name,
                full_name=full_name,
                role=role,
                password_hash=hashed,
                created_at=at,
                must_change=True,
                code_until=at + CODE_MS,
            )
        self._changed(actor, f"added {person}")
        return person, code

    def change(self, actor: Actor, person_id: str, **values: Any) -> Row[Any]:
        """Set role, full name or `disabled` of somebody else; returns the row before.

        Refused with wrong_state where nobody would be left to administer the centre, and for one's
        own role or lock.
        """
        with self._store.change() as conn:
            person = self._person(conn, actor.centre, person_id)
            if person.id == actor.staff and {"role", "disabled"} & values.keys():
                raise Refusal("wrong_state", number="", state="own_account")
            leaves = values.get("disabled") or values.get("role", person.role) != "admin"
            admins = [
                row.id
                for row in people.staff_of(conn, actor.centre)
                if row.role == "admin" and not row.disabled
            ]
            if leaves and admins == [person.id]:
                raise Refusal("wrong_state", number="", state="last_admin")
            people.change_staff(conn, person.id, at=self._clock(), **values)
            if "role" in values:
                people.end_sessions(conn, person.id)
        self._identity.forget()
        self._changed(actor, f"{' '.join(sorted(values))} {person.id}")
        return person

    def reset(self, actor: Actor, person_id: str) -> str:
        """A one-time code in the place of somebody's password; their sessions end, and every
        other way in: PIN, passkeys, who they are at the sign-in service.
        """
        code = second_factor.new_code(CODE_LETTERS)
        hashed = self._identity.off_loop(hash_password, second_factor.plain(code))
        with self._store.change() as conn:
            person = self._person(conn, actor.centre, person_id)
            if person.id == actor.staff:
                raise Refusal("wrong_state", number="", state="own_account")
            people.change_staff(
                conn,
                person.id,
                password_hash=hashed,
                must_change=True,
                code_until=self._clock() + CODE_MS,
            )
            ways_in.end_all(conn, person.id)
        self._identity.forget()
        self._changed(actor, f"reset {person_id}")
        return code

    def drop_second_factor(self, actor: Actor, person_id: str) -> None:
        """Somebody lost the phone and the paper: the password alone opens again."""
        with self._store.change() as conn:
            person = self._person(conn, actor.centre, person_id)
            people.change_staff(conn, person.id, totp_secret=None, totp_since=None)
            people.set_recovery_codes(conn, person.id, [])
            people.end_sessions(conn, person.id)
        self._identity.forget()
        self._changed(actor, f"second_factor {person_id}")

    def sessions(
        self, centre: str, staff: str | None = None, own: str | None = None
    ) -> list[dict[str, Any]]:
        """The sessions of a centre (of one person); `own`: the asker's token."""
        own_hash = people.hash_of(own) if own else None
        with self._store.read() as conn:
            return [session_row(row, own_hash) for row in people.sessions_of(conn, centre, staff)]

    def end_session(self, actor: Actor, session: str, staff: str | None = None) -> None:
        """End a session of the centre (of one person). Refused with bad_request for none."""
        with self._store.change() as conn:
            for row in people.sessions_of(conn, actor.centre, staff):
                if row.token_hash[: people.SESSION_ID] == session:
                    people.end_session_hash(conn, row.token_hash)
                    break
            else:
                raise Refusal("bad_request", key="session", problem="unknown")
        self._identity.forget()
        self._changed(actor, "session")

    def _person(self, conn: Any, centre: str, person_id: str) -> Row[Any]:
        person = people.staff_by_id(conn, person_id)
        if person is None or person.centre != centre:
            raise Refusal("bad_request", key="person", problem="unknown")
        return person

    def _changed(self, actor: Actor, what: str) -> None:
        self._identity.access_log.changed(actor.centre, actor.id, actor.address, what)

    # one's own

    def own(self, actor: Actor, token: str) -> dict[str, Any]:
        """One's account: names, second factor, sessions."""
        with self._store.read() as conn:
            person = people.staff_by_id(conn, actor.staff or "")
            left = people.recovery_codes_left(conn, actor.staff or "")
        assert person is not None, "whoever has a session is somebody"
        return {
            "name": person.name,
            "full_name": person.full_name,
            "role": person.role,
            "must_change": person.must_change,
            "password_at": person.password_at,
            "second_factor": person.totp_since if person.totp_secret else None,
            "may_second_factor": person.role in SECOND_FACTOR_ROLES,
            "recovery_codes": left,
            "sessions": self.sessions(actor.centre, actor.staff, token),
        }

    def change_password(self, actor: Actor, token: str, old: str, new: str) -> None:
        """One's own password; every other session ends. Refused with not_allowed for a wrong old
        one, with bad_request for a weak new one.
        """
        person = self._identity.confirm(actor, token, old)
        problem = weakness(new, person.name, person.full_name, person.centre)
        if problem is not None:
            raise Refusal("bad_request", key="new", problem=problem, min_length=SHORTEST)
        if old == new:
            raise Refusal("bad_request", key="new", problem="same_password")
        hashed, at = self._identity.off_loop(hash_password, new), self._clock()
        with self._store.change() as conn:
            people.set_own_password(conn, person.id, hashed, at)
            people.end_sessions(conn, person.id, but=token)
        self._identity.forget()
        self._changed(actor, "password")

    def begin_second_factor(
        self, actor: Actor, token: str, password: str, issuer: str
    ) -> dict[str, str]:
        """A secret that waits for its first code: `{secret, address}`."""
        if actor.role not in SECOND_FACTOR_ROLES:
            raise Refusal("not_allowed")
        person = self._identity.confirm(actor, token, password)
        secret = second_factor.new_secret()
        with self._store.change() as conn:
            sealed = self._store.house_key.seal(secret)
            people.change_staff(conn, person.id, totp_pending=sealed)
        return {"secret": secret, "address": second_factor.address_of(secret, person.name, issuer)}

    def finish_second_factor(self, actor: Actor, code: str) -> list[str]:
        """The first code of the app: from now on it is asked for. Returns the recovery codes.

        Refused with not_allowed (second_factor) for a wrong one.
        """
        now = self._clock()
        with self._store.change() as conn:
            person = people.staff_by_id(conn, actor.staff or "")
            pending = person.totp_pending if person is not None else None
            secret = self._store.house_key.open(pending) if pending else None
            step = second_factor.step_of(secret, code, now) if secret else None
            if person is None or step is None:
                raise Refusal("not_allowed", why="second_factor")
            people.change_staff(
                conn,
                person.id,
                totp_secret=self._store.house_key.seal(str(secret)),
                totp_pending=None,
                totp_since=now,
                totp_last_step=step,
            )
            codes = second_factor.new_recovery_codes(conn, person.id)
        self._changed(actor, "second_factor")
        return codes

    def end_second_factor(self, actor: Actor, token: str, password: str) -> None:
        """The password alone opens again."""
        person = self._identity.confirm(actor, token, password)
        with self._store.change() as conn:
            people.change_staff(conn, person.id, totp_secret=None, totp_since=None)
            people.set_recovery_codes(conn, person.id, [])
        self._changed(actor, "second_factor_ended")

    def renew_recovery_codes(self, actor: Actor, token: str, password: str) -> list[str]:
        """Ten new recovery codes; the ones before end."""
        person = self._identity.confirm(actor, token, password)
        with self._store.change() as conn:
            return second_factor.new_recovery_codes(conn, person.id)

    def end_other_sessions(self, actor: Actor, token: str) -> int:
        """End all of one's own sessions but this; how many."""
        with self._store.change() as conn:
            ended = people.end_sessions(conn, actor.staff or "", but=token)
        self._identity.forget()
        return ended
