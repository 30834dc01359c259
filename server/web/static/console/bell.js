/* Two soft tones for what should not be missed: a reminder that is due, a call that came by itself, somebody who needs help. */
const SHELF = "luot.quiet";
let sound = null;

export function isQuiet() {
  try {
    return localStorage.getItem(SHELF) === "1";
  } catch {
    return false;
  }
}
export function setQuiet(quiet) {
  try {
    localStorage.setItem(SHELF, quiet ? "1" : "0");
  } catch {
    /* a browser that keeps nothing goes on ringing */
  }
}

/** A browser lets a page sound only after a first press on it. */
export function wakeBell() {
  const Sound = window.AudioContext || window.webkitAudioContext;
  if (!sound && Sound) sound = new Sound();
  if (sound?.state === "suspended") sound.resume().catch(() => {});
}

/** Ring once, unless this computer was told to be quiet. */
export function ring() {
  if (isQuiet() || !sound || sound.state !== "running") return;
  [
    [660, 0],
    [880, 0.18],
  ].forEach(([pitch, after]) => {
    const tone = sound.createOscillator(),
      loud = sound.createGain(),
      at = sound.currentTime + after;
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0, at);
    loud.gain.linearRampToValueAtTime(0.12, at + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.001, at + 0.5);
    tone.connect(loud).connect(sound.destination);
    tone.start(at);
    tone.stop(at + 0.55);
  });
}
