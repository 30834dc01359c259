"""PostgreSQL and Redis of our own for a test run:

Debian's programs, a free port, a folder that goes away.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg

from tests.support.programs import Program, ProgramFailed, free_port, port_open, program


class Postgres:
    """A PostgreSQL cluster without fsync, for tests only.

    Run by root, it belongs to the user `postgres`, since initdb refuses root.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="luot-pg-"))
        self.port = free_port()
        self._as: list[str] = []
        if os.geteuid() == 0:
            try:
                owner = pwd.getpwnam("postgres")
            except KeyError:
                raise ProgramFailed(
                    "the user postgres is missing; run: apt-get install postgresql"
                ) from None
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            # --pdeathsig: changing the user drops the one the parent asked for
            self._as = [
                program("setpriv"),
                f"--reuid={owner.pw_uid}",
                f"--regid={owner.pw_gid}",
                "--clear-groups",
                "--pdeathsig=INT",
                "--",
            ]
        self.data = self.folder / "data"
        made = subprocess.run(
            [
                *self._as,
                program("initdb"),
                "-D",
                self.data,
                "-U",
                "luot",
                "--auth=trust",
                "--no-sync",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
            ],
            capture_output=True,
            text=True,
            cwd=self.folder,
        )
        if made.returncode:
            raise ProgramFailed(f"initdb failed: {made.stderr.strip()}")
        self._made = 0
        self.start()

    def start(self) -> None:
        """Starts it (again) and waits until it answers."""
        fast = {
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            # each test has a database of its own for a second: nothing in it grows old
            "autovacuum": "off",
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "max_connections": "300",
            "shared_buffers": "64MB",
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self.folder,
            "port": self.port,
            "timezone": "UTC",
        }
        settings = [part for name, value in fast.items() for part in ("-c", f"{name}={value}")]
        self.program = Program(
            [*self._as, program("postgres"), "-D", self.data, *settings],
            self.folder.parent / f"{self.folder.name}.log",
            cwd=self.folder,
            parent_died=signal.SIGINT,
        )
        self.program.wait_until(self._answers, "PostgreSQL")

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.dsn("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def dsn(self, database: str) -> str:
        """Where a database is, for psycopg."""
        return f"postgresql://luot@127.0.0.1:{self.port}/{database}"

    def url(self, database: str) -> str:
        """Where a database is, for the hub (`LUOT_DATABASE_URL`)."""
        return f"postgresql+psycopg://luot@127.0.0.1:{self.port}/{database}"

    def create(self, name: str = "", template: str = "template1") -> str:
        """A new database, copied from `template`; its name."""
        self._made += 1
        name = name or f"luot_{self._made}"
        # as files: block by block through the log costs a third more
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return name

    def drop(self, name: str) -> None:
        """Removes a database, whoever is still connected."""
        self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def run(self, sql: str) -> None:
        """One statement outside any transaction."""
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            connection.execute(sql)

    def remove(self) -> None:
        """Stops it and takes its folder away."""
        self.program.stop(signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)
        Path(self.program.log).unlink(missing_ok=True)


class Redis:
    """A Redis of our own, in memory only."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="luot-redis-"))
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        """Starts it (again) on the same port."""
        self.program = Program(
            [
                program("redis-server"),
                "--port",
                self.port,
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--dir",
                self.folder,
            ],
            self.folder / "log",
        )
        self.program.wait_until(lambda: port_open(self.port), "Redis")

    def kill(self) -> None:
        """SIGKILL."""
        self.program.kill()

    def remove(self) -> None:
        """Stops it and takes its folder away."""
        self.program.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
