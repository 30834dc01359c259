"""Browsing a ward's list on the kiosk: few touches to each procedure, rows that can be told apart."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.procedures import catalogue

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
MODULES = {
    "ui": ("procedures", "groups", "lines", "languages", "scripts", "sounds"),
    "kiosk/static": ("rows", "rooms"),
}
PROGRAM = """
import { readFileSync } from "node:fs";
import { browse } from "./groups.js";
import { fieldPagesOf, pagesOfFields } from "./rooms.js";
import { rowsOf } from "./rows.js";
const { fields, view } = JSON.parse(readFileSync(0, "utf8"));
const lists = [];
const touches = {};
const reach = (service, many) => {
  touches[service.code] = Math.min(touches[service.code] ?? 99, many);
};
/** Every list of a field, and how many touches lead to each of its procedures. */
function walk(field, browsed, group, before) {
  const { same, pages } = fieldPagesOf(browsed, group, "vi", view);
  const rows = pages.flatMap((page) => page.rows);
  lists.push({
    field: field.field,
    group,
    same,
    rows: rows.map((row) => [row.same, row.text]),
    sizes: pages.map((page) => [page.rows.length, page.groups.length]),
  });
  pages.forEach((page, at) => {
    for (const { service } of page.rows) reach(service, before + at + 1);
    for (const { number, services } of page.groups) {
      if (services.length === 1) reach(services[0], before + at + 1);
      else walk(field, browsed, number, before + at + 1);
    }
  });
}
const groups = {};
pagesOfFields(fields, view).forEach((page, at) => {
  for (const field of page) {
    const browsed = browse(field.services, "vi");
    groups[field.field] = {
      first: browsed.first.map((service) => service.code),
      groups: browsed.groups.map(({ name, services }) => [name, services.map((s) => s.code)]),
    };
    if (field.services.length === 1) reach(field.services[0], at + 1);
    else walk(field, browsed, null, at + 1);
  }
});
const fieldPages = pagesOfFields(fields, view).map((page) => page.map(({ field }) => field));
console.log(JSON.stringify({ touches, lists, groups, fieldPages }));
"""
UPRIGHT = {"width": 1080, "height": 1920, "low": False, "big": False, "few": False}
VIEWS = [
    {"width": width, "height": height, "low": low, "big": big, "few": few}
    for width, height in ((1080, 1920), (1920, 1080), (1280, 800))
    for low in (False, True)
    for big in (False, True)
    for few in (False, True)
]


@pytest.fixture(scope="module")
def browsed(node, tmp_path_factory):
    """browsed(fields, view) → what the page's own modules make of it, by Node."""
    folder = tmp_path_factory.mktemp("browse")
    (folder / "package.json").write_text('{"type": "module"}', "utf-8")
    for room, names in MODULES.items():
        for name in names:
            text = (ROOT / room / f"{name}.js").read_text("utf-8")
            text = text.replace('"/ui/', '"./').replace('"/static/', '"./')
            (folder / f"{name}.js").write_text(text, "utf-8")
    program = folder / "walk.js"
    program.write_text(PROGRAM, "utf-8")

    def browsed(fields: list[dict[str, Any]], view: dict[str, Any] = UPRIGHT) -> dict[str, Any]:
        done = subprocess.run(
            [node, program],
            input=json.dumps({"fields": fields, "view": view}),
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)

    return browsed


#: how many procedures the fields of a true ward have, in their order
WARD = [13, 40, 18, 40, 17, 7, 5, 30, 24, 11, 10, 22, 28, 18, 15, 9, 15, 17, 5, 7, 6, 8, 46, 6, 3]
LETTERS = "ABCDEFGHIKLMNOPQRSUVWXYZĐ"


def ward() -> list[dict[str, Any]]:
    """The made-up list in 25 fields of a true ward's sizes."""
    services = iter([service for field in catalogue(420) for service in field["services"]])
    return [
        {
            "field": letter,
            "name": {"vi": f"Lĩnh vực {letter}"},
            "state": "open",
            "services": [next(services) for _ in range(size)],
        }
        for letter, size in zip(LETTERS, WARD, strict=True)
    ]


def one_field(names: list[str], **changes: dict[str, Any]) -> list[dict[str, Any]]:
    """A field with a procedure for each name; changes: code → what it has beside."""
    services = [
        {"code": f"p{n}", "name": {"vi": name}, **changes.get(f"p{n}", {})}
        for n, name in enumerate(names)
    ]
    return [{"field": "A", "name": {"vi": "Một"}, "state": "open", "services": services}]


def test_every_procedure_of_a_ward_is_a_few_touches_from_the_fields(browsed):
    """Mean ≤ 3.6, at worst 6, by the page's own paging (issue of the real list)."""
    touches = browsed(ward())["touches"]
    assert len(touches) == sum(WARD) == 420
    mean = sum(touches.values()) / len(touches)
    assert mean <= 3.6 and max(touches.values()) <= 6, (round(mean, 2), max(touches.values()))


@pytest.mark.parametrize("view", VIEWS, ids=lambda v: "-".join(str(x) for x in v.values()))
def test_no_two_rows_of_a_list_read_the_same(browsed, view):
    answer = browsed(catalogue(420), view)
    assert len(answer["touches"]) == 420, "each procedure can be reached"
    for rows_read in answer["lists"]:
        rows = [tuple(row) for row in rows_read["rows"]]
        assert len(set(rows)) == len(rows), rows_read
        assert all(text for _, text in rows)
        most = 6 if view["few"] else 99
        assert all(0 < rows + groups <= most for rows, groups in rows_read["sizes"]), rows_read[
            "sizes"
        ]


def test_pinned_ones_come_first_and_then_the_most_asked(browsed):
    names = [f"Việc {chr(97 + n)} của dân" for n in range(8)]
    fields = one_field(names, p5={"asked": 40}, p2={"asked": 7}, p7={"pinned": True})
    assert browsed(fields)["groups"]["A"]["first"][:4] == ["p7", "p5", "p2", "p0"]


def test_fields_most_asked_for_stand_on_the_first_page_in_letter_order(browsed):
    fields = [
        {**one_field(["Một việc"], p0={"asked": n})[0], "field": letter}
        for n, letter in enumerate("ABCDEFGHIJ")
    ]
    assert browsed(fields)["fieldPages"] == [list("EFGHIJ"), list("ABCD")]


def test_the_centres_own_groups_are_kept_and_a_ninth_is_folded(browsed):
    names = [f"Việc {n} của dân" for n in range(30)]
    own = {f"p{n}": {"group": {"vi": f"Nhóm {n // 3}"}} for n in range(30)}
    groups = browsed(one_field(names, **own))["groups"]["A"]["groups"]
    assert [name for name, _ in groups] == [f"Nhóm {n}" for n in range(7)] + [""]
    assert [len(codes) for _, codes in groups] == [3] * 7 + [9]


def test_twelve_procedures_need_no_groups_and_forty_get_eight_at_most(browsed):
    field = next(field for field in catalogue(420) if field["field"] == "B")
    answer = browsed([field])["groups"]["B"]
    assert answer["groups"] == [], "eighteen fill two pages"
    big = max(catalogue(420), key=lambda field: len(field["services"]))
    groups = browsed([big])["groups"][big["field"]]["groups"]
    assert 2 <= len(groups) <= 8
    assert sorted(code for _, codes in groups for code in codes) == sorted(
        service["code"] for service in big["services"]
    )


def test_what_all_names_begin_with_stands_once_and_what_a_neighbour_says_is_told_apart(browsed):
    begin = "Thủ tục thực hiện chế độ một lần đối với "
    rest = ["quân nhân xuất ngũ", "quân nhân xuất ngũ ở nơi khác", "dân quân", "du kích"]
    rows_read = browsed(one_field([begin + words for words in rest]))["lists"][0]
    assert rows_read["same"] == "Thực hiện chế độ một lần đối với"
    assert rows_read["rows"] == [
        ["", "Quân nhân xuất ngũ"],
        ["Quân nhân xuất ngũ", "ở nơi khác"],
        ["", "Dân quân"],
        ["", "Du kích"],
    ]


def test_names_alike_for_two_hundred_letters_show_where_they_part(browsed):
    long = "Đăng ký đất đai, tài sản gắn liền với đất, cấp Giấy chứng nhận " * 4
    rows_read = browsed(one_field([long + "của tổ chức", long + "của cá nhân"]))["lists"][0]
    assert [text for _, text in rows_read["rows"]] == ["tổ chức", "cá nhân"]
    assert all(same.endswith("…") and len(same) < 40 for same, _ in rows_read["rows"])
