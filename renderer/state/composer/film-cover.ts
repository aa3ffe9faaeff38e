/**
 * What a picked video is: how long and how large, and a picture of it, made of one of its frames. Its code is loaded
 * when somebody picks one. Nothing of it stays here.
 */
import { openPlayer } from '../media/player-frame.ts';
import { filmPatches } from '../../../shared/pictures/clean/clean-film.ts';
import { FILM_HEAD_BYTES, filmTypeOf } from '../../../shared/pictures/film-type.ts';

export interface PickedFilm {
  seconds: number;
  /** Px, as it is drawn. */
  width: number;
  height: number;
  /** JPEG. */
  cover: Blob;
}

/** Px of the longer side of a cover: sharp in the flow, and beside the film a trifle. */
const COVER_SIDE = 960;
const QUALITY = 0.82;
/** Of a film that Chromium plays nothing takes as long; of another one nothing may ever come. */
const PATIENCE_MS = 15_000;
/** Where a cover is taken from: films begin with black. */
const COVER_AT_SECONDS = 1;
/** Behind the end of any film: what was recorded as it came says only there how long it is. */
const FAR_SECONDS = 1e7;

/**
 * What of a picked film its camera wrote beside pictures and sound, as `filmPatches` says. What cannot be read says so
 * when it is copied.
 */
export const blankedOf = async (file: File): ReturnType<typeof filmPatches> =>
  filmPatches(
    async (at, length) => new Uint8Array(await file.slice(at, at + length).arrayBuffer()),
    file.size,
  ).catch(() => 'unreadable' as const);

/** null for what this Chromium shows nothing of: it is sent as a file. @throws when it cannot be read (any more) */
export async function readFilm(file: File): Promise<PickedFilm | null> {
  const head = new Uint8Array(await file.slice(0, FILM_HEAD_BYTES).arrayBuffer());
  const mime = filmTypeOf(head)?.mime ?? '';
  if (mime === '') return null;
  const url = URL.createObjectURL(file);
  const { element: film, end } = openPlayer('video', null);
  const stop = AbortSignal.timeout(PATIENCE_MS);
  film.muted = true;
  film.preload = 'auto';
  film.src = url;
  try {
    await until(film, 'loadedmetadata', stop, () => film.readyState >= HTMLMediaElement.HAVE_METADATA);
    const { videoWidth: width, videoHeight: height } = film;
    if (width === 0 || height === 0) return null;
    const seconds = await lengthOf(film, stop);
    film.currentTime = Math.min(COVER_AT_SECONDS, seconds / 10);
    await until(
      film,
      'seeked',
      stop,
      () => !film.seeking && film.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA,
    );
    const cover = await pictureOf(film);
    return cover && { seconds, width, height, cover };
  } catch {
    // Damaged, or of a codec that is not here.
    return null;
  } finally {
    end();
    URL.revokeObjectURL(url);
  }
}

/** Seconds; 0 where nobody knows. */
async function lengthOf(film: HTMLVideoElement, stop: AbortSignal): Promise<number> {
  if (film.duration === Number.POSITIVE_INFINITY) {
    film.currentTime = FAR_SECONDS;
    await until(film, 'durationchange', stop, () => Number.isFinite(film.duration));
  }
  return Number.isFinite(film.duration) ? film.duration : 0;
}

async function pictureOf(film: HTMLVideoElement): Promise<Blob | null> {
  const { videoWidth, videoHeight } = film;
  const scale = Math.min(1, COVER_SIDE / Math.max(videoWidth, videoHeight));
  const canvas = document.createElement('canvas');
  try {
    canvas.width = Math.max(1, Math.round(videoWidth * scale));
    canvas.height = Math.max(1, Math.round(videoHeight * scale));
    const context = canvas.getContext('2d');
    if (!context) return null;
    context.drawImage(film, 0, 0, canvas.width, canvas.height);
    return await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', QUALITY));
  } finally {
    canvas.width = 0;
    canvas.height = 0;
  }
}

/** Rejects when the film breaks, or nothing comes. */
async function until(
  film: HTMLVideoElement,
  event: 'loadedmetadata' | 'durationchange' | 'seeked',
  stop: AbortSignal,
  isSo: () => boolean,
): Promise<void> {
  if (isSo()) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const broken = (): void => reject(new Error('the film cannot be read'));
  const look = (): void => {
    if (isSo()) resolve();
  };
  film.addEventListener(event, look);
  film.addEventListener('canplay', look);
  film.addEventListener('error', broken);
  stop.addEventListener('abort', broken);
  try {
    await promise;
  } finally {
    film.removeEventListener(event, look);
    film.removeEventListener('canplay', look);
    film.removeEventListener('error', broken);
    stop.removeEventListener('abort', broken);
  }
}
