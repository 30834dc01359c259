"""Backups that leave the machine: sealed for whoever holds a key kept elsewhere (age), and copied
to another folder or, by rclone, to whatever it reaches (S3, SFTP, …).
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

#: What a file sealed by age begins with.
SEALED = b"age-encryption.org"
SUFFIX = ".age"
PIECE = 1024 * 1024
#: How long a copy to another place may take.
GIVE_UP_AFTER_S = 3600


class CopyError(Exception):
    """It could not be sealed, opened or copied; the text says why and the mend."""


def is_sealed(file: Path) -> bool:
    """Whether a backup can only be opened by a key."""
    with open(file, "rb") as opened:
        return opened.read(len(SEALED)) == SEALED


def seal(plain: Path, recipient: str, sealed: Path) -> None:
    """Write `plain` to `sealed` so that only the key of the recipient ("age1…") opens it.

    Raises CopyError.
    """
    import pyrage

    try:
        to = pyrage.x25519.Recipient.from_str(recipient.strip())
    except pyrage.RecipientError as error:
        raise CopyError(
            f"LUOT_BACKUP_RECIPIENT is no public key of age ({error}); `age-keygen` makes one"
        ) from None
    os.close(os.open(sealed, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    pyrage.encrypt_file(str(plain), str(sealed), [to])
    to_disk(sealed)


def unseal(sealed: Path, identity: Path | None, plain: Path) -> None:
    """Write what a sealed backup holds to `plain`; `identity` is the file with the key
    ("AGE-SECRET-KEY-…"). Raises CopyError.
    """
    if identity is None:
        raise CopyError(f"{sealed} is encrypted; name the file with its key: --identity FILE")
    try:
        text = identity.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise CopyError(f"{identity} holds no key of age ({error})") from None
    unseal_by(sealed, text, plain, str(identity))


def unseal_by(sealed: Path, keys_text: str, plain: Path, called: str = "the key") -> None:
    """The same with the text of such a file, or the key alone; `called` is how an error names it.
    Raises CopyError; nothing is left at `plain` then.
    """
    import pyrage

    try:
        keys = [
            pyrage.x25519.Identity.from_str(line.strip())
            for line in keys_text.splitlines()
            if line.strip() and not line.startswith("#")
        ]
    except pyrage.IdentityError as error:
        raise CopyError(f"{called} holds no key of age ({error})") from None
    os.close(os.open(plain, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        pyrage.decrypt_file(str(sealed), str(plain), keys)
    except pyrage.DecryptError as error:
        plain.unlink()
        raise CopyError(
            f"{called} does not open {sealed} ({error}): another key, or a damaged backup"
        ) from None


def copy_away(file: Path, place: str) -> str:
    """Copy a backup to another place and hold it against the original: a folder, or `remote:path`
    of rclone. Returns where it lies. Raises CopyError.
    """
    folder = Path(place)
    if ":" in place and not folder.exists():
        return _by_rclone(file, place)
    if not folder.is_dir():
        raise CopyError(f"{place} is no folder; make it, or mount the disk it is on")
    target = folder / file.name
    part = target.with_name(target.name + ".part")
    try:
        shutil.copyfile(file, part)
        part.chmod(0o600)
        to_disk(part)
        if _sum(part) != _sum(file):
            raise CopyError(f"the copy in {place} is not what was copied; look at that disk")
        os.replace(part, target)
    except OSError as error:
        raise CopyError(f"{place}: {error.strerror or error}") from None
    finally:
        part.unlink(missing_ok=True)
    return str(target)


def _by_rclone(file: Path, place: str) -> str:
    tool = shutil.which("rclone")
    if tool is None:
        raise CopyError(f"{place} needs rclone; run: apt-get install rclone")
    target = f"{place.rstrip('/')}/{file.name}" if not place.endswith(":") else place + file.name
    try:
        done = subprocess.run(
            [tool, "copyto", "--immutable", str(file), target],
            capture_output=True,
            text=True,
            timeout=GIVE_UP_AFTER_S,
        )
    except subprocess.TimeoutExpired:
        raise CopyError(f"{place}: the copy took over an hour and was given up") from None
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["failed"])[-1]
        raise CopyError(f"{place}: rclone: {last}")
    return target


def _sum(file: Path) -> str:
    total = hashlib.sha256()
    with open(file, "rb") as opened:
        while piece := opened.read(PIECE):
            total.update(piece)
    return total.hexdigest()


def to_disk(file: Path) -> None:
    """Have a file or folder on the disk, whatever happens then."""
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
