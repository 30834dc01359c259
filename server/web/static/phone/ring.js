/* The call as a sound: two notes and the sentence, if the phone has a voice for its language. A page sounds only after it was touched once. */
let audio = null;

export const ringsHere = () => audio !== null;

export function turnRingOn() {
  const Context = window.AudioContext || window.webkitAudioContext;
  if (!audio && Context) audio = new Context();
  audio?.resume();
  note(880, 0, 0.15);
}

function note(frequency, from, seconds) {
  if (!audio) return;
  const tone = audio.createOscillator();
  const loudness = audio.createGain();
  const start = audio.currentTime + from;
  tone.frequency.value = frequency;
  loudness.gain.setValueAtTime(0.0001, start);
  loudness.gain.exponentialRampToValueAtTime(0.5, start + 0.03);
  loudness.gain.exponentialRampToValueAtTime(0.0001, start + seconds);
  tone.connect(loudness);
  loudness.connect(audio.destination);
  tone.start(start);
  tone.stop(start + seconds);
}

export function ring(sentence, lang) {
  if (navigator.vibrate) navigator.vibrate([400, 200, 400]);
  if (!audio) return;
  note(659, 0, 0.5);
  note(523, 0.5, 0.9);
  const voice = window.speechSynthesis
    ?.getVoices()
    .find((each) => each.lang.toLowerCase().startsWith(lang.toLowerCase()));
  if (!voice) return;
  const words = new SpeechSynthesisUtterance(sentence);
  words.voice = voice;
  words.lang = voice.lang;
  setTimeout(() => window.speechSynthesis.speak(words), 1500);
}
