"""The reader of the list of procedures: fetched once for each version, put into every snapshot, the
one before it kept while a new one cannot be read.
"""

import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import { catalogueReader, isOffered } from "./catalogue.js";
const lists = {
  one: [{ code: "birth", fields: ["B", "X"], name: {} }, { code: "old", fields: ["B"], name: {}, valid_until: "2025-06-30" },
        { code: "secret", fields: ["B"], name: {}, hidden: true }],
  two: [{ code: "death", fields: ["B"], name: {} }],
};
const asked = [];
let works = true;
globalThis.setTimeout = (again) => { queued.push(again); };
const queued = [];
globalThis.fetch = async (url, options) => {
  asked.push([url, options.headers.Authorization]);
  const version = url.split("=")[1];
  if (!works) throw new Error("no hub");
  return { ok: true, json: async () => ({ version, services: lists[version] }) };
};
let changes = 0;
const reader = catalogueReader({ headers: () => ({ Authorization: "Bearer t" }), onChange: () => { changes += 1; } });
const snapshot = (version, date = "2026-11-30") => ({
  day: { date }, fields: [{ field: "B" }, { field: "X" }], catalogue: version && { version, url: `/list?version=${version}` },
});
const codes = (joined) => [joined.listed, joined.services.map((s) => s.code), joined.fields.map((f) => f.services.map((s) => s.code))];
const turn = async () => { for (let n = 0; n < 5; n += 1) await null; };
const said = {};
said.before = codes(reader.join(snapshot("one")));
reader.join(snapshot("one"));
await turn();
said.once = asked.length;
const first = reader.join(snapshot("one"));
said.first = codes(first);
said.same = first.services === reader.join(first).services;
said.then = codes(reader.join(snapshot("one", "2025-06-30")));
said.whole = reader.catalogue().services.map((s) => [s.code, s.field]);
works = false;
said.kept = codes(reader.join(snapshot("two")));
await turn();
said.still = codes(reader.join(snapshot("two")));
works = true;
queued.shift()();
await turn();
said.second = codes(reader.join(snapshot("two")));
reader.join(snapshot("one"));
await turn();
said.back = codes(reader.join(snapshot("one")));
said.none = codes(catalogueReader().join(snapshot(null)));
const old = { fields: [{ field: "B", services: [1] }] };
said.old = reader.join(old) === old && reader.join(null) === null;
said.asked = asked;
said.changes = changes;
said.days = ["2025-06-30", "2025-07-01"].map((date) => isOffered({ valid_from: "2025-07-01" }, date));
console.log(JSON.stringify(said));
"""


@pytest.fixture(scope="module")
def reader_state(node, tmp_path_factory):
    """What the reader answers, step by step, by Node."""
    folder = tmp_path_factory.mktemp("catalogue")
    (folder / "package.json").write_text('{"type": "module"}', "utf-8")
    (folder / "catalogue.js").write_text((ROOT / "ui/catalogue.js").read_text("utf-8"), "utf-8")
    (folder / "ask.js").write_text(PROGRAM, "utf-8")
    done = subprocess.run(
        [node, folder / "ask.js"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_list_is_fetched_once_and_the_screen_works_before_it_comes(reader_state):
    assert reader_state["before"] == [False, [], [[], []]]
    assert reader_state["once"] == 1 and reader_state["asked"][0] == [
        "/list?version=one",
        "Bearer t",
    ]
    assert reader_state["first"] == [True, ["birth"], [["birth"], ["birth"]]]
    assert reader_state["same"], "the lists are the same objects until the list or the day changes"


def test_what_is_hidden_or_not_offered_on_the_day_is_not_listed_but_known(reader_state):
    assert reader_state["then"][1] == ["birth", "old"]
    assert reader_state["whole"] == [["birth", "B"], ["old", "B"], ["secret", "B"]]
    assert reader_state["days"] == [False, True]


def test_a_new_version_that_cannot_be_read_leaves_the_one_before_and_is_asked_for_again(
    reader_state,
):
    assert reader_state["kept"] == reader_state["still"] == reader_state["first"]
    assert reader_state["second"] == [True, ["death"], [["death"], []]]
    assert reader_state["back"] == reader_state["first"], "a version that was left may come back"
    assert [url for url, _ in reader_state["asked"]] == [
        f"/list?version={version}" for version in ("one", "two", "two", "one")
    ]
    assert reader_state["changes"] == 3


def test_a_kiosk_without_a_list_and_a_hub_of_an_older_version_are_no_errors(reader_state):
    assert reader_state["none"] == [False, [], [[], []]]
    assert reader_state["old"] is True
