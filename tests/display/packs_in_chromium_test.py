"""The shipped clips in a real browser: every one decodes, is as long as its manifest says, and is
neither silent nor clipped.
"""

import json

import pytest

from domain.grammars import SHIPPED_PACKS
from tests.display.stage import ROOT

pytestmark = pytest.mark.browser

MEASURE = """(lang) => fetch("/display/voice/" + lang + "/manifest.json").then(r => r.json()).then(pack => {
  const card = new OfflineAudioContext(1, 24000, 24000);
  return Promise.all(Object.keys(pack.clips).map(key => fetch("/display/voice/" + lang + "/" + pack.clips[key].file).then(r => r.arrayBuffer())
    .then(data => card.decodeAudioData(data)).then(sound => {
      const s = sound.getChannelData(0); let first = s.findIndex(v => Math.abs(v) > 0.006), last = s.length - 1, peak = 0;
      while (last > first && Math.abs(s[last]) <= 0.006) last--;
      for (let i = 0; i < s.length; i++) peak = Math.max(peak, Math.abs(s[i]));
      return [key, 1000 * (last - first) / sound.sampleRate + 36, peak];
    })));
})"""


@pytest.mark.parametrize("lang", sorted(SHIPPED_PACKS))
def test_every_clip_decodes_to_what_the_manifest_says(screen, stage, lang):
    page = screen(stage.url + "/empty")
    clips = json.loads((ROOT / f"display/voice/{lang}/manifest.json").read_text("utf-8"))["clips"]
    measured = page.evaluate(MEASURE, lang)
    assert len(measured) == len(clips)
    assert not [
        (key, ms, clips[key]["ms"]) for key, ms, _ in measured if abs(ms - clips[key]["ms"]) > 50
    ]
    assert not [(key, peak) for key, _, peak in measured if not 0.1 < peak < 0.99]
