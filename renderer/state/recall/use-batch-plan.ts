import { channelKey, type MessageView } from '../../../shared/domain.ts';
import { useForgetting } from '../forget.ts';
import { useMessageStore } from '../messages/message-store.ts';
import { selectedMessages, type Selection } from '../messages/selection-store.ts';
import { useServerNow } from '../session/server-clock.ts';
import { useChannelInfo, useMe, useRules } from '../session/session-store.ts';
import { type BatchPlan, planBatch } from './batch-recall.ts';
import { permissionFor } from './recall-permission.ts';

/** The selected messages, and which of them may be recalled now: what may changes with time. */
export function useBatchPlan(selection: Selection): { messages: MessageView[]; plan: BatchPlan } {
  const key = channelKey(selection.channel);
  const meUid = useMe()?.uid ?? '';
  const rules = useRules();
  const info = useChannelInfo(key);
  useForgetting();
  const loaded = useMessageStore((state) => state.channels[key]?.window.byKey);
  const nowMs = useServerNow(1_000);
  const messages = selectedMessages(selection, loaded);
  const plan = planBatch(messages, (message) => permissionFor(message, { meUid, info, rules, nowMs }));
  return { messages, plan };
}
