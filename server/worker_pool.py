"""Work that costs processor time, done in a process beside the hub.

Looking in now and then, asleep in between, lets every other request go on in all of the hub's
modes.
"""

import errno
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
POLL_EVERY_S = 0.02
#: Draws a slip (kiosk/preview.py): the kiosk's own code, which the hub does not import.
DRAW_SLIP = (sys.executable, "-P", "-m", "kiosk", "slip")
#: By how much what nobody is called by is put behind the hub, where a processor is short.
NICE = 10


class NotDone(Exception):
    """The process ended badly or took longer than it may; the text is the last line it said, for
    the log.
    """


def behind_us(program: Sequence[str], nice: int = NICE) -> list[str]:
    """The arguments by which a program is started `nice` behind others. Raises FileNotFoundError.

    Work in the new process before the program (`preexec_fn`) would do the same, but Python then
    copies the hub's whole memory map and waits for the copy, which is itself behind others: 30 ms,
    on a busy machine 130, in which the hub answers nobody; this way 0.2.
    """
    path = shutil.which(program[0])
    if path is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), program[0])
    return [*([_system("nice"), "-n", str(nice)] if nice else []), path, *program[1:]]


def tied_to_us(program: Sequence[str], nice: int = 0) -> list[str]:
    """The same for one that is killed when the thread that started it is no more, whatever ended
    that: nobody is left who would take what it makes.
    """
    return [_system("setpriv"), "--pdeathsig", "KILL", *behind_us(program, nice)]


@cache
def _system(name: str) -> str:
    """Where a program of every Debian is, also for those that are given no PATH."""
    return shutil.which(name, path=os.defpath) or name


def run_in_worker(
    program: Sequence[str],
    input_: bytes = b"",
    seconds: float = 60,
    knows: Mapping[str, str] | None = None,
    poll_every_s: float = POLL_EVERY_S,
    each_poll: Callable[[], None] | None = None,
    nice: int = 0,
) -> bytes:
    """What a program writes to standard output; `program` is its argument list, `input_` its
    standard input, `knows` its environment (ours unless given: one that looks into strangers' files
    needs no secrets). `each_poll` is called whenever is looked whether it has ended; `nice` puts it
    behind others.

    Raises NotDone, or OSError when it cannot be started; the process is gone in any case.
    """

    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    with (
        tempfile.TemporaryFile() as asked,
        tempfile.TemporaryFile() as output,
        tempfile.TemporaryFile() as trouble,
    ):
        asked.write(input_)
        asked.seek(0)
        worker = subprocess.Popen(
            tied_to_us(program, nice),
            stdin=asked,
            stdout=output,
            stderr=trouble,
            env={**(os.environ if knows is None else knows), "PYTHONPATH": os.pathsep.join(paths)},
        )
        try:
            began = time.monotonic()
            while worker.poll() is None:
                if time.monotonic() - began > seconds:
                    raise NotDone(f"not done within {seconds} s")
                if each_poll is not None:
                    each_poll()
                time.sleep(poll_every_s)
        finally:
            if worker.poll() is None:
                worker.kill()
                worker.wait()
        if worker.returncode != 0:
            trouble.seek(0)
            raise NotDone(
                " ".join(trouble.read().decode(errors="replace").strip().splitlines()[-1:])
                or f"ended with {worker.returncode}"
            )
        output.seek(0)
        return output.read()
