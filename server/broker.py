"""The broker's files on the hub: its authority and certificate, accounts with hashed passwords,
rights of each device; and the bridge's own account.
"""

import base64
import contextlib
import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ACL = Path(__file__).resolve().parents[1] / "firmware_configs" / "mosquitto" / "acl"
PID_FILE = Path("/run/luot-mosquitto/mosquitto.pid")
BRIDGE = "luot-bridge"
PORT = 8883
DAYS = 3650


class BrokerTrouble(Exception):
    """The broker's files cannot be made; the text says the mend."""


def write(path: Path, text: str, mode: int = 0o600) -> None:
    """A file that is whole or not there, with its mode from the first moment."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, half = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(half, mode)
    os.replace(half, path)


def hashed(password: str) -> str:
    """A password as mosquitto keeps it ($7$: PBKDF2 with SHA-512)."""
    salt, rounds = secrets.token_bytes(12), 101
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds)
    return f"$7${rounds}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


class Broker:
    """The broker's folder, `<data>/mosquitto`. Every change is told to a broker that runs."""

    def __init__(self, data: str | Path) -> None:
        self.folder = Path(data) / "mosquitto"

    @property
    def authority(self) -> Path:
        """The certificate that devices trust."""
        return self.folder / "ca.crt"

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else, the command beside a hub, changes accounts and rights meanwhile."""
        lock = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def is_taken(self, name: str) -> bool:
        """Whether no new device may have this name: one has it, or it is the bridge's."""
        return name in (BRIDGE, "bridge", *self.accounts())

    def accounts(self) -> list[str]:
        """The names that have a password."""
        passwd = self.folder / "passwd"
        return (
            [line.split(":", 1)[0] for line in passwd.read_text("utf-8").splitlines() if line]
            if passwd.exists()
            else []
        )

    def prepare(self, host: str) -> None:
        """Make what is missing: authority, certificate for `host` and this machine, files for
        accounts and rights.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not (self.folder / "server.crt").exists():
            self._certificates(host)
        if not (self.folder / "acl").exists():
            write(self.folder / "acl", ACL.read_text("utf-8"))
        if not (self.folder / "passwd").exists():
            write(self.folder / "passwd", "")

    def add(self, account: str, rights: Sequence[str] = ()) -> str:
        """Give an account a new password, and rights of its own; the password."""
        password = secrets.token_urlsafe(24)
        with self._alone():
            self._passwords({**self._kept(), account: hashed(password)})
            if account != BRIDGE:
                self._rights(account, [f"# device {account}", f"user {account}", *rights])
        self._tell()
        return password

    def remove(self, account: str) -> bool:
        """Take an account and its rights away; True when it was there."""
        if account not in self.accounts():
            return False
        with self._alone():
            self._passwords(
                {name: hash_ for name, hash_ in self._kept().items() if name != account}
            )
            self._rights(account, [])
        self._tell()
        return True

    def _kept(self) -> dict[str, str]:
        """The hashed password of each account."""
        passwd = self.folder / "passwd"
        if not passwd.exists():
            return {}
        kept: dict[str, str] = {}
        for line in passwd.read_text("utf-8").splitlines():
            if line:
                account, password_hash = line.split(":", 1)
                kept[account] = password_hash
        return kept

    def _passwords(self, kept: Mapping[str, str]) -> None:
        write(self.folder / "passwd", "".join(f"{name}:{value}\n" for name, value in kept.items()))

    def _rights(self, account: str, lines: Sequence[str]) -> None:
        text = (self.folder / "acl").read_text("utf-8")
        text = re.sub(rf"\n# device {re.escape(account)}\n(?:(?:user|topic) .*\n)*", "", text)
        write(self.folder / "acl", text + ("\n" + "\n".join(lines) + "\n" if lines else ""))

    def _tell(self) -> None:
        # where it does not run, it reads the files when it starts
        with contextlib.suppress(OSError, ValueError):
            os.kill(int(PID_FILE.read_text()), signal.SIGHUP)

    def _certificates(self, host: str) -> None:
        openssl = shutil.which("openssl")
        if openssl is None:
            raise BrokerTrouble(
                "openssl is missing, which makes the broker's certificate; run: apt-get install"
                " openssl"
            )
        names = ",".join(
            dict.fromkeys(
                f"{'IP' if re.fullmatch(r'[0-9.]+', name) else 'DNS'}:{name}"
                for name in (host, "hub.lan", "localhost", "127.0.0.1")
            )
        )
        with tempfile.TemporaryDirectory(dir=self.folder) as half:
            key = [
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                str(DAYS),
            ]
            for step in (
                [
                    "req",
                    "-x509",
                    *key,
                    "-subj",
                    "/CN=Luot broker authority",
                    "-keyout",
                    "ca.key",
                    "-out",
                    "ca.crt",
                    "-addext",
                    "basicConstraints=critical,CA:TRUE",
                    "-addext",
                    "keyUsage=critical,keyCertSign,cRLSign",
                ],
                [
                    "req",
                    *key[:-2],
                    "-subj",
                    f"/CN={host}",
                    "-keyout",
                    "server.key",
                    "-out",
                    "server.csr",
                ],
                [
                    "x509",
                    "-req",
                    "-in",
                    "server.csr",
                    "-CA",
                    "ca.crt",
                    "-CAkey",
                    "ca.key",
                    "-CAcreateserial",
                    "-days",
                    str(DAYS),
                    "-out",
                    "server.crt",
                    "-extfile",
                    "names",
                ],
            ):
                Path(half, "names").write_text(f"subjectAltName={names}\n", "utf-8")
                done = subprocess.run([openssl, *step], cwd=half, capture_output=True, text=True)
                if done.returncode:
                    reason = (done.stderr.strip().splitlines() or ["openssl failed"])[-1]
                    raise BrokerTrouble(f"the broker's certificate could not be made: {reason}")
            for name in ("ca.key", "ca.crt", "server.key", "server.crt"):
                write(self.folder / name, Path(half, name).read_text("utf-8"))


class BridgeFolder:
    """What `luot bridge` reads of one centre: `<data>/bridge/<centre>`."""

    def __init__(self, data: str | Path, centre: str) -> None:
        self.folder, self.centre = Path(data) / "bridge" / centre, centre

    @property
    def is_ready(self) -> bool:
        """Whether the bridge has its own accounts."""
        return (self.folder / "bridge.json").exists()

    def prepare(self, broker: Broker, port: int, token: str) -> None:
        """Give the bridge its own account: `token`, a silent board's at the hub, and one account at
        the broker for all centres.
        """
        others = sorted(self.folder.parent.glob("*/bridge.json"))
        password = (
            json.loads(others[0].read_text("utf-8"))["broker"]["password"]
            if others and BRIDGE in broker.accounts()
            else broker.add(BRIDGE)
        )
        write(
            self.folder / "bridge.json",
            json.dumps(
                {
                    "hub": f"http://127.0.0.1:{port}",
                    "centre": self.centre,
                    "token": token,
                    "broker": {
                        "host": "127.0.0.1",
                        "port": PORT,
                        "user": BRIDGE,
                        "password": password,
                        "ca": str(broker.authority.resolve()),
                    },
                },
                indent=1,
            )
            + "\n",
        )

    def add_pad(self, name: str, counter: str, token: str) -> None:
        """From now on the bridge takes this pad's presses."""
        write(
            self.folder / "pads" / f"{name}.json",
            json.dumps({"counter": counter, "token": token}) + "\n",
        )

    def remove_pad(self, name: str) -> None:
        """And no longer."""
        (self.folder / "pads" / f"{name}.json").unlink(missing_ok=True)
