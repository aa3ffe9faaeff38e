/**
 * What of a message stands in the shared content of its chat (docs/shared-content.md): its pictures and videos, its
 * files, texts with links, and voice messages. Kept with the row as a number, so that the list needs no words.
 */
import { findLinks } from '../find-links.ts';
import type { MessageContent } from './message-content.ts';

export const SHARED_KINDS = ['media', 'file', 'link', 'voice'] as const;
export type SharedKind = (typeof SHARED_KINDS)[number];

/** As column `shared_kind` has it; 0 = it stands nowhere. */
export const SHARED_NUMBER: Readonly<Record<SharedKind, number>> = { media: 1, file: 2, link: 3, voice: 4 };

/** Linear in the length of the text. What burns after reading is never collected: see `covered` and `flame`. */
export function sharedKindOf(content: MessageContent): SharedKind | null {
  switch (content.kind) {
    case 'image':
    case 'video':
      return 'media';
    case 'file':
      return 'file';
    case 'voice':
      return 'voice';
    case 'text':
      return findLinks(content.text, 1).length > 0 ? 'link' : null;
    case 'named':
    case 'history':
    case 'system':
    case 'unsupported':
    case 'covered':
    case 'recalled':
      return null;
    default:
      return content satisfies never;
  }
}
