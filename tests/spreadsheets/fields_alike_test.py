"""Which field a national list may mean: proposed where the name or its ministry says it, and
nothing where it would be a guess.
"""

import pytest

from server.spreadsheets.fields_alike import proposed
from tests.support.centres import profile_of

MINISTRY = "Bộ Nông nghiệp và Môi trường"


def fields_of(centre):
    return {
        row["prefix"]: [*row["name"].values(), *(row.get("short") or {}).values()]
        for row in profile_of(centre)["fields"]
    }


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        (f"Đất đai ({MINISTRY})", "C"),
        (f"Thủy lợi ({MINISTRY})", "C"),  # only its ministry says so
        ("Bảo trợ xã hội (Bộ Y tế)", "K"),  # what it is called goes before its ministry
        ("Thành lập và hoạt động doanh nghiệp (hộ kinh doanh) (Bộ Tài chính)", "H"),
        ("Chứng thực (Bộ Tư pháp)", "A"),
        ("Nuôi con nuôi (Bộ Tư pháp)", None),
        ("Giải quyết khiếu nại (Thanh tra Chính phủ)", None),
        ("", None),
    ],
)
def test_a_field_is_proposed_by_its_name_then_by_its_ministry(name, prefix):
    assert proposed(name, fields_of("ward")) == prefix


def test_two_fields_that_fit_as_well_are_no_proposal():
    assert proposed("Đất đai", {"C": ["Đất đai"], "D": ["Đất đai"]}) is None
