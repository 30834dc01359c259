"""The province's database kept by its log: a standby follows and takes over, and the cluster of an
earlier moment is had again; with the shipped program, real PostgreSQL and the hub's own check.
"""

import gzip
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from firmware_configs.checks.frame import CONFIGS
from firmware_configs.checks.servers import _as_postgres
from tests.support.hub import environment
from tests.support.programs import Program, free_port, program, wait_for
from tests.support.province import wards

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
WAL = CONFIGS / "hub/bin/luot-wal"
ARCHIVE = CONFIGS / "hub/sizes/province/postgresql-archive.conf"


#: PostgreSQL's own programs and the system's, as the unit of the service has them.
PATH = f"{Path(os.path.realpath(program('initdb'))).parent}:/usr/bin:/bin"


class Cluster:
    """A PostgreSQL cluster in a folder, with the shipped words about the archive."""

    def __init__(self, place, name, tool):
        self.place, self.folder, self.port, self.tool = place, place / name, free_port(), tool
        self.program = None

    def run(self, *command, **more):
        return subprocess.run(
            [*_as_postgres(), *map(str, command)],
            capture_output=True,
            text=True,
            cwd=self.place,
            env={**os.environ, "PATH": PATH, "LUOT_WAL": str(self.place / "wal"), **more},
        )

    def made(self):
        done = self.run(
            program("initdb"), "-D", self.folder, "-U", "luot", "--auth=trust", "--no-sync"
        )
        assert done.returncode == 0, done.stderr
        words = ARCHIVE.read_text("utf-8").replace("/usr/local/sbin/luot-wal", str(self.tool))
        with (self.folder / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write(words)
        return self

    def start(self):
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self.place,
            "shared_buffers": "32MB",
        }
        argv = [*_as_postgres(), "env", f"LUOT_WAL={self.place / 'wal'}", program("postgres")]
        argv += ["-D", self.folder, *(f"--{k}={v}" for k, v in settings.items())]
        self.program = Program(argv, self.place.parent / f"{self.folder.name}.log")
        self.program.wait_until(self.answers, "PostgreSQL", 90)
        return self

    def answers(self):
        try:
            self.ask("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def ask(self, sql, database="postgres"):
        dsn = f"postgresql://luot@127.0.0.1:{self.port}/{database}"
        with psycopg.connect(dsn, autocommit=True, connect_timeout=5) as connection:
            answered = connection.execute(sql)
            return answered.fetchone()[0] if answered.description else None

    @property
    def url(self):
        return f"postgresql+psycopg://luot@127.0.0.1:{self.port}/luot"

    def end(self):
        if self.program:
            self.program.kill()


def verified(cluster, centre):
    """`luot verify`: rows and seals are what the journal says."""
    return subprocess.run(
        [sys.executable] + ["-P", "-m", "server", "verify", "--centre", centre],
        capture_output=True,
        text=True,
        env=environment(LUOT_DATABASE_URL=cluster.url, LUOT_DATA=str(cluster.place)),
    )


@pytest.fixture
def primary(tmp_path, monkeypatch):
    """A cluster with a ward in it, its log archived, and a checked copy of the whole."""
    place = tmp_path / "pg"
    place.mkdir(mode=0o777)
    if os.geteuid() == 0:
        shutil.chown(place, "postgres")
        for folder in (tmp_path, *tmp_path.parents[:3]):
            folder.chmod(folder.stat().st_mode | 0o055)
    tool = place / "luot-wal"
    shutil.copy(WAL, tool)
    tool.chmod(0o755)
    cluster = Cluster(place, "primary", tool).made().start()
    try:
        cluster.ask("CREATE DATABASE luot")
        monkeypatch.setenv("LUOT_DATABASE_URL", cluster.url)
        wards(tmp_path, ["phuong-1"])
        monkeypatch.delenv("LUOT_DATABASE_URL")
        done = cluster.run(tool, "base", PGHOST=place, PGPORT=str(cluster.port), PGUSER="luot")
        assert done.returncode == 0, done.stderr
        whole = datetime.fromisoformat(done.stdout.strip())
        wait_for("the first moment of the copy", lambda: datetime.now(UTC) >= whole)
        yield cluster
    finally:
        cluster.end()


def test_the_cluster_of_an_earlier_moment_is_had_again(primary, tmp_path, monkeypatch):
    before = primary.ask("SELECT count(*) FROM journal", "luot")
    moment = primary.ask("SELECT clock_timestamp()").isoformat()
    monkeypatch.setenv("LUOT_DATABASE_URL", primary.url)
    wards(tmp_path, ["phuong-2"])
    monkeypatch.delenv("LUOT_DATABASE_URL")
    assert primary.ask("SELECT count(*) FROM journal", "luot") > before
    last = primary.ask("SELECT pg_walfile_name(pg_switch_wal())")
    wait_for("the log", lambda: (primary.place / "wal/log" / f"{last}.gz").exists())

    then = Cluster(primary.place, "then", primary.tool)
    done = then.run(primary.tool, "restore", moment, then.folder)
    assert done.returncode == 0, done.stderr
    again = then.run(primary.tool, "restore", moment, then.folder)
    assert again.returncode == 1 and "is there already" in again.stderr
    too_early = then.run(primary.tool, "restore", "2026-01-01 08:00+07", primary.place / "never")
    assert too_early.returncode == 1 and "no copy is from before" in too_early.stderr
    no_moment = then.run(primary.tool, "restore", "yesterdey", primary.place / "never")
    assert no_moment.returncode == 1 and "is no moment" in no_moment.stderr
    then.start()
    try:
        wait_for("it to be its own", lambda: not then.ask("SELECT pg_is_in_recovery()"))
        assert then.ask("SELECT count(*) FROM journal", "luot") == before
        assert then.ask("SELECT count(*) FROM centre WHERE code = 'phuong-2'", "luot") == 0
        checked = verified(then, "phuong-1")
        assert checked.returncode == 0, checked.stdout + checked.stderr
    finally:
        then.end()


def test_a_standby_follows_and_takes_over_with_everything(primary, tmp_path, monkeypatch):
    standby = Cluster(primary.place, "standby", primary.tool)
    made = standby.run(
        program("pg_basebackup"),
        *("-D", standby.folder, "-R", "-C", "-S", "luot_standby", "-X", "stream"),
        *("-h", "127.0.0.1", "-p", primary.port, "-U", "luot", "--checkpoint=fast"),
    )
    assert made.returncode == 0, made.stderr
    standby.start()
    try:
        assert standby.ask("SELECT pg_is_in_recovery()")
        monkeypatch.setenv("LUOT_DATABASE_URL", primary.url)
        wards(tmp_path, ["phuong-2"])
        monkeypatch.delenv("LUOT_DATABASE_URL")
        there = "SELECT count(*) FROM centre WHERE code = 'phuong-2'"
        facts = primary.ask("SELECT count(*) FROM journal", "luot")
        count = "SELECT count(*) FROM journal"
        wait_for("it to follow", lambda: standby.ask(count, "luot") == facts)
        primary.end()
        assert standby.ask("SELECT pg_promote(true, 60)")
        assert standby.ask(there, "luot") == 1 and standby.ask(count, "luot") == facts
        checked = verified(standby, "phuong-2")
        assert checked.returncode == 0, checked.stdout + checked.stderr
    finally:
        standby.end()


def test_a_piece_of_the_log_is_never_written_over_another(tmp_path):
    pieces = {"one": b"log", "same": b"log", "other": b"gol"}
    for name, content in pieces.items():
        (tmp_path / name).write_bytes(content)

    def archived(name):
        return subprocess.run(
            [WAL, "archive", tmp_path / name, "00000001"],
            env={**os.environ, "LUOT_WAL": str(tmp_path / "wal")},
            capture_output=True,
            text=True,
        )

    assert archived("one").returncode == 0 and archived("same").returncode == 0
    refused = archived("other")
    assert refused.returncode == 1 and "is another" in refused.stderr
    assert gzip.decompress((tmp_path / "wal/log/00000001.gz").read_bytes()) == b"log"
