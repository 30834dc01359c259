"""What staff are told of, from which figures on, and who is told: `alerts`."""

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from domain.alerts import RULES

from .types import Positive, Section, number, refuse


class AlertParams(Section):
    """The figures of an alert; which of them it takes is said by its code (domain/alerts.py)."""

    minutes: Positive | None = None
    for_seconds: Positive | None = None
    seconds: Positive | None = None
    idle_seconds: Positive | None = None
    waiting: Positive | None = None
    eta_factor: Annotated[int | float, number(1, whole=False)] | None = None

    def figures(self) -> dict[str, float]:
        """Those that were said."""
        return self.model_dump(exclude_none=True)


class Alert(Section):
    """Something people are told of, and who is told."""

    code: Literal[
        "wait_p90_over",
        "field_unstaffed",
        "idle_while_overflow_waits",
        "kiosk_paper_low",
        "device_offline",
        "ticket_forgotten",
    ]
    params: AlertParams = Field(default_factory=AlertParams)
    to: Literal["manager", "clerk", "admin", "greeter"]

    @field_validator("params", mode="after")
    @classmethod
    def _own_figures(cls, params: AlertParams, info: ValidationInfo) -> AlertParams:
        code: Any = info.data.get("code")
        if code in RULES:
            figures = RULES[code].figures
            others = sorted(params.figures().keys() - figures.keys())
            if others and figures:
                all_figures = ", ".join(figures)
                refuse(
                    "alert_figures", rule=code, others=", ".join(others), all_figures=all_figures
                )
            if others:
                refuse("alert_no_figures", rule=code, others=", ".join(others))
        return params
