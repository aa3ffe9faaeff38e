import { channelKey } from '../../../shared/domain.ts';
import type { CoreDelta, SearchHit } from '../../../shared/ipc/contract.ts';

/** The hits that are still there after these deltas: recalled, being recalled and deleted messages are not. Pure. */
export function withoutRecalled(hits: SearchHit[], deltas: readonly CoreDelta[]): SearchHit[] {
  const gone = new Set<string>();
  for (const delta of deltas) {
    if (delta.kind !== 'messages') continue;
    const channel = channelKey(delta.channel);
    for (const key of delta.removed) gone.add(`${channel}\n${key}`);
    for (const message of delta.upserts)
      if (message.content.kind === 'recalled') gone.add(`${channel}\n${message.key}`);
  }
  if (gone.size === 0) return hits;
  return hits.filter(({ message }) => !gone.has(`${channelKey(message.channel)}\n${message.key}`));
}
