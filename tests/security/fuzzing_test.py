"""Strange input for every operation and verb is answered; the long run is a command
(docs/development.md).
"""

import pytest

from tests.security import fuzzing
from tests.support.hub_in_process import end_hub


@pytest.fixture(scope="module")
def prepared(prepared_centres, tmp_path_factory):
    """`(folder, what prepare gave)` of a hall."""
    folder = tmp_path_factory.mktemp("fuzzed")
    return folder, prepared_centres.copy_of("thu_duc", folder)


@pytest.mark.slow
def test_no_role_brings_the_api_or_a_socket_to_a_fault(prepared):
    outcome = fuzzing.run(*prepared, 1)
    assert outcome.faults == []
    assert outcome.requests >= 100 and outcome.messages >= 200


def test_memory_that_grows_is_a_fault_and_a_warm_up_is_none():
    assert fuzzing.grown([150.0, 240.0, 242.0, 243.0]) == [] and fuzzing.grown([100.0]) == []
    assert fuzzing.grown([150.0, 240.0, 300.0]) == ["memory grew from 240 to 300 MB"]


@pytest.mark.slow
def test_the_rig_sees_a_fault_and_one_that_was_caught(prepared, monkeypatch):
    """Control: a route that breaks, and a verb whose handler raises."""
    folder, about = prepared
    app = fuzzing.hub_in(folder)
    callers, outcome = fuzzing.Callers(app, about), fuzzing.Outcome()

    def broken(**_):
        raise KeyError("broken")

    app.view_functions["api.journal"] = broken
    (journal,) = [op for op in fuzzing.operations(app) if op.path.endswith("/journal")]
    fuzzing.ask(journal, callers, "admin", about["centre"], 1, 1, outcome)
    assert len(outcome.faults) == 1 and "500" in outcome.faults[0]
    end_hub(app)
