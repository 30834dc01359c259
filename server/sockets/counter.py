"""The namespace of consoles and call pads."""

from flask_socketio import join_room

from ..acts import COUNTER_ACTS
from ..payloads import COUNTER_VERBS
from .role import Role, refuse


class CounterRole(Role):
    """Consoles and call pads."""

    sees, verbs = "see:counter", COUNTER_VERBS

    def arrived(self, sid, actor, auth):
        counter = str(auth.get("counter") or actor.counter or "")
        if counter not in self.context.centre(actor.centre).counters:
            refuse("unknown_counter", counter=counter)
        self.who[sid] = (actor, counter)
        join_room(f"counter:{actor.centre}:{counter}")
        self._present(actor, sid)
        self.publisher.consoles.setdefault((actor.centre, counter), set()).add(sid)
        self.socketio.start_background_task(self.publisher.tell_counter, actor.centre, counter)

    def left(self, sid, actor, place):
        if actor:
            there = self.publisher.consoles.get((actor.centre, place), set())
            there.discard(sid)
            if there:
                self.publisher.tell_counter(actor.centre, place)

    def do(self, actor, place, verb, said):
        """One of the counter's acts."""
        return COUNTER_ACTS[verb](
            self.context, actor, said.pop("request_id"), counter=place, **said
        )
