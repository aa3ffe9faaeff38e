/** Every read of TSDD's that carries words, through the guard: what was recalled is not in it, everything else is. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '../../shared/json.ts';
import { GuardHarness, type Person, quoteOf } from './testing/harness.ts';

const SECRET = 'secret words';
let h: GuardHarness;
let alice: Person;
let bob: Person;

beforeEach(async () => {
  h = await new GuardHarness().start();
  alice = h.tsdd.person('alice');
  bob = h.tsdd.person('bob');
});
afterEach(() => h.close());

/** Recalled at TSDD itself, before there was a guard or past it. */
function recalledBefore(message: {
  messageId: string;
  seq: number;
  channelId: string;
  channelType: number;
  fromUid: string;
}): void {
  const { messageId, channelId, channelType, fromUid } = message;
  h.tsdd.state.upsertExtra(
    { messageId, messageSeq: message.seq, channelId, channelType, fromUid },
    { revoke: 1, revoker: fromUid, contentEdit: JSON.stringify({ type: 1, content: SECRET }) },
    h.clock,
  );
}

test('payload, edit and quotes of what was recalled before the guard are out of every page', async () => {
  const sent = h.say(alice, bob.uid, SECRET);
  h.say(bob, alice.uid, 'hm', quoteOf(sent, SECRET));
  const quoting = h.say(alice, bob.uid, 'edited');
  h.tsdd.state.upsertExtra(
    {
      messageId: quoting.messageId,
      messageSeq: quoting.seq,
      channelId: quoting.channelId,
      channelType: 1,
      fromUid: alice.uid,
    },
    { contentEdit: JSON.stringify({ type: 1, content: 'edit', ...quoteOf(sent, SECRET) }) },
    h.clock,
  );
  recalledBefore(sent);
  const in1 = { channel_id: alice.uid, channel_type: 1 };
  h.tsdd.state.pins.push({
    messageId: sent.messageId,
    messageSeq: sent.seq,
    channelId: alice.uid,
    channelType: 1,
    isDeleted: 0,
    version: 5,
  });
  const pages: [string, JsonObject][] = [
    [
      '/v1/message/channel/sync',
      { ...in1, start_message_seq: 0, end_message_seq: 0, limit: 10, pull_mode: 0 },
    ],
    ['/v1/conversation/sync', { version: 0, last_msg_seqs: '', msg_count: 10 }],
    ['/v1/message/extra/sync', { ...in1, extra_version: 1, source: 's', limit: 100 }],
    ['/v1/message/pinned/sync', { ...in1, version: 0 }],
    ['/v1/search/global', { keyword: 'hm', limit: 10, page: 1 }],
  ];
  for (const [path, body] of pages) {
    const before = await h.direct('POST', path, bob.token, body);
    expect(before.text).toContain(SECRET);
    const after = await h.call('POST', path, bob.token, body);
    expect(after.status).toBe(200);
    expect(after.text).not.toContain(SECRET);
    expect(after.headers.get('access-control-allow-origin')).toBe('*');
  }
  const history = await h.history(bob, alice.uid, 1);
  expect(history.json).toMatchObject({
    messages: [
      { revoke: 1, revoker: alice.uid, payload: { type: 1, content: '' }, message_extra: { revoke: 1 } },
      {
        payload: { content: 'hm', reply: { message_id: sent.messageId, payload: { type: 1, content: '' } } },
      },
      { message_extra: { content_edit: { content: 'edit', reply: { payload: { content: '' } } } } },
    ],
  });
  expect(history.text).toContain(`"message_id":${sent.messageId},"message_idstr":"${sent.messageId}"`);
});

test('the copies of a recalled message in merged forwards are blanked, also in forwards in forwards', async () => {
  const [gone, kept] = [h.say(alice, bob.uid, SECRET), h.say(alice, bob.uid, 'kept words')];
  const copy = (message: { messageId: string }, payload: object) => ({
    message_id: message.messageId,
    from_uid: alice.uid,
    timestamp: 1,
    payload,
  });
  const forward = (msgs: object[]) => ({
    type: 11,
    channel_type: 1,
    users: [{ uid: alice.uid, name: 'a' }],
    msgs,
  });
  const inner = forward([
    copy(gone, { type: 1, content: SECRET }),
    copy(kept, { type: 1, content: 'kept words' }),
  ]);
  h.say(
    bob,
    alice.uid,
    '',
    forward([copy({ messageId: '5' }, inner), copy(gone, { type: 1, content: SECRET })]),
  );
  expect((await h.recall(alice, gone, bob.uid)).status).toBe(200);
  const page = await h.history(bob, alice.uid, 1);
  expect(page.text).not.toContain(SECRET);
  const blank = { message_id: gone.messageId, payload: { type: 1, content: '' } };
  expect(page.json).toMatchObject({
    messages: [
      {},
      {},
      {
        payload: {
          type: 11,
          msgs: [{ payload: { type: 11, msgs: [blank, { payload: { content: 'kept words' } }] } }, blank],
        },
      },
    ],
  });
});

test('a quote is blanked also where what it quotes is on no page, and in a group', async () => {
  const group = h.tsdd.group(alice.uid, [bob.uid]);
  const sent = h.say(alice, group.groupNo, SECRET, {}, 2);
  h.say(bob, group.groupNo, 'answer', quoteOf(sent, SECRET), 2);
  await h.recall(alice, sent, group.groupNo);
  const page = await h.history(bob, group.groupNo, 2, 1);
  expect(page.text).toContain('answer');
  expect(page.text).not.toContain(SECRET);
});

test('a quote of a copy that was stored after the recall is blanked where the copy is on the page', async () => {
  const group = h.tsdd.group(bob.uid, [alice.uid]);
  const store = (clientMsgNo: string) =>
    h.im.store({
      from: alice.uid,
      to: group.groupNo,
      type: 2,
      payload: { type: 1, content: SECRET },
      clientMsgNo,
    });
  expect(await h.recall(alice, store('again'), group.groupNo)).toMatchObject({ status: 200 });
  const [copy, other] = [store('again'), store('another sending')];
  h.say(bob, group.groupNo, 'of the copy', quoteOf(copy, SECRET), 2);
  h.say(bob, group.groupNo, 'of the other', quoteOf(other, SECRET), 2);
  expect((await h.history(bob, group.groupNo, 2, 4)).json).toMatchObject({
    messages: [
      { revoke: 1, revoker: alice.uid, payload: { content: '' } },
      { payload: { content: SECRET } },
      { payload: { content: 'of the copy', reply: { payload: { content: '' } } } },
      { payload: { content: 'of the other', reply: { payload: { content: SECRET } } } },
    ],
  });
});

test('what TSDD marks as deleted goes without its words, and pin tips without what is pinned', async () => {
  const [one, two] = [h.say(alice, bob.uid, SECRET), h.say(alice, bob.uid, 'kept')];
  await h.call('DELETE', '/v1/message/mutual', alice.token, {
    message_id: one.messageId,
    channel_id: bob.uid,
    channel_type: 1,
    message_seq: one.seq,
  });
  await h.call('POST', '/v1/message/pinned', bob.token, {
    message_id: two.messageId,
    message_seq: two.seq,
    channel_id: alice.uid,
    channel_type: 1,
  });
  const page = await h.history(bob, alice.uid, 1);
  expect(page.text).not.toContain(SECRET);
  expect(page.json).toMatchObject({
    messages: [
      { is_deleted: 1 },
      { payload: { content: 'kept' } },
      { payload: { type: 2000, content: '{0} 置顶了一条消息' } },
    ],
  });
});

test('a reminder of a recalled message is done, also one that came after the recall', async () => {
  const group = h.tsdd.group(alice.uid, [bob.uid]);
  const sent = h.say(alice, group.groupNo, SECRET, {}, 2);
  await h.recall(alice, sent, group.groupNo);
  h.tsdd.state.reminders.push({
    id: 1,
    channelId: group.groupNo,
    publisher: alice.uid,
    messageSeq: sent.seq,
    messageId: sent.messageId,
    uid: bob.uid,
    text: SECRET,
    version: 1_000_001,
    done: 0,
  });
  const answer = await h.call('POST', '/v1/message/reminder/sync', bob.token, {
    version: 0,
    limit: 10,
    channel_ids: [],
  });
  expect(answer.json).toMatchObject([{ id: 1, done: 1, text: '' }]);
});

test('a page with nothing to take out comes byte for byte, with one question to the store for all of it', async () => {
  for (let count = 0; count < 30; count += 1) h.say(alice, bob.uid, `m ${count} \u2028`);
  const direct = await h.direct('POST', '/v1/message/channel/sync', bob.token, {
    channel_id: alice.uid,
    channel_type: 1,
    limit: 30,
  });
  const before = h.store.questions;
  const through = await h.call('POST', '/v1/message/channel/sync', bob.token, {
    channel_id: alice.uid,
    channel_type: 1,
    limit: 30,
  });
  expect(through.text).toBe(direct.text);
  expect(h.store.questions).toBe(before + 1);
  await h.history(bob, alice.uid, 1, 30);
  expect(h.store.questions).toBe(before + 1);
});

test('that a message is not recalled is believed for a second at most', async () => {
  const sent = h.say(alice, bob.uid, SECRET);
  h.say(bob, alice.uid, 'hm', quoteOf(sent, SECRET));
  await h.history(bob, alice.uid, 1, 1);
  recalledBefore(sent);
  h.clock += 1_000;
  expect((await h.history(bob, alice.uid, 1, 1)).text).not.toContain(SECRET);
});

test('while the store does not answer pages pass with what their rows say; with --fail closed they do not', async () => {
  const sent = h.say(alice, bob.uid, SECRET);
  h.say(bob, alice.uid, 'hm', quoteOf(sent, SECRET));
  recalledBefore(sent);
  h.store.down = true;
  // The recalled row is on the page, so that its quote is known as well.
  expect((await h.history(bob, alice.uid, 1)).text).not.toContain(SECRET);
  expect(await h.history(bob, alice.uid, 1, 1)).toMatchObject({ status: 200 });
  const closed = await h.another({ fail: 'closed' });
  const answer = await fetch(`${closed.url}/v1/message/channel/sync`, {
    method: 'POST',
    headers: { token: bob.token, 'content-type': 'application/json' },
    body: JSON.stringify({ channel_id: alice.uid, channel_type: 1, limit: 1 }),
  });
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ msg: '查询撤回状态失败，请稍后再试' });
  await closed.close();
});

test('TSDD hears no odd spelling of a guarded call', async () => {
  const sent = h.say(alice, bob.uid, SECRET);
  h.tsdd.state.appConfig.revokeSecond = 1;
  h.clock += 60_000;
  const query = `client_msg_no=${sent.clientMsgNo}&channel_id=${bob.uid}&channel_type=1`;
  const seen = h.tsdd.requests.length;
  for (const path of [
    '/v1/message%2Frevoke',
    '/v1/message/%72evoke',
    '/v1/./message/revoke',
    '/v1/%2e/message/revoke',
    '/v1//message/revoke',
  ]) {
    const answer = await raw(
      `POST ${path}?${query} HTTP/1.1\r\nhost: x\r\ntoken: ${alice.token}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 40[04]/);
  }
  expect(h.tsdd.requests.length).toBe(seen);
  expect(h.tsdd.state.extras.size).toBe(0);
});

async function raw(request: string): Promise<string> {
  const { connect } = await import('node:net');
  const socket = connect(Number(new URL(h.guard.url).port), '127.0.0.1');
  socket.write(request);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
