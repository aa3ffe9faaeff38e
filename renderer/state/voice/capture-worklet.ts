/** Runs where the page's sound is made: passes what the microphone hears on, as it comes. */

declare const registerProcessor: (name: string, processor: new () => object) => void;
declare const AudioWorkletProcessor: new () => { readonly port: MessagePort };

class Capture extends AudioWorkletProcessor {
  process([input]: Float32Array[][]): boolean {
    const samples = input?.[0];
    // (The buffer is used again.)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has one other end
    if (samples) this.port.postMessage(samples.slice());
    return true;
  }
}

registerProcessor('capture', Capture);
