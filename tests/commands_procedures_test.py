"""`luot load --services` and `luot services`: what a list changes is said first, and done only when
that is asked for.
"""

import json
import shlex
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from server.__main__ import luot
from server.store import centres, journal
from server.store.engine import open_store

ROOT = Path(__file__).parents[1]
WARD = "ward-sample"
LIST = "Mã thủ tục;Tên thủ tục;Lĩnh vực\n1.001193;Thủ tục đăng ký khai sinh;{field}\n"


@pytest.fixture
def data(tmp_path):
    assert types(tmp_path / "data", f"load {ROOT / 'centres/ward.yaml'}").exit_code == 0
    return tmp_path / "data"


def types(data, words):
    return CliRunner().invoke(luot, [*shlex.split(words), "--data", str(data)])


def in_force(data):
    store = open_store(data)
    with store.read() as conn:
        version, text = centres.stored(conn, WARD)
        facts = journal.since(conn, WARD, 0)
    store.close()
    return version, json.loads(text), facts


def test_a_list_is_looked_at_first_and_put_in_force_as_an_act(data, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(LIST.format(field="Tư pháp"), "utf-8")
    before = in_force(data)
    refused = types(data, f"load --services {file}")
    assert refused.exit_code == 1 and "row 2: the centre has no field “Tư pháp”" in refused.output
    prefix = before[1]["fields"][0]["prefix"]
    looked = types(data, f'load --services {file} --field "Tư pháp={prefix}"')
    assert looked.exit_code == 0 and "+ service 1.001193" in looked.stdout
    assert "column “Mã thủ tục” is Procedure code" in looked.stdout and "--apply" in looked.stdout
    assert in_force(data) == before, "nothing is changed without --apply"

    applied = types(data, f'load --services {file} --field "Tư pháp={prefix}" --apply')
    assert applied.exit_code == 0 and "in force" in applied.stdout
    version, document, facts = in_force(data)
    assert version == before[0] + 1
    assert document["services"][0]["code"] == "1.001193"
    assert (facts[-1].kind, facts[-1].actor) == ("centre_loaded", "hub:command")
    again = types(data, f"load --services {file} --apply")
    assert again.exit_code == 0 and "changes nothing" in again.stdout
    assert in_force(data)[0] == version


def test_a_file_that_says_nothing_of_procedures_leaves_the_list_as_it_is(data, tmp_path):
    document = yaml.safe_load((ROOT / "centres/ward.yaml").read_text("utf-8"))
    prefix = document["fields"][0]["prefix"]
    listed = tmp_path / "list.csv"
    listed.write_text(LIST.format(field="Tư pháp"), "utf-8")
    words = f'load --services {listed} --field "Tư pháp={prefix}" --apply'
    assert types(data, words).exit_code == 0
    before = in_force(data)[1]
    del document["services"], document["wizard"]
    document["fields"][0]["minutes"] = 7
    file = tmp_path / "ward.yaml"
    file.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    loaded = types(data, f"load {file}")
    assert loaded.exit_code == 0 and "service" not in loaded.output, loaded.output
    after = in_force(data)[1]
    assert after["services"] == before["services"]
    assert after["fields"][0]["called"] == ["Tư pháp"] and after["fields"][0]["minutes"] == 7
    # said to be empty, it is
    document["services"] = []
    file.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    emptied = types(data, f"load {file}")
    assert emptied.exit_code == 0 and in_force(data)[1]["services"] == [], emptied.output


@pytest.mark.parametrize("name", ["list.xlsx", "list.csv"])
def test_the_list_goes_out_and_comes_in_the_same(data, tmp_path, name):
    out = types(data, f"services --out {tmp_path / name}")
    assert out.exit_code == 0 and "procedures in" in out.stdout
    looked = types(data, f"load --services {tmp_path / name} --lang vi")
    assert looked.exit_code == 0 and "danh sách không đổi gì" in looked.stdout


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        ("load x.yaml --services y.csv", "name one of FILE and --services LIST"),
        ("load x.yaml --apply", "go with --services"),
        ("load --services nowhere.csv", "cannot be read"),
        ("load --services {root}/README.md", "no row of heads"),
        ("load --services {root}/README.md --field B", "write"),
        ("services --out list.pdf", "name it .xlsx or .csv"),
        ("services --out /nowhere/list.csv", "cannot be written"),
    ],
)
def test_a_wrong_command_is_told_in_one_line(data, words, mend):
    done = types(data, words.format(root=ROOT))
    assert done.exit_code in (1, 2) and done.output.startswith("luot: ") and mend in done.output
