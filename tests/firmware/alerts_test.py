"""The alerts call when they should, by Prometheus's own reckoning."""

import yaml

from firmware_configs.checks.frame import CONFIGS, ask

RULES = CONFIGS / "hub/prometheus/luot.rules.yml"


def calls(tmp_path, alert, series, minutes, labels):
    """What promtool says of one alert over made-up figures, None where it is right."""
    annotations = next(
        rule["annotations"]
        for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"]
        for rule in group["rules"]
        if rule.get("alert") == alert
    )
    called = []
    if labels is not None:
        words = dict(annotations)
        for name, value in labels.items():
            words["summary"] = words["summary"].replace(f"{{{{ $labels.{name} }}}}", value)
        called = [{"exp_labels": labels, "exp_annotations": words}]
    test = {
        "rule_files": [str(RULES)],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": s, "values": v} for s, v in series.items()],
                "alert_rule_test": [
                    {"eval_time": f"{minutes}m", "alertname": alert, "exp_alerts": called}
                ],
            }
        ],
    }
    file = tmp_path / "test.yml"
    file.write_text(yaml.safe_dump(test, allow_unicode=True), "utf-8")
    code, text = ask("promtool", "test", "rules", file)
    return text if code else None


def test_people_before_closed_counters_call_after_ten_minutes_however_many_hubs_tell(tmp_path):
    waiting = 'luot_waiting{centre="ward", field="A", instance="%s"}'
    counters = 'luot_field_counters{centre="ward", field="A", instance="%s"}'
    two = {
        waiting % "1": "3x20",
        waiting % "2": "3x20",
        counters % "1": "0x20",
        counters % "2": "0x20",
    }
    labels = {"severity": "warning", "centre": "ward", "field": "A"}
    assert calls(tmp_path, "LuotNobodyServes", two, 11, labels) is None
    assert calls(tmp_path, "LuotNobodyServes", two, 9, None) is None
    served = {**two, counters % "2": "1x20"}
    assert calls(tmp_path, "LuotNobodyServes", served, 15, None) is None
    assert calls(tmp_path, "LuotNobodyServes", served, 15, labels) is not None


def test_a_slow_disk_calls_by_the_recorded_figure(tmp_path):
    bucket = 'luot_commit_seconds_bucket{instance="1", le="%s"}'
    slow = {bucket % "0.25": "0+50x20", bucket % "0.5": "0+100x20", bucket % "+Inf": "0+100x20"}
    labels = {"severity": "warning", "instance": "1"}
    assert calls(tmp_path, "LuotDiskSlow", slow, 15, labels) is None
    quick = {bucket % "0.25": "0+100x20", bucket % "+Inf": "0+100x20"}
    assert calls(tmp_path, "LuotDiskSlow", quick, 15, None) is None
