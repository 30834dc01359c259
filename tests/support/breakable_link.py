"""A link between two programs that a test can cut, stall, slow down, make deaf in one direction,
or listen in on.
"""

import asyncio
import contextlib
import threading


class BreakableLink:
    """A TCP proxy on 127.0.0.1: connect to `.port` instead of `target_port`.

    Runs in a thread of its own until `remove()`.

    `ear()` is called for every new connection and gives what hears all that passes: `hears(data,
    is_answer)` yields the bytes that go on. What stands behind a `yield`
    happens once those bytes have left; ConnectionAbortedError breaks the connection.
    """

    def __init__(self, target_port: int, ear=None):
        self.target_port, self._ear = target_port, ear
        self.delay = 0.0
        self._answers_pass = True
        self._tasks: set[asyncio.Task] = set()
        self._loop = asyncio.new_event_loop()
        self._flow = asyncio.Event()
        self._flow.set()
        self._server = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="link", daemon=True)
        self._thread.start()
        self.port = 0
        self._do(self._listen())

    def cut(self) -> None:
        """Every connection breaks, and no new one is accepted until `mend()`."""
        self._do(self._unlisten())

    def mend(self) -> None:
        """As good as new."""
        self.flow()
        self.hear_answers()
        self.delay = 0.0
        if self._server is None:
            self._do(self._listen())

    def stall(self) -> None:
        """Connections stay open and nothing gets through, either way, until `flow()`."""
        self._loop.call_soon_threadsafe(self._flow.clear)

    def flow(self) -> None:
        """Ends a stall; what was held back goes on."""
        self._loop.call_soon_threadsafe(self._flow.set)

    def lose_answers(self) -> None:
        """What the client says arrives; what the hub answers is lost."""
        self._answers_pass = False

    def hear_answers(self) -> None:
        """Ends `lose_answers()`."""
        self._answers_pass = True

    def remove(self) -> None:
        """Cuts it for good and ends its thread."""
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _do(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self):
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _unlisten(self):
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _carry(self, reader, writer):
        self._tasks.add(task := asyncio.current_task())
        far_writer = None
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target_port)
            hears = self._ear() if self._ear else lambda data, is_answer: (data,)
            ways = [
                asyncio.ensure_future(self._pass(reader, far_writer, False, hears)),
                asyncio.ensure_future(self._pass(far_reader, writer, True, hears)),
            ]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            for end in (writer, far_writer):
                if end is not None:
                    with contextlib.suppress(Exception):
                        end.transport.abort()

    def _own_delay(self):
        """Seconds by which one way of a connection is slower than the others."""
        return 0

    async def _pass(self, reader, writer, is_answer, hears):
        writer.transport.set_write_buffer_limits(0)  # drained is left
        own = self._own_delay()
        while data := await reader.read(65536):
            if self.delay + own:
                await asyncio.sleep(self.delay + own)
            await self._flow.wait()
            if is_answer and not self._answers_pass:
                continue
            for part in hears(data, is_answer):
                writer.write(part)
                await writer.drain()
