/** What a format of an export has to write, and the words all of them share. */
import type { MessageContent } from '../../../shared/content/message-content.ts';
import type { MessageView } from '../../../shared/domain.ts';
import { wordedDigest } from '../../../shared/strings/digest.ts';
import { type Language, translate } from '../../../shared/strings/index.ts';
import { digest } from '../store/tables/messages/payload.ts';

/** A message as it is written. */
export interface ExportEntry {
  message: MessageView;
  /** Of what has one (`hasFile`): where it lies beside the export (`folder/name`); null = it is not there. */
  file: string | null;
  /** It was to be there, and could not be had. */
  missing: boolean;
  /** The same of the pictures in its text (`picturesOf`), null = could not be had; none where files are not written. */
  pictures?: readonly (string | null)[];
  /** Of a merged forward. */
  forwarded?: Forwarded;
}

/** What a merged forward holds; 'deeper' = more levels than are shown lie above it. */
export type Forwarded =
  | 'deeper'
  | {
      entries: readonly ExportEntry[];
      /** Entries that are not written: their message is known as recalled. */
      recalled: number;
      /** The same: they are not kept on this computer. */
      leftOut: number;
    };

export interface ExportHead {
  chat: string;
  /** ms. */
  madeAt: number;
  language: Language;
}

export interface ExportWriter {
  begin: () => string;
  entry: (entry: ExportEntry) => string;
  /** `complete`: false when not all of the range was to be had. */
  end: (complete: boolean) => string;
}

/** Recalled, or being recalled: nothing of it is written but that, by whom, and when it was said. */
export const isWithheld = ({ content }: MessageView): boolean => content.kind === 'recalled';

const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-11-28`, by the local calendar. */
export function localDay(atMs: number): string {
  const date = new Date(atMs);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** `10:42:07`. */
export function localTime(atMs: number): string {
  const date = new Date(atMs);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `[recalled] 林知夏`: who took it back, as far as that is known. */
export function recalledLine({ fromName, recall }: MessageView, language: Language): string {
  if (recall?.state !== 'done') return `[${translate(language, 'recall.pending')}]`;
  const by = recall.revokerName || fromName;
  const key = recall.revokerUid === null || by === fromName ? 'export.recalled' : 'export.recalledOf';
  return translate(language, key, { X: by, Y: fromName });
}

/** What a message says in one piece of plain text; of an image or a file what it is. */
export function plainWords(content: MessageContent, language: Language): string {
  if (content.kind === 'text') return content.text;
  const { text, contentKind, parts } = digest(content);
  return wordedDigest(language, { text, contentKind, parts });
}

/** The line that a message quotes; null = it quotes nothing. */
export function quotedLine({ quote }: MessageView, language: Language): string | null {
  if (!quote) return null;
  if (quote.state === 'recalled') return translate(language, 'quote.gone');
  if (quote.state === 'missing') return translate(language, 'quote.missing');
  const { preview: text, contentKind, parts } = quote;
  return `${quote.fromName}: ${wordedDigest(language, { text, contentKind, parts })}`;
}

/** An image, a file, a video, a recording, a sticker, the map of a place. */
export const hasFile = ({ content }: MessageView): boolean =>
  ['image', 'file', 'video', 'voice'].includes(content.kind) ||
  (content.kind === 'named' && content.picture !== undefined);

/** ` (文件没有导出)` where it was wanted, else ''. */
export const missingNote = (missing: boolean, language: Language): string =>
  missing ? ` (${translate(language, 'export.fileMissing')})` : '';

/** What of a merged forward is not written, in words; none where all of it is. */
export function forwardedNotes(forwarded: Forwarded, language: Language): string[] {
  if (forwarded === 'deeper') return [translate(language, 'export.deeper')];
  const { recalled, leftOut } = forwarded;
  return [
    ...(recalled > 0 ? [translate(language, 'export.entriesRecalled', { n: recalled })] : []),
    ...(leftOut > 0 ? [translate(language, 'export.entriesLeftOut', { n: leftOut })] : []),
  ];
}

/** `2026-11-28 10:42:07`, '' for an entry that does not say. */
export const entryTime = ({ timestamp }: MessageView): string =>
  timestamp === 0 ? '' : `${localDay(timestamp * 1000)} ${localTime(timestamp * 1000)}`;
