import { describe, expect, it } from 'vitest';
import type { MessageView } from '../../../shared/domain.ts';
import { messageView } from '../../../shared/testing/message-view.ts';
import { messagesAsText } from './copy-messages.ts';

const saying = (seq: number, text: string, patch: Partial<MessageView> = {}): MessageView =>
  messageView(seq, {
    fromName: `P${seq}`,
    content: { kind: 'text', text, mention: { all: false, uids: [] } },
    ...patch,
  });

describe('several messages as text', () => {
  it('are in the order of the chat, each under its name and time', () => {
    const { text, count } = messagesAsText([saying(2, 'second'), saying(1, 'first\nline')], 'en');
    expect(count).toBe(2);
    expect(text).toMatch(/^P1 .*\d:\d\d.*\nfirst\nline\n\nP2 .+\nsecond$/);
  });
  it('hold nothing that is recalled, being recalled, covered, or whose words are not here', () => {
    const done = { state: 'done', revokerUid: null, revokerName: '', revokerRole: null } as never;
    const hidden = [
      saying(1, 'gone', { content: { kind: 'recalled' } }),
      saying(2, 'going', { recall: { state: 'pending' } as never }),
      saying(3, 'erased', { recall: done }),
      saying(4, 'bare', { content: { kind: 'unsupported', type: 0 } }),
    ];
    expect(messagesAsText([...hidden, saying(5, 'kept')], 'zh')).toMatchObject({ count: 1 });
    expect(messagesAsText(hidden, 'zh')).toEqual({ text: '', count: 0 });
  });
});
