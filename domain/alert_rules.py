"""What a centre's file says staff are told of; the rules themselves are in domain/alerts.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as of


@dataclass(frozen=True, slots=True)
class AlertRule:
    """One line of the file's `alerts`: which rule, whom it tells, and its figures."""

    code: str
    to: str
    figures: Mapping[str, float] = of(default_factory=dict)


#: What holds in a centre whose file has no `alerts`.
USUAL_RULES = (
    AlertRule("field_unstaffed", "manager"),
    AlertRule("kiosk_paper_low", "manager"),
    AlertRule("device_offline", "manager"),
)
