/**
 * Codes AMR-NB in a thread of its own, so that neither the page nor the account's worker waits for it. The package was
 * made for a worker of a page: it takes its messages from `self` and asks whether there is `importScripts`. A thread
 * that fails may be damaged, and is ended by whoever asked (voice-codec.ts).
 */
import { parentPort } from 'node:worker_threads';
import amrnb from 'benz-amr-recorder/src/amrnb.js';
import { SAMPLE_RATE } from '../../../shared/content/samples.ts';
import type { FromCodec, ToCodec } from './codec-protocol.ts';

interface PageWorker {
  onmessage: (event: { data: object }) => void;
  postMessage: (answer: { amr: Float32Array | Uint8Array | null }) => void;
}

/** Samples of a frame. The encoder leaves out the last one when nothing follows. */
const FRAME_SAMPLES = 160;
const SCALE = 32_768;

let answer: Float32Array | Uint8Array | null = null;
const worker: PageWorker = {
  onmessage: () => undefined,
  postMessage: ({ amr }) => {
    answer = amr;
  },
};
Object.assign(globalThis, { self: worker, importScripts: () => undefined });
amrnb();

function run(data: object): Float32Array | Uint8Array {
  answer = null;
  worker.onmessage({ data });
  const made: Float32Array | Uint8Array | null = answer;
  answer = null;
  if (made === null) throw new Error('nothing was made');
  return made;
}

function decode(amr: Uint8Array): Int16Array<ArrayBuffer> {
  const samples = run({ command: 'decode', buffer: amr });
  const pcm = new Int16Array(samples.length);
  for (const [at, sample] of samples.entries()) pcm[at] = sample * SCALE;
  // Neither outlives its use: the thread goes soon, when its memory is tidied nobody knows.
  samples.fill(0);
  amr.fill(0);
  return pcm;
}

function encode(pcm: Int16Array): Uint8Array<ArrayBuffer> {
  const samples = new Float32Array(pcm.length + FRAME_SAMPLES);
  for (const [at, sample] of pcm.entries()) samples[at] = sample / SCALE;
  const amr = new Uint8Array(run({ command: 'encode', samples, sampleRate: SAMPLE_RATE }));
  samples.fill(0);
  pcm.fill(0);
  return amr;
}

const post = (said: FromCodec, moved: ArrayBuffer[] = []): void => parentPort?.postMessage(said, moved);

parentPort?.on('message', (message: ToCodec) => {
  const { id } = message;
  try {
    if (message.do === 'decode') {
      const pcm = decode(message.amr);
      post({ id, pcm }, [pcm.buffer]);
    } else {
      const amr = encode(message.pcm);
      post({ id, amr }, [amr.buffer]);
    }
  } catch {
    post({ id, failed: true });
  }
});
