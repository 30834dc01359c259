/* Runs on the sound card's own thread: hands the microphone's samples on, in pieces of some 40 ms. */
class Tap extends AudioWorkletProcessor {
  constructor() {
    super();
    this.kept = new Float32Array(2048);
    this.filled = 0;
  }

  process(inputs) {
    const heard = inputs[0][0];
    if (!heard) return true;
    this.kept.set(heard, this.filled);
    this.filled += heard.length;
    if (this.filled + 128 > this.kept.length) {
      this.port.postMessage(this.kept.slice(0, this.filled));
      this.filled = 0;
    }
    return true;
  }
}
registerProcessor("tap", Tap);
