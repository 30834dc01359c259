"""Programs beside the hub: behind it, gone with it, and started without holding it up."""

import ast
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from server.worker_pool import run_in_worker, tied_to_us

ROOT = Path(__file__).parents[1]
SAY_NICE = "import os; print(os.nice(0))"


@pytest.mark.parametrize("nice", [0, 10])
def test_a_program_is_as_far_behind_the_hub_as_was_asked(nice):
    output = run_in_worker([sys.executable, "-c", SAY_NICE], nice=nice)
    assert int(output) == min(19, os.nice(0) + nice)


def test_a_program_that_is_not_there_is_said_to_be_missing():
    with pytest.raises(FileNotFoundError, match="no-such-program"):
        run_in_worker(["no-such-program"])


def test_a_program_that_is_told_nothing_runs_all_the_same():
    assert run_in_worker(["cat"], b"files of strangers", knows={}) == b"files of strangers"


def test_a_program_is_gone_with_whoever_started_it():
    starts = (
        "import signal, subprocess\n"
        "from server.worker_pool import tied_to_us\n"
        "there = subprocess.Popen(tied_to_us(['sh', '-c', 'echo ready; exec tail -f /dev/null'], 5),"
        " stdout=subprocess.PIPE)\n"
        "there.stdout.readline()\n"
        "print(there.pid, flush=True)\n"
        "signal.pause()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", starts], stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    pid = int(parent.stdout.readline())
    assert Path(f"/proc/{pid}").exists()
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    deadline = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists():
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        if state == "Z":
            break
        assert time.monotonic() < deadline
        time.sleep(0.02)  # the kernel says nothing when it has ended


def test_arguments_stand_as_they_were_given():
    assert tied_to_us(["echo", "-n", "nice"])[-2:] == ["-n", "nice"]


def test_nothing_of_the_hub_copies_itself_to_start_a_program():
    """Python's `preexec_fn` holds the hub up by 30 to 130 ms; the demo is no hub."""
    for file in (ROOT / "server").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "preexec_fn":
                assert file.parent.name == "demo", file
