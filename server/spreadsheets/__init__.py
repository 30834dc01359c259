"""Lists of procedures that come in as a spreadsheet and go out as one."""

from .notes import ListFault, Note, told
from .plan import Plan, plan_of
from .table import read_table
from .write import written

__all__ = ["ListFault", "Note", "Plan", "plan_of", "read_table", "told", "written"]
