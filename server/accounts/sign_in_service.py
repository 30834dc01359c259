"""The house's own sign-in service, by OpenID Connect: code flow with PKCE.

Who somebody is there (`sub`, never a name or a mail address) is linked to an account here by an
administrator; nobody is let in because the service knows them. Accounts keep their password, so
whoever administers the centre comes in while the service is away.
"""

import hmac
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..store import people, ways_in
from ..store.people import Row
from .access_log import FAILED
from .actor import Actor
from .identity import Identity
from .sign_in_state import SignInState

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

log = logging.getLogger("luot.accounts")
TIMEOUT_S = 5
#: How long what the service says of itself, and its keys, are taken without asking again.
METADATA_MS = 60 * 60_000
#: A service that did not answer is not asked again so soon; nor its keys, for a key it never had.
PAUSE_MS = 5_000
#: Signatures that only the holder of a private key makes.
ALGORITHMS = frozenset(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384"))
#: How far the service's clock may be off.
LEEWAY_S = 60
#: Of people nobody has linked: how many are kept, and how long.
UNLINKED_KEPT, UNLINKED_MS = 200, 30 * 86_400_000
#: What is shown of somebody, and the claim it is read from where the settings say nothing else.
CLAIMS: Mapping[str, str] = {"name": "name", "login": "preferred_username"}
LONGEST_NAME = 120


class NotSignedIn(Exception):
    """Nobody is let in; `why` is `off`, `down`, `denied`, `stale`, `invalid`, `unlinked` or
    `locked` (a key of the log-in page's texts).
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Service:
    """What the settings say of the sign-in service."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    scopes: str = "openid profile"
    #: How surely somebody must have shown who they are, one of these; empty: the service decides.
    acr_values: tuple[str, ...] = ()
    claims: Mapping[str, str] = field(default_factory=lambda: dict(CLAIMS))
    ca_file: str = ""


class SignInService:
    """Sends people to the service, and takes what it says of them."""

    def __init__(self, identity: Identity, service: Service | None) -> None:
        self._identity, self.service = identity, service
        self._store, self._clock = identity.context.store, identity.context.clock
        self._states = SignInState(self._store, self._clock, "oidc")
        self._metadata: tuple[int, dict[str, Any]] | None = None
        self._keys: tuple[int, KeySet] | None = None
        self._down_at: int | None = None

    # going there and coming back

    def begin(self, centre: str, then: str) -> tuple[str, str]:
        """The address a person is sent to, and what their browser keeps meanwhile; `then`: the page
        they want. Raises NotSignedIn (off, down).
        """
        service = self._on()
        metadata = self._about()
        nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        wanted = {"acr_values": " ".join(service.acr_values)} if service.acr_values else {}
        address, state = self._client(service).create_authorization_url(
            metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce, **wanted
        )
        kept = self._states.begin(
            state=state, nonce=nonce, verifier=verifier, centre=centre, then=then
        )
        return str(address), kept

    def finish(
        self, kept: str, answer: Mapping[str, str], address: str, agent: str
    ) -> tuple[str, Row[Any], str]:
        """`(session token, staff row, the page they want)` of whoever comes back with the service's
        `answer`. Raises NotSignedIn.
        """
        service = self._on()
        begun = self._states.read(kept)
        state = answer.get("state", "")
        if begun is None or not hmac.compare_digest(begun["state"].encode(), state.encode()):
            raise NotSignedIn("stale")
        if not self._states.take(begun):
            raise NotSignedIn("stale")
        if answer.get("iss", service.issuer) != service.issuer:
            raise NotSignedIn("invalid")
        if "code" not in answer:
            raise NotSignedIn("denied")
        try:
            claims = self._claims(service, answer["code"], begun)
        except NotSignedIn as nobody:
            self._turned_away(begun["centre"], None, address, nobody.why)
            raise
        return self._let_in(service, claims, begun, address, agent)

    def _let_in(
        self,
        service: Service,
        claims: Mapping[str, Any],
        begun: Mapping[str, str],
        address: str,
        agent: str,
    ) -> tuple[str, Row[Any], str]:
        centre, sub, now = begun["centre"], str(claims["sub"]), self._clock()
        name = _shown(service.claims, claims)
        with self._store.change() as conn:
            ways_in.identity_seen(conn, centre, service.issuer, sub, name, now)
            kept = ways_in.identity_of(conn, centre, service.issuer, sub)
            ways_in.forget_unlinked(conn, centre, now - UNLINKED_MS, UNLINKED_KEPT)
            staff = kept.staff if kept is not None else None
            person = people.staff_by_id(conn, staff) if staff else None
        if person is None or person.centre != centre:
            self._turned_away(centre, None, address, "unlinked")
            raise NotSignedIn("unlinked")
        if person.disabled or person.must_change:
            self._turned_away(centre, f"staff:{person.id}", address, "locked")
            raise NotSignedIn("locked")
        token, _ = self._identity.begin_session(person, address, agent)
        return token, person, begun["then"]

    # what administrators see and do

    def identities(self, centre: str) -> list[dict[str, Any]]:
        """Who came from the service, the last first: `{issuer, sub, name, seen_at, person}`;
        `person` is empty for whoever nobody has linked.
        """
        with self._store.read() as conn:
            return [
                {
                    "issuer": row.issuer,
                    "sub": row.sub,
                    "name": row.name,
                    "seen_at": row.seen_at,
                    "person": row.staff,
                }
                for row in ways_in.identities(conn, centre)
            ]

    def link(self, actor: Actor, issuer: str, sub: str, person: str | None) -> bool:
        """Say whose somebody of the service is (None: nobody's, their sessions end); False for
        somebody who never came, or a person who is not of the centre.
        """
        with self._store.change() as conn:
            staff = people.staff_by_id(conn, person) if person else None
            if person and (staff is None or staff.centre != actor.centre):
                return False
            before = ways_in.identity_of(conn, actor.centre, issuer, sub)
            if before is not None and before.staff and before.staff != person:
                people.end_sessions(conn, before.staff)
            done = ways_in.link(conn, actor.centre, issuer, sub, person, self._clock(), actor.id)
        self._identity.forget()
        what = f"linked {person}" if person else "unlinked"
        self._identity.access_log.changed(actor.centre, actor.id, actor.address, what)
        return done

    # what the service says

    def _on(self) -> Service:
        if self.service is None:
            raise NotSignedIn("off")
        return self.service

    def _client(self, service: Service) -> Any:
        # loaded here: hubs without a sign-in service do not pay for it
        from authlib.integrations.requests_client import OAuth2Session

        client = OAuth2Session(
            service.client_id,
            service.client_secret or None,
            scope=service.scopes,
            redirect_uri=service.redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if service.client_secret else "none",
            default_timeout=TIMEOUT_S,
        )
        client.trust_env = False  # it stands in the house's own network
        if service.ca_file:
            client.verify = service.ca_file
        return client

    def _get(self, address: str) -> dict[str, Any]:
        """A JSON object of the service. Raises NotSignedIn (down)."""
        from requests import RequestException

        now = self._clock()
        if self._down_at is not None and 0 <= now - self._down_at < PAUSE_MS:
            raise NotSignedIn("down")
        try:
            answer = self._client(self._on()).get(
                address, withhold_token=True, allow_redirects=False, timeout=TIMEOUT_S
            )
            content = answer.json() if answer.status_code == 200 else None
        except (RequestException, ValueError) as trouble:
            log.warning("the sign-in service cannot be asked: %s", type(trouble).__name__)
            content = None
        if not isinstance(content, dict):
            self._down_at = now
            raise NotSignedIn("down")
        self._down_at = None
        return content

    def _about(self) -> dict[str, Any]:
        """What the service says of itself, asked once an hour. Raises NotSignedIn (down)."""
        service, now = self._on(), self._clock()
        if self._metadata is not None and 0 <= now - self._metadata[0] < METADATA_MS:
            return self._metadata[1]
        about = self._get(f"{service.issuer.rstrip('/')}/.well-known/openid-configuration")
        ends = [about.get(f"{name}_endpoint") for name in ("authorization", "token")]
        whole = all(isinstance(end, str) and is_safe(end) for end in (*ends, about.get("jwks_uri")))
        if about.get("issuer") != service.issuer or not whole:
            log.error("the sign-in service says of itself what does not fit LUOT_OIDC_ISSUER")
            raise NotSignedIn("down")
        self._metadata = (now, about)
        return about

    def _key_set(self, wanted: str | None) -> "KeySet":
        """The service's keys; asked again for a key that is not among them, since it changes them.
        Raises NotSignedIn.
        """
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        now = self._clock()
        if self._keys is not None:
            read_at, keys = self._keys
            is_there = wanted is None or any(key.kid == wanted for key in keys.keys)
            old = not 0 <= now - read_at < METADATA_MS
            if not old and (is_there or now - read_at < PAUSE_MS):
                return keys
        content = self._get(self._about()["jwks_uri"])
        try:
            keys = KeySet.import_key_set(content)  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError):
            raise NotSignedIn("invalid") from None
        self._keys = (now, keys)
        return keys

    def _claims(self, service: Service, code: str, begun: Mapping[str, str]) -> dict[str, Any]:
        """What the service says of whoever brought this code. Raises NotSignedIn."""
        from authlib.integrations.requests_client import OAuthError
        from requests import RequestException

        try:
            tokens = self._client(service).fetch_token(
                self._about()["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=begun["verifier"],
                allow_redirects=False,
            )
        except OAuthError:
            raise NotSignedIn("denied") from None
        except (RequestException, ValueError) as trouble:
            log.warning("the sign-in service gave no token: %s", type(trouble).__name__)
            raise NotSignedIn("down") from None
        id_token = tokens.get("id_token") if isinstance(tokens, dict) else None
        if not isinstance(id_token, str):
            raise NotSignedIn("invalid")
        claims = self._verified(service, id_token)
        acr_good = not service.acr_values or claims.get("acr") in service.acr_values
        nonce = str(claims.get("nonce", "")).encode()
        if not acr_good or not hmac.compare_digest(nonce, begun["nonce"].encode()):
            raise NotSignedIn("invalid")
        return claims

    def _verified(self, service: Service, id_token: str) -> dict[str, Any]:
        """The claims of a token that the service signed for this hub, and whose time it is.
        Raises NotSignedIn.
        """
        from joserfc import jws, jwt
        from joserfc.errors import JoseError

        now = self._clock() // 1000
        try:
            header = jws.extract_compact(id_token.encode()).headers()
            keys = self._key_set(header.get("kid"))
            claims = jwt.decode(id_token, keys, algorithms=list(ALGORITHMS)).claims
            jwt.JWTClaimsRegistry(
                now=now,
                leeway=LEEWAY_S,
                iss={"essential": True, "value": service.issuer},
                aud={"essential": True, "value": service.client_id},
                exp={"essential": True},
                iat={"essential": True},
                sub={"essential": True},
            ).validate(claims)
        except (JoseError, ValueError, TypeError, KeyError) as trouble:
            log.warning("a token of the sign-in service is refused: %s", type(trouble).__name__)
            raise NotSignedIn("invalid") from None
        audience, sub = claims["aud"], claims["sub"]
        several = isinstance(audience, list) and len(audience) > 1
        if (several or "azp" in claims) and claims.get("azp") != service.client_id:
            raise NotSignedIn("invalid")
        if not isinstance(sub, str) or not 0 < len(sub) <= 255:
            raise NotSignedIn("invalid")
        return claims

    def _turned_away(self, centre: str, who: str | None, address: str, why: str) -> None:
        self._identity.access_log.turned_away(FAILED, centre, who, address, f"sign_in_{why}")


def is_safe(address: str) -> bool:
    """Whether an address may be asked: over TLS, or on this very machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
    )


def _shown(names: Mapping[str, str], claims: Mapping[str, Any]) -> str:
    """What administrators are shown of somebody of the service: name and log-in there."""
    shown = [claims.get(names.get(key, "")) for key in ("name", "login")]
    words = [str(word) for word in shown if isinstance(word, str) and word]
    return " · ".join(dict.fromkeys(words))[:LONGEST_NAME]
