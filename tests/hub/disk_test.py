"""A disk that takes nothing more: one clear error, 503, nothing half-written, and on again when
there is room.
"""

import os
import sqlite3
import subprocess
import sys

import pytest
import requests

from server.store import lines
from server.store.reserve import Reserve
from tests.support.centres import profile_of, put_in_force
from tests.support.databases import damage
from tests.support.hub import ROOT, Hub
from tests.support.people import press

KEPT_ACTS = 20  # half a megabyte of them
CENTRES = ROOT / "centres"


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 6 MB of its own."""
    place = tmp_path / "small"
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(place)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, (
        f"a small disk needs the right to mount ({done.stderr.strip()}); run the tests as root"
    )
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.slow
def test_a_full_disk_is_said_plainly_and_changes_nothing(prepared_centres, small_disk):
    hub = Hub(small_disk / "hub", prepared_centres.copy_of("thu_duc", small_disk / "hub"))
    try:
        hub.start()
        citizen = hub.citizen()
        before = citizen.takes_number("A")["number"]
        filler = small_disk / "filler"
        out = os.open(filler, os.O_WRONLY | os.O_CREAT)
        with pytest.raises(OSError, match="No space left"):
            while True:
                os.write(out, b"\0" * 4096)
        os.close(out)
        answers = [citizen.post("/tickets", request_id=press(), field="A") for _ in range(40)]
        refused = [answer for answer in answers if not answer["ok"]]
        assert (
            refused
            and {answer["error"] for answer in refused} == {"storage"}
            and refused[0].status == 503
        )
        ready = requests.get(f"{hub.url}/readyz", timeout=10)
        assert ready.status_code == 503 and "disk is full" in ready.json()["message"]
        filler.unlink()
        given = [answer["ticket"]["number"] for answer in answers if answer["ok"]]
        after = citizen.takes_number("A")["number"]
        assert [int(n[1:]) for n in (before, *given, after)] == list(range(1, len(given) + 3))
        assert requests.get(f"{hub.url}/readyz", timeout=10).status_code == 200
        verify = subprocess.run(
            [sys.executable, "-m", "server", "verify", "--data", str(hub.folder)],
            capture_output=True,
            text=True,
        )
        assert verify.returncode == 0, verify.stderr
    finally:
        hub.remove()


def readiness(hub):
    """The answer of /readyz, or None while nobody answers."""
    try:
        return requests.get(f"{hub.url}/readyz", timeout=10)
    except requests.ConnectionError:
        return None


@pytest.mark.slow
def test_a_damaged_database_makes_the_hub_unready_and_names_the_mend(prepared_centres, tmp_path):
    """Found by the hub itself, by no act: nobody reads the page that is damaged."""
    hub = Hub(tmp_path / "hub", prepared_centres.copy_of("thu_duc", tmp_path / "hub"))
    try:
        hub.start()
        assert readiness(hub).status_code == 200
        hub.stop()
        damage(hub.folder)
        hub.launch()
        hub.program.wait_until(
            lambda: (answer := readiness(hub)) is not None and answer.status_code == 503,
            "the damage seen",
            60,
        )
        answer = readiness(hub)
        assert answer.status_code == 503 and "luot restore" in answer.json()["message"]
        manager = hub.http_client(hub.tokens["manager"])
        alerts = manager.get("/snapshot/manager")["alerts"]
        assert "hub_damaged" in {alert["code"] for alert in alerts}
    finally:
        hub.remove()


def fill(folder):
    """Write until the disk takes nothing more; the file."""
    with (
        pytest.raises(OSError, match="No space left"),
        open(folder / "filler", "wb", buffering=0) as out,
    ):
        while True:
            out.write(b"\0" * 4096)
    return folder / "filler"


@pytest.mark.parametrize("kept", [True, False], ids=["a reserve", "none, as the control"])
def test_the_hall_goes_on_with_the_room_that_was_kept(small_disk, kept):
    from server.store.engine import StorageError, open_store
    from server.store.migrate import migrate

    store = open_store(small_disk)
    migrate(store)
    put_in_force(store, 0, profile_of("thu_duc"), "load")
    store.reserve = Reserve(small_disk, size=1024 * 1024, room=2 * 1024 * 1024 if kept else 2**60)
    store.reserve.lay_aside()
    assert store.reserve.file.exists() == kept
    fill(small_disk)

    def much(tx):
        lines.remember(tx.conn, tx.centre, f"press-{len(done)}", "digest", {"long": "x" * 8000}, 1)

    done = []
    with pytest.raises(StorageError, match="disk is full"):
        while True:
            store.write("thu-duc", much)
            done.append(1)
    assert (len(done) > KEPT_ACTS) == kept and not store.reserve.file.exists()
    (small_disk / "filler").unlink()
    store.write("thu-duc", much)
    store.reserve.lay_aside()
    assert store.reserve.file.exists() == kept, "kept again once there is room"
    store.close()


def test_managers_are_told_before_the_disk_is_full_and_when_there_is_room_again():
    from server.web.disk import note_free

    low = {}
    note_free(low, 499, 500, 5)
    note_free(low, 40, 500, 9)
    assert low == {"at": 5, "free": 40}
    note_free(low, 500, 500, 10)
    assert low == {}


def test_a_database_that_may_not_be_written_is_said_at_the_start(tmp_path):
    from server.store.engine import StorageError, open_store
    from server.store.migrate import migrate

    store = open_store(tmp_path)
    migrate(store)
    store.close()
    with sqlite3.connect(f"file:{tmp_path / 'luot.db'}?mode=ro", uri=True) as reader:
        assert reader.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    locked = open_store(f"sqlite:///file:{tmp_path / 'luot.db'}?mode=ro&uri=true")
    with pytest.raises(StorageError, match="read-only: give the hub the right"):
        with locked.change() as conn:
            conn.exec_driver_sql("DELETE FROM probe")
    locked.close()
