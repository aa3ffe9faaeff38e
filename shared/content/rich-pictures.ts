/** Pictures that stand in a text (type 14): each is a file of its message, and shown like an image of its own. */
import type { MessageContent } from './message-content.ts';

/** `path`: of its entry key (`entryKey`), the index of its piece. null = there is no picture that is shown. */
export function pictureIn(
  content: MessageContent,
  path: readonly number[],
): Extract<MessageContent, { kind: 'image' }> | null {
  const [at, ...deeper] = path;
  if (content.kind !== 'named' || at === undefined || deeper.length > 0) return null;
  const piece = content.rich?.[at];
  return typeof piece === 'object' && piece !== null ? { kind: 'image', ...piece } : null;
}
