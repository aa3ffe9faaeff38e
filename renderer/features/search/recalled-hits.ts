import { saysLess } from '../../../shared/content/history-words.ts';
import { channelKey } from '../../../shared/domain.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import type { SearchHit } from '../../../shared/ipc/contract/search.ts';

/**
 * The hits that are still there after these deltas: recalled, being recalled and deleted messages are not, nor those of
 * a chat that is loaded again, of which nobody says what became of them. Pure.
 */
export function withoutRecalled(hits: SearchHit[], deltas: readonly CoreDelta[]): SearchHit[] {
  const gone = new Set<string>();
  const reloaded = reloadedChats(deltas);
  for (const delta of deltas) {
    if (delta.kind !== 'messages') continue;
    const channel = channelKey(delta.channel);
    for (const key of delta.removed) gone.add(`${channel}\n${key}`);
    for (const message of delta.upserts)
      if (message.content.kind === 'recalled') gone.add(`${channel}\n${message.key}`);
  }
  if (gone.size === 0 && reloaded.size === 0) return hits;
  return hits.filter(({ message }) => {
    const channel = channelKey(message.channel);
    return !reloaded.has(channel) && !gone.has(`${channel}\n${message.key}`);
  });
}

/** Whether a hit says something else now: what was found in it may not be there any more. */
export function anyEdited(hits: readonly SearchHit[], deltas: readonly CoreDelta[]): boolean {
  return deltas.some(
    (delta) =>
      delta.kind === 'messages' &&
      delta.upserts.some(
        (now) =>
          saysLess(now) &&
          hits.some(
            ({ message }) =>
              message.key === now.key &&
              channelKey(message.channel) === channelKey(now.channel) &&
              JSON.stringify(message.content) !== JSON.stringify(now.content),
          ),
      ),
  );
}

/** The hits that still say what was found. */
export function withoutEdited(hits: SearchHit[], deltas: readonly CoreDelta[]): SearchHit[] {
  return hits.filter((hit) => !anyEdited([hit], deltas));
}

/** Keys of the channels with too many changes to be listed one by one. */
export function reloadedChats(deltas: readonly CoreDelta[]): ReadonlySet<string> {
  return new Set(deltas.flatMap((delta) => (delta.kind === 'reload' ? [channelKey(delta.channel)] : [])));
}
