import { expect, it } from 'vitest';
import type { MessageView } from '../../../shared/domain.ts';
import { messageView } from '../../../shared/testing/message-view.ts';
import { wordsFollow } from './words-after.ts';

const words = { kind: 'text' as const, text: 'words', mention: { all: false, uids: [] } };
const image = { kind: 'image' as const, url: 'x', width: 1, height: 1 };
const said = (seq: number, change: Partial<MessageView>): MessageView =>
  messageView(seq, { key: `k${seq}`, fromUid: 'me', timestamp: 1_000 + seq, ...change });
const of = (...messages: MessageView[]): boolean =>
  wordsFollow(
    { keys: messages.map(({ key }) => key), byKey: new Map(messages.map((each) => [each.key, each])) },
    messages.filter(({ content }) => content.kind === 'image'),
  );
const tiles = [1, 2].map((seq) => said(seq, { content: image }));

it('knows the words that were sent with pictures, wherever the window ends', () => {
  expect(of(...tiles, said(3, { content: words }))).toBe(true);
  expect(of(said(0, { content: words }), ...tiles)).toBe(false);
  expect(wordsFollow(undefined, tiles)).toBe(false);
});

it.each<[string, Partial<MessageView>]>([
  ['somebody else', { content: words, fromUid: 'other' }],
  ['later', { content: words, timestamp: 1_100 }],
  ['another kind', { content: { kind: 'file', url: '', name: 'a', size: 1 } }],
  ['recalled', { content: { kind: 'recalled' } }],
])('not those of %s', (_, change) => expect(of(...tiles, said(3, change))).toBe(false));
