"""What every test may ask for: databases, servers, a hub, a hall with its people.

Each fixture is a real program or a real connection.
"""

import gc
import os
import shutil
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest
import requests

from tests.support import compiled_sql
from tests.support.programs import in_memory
from tests.support.servers import Postgres, Redis

# a run begun in the background of a script ignores Ctrl-C, and so would each program it starts
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# as ./luot does: hundreds of programs are started here, and each would compile itself anew
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# every test makes files, whose kernel time on a disk is three to five times that in memory; whoever
# sets TMPDIR has them there
if not os.environ.get("TMPDIR") and in_memory(2_000_000_000):
    os.environ["TMPDIR"] = tempfile.tempdir = "/dev/shm"

#: A test that asks for one of these starts programs, and is slow without saying so.
PROGRAMS = {"start_hub", "shared_hub", "start_kiosk", "browser", "playwright"}


#: Files whose tests take longest, the longest first. They are the first of each process, so that
#: none runs alone at the end.
LONGEST = (
    "kiosk/bounds_test.py",
    "hub/flood_test.py",
    "ending_test.py",
    "hub/kill_test.py",
    "firmware/install_test.py",
    "firmware/led_test.py",
    "display/board_proxy_test.py",
    "kiosk/kill_test.py",
    "demo/demo_test.py",
    "types_test.py",
    "kiosk/large_letters_test.py",
    "kiosk/keys_test.py",
    "forecast/twin_test.py",
    "web/admin_test.py",
    "voice/studio_test.py",
    "acts/whole_day_test.py",
    "hub/announce_two_hubs_test.py",
    "main_job_test.py",
    "luot_test.py",
    "display/board_test.py",
    "display/media_test.py",
    "kiosk/real_hub_test.py",
)


#: Files and folders whose tests run halls forward, or start whole programs (`up`, `demo`) whose
#: forecaster would: each would compile it anew in a new checkout, and end before it is kept.
FORESEEING = (
    "forecast/",
    "demo/demo_test.py",
    "added_language_test.py",
    "commands_simulate_test.py",
    "ending_test.py",
    "main_job_test.py",
    "web/demo_page_test.py",
)


#: Files whose many tests are each quick and together long: of the whole run alone.
LONG_TOGETHER = (
    "commands_simulate_test.py",
    "delivery/receivers_test.py",
    "delivery/web_push_test.py",
    "hub/announce_queue_test.py",
    "kiosk/centre_state_test.py",
    "kiosk/ending_test.py",
    "second_tries_test.py",
    "web/first_run_test.py",
    "web/media_test.py",
)


def pytest_xdist_auto_num_workers(config):
    """Three processes share two cores well where tests start programs; the quick ones, of which
    many wait for clocks and threads of their own, want five.
    """
    return 5 if config.option.markexpr == "not slow" else 3


def pytest_collection_modifyitems(items):
    """Mark as slow what starts programs; give every process its part of the longest files."""
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        # the files of the machines are each proven by the program that reads them
        if (
            item.path.parent.name == "firmware"
            or PROGRAMS & asked
            or ("hub" in asked and item.path.parent.name == "hub")
            or on_the_other_database(item)
            or item.path.relative_to(Path(__file__).parent).as_posix() in LONG_TOGETHER
        ):
            item.add_marker("slow")
        if foresees(item):
            item.add_marker(pytest.mark.timeout(400))  # the first of them waits for the compiling
    items[:] = dealt(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1)))


def pytest_collection_finish():
    """Leave the eight thousand tests out of what the collector looks through: each of its full
    rounds would take half a second of some test.
    """
    gc.collect()
    gc.freeze()
    gc.enable()


def foresees(item):
    """Whether a slow test may have halls run forward."""
    if not item.get_closest_marker("slow"):
        return False
    here = item.path.relative_to(Path(__file__).parent).as_posix()
    return here.startswith(FORESEEING)


def on_the_other_database(item):
    """Whether a test that is asked of both databases runs on PostgreSQL this time: the quick run
    asks SQLite, every whole run both.
    """
    asked = item.callspec.params if hasattr(item, "callspec") else {}
    return asked.get("database_kind") == "postgresql"


def pytest_terminal_summary(terminalreporter):
    """Every second try, counted by test: each is a race to be mended, not luck to be had."""
    tries = Counter(report.nodeid for report in terminalreporter.stats.get("rerun", ()))
    if tries:
        terminalreporter.section("tried again")
        for test, times in sorted(tries.items()):
            terminalreporter.line(f"TRIED AGAIN {times}x {test}")
        terminalreporter.line(f"{tries.total()} tries more in {len(tries)} tests")


def dealt(items, processes):
    """The tests in the order that gives each process, whose first share is one stretch of equal
    length, its part of the longest files at the head; the rest stays as it was.
    """
    heads, rest, here = [[] for _ in range(processes)], [], Path(__file__).parent
    files = {here / name: [] for name in LONGEST}
    for item in items:
        files.get(item.path, rest).append(item)
    for turn, tests in enumerate(files.values()):
        lap, place = divmod(turn, processes)
        heads[processes - 1 - place if lap % 2 else place] += (
            tests  # there and back, as cards of falling worth are dealt
        )
    order = []
    for number, head in enumerate(heads):
        fill = max(0, (len(items) - len(order)) // (processes - number) - len(head))
        order += head + rest[:fill]
        del rest[:fill]
    return order + rest


@pytest.fixture(autouse=True)
def compiled_forecast(request):
    """Where halls are run forward, it was compiled before, by one process of the run."""
    if foresees(request.node):
        from tests.support.compiled_forecast import compile_once

        compile_once(request.config.compiled_for)


def pytest_configure(config):
    """One name for a run, whatever the number of its processes. Collecting makes much and drops
    nothing: the collector waits for its end.
    """
    gc.disable()
    compiled_sql.share()
    config.compiled_for = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"alone-{os.getpid()}")


@pytest.fixture(scope="module", autouse=True)
def tasks_end_with_their_hub():
    """No file leaves the tasks of a hub of this process running: each hub would take some twenty
    threads and a part of a processor from all tests after it (tests/support/hub_in_process.py).
    """
    yield
    if "server.app" in sys.modules:
        from tests.support.hub_in_process import tasks_going_on

        assert tasks_going_on() == [], "a hub was not ended"


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL cluster of our own for the whole run."""
    cluster = Postgres()
    yield cluster
    cluster.remove()


@pytest.fixture
def redis():
    """A Redis of our own, empty."""
    server = Redis()
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request):
    """Which database this run of the test is on; every test of the store and the acts runs on
    both.
    """
    return request.param


@pytest.fixture
def empty_database_url(database_kind, request, tmp_path):
    """A new database with nothing in it."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'luot.db'}"
        return
    cluster = request.getfixturevalue("postgres")
    name = cluster.create()
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """Migrated empty databases, made once per kind and copied for each test: {"sqlite": path,
    "postgresql": name}.
    """
    return {"folder": tmp_path_factory.mktemp("migrated")}


@pytest.fixture
def database_url(database_kind, migrated, request, tmp_path):
    """A new database with the newest schema and no rows."""
    from tests.support.databases import migrate

    if database_kind == "sqlite":
        if "sqlite" not in migrated:
            migrated["sqlite"] = migrated["folder"] / "luot.db"
            migrate(f"sqlite:///{migrated['sqlite']}")
        shutil.copy(migrated["sqlite"], tmp_path / "luot.db")
        yield f"sqlite:///{tmp_path / 'luot.db'}"
        return
    cluster = request.getfixturevalue("postgres")
    if "postgresql" not in migrated:
        migrated["postgresql"] = cluster.create("luot_migrated")
        migrate(cluster.url("luot_migrated"))
    name = cluster.create(template=migrated["postgresql"])
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture(scope="session")
def prepared_centres(tmp_path_factory):
    """Halls prepared once per run."""
    from tests.support.hub import PreparedCentres

    return PreparedCentres(tmp_path_factory.mktemp("prepared"))


@pytest.fixture
def async_mode():
    """How the hub of this test does many things at once; parametrise it to run under others."""
    return "eventlet"


@pytest.fixture
def start_hub(prepared_centres, async_mode, request, tmp_path):
    """Starts a hub on a hall of its own: start_hub(centre="thu_duc", **settings).

    Ended with the test.
    """
    from tests.support.hub import Hub

    started = []

    def start(centre="thu_duc", **settings):
        folder = tmp_path / f"hub-{len(started) + 1}"
        prepared = prepared_centres.copy_of(centre, folder)
        started.append(Hub(folder, prepared, forked=True, **{"async_mode": async_mode, **settings}))
        return started[-1].start()

    yield start
    for hub in started:
        hub.remove()


@pytest.fixture
def hub(start_hub):
    """A running hub of the Thủ Đức centre with nobody in it yet; hub.citizen(), hub.clerk(5),
    hub.board().
    """
    return start_hub()


@pytest.fixture
def signed_in(hub):
    """signed_in(role): a browser of somebody of the staff, with the CSRF token set."""

    def log_in(role):
        person = next(p for p in hub.prepared["staff"] if p["role"] == role)
        browser = requests.Session()
        browser.trust_env = False
        answer = browser.post(
            f"{hub.url}/api/v1/login",
            json={"name": person["name"], "password": person["password"]},
            timeout=20,
        )
        assert answer.ok, answer.text
        browser.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return browser

    return log_in


@pytest.fixture(scope="module")
def shared_hub(prepared_centres, tmp_path_factory):
    """One running hub of Thủ Đức for the file: for tests that change nothing, or use only fields
    and counters of their own.
    """
    from tests.support.hub import Hub

    folder = tmp_path_factory.mktemp("shared") / "hub"
    running = Hub(folder, prepared_centres.copy_of("thu_duc", folder), forked=True).start()
    yield running
    running.remove()


@pytest.fixture
def cuttable(hub):
    """A cable in front of the hub; `cuttable.url` is the hub through it."""
    from tests.support.breakable_link import BreakableLink

    link = BreakableLink(hub.port)
    link.url = f"http://127.0.0.1:{link.port}"
    yield link
    link.remove()


@pytest.fixture
def start_kiosk(tmp_path):
    """Starts a kiosk process: start_kiosk(hub), start_kiosk(hub, hub_url=cuttable.url,
    PRINTER="virtual:"); linked=False does not wait for the hub. Ended with the test.
    """
    from tests.support.fork_server import ForkedProgram
    from tests.support.hub import answers, environment
    from tests.support.programs import free_port

    started = []

    def start(hub, hub_url=None, linked=True, **settings):
        port, number = free_port(), len(started) + 1
        values = {
            "HUB": hub_url or hub.url,
            "TOKEN": hub.tokens["kiosk"],
            "CENTRE": hub.centre,
            "DEVICE": hub.prepared["kiosk"],
            "PORT": port,
            "PRINTER": "virtual:",
            "DATA": tmp_path / f"kiosk-{number}",
            **settings,
        }
        kiosk = ForkedProgram(
            "kiosk",
            [],
            tmp_path / f"kiosk-{number}.log",
            environment(**{f"LUOT_KIOSK_{k}": v for k, v in values.items()}),
            tmp_path,
        )
        kiosk.url, kiosk.data = f"http://127.0.0.1:{port}", values["DATA"]
        started.append(kiosk)
        kiosk.wait_until(
            lambda: answers(
                f"{kiosk.url}/api/status",
                (lambda status: status["hub"] == "up") if linked else None,
            ),
            "kiosk",
        )
        return kiosk

    yield start
    for kiosk in started:
        kiosk.stop()


@pytest.fixture
def kiosk(hub, start_kiosk):
    """A running kiosk beside the hub, with a virtual printer."""
    return start_kiosk(hub)


@pytest.fixture(scope="session")
def playwright():
    """The one Playwright of the run; a second one in the same thread would refuse to start."""
    from playwright.sync_api import expect, sync_playwright

    # what a page shows is waited for as long as anything else; its own 5 s are no slow moment's
    expect.set_options(timeout=20_000)
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright):
    """One headless Chromium for the run; open pages with browser.new_page()."""
    from tests.support.browser import open_chromium

    chromium = open_chromium(playwright)
    yield chromium
    chromium.close()
