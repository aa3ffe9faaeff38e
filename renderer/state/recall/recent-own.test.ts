import { beforeEach, expect, test, vi } from 'vitest';
import type { MessageView } from '../../../shared/domain.ts';
import { call } from '../bridge.ts';
import { receiveDeltas } from '../session/session-store.ts';
import { recentOwn } from './recent-own.ts';

vi.mock('../bridge.ts', () => ({ call: vi.fn<typeof call>() }));

const channel = { channelId: 'g', channelType: 2 };
const view = (order: number, change: Partial<MessageView> = {}): MessageView => ({
  key: `k${order}`,
  channel,
  messageId: String(order),
  messageSeq: order,
  order,
  clientMsgNo: '',
  fromUid: 'me',
  fromName: 'Me',
  fromRole: null,
  own: true,
  timestamp: 1_000 + order,
  content: { kind: 'text', text: `secret ${order}`, mention: { all: false, uids: [] } },
  quote: null,
  edited: false,
  send: { state: 'sent' },
  readCount: null,
  recall: null,
  flame: null,
  ...change,
});
let pages: MessageView[][] = [];

beforeEach(() => {
  vi.mocked(call).mockImplementation((_, argument) => {
    const { anchor } = argument as { anchor: { at: string; order?: number } };
    const page =
      pages.find((of) => anchor.at === 'latest' || (of.at(-1)?.order ?? 0) < (anchor.order ?? 0)) ?? [];
    return Promise.resolve({
      messages: page,
      hasOlder: page !== pages.at(-1),
      hasNewer: false,
      offline: false,
    });
  });
});

test('own ones that are there, of any page, in their order; none of their words', async () => {
  pages = [
    [
      view(5, { own: false }),
      view(6, { content: { kind: 'recalled' }, recall: { state: 'pending' } }),
      view(7, { send: { state: 'failed', reason: 'rejected' } }),
      view(8, { messageId: null, send: { state: 'queued' } }),
      view(9, {
        quote: {
          messageId: '1',
          messageSeq: 1,
          fromUid: 'b',
          fromName: 'B',
          state: 'ok',
          preview: 'secret q',
        },
      }),
    ],
    [view(2), view(3), view(4, { recall: { state: 'denied', reason: 'late', atMs: 0 } })],
  ];
  const found = await recentOwn(channel, 1_003);
  expect(found.map(({ kind, message }) => [kind, message.key])).toEqual([
    ['text', 'k3'],
    ['text', 'k4'],
    ['text', 'k8'],
    ['text', 'k9'],
  ]);
  expect(JSON.stringify(found)).not.toContain('secret');
});

test('a chat without own ones has none', async () => {
  pages = [[view(5, { own: false })]];
  expect(await recentOwn(channel, 0)).toEqual([]);
});

test('what is recalled while older pages are read is not among them', async () => {
  pages = [
    [view(4), view(5)],
    [view(2), view(3)],
  ];
  vi.mocked(call).mockImplementationOnce(async () => {
    const messages = pages.shift() ?? [];
    setTimeout(() =>
      receiveDeltas([
        {
          kind: 'messages',
          channel,
          upserts: [view(5, { recall: { state: 'pending' } })],
          removed: ['k4'],
          live: false,
        },
      ]),
    );
    return { messages, hasOlder: true, hasNewer: false, offline: false };
  });
  vi.mocked(call).mockImplementationOnce(async () => {
    await new Promise((done) => setTimeout(done, 5));
    return { messages: pages.shift() ?? [], hasOlder: false, hasNewer: false, offline: false };
  });
  const found = await recentOwn(channel, 0);
  expect(found.map(({ message }) => message.key)).toEqual(['k2', 'k3']);
});
