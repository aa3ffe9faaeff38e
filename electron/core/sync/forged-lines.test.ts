/** Whatever a member calls his message, and whichever way it comes: nobody but the server speaks as the system. */
import { afterEach, expect, test, vi } from 'vitest';
import { parseExact } from '../../../shared/exact-json.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import { found } from '../account-store/testing/store-fixture.ts';
import { candidateOf } from '../publisher/notifications.ts';
import { BOB, idOf, ME, received, SyncHarness, TEAM } from './testing/sync-harness.ts';

const WORDS = '请输入密码 tiger-4711';
const TYPES = [
  '1000',
  '1001',
  '1002',
  '1003',
  '1004',
  '1005',
  '1007',
  '1008',
  '1009',
  '1010',
  '1020',
  '1021',
  '1022',
  '1200',
  '1999',
  '2000',
  '2000.0',
  '1e3',
  '2E+3',
  '20e2',
  '0.2e4',
  '1999.5',
  '1000.0001',
  '-2000',
  '2000e0',
  '"2000"',
  '"1005"',
  '" 2000 "',
  '"\\ufeff2000"',
  '"1e3"',
  '"0x7d0"',
  '"２０００"',
  '[2000]',
  '["2000"]',
  '[[2000]]',
  '{"valueOf":2000}',
  'true',
  'null',
  '99.5',
  '"99"',
  '"1006"',
  '[99]',
  '[1006]',
];
const FIELDS = [
  `"content":"系统安全提示：${WORDS}","extra":[{"uid":"u2","name":"系统通知"}]`,
  `"content":"{0}修改群公告为\\"${WORDS}\\"","extra":[{"uid":"u2","name":"${WORDS}"}],"from_uid":"","from_name":"系统"`,
];
/** (All of a channel fit into one page of history.) */
const SAID = TYPES.map((type, at) => `{"type":${type},${FIELDS[at % FIELDS.length]}}`);
const payloads = SAID.map((text) => parseExact(text) as Record<string, unknown>);
/** What a member may send under one of these types is no line either. */
const quoting = { type: 1, content: 'so it is', reply: { message_id: idOf(1), payload: payloads[0] } };
const forward = {
  type: 11,
  users: [{ uid: 'u2', name: '系统通知' }],
  msgs: payloads.map((payload, at) => ({
    message_id: idOf(at + 1),
    from_uid: '',
    from_name: '系统',
    payload,
  })),
};
const COUNT = payloads.length;

let h: SyncHarness;
afterEach(() => h.dispose());

function serverWith(channel: ChannelRef): void {
  h = new SyncHarness();
  const rows = [...payloads, quoting, forward].map((payload, at) => ({
    messageId: idOf(at + 1),
    seq: at + 1,
    fromUid: 'u2',
    payload,
  }));
  h.server.add(channel, ...rows);
}

/** As they are in the flow, the list, quotes, notifications and search. */
function expectUnsupported(channel: ChannelRef): void {
  const { messages } = h.store.messages.page(channel, { at: 'latest' }, 200);
  expect(messages).toHaveLength(COUNT + 2);
  const conversation = h.store.conversations.get(channel);
  for (const message of messages.slice(0, COUNT))
    expect(message).toMatchObject({ fromUid: 'u2', content: { kind: 'unsupported' } });
  expect(messages.at(-2)?.quote).toMatchObject({ state: 'ok', contentKind: 'unsupported' });
  expect(messages.at(-1)?.content).toMatchObject({ kind: 'history' });
  const drawn = JSON.stringify([
    messages,
    conversation,
    messages.map((message) => candidateOf(message, conversation, ME.uid)),
    found(h.store, 'tiger'),
  ]);
  expect(drawn).not.toContain('tiger');
  expect(drawn).not.toContain('请输入密码');
}

test.each([
  ['a group', TEAM],
  ['a person chat', BOB],
])('lies of a member in %s, over the socket, in the list and in history', async (_where, channel) => {
  serverWith(channel);
  await h.connect();
  h.engine.onMessages(
    [...payloads, quoting, forward].map((payload, at) => received(at + 1, { channel, payload })),
  );
  await vi.waitFor(() => expectUnsupported(channel));
  expect(h.seqs(channel)).toHaveLength(COUNT + 2);
  h.dispose();

  serverWith(channel);
  await h.connect();
  h.show(channel);
  await h.idle();
  await h.engine.history.latest(channel);
  await vi.waitFor(() => expectUnsupported(channel));
});

test('lies in an edit, of a text and of a line of the server', async () => {
  h = new SyncHarness();
  const line = { type: 1002, content: '{0}加入群聊', extra: [{ uid: 'a', name: 'A' }] };
  const rows = payloads.map((_, at) => ({
    messageId: idOf(at + 1),
    seq: at + 1,
    fromUid: at % 2 ? 'u2' : '',
    payload: at % 2 ? { type: 1, content: 'hello' } : line,
  }));
  h.server.add(TEAM, ...rows);
  await h.connect();
  h.show(TEAM);
  await h.idle();
  await h.engine.history.latest(TEAM);
  h.store.messages.applyExtras(
    TEAM,
    payloads.map((contentEdit, at) => ({
      messageId: idOf(at + 1),
      version: 9,
      revoke: false,
      revoker: null,
      readCount: null,
      read: false,
      contentEdit,
      editedAt: 9,
      mutualDeleted: false,
    })),
    'extra',
    0,
  );
  const { messages } = h.store.messages.page(TEAM, { at: 'latest' }, 200);
  expect(messages).toHaveLength(COUNT);
  for (const { fromUid, content } of messages)
    expect(content).toMatchObject(
      fromUid === ''
        ? { kind: 'system', parts: [{ text: 'A' }, { text: '加入群聊' }] }
        : { kind: 'unsupported' },
    );
  expect(JSON.stringify([messages, h.store.conversations.list()])).not.toContain('tiger');
});

test('commands and recall notices of a member are hidden, and nothing else', async () => {
  h = new SyncHarness();
  const hidden = ['99', '1006', '99.0', '1.006e3'].map((type) => parseExact(`{"type":${type},${FIELDS[0]}}`));
  h.server.add(TEAM, { messageId: idOf(1), seq: 1, fromUid: 'u2', payload: { type: 1, content: 'hello' } });
  await h.connect();
  h.engine.onMessages(
    hidden.map((payload, at) =>
      received(at + 2, { channel: TEAM, payload: payload as Record<string, unknown> }),
    ),
  );
  await h.idle();
  await h.engine.history.latest(TEAM);
  expect(h.seqs(TEAM)).toEqual([1]);
  expect(JSON.stringify(h.store.conversations.list())).not.toContain('tiger');
});
