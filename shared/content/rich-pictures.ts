/** Pictures that stand in a text (type 14): each is a file of its message, and shown like an image of its own. */
import type { MessageView } from '../domain.ts';
import { entryKey, entryOfKey } from './history-content.ts';
import type { MessageContent } from './message-content.ts';

/** `index`: of its piece. null = there is no picture that is shown. */
export function pictureIn(
  content: MessageContent,
  index: number,
): Extract<MessageContent, { kind: 'image' }> | null {
  if (content.kind !== 'named') return null;
  const piece = content.rich?.[index];
  return typeof piece === 'object' && piece !== null ? { kind: 'image', ...piece } : null;
}

/** Names a piece of the message, or of the entry of a merged forward, that the key names. */
function pieceKey(key: string, index: number): string {
  const entry = entryOfKey(key);
  return entry ? entryKey(entry.key, [...entry.path, index]) : entryKey(key, [index]);
}

/** As a message of its own, under a key of its own: it is loaded, opened and saved as an image is. */
export function pictureAt(message: MessageView, index: number): MessageView | null {
  const content = pictureIn(message.content, index);
  if (!content) return null;
  const { album: _album, reactions: _reactions, ...rest } = message;
  return { ...rest, key: pieceKey(message.key, index), content, quote: null };
}

/** Those that are shown of a message, in its order. */
export function picturesOf(message: MessageView): MessageView[] {
  const { content } = message;
  const pieces = content.kind === 'named' ? (content.rich ?? []) : [];
  return pieces.flatMap((_, index) => pictureAt(message, index) ?? []);
}
