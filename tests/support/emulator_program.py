"""Runs the emulator's own simulator with the printers of a file, and does what each line of stdin
asks; ends with it. Started by tests/support/emulator.py, which unpacks emupos.
"""

import asyncio
import json
import sys
from pathlib import Path

from emupos.config import load_config_file
from emupos.daemon.simulator import Simulator
from emupos.printer.printer import PrinterFault


async def main(file: Path) -> None:
    simulator, events = Simulator(load_config_file(file), link_dir=file.parent / "lines"), []
    # each question of the kiosk is a connection of its own: those are too many to keep
    simulator.bus.subscribe(
        lambda notice: (
            notice.event.type in ("connection.opened", "connection.closed")
            or events.append(notice.to_json())
        )
    )
    await simulator.start()
    where = {}
    for name in simulator.device_ids():
        tcp, serial = simulator.runtime(name).endpoints
        where[name] = {"port": int(tcp.endpoint.rpartition(":")[2]), "device": serial.device_path}
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), sys.stdin
    )
    while line := await lines.readline():
        asked, answer = json.loads(line), {"where": where}
        if "printer" in asked:
            printer = simulator.runtime(asked["printer"]).device
            if "faults" in asked:
                for fault in PrinterFault:
                    simulator.set_fault(printer, fault, fault.value in asked["faults"])
            # a printer that could end a job for idleness has begun one
            answer = {
                "faults": list(printer.state().faults),
                "printing": printer.next_deadline() is not None,
                "events": [event for event in events if event["device_id"] == asked["printer"]],
            }
        print(json.dumps(answer), flush=True)


asyncio.run(main(Path(sys.argv[1])))
