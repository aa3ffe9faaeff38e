/** Words that were sent with pictures: a message of their own, right below them (more.md 2). */
import type { MessageView } from '../../../shared/domain.ts';
import { isRecalled } from '../messages/is-recalled.ts';
import type { MessageWindow } from '../messages/message-window.ts';

/** Sent in one go, on a slow line. */
const TOGETHER_SECONDS = 60;

/** Whether the message below the last of these is their sender's words of the same moment. */
export function wordsFollow(
  loaded: Pick<MessageWindow, 'keys' | 'byKey'> | undefined,
  pictures: readonly Pick<MessageView, 'key'>[],
): boolean {
  const of = new Set(pictures.map(({ key }) => key));
  const at = loaded?.keys.findLastIndex((key) => of.has(key)) ?? -1;
  const last = loaded?.byKey.get(loaded.keys[at] ?? '');
  const next = loaded?.byKey.get(loaded.keys[at + 1] ?? '');
  if (!last || !next || isRecalled(next)) return false;
  return (
    next.content.kind === 'text' &&
    next.fromUid === last.fromUid &&
    next.timestamp - last.timestamp <= TOGETHER_SECONDS
  );
}
