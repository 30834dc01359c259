"""A kiosk's machine installs `requirements-kiosk.txt` and no more: what the program imports stands in
it, and with nothing else it links to its hub, gives a number and draws the slip.
"""

import ast
import re
import sys
from importlib import metadata
from pathlib import Path

import pytest
import requests
from packaging.requirements import Requirement

from tests.support.hub import ROOT, answers, environment
from tests.support.programs import Program, free_port

OURS = {"kiosk", "domain"}
#: What reads the page aloud without Debian's own espeak-ng, and what finds a USB or serial printer,
#: are asked for by name at the moment they are needed.
ASKED_FOR_LATER = {"python-escpos": {"usb", "serial"}}


def written(name):
    """A distribution's name as PyPI compares them."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(file="requirements-kiosk.txt"):
    """The distributions a list pins, by name."""
    lines = (ROOT / file).read_text("utf-8").splitlines()
    return {written(Requirement(line).name) for line in lines if line and line[0] not in "#-"}


def imported():
    """{module of another house: the files of the kiosk that import it}."""
    modules = {}
    for file in [file for room in OURS for file in (ROOT / room).rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            for name in (name.partition(".")[0] for name in names):
                if name not in sys.stdlib_module_names | OURS:
                    modules.setdefault(name, set()).add(file.relative_to(ROOT).as_posix())
    return modules


def with_what_they_need(names):
    """Distributions with those they depend on, on this machine."""
    every, open_ = set(), [(name, ASKED_FOR_LATER.get(name, set())) for name in names]
    while open_:
        name, extras = open_.pop()
        if written(name) in every:
            continue
        every.add(written(name))
        for text in metadata.requires(name) or ():
            need = Requirement(text)
            if need.marker is None or any(
                need.marker.evaluate({"extra": extra}) for extra in {"", *extras}
            ):
                open_.append((need.name, need.extras))
    return every


def installed(folder, distributions):
    """A folder with these distributions and nothing else, as links to where they lie."""
    for name in distributions:
        for file in metadata.files(name) or ():
            top = file.parts[0]
            place = Path(file.locate()).parents[len(file.parts) - 1] / top
            if top not in ("..", "__pycache__") and not (folder / top).exists():
                (folder / top).symlink_to(place)
    return folder


def test_whatever_the_kiosk_imports_stands_in_its_list():
    owners = metadata.packages_distributions()
    missing = {
        module: sorted(files)
        for module, files in imported().items()
        if not {written(owner) for owner in owners.get(module, [])} & pinned()
    }
    assert missing == {}, "put it into requirements-kiosk.txt"


def test_the_hubs_list_includes_it_and_pins_nothing_twice():
    assert "\n-r requirements-kiosk.txt\n" in (ROOT / "requirements.txt").read_text("utf-8")
    assert pinned() & pinned("requirements.txt") == set()


def test_nothing_of_the_hubs_alone_comes_with_it():
    heavy = {"numba", "numpy", "llvmlite", "sqlalchemy", "gunicorn", "reportlab", "pywebpush"}
    assert heavy <= pinned("requirements.txt")
    assert heavy & with_what_they_need(pinned()) == set()


@pytest.fixture
def kiosk_alone(shared_hub, tmp_path):
    """A kiosk process that can import its own packages only; `url`, `folder`."""
    folder, port = tmp_path / "packages", free_port()
    folder.mkdir()
    installed(folder, with_what_they_need(pinned()))
    settings = {
        "HUB": shared_hub.url,
        "TOKEN": shared_hub.tokens["kiosk"],
        "CENTRE": shared_hub.centre,
        "DEVICE": shared_hub.prepared["kiosk"],
        "PORT": port,
        "PRINTER": "virtual:",
        "DATA": tmp_path / "data",
    }
    knows = environment(**{f"LUOT_KIOSK_{name}": value for name, value in settings.items()})
    knows["PYTHONPATH"] = f"{folder}:{ROOT}"
    # -S: without the folder that everything else is installed in
    kiosk = Program([sys.executable, "-S", "-P", "-m", "kiosk"], tmp_path / "log", env=knows)
    kiosk.url, kiosk.knows = f"http://127.0.0.1:{port}", knows
    yield kiosk
    kiosk.stop()


def test_it_gives_a_number_and_a_slip_with_its_own_packages_alone(kiosk_alone, tmp_path):
    for module, exit_code in (("numba", 1), ("flask_socketio", 1), ("flask", 0)):
        control = Program(
            [sys.executable, "-S", "-P", "-c", f"import {module}"],
            tmp_path / f"{module}.log",
            env=kiosk_alone.knows,
        )
        assert control.process.wait(30) == exit_code, module
    status = f"{kiosk_alone.url}/api/status"
    kiosk_alone.wait_until(lambda: answers(status, lambda s: s["hub"] == "up"), "kiosk")
    press = {"request_id": "press-0001", "field": "A"}
    answer = requests.post(f"{kiosk_alone.url}/api/issue", json=press, timeout=20).json()
    assert answer["ok"], answer
    slip = f"{kiosk_alone.url}/api/slips/{answer['ticket']['id']}.png"
    kiosk_alone.wait_until(lambda: requests.get(slip, timeout=20).ok, "the slip")
    assert requests.get(slip, timeout=20).content.startswith(b"\x89PNG")
