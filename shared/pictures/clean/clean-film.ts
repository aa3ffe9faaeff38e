/** What cameras and programs write into films beside pictures and sound, blanked before one is sent. */
import type { ReadBytes } from '../byte-window.ts';
import { FILM_HEAD_BYTES, filmTypeOf } from '../film-type.ts';
import { mp4Patches } from './clean-mp4.ts';
import { webmPatches } from './clean-webm.ts';
import { FilmPatches, NotUnderstood } from './film-patches.ts';

/**
 * `not a film`: nothing is to be done. `unreadable`: it is a film, or says so, and nobody can say what stands in it:
 * sizes that cannot be, tables without end, an old container.
 *
 * Reads as little as it can: the heads of what a film is made of, and its tables (at most 64 MiB).
 */
export async function filmPatches(
  read: ReadBytes,
  size: number,
): Promise<FilmPatches | 'not a film' | 'unreadable'> {
  const type = filmTypeOf(await read(0, FILM_HEAD_BYTES));
  if (!type) return 'not a film';
  try {
    if (type.mime === 'video/mp4') return await mp4Patches(read, size);
    if (type.mime === 'video/webm') return await webmPatches(read, size);
    // No camera writes it.
    return type.mime === 'video/ogg' ? new FilmPatches() : 'unreadable';
  } catch (error) {
    if (error instanceof NotUnderstood) return 'unreadable';
    throw error;
  }
}
