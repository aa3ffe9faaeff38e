/** The app's own sounds, made when they are asked for: no file, and nothing that a policy of the page would refuse. */
import type { Tone } from '../../shared/chat-notice.ts';

/** A note: its pitch at the beginning and at the end in Hz, when it begins and how long it sounds, seconds. */
interface Note {
  wave: OscillatorType;
  from: number;
  to: number;
  at: number;
  seconds: number;
  loudness: number;
}

const SOUNDS: Readonly<Record<Tone, readonly Note[]>> = {
  clear: [
    { wave: 'sine', from: 880, to: 880, at: 0, seconds: 0.35, loudness: 0.22 },
    { wave: 'sine', from: 1_318, to: 1_318, at: 0.11, seconds: 0.5, loudness: 0.2 },
  ],
  drop: [{ wave: 'sine', from: 420, to: 1_260, at: 0, seconds: 0.16, loudness: 0.3 }],
  wood: [
    { wave: 'triangle', from: 520, to: 410, at: 0, seconds: 0.09, loudness: 0.4 },
    { wave: 'triangle', from: 390, to: 330, at: 0.12, seconds: 0.1, loudness: 0.35 },
  ],
};
/** Of the beginning of a note: shorter it clicks. */
const ATTACK = 0.008;
const SILENCE = 0.0001;

/** Never throws: without a device there is no sound. */
export function playTone(tone: Tone): void {
  try {
    const context = new AudioContext();
    const notes = SOUNDS[tone];
    for (const note of notes) play(context, note);
    const end = Math.max(...notes.map(({ at, seconds }) => at + seconds));
    // The device is held no longer than it sounds.
    window.setTimeout(() => void context.close(), (end + 0.2) * 1_000);
  } catch {
    // No device, or too many of them are open.
  }
}

function play(context: AudioContext, { wave, from, to, at, seconds, loudness }: Note): void {
  const start = context.currentTime + at;
  const end = start + seconds;
  const oscillator = new OscillatorNode(context, { type: wave, frequency: from });
  oscillator.frequency.setValueAtTime(from, start);
  oscillator.frequency.exponentialRampToValueAtTime(to, end);
  const gain = new GainNode(context, { gain: SILENCE });
  gain.gain.setValueAtTime(SILENCE, start);
  gain.gain.exponentialRampToValueAtTime(loudness, start + ATTACK);
  gain.gain.exponentialRampToValueAtTime(SILENCE, end);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(end);
}
