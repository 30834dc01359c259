"""`python -m server.store.check_backup FILE`: reads a backup whole, beside the hub's loop.

Exit code 1, with the reason on standard error, for one that is cut short, damaged or no backup.
"""

import sys

from .archive import BackupError, check

if __name__ == "__main__":
    try:
        check(sys.argv[1])
    except BackupError as error:
        sys.exit(str(error))
