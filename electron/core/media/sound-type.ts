/** What recordings are, by their bytes: AMR-NB of phones is decoded here, what Chromium plays goes to it as it is. */
import { ascii } from '../../../shared/pictures/picture-type.ts';

/** Begins every file of AMR-NB (RFC 4867, 5.1). */
export const AMR_START = '#!AMR\n';

/** First bytes of what Chromium plays, and at which of them. */
const PLAYED: readonly [mime: string, start: string, at: number][] = [
  ['audio/wav', 'RIFF', 0],
  ['audio/mpeg', 'ID3', 0],
  ['audio/mpeg', '\u00ff\u00fb', 0],
  ['audio/mpeg', '\u00ff\u00f3', 0],
  ['audio/ogg', 'OggS', 0],
  ['audio/mp4', 'ftyp', 4],
  ['audio/webm', '\u001aE\u00df\u00a3', 0],
  ['audio/flac', 'fLaC', 0],
  ['audio/aac', '\u00ff\u00f1', 0],
  ['audio/aac', '\u00ff\u00f9', 0],
];

export const isAmr = (bytes: Uint8Array): boolean => ascii(bytes, 0, AMR_START);

/** Type of what Chromium may play as it is; null for all else, also for AMR. */
export const playedType = (bytes: Uint8Array): string | null =>
  PLAYED.find(([, start, at]) => ascii(bytes, at, start))?.[0] ?? null;

const EXTENSIONS: Readonly<Record<string, string>> = {
  'audio/wav': 'wav',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'audio/mp4': 'm4a',
  'audio/webm': 'webm',
  'audio/flac': 'flac',
  'audio/aac': 'aac',
};

/** What a saved recording is called at its end. */
export const soundExtension = (head: Uint8Array): string => EXTENSIONS[playedType(head) ?? ''] ?? 'amr';
