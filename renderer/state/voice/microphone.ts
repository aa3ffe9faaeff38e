/** The microphone, as samples of 8,000 a second: Chromium makes them out of whatever the device has. */
import { SAMPLE_RATE } from '../../../shared/content/samples.ts';
import captureUrl from './capture-worklet.ts?worker&url';

/** Why nothing is recorded: not allowed, none there, or in the hands of another program. */
export type MicrophoneProblem = 'denied' | 'missing' | 'busy';

export class Microphone {
  readonly #stream: MediaStream;
  readonly #context: AudioContext;

  private constructor(stream: MediaStream, context: AudioContext) {
    this.#stream = stream;
    this.#context = context;
  }

  /** `onSamples`: from -1 to 1. `onLost`: it was unplugged, or taken back. Throws what `problemOf` names. */
  static async open(onSamples: (samples: Float32Array) => void, onLost: () => void): Promise<Microphone> {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
    const context = new AudioContext({ sampleRate: SAMPLE_RATE });
    const microphone = new Microphone(stream, context);
    try {
      await context.audioWorklet.addModule(captureUrl);
      const capture = new AudioWorkletNode(context, 'capture', { numberOfOutputs: 0, channelCount: 1 });
      capture.port.addEventListener('message', ({ data }: MessageEvent<Float32Array>) => onSamples(data));
      capture.port.start();
      new MediaStreamAudioSourceNode(context, { mediaStream: stream }).connect(capture);
      await context.resume();
    } catch (error) {
      microphone.close();
      throw error;
    }
    for (const track of stream.getTracks()) track.addEventListener('ended', onLost);
    return microphone;
  }

  /** The system's sign that something listens goes with it. */
  close(): void {
    for (const track of this.#stream.getTracks()) track.stop();
    void this.#context.close();
  }
}

export function problemOf(error: unknown): MicrophoneProblem {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'missing' : 'busy';
}
