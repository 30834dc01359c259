"""The typed document of a centre: what may stand in it, and in which form."""

from .document import SCHEMA, CentreDocument, check

__all__ = ["SCHEMA", "CentreDocument", "check"]
