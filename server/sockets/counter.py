"""The namespace of consoles and call pads."""

from functools import partial
from typing import Any

from flask_socketio import join_room

from ..acts import COUNTER_ACTS
from ..payloads import COUNTER_VERBS
from .role import Role, fetches_list, language_of, refuse, takes_changes


class CounterRole(Role):
    """Consoles and call pads."""

    sees, verbs = "see:counter", COUNTER_VERBS

    def arrived(self, sid: str, actor: Any, auth: dict[str, Any]) -> None:
        """Into the room of the counter; its other consoles see that there is one more."""
        counter = str(auth.get("counter") or actor.counter or "")
        if counter not in self.context.centre(actor.centre).counters:
            refuse("unknown_counter", language_of(auth), counter=counter)
        self.who[sid] = (actor, counter)
        self._present(actor, sid)
        self.presence.console_came(actor.centre, counter, sid)
        tell = partial(self.publisher.tell_counter, actor.centre, counter)
        if takes_changes(auth) and fetches_list(auth):
            self.tell_changes(sid, actor, f"parts:{actor.centre}:{counter}", tell)
            return
        room = f"counter:{actor.centre}:{counter}"
        join_room(room)
        if not fetches_list(auth):
            self.presence.wants_whole_list(room, sid)
        self.socketio.start_background_task(tell)

    def left(self, sid: str, actor: Any, counter: str | None) -> None:
        """The other consoles of the counter see that there is one less."""
        if actor and counter:
            self.presence.whole_list_left(f"counter:{actor.centre}:{counter}", sid)
            self.presence.console_left(actor.centre, counter, sid)
            if self.presence.consoles(actor.centre, counter):
                self.publisher.tell_counter(actor.centre, counter)

    def do(
        self, sid: str, actor: Any, counter: str | None, verb: str, payload: dict[str, Any]
    ) -> dict[str, Any]:
        """One of the counter's acts."""
        act: Any = COUNTER_ACTS[verb]
        return act(self.context, actor, payload.pop("request_id"), counter=counter, **payload)
