/** What the core would send, for tests: all at rest, with what matters to the test on top. */
import type { ContactView, ConversationView } from '../../shared/domain.ts';

/** A friend called `name`. */
export function contactView(uid: string, name: string, patch: Partial<ContactView> = {}): ContactView {
  return { uid, name, remark: '', username: `${uid}-name`, online: false, sortKey: '', ...patch };
}

/** A person chat called like its id, with nothing in it. */
export function conversationView(id: string, patch: Partial<ConversationView> = {}): ConversationView {
  return {
    channel: { channelId: id, channelType: 1 },
    name: id,
    pinned: false,
    muted: false,
    unread: 0,
    mentions: 0,
    timestamp: 0,
    lastMessageSeq: 0,
    readSeq: 0,
    preview: {
      kind: 'none',
      text: '',
      fromUid: '',
      fromName: '',
      own: false,
      send: null,
      readCount: null,
      recall: null,
    },
    draft: '',
    online: false,
    ...patch,
  };
}
