"""Lists of procedures that come in as a spreadsheet and go out as one."""

from .notes import ListFault, Note, sentences_of
from .plan import Plan, plan_of
from .table import read_table
from .write import written

__all__ = ["ListFault", "Note", "Plan", "plan_of", "read_table", "sentences_of", "written"]
