"""Putting a backup in force: by command, and at the start of a hub that was sent one."""

import sys
from pathlib import Path

from .. import acts
from ..config import Settings
from ..store import archive, centres
from ..store import migrate as migrations
from .common import as_admin, context_of, opened, or_exit, press


def restored(settings: Settings, source: str | Path, identity: Path | None = None) -> None:
    """Put a backup in the place of what this hub holds, which is stopped; today's numbers go on
    after those that may be on paper. `identity`: the file with the key of an encrypted one. Raises
    archive.BackupError, and then nothing was changed.
    """
    archive.restore(settings.database_url, source, settings.data, identity)
    _, store = opened(settings.data)
    migrations.migrate(store)
    with store.read() as conn:
        codes = centres.codes(conn)
    for code in codes:
        or_exit(acts.memory_lost(context_of(settings, store), as_admin(code), press()))
    store.close()


def restore_sent(settings: Settings) -> None:
    """Restore the backup that the browser sent; one that cannot be restored is set aside, so that
    the hub starts as it was.
    """
    from .hub import SENT_BACKUP

    sent = Path(settings.data) / SENT_BACKUP
    try:
        restored(settings, sent)
    except archive.BackupError as error:
        aside = sent.with_suffix(".refused")
        sent.rename(aside)
        print(f"luot: {aside} was not restored: {error}", file=sys.stderr)
        return
    sent.unlink()
