"""The hub's eventlet worker without its guards against floods: the negative control of their tests.

`gunicorn -k tests.support.unguarded.UnguardedWorker`; nothing a deployed hub can read leads here.
"""

from gunicorn.workers.base_async import AsyncWorker

from server import worker
from server.serving import faults
from server.serving.budgets import Turns
from server.serving.places import Places


class UnguardedWorker(worker.EventletWorker):
    """Serves every connection as gunicorn does by itself."""

    def handle(self, listener, client, addr):
        AsyncWorker.handle(self, listener, client, addr)

    def handle_request(self, listener_name, req, sock, addr):
        return AsyncWorker.handle_request(self, listener_name, req, sock, addr)

    def init_process(self):
        from server.packets import Visitor

        Visitor.readable = lambda _self, data: data
        super().init_process()


def take(self, guest):
    """A place as long as there is one; nobody makes room."""
    if self._here[guest.address] >= self.most_per_address:
        return False
    self._here[guest.address] += 1
    return True


worker.RFC6455WebSocket._recv_frame = worker._plain_frame
Turns.enter = lambda *_: True
Turns.leave = lambda *_: None
Places.take = take
faults.Bounded.filter = lambda *_: True
worker.ACCEPTED_AT_ONCE = 1_000_000_000
