/* The microphone, and sound as the hub takes it: 16 bit WAV, mono, 24 kHz, at most 5 s. */
const RATE = 24000;
export const LONGEST_S = 5;
const BEFORE_S = 0.25; // the room before the first word: the hub measures its noise there and cuts it off
const SILENT_AFTER_S = 0.9;

/** Whether the browser gives a microphone here at all: only on https or localhost. */
export const microphoneAllowed = () =>
  Boolean(window.isSecureContext && navigator.mediaDevices && window.AudioWorkletNode);

/** An open microphone. `onLevel(level 0…1)` some 25 times a second. Throws the browser's own error: NotAllowedError, NotFoundError … */
export async function openMicrophone(onLevel) {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: {
      channelCount: 1,
      echoCancellation: false,
      noiseSuppression: false,
      autoGainControl: false,
    },
  });
  const context = new AudioContext();
  await context.audioWorklet.addModule("/static/studio/tap.js");
  await context.resume();
  const source = context.createMediaStreamSource(stream),
    tap = new AudioWorkletNode(context, "tap", {
      numberOfOutputs: 1,
      channelCount: 1,
      channelCountMode: "explicit",
    });
  const mute = context.createGain();
  mute.gain.value = 0;
  source.connect(tap).connect(mute).connect(context.destination); // a node that leads nowhere is not run
  let taking = null,
    before = [];

  tap.port.onmessage = ({ data }) => {
    const level = Math.sqrt(data.reduce((sum, s) => sum + s * s, 0) / data.length),
      seconds = data.length / context.sampleRate;
    onLevel(Math.min(1, level * 4));
    if (!taking) {
      before.push(data);
      while (before.length * seconds > BEFORE_S) before.shift();
      return;
    }
    taking.parts.push(data);
    taking.seconds += seconds;
    taking.loudest = Math.max(taking.loudest, level);
    taking.quiet = level < Math.max(0.004, taking.loudest * 0.08) ? taking.quiet + seconds : 0;
    const spoken = taking.loudest > Math.max(0.012, taking.room * 4);
    if (taking.seconds >= LONGEST_S - BEFORE_S || (spoken && taking.quiet >= SILENT_AFTER_S))
      taking.done();
  };

  return {
    /** Take what is said from now on, until `done()` is called, nothing more is said, or time is up; then `whenDone`. */
    take(whenDone) {
      const room = before.reduce(
        (most, part) =>
          Math.max(most, Math.sqrt(part.reduce((sum, s) => sum + s * s, 0) / part.length)),
        0
      );
      taking = { parts: before, seconds: 0, loudest: 0, quiet: 0, room, done: whenDone };
      before = [];
    },
    /** What was taken, as samples at the sound card's rate. */
    taken() {
      const parts = taking ? taking.parts : [];
      taking = null;
      const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
      parts.reduce((at, part) => {
        all.set(part, at);
        return at + part.length;
      }, 0);
      return { samples: all, rate: context.sampleRate };
    },
    close() {
      stream.getTracks().forEach((track) => track.stop());
      context.close();
    },
    alive: () => stream.getAudioTracks().some((track) => track.readyState === "live"),
  };
}

/** Samples of any rate as a WAV at 24 kHz. */
export async function wavOf(samples, rate) {
  const offline = new OfflineAudioContext(
    1,
    Math.max(1, Math.ceil((samples.length * RATE) / rate)),
    RATE
  );
  const buffer = offline.createBuffer(1, Math.max(1, samples.length), rate),
    source = offline.createBufferSource();
  buffer.copyToChannel(samples, 0);
  source.buffer = buffer;
  source.connect(offline.destination);
  source.start();
  return asWav((await offline.startRendering()).getChannelData(0));
}

/** A sound file of any kind the browser knows as such a WAV; the file itself when it does not know it; null when it is longer than a prompt. */
export async function wavOfFile(file) {
  const data = await file.arrayBuffer();
  let buffer;
  try {
    buffer = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(data.slice(0));
  } catch {
    return new Blob([data]);
  }
  const mono = new Float32Array(buffer.length);
  for (let c = 0; c < buffer.numberOfChannels; c++)
    buffer.getChannelData(c).forEach((s, i) => {
      mono[i] += s / buffer.numberOfChannels;
    });
  const spoken = withoutSilence(mono);
  return spoken.length > LONGEST_S * RATE ? null : asWav(spoken);
}

/* Long silence at the ends is left here, so that a file cut roughly still passes; a little of the room stays for the hub to measure. */
function withoutSilence(samples) {
  const loudest = samples.reduce((most, s) => Math.max(most, Math.abs(s)), 0),
    floor = loudest * 0.05,
    margin = 0.3 * RATE;
  let first = 0,
    last = samples.length - 1;
  while (first < last && Math.abs(samples[first]) <= floor) first++;
  while (last > first && Math.abs(samples[last]) <= floor) last--;
  return samples.subarray(Math.max(0, first - margin), Math.min(samples.length, last + margin));
}

function asWav(samples) {
  const out = new DataView(new ArrayBuffer(44 + samples.length * 2)),
    words = (at, text) => [...text].forEach((c, i) => out.setUint8(at + i, c.charCodeAt(0)));
  words(0, "RIFF");
  out.setUint32(4, 36 + samples.length * 2, true);
  words(8, "WAVEfmt ");
  out.setUint32(16, 16, true);
  out.setUint16(20, 1, true);
  out.setUint16(22, 1, true);
  out.setUint32(24, RATE, true);
  out.setUint32(28, RATE * 2, true);
  out.setUint16(32, 2, true);
  out.setUint16(34, 16, true);
  words(36, "data");
  out.setUint32(40, samples.length * 2, true);
  samples.forEach((s, i) =>
    out.setInt16(44 + i * 2, Math.max(-32768, Math.min(32767, Math.round(s * 32767))), true)
  );
  return new Blob([out.buffer], { type: "audio/wav" });
}
