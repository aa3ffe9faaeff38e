/** An own message is edited here and meanwhile on another device, recalled, or gone. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MessageView } from '../../../shared/domain.ts';
import { messageView } from '../../../shared/testing/message-view.ts';
import { liveEvents, type LiveEvent } from '../messages/live-event.ts';
import { setText, startEdit, useComposer, type Writing } from './composer-store.ts';

const channel = { channelId: 'g', channelType: 2 };
const saying = (text: string): MessageView =>
  messageView(1, { own: true, content: { kind: 'text', text, mention: { all: false, uids: [] } } });
const happens = (event: Partial<LiveEvent>): void =>
  liveEvents.emit({
    channel,
    open: true,
    arrived: [],
    recalled: [],
    recalledIds: [],
    denied: [],
    removed: [],
    removedIds: [],
    edited: [],
    ...event,
  });
const writing = (): Writing | undefined => useComposer.getState().writings['2/g'];

beforeEach(() => {
  vi.stubGlobal('window', { setTimeout: () => 1, clearTimeout: () => undefined, wukong: {} });
  setText(channel, 'a draft');
  startEdit(channel, saying('old words'), []);
});
afterEach(() => {
  useComposer.setState({ writings: {}, elsewhere: {} });
  vi.unstubAllGlobals();
});

describe('an edit that is open', () => {
  it('starts from the new words when nothing was typed, and the old ones are kept nowhere', () => {
    const { revision } = writing() ?? { revision: 0 };
    happens({ edited: [{ ...saying('new words'), edited: true }] });
    expect(writing()).toMatchObject({ text: 'new words', editing: { original: 'new words' } });
    // The caret goes to the end of what was put there.
    expect(writing()?.revision).toBeGreaterThan(revision);
    expect(JSON.stringify(useComposer.getState())).not.toContain('old words');
  });

  it('mentions whom the new words mention', () => {
    const names = [{ uid: 'u1', name: '李雷' }];
    startEdit(channel, saying('old words'), names);
    const text = '@李雷 @Lei new words';
    const mention = { all: false, uids: ['u1', 'u9'] };
    const content: MessageView['content'] = { kind: 'text', text, mention };
    happens({ edited: [{ ...saying(''), content, edited: true }] });
    expect(writing()).toMatchObject({ text, picked: names, editing: { unseen: { uids: ['u9'] } } });
  });

  it('keeps what was typed in it', () => {
    setText(channel, 'typed here');
    happens({ edited: [{ ...saying('new words'), edited: true }] });
    expect(writing()).toMatchObject({ text: 'typed here', editing: { original: 'new words' } });
    expect(JSON.stringify(useComposer.getState())).not.toContain('old words');
  });

  it('says nothing of another message, or of the same number in another chat', () => {
    happens({ edited: [{ ...saying('new words'), key: 'k2', edited: true }] });
    happens({
      channel: { ...channel, channelId: 'other' },
      edited: [{ ...saying('new words'), edited: true }],
    });
    expect(writing()).toMatchObject({ text: 'old words', editing: { original: 'old words' } });
  });

  it('ends with a message that is gone: its words go, what was typed stays', () => {
    happens({ removed: ['k1'], removedIds: ['1'] });
    expect(writing()).toMatchObject({ text: 'a draft', editing: null });
    startEdit(channel, saying('old words'), []);
    setText(channel, 'typed here');
    happens({ removed: ['k1'], removedIds: ['1'] });
    expect(writing()).toMatchObject({ text: 'typed here', editing: null });
    expect(JSON.stringify(useComposer.getState())).not.toContain('old words');
  });
});
