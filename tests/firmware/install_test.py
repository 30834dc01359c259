"""An IT officer puts a device's files into an empty Debian: all of it is there and systemd reads
it, a second run changes nothing, and nothing is left when it is taken away.
"""

import hashlib
import os
import re
import shutil
import stat
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.programs import PACKAGES, in_memory, program

ROOT = Path(__file__).parents[2]
PACKAGES.update(
    {"debootstrap": "debootstrap", "systemd-analyze": "systemd", "systemd-sysusers": "systemd"}
)
DEVICES = ("kiosk", "board", "hub")
#: where the installer keeps what it has done; and copies that passwd, useradd and userdel make of
#: their own files whenever one is changed
PASSED_OVER = re.compile(
    r"var/lib/luot-install(/|$)|etc/(passwd|group|shadow|gshadow|subuid|subgid)-$"
)


def run(*argv, **more):
    return subprocess.run(
        [str(a) for a in argv], capture_output=True, text=True, timeout=400, **more
    )


def mirror():
    """The archive that this machine's own apt takes Debian from."""
    addresses = run(
        "apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages"
    ).stdout.split()
    assert addresses, (
        "apt knows no archive; put one into /etc/apt/sources.list.d and run: apt-get update"
    )
    return addresses[0]


@pytest.fixture(scope="module")
def empty_debian(tmp_path_factory):
    """A Debian 12 with systemd and nothing else, made once by debootstrap."""
    folder = tmp_path_factory.mktemp("debian")
    folder.chmod(0o755)
    # in memory where there is room: most of debootstrap's time is dpkg waiting for the disk
    if in_memory(1_500_000_000):
        folder = Path(tempfile.mkdtemp(prefix="luot-debian-", dir="/dev/shm"))
        folder.chmod(0o755)
    try:
        made = run(
            program("debootstrap"),
            "--variant=minbase",
            "--include=systemd",
            "bookworm",
            folder / "tree",
            mirror(),
        )
        assert made.returncode == 0, made.stdout[-2000:] + made.stderr
        for package in (folder / "tree/var/cache/apt/archives").glob(
            "*.deb"
        ):  # as apt-get clean: it is copied and read many times
            package.unlink()
        yield folder / "tree"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def copy_of(empty_debian):
    """A copy of it to be written to."""
    tree = empty_debian.with_name("copy")
    run("cp", "-a", empty_debian, tree, check=True)
    yield tree
    shutil.rmtree(tree)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """The checkout as it is at this moment: others may work in it meanwhile."""
    folder = tmp_path_factory.mktemp("checkout")
    names = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard", "-z", "--", ".", ":!tests"],
        capture_output=True,
        check=True,
    ).stdout.split(b"\0")
    for name in map(os.fsdecode, filter(None, names)):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def install(checkout, *argv, code=0):
    done = run(checkout / "firmware_configs/install.sh", *argv)
    assert done.returncode == code, done.stdout[-3000:] + done.stderr
    return done.stdout if code == 0 else done.stderr


_read = {}


def print_of(path, about):
    """A file's content as a hash; a file that has not been touched since is not read again."""
    touched = (about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns)
    if touched not in _read:
        _read[touched] = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    return _read[touched]


def prints_of(tree):
    """Every name in a tree with its kind, mode, owner and content."""
    prints = {}
    for folder, folders, files in os.walk(tree):
        for name in (*folders, *files):
            path = Path(folder, name)
            short = os.path.relpath(path, tree)
            if PASSED_OVER.match(short):
                continue
            about = os.lstat(path)
            content = str(path.readlink()) if stat.S_ISLNK(about.st_mode) else ""
            if stat.S_ISREG(about.st_mode):
                # Debian's own 200 MB by size and time, all else by every byte
                debians = short.startswith("usr/") and not short.startswith("usr/local/")
                content = (about.st_size, about.st_mtime_ns) if debians else print_of(path, about)
            prints[short] = (stat.filemode(about.st_mode), about.st_uid, about.st_gid, content)
    return prints


def difference(before, after):
    return {
        name: (before.get(name), after.get(name))
        for name in {*before, *after}
        if before.get(name) != after.get(name)
    }


def programs_stood_in(tree, units):
    """A program of a Debian package that is not in the tree is stood in for, when install.txt asks
    for that package; ours must be there.
    """
    for unit in units:
        for path in re.findall(
            r"^Exec\w+=[-+!@:]*(/(?:usr|bin|sbin)\S*)", unit.read_text("utf-8"), re.M
        ):
            if not path.startswith("/usr/local/") and not (tree / path[1:]).exists():
                (tree / path[1:]).parent.mkdir(parents=True, exist_ok=True)
                (tree / path[1:]).symlink_to("/bin/true")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_devices_are_put_into_an_empty_debian_and_taken_away(empty_debian, checkout):
    # one test, since an empty Debian takes longer to make than all of it, and tests of one file may
    # run in several processes
    for device in DEVICES:
        with copy_of(empty_debian) as debian:
            one_device(device, debian, checkout)
    with copy_of(empty_debian) as debian:
        two_devices_and_a_person(debian, checkout)


def one_device(device, debian, checkout):
    """Everything is there and systemd reads it, a second run changes nothing, nothing is left at
    the end.
    """
    before = prints_of(debian)
    plan = install(checkout, device, "--root", debian, "--dry-run")
    assert "put /etc/" in plan and difference(before, prints_of(debian)) == {}, (
        "a dry run changes nothing"
    )

    output = install(checkout, device, "--root", debian)
    first = prints_of(debian)
    assert f"{device}: done" in output and "these Debian packages are still needed" in output
    state = debian / "var/lib/luot-install" / device
    kept = sorted((state / "made").read_text().splitlines())
    output = install(checkout, device, "--root", debian)
    assert (
        "everything is in its place already" in output
        and difference(first, prints_of(debian)) == {}
        and sorted((state / "made").read_text().splitlines()) == kept
    ), "a second run changes nothing"
    assert "nothing to do" in install(checkout, device, "--root", debian, "--dry-run")

    # systemd reads every unit of ours as it will on the machine; any word of it is a failure
    units = [
        p
        for p in (debian / "etc/systemd/system").iterdir()
        if p.is_file() and p.suffix in (".service", ".timer", ".target", ".path", ".socket")
    ]
    assert any(p.name.startswith("luot-") for p in units)
    programs_stood_in(debian, units)
    read = run(
        program("systemd-analyze"),
        "verify",
        "--man=no",
        "--recursive-errors=no",
        "--root",
        debian,
        *(p.name for p in units),
    )
    assert (read.returncode, read.stdout + read.stderr) == (0, "")
    users = {line.split(":")[0] for line in (debian / "etc/passwd").read_text().splitlines()}
    for unit in units:
        assert set(re.findall(r"^User=(\S+)", unit.read_text("utf-8"), re.M)) <= users
    for path in debian.glob("etc/luot/*.env"):
        assert (
            stat.S_IMODE(path.stat().st_mode) & 0o007 == 0
            or "TOKEN" not in path.read_text("utf-8").upper()
        ), f"{path.name} may hold a token"
    for path in [
        p
        for p in debian.rglob("*")
        if p.is_symlink()
        and str(p.readlink()) == "/bin/true"
        and str(p.relative_to(debian)) not in before
    ]:
        path.unlink()

    install(checkout, "--uninstall", device, "--root", debian)
    assert (
        difference(before, prints_of(debian)) == {}
        and not (debian / "var/lib/luot-install").exists()
    )


def two_devices_and_a_person(debian, checkout):
    """What people have edited is kept, options are remembered, and two devices share a machine."""
    (debian / "etc/nftables.conf").write_text("# was here before\n")
    (debian / "etc/fstab").write_text("LABEL=root / ext4 defaults 0 1\n")
    before = prints_of(debian)
    install(checkout, "kiosk", "--root", debian, "--with", "greetd", "--with", "readonly")
    assert not (
        debian / "etc/systemd/system/multi-user.target.wants/luot-kiosk-screen.service"
    ).exists(), "greetd starts the screen"
    assert (
        "LUOT-DATA" in (debian / "etc/fstab").read_text()
        and (debian / "etc/overlayroot.local.conf").exists()
    )
    settings = debian / "etc/luot/kiosk.env"
    assert stat.S_IMODE(settings.stat().st_mode) == 0o600
    settings.write_text("LUOT_KIOSK_TOKEN=of-this-machine\n")
    watchdog = debian / "etc/systemd/system.conf.d/10-luot.conf"
    watchdog.write_text("[Manager]\nRuntimeWatchdogSec=30\n")

    output = install(checkout, "kiosk", "--root", debian)
    assert settings.read_text() == "LUOT_KIOSK_TOKEN=of-this-machine\n", (
        "settings are never overwritten"
    )
    assert (
        "edited by hand, kept in"
        " /var/lib/luot-install/edited/etc/systemd/system.conf.d/10-luot.conf" in output
    )
    assert (
        debian / "var/lib/luot-install/edited/etc/systemd/system.conf.d/10-luot.conf"
    ).read_text() == "[Manager]\nRuntimeWatchdogSec=30\n"
    assert (
        "RuntimeWatchdogSec=15" in watchdog.read_text()
        and (debian / "etc/overlayroot.local.conf").exists()
    ), "options are remembered"
    install(checkout, "kiosk", "--root", debian, "--without", "readonly", "--without", "greetd")
    assert (debian / "etc/fstab").read_text() == "LABEL=root / ext4 defaults 0 1\n" and not (
        debian / "etc/overlayroot.local.conf"
    ).exists()
    assert (
        debian / "etc/systemd/system/multi-user.target.wants/luot-kiosk-screen.service"
    ).is_symlink()

    install(checkout, "board", "--root", debian)
    with_both = prints_of(debian)
    # a power cut in the middle: the record of what was begun is there, and the next run goes on
    (debian / "var/lib/luot-install/board/made").rename(
        debian / "var/lib/luot-install/board/made.new"
    )
    install(checkout, "board", "--root", debian)
    assert difference(with_both, prints_of(debian)) == {}
    (debian / "var/lib/luot-kiosk").mkdir()
    (debian / "var/lib/luot-kiosk/kiosk.sqlite").write_text("numbers given out")
    output = install(checkout, "--uninstall", "kiosk", "--root", debian)
    assert (
        "left, since it was edited (--purge removes it): /etc/luot/kiosk.env" in output
        and "/var/lib/luot-kiosk" in output
        and settings.exists()
    )
    assert (
        "flush ruleset" in (debian / "etc/nftables.conf").read_text()
        and (debian / "usr/local/lib/luot/screen").exists()
    ), "the board needs them still"
    assert not (debian / "opt/luot").exists()
    install(checkout, "--uninstall", "board", "--root", debian, "--purge")
    assert (debian / "etc/nftables.conf").read_text() == "# was here before\n", (
        "what lay there first comes back, whoever goes last"
    )
    assert set(difference(before, prints_of(debian))) == {
        "etc/luot",
        "etc/luot/kiosk.env",
        "var/lib/luot-kiosk",
        "var/lib/luot-kiosk/kiosk.sqlite",
    }, "the kiosk's settings and journal are a person's to throw away"


def test_a_wrong_word_gets_one_sentence_that_says_the_mend(tmp_path, checkout):
    (tmp_path / "not-debian").mkdir()
    old = tmp_path / "old/etc"
    old.mkdir(parents=True)
    (old / "debian_version").write_text("10.13\n")
    (old / "os-release").write_text('VERSION_ID="10"\n')
    for argv, words in (
        (
            ("toaster", "--root", tmp_path),
            "there is no device toaster; it is one of: board hub kiosk",
        ),
        (("base",), "there is no device base"),
        ((), "say which device"),
        (
            ("kiosk", "--root", tmp_path / "nowhere"),
            "is not a folder; make the tree first: debootstrap bookworm",
        ),
        (("kiosk", "--root", tmp_path / "not-debian"), "is not Debian or Raspberry Pi OS"),
        (("kiosk", "--root", tmp_path / "old"), "has Debian 10; 12 or newer is needed"),
        (("kiosk", "--fast"), "there is no option --fast"),
        (("kiosk", "--root"), "--root needs a word after it"),
        (("kiosk", "board"), "one device at a time"),
    ):
        output = install(checkout, *argv, code=1)
        assert words in output and output.count("\n") == 1
    (old / "os-release").write_text('VERSION_ID="12"\n')
    (old / "passwd").write_text("root:x:0:0::/root:/bin/sh\n")
    for argv, words in (
        (("kiosk", "--with", "wings"), "kiosk has no option wings"),
        (("--uninstall", "kiosk"), "kiosk is not installed on"),
    ):
        assert words in install(checkout, *argv, "--root", tmp_path / "old", code=1)
    nobody = run(
        "setpriv",
        "--reuid=65534",
        "--clear-groups",
        "sh",
        ROOT / "firmware_configs/install.sh",
        "kiosk",
    )
    assert nobody.returncode == 1 and "only root can do this; run: sudo" in nobody.stderr
    assert sorted(p.name for p in tmp_path.rglob("*")) == [
        "debian_version",
        "etc",
        "not-debian",
        "old",
        "os-release",
        "passwd",
    ]
