import { useShallow } from 'zustand/shallow';
import { type ChannelInfoView, channelKey, type MessageView } from '../../../../shared/domain.ts';
import { isRecalled } from '../../../state/messages/is-recalled.ts';
import { useMessageStore } from '../../../state/messages/message-store.ts';
import { permissionFor } from '../../../state/recall/recall-permission.ts';
import { useMe, useRules } from '../../../state/session/session-store.ts';

/** Keys of what stands in the same album that may be recalled now; empty for a message of no album. */
export function useRecallableAlbum(
  message: MessageView,
  info: ChannelInfoView | undefined,
  nowMs: number,
): readonly string[] {
  const meUid = useMe()?.uid ?? '';
  const rules = useRules();
  const { album, fromUid } = message;
  return useMessageStore(
    useShallow((store) => {
      if (album === undefined) return [];
      const loaded = store.channels[channelKey(message.channel)]?.window;
      return (loaded?.keys ?? []).filter((key) => {
        const each = loaded?.byKey.get(key);
        if (each?.album !== album || each.fromUid !== fromUid || each.messageId === null || isRecalled(each))
          return false;
        const permission = permissionFor(each, { meUid, info, rules, nowMs });
        return permission.ok && permission.kind !== 'cancelSend';
      });
    }),
  );
}
