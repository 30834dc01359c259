"""The house's own rules of safe code, held over every file by the trees of their programs; ruff's
family S (bandit's rules) is held by tests/house_test.py. Each rule has a line that it must find.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
RULES = Path(__file__).parent / "rules"
ROOMS = ("server", "kiosk", "domain", "ui", "display", "firmware_configs")

#: rule → a line it finds, and one beside it that is right
EXAMPLES = {
    "sql-made-of-text": ('conn.execute(f"SELECT {x}", a)', 'conn.execute("SELECT ?", (x,))'),
    "objects-from-bytes": ("import pickle", "import json"),
    "yaml-that-makes-objects": ("yaml.load(text)", "yaml.load(text, Loader=OurLoader)"),
    "page-made-of-text": ("Markup(name)", "render_template(page, name=name)"),
    "through-a-shell": ("subprocess.run(line, shell=True)", "subprocess.run([program])"),
    "certificate-unchecked": ("requests.get(url, verify=False)", "requests.get(url, timeout=5)"),
    "secret-compared-letter-by-letter": ("token == stored", "hmac.compare_digest(token, stored)"),
    "chance-for-a-secret": ("token = random.choice(a)", "token = secrets.token_hex(16)"),
    "secret-in-the-log": ('log.info("from %s", token)', 'log.info("from %s", device)'),
    "html-made-of-text": ("node.innerHTML = name;", "node.textContent = name;"),
    "program-made-of-text": ("new Function(text);", "act(text);"),
    "open-to-any-window": ('parent.postMessage(data, "*");', "parent.postMessage(data, origin);"),
    "secret-kept-in-the-browser": ("document.cookie = token;", "document.title = name;"),
}


def scan(language, *places):
    """[(rule, file, line)] that the rules of a language find."""
    command = [Path(sys.executable).parent / "ast-grep", "scan", "--json=compact"]
    done = subprocess.run(
        [*command, "--rule", RULES / f"{language}.yml", *places],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.stdout.startswith("["), done.stderr
    return [
        (finding["ruleId"], finding["file"], finding["range"]["start"]["line"] + 1)
        for finding in json.loads(done.stdout)
    ]


@pytest.mark.parametrize("language", ["python", "javascript"])
def test_no_line_breaks_a_rule_of_safe_code(language):
    assert scan(language, *ROOMS) == []


def test_each_rule_finds_its_line_and_leaves_the_right_one_alone(tmp_path):
    rules = {
        language: [
            rule["id"]
            for rule in yaml.safe_load_all((RULES / f"{language}.yml").read_text("utf-8"))
        ]
        for language in ("python", "javascript")
    }
    assert sorted([*rules["python"], *rules["javascript"]]) == sorted(EXAMPLES)
    for language, ending in (("python", "py"), ("javascript", "js")):
        for rule in rules[language]:
            for number, line in enumerate(EXAMPLES[rule]):
                file = tmp_path / f"{rule}-{number}.{ending}"
                file.write_text(line + "\n", "utf-8")
                finding = [name for name, _, _ in scan(language, str(file))]
                assert (rule in finding) == (number == 0), f"{rule}: {line}"
