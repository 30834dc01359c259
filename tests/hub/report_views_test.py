"""A centre keeps the figures of single clerks from its managers: no answer, no file and no choice on
the page has them; its administrators still do.
"""

import pytest
import yaml

from server.demo.prepare import prepare
from tests.support.centres import profile_of
from tests.support.hub import Hub


@pytest.fixture
def hub(tmp_path):
    """A hub of a centre whose file lets administrators alone see clerks apart."""
    profile = profile_of("thu_duc")
    profile["reports"] = {**profile.get("reports", {}), "clerk_views": ["admin"]}
    file = tmp_path / "centre.yaml"
    file.write_text(yaml.safe_dump(profile, allow_unicode=True), "utf-8")
    folder = tmp_path / "hub"
    running = Hub(folder, prepare(folder, file), forked=True).start()
    yield running
    running.remove()


@pytest.mark.parametrize(("role", "sees"), [("manager", False), ("admin", True)])
def test_figures_of_clerks_are_for_whom_the_centre_names(hub, signed_in, role, sees):
    person, api = signed_in(role), f"{hub.url}/api/v1/{hub.centre}/reports"
    for by, may in (("clerk", sees), ("counter", True)):
        answer = person.get(f"{api}/waits", params={"by": by}, timeout=20)
        assert answer.status_code == (200 if may else 403), answer.text
        press = {"request_id": f"report-by-{by}", "by": by, "format": "csv"}
        made = person.post(f"{api}/exports", json=press, timeout=20)
        assert made.status_code == (201 if may else 403), made.text
    page = person.get(f"{hub.url}/manager/{hub.centre}/reports", timeout=20).text
    views = page.partition('data-views="')[2].partition('"')[0].split()
    assert "counter" in views and ("clerk" in views) is sees
