/** The recall of several messages that is asked about or under way: one at a time, over the open conversation. */
import { RotateCcw } from 'lucide-react';
import { create } from 'zustand';
import { type ChannelRef, channelKey, type MessageView } from '../../../shared/domain.ts';
import { t } from '../../i18n/i18n.ts';
import { call } from '../bridge.ts';
import { attempt } from '../errors.ts';
import { onMessageDelta, useSession } from '../session/session-store.ts';
import { useUi } from '../window/ui-store.ts';
import { endSelection, toggleSelected } from '../messages/selection-store.ts';
import { showToast } from '../../ui/toast.tsx';
import { type BatchPlan, type Outcome, outcomeOf, summarise } from './batch-recall.ts';

export interface Batch {
  channel: ChannelRef;
  refused: BatchPlan['refused'];
  outcomes: ReadonlyMap<string, Outcome>;
  /** Time of an older refusal per message, ms: no answer to this recall. */
  deniedBefore: ReadonlyMap<string, number>;
  /** Those that had not left yet: they are just dropped. */
  unsent: ReadonlySet<string>;
  /** Everything was answered, or waits for the network, once: the result is shown. */
  settled: boolean;
}

interface BatchState {
  /** The question is on screen. */
  asking: boolean;
  /** It was asked for some messages at once, and the selection is there for it alone. */
  together: boolean;
  batch: Batch | null;
}

export const useBatch = create<BatchState>(() => ({ asking: false, together: false, batch: null }));
const set = useBatch.setState;

export const askBatch = (): void => set({ asking: true, together: false });

/** Asks about the recall of these messages, which nobody has selected one by one. */
export function recallTogether(channel: ChannelRef, keys: readonly string[]): void {
  endSelection();
  for (const key of keys) toggleSelected(channel, key);
  set({ asking: true, together: true });
}

/** A recall that was asked for has an answer, or is left to itself: the selection it was of has done its part. */
export function endBatch(): void {
  const { batch, together } = useBatch.getState();
  set({ asking: false, together: false, batch: null });
  if (batch || together) endSelection();
}

/** Hands the recalls to the core; their outcomes arrive as deltas, which may come before the answer of the call. */
export async function startBatch(
  channel: ChannelRef,
  plan: BatchPlan,
  messages: readonly Pick<MessageView, 'key' | 'messageId' | 'recall'>[],
): Promise<void> {
  const deniedBefore = new Map<string, number>();
  for (const message of messages)
    if (message.recall?.state === 'denied') deniedBefore.set(message.key, message.recall.atMs);
  const outcomes = new Map<string, Outcome>(plan.allowed.map((key) => [key, { state: 'running' }]));
  const unsent = new Set(messages.filter(({ messageId }) => messageId === null).map(({ key }) => key));
  const batch: Batch = { channel, refused: plan.refused, outcomes, deniedBefore, unsent, settled: false };
  set({ asking: false, batch });
  const taken = await attempt(() => call('messages.recallMany', { channel, keys: plan.allowed }));
  // Nothing was asked for: the selection is as it was.
  if (!taken) set({ asking: false, together: false, batch: null });
}

function settle(batch: Batch): void {
  const { total, done, running } = summarise(batch.outcomes.values(), batch.refused.length);
  if (running > 0 || batch.settled) set({ batch });
  else if (done === total) {
    endBatch();
    showToast({ text: t('multi.done', { n: done }), icon: RotateCcw, tone: 'success' });
  } else {
    set({ batch: { ...batch, settled: true } });
    endSelection();
  }
}

onMessageDelta((deltas) => {
  const { batch } = useBatch.getState();
  if (!batch) return;
  const outcomes = new Map(batch.outcomes);
  let changed = false;
  for (const delta of deltas) {
    if (delta.kind !== 'messages' || channelKey(delta.channel) !== channelKey(batch.channel)) continue;
    for (const message of delta.upserts) {
      if (!outcomes.has(message.key)) continue;
      const outcome = outcomeOf(message, batch.deniedBefore.get(message.key) ?? null);
      if (!outcome) continue;
      outcomes.set(message.key, outcome);
      changed = true;
    }
    for (const key of delta.removed) {
      if (!outcomes.has(key)) continue;
      outcomes.set(key, batch.unsent.has(key) ? { state: 'done' } : { state: 'refused', reason: 'missing' });
      changed = true;
    }
  }
  if (changed) settle({ ...batch, outcomes });
});

useUi.subscribe((state, before) => {
  if (state.activeChannel !== before.activeChannel) endBatch();
});
useSession.subscribe((state, before) => {
  if (state.me?.uid !== before.me?.uid) endBatch();
});
