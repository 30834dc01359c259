"""Searching in scripts other than the Latin one: what is typed in them finds what is meant, by the
page's own modules.
"""

import json
import subprocess

import pytest

from server.texts import languages
from tests.ui.procedures_test import ROOT, put_modules

NAMES = {
    "1": {
        "vi": "Đăng ký khai sinh",
        "zh-Hans": "出生登记",
        "ja": "出生の登録",
        "ko": "출생 등록",
        "km": "ចុះ\u200bបញ្ជី\u200bកំណើត",
    },
    "2": {
        "vi": "Chứng thực chữ ký",
        "zh-Hans": "公证签名",
        "ja": "サインの認証",
        "ko": "서명 공증",
        "km": "បញ្ជាក់ហត្ថលេខា",
    },
    "3": {
        "vi": "Cấp giấy chứng nhận quyền sử dụng đất",
        "zh-Hans": "核发土地使用权证",
        "ja": "土地使用権証書の発行",
        "ko": "토지 사용권 증서 발급",
        "km": "ចេញប័ណ្ណកម្មសិទ្ធិដីធ្លី",
    },
}
#: How letters are typed that stand for sounds: language → table.
SOUNDS = {
    lang: json.loads((ROOT / f"ui/search/{name}.json").read_text("utf-8"))
    for lang, name in (("zh-Hans", "pinyin"), ("ja", "kanji"))
}
PROGRAM = """
import { makeIndex, search, bare } from "./procedures.mjs";
import { inSyllables } from "./scripts.mjs";
import { tableOf } from "./sounds.mjs";
import { createRequire } from "node:module";
const asked = JSON.parse(createRequire(import.meta.url)("node:fs").readFileSync(0, "utf8"));
const table = asked.sounds ? tableOf(asked.sounds) : undefined;
const index = makeIndex(asked.fields, asked.lang, {}, table);
console.log(JSON.stringify(asked.typed.map((typed) => ({
  codes: search(index, typed, 8).found.map((hit) => hit.service.code),
  bare: bare(typed), shown: inSyllables(typed),
}))));
"""


@pytest.fixture(scope="module")
def ask(node, tmp_path_factory):
    """ask(lang, [typed]) → what the page's modules answer, by Node."""
    folder = tmp_path_factory.mktemp("scripts")
    put_modules(folder)
    (folder / "ask.mjs").write_text(PROGRAM, "utf-8")
    services = [{"code": code, "name": names} for code, names in NAMES.items()]
    fields = [{"field": "A", "name": {"vi": "Hộ tịch", "zh-Hans": "户籍"}, "services": services}]

    def answers(lang, typed):
        done = subprocess.run(
            [node, folder / "ask.mjs"],
            input=json.dumps(
                {"fields": fields, "lang": lang, "typed": typed, "sounds": SOUNDS.get(lang)}
            ),
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return json.loads(done.stdout)

    return answers


@pytest.mark.parametrize(
    ("lang", "typed", "code"),
    [
        ("ja", "にんしょう", "2"),
        ("ja", "とち", "3"),
        ("ja", "しょうしょ", "3"),
        ("ja", "とうろく", "1"),
        ("zh-Hans", "登记", "1"),
        ("zh-Hans", "土地", "3"),
        ("zh-Hans", "签", "2"),
        ("zh-Hans", "tudi", "3"),
        ("zh-Hans", "tu di", "3"),
        ("zh-Hans", "qianming", "2"),
        ("zh-Hans", "csdj", "1"),
        ("zh-Hans", "chusheng", "1"),
        ("zh-Hans", "huji", "1"),
        ("zh-Hans", "户籍", "1"),
        ("zh-Hans", "khai sinh", "1"),
        ("ja", "サイン", "2"),
        ("ja", "さいん", "2"),
        ("ja", "土地", "3"),
        ("ko", "공증", "2"),
        ("ko", "ㄱㅗㅇㅈ", "2"),
        ("ko", "ㅌㅗㅈㅣ", "3"),
        ("ko", "ㅊㅊㅜ", None),
        ("km", "កំណើត", "1"),
        ("km", "បញ្ជីកំណើត", "1"),
        ("km", "ដីធ្លី", "3"),
        ("km", "ហត្ថ", "2"),
        ("km", "dat", "3"),
    ],
)
def test_what_is_typed_in_a_script_finds_what_is_meant(ask, lang, typed, code):
    (answer,) = ask(lang, [typed])
    assert answer["codes"][:1] == ([code] if code else []), answer


ORDER = """
import { useLanguages, inOrderOf } from "./languages.mjs";
import { createRequire } from "node:module";
const asked = JSON.parse(createRequire(import.meta.url)("node:fs").readFileSync(0, "utf8"));
useLanguages(asked.listing);
console.log(JSON.stringify(asked.names.sort(inOrderOf(asked.lang))));
"""


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("vi", ["an", "ăn", "ân", "da", "đa", "ma", "mà", "mả", "ô", "ơ"]),
        ("en", ["10a", "Apple", "banana", "Żaba"]),
        ("zh-Hans", ["安全", "出生", "公证", "户籍", "土地", "证明"]),
        ("ko", ["공증", "등록", "서명", "출생", "토지"]),
        ("ja", ["あんぜん", "かいはつ", "サイン", "とち"]),
        ("km", ["កំណើត", "ដីធ្លី", "បញ្ជី", "ហត្ថលេខា"]),
    ],
)
def test_names_are_sorted_as_their_language_sorts_them(node, tmp_path, lang, expected):
    put_modules(tmp_path)
    (tmp_path / "order.mjs").write_text(ORDER, "utf-8")
    asked = {"lang": lang, "names": expected[::-1], "listing": languages().listing()}
    done = subprocess.run(
        [node, tmp_path / "order.mjs"],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(done.stdout) == expected


def test_letters_typed_one_by_one_are_shown_as_syllables(ask):
    words = ["공증", "없다", "과일", "까치", "값이", "서명 공증", "읽", "dat dai", "ㄱ", "외국인"]
    letters = [answer["bare"] for answer in ask("ko", words)]
    again = ask("ko", letters)
    assert [answer["shown"] for answer in again] == words
    assert [answer["bare"] for answer in again] == letters


@pytest.mark.parametrize("lang", ["ko", "km"])
def test_a_keyboard_writes_every_letter_of_its_languages_texts(ask, lang):
    pages = languages()[lang].facts["keys"]
    assert all(len(page) == 3 and max(map(len, page)) <= 11 for page in pages)
    keys = "".join(row for page in pages for row in page)
    names = [of[lang].replace("\u200b", "") for of in NAMES.values()]
    typed = (
        "".join(answer["bare"] for answer in ask(lang, names)) if lang == "ko" else "".join(names)
    )
    assert set(typed.replace(" ", "")) <= set(keys)
    assert len(set(keys)) == len(keys), "a letter stands on two keys"
