"""`python -m server.store.check_backup FILE`: reads a backup whole, beside the hub's loop. One that
is sealed is opened first by the key on standard input, and stands open in its place afterwards.

Exit code 0, or 1 with the reason on standard error: `key_missing`, `key_wrong`, or a sentence for
one that is cut short, damaged or no backup.
"""

import os
import sys
from pathlib import Path

from .archive import BackupError, check
from .backup_copies import CopyError, is_sealed, unseal_by

KEY_MISSING, KEY_WRONG = "key_missing", "key_wrong"


def opened_and_checked(file: Path, keys_text: str) -> None:
    """Raises BackupError; a sealed file stays as it is then."""
    if not is_sealed(file):
        check(file)
        return
    if not keys_text.strip():
        raise BackupError(KEY_MISSING)
    plain = file.with_name(file.name + ".open")
    try:
        unseal_by(file, keys_text, plain)
        check(plain)
        os.replace(plain, file)
    except CopyError:
        raise BackupError(KEY_WRONG) from None
    finally:
        plain.unlink(missing_ok=True)


if __name__ == "__main__":
    try:
        opened_and_checked(Path(sys.argv[1]), sys.stdin.read())
    except BackupError as error:
        sys.exit(str(error))
