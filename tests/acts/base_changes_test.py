"""A change of the province's document on its way: proposed, approved by another person, tried in
five centres, carried to all, put back by one press.
"""

import pytest

from server.accounts.actor import Actor
from server.acts import Refusal
from server.acts import base_changes as acts
from tests.acts.base_test import NAME, change, name_in, province, ward

assert province and ward  # fixtures

BEFORE, AFTER = "Đất đai", "Nông nghiệp và Môi trường"
PROPOSAL = [{"place": list(NAME), "value": AFTER}]
TINH, HAI = (Actor("ward-0", f"staff:{n}", "province", staff=n) for n in ("tinh", "hai"))
PRESSES = iter(range(10_000))


def press():
    return f"province-{next(PRESSES)}"


def on_way(context):
    return acts.overview(context, "vi")["on_way"]


def goes_on(context, change, step=acts.carry):
    """Press after press until no centre is left; how many presses."""
    for n in range(1, 60):
        more = ([],) if step is acts.carry else ()
        if not step(context, HAI, press(), change, *more)["left"]:
            return n
    raise AssertionError("it never ends")


@pytest.fixture
def seven(province):
    """Seven wards; ward-3 calls the field something of its own."""
    context = province(7)
    change(context, "ward-3", NAME, "Đất đai – Biển đảo")
    return context


def test_nothing_changes_anywhere_before_a_second_person_approves(seven):
    proposed = acts.propose(seven, TINH, PROPOSAL, "Quyết định 12")
    row = on_way(seven)
    assert row["differences"][0]["old"] == BEFORE and row["differences"][0]["new"] == AFTER
    assert row["keeps"] == {"ward-3": ["Đất đai – Biển đảo"]}
    with pytest.raises(Refusal) as refused:
        acts.approve(seven, TINH, proposed)
    assert refused.value.params["state"] == "own_base_change"
    with pytest.raises(Refusal):
        acts.carry(seven, HAI, press(), proposed, [])
    assert acts.approve(seven, HAI, proposed) == 2
    assert {name_in(seven, f"ward-{n}") for n in (0, 1, 6)} == {BEFORE}


def test_five_centres_try_it_first_and_the_rest_follow(seven):
    proposed = acts.propose(seven, TINH, PROPOSAL, "")
    acts.approve(seven, HAI, proposed)
    first = acts.carry(seven, HAI, press(), proposed, ["ward-6"])
    assert first == {"taken": ["ward-6"], "refused": [], "left": 6}
    assert name_in(seven, "ward-6") == AFTER and name_in(seven, "ward-0") == BEFORE
    assert on_way(seven)["tried"]
    assert len(acts.carry(seven, HAI, press(), proposed, [])["taken"]) == acts.TRY_IN
    assert acts.carry(seven, HAI, press(), proposed, [])["left"] == 0
    seen = acts.overview(seven, "vi")
    assert seen["on_way"] is None and seen["last"]["ended"] == "everywhere"
    assert name_in(seven, "ward-3") == "Đất đai – Biển đảo"
    place = next(row for row in seen["places"] if tuple(row["place"]) == NAME)
    assert place["value"] == AFTER and place["kept_by"] == ["ward-3"]


@pytest.mark.parametrize("carried", [0, 1, 2])
def test_one_press_puts_it_back_however_far_it_has_come(seven, carried):
    proposed = acts.propose(seven, TINH, PROPOSAL, "")
    acts.approve(seven, HAI, proposed)
    for _ in range(carried):
        acts.carry(seven, HAI, press(), proposed, [])
    left = acts.revert(seven, TINH, press(), proposed)["left"]
    if left:
        goes_on(seven, proposed, acts.carry_reverted)
    assert [name_in(seven, f"ward-{n}") for n in range(7) if n != 3] == [BEFORE] * 6
    assert name_in(seven, "ward-3") == "Đất đai – Biển đảo"
    assert acts.overview(seven, "vi")["last"]["ended"] == "reverted"
    with pytest.raises(Refusal):
        acts.revert(seven, TINH, press(), proposed)


def test_one_change_is_on_its_way_at_a_time_and_a_proposal_can_be_taken_back(seven):
    proposed = acts.propose(seven, TINH, PROPOSAL, "")
    with pytest.raises(Refusal) as refused:
        acts.propose(seven, HAI, [{"place": list(NAME), "value": "Khác"}], "")
    assert refused.value.params["state"] == "base_on_way"
    acts.drop(seven, TINH, proposed)
    with pytest.raises(Refusal):
        acts.approve(seven, HAI, proposed)
    assert acts.propose(seven, HAI, PROPOSAL, "") != proposed
    assert acts.overview(seven, "vi")["version"] == 1


@pytest.mark.parametrize(
    "place, value",
    [
        (["site", "code"], "x"),
        (["nowhere", "x"], 1),
        (["fields", "C", "prefix"], "D"),
        (list(NAME), BEFORE),
    ],
)
def test_what_is_never_shared_is_none_or_changes_nothing_is_refused(seven, place, value):
    with pytest.raises(Refusal) as refused:
        acts.propose(seven, TINH, [{"place": place, "value": value}], "")
    assert refused.value.code == "bad_request" and on_way(seven) is None


def test_a_number_typed_as_text_becomes_one(seven):
    place = ["call_policy", "calls_before_no_show"]
    assert acts.typed(seven, place, "4") == 4 and acts.typed(seven, list(NAME), "4") == "4"
    with pytest.raises(Refusal):
        acts.typed(seven, place, "four")


def test_what_was_dropped_stands_in_the_way_of_nothing(seven):
    """All within one moment of the clock: no change is told from another by when it was made."""
    for n in range(6):
        change_name = [{"place": list(NAME), "value": f"{AFTER} {n}"}]
        carried = acts.propose(seven, TINH, change_name, "")
        acts.approve(seven, HAI, carried)
        goes_on(seven, carried)
        dropped = acts.propose(seven, TINH, PROPOSAL, "")
        with pytest.raises(Refusal) as refused:
            acts.revert(seven, HAI, press(), carried)
        assert refused.value.params["state"] == "base_on_way"
        acts.drop(seven, TINH, dropped)
        assert acts.overview(seven, "vi")["last"]["id"] == carried and on_way(seven) is None
    acts.revert(seven, HAI, press(), carried)
    goes_on(seven, carried, acts.carry_reverted)
    assert name_in(seven, "ward-0") == f"{AFTER} 4"


@pytest.mark.slow
def test_168_centres_three_keep_their_own_and_one_press_puts_all_back(province):
    context = province(168)
    own = {"ward-3": "Đất đai – Biển đảo", "ward-70": "Đất đai – Thủy sản", "ward-167": "Đô thị"}
    for code, name in own.items():
        change(context, code, NAME, name)
    proposed = acts.propose(context, TINH, PROPOSAL, "")
    assert set(on_way(context)["keeps"]) == set(own)
    acts.approve(context, HAI, proposed)
    goes_on(context, proposed)
    codes = [f"ward-{n}" for n in range(168)]
    assert {code for code in codes if name_in(context, code) != AFTER} == set(own)
    acts.revert(context, TINH, press(), proposed)
    goes_on(context, proposed, acts.carry_reverted)
    assert {name_in(context, code) for code in codes if code not in own} == {BEFORE}
    assert {code: name_in(context, code) for code in own} == own


def test_what_is_one_of_a_few_and_a_list_of_rows_are_shown_in_words(seven):
    louder = [{"from": "07:00", "to": "17:00", "level": 0.5}]
    changes = [
        {"place": ["site", "voice", "dialect"], "value": "north"},
        {"place": ["announcements", "volume"], "value": louder},
    ]
    proposed = acts.propose(seven, TINH, changes, "")
    acts.approve(seven, HAI, proposed)
    rows = {tuple(row["place"]): row for row in acts.overview(seven, "vi")["places"]}
    dialect = rows["site", "voice", "dialect"]
    assert ("north", "miền Bắc: linh, nghìn") in dialect["choices"] and dialect["columns"] == []
    volume = rows["announcements", "volume"]
    assert volume["value"] == louder and volume["choices"] == []
    assert [name for name, _ in volume["columns"]] == ["from", "to", "level"]
    assert not any("." in words for _, words in volume["columns"]), "no key of the file"
