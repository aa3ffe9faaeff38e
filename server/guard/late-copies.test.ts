/** Words of a copy that WuKongIM stored after the recall: out of every read, also where the copy itself is on none. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { JsonObject } from '../../shared/json.ts';
import type { FakeMessage } from '../business/testing/fake-im.ts';
import { GuardHarness, type Person, quoteOf } from './testing/harness.ts';

const SECRET = 'secret words';
const IN_ONE = 'answer';
let h: GuardHarness;
let alice: Person;
let bob: Person;
let carol: Person;
let group: string;

beforeEach(async () => {
  h = await new GuardHarness().start();
  [alice, bob, carol] = [h.tsdd.person('alice'), h.tsdd.person('bob'), h.tsdd.person('carol')];
  group = h.tsdd.group(bob.uid, [alice.uid]).groupNo;
});
afterEach(() => h.close());

/** A sending of alice's in the group, or to somebody. */
function store(clientMsgNo: string, to = group): FakeMessage {
  const payload = { type: 1, content: SECRET };
  return h.im.store({ from: alice.uid, to, type: to === group ? 2 : 1, payload, clientMsgNo });
}

/** Recalled, and stored once more. */
async function lateCopy(to = group): Promise<FakeMessage> {
  expect(await h.recall(alice, store('again', to), to)).toMatchObject({ status: 200 });
  return store('again', to);
}

const forwardOf = (message: FakeMessage, payload: JsonObject = { type: 1, content: SECRET }): JsonObject => ({
  type: 11,
  channel_type: 1,
  users: [{ uid: alice.uid, name: 'a' }],
  msgs: [{ message_id: message.messageId, from_uid: alice.uid, timestamp: 1, payload }],
});

const lookups = (): number =>
  h.im.to('/messages').filter((body) => Array.isArray(body['message_ids']) && body['message_ids'].length > 0)
    .length;

test('a quote of it is blanked on pages without it, in every form and read', async () => {
  const copy = await lateCopy();
  const quote = quoteOf(copy, SECRET);
  const nested = quoteOf(store('other'), 'kept');
  Object.assign(nested['reply'] as JsonObject, { payload: { type: 1, content: 'kept', ...quote } });
  h.say(bob, group, `${IN_ONE} with an edit`, {}, 2);
  const edited = h.say(bob, group, `${IN_ONE} edited`, {}, 2);
  h.tsdd.state.upsertExtra(
    { ...edited, messageSeq: edited.seq },
    { contentEdit: JSON.stringify({ type: 1, content: `${IN_ONE} edit`, ...quote }) },
    h.clock,
  );
  for (const more of [
    quote,
    nested,
    forwardOf(copy, { type: 1, content: 'kept', ...quote }),
    forwardOf(copy),
  ])
    h.say(bob, group, `${IN_ONE} last`, more, 2);
  const last = h.say(bob, group, `${IN_ONE} last`, quote, 2);
  h.tsdd.state.pins.push({
    messageId: last.messageId,
    messageSeq: last.seq,
    channelId: group,
    channelType: 2,
    isDeleted: 0,
    version: 5,
  });
  const in2 = { channel_id: group, channel_type: 2 };
  const pages: [string, JsonObject][] = [
    [
      '/v1/message/channel/sync',
      { ...in2, start_message_seq: 0, end_message_seq: 0, limit: 6, pull_mode: 0 },
    ],
    [
      '/v1/message/channel/sync',
      { ...in2, start_message_seq: 0, end_message_seq: 0, limit: 1, pull_mode: 0 },
    ],
    ['/v1/conversation/sync', { version: 0, last_msg_seqs: '', msg_count: 1 }],
    ['/v1/message/extra/sync', { ...in2, extra_version: 1, source: 's', limit: 100 }],
    ['/v1/message/pinned/sync', { ...in2, version: 0 }],
    ['/v1/search/global', { keyword: 'last', limit: 10, page: 1 }],
  ];
  for (const [path, body] of pages) {
    // A guard that remembers nothing and a store without what the page before told.
    h.store.records.splice(1);
    await h.guard.close();
    h.guard = await h.another();
    const direct = await h.direct('POST', path, bob.token, body);
    expect([path, direct.text.includes(SECRET)]).toEqual([path, true]);
    const answer = await h.call('POST', path, bob.token, body);
    expect([path, answer.status, answer.text.includes(SECRET)]).toEqual([path, 200, false]);
    expect(answer.text).toContain(IN_ONE);
  }
});

test('a forward of it into another chat, a reminder and an edit of it, and the copy among hits', async () => {
  const copy = await lateCopy();
  h.im.store({ from: bob.uid, to: carol.uid, type: 1, payload: forwardOf(copy) });
  h.tsdd.state.reminders.push({
    id: 1,
    channelId: group,
    publisher: alice.uid,
    messageSeq: copy.seq,
    messageId: copy.messageId,
    uid: bob.uid,
    text: SECRET,
    version: 1_000_001,
    done: 0,
  });
  h.tsdd.state.upsertExtra(
    { ...copy, messageSeq: copy.seq },
    { contentEdit: JSON.stringify({ type: 1, content: SECRET }) },
    h.clock,
  );
  const asked: [Person, string, JsonObject, unknown][] = [
    [
      carol,
      '/v1/message/channel/sync',
      { channel_id: bob.uid, channel_type: 1, limit: 1 },
      { messages: [{ payload: { msgs: [{ payload: { type: 1, content: '' } }] } }] },
    ],
    [
      bob,
      '/v1/message/reminder/sync',
      { version: 0, limit: 10, channel_ids: [] },
      [{ id: 1, done: 1, text: '' }],
    ],
    [
      bob,
      '/v1/message/extra/sync',
      { channel_id: group, channel_type: 2, extra_version: 1, limit: 10 },
      [{ revoke: 1 }, { message_id_str: copy.messageId }],
    ],
    [bob, '/v1/search/global', { keyword: 'secret', limit: 10, page: 1 }, { messages: [] }],
  ];
  for (const [who, path, body, expected] of asked) {
    h.store.records.splice(1);
    await h.guard.close();
    h.guard = await h.another();
    expect((await h.direct('POST', path, who.token, body)).text).toContain('secret');
    const answer = await h.call('POST', path, who.token, body);
    expect(answer.json).toMatchObject(expected as object);
    expect(answer.text).not.toContain('secret');
  }
});

test('a hit in a chat of two, which does not name whoever asks, is found by its author', async () => {
  const first = store('again', bob.uid);
  expect(await h.recall(alice, first, bob.uid)).toMatchObject({ status: 200 });
  store('again', bob.uid);
  const hits = { keyword: 'secret', limit: 10, page: 1 };
  expect((await h.direct('POST', '/v1/search/global', bob.token, hits)).text).toContain('secret');
  for (const who of [bob, alice])
    expect((await h.call('POST', '/v1/search/global', who.token, hits)).json).toMatchObject({ messages: [] });
});

test('what is found is recorded once, told to who is there, and to clients that ask what changed', async () => {
  const copy = await lateCopy();
  h.say(bob, group, IN_ONE, quoteOf(copy, SECRET), 2);
  const other = await h.another();
  const told = () =>
    h.im.commands('messageRevoke').filter(({ param }) => param['message_id'] === copy.messageId);
  const read = (url: string) =>
    fetch(`${url}/v1/message/channel/sync`, {
      method: 'POST',
      headers: { token: bob.token, 'content-type': 'application/json' },
      body: JSON.stringify({ channel_id: group, channel_type: 2, limit: 1 }),
    }).then((answer) => answer.text());
  const both = await Promise.all([read(h.guard.url), read(other.url)]);
  for (const page of both) expect(page).not.toContain(SECRET);
  await vi.waitFor(() => expect(told()).toHaveLength(3));
  expect(told()[0]?.param).toMatchObject({ channel_id: group, channel_type: 2, client_msg_no: 'again' });
  expect(h.store.records).toMatchObject([
    { guardOnly: false },
    { messageId: copy.messageId, messageSeq: copy.seq, revoker: alice.uid, guardOnly: true },
  ]);
  const changes = { channel_id: group, channel_type: 2, extra_version: 1, limit: 10 };
  h.clock += 1_000;
  expect((await h.call('POST', '/v1/message/extra/sync', bob.token, changes)).json).toMatchObject([
    {},
    { message_id_str: copy.messageId, revoke: 1, revoker: alice.uid },
  ]);
  const before = lookups();
  expect(await read(other.url)).not.toContain(SECRET);
  expect(lookups()).toBe(before);
  expect(h.store.records).toHaveLength(2);
  await other.close();
});

test('a recall that went past the guards is recorded when a page tells of it, for its copies to come', async () => {
  const first = store('again', bob.uid);
  h.tsdd.state.upsertExtra({ ...first, messageSeq: first.seq }, { revoke: 1, revoker: alice.uid }, h.clock);
  await h.history(bob, alice.uid, 1, 1);
  await vi.waitFor(() => expect(h.store.records).toMatchObject([{ guardOnly: false, clientMsgNo: 'again' }]));
  expect(h.im.commands('messageRevoke')).toEqual([]);
  const copy = store('again', bob.uid);
  h.say(bob, alice.uid, IN_ONE, quoteOf(copy, SECRET));
  expect((await h.history(alice, bob.uid, 1, 1)).text).not.toContain(SECRET);
  h.clock += 10_000;
  await h.guard.close();
  h.guard = await h.another();
  expect((await h.history(bob, alice.uid, 1, 2)).text).not.toContain(SECRET);
});

test('WuKongIM is asked only where a recall can be the reason, and once', async () => {
  const quoted = store('kept');
  h.say(bob, group, IN_ONE, quoteOf(quoted, SECRET), 2);
  const read = () => h.history(bob, group, 2, 1);
  expect((await read()).text).toContain(SECRET);
  expect(lookups()).toBe(0);
  // Somebody else's, in the same chat: now it may be.
  expect(await h.recall(bob, h.say(bob, group, 'x', {}, 2), group)).toMatchObject({ status: 200 });
  h.say(bob, group, IN_ONE, quoteOf(quoted, SECRET), 2);
  const before = lookups();
  for (let times = 0; times < 3; times += 1) {
    expect((await read()).text).toContain(SECRET);
    h.clock += 10_000;
  }
  expect(lookups()).toBe(before + 1);
});

test('ids that are none keep nobody from being found', async () => {
  const copy = await lateCopy();
  const odd = ['', 'x', '0', '007', '-5', '9223372036854775808', '99999999999999999999', '1e3', '1,2', ' 1'];
  for (const messageId of odd) h.say(bob, group, IN_ONE, quoteOf({ ...copy, messageId }, 'kept'), 2);
  h.say(bob, group, IN_ONE, quoteOf(copy, SECRET), 2);
  const page = await h.history(bob, group, 2, odd.length + 1);
  expect(page.text).not.toContain(SECRET);
  expect(page.text.match(/kept/g)).toHaveLength(odd.length);
  expect(h.logged.map(({ event }) => event)).not.toContain('im_failed');
});

test('while WuKongIM does not answer pages pass, with --fail closed they do not; it is left alone for a while', async () => {
  const copy = await lateCopy();
  h.say(bob, group, IN_ONE, quoteOf(copy, SECRET), 2);
  const closed = await h.another({ fail: 'closed' });
  const page = () =>
    fetch(`${closed.url}/v1/message/channel/sync`, {
      method: 'POST',
      headers: { token: bob.token, 'content-type': 'application/json' },
      body: JSON.stringify({ channel_id: group, channel_type: 2, limit: 1 }),
    });
  h.im.missing.add('/messages');
  for (let times = 0; times < 3; times += 1) {
    expect(await h.history(bob, group, 2, 1)).toMatchObject({ status: 200 });
    expect((await page()).status).toBe(503);
  }
  expect(h.logged.filter(({ event }) => event === 'im_failed')).toHaveLength(2);
  h.im.missing.clear();
  h.clock += 5_000;
  expect((await h.history(bob, group, 2, 1)).text).not.toContain(SECRET);
  expect(await (await page()).text()).not.toContain(SECRET);
  await closed.close();
});
