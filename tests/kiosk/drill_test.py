"""The drill: a backup, people who take numbers after it, a hub that is lost, the backup put back. A
real hub and a real kiosk with the papers it printed meanwhile.
"""

import subprocess
import sys

import pytest

from tests.kiosk.real_hub_test import ask, wait_for_fact

pytestmark = pytest.mark.slow


def luot(hub, *argv):
    """Run a command on the hub's data folder, as a process of its own: a restore holds the folder
    until it ends. What it says.
    """
    done = subprocess.run(
        [*(sys.executable, "-P", "-m", "server"), *map(str, argv), "--data", str(hub.folder)],
        env=hub.environment,
        cwd=hub.folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_no_number_on_paper_is_lost_or_given_twice_by_a_restore(real, machine, tmp_path):
    copy = tmp_path / "drill.tar"
    papers = [
        machine.press("drill-before-1", field="A"),
        machine.press("drill-before-2", field="B"),
    ]
    luot(real, "backup", copy)

    # printed after the backup: with the hub, which then is lost for good, and without it
    papers.append(machine.press("drill-after-1", field="A"))
    assert machine.slip_done("drill-after-1")["state"] == "printed"
    machine.wait(lambda status: status["outbox"] == 0, "the hub has been told")
    assert ask(real, "counters/2/open", request_id="drill-open-2")["ok"]
    called = ask(real, "counters/2/call_next", request_id="drill-call-2")
    assert called["ticket"]["number"] == papers[0]["ticket"]["number"]
    real.kill()
    machine.offline()
    papers += [machine.press(f"drill-alone-{n}", field="AB"[n % 2]) for n in range(4)]

    luot(real, "restore", copy)
    real.start()
    machine.wait(lambda s: s["hub"] == "up" and s["outbox"] == 0, "everything handed in", 40)
    assert machine.status()["rejected"] == 0
    papers += [machine.press(f"drill-later-{n}", field="AB"[n % 2]) for n in range(4)]

    numbers = [paper["ticket"]["number"] for paper in papers]
    assert len(set(numbers)) == len(numbers), "a number stands on two papers"
    issued = wait_for_fact(real, "issued", len(papers), 40)
    assert sorted(fact["number"] for fact in issued) == sorted(numbers)
    # who was called after the backup stands in line again, in front: nobody loses a place by it
    assert ask(real, "counters/2/open", request_id="drill-open-3")["ok"]
    of_a = [number for number in numbers if number.startswith("A")]
    line = sorted(
        (fact for fact in issued if fact["number"] in of_a),
        key=lambda fact: fact["data"]["line_at"],
    )
    assert [fact["number"] for fact in line] == of_a
    again = ask(real, "counters/2/call_next", request_id="drill-call-3")
    assert again["ticket"]["number"] == of_a[0]
    assert real.stop() == 0
    assert "rows and journal agree" in luot(real, "verify")
