"""Servers that are started for real on the file of a hub:

PostgreSQL, Redis. They listen on socket files of a throw-away folder, and end with the check.
"""

import atexit
import functools
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .frame import Missing, ask, program

DEADLINE_S = 60


def _as_postgres() -> list[str]:
    """PostgreSQL refuses root; Debian's package brings a user for it."""
    if os.geteuid() != 0:
        return []
    try:
        owner = pwd.getpwnam("postgres")
    except KeyError:
        raise Missing("the user postgres is missing; run: apt-get install postgresql") from None
    return [
        program("setpriv", "util-linux"),
        f"--reuid={owner.pw_uid}",
        f"--regid={owner.pw_gid}",
        "--clear-groups",
        "--pdeathsig=KILL",
        "--",
    ]


_made: "list[Path]" = []


def forget() -> None:
    """Take the cluster away; the next check makes one anew.

    At the end of the process, and of a test run whose processes end otherwise.
    """
    while _made:
        folder = _made.pop()
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_suffix(".log").unlink(missing_ok=True)
    _cluster.cache_clear()


@functools.cache
def _cluster() -> Path:
    """A cluster made once per process."""
    folder = Path(tempfile.mkdtemp(prefix="luot-check-pg-"))
    atexit.register(forget)
    _made.append(folder)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    done = subprocess.run(
        [
            *_as_postgres(),
            program("initdb"),
            "-D",
            folder / "data",
            "-U",
            "luot",
            "--auth=trust",
            "--no-sync",
            "--locale=C.UTF-8",
        ],
        capture_output=True,
        text=True,
        cwd=folder,
    )
    if done.returncode:
        raise RuntimeError(f"initdb: {done.stderr.strip()}")
    return folder


def _started(
    argv: Sequence[object], answers: Callable[[], bool], log: Path
) -> tuple[subprocess.Popen[bytes], str | None]:
    """A server that answers, or the reason it does not."""
    with log.open("wb") as out:
        server = subprocess.Popen(
            [str(a) for a in argv],
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            cwd=log.parent,
        )
    until = time.monotonic() + DEADLINE_S
    while not answers():
        if server.poll() is not None or time.monotonic() > until:
            server.kill()
            server.wait()
            return (
                server,
                log.read_text("utf-8", "replace").strip() or f"ended with {server.returncode}",
            )
        time.sleep(0.02)
    return server, None


def _sql(folder: Path, sql: str) -> tuple[int, str]:
    return ask("psql", "-h", folder, "-U", "luot", "-d", "postgres", "-Atc", sql)


class Refused(Exception):
    """A server did not come up on its file; the message is what it said."""


@contextmanager
def running_postgresql(file: Path) -> Iterator[Path]:
    """A real PostgreSQL on the file; the folder of its socket, where the user luot may do
    everything. Raises Refused.
    """
    folder = _cluster()
    mine = folder / "postgresql.conf"  # its user may not be allowed to read where the file lies
    mine.write_text(file.read_text("utf-8"), "utf-8")
    mine.chmod(0o644)
    argv = [
        *_as_postgres(),
        program("postgres"),
        "-D",
        folder / "data",
        "-c",
        f"config_file={mine}",
        "-c",
        f"hba_file={folder / 'data/pg_hba.conf'}",
        "-c",
        f"ident_file={folder / 'data/pg_ident.conf'}",
        "-c",
        f"unix_socket_directories={folder}",
    ]
    server, wrong = _started(
        argv,
        lambda: (
            (folder / ".s.PGSQL.5432").exists() and ask("pg_isready", "-h", folder, "-q")[0] == 0
        ),
        folder.with_suffix(".log"),
    )
    if wrong:
        raise Refused(wrong)
    try:
        yield folder
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(DEADLINE_S)


def postgresql(file: Path) -> str | None:
    """A real PostgreSQL started on the file; what it says is in force is what the file says."""
    try:
        with running_postgresql(file) as folder:
            code, output = _sql(
                folder,
                "SELECT name, applied, error FROM pg_file_settings WHERE NOT applied; SELECT"
                " count(*) FROM pg_file_settings",
            )
            named = len(re.findall(r"^\w+ = ", file.read_text("utf-8"), re.M))
            if code or output.strip() != str(named):
                return f"not in force: {output}"
            # a number on paper must survive a power cut
            _, durable = _sql(
                folder,
                "SELECT current_setting('fsync') || current_setting('synchronous_commit')"
                " || current_setting('full_page_writes') || current_setting('max_connections')",
            )
            return (
                None
                if re.fullmatch(r"ononon(\d+)", durable.strip())
                and int(durable.strip()[6:]) >= 4 * 20 + 20
                else (f"not durable, or too few connections for four hubs: {durable}")
            )
    except Refused as refused:
        return str(refused)


def postgresql_archive(file: Path) -> str | None:
    """The two files together, as the server reads them: each word is in force, and the log is
    kept.
    """
    with tempfile.TemporaryDirectory() as folder:
        both = Path(folder) / "postgresql.conf"
        first = (file.parent / "postgresql.conf").read_text("utf-8")
        both.write_text(first + file.read_text("utf-8"), "utf-8")
        if wrong := postgresql(both):
            return wrong
        with running_postgresql(both) as running:
            _, kept = _sql(running, "SELECT current_setting('archive_mode')")
    return None if kept.strip() == "on" else "nothing is kept: archive_mode is off"


@contextmanager
def running_redis(file: Path) -> Iterator[Path]:
    """A real Redis on the file; the path of its socket. Raises Refused."""
    folder = Path(tempfile.mkdtemp(prefix="luot-check-redis-"))  # a socket's path must be short
    mine = folder / "redis.conf"
    mine.write_text(
        file.read_text("utf-8")
        .replace("/run/redis-luot", str(folder))
        .replace("/var/lib/redis", str(folder)),
        "utf-8",
    )
    path = folder / "redis.sock"
    server, wrong = _started(
        [program("redis-server"), mine], lambda: _listens(path), folder / "said"
    )
    try:
        if wrong:
            raise Refused(wrong)
        yield path
    finally:
        server.terminate()
        server.wait(DEADLINE_S)
        shutil.rmtree(folder, ignore_errors=True)


def _listens(path: Path) -> bool:
    """Whether somebody answers at a socket file; it is there a moment before."""
    with socket.socket(socket.AF_UNIX) as line:
        return line.connect_ex(str(path)) == 0


def _say(path: Path, words: str) -> str:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(5)
        line.connect(str(path))
        line.sendall(words.encode() + b"\r\n")
        return line.recv(4096).decode("utf-8", "replace")


def redis(file: Path) -> str | None:
    """A real Redis started on the file; it opens no port, keeps nothing, and takes no order to
    forget or to change itself.
    """
    try:
        with running_redis(file) as path:
            if (output := _say(path, "PING")) != "+PONG\r\n":
                return output
            for order in ("FLUSHALL", "CONFIG GET save", "DEBUG SLEEP 0"):
                if not _say(path, order).startswith("-ERR unknown command"):
                    return f"{order.split()[0]} is still taken"
            about = (
                _say(path, "INFO server")
                + _say(path, "INFO persistence")
                + _say(path, "INFO memory")
            )
            for need in ("tcp_port:0", "aof_enabled:0", "maxmemory_policy:noeviction"):
                if need not in about:
                    return f"{need} does not hold"
            return (
                None
                if oct(path.stat().st_mode)[-3:] == "770"
                else "the socket is not the group's alone"
            )
    except Refused as refused:
        return str(refused)
