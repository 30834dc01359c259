"""What is wrong with a machine and its hall, and the mend for it: `luot doctor` and the page of the
same name.

It looks and changes nothing, but for a few bytes beside the database that tell how quick the disk
is.
"""

from .examination import BACKUPS, examine
from .findings import AREAS, BAD, CARE, GOOD, Finding, in_words

__all__ = ["AREAS", "BACKUPS", "BAD", "CARE", "GOOD", "Finding", "examine", "in_words"]
