/** Copies of messages for other conversations. */
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { albumsOfCopies, copyForForward } from './compose-payload.ts';
import type { CoreContext } from './core-context.ts';
import type { Composed } from './enqueue.ts';

export interface Copies {
  composed: Composed[];
  /** How many of the messages cannot be sent on. */
  skipped: number;
}

/** One copy of each message for each target, in the order of the conversation, whatever order they were picked in. */
export function forwardCopies(
  { store }: CoreContext,
  channel: ChannelRef,
  keys: readonly string[],
  to: readonly ChannelRef[],
): Copies {
  const targets = [...new Map(to.map((target) => [channelKey(target), target])).values()];
  const views = keys.map((key) => store.messages.get(channel, key)).filter((view) => view !== null);
  views.sort((a, b) => a.order - b.order);
  const sent: { original: Record<string, unknown>; copy: Record<string, unknown>; of: string | null }[] = [];
  for (const view of views) {
    // An upload that no sent message names may still be taken back.
    const uploading = view.messageId === null && ['image', 'file', 'voice'].includes(view.content.kind);
    const payload = view.recall || uploading ? null : store.messages.payloadOf(channel, view.key);
    const copy = payload ? copyForForward(payload) : null;
    if (payload && copy) sent.push({ original: payload, copy, of: view.messageId });
  }
  const byTarget = targets.map((channelOf) => ({ channelOf, payloads: albumsOfCopies(sent) }));
  const composed = sent.flatMap(({ of }, at) =>
    byTarget.map(({ channelOf, payloads }): Composed => ({
      channel: channelOf,
      payload: payloads[at] ?? {},
      forwardOf: of,
    })),
  );
  return { composed, skipped: keys.length - composed.length / Math.max(1, targets.length) };
}
