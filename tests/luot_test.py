"""The command `luot`: prepares a machine once, wherever it is called from and however many call it
at once. Real venv and npm, with nothing to fetch.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


def build(place):
    """A small house in a folder with a space: the real `luot`, no packages, and a server that says
    what it was given.
    """
    house = place / "my house"
    for room in ("server", "kiosk"):
        (house / room).mkdir(parents=True)
        (house / room / "__init__.py").touch()
        (house / room / "__main__.py").write_text(
            "import os, sys; print(sys.argv[1:], os.getcwd())\n"
        )
    (house / "requirements.txt").write_text("-r requirements-kiosk.txt\n")
    for name in (
        "requirements-kiosk.txt",
        "requirements-extra.txt",
        "requirements-test.txt",
        "requirements-node.txt",
    ):
        (house / name).write_text("# nothing\n")
    (house / "package.json").write_text('{"name": "luot", "private": true}')
    (house / "package-lock.json").write_text(
        json.dumps(
            {
                "name": "luot",
                "lockfileVersion": 3,
                "requires": True,
                "packages": {"": {"name": "luot"}},
            }
        )
    )
    shutil.copy(ROOT / "luot", house)
    return house


@pytest.fixture
def house(tmp_path):
    return build(tmp_path)


def luot(house, *arguments, cwd=None, start=None, **environment):
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.Popen(
        [start or house / "luot", *arguments],
        cwd=cwd or house,
        env={**clean, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def outcome(process):
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A house in which the first start has been made, by two at once from elsewhere through a link;
    and what they said. To be copied, for a venv can stand anywhere while its Python does.
    """
    place = tmp_path_factory.mktemp("prepared")
    house, link, elsewhere = build(place), place / "luot-link", place / "else where"
    link.symlink_to(house / "luot")
    elsewhere.mkdir()
    both = [luot(house, "load", "a b.yaml", cwd=elsewhere, start=link), luot(house, "two")]
    return house, [outcome(process) for process in both]


@pytest.fixture
def ready(prepared, tmp_path):
    """A house of one's own, prepared."""
    return shutil.copytree(prepared[0], tmp_path / "ready house", symlinks=True)


def test_two_first_starts_at_once_install_once_and_the_next_only_runs(prepared):
    house, both = prepared
    assert [code for code, _, _ in both] == [0, 0], both
    assert both[0][1] == f"['load', 'a b.yaml'] {house.parent / 'else where'}\n"
    makers = [err for _, _, err in both if "making" in err]
    assert len(makers) == 1 and "requirements.txt" in makers[0] and "front-end" in makers[0]
    assert any("waiting" in err for _, _, err in both)
    assert outcome(luot(house, "hub")) == (0, f"['hub'] {house}\n", ""), "nothing is installed"


def test_only_what_changed_is_installed_again(ready):
    (ready / "requirements.txt").write_text("# nothing, but differently\n")
    code, _, err = outcome(luot(ready, "hub"))
    assert (
        code == 0 and "requirements.txt" in err and "making" not in err and "front-end" not in err
    )


def test_a_kiosk_installs_its_own_list_and_where_the_hubs_is_nothing(house):
    code, _, err = outcome(luot(house, "kiosk", "--help"))
    assert code == 0 and "installing requirements-kiosk.txt" in err, err
    assert "requirements.txt" not in err and "front-end" in err
    assert outcome(luot(house, "kiosk"))[2] == ""
    code, _, err = outcome(luot(house, "hub"))
    assert code == 0 and "installing requirements.txt" in err and "front-end" in err, (
        "what a kiosk has is not all a hub needs"
    )
    (house / "requirements-kiosk.txt").write_text("# nothing, but differently\n")
    code, _, err = outcome(luot(house, "hub"))
    assert code == 0 and "installing requirements.txt" in err, "it includes what has changed"
    assert outcome(luot(house, "kiosk"))[2] == outcome(luot(house, "slip"))[2] == ""


def test_fonts_that_no_page_and_no_paper_asks_for_are_not_kept(house):
    (house / "fonts/files").mkdir(parents=True)
    (house / "fonts/package.json").write_text('{"name": "@fontsource/noto", "version": "1.0.0"}')
    kept = {
        "noto-latin-400-normal.woff",
        "noto-latin-400-normal.woff2",
        "noto-100-700-normal.woff2",
        "noto-chinese-simplified-600-normal.woff",
    }
    gone = {
        "noto-latin-300-normal.woff2",
        "noto-900-900-normal.woff2",
        "noto-latin-400-italic.woff2",
        "noto-100-400-normal.woff",
    }
    for name in kept | gone:
        (house / "fonts/files" / name).touch()
    about = {"name": "luot", "private": True, "dependencies": {"@fontsource/noto": "file:noto.tgz"}}
    packed = subprocess.run(
        ["npm", "pack", "--silent", house / "fonts"], cwd=house, check=True, capture_output=True
    )
    (house / packed.stdout.decode().strip()).rename(house / "noto.tgz")
    (house / "package.json").write_text(json.dumps(about))
    subprocess.run(
        ["npm", "install", "--package-lock-only", "--offline"],
        cwd=house, check=True, capture_output=True,
    )  # fmt: skip
    code, _, err = outcome(luot(house, "kiosk"))
    assert code == 0, err
    files = house / "node_modules/@fontsource/noto/files"
    assert {file.name for file in files.iterdir()} == kept


def test_half_a_venv_is_made_anew(house):
    (house / ".venv/bin").mkdir(parents=True)
    (house / ".venv/bin/python").symlink_to("/nonexistent/python")
    code, _, err = outcome(luot(house, "hub"))
    assert code == 0 and "making" in err


def test_a_package_that_cannot_be_had_is_one_clear_line_and_nothing_half(ready):
    (ready / "requirements.txt").write_text(
        "no-such-package-anywhere @ file:///nonexistent/thing.whl\n"
    )
    code, _, err = outcome(luot(ready, "hub"))
    assert code == 1 and err.strip().splitlines()[-1].startswith(
        "luot: could not install requirements.txt"
    )
    (ready / "requirements.txt").write_text("# nothing\n")
    assert outcome(luot(ready, "hub"))[0] == 0


def test_a_missing_debian_package_is_named_with_its_mend(house, tmp_path):
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "dpkg-query").write_text("#!/bin/sh\nexit 1\n")
    (tools / "dpkg-query").chmod(0o755)
    code, _, err = outcome(
        luot(house, "test", PATH=f"{tools}:{os.environ['PATH']}", LUOT_NO_APT="1")
    )
    assert (
        code == 1 and "apt-get install -y postgresql" in err and len(err.strip().splitlines()) == 1
    )


def test_no_python_is_one_clear_line(house, tmp_path):
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "dirname", "readlink", "cat", "sha256sum", "cut", "id", "flock", "printf"):
        if path := shutil.which(name):
            (tools / name).symlink_to(path)
    code, _, err = outcome(luot(house, "hub", PATH=str(tools)))
    assert (
        code == 1
        and err
        == "luot: Python 3.11 or newer is needed; run: apt-get install python3 python3-venv\n"
    )


def test_the_script_is_plain_posix_sh():
    assert subprocess.run(["dash", "-n", ROOT / "luot"], check=False).returncode == 0
    assert (ROOT / "luot").read_text().startswith("#!/bin/sh\n") and "[[" not in (
        ROOT / "luot"
    ).read_text()
    assert os.access(ROOT / "luot", os.X_OK) and os.access(ROOT / ".ci/run", os.X_OK)
