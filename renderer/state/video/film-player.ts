/**
 * The one film that is watched (docs/video.md): a `<video>` in the viewer that reads its file in pieces. Nothing of it
 * is kept here. It is silent and empty in the turn in which its message goes, before anything is drawn.
 */
import { create } from 'zustand';
import { openPlayer } from '../media/player-frame.ts';
import { useViewer, type Viewing } from '../media/viewer-store.ts';
import { joinSounds, soundBegins, type Sounding } from '../voice/sound.ts';

export const FILM_SPEEDS = [0.5, 1, 1.25, 1.5, 2] as const;
/** Left and Right. */
export const FILM_STEP_SECONDS = 5;
/** Up and Down; of 1. */
export const VOLUME_STEP = 0.1;

interface FilmState {
  isPlaying: boolean;
  /** It has to wait for bytes. */
  isWaiting: boolean;
  /** A picture of it can be seen. */
  isShown: boolean;
  /** Seconds; `length` is 0 while it is not known. */
  at: number;
  length: number;
  buffered: number;
}

interface Kept {
  volume: number;
  isMuted: boolean;
  speed: number;
}

const NOTHING: FilmState = {
  isPlaying: false,
  isWaiting: true,
  isShown: false,
  at: 0,
  length: 0,
  buffered: 0,
};

/** `volume`, `isMuted` and `speed` are kept for the films that follow, until the window closes. */
export const useFilmPlayer = create<FilmState & Kept>(() => ({
  ...NOTHING,
  volume: 1,
  isMuted: false,
  speed: 1,
}));
const set = useFilmPlayer.setState;
const get = useFilmPlayer.getState;

let film: HTMLVideoElement | null = null;
/** Before it had to stand still until the core had said that its message is still there. */
let wasPlaying = false;
/** What ends with it. */
let leave: (() => void)[] = [];

/** Where a film could not be read on: it goes on there if it comes back. */
let broke: { viewing: Viewing | null; at: number } | null = null;

const sounding: Sounding = { pause: () => film?.pause() };

/** Plays `src` in `box` from its beginning; returns what ends it. `onBroken`: it cannot be played. */
export function beginFilm(box: Element, src: string, onBroken: () => void): () => void {
  endFilm();
  const { element, end } = openPlayer('video', box);
  film = element;
  wasPlaying = false;
  const listening = new AbortController();
  leave = [joinSounds(sounding), followViewer(), () => listening.abort(), end];
  listen(element, listening.signal, onBroken);
  const { volume, isMuted, speed } = get();
  element.dataset['testid'] = 'film';
  element.disablePictureInPicture = true;
  element.disableRemotePlayback = true;
  element.playsInline = true;
  element.volume = volume;
  element.muted = isMuted;
  element.defaultPlaybackRate = speed;
  element.playbackRate = speed;
  element.src = src;
  if (broke && broke.viewing === useViewer.getState().viewing) element.currentTime = broke.at;
  broke = null;
  playFilm();
  const { viewing } = useViewer.getState();
  return () => {
    if (film !== element) return;
    // It is looked at as before, and read from another address on.
    if (useViewer.getState().viewing === viewing) broke = { viewing, at: element.currentTime };
    endFilm();
  };
}

/** At once, and for good: no frame, no sound, nothing that is read on. */
export function endFilm(): void {
  if (!film) return;
  film = null;
  for (const each of leave.splice(0)) each();
  navigator.mediaSession.metadata = null;
  navigator.mediaSession.playbackState = 'none';
  set(NOTHING);
}

/** In the very turn in which the viewer leaves it (closed, recalled, stepped on) it ends. */
function followViewer(): () => void {
  const { viewing: mine } = useViewer.getState();
  return useViewer.subscribe(({ viewing, isSure }, before) => {
    if (viewing !== mine) endFilm();
    else if (!isSure && before.isSure) {
      wasPlaying = film !== null && !film.paused;
      film?.pause();
    } else if (isSure && !before.isSure && wasPlaying) playFilm();
  });
}

function listen(element: HTMLVideoElement, signal: AbortSignal, onEnd: () => void): void {
  const onBroken = (): void => {
    broke = { viewing: useViewer.getState().viewing, at: element.currentTime };
    onEnd();
  };
  const on = (name: keyof HTMLMediaElementEventMap, listener: () => void): void =>
    element.addEventListener(name, listener, { signal });
  const told = (): void => {
    const { buffered, currentTime, duration } = element;
    set({
      isPlaying: !element.paused && !element.ended,
      at: currentTime,
      length: Number.isFinite(duration) ? duration : 0,
      buffered: bufferedAt(buffered, currentTime),
    });
  };
  for (const name of [
    'play',
    'pause',
    'ended',
    'timeupdate',
    'durationchange',
    'progress',
    'seeked',
  ] as const)
    on(name, told);
  on('waiting', () => set({ isWaiting: true }));
  on('playing', () => set({ isWaiting: false }));
  on('loadeddata', () => {
    // Sound alone, or a picture that there is no codec for.
    if (element.videoWidth === 0) onBroken();
    else set({ isWaiting: false, isShown: true });
  });
  on('error', onBroken);
}

/** Up to where it can be played on from here. */
function bufferedAt(ranges: TimeRanges, at: number): number {
  for (let index = 0; index < ranges.length; index += 1)
    if (ranges.start(index) <= at + 0.1 && at <= ranges.end(index)) return ranges.end(index);
  return at;
}

export function playFilm(): void {
  if (!film) return;
  soundBegins(sounding);
  film.play().catch(() => {
    // Ended before it began, or broken: said by its event.
  });
}

export function toggleFilm(): void {
  if (film?.paused || film?.ended) playFilm();
  else film?.pause();
}

export function seekFilm(seconds: number): void {
  if (!film) return;
  const { duration } = film;
  film.currentTime = Math.max(0, Number.isFinite(duration) ? Math.min(seconds, duration) : seconds);
  set({ at: film.currentTime });
}

export const stepFilm = (by: number): void => seekFilm((film?.currentTime ?? 0) + by);

export function setVolume(volume: number): void {
  const next = Math.round(Math.max(0, Math.min(1, volume)) * 100) / 100;
  set({ volume: next, isMuted: next === 0 });
  if (!film) return;
  film.volume = next;
  film.muted = next === 0;
}

export function toggleMute(): void {
  const isMuted = !get().isMuted;
  // Nothing would be heard of a volume of none.
  const volume = !isMuted && get().volume === 0 ? 0.5 : get().volume;
  set({ isMuted, volume });
  if (!film) return;
  film.muted = isMuted;
  film.volume = volume;
}

/** To the speed beside the one that it has; `around`: behind the last comes the first. */
export function changeSpeed(by: 1 | -1, around = false): void {
  const at = FILM_SPEEDS.findIndex((each) => each === get().speed) + by;
  const last = FILM_SPEEDS.length - 1;
  const speed = FILM_SPEEDS[around && at > last ? 0 : Math.max(0, Math.min(at, last))] ?? 1;
  set({ speed });
  if (!film) return;
  film.defaultPlaybackRate = speed;
  film.playbackRate = speed;
}
