"""A page whose clock runs several times as fast, so that minutes in the hall take seconds of a
test. The hub's part must run as fast.
"""

SCRIPT = """
{ let speed = %d, since = 0, gone = 0;
  const tick = performance.now.bind(performance), began = Date.now(), fast = () => gone + (tick() - since) * speed;
  window.hurry = to => { gone = fast(); since = tick(); speed = to; };
  performance.now = fast;
  Date.now = () => began + fast();
  for (const name of ["setTimeout", "setInterval"]) { const real = window[name].bind(window); window[name] = (act, ms, ...more) => real(act, (ms || 0) / speed, ...more); }
  // sound is planned on a card that keeps this clock, and not made: a real card cannot hurry
  Object.defineProperty(BaseAudioContext.prototype, "currentTime", {get() { return fast() / 1000; }});
  window.says = 0; window.shown = []; window.clips = [];
  const gain = BaseAudioContext.prototype.createGain;
  BaseAudioContext.prototype.createGain = function () { window.says += 1; return gain.call(this); };
  AudioBufferSourceNode.prototype.start = function (when, offset, length) { window.clips.push({when, length, at: performance.now()}); };
  document.addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
    const now = window.Luot && Luot.boardPage && Luot.boardPage.turns.current();
    if (now && (!shown.length || shown[shown.length - 1].seq !== now.seq)) shown.push({seq: now.seq, number: now.number, led: now.led ? now.led.id : null, at: performance.now()});
  }).observe(document.getElementById("newest"), {childList: true}));
}"""


def fast(speed):
    """The script to run before the page's own.

    It keeps what was shown large (`shown`), how often a voice began (`says`) and every clip
    (`clips`); `hurry(n)` changes the speed.
    """
    return SCRIPT % speed
