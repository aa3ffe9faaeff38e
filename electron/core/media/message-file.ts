import type { MessageContent } from '../../../shared/content/message-content.ts';
import type { Wanted } from './downloads.ts';

/** What of a message is a file: itself, or the picture that a place or a sticker is drawn with. */
export function fileIn(content: MessageContent): Pick<Wanted, 'kind' | 'url'> | null {
  if (content.kind === 'image' || content.kind === 'file' || content.kind === 'voice')
    return { kind: content.kind, url: content.url };
  return content.kind === 'named' && content.picture !== undefined
    ? { kind: 'image', url: content.picture }
    : null;
}
