"""The check-up of the machine and its hall for administrators: `luot doctor` as a page."""

import json
import logging
import sys
from dataclasses import asdict
from typing import Any

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from ..doctor import BACKUPS, BAD, CARE, in_words
from ..worker_pool import NotDone, run_in_worker
from .auth import parts
from .pages import choose_language, remember_language, words
from .slots import Slots
from .staff_page import staff_page

log = logging.getLogger("luot.doctor")
doctor = Blueprint("doctor", __name__, template_folder="templates")
doctor.before_request(choose_language)
doctor.after_request(remember_language)
doctor.context_processor(words)

#: An address that does not answer, a certificate and the hub itself are each waited for.
SECONDS = 45
#: Two people may look at once; the disk is written to each time.
_slots = Slots(2, retry_after_s=10)


@doctor.get("/doctor")
def page() -> ResponseReturnValue:
    """What is well, what is to be mended, and how."""
    return staff_page("doctor.html", "doctor", examined=_examined)


def _examined() -> dict[str, Any]:
    """`{findings: [{level, area, found, mend}], bad, care, failed}`, the worst first."""
    asked = {"settings": asdict(parts().settings), "backups": str(BACKUPS)}
    try:
        with _slots.hold():
            output = run_in_worker(
                [sys.executable, "-P", "-m", "server.doctor"],
                json.dumps(asked).encode(),
                SECONDS,
            )
    except (NotDone, OSError) as failed:
        log.warning("the check-up could not be made: %s", failed)
        return {"findings": [], "bad": 0, "care": 0, "failed": True}
    findings = json.loads(output)
    levels = [finding["level"] for finding in findings]
    order = {BAD: 0, CARE: 1}
    return {
        "findings": [
            {"level": finding["level"], **in_words(finding, g.language)}
            for finding in sorted(findings, key=lambda f: order.get(f["level"], 2))
        ],
        "bad": levels.count(BAD),
        "care": levels.count(CARE),
        "failed": False,
    }
