"""Passwords are hashed beside the loop: everybody else is served meanwhile."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: A green ticker counts while eight passwords are hashed; `how` is the way they are.
PROGRAM = """
import warnings; warnings.simplefilter("ignore")
if {mode!r} == "eventlet":
    import eventlet; eventlet.monkey_patch(); sleep, spawn = eventlet.sleep, eventlet.spawn
else:
    from gevent import monkey; monkey.patch_all()
    import gevent; sleep, spawn = gevent.sleep, gevent.spawn
from argon2 import PasswordHasher
from server.serving.off_loop import OffLoop
hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
stored, off_loop = hasher.hash("right"), OffLoop({mode!r})
how = off_loop if {off_loop} else (lambda work, *args: work(*args))
ticks, hashed = [0], []
def tick():
    while True:
        ticks[0] += 1
        sleep(0.001)
def check():
    before = ticks[0]
    assert how(hasher.verify, stored, "right")
    hashed.append(ticks[0] - before)
spawn(tick); sleep(0.01)
for _ in range(8):
    check()
try:
    how(hasher.verify, stored, "wrong")
except Exception as error:
    print(type(error).__name__, sum(hashed))
"""


def ticks_meanwhile(mode, off_loop):
    program = PROGRAM.format(mode=mode, off_loop=off_loop)
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0, ended.stderr
    error, ticks = ended.stdout.split()
    assert error == "VerifyMismatchError"
    return int(ticks)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["eventlet", "gevent"])
def test_the_loop_goes_on_while_passwords_are_hashed(mode):
    assert ticks_meanwhile(mode, off_loop=True) >= 8
    assert ticks_meanwhile(mode, off_loop=False) == 0  # the negative control
