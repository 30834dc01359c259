"""What every namespace does.

Each verb: known? allowed? well-formed? then the act, and its answer as the ack.
"""

import logging

from flask import request
from flask_socketio import ConnectionRefusedError, Namespace, join_room

from ..acts import Refusal, StorageError
from ..payloads import BadPayload, read
from ..rights import may
from ..texts import complete

log = logging.getLogger("luot.sockets")
SESSION_COOKIE = "luot_session"


def refuse(code, **params):
    """Refuse a connection, with the code and its sentence."""
    raise ConnectionRefusedError(code, complete(Refusal(code, **params).answer()))


class Role(Namespace):
    """What every namespace does: knows who is on the line, and checks each verb in the same
    order.
    """

    sees, verbs = "", {}

    def __init__(self, namespace, context, identity, publisher):
        super().__init__(namespace)
        self.context, self.identity, self.publisher = context, identity, publisher
        self.who, self._sessions = {}, {}

    def on_connect(self, auth=None):
        """Let in whoever shows a token or session with the right to see this."""
        auth = auth if isinstance(auth, dict) else {}
        actor = self._actor(auth.get("token"))
        if actor is None or not may(actor, self.sees, auth.get("counter")):
            log.info("refused a %s connection from %s", self.namespace, request.remote_addr)
            refuse("not_allowed")
        if visitor := request.environ.get("luot.visitor"):
            visitor.let_in()
        if not actor.device:
            self._sessions[request.sid] = request.cookies[SESSION_COOKIE]
        self.arrived(request.sid, actor, auth)

    def _actor(self, token):
        if isinstance(token, str) and token:
            return self.identity.of_token(token)
        session = request.cookies.get(SESSION_COOKIE)
        found = self.identity.of_session(session) if session else None
        return found[0] if found else None

    def arrived(self, sid, actor, auth):
        """Put the newcomer into its rooms and send it the truth."""
        self.who[sid] = (actor, None)
        join_room(f"centre:{actor.centre}")
        self._present(actor, sid)
        self.socketio.start_background_task(self._first_snapshot, sid, actor)

    def _first_snapshot(self, sid, actor):
        self.socketio.emit("snapshot", self.snapshot(actor), namespace=self.namespace, to=sid)

    def _present(self, actor, sid):
        if actor.device:
            self.publisher.online.setdefault(actor.device, set()).add(sid)

    def on_disconnect(self, *_):
        """Forget whoever left."""
        actor, place = self.who.pop(request.sid, (None, None))
        self._sessions.pop(request.sid, None)
        if actor and actor.device:
            self.publisher.online.get(actor.device, set()).discard(request.sid)
        self.left(request.sid, actor, place)

    def left(self, sid, actor, place):
        """What else to do when somebody left."""

    def trigger_event(self, event, *args):
        """Connecting goes Flask-SocketIO's way; verbs need no request context, which would cost a
        tenth of a ticket.
        """
        if event in ("connect", "disconnect"):
            return super().trigger_event(event, *args)
        return complete(self.answer(event, args[0], args[1] if len(args) > 1 else {}))

    def answer(self, verb, sid, said):
        """One verb's answer, in the ack's shape."""
        known = self.who.get(sid)
        if known is None:
            return Refusal("not_allowed").answer()
        actor, place = known
        if verb not in self.verbs:
            return Refusal("bad_request", key=str(verb)[:40], problem="unknown_verb").answer()
        if not may(actor, verb, place):
            return Refusal("not_allowed").answer()
        try:
            if not self.still_welcome(actor, sid):
                return Refusal("not_allowed").answer()
            return self.do(actor, place, verb, read(self.verbs[verb], said))
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

    def still_welcome(self, actor, sid):
        """A device shut off, and a person logged out, disabled or with another role now, is refused
        at the next verb; their lines are ended soon after (watch.py).
        """
        if actor.device:
            return self.identity.still_on(actor)
        found = self.identity.of_session(self._sessions.get(sid, ""))
        return found is not None and found[0] == actor

    def session_hash(self, sid):
        """By what the store knows the session of a line, or None."""
        return self.identity.hash_of(self._sessions.get(sid, ""))

    def note(self, actor, said):
        """Keep what a device says of itself; `{ok}`."""
        said.pop("request_id", None)
        if actor.device:
            self.identity.status(
                actor,
                {
                    k: v
                    for k, v in list(said.items())[:20]
                    if isinstance(v, (str, int, float, bool)) or v is None
                },
            )
        return {"ok": True, "seq": self.context.seq(actor.centre)}
