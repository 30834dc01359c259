"""Rows of the audit are read as sentences; what has no words stays as the log has it."""

import pytest

from server.texts import area
from server.web.audit_words import in_words

NAMES = {"staff:0551e6": "Lê Thị Lan"}


@pytest.mark.parametrize(
    ("what", "about", "read"),
    [
        ("changed", "added 0551e6", ("thêm tài khoản của", "Lê Thị Lan")),
        (
            "changed",
            "full_name role 0551e6",
            ("đổi họ tên của; đổi vai trò của", "Lê Thị Lan"),
        ),
        ("changed", "second_factor", ("đặt xác thực hai lớp", "")),
        ("changed", "counter_machine 7f 5", ("ghép máy ở quầy", "7f 5")),
        ("looked", "audit:2026-12-01:all", ("lấy tệp nhật ký", "2026-12-01 all")),
        ("changed", "something new", ("đổi một tài khoản", "something new")),
        ("called", "A001", ("gọi số", "A001")),
    ],
)
def test_a_row_is_a_sentence(what, about, read):
    assert in_words({"what": what, "about": about}, area("vi", "audit"), NAMES) == read
