"""What watches hubs: rules and settings of Prometheus, read by its own promtool, and dashboards of
Grafana, whose every question is read by it too.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from .frame import ROOT, Broken, Check, ask

#: What the whole rule file must hold of each alert beside what promtool asks for.
OF_AN_ALERT = {"alert", "expr", "for", "labels", "annotations"}
#: The only data source a dashboard may name: the one that is chosen where it is looked at.
CHOSEN = "${datasource}"
#: How wide a dashboard is.
COLUMNS = 24
_FIGURE = re.compile(r"\bluot_\w+")
#: What a histogram and a counter are called in questions, after the name of the figure.
_ENDS = re.compile(r"_(bucket|sum|count)$")


def documented() -> set[str]:
    """The figures that docs/metrics.md describes."""
    text = (ROOT / "docs/metrics.md").read_text("utf-8")
    return set(re.findall(r"^\| `(\w+)` \|", text, re.M))


def unknown_figures(question: str) -> list[str]:
    """The figures of a question (PromQL) that no hub tells."""
    figures = {_ENDS.sub("", name) for name in _FIGURE.findall(question)}
    return sorted(figures - documented())


def headings(page: str) -> set[str]:
    """The anchors of a page of docs/."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    return {title.strip().lower() for title in re.findall(r"^#+ (.+)$", text, re.M)}


def prometheus_rules(file: Path) -> str | None:
    """Rules for Prometheus: whole, of figures that the hub tells, each alert with its runbook."""
    code, text = ask("promtool", "check", "rules", file)
    if code:
        return text
    rules = [
        rule
        for group in yaml.safe_load(file.read_text("utf-8"))["groups"]
        for rule in group["rules"]
    ]
    for rule in rules:
        name = rule.get("alert") or rule["record"]
        if unknown := unknown_figures(rule["expr"]):
            return f"{name}: no such figure: {', '.join(unknown)}"
        if "alert" in rule and (trouble := _of_alert(rule)):
            return f"{name}: {trouble}"
    return None


def _of_alert(rule: dict[str, Any]) -> str | None:
    if lacking := OF_AN_ALERT - set(rule):
        return f"lacks {', '.join(sorted(lacking))}"
    link = re.fullmatch(
        r"file:/opt/luot/docs/([\w-]+\.md)#([\w-]+)", rule["annotations"].get("runbook_url", "")
    )
    if link is None:
        return "has no runbook_url of the form file:/opt/luot/docs/…#heading"
    if not (ROOT / "docs" / link[1]).exists() or link[2] not in headings(link[1]):
        return f"its runbook is not there: docs/{link[1]}#{link[2]}"
    return None


def prometheus_config(file: Path) -> str | None:
    """The settings of Prometheus, with the rules beside them."""
    code, text = ask("promtool", "check", "config", file, cwd=file.parent)
    return text if code else None


def _parts(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from _parts(part)


def dashboard(file: Path) -> str | None:
    """A dashboard: its own uid, no data source baked in, panels that do not overlap, and questions
    that Prometheus can read, of figures that the hub tells.
    """
    try:
        whole = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        return str(error)
    if whole.get("uid") != file.stem or "id" in whole:
        return f"uid is not {file.stem}, or it has an id of one Grafana's own"
    if not any(v["type"] == "datasource" for v in whole["templating"]["list"]):
        return "no variable chooses the data source"
    for part in _parts(whole):
        source = part.get("datasource")
        if source is not None and source != {"type": "prometheus", "uid": CHOSEN}:
            return f"a data source is baked in: {source}"
    if trouble := _places(whole["panels"]):
        return trouble
    return _questions(file, [t["expr"] for panel in whole["panels"] for t in panel["targets"]])


def _places(panels: list[dict[str, Any]]) -> str | None:
    if len({panel["id"] for panel in panels}) != len(panels):
        return "two panels have one id"
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        if taken & cells or at["x"] + at["w"] > COLUMNS:
            return f"{panel['title']}: overlaps another panel, or is too wide"
        taken |= cells
    return None


def _questions(file: Path, questions: list[str]) -> str | None:
    recorded = set(
        re.findall(
            r"record: (\S+)", (file.parents[1] / "prometheus/luot.rules.yml").read_text("utf-8")
        )
    )
    for question in questions:
        if unknown := unknown_figures(question):
            return f"no such figure: {', '.join(unknown)}"
        if unknown := sorted(set(re.findall(r"\bluot:[\w:]+", question)) - recorded):
            return f"no rule records {', '.join(unknown)}"
    rules = [{"record": f"question_{n}", "expr": expr} for n, expr in enumerate(questions)]
    asked = file.with_suffix(".yml")
    asked.write_text(yaml.safe_dump({"groups": [{"name": "questions", "rules": rules}]}), "utf-8")
    code, text = ask("promtool", "check", "rules", asked)
    return text if code else None


CHECKS = [
    Check(
        "hub/prometheus/luot.rules.yml",
        "promtool",
        prometheus_rules,
        (
            Broken("luot_loop_lag_seconds_bucket", "luot_loop_lags_bucket", "no such figure"),
            Broken("        for: 5m\n", "", "lacks for"),
            Broken("[5m])))\n", "[5m]))\n", "could not parse"),
            Broken("alerts.md#luotloopheld", "alerts.md#loop-held", "runbook is not there"),
        ),
    ),
    Check(
        "hub/prometheus/prometheus.yml",
        "promtool",
        prometheus_config,
        (
            Broken("luot.rules.yml]", "luot.rule.yml]", "luot.rule.yml"),
            Broken("scrape_configs:", "scrape_config:", "scrape_config"),
        ),
    ),
    Check(
        "hub/grafana/luot-halls.json",
        "promtool",
        dashboard,
        (
            Broken('"uid": "luot-halls"', '"uid": "a8Xk2"', "uid"),
            Broken('"uid": "${datasource}"', '"uid": "PBFA97CFB590B2093"', "baked in"),
            Broken("luot_issued_today", "luot_issued", "no such figure"),
        ),
    ),
    Check(
        "hub/grafana/luot-hubs.json",
        "promtool",
        dashboard,
        (
            Broken("sum(luot_sockets)", "sum(luot_sockets", "parse"),
            Broken("luot:act_seconds:p99", "luot:act_seconds:p98", "no rule records"),
        ),
    ),
]
