"""What every namespace does.

Each verb: known? allowed? well-formed? then the act, and its answer as the ack.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NoReturn

from flask import request
from flask_socketio import ConnectionRefusedError, Namespace, join_room

from domain.languages import DEFAULT

from .. import log_fields
from ..accounts.access_log import REFUSED
from ..acts import Refusal, StorageError
from ..payloads import BadPayload, read
from ..rights import may
from ..texts import complete, languages
from .publish import Publisher

log = logging.getLogger("luot.sockets")
SESSION_COOKIE = "luot_session"


def connection_of() -> str:
    """The connection that this request came on."""
    return str(getattr(request, "sid"))  # noqa: B009 (Flask-SocketIO puts it there)


def fetches_list(auth: dict[str, Any]) -> bool:
    """Whether a client that connects fetches the list of procedures by itself (`catalogue: 1`);
    clients of older versions do not say so, and get it in every snapshot.
    """
    return auth.get("catalogue") == 1


def takes_changes(auth: dict[str, Any]) -> bool:
    """Whether a client that connects puts its snapshot together from the changes (`parts: 1`)."""
    return auth.get("parts") == 1


def language_of(auth: Mapping[str, Any]) -> str:
    """The language a client says it speaks (`lang`), else the default one."""
    lang = auth.get("lang")
    return languages().wanted([lang if isinstance(lang, str) else None])


def refuse(code: str, lang: str = DEFAULT, **params: Any) -> NoReturn:
    """Refuse a connection, with the code and its sentence."""
    raise ConnectionRefusedError(code, complete(Refusal(code, **params).answer(), lang))


class Role(Namespace):
    """What every namespace does: knows who is connected, and checks each verb in the same order.

    who: `{connection: (actor, counter)}`; the number of the counter whose console it is, or None.
    """

    sees: str = ""
    verbs: Mapping[str, Any] = {}

    def __init__(self, namespace: str, context: Any, identity: Any, publisher: Publisher) -> None:
        super().__init__(namespace)
        self.context, self.identity, self.publisher = context, identity, publisher
        self.presence = publisher.presence
        self.who: dict[str, tuple[Any, str | None]] = {}
        #: {connection: the token or session it came in by}
        self._credentials: dict[str, str] = {}
        #: {connection: the language it is answered in}
        self._languages: dict[str, str] = {}
        #: {connection: the id of the request by which it came}
        self._requests: dict[str, str] = {}
        #: {connection: the room it is told changes in}
        self._parts: dict[str, str] = {}

    def on_connect(self, auth: Any = None) -> None:
        """Let in whoever shows a token or session with the right to see this."""
        auth = auth if isinstance(auth, dict) else {}
        actor = self._actor(auth.get("token"))
        if actor is None or not may(actor, self.sees, auth.get("counter")):
            address = request.remote_addr or ""
            log.info("refused a %s connection from %s", self.namespace, address)
            if actor is not None:
                self.identity.access_log.turned_away(
                    REFUSED, actor.centre, actor.id, address, self.sees
                )
            refuse("not_allowed", language_of(auth))
        if visitor := request.environ.get("luot.visitor"):
            visitor.let_in(actor.id)
        self._credentials[connection_of()] = (
            str(auth["token"]) if actor.device else request.cookies[SESSION_COOKIE]
        )
        actor = replace(actor, address=request.remote_addr or "")
        self._languages[connection_of()] = language_of(auth)
        self._requests[connection_of()] = request.environ.get("luot.request_id", "")
        self.arrived(connection_of(), actor, auth)

    def _actor(self, token: Any) -> Any:
        if isinstance(token, str) and token:
            return self.identity.of_token(token)
        session = request.cookies.get(SESSION_COOKIE)
        session_actor = self.identity.of_session(session) if session else None
        return session_actor[0] if session_actor else None

    def arrived(self, sid: str, actor: Any, auth: dict[str, Any]) -> None:
        """Put the newcomer into its rooms and send it the truth."""
        self.who[sid] = (actor, None)
        join_room(f"centre:{actor.centre}")
        self._present(actor, sid)
        self.show(sid, actor, takes_changes(auth))

    def show(self, sid: str, actor: Any, by_changes: bool) -> None:
        """Into the room of the centre's changes, or into that of its whole snapshots."""
        if by_changes:
            tell = partial(self.publisher.tell_hall, self.namespace, actor.centre)
            self.tell_changes(sid, actor, f"parts:{actor.centre}", tell)
            return
        join_room(f"whole:{actor.centre}")
        self.socketio.start_background_task(self._first_snapshot, sid, actor)

    def snapshot(self, actor: Any) -> dict[str, Any]:
        """What somebody who came in is sent first; each namespace says."""
        raise LookupError(f"{self.namespace} has no snapshot of its own")

    def _first_snapshot(self, sid: str, actor: Any) -> None:
        self.before_greeting(actor, sid)
        whole = {**self.snapshot(actor), **self.own(actor, sid)}
        self.socketio.emit("snapshot", whole, namespace=self.namespace, to=sid)

    def tell_changes(self, sid: str, actor: Any, room: str, tell: Callable[[], None]) -> None:
        """Put a client into the room that is told changes, and greet it with the whole: `tell`
        tells the room what is new.
        """
        self._parts[sid] = room
        join_room(room)
        self.socketio.start_background_task(self._greet, sid, actor, room, tell)

    def own(self, actor: Any, sid: str) -> dict[str, Any]:
        """What stands in the whole snapshot of this connection alone."""
        return {}

    def before_greeting(self, actor: Any, sid: str) -> None:
        """What is done or sent before a newcomer's first snapshot."""

    def _greet(self, sid: str, actor: Any, room: str, tell: Callable[[], None]) -> None:
        self.before_greeting(actor, sid)
        tell()
        self.publisher.changes.whole(self.namespace, room, sid, self.own(actor, sid))

    def _present(self, actor: Any, sid: str) -> None:
        if actor.device:
            self.presence.device_came(actor.device, sid)

    def on_disconnect(self, *_: Any) -> None:
        """Forget whoever left."""
        actor, counter = self.who.pop(connection_of(), (None, None))
        self._credentials.pop(connection_of(), None)
        self._languages.pop(connection_of(), None)
        self._requests.pop(connection_of(), None)
        self._parts.pop(connection_of(), None)
        if actor and actor.device:
            self.presence.device_left(actor.device, connection_of())
        self.left(connection_of(), actor, counter)

    def left(self, sid: str, actor: Any, counter: str | None) -> None:
        """What else to do when somebody left."""

    def trigger_event(self, event: str, *args: Any) -> Any:
        """Connecting goes Flask-SocketIO's way; verbs need no request context, which would cost a
        tenth of a ticket.
        """
        if event in ("connect", "disconnect"):
            return super().trigger_event(event, *args)
        payload = args[1] if len(args) > 1 else {}
        with log_fields.of_request(self._requests.get(args[0], "")):
            return complete(self.answer(event, args[0], payload), self._language(args[0], payload))

    def _language(self, sid: str, payload: Any) -> str:
        """That of the visitor for whom a kiosk asks, else the connection's own."""
        wish = payload.get("lang") if isinstance(payload, dict) else None
        if isinstance(wish, str) and wish in languages():
            return wish
        return self._languages.get(sid, DEFAULT)

    def do(
        self, sid: str, actor: Any, counter: str | None, verb: str, payload: dict[str, Any]
    ) -> dict[str, Any]:
        """Carry out a verb that was checked; each namespace with verbs says how."""
        raise Refusal("bad_request", key=verb, problem="unknown_verb")

    def answer(self, verb: str, sid: str, payload: Any) -> dict[str, Any]:
        """One verb's answer, in the ack's shape."""
        here = self.who.get(sid)
        if here is None:
            return Refusal("not_allowed").answer()
        actor, counter = here
        if verb == "whole" and (room := self._parts.get(sid)) is not None:
            self.publisher.changes.whole(self.namespace, room, sid, self.own(actor, sid))
            return {"ok": True, "seq": self.context.seq(actor.centre)}
        if verb not in self.verbs:
            return Refusal("bad_request", key=str(verb)[:40], problem="unknown_verb").answer()
        if not may(actor, verb, counter):
            self.identity.access_log.turned_away(REFUSED, actor.centre, actor.id, "", verb)
            return Refusal("not_allowed").answer()
        try:
            if not self.still_welcome(actor, sid):
                return Refusal("not_allowed").answer()
            return self.do(sid, actor, counter, verb, read(self.verbs[verb], payload))
        except BadPayload as bad:
            return Refusal("bad_request", key=bad.key, problem=bad.problem, **bad.params).answer()
        except Refusal as refusal:
            return refusal.answer()
        except StorageError as trouble:
            log.error("storage: %s", trouble)
            return Refusal(trouble.code).answer()
        except Exception:
            log.exception("%s %s failed", self.namespace, verb)
            return Refusal("internal").answer()

    def still_welcome(self, actor: Any, sid: str) -> bool:
        """A device shut off or replaced, and a person logged out, disabled or with another role
        now, is refused at the next verb; their connections are ended soon after (watch.py).
        """
        credential = self._credentials.get(sid, "")
        if actor.device:
            device = self.identity.of_token(credential)
            return device is not None and device.device == actor.device
        session_actor = self.identity.of_session(credential)
        return session_actor is not None and session_actor[0] == actor

    def credential_hash(self, sid: str) -> str:
        """By what the store knows the token or session of a connection."""
        return self.identity.hash_of(self._credentials.get(sid, ""))

    def note(self, actor: Any, payload: dict[str, Any]) -> dict[str, Any]:
        """Keep what a device says of itself; `{ok}`."""
        payload.pop("request_id", None)
        if actor.device:
            self.identity.status(
                actor,
                {
                    k: v
                    for k, v in list(payload.items())[:20]
                    if isinstance(v, (str, int, float, bool)) or v is None
                },
            )
        return {"ok": True, "seq": self.context.seq(actor.centre)}
