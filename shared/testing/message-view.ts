/** Messages as the window sees them, for tests. */
import type { MessageView } from '../domain.ts';

/** Number `seq` of a group, a sent text of somebody else; whatever matters to a test it says itself. */
export function messageView(seq: number, change: Partial<MessageView> = {}): MessageView {
  return {
    key: `k${seq}`,
    channel: { channelId: 'g', channelType: 2 },
    messageId: String(seq),
    messageSeq: seq,
    order: seq,
    clientMsgNo: String(seq),
    fromUid: 'a',
    fromName: 'A',
    fromRole: 0,
    own: false,
    timestamp: seq,
    content: { kind: 'text', text: String(seq), mention: { all: false, uids: [] } },
    quote: null,
    edited: false,
    send: { state: 'sent' },
    readCount: null,
    recall: null,
    flame: null,
    ...change,
  };
}

/** As it is once whoever sent it has recalled it. */
export function recalledView(message: MessageView): MessageView {
  return {
    ...message,
    content: { kind: 'recalled' },
    recall: {
      state: 'done',
      revokerUid: message.fromUid,
      revokerName: message.fromName,
      revokerRole: null,
      reeditUntilMs: null,
    },
  };
}
