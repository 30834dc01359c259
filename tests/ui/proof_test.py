"""The page's own solver does the work that the hub's library asks for."""

import json
import subprocess
from pathlib import Path

import altcha

ROOT = Path(__file__).parents[2]


def test_the_page_finds_what_the_hub_asks_and_nothing_where_there_is_none(node, tmp_path):
    (tmp_path / "package.json").write_text('{"type": "module"}', "utf-8")
    (tmp_path / "proof.js").write_text((ROOT / "ui/proof.js").read_text("utf-8"), "utf-8")
    made = altcha.create_challenge_v1(hmac_key="key", max_number=2_000).to_dict()
    made["maxnumber"] = made.pop("maxNumber")
    none = {**made, "challenge": "0" * 64}
    script = f"""import {{ solve }} from "./proof.js";
console.log(await solve({json.dumps(made)}));
console.log(await solve({json.dumps(none)}));"""
    (tmp_path / "ask.js").write_text(script, "utf-8")
    done = subprocess.run(
        [node, tmp_path / "ask.js"], capture_output=True, text=True, timeout=60, check=True
    )
    solved, nothing = done.stdout.split()
    assert altcha.verify_solution_v1(solved, "key")[0] and nothing == "null"
    assert not altcha.verify_solution_v1(solved, "another key")[0]
