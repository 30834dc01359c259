"""Programs that are told to end at any moment of their lives end, and a handler stands in nobody's
way.
"""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.kiosk.machine import ROOT, Machine

#: sends itself SIGTERM at the Nth line that the main thread does within Event.wait
STORY = """
import os, signal, sys, threading
{install}
event = threading.Event()
when_told_to_end(event.set)
lines = int(sys.argv[1])
def trace(frame, what, _):
    global lines
    if not frame.f_code.co_filename.endswith("threading.py"):
        return None
    if what == "line":
        lines -= 1
        if lines == 0:
            os.kill(os.getpid(), signal.SIGTERM)
    return trace
sys.settrace(trace)
while not event.wait(60):
    pass
sys.settrace(None)
print("ended", lines)
"""
NAIVE = """
def when_told_to_end(act):
    signal.signal(signal.SIGTERM, lambda *_: act())
"""
REAL = {
    "kiosk": "from kiosk.ending import when_told_to_end",
    "hub's": "from server.commands.ending import when_told_to_end",
}


def ends(install, line, seconds):
    """Whether the program ends when SIGTERM comes at this line of its wait."""
    story = subprocess.Popen(
        [sys.executable, "-P", "-c", STORY.format(install=install), str(line)],
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(ROOT)},
        text=True,
    )
    try:
        return story.communicate(timeout=seconds)[0].startswith("ended")
    except subprocess.TimeoutExpired:
        return False
    finally:
        story.kill()
        story.communicate()


@pytest.mark.parametrize("program", REAL)
@pytest.mark.parametrize("line", range(1, 13))
def test_a_signal_at_any_line_of_the_wait_ends_it(program, line):
    assert ends(REAL[program], line, 20)


def test_a_handler_that_sets_what_is_waited_for_stands_still():
    """Negative control: how it was."""
    assert not all(ends(NAIVE, line, 2) for line in range(3, 9))


def catches(pid):
    """Whether the program has its own way with SIGTERM by now."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = int(next(s for s in status.splitlines() if s.startswith("SigCgt")).split()[1], 16)
    return bool(caught >> (signal.SIGTERM - 1) & 1)


@pytest.mark.slow
def test_a_kiosk_that_is_told_to_end_at_any_moment_ends(tmp_path, hub):
    """From its first instant, through its start, to well after it answers."""
    machine = Machine(tmp_path, hub.url)
    moments = [0.0, 0.05, 0.3, 0.7, 1.2, *["caught"] * 6, None, None]
    codes = []
    for after_s in moments:
        if after_s is None:
            machine.start()
        else:
            machine.program = machine.begin()
            if after_s == "caught":
                machine.program.wait_until(lambda: catches(machine.program.process.pid), "handler")
            else:
                time.sleep(after_s)
        machine.program.process.send_signal(signal.SIGTERM)
        codes.append(machine.program.process.wait(12))
    # before it listens to signals it is ended by them; there is nothing to be kept then
    assert set(codes) <= {0, -signal.SIGTERM} and codes[-8:] == [0] * 8, codes
    machine.start()
    machine.remove()
