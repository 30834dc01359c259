"""Passkeys: keys that people's own devices hold, by which they come in without a password.

A browser gives them to a site with TLS and a name only, so there is nothing of them where the hub's
public address (`LUOT_PUBLIC_URL`) is no https with a name. The device has seen who its owner is
(user verification), so a passkey stands for password and second factor together.
"""

import ipaddress
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from domain.refusal import Refusal

from ..store import people, ways_in
from ..store.people import Row
from .access_log import FAILED
from .actor import Actor
from .identity import Identity
from .sign_in_state import SignInState

#: Keys one person may have.
MOST_KEYS = 10


@dataclass(frozen=True)
class Site:
    """Where passkeys are good: the name they belong to, and the address of its pages."""

    name: str
    origin: str


def site_of(public_url: str) -> Site | None:
    """The site of a public address, or None where no browser gives passkeys: without TLS, or by a
    number instead of a name.
    """
    address = urlsplit(public_url.strip())
    name = address.hostname or ""
    if address.scheme != "https" or not name:
        return None
    try:
        ipaddress.ip_address(name)
    except ValueError:
        port = f":{address.port}" if address.port not in (None, 443) else ""
        return Site(name, f"https://{name}{port}")
    return None


class Passkeys:
    """The passkeys of a hub: made, used, listed, removed."""

    def __init__(self, identity: Identity, public_url: str) -> None:
        self._identity = identity
        self._store, self._clock = identity.context.store, identity.context.clock
        self.site = site_of(public_url)
        self._making = SignInState(self._store, self._clock, "passkey_made")
        self._using = SignInState(self._store, self._clock, "passkey_used")

    def _here(self) -> Site:
        if self.site is None:
            raise Refusal("sign_in_off")
        return self.site

    def keys(self, staff: str) -> list[dict[str, Any]]:
        """A person's keys: `{id, name, since, used_at}`."""
        with self._store.read() as conn:
            return [
                {"id": row.id, "name": row.name, "since": row.created_at, "used_at": row.used_at}
                for row in ways_in.passkeys_of(conn, staff)
            ]

    def begin(
        self, actor: Actor, token: str, password: str, centre_name: str
    ) -> tuple[dict[str, Any], str]:
        """After the password: what the browser makes a key by, and what it keeps until `finish`."""
        site = self._here()
        person = self._identity.confirm(actor, token, password)
        # loaded here: most hubs have no passkeys, and it costs a start 76 ms
        from webauthn import generate_registration_options, options_to_json
        from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
        from webauthn.helpers.structs import (
            AuthenticatorSelectionCriteria,
            PublicKeyCredentialDescriptor,
            ResidentKeyRequirement,
            UserVerificationRequirement,
        )

        options = generate_registration_options(
            rp_id=site.name,
            rp_name=centre_name,
            user_id=person.id.encode(),
            user_name=person.name,
            user_display_name=person.full_name,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=base64url_to_bytes(row["id"]))
                for row in self.keys(person.id)
            ],
        )
        state = self._making.begin(
            challenge=bytes_to_base64url(options.challenge), staff=str(person.id)
        )
        return json.loads(options_to_json(options)), state

    def finish(self, actor: Actor, state: str, name: str, credential: dict[str, Any]) -> None:
        """Keep the key the browser made. Raises Refusal not_allowed (passkey) for one that does not
        answer what `begin` asked, and bad_request for one too many.
        """
        site = self._here()
        begun = self._making.read(state)
        if begun is None or begun["staff"] != actor.staff or not self._making.take(begun):
            raise Refusal("not_allowed", why="passkey")
        from webauthn import verify_registration_response
        from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

        try:
            made = self._identity.off_loop(
                lambda: verify_registration_response(
                    credential=credential,
                    expected_challenge=base64url_to_bytes(begun["challenge"]),
                    expected_rp_id=site.name,
                    expected_origin=site.origin,
                    require_user_verification=True,
                )
            )
        except Exception as trouble:
            raise _refused(trouble) from None
        key = bytes_to_base64url(made.credential_id)
        with self._store.change() as conn:
            if len(ways_in.passkeys_of(conn, str(actor.staff))) >= MOST_KEYS:
                raise Refusal("bad_request", key="credential", problem="many", max_length=MOST_KEYS)
            if ways_in.passkey_of(conn, key) is not None:
                raise Refusal("not_allowed", why="passkey")
            ways_in.add_passkey(
                conn,
                id=key,
                staff=actor.staff,
                name=name,
                public_key=bytes_to_base64url(made.credential_public_key),
                sign_count=made.sign_count,
                created_at=self._clock(),
            )
        self._changed(actor, "passkey")

    def end(self, actor: Actor, key: str) -> None:
        """Remove one of one's own. Raises Refusal bad_request for none."""
        with self._store.change() as conn:
            if not ways_in.end_passkey(conn, str(actor.staff), key):
                raise Refusal("bad_request", key="passkey", problem="unknown")
        self._changed(actor, "passkey_ended")

    # coming in

    def challenge(self) -> tuple[dict[str, Any], str]:
        """What a browser signs to come in, whoever it is, and what it keeps until `log_in`."""
        site = self._here()
        from webauthn import generate_authentication_options, options_to_json
        from webauthn.helpers import bytes_to_base64url
        from webauthn.helpers.structs import UserVerificationRequirement

        options = generate_authentication_options(
            rp_id=site.name, user_verification=UserVerificationRequirement.REQUIRED
        )
        state = self._using.begin(challenge=bytes_to_base64url(options.challenge))
        return json.loads(options_to_json(options)), state

    def log_in(
        self, state: str, credential: dict[str, Any], address: str, agent: str
    ) -> tuple[str, str, Row[Any]]:
        """`(token, csrf, staff row)` of a new session, of whoever has the key. Raises Refusal
        not_allowed (passkey) for a key nobody has, an answer to something else, one given before,
        and a person who is locked out.
        """
        site = self._here()
        begun = self._using.read(state)
        key = credential.get("id")
        with self._store.read() as conn:
            kept = ways_in.passkey_of(conn, key) if isinstance(key, str) else None
            person = people.staff_by_id(conn, kept.staff) if kept is not None else None
        if begun is None or kept is None or person is None:
            raise self._turned_away(person, address)
        from webauthn import verify_authentication_response
        from webauthn.helpers import base64url_to_bytes

        try:
            used = self._identity.off_loop(
                lambda: verify_authentication_response(
                    credential=credential,
                    expected_challenge=base64url_to_bytes(begun["challenge"]),
                    expected_rp_id=site.name,
                    expected_origin=site.origin,
                    credential_public_key=base64url_to_bytes(kept.public_key),
                    credential_current_sign_count=kept.sign_count,
                    require_user_verification=True,
                )
            )
        except Exception as trouble:
            _refused(trouble)
            raise self._turned_away(person, address) from None
        if person.disabled or person.must_change or not self._using.take(begun):
            raise self._turned_away(person, address)
        with self._store.change() as conn:
            count, now = used.new_sign_count, self._clock()
            if not ways_in.passkey_used(conn, kept.id, kept.sign_count, count, now):
                raise Refusal("not_allowed", why="passkey")
        token, csrf = self._identity.begin_session(person, address, agent)
        return token, csrf, person

    def _turned_away(self, person: Row[Any] | None, address: str) -> Refusal:
        centre = person.centre if person is not None else None
        who = f"staff:{person.id}" if person is not None else None
        self._identity.access_log.turned_away(FAILED, centre, who, address, "passkey")
        return Refusal("not_allowed", why="passkey")

    def _changed(self, actor: Actor, what: str) -> None:
        self._identity.access_log.changed(actor.centre, actor.id, actor.address, what)


def _refused(trouble: Exception) -> Refusal:
    """The refusal of what the library found wrong; a fault of the program is none and goes on."""
    from webauthn.helpers.exceptions import WebAuthnException

    if not isinstance(trouble, WebAuthnException | ValueError | TypeError | KeyError):
        raise trouble
    return Refusal("not_allowed", why="passkey")
