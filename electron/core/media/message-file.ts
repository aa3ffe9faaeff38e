import type { MessageContent } from '../../../shared/content/message-content.ts';
import type { MediaKind } from '../../../shared/media-rules.ts';
import type { MediaPart } from '../store/tables/media-table.ts';

/** What of a message is a file: itself, the picture that a place or a sticker is drawn with, the cover of a video. */
export function fileIn(
  content: MessageContent,
  part: MediaPart = 'file',
): { kind: MediaKind; url: string } | null {
  switch (content.kind) {
    case 'image':
    case 'file':
    case 'voice':
      return { kind: content.kind, url: content.url };
    case 'video':
      return part === 'cover' ? { kind: 'cover', url: content.cover } : { kind: 'video', url: content.url };
    case 'named':
      return content.picture === undefined ? null : { kind: 'image', url: content.picture };
    default:
      return null;
  }
}

export const partOf = (kind: MediaKind): MediaPart => (kind === 'cover' ? 'cover' : 'file');

/** It is shown in place, and whoever has it learns who reads when. */
export const isPicture = (kind: MediaKind): boolean => kind === 'image' || kind === 'cover';
