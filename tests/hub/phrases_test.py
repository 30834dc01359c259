"""The phrase sheet: twenty sentences in both languages; what is a draft says so."""

import pytest
import requests

from server.texts import area, languages


@pytest.mark.parametrize("lang", [lang for lang in languages() if lang != "vi"])
def test_a_sheet_has_twenty_sentences_in_both_languages(shared_hub, lang):
    page = requests.get(f"{shared_hub.url}/phrases/{shared_hub.centre}/{lang}", timeout=20)
    assert page.status_code == 200 and page.text.count('class="sentence"') == 20
    for code in ("vi", lang):
        assert area(code, "phrases")["sentences"][19] in page.text
    draft = area("vi", "staff")["phrases"]["draft"]
    assert (draft in page.text) == bool(languages()[lang].drafts(["phrases"]))


@pytest.mark.parametrize("path", ["thu-duc/tlh", "nowhere/km", "thu-duc/..%2fkm"])
def test_there_is_no_sheet_of_what_is_not_there(shared_hub, path):
    assert requests.get(f"{shared_hub.url}/phrases/{path}", timeout=20).status_code == 404
