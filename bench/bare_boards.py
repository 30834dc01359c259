"""The bare websocket server that is the floor of `call`, `connect` and `memory`: the `websockets`
package greets, and a call is one frame, made once and written to every line in a loop.
"""

import asyncio
import json
import sys

from websockets.asyncio.server import ServerConnection, serve


def framed(text: str) -> bytes:
    """A text as one websocket frame of a server (RFC 6455, 5.2), shorter than 64 kB."""
    content = text.encode()
    size = len(content)
    length = bytes([size]) if size < 126 else b"\x7e" + size.to_bytes(2, "big")
    return b"\x81" + length + content


async def main(port: int, snapshot_bytes: int, called_bytes: int) -> None:
    """Greets a board as the hub does, with as many bytes, and tells all of them when the caller
    says a number.
    """
    boards: set[ServerConnection] = set()
    snapshot = '42/board,["snapshot",{"seq":1,"fill":"' + "x" * max(0, snapshot_bytes - 40) + '"}]'

    async def greet(connection: ServerConnection) -> None:
        if connection.request and connection.request.path == "/call":
            async for number in connection:
                call = {"seq": int(number), "fill": "x" * max(0, called_bytes - 45)}
                frame = framed(f'42/board,["called",{json.dumps(call)}]')
                for board in boards:
                    board.transport.write(frame)
            return
        await connection.send("0{}")
        await connection.recv()
        boards.add(connection)
        try:
            await connection.send(snapshot)
            await connection.wait_closed()
        finally:
            boards.discard(connection)

    async with serve(greet, "127.0.0.1", port, compression=None, backlog=2048):
        print("ready", flush=True)
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:4])))
