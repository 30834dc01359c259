"""What a store raises."""


class StorageError(Exception):
    """The database cannot take or give data now; nothing was changed. The text says the mend.

    `code` is the error code of the answer (docs/sockets.md).
    """

    code = "storage"


class OutcomeUnknown(StorageError):
    """The database was lost during COMMIT: whether the change was made is not known.

    The same request id, sent again, gets the answer: what was done, or the act done now.
    """

    code = "outcome_unknown"


class Conflict(Exception):
    """A guard of the database refused the act (one number a day, one ticket a counter); nothing was
    changed.
    """


class KeyTrouble(StorageError):
    """The key of the house is not there, cannot be read, or is another one."""
