/**
 * The one sound of the app: an `<audio>` in a frame of its own. What it plays is in memory only, under an address that
 * is given up with it: nothing is left of a recording once it ends.
 */
import { openPlayer } from '../media/player-frame.ts';

export interface SoundEvents {
  /** It sounds, or stands still. */
  onPlaying: (isPlaying: boolean) => void;
  onEnded: () => void;
  /** Chromium cannot play it. */
  onBroken: () => void;
}

/** Whatever sounds: one that begins takes the place of the one that does. */
export interface Sounding {
  pause: () => void;
}

/** All that there are. */
const sounds = new Set<Sounding>();

/** Something else that sounds (a film), until the answer is called. */
export function joinSounds(sounding: Sounding): () => void {
  sounds.add(sounding);
  return () => void sounds.delete(sounding);
}

/** It begins: all others stand still, in all windows. */
export function soundBegins(sounding: Sounding): void {
  for (const sound of sounds) if (sound !== sounding) sound.pause();
  tellOthers();
}

/** The app's other windows, each of which has sounds of its own; opened with the first one. */
let windows: BroadcastChannel | null = null;

function otherWindows(): BroadcastChannel {
  if (windows) return windows;
  windows = new BroadcastChannel('sound');
  windows.addEventListener('message', pauseHere);
  return windows;
}

function pauseHere(): void {
  for (const sound of sounds) sound.pause();
}

/** Whatever sounds stands still, in all windows: somebody records. */
export function pauseSounds(): void {
  pauseHere();
  tellOthers();
}

function tellOthers(): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- such a channel has one origin
  otherWindows().postMessage('begins');
}

export class Sound {
  readonly #player = openPlayer('audio', null);
  readonly #audio = this.#player.element;
  readonly #events: SoundEvents;
  #url = '';

  /** `bytes`: empty afterwards. */
  constructor({ mime, bytes }: { mime: string; bytes: Uint8Array }, events: SoundEvents) {
    sounds.add(this);
    this.#events = events;
    this.#url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: mime }));
    // The blob has its own, and goes with its address; these would lie until memory is tidied.
    bytes.fill(0);
    const audio = this.#audio;
    audio.preservesPitch = true;
    audio.addEventListener('playing', this.#onPlaying);
    audio.addEventListener('pause', this.#onPlaying);
    audio.addEventListener('ended', this.#onEnded);
    audio.addEventListener('error', this.#onBroken);
    audio.src = this.#url;
  }

  /** Seconds. */
  get at(): number {
    return this.#audio.currentTime;
  }

  set at(seconds: number) {
    this.#audio.currentTime = Math.max(0, Math.min(seconds, this.length ?? seconds));
  }

  /** Seconds; null while Chromium does not know. */
  get length(): number | null {
    const { duration } = this.#audio;
    return Number.isFinite(duration) ? duration : null;
  }

  set speed(speed: number) {
    this.#audio.playbackRate = speed;
    // A new source begins with this one.
    this.#audio.defaultPlaybackRate = speed;
  }

  play(): void {
    soundBegins(this);
    this.#audio.play().catch(() => {
      // Stopped before it began, or broken: said by its event.
    });
  }

  pause(): void {
    this.#audio.pause();
  }

  /** At once, and for good: the decoded sound goes with its address. */
  end(): void {
    sounds.delete(this);
    const audio = this.#audio;
    audio.removeEventListener('playing', this.#onPlaying);
    audio.removeEventListener('pause', this.#onPlaying);
    audio.removeEventListener('ended', this.#onEnded);
    audio.removeEventListener('error', this.#onBroken);
    this.#player.end();
    URL.revokeObjectURL(this.#url);
    this.#url = '';
  }

  readonly #onPlaying = (): void => this.#events.onPlaying(!this.#audio.paused);
  readonly #onEnded = (): void => this.#events.onEnded();
  readonly #onBroken = (): void => this.#events.onBroken();
}
