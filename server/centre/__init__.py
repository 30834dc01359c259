"""The document of a centre: its typed form, its mistakes, what it changes, what is made of it."""

from .build import centre_of
from .kept import with_list_of
from .mistakes import Mistake
from .models import SCHEMA, CentreDocument, check
from .stored import UnreadableDocument, in_force, read_stored, to_store

__all__ = [
    "SCHEMA",
    "CentreDocument",
    "Mistake",
    "UnreadableDocument",
    "centre_of",
    "check",
    "in_force",
    "read_stored",
    "to_store",
    "with_list_of",
]
