"""Rows of the audit are read as sentences; what has no words stays as the log has it."""

import re

import pytest

from domain.facts import KINDS
from server.texts import area
from server.web.audit_words import in_words, place_in_words, who_in_words
from tests.support.hub import ROOT

NAMES = {"staff:0551e6": "Lê Thị Lan", "device:77aa01": "kiosk-2"}


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
        ("screens_changed", "paired 77aa01", ("ghép máy", "kiosk-2")),
        ("screens_changed", "playlist", ("đổi danh sách phát", "")),
    ],
)
def test_a_row_is_a_sentence(what, about, read):
    assert in_words({"what": what, "about": about}, area("vi", "audit"), NAMES) == read


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_code_of_an_act_an_actor_or_a_log_is_shown(lang):
    texts = area(lang, "audit")
    assert set(KINDS) <= set(texts["what"])
    source = "".join(path.read_text("utf-8") for path in (ROOT / "server").rglob("*.py"))
    done = set(re.findall(r'ScreensChanged\(what="(\w+)"', source))
    assert done and done == set(texts["machines"])
    for actor in ("hub:first-run", "hub:settings", "citizen", "device:gone", ""):
        assert ":" not in who_in_words(actor, actor, texts)
        assert who_in_words(actor, actor, texts) not in ("", actor)
    assert who_in_words("staff:1", "Lan", texts) == "Lan"
    for row in ("journal 812", "access_log 3"):
        words = place_in_words(row, texts)
        assert row.split(" ")[1] in words and "_" not in words
