/** Asks the shared policy about one message as the interface knows it. */
import type { ChannelInfoView, MessageView, ServerRules } from '../../../shared/domain.ts';
import { recallPermission, type RecallPermission } from '../../../shared/policy/recall-policy.ts';

export function permissionFor(
  message: MessageView,
  context: { meUid: string; info: ChannelInfoView | undefined; rules: ServerRules | null; nowMs: number },
): RecallPermission {
  const underway = message.recall !== null && message.recall.state !== 'denied';
  return recallPermission({
    channelType: message.channel.channelType,
    message: {
      fromUid: message.fromUid,
      timestamp: message.timestamp,
      acknowledged: message.messageId !== null,
      authorRole: message.fromRole,
      recallable: !underway && message.content.kind !== 'system' && message.content.kind !== 'recalled',
    },
    me: { uid: context.meUid, role: context.info?.myRole ?? null },
    rules: context.rules,
    nowMs: context.nowMs,
  });
}
