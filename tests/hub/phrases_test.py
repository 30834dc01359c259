"""The phrase sheet: twenty sentences in both languages; what is a draft says so."""

import math
import re

import pytest
import requests

from server.texts import area, languages
from server.voice import installed_packs, make, sound


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


def test_a_sentence_is_said_where_the_centres_voice_has_it(shared_hub):
    """A pack with two sentences: those two can be played, on the page and nowhere else."""
    running = shared_hub
    page = f"{running.url}/phrases/{running.centre}/en"
    assert "data-sound" not in requests.get(page, timeout=20).text
    tone = [0.2 * math.sin(2 * math.pi * 300 * i / sound.RATE) for i in range(sound.RATE)]
    clips = dict.fromkeys(["ticket", "phrase_01", "phrase_20"], tone)
    place = installed_packs.room(running.folder, running.centre, "en")
    installed_packs.install(
        place, lambda folder, n: make.write_pack(folder, "en", clips, {"version": n})
    )
    words = requests.get(page, timeout=20).text
    addresses = re.findall(r'data-n="(\d+)" data-sound="([^"]+)"', words)
    assert [n for n, _ in addresses] == ["1", "20"]
    assert requests.get(running.url + addresses[0][1], timeout=20).status_code == 200
    installed_packs.use(place, 0)  # the hall speaks as before
    assert "data-sound" not in requests.get(page, timeout=20).text
