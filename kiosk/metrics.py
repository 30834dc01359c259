"""The kiosk's health as Prometheus text."""

from typing import Any

PRINTER = ("ok", "paper_out", "cover_open", "error", "offline", "unknown")
PAPER = ("ok", "low", "out", "unknown")


def metrics(status: dict[str, Any]) -> str:
    """The page of `/metrics` from the machine's status."""
    at = f'centre="{status["centre"]}",device="{status["device"]}"'
    lines: list[str] = []

    def gauge(name: str, help_: str, *rows: tuple[str, float], kind: str = "gauge") -> None:
        lines.extend((f"# HELP luot_kiosk_{name} {help_}", f"# TYPE luot_kiosk_{name} {kind}"))
        lines.extend(f"luot_kiosk_{name}{{{at}{labels}}} {value}" for labels, value in rows)

    gauge("up", "The program answers; its version.", (f',version="{status["version"]}"', 1))
    gauge("hub_up", "The hub answers (1) or not (0).", ("", int(status["hub"] == "up")))
    gauge(
        "printer",
        "The printer is in this state (1).",
        *((f',state="{state}"', int(status["printer"] == state)) for state in PRINTER),
    )
    gauge(
        "paper",
        "The paper is in this state (1).",
        *((f',state="{state}"', int(status["paper"] == state)) for state in PAPER),
    )
    gauge(
        "roll_printed_mm",
        "Millimetres printed since the roll was changed.",
        ("", status["roll"]["printed_mm"]),
    )
    gauge("outbox", "What the hub has yet to hear.", ("", status["outbox"]))
    gauge("rejected", "What the hub has refused for good.", ("", status["rejected"]))
    gauge(
        "clock_offset_ms", "How far the machine's clock is behind the hub's.", ("", status["clock"])
    )
    gauge(
        "leased_numbers_left",
        "Numbers left for the time without the hub, per field.",
        *((f',field="{field}"', left) for field, left in sorted(status["left"].items())),
    )
    gauge(
        "numbers_today",
        "Numbers given today, by where they came from.",
        *((f',source="{source}"', count) for source, count in sorted(status["numbers"].items())),
    )
    gauge(
        "slips_today",
        "Slips of today by what became of them.",
        *(
            (f',state="{state}"', status["slips"].get(state, 0))
            for state in ("queued", "sent", "printed", "failed")
        ),
    )
    return "\n".join(lines) + "\n"
