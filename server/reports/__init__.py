"""Managers' questions: rows out, no HTML.

Page, file, command and API all call the same two functions, so they agree to the digit.
"""

from .all_centres import ALL_CENTRES_BY
from .question import BadQuestion, Question, ask
from .run import (
    ALL_CENTRES_FORMATS,
    FORMATS,
    PROMISE_FORMATS,
    RAW_FORMATS,
    STORY_FORMATS,
    Report,
    check_question,
    is_heavy,
    report_centre,
    run_all_centres,
    run_promises,
    run_report,
    run_story,
    run_tickets,
    run_view,
)
from .waits import waits

__all__ = [
    "ALL_CENTRES_BY",
    "ALL_CENTRES_FORMATS",
    "FORMATS",
    "PROMISE_FORMATS",
    "RAW_FORMATS",
    "STORY_FORMATS",
    "BadQuestion",
    "Question",
    "Report",
    "ask",
    "check_question",
    "is_heavy",
    "report_centre",
    "run_all_centres",
    "run_promises",
    "run_report",
    "run_story",
    "run_tickets",
    "run_view",
    "waits",
]
