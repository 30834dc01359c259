"""Managers' questions: rows out, no HTML.

Page, file, command and API all call the same two functions, so they agree to the digit.
"""

from .question import BadQuestion, Question, ask
from .run import (
    FORMATS,
    RAW_FORMATS,
    STORY_FORMATS,
    Report,
    is_heavy,
    run_report,
    run_story,
    run_tickets,
)
from .waits import waits

__all__ = [
    "FORMATS",
    "RAW_FORMATS",
    "STORY_FORMATS",
    "BadQuestion",
    "Question",
    "Report",
    "ask",
    "is_heavy",
    "run_report",
    "run_story",
    "run_tickets",
    "waits",
]
