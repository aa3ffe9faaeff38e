import { array, assert, asyncProperty, integer, nat } from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../shared/json.ts';
import { Harness, type Person } from '../testing/harness.ts';

let h: Harness;
let alice: Person;
let bob: Person;
let carl: Person;

beforeEach(async () => {
  h = await new Harness().start();
  [alice, bob, carl] = await Promise.all([h.person('alice'), h.person('bob'), h.person('carl')]);
});
afterEach(() => h.close());

const conversations = async (reader: Person, count = 50) =>
  (
    await h.post('/v1/conversation/sync', reader, {
      version: 0,
      last_msg_seqs: '',
      msg_count: count,
      device_uuid: '',
    })
  ).json as {
    conversations: { channel_id: string; recents: JsonObject[] }[];
    groups: JsonObject[];
  };

describe('what was recalled', () => {
  test('is blank in history and recents, with its metadata', async () => {
    const m = h.say(alice, bob.uid, 1, 'secret');
    await h.revoke(alice, bob.uid, 1, { messageId: m.messageId });
    const [row] = await h.history(bob, alice.uid, 1);
    expect(row).toMatchObject({
      message_id: m.messageId,
      message_idstr: m.messageId,
      message_seq: 1,
      client_msg_no: m.clientMsgNo,
      from_uid: alice.uid,
      timestamp: m.timestamp,
      payload: { type: 1, content: '' },
      revoke: 1,
      revoker: alice.uid,
      message_extra: { message_id_str: m.messageId, revoke: 1, revoker: alice.uid },
    });
    const [conversation] = (await conversations(bob)).conversations;
    expect(conversation?.recents[0]).toMatchObject({
      payload: { type: 1, content: '' },
      revoke: 1,
      extra_version: 0,
    });
  });

  test('is written once for everybody, and still says to each what is his own', async () => {
    const m = h.say(alice, bob.uid, 1, 'secret');
    const other = h.say(alice, bob.uid, 1, 'words');
    await h.revoke(alice, bob.uid, 1, { messageId: m.messageId });
    const rowsOf = async (reader: Person, peer: Person) => h.history(reader, peer.uid, 1);
    const first = [await rowsOf(bob, alice), await rowsOf(alice, bob)];
    expect(first.map((rows) => rows.map((row) => row['message_idstr']))).toEqual([
      [m.messageId, other.messageId],
      [m.messageId, other.messageId],
    ]);
    expect([await rowsOf(bob, alice), await rowsOf(alice, bob)]).toEqual(first);
    // Bob takes the line away from himself.
    const remove = { message_id: m.messageId, channel_id: alice.uid, channel_type: 1 };
    const removed = await h.call('DELETE', '/v1/message', { token: bob.token, body: [remove] });
    expect(removed.status).toBe(200);
    expect((await rowsOf(bob, alice))[0]).toMatchObject({ is_deleted: 1, revoke: 1 });
    expect(await rowsOf(alice, bob)).toEqual(first[1]);
    // The record is another one: for all again.
    const receipt = { channel_id: alice.uid, channel_type: 1, message_ids: [m.messageId] };
    await h.post('/v1/message/readed', bob, receipt);
    const [seen] = await rowsOf(alice, bob);
    const [record] = await h.extras(alice, bob.uid, 1);
    expect(seen).toMatchObject({ readed_count: 1, extra_version: record?.['extra_version'] });
    expect(seen).not.toEqual(first[1]?.[0]);
  });

  test('keeps the type that clients draw by, also when the IM server has erased the payload', async () => {
    const m = h.im.store({
      from: alice.uid,
      to: bob.uid,
      type: 1,
      payload: { type: 11, users: [{ uid: 'u', name: 'secret' }], msgs: [{}] },
    });
    await h.revoke(alice, bob.uid, 1, { messageId: m.messageId });
    expect((await h.history(bob, alice.uid, 1))[0]?.['payload']).toEqual({
      type: 11,
      content: '',
      users: [],
      msgs: [],
    });
    m.payload = '';
    expect((await h.history(bob, alice.uid, 1))[0]?.['payload']).toEqual({
      type: 11,
      content: '',
      users: [],
      msgs: [],
    });
  });

  test('is blank in quotes and quotes of quotes, everywhere, the name kept', async () => {
    const m = h.say(alice, bob.uid, 1, 'secret');
    const reply = {
      message_id: m.messageId,
      message_seq: 1,
      from_uid: alice.uid,
      from_name: 'alice',
      payload: { type: 1, content: 'secret' },
    };
    const q = h.say(bob, alice.uid, 1, 'quoting', { payload: { reply } });
    const outer = { ...reply, message_id: q.messageId, payload: { type: 1, content: 'quoting', reply } };
    const edited = h.say(bob, alice.uid, 1, 'to be edited');
    h.say(bob, alice.uid, 1, 'quoting the quote', { payload: { reply: outer } });
    const edit = await h.post('/v1/message/edit', bob, {
      message_id: edited.messageId,
      message_seq: edited.seq,
      channel_id: alice.uid,
      channel_type: 1,
      content_edit: JSON.stringify({ type: 1, content: 'edited', reply }),
    });
    expect(edit.json).toEqual({ status: 200 });
    expect(JSON.stringify(await h.history(bob, alice.uid, 1))).toContain('secret');
    await h.revoke(alice, bob.uid, 1, { messageId: m.messageId });
    const rows = await h.history(bob, alice.uid, 1);
    expect(rows[1]?.['payload']).toEqual({
      type: 1,
      content: 'quoting',
      reply: { ...reply, payload: { type: 1, content: '' } },
    });
    for (const page of [
      rows,
      await conversations(bob),
      await conversations(alice),
      await h.extras(alice, bob.uid, 1),
    ]) {
      expect(JSON.stringify(page)).not.toContain('secret');
      expect(JSON.stringify(page)).toContain('edited');
    }
  });

  test('loses its edited text too, in answers and on disk, and cannot be edited any more', async () => {
    const m = h.say(alice, bob.uid, 1, 'first');
    const edit = (content: string) =>
      h.post('/v1/message/edit', alice, {
        message_id: m.messageId,
        message_seq: 1,
        channel_id: bob.uid,
        channel_type: 1,
        content_edit: JSON.stringify({ type: 1, content }),
      });
    await edit('edited secret');
    expect((await h.history(bob, alice.uid, 1))[0]).toMatchObject({
      message_extra: { content_edit: { type: 1, content: 'edited secret' } },
    });
    await h.revoke(alice, bob.uid, 1, { messageId: m.messageId });
    for (const page of [
      await h.history(bob, alice.uid, 1),
      await conversations(bob),
      await h.extras(bob, alice.uid, 1),
    ]) {
      expect(JSON.stringify(page)).not.toContain('secret');
      expect(JSON.stringify(page)).not.toContain('content_edit');
    }
    expect(await edit('again')).toMatchObject({
      status: 400,
      json: { msg: '消息已撤回，无法编辑！', status: 400 },
    });
    const { readdirSync, readFileSync } = await import('node:fs');
    const files = readdirSync(h.dataDir).filter((file) => file.startsWith('business.db'));
    expect(files).toContain('business.db');
    expect(files.filter((file) => readFileSync(`${h.dataDir}/${file}`).includes('edited secret'))).toEqual(
      [],
    );
  });
});

test('a page asks the recall table once, and not at all when it is cached', async () => {
  const no = await h.group(alice, [], [bob]);
  const messages = Array.from({ length: 50 }, (_each, index) => h.say(alice, no, 2, `m${index}`));
  await h.revoke(alice, no, 2, { messageId: messages[7]?.messageId ?? '' });
  await h.restart();
  const { extras } = h.server.context;
  await h.history(bob, no, 2);
  expect(extras.batchQueries).toBe(1);
  await h.history(bob, no, 2);
  expect(extras.batchQueries).toBe(1);
  // Coherent: a recall after the page was cached shows at once.
  await h.revoke(alice, no, 2, { messageId: messages[8]?.messageId ?? '' });
  expect((await h.history(bob, no, 2)).filter((row) => row['revoke'] === 1)).toHaveLength(2);
  expect(extras.batchQueries).toBe(1);
});

test('edits show with their quotes following, and only the author may edit', async () => {
  const m = h.say(alice, bob.uid, 1, 'first');
  h.say(bob, alice.uid, 1, 'q', {
    payload: { reply: { message_id: m.messageId, payload: { type: 1, content: 'first' } } },
  });
  const body = {
    message_id: m.messageId,
    message_seq: 1,
    channel_type: 1,
    content_edit: '{"type":1,"content":"second"}',
  };
  expect(await h.post('/v1/message/edit', bob, { ...body, channel_id: alice.uid })).toMatchObject({
    status: 400,
    json: { msg: '只能编辑自己的消息！' },
  });
  expect((await h.post('/v1/message/edit', alice, { ...body, channel_id: bob.uid })).status).toBe(200);
  const rows = await h.history(bob, alice.uid, 1);
  expect(rows[0]).toMatchObject({
    payload: { content: 'first' },
    message_extra: { content_edit: { content: 'second' } },
  });
  expect(rows[1]).toMatchObject({ payload: { reply: { payload: { type: 1, content: 'second' } } } });
  const [cmd] = h.im.commands('syncMessageExtra');
  expect(cmd?.payload).toEqual({ cmd: 'syncMessageExtra', type: 99 });
  expect(cmd?.header).toEqual({ no_persist: 1, red_dot: 0, sync_once: 1 });
});

const item = (id: string, channel: string) => ({
  message_id: id,
  channel_id: channel,
  channel_type: 1,
  message_seq: 1,
});

test('deleted for me, deleted for all, expired and not for my eyes come without content', async () => {
  const mine = h.say(alice, bob.uid, 1, 'mine');
  const all = h.say(alice, bob.uid, 1, 'all');
  h.im.store({ from: alice.uid, to: bob.uid, type: 1, payload: { type: 1, content: 'short' }, expire: 10 });
  h.im.store({
    from: alice.uid,
    to: bob.uid,
    type: 1,
    payload: { type: 1, content: 'hidden', visibles: ['someone'] },
  });
  expect(
    (await h.call('DELETE', '/v1/message', { token: bob.token, body: [item(mine.messageId, alice.uid)] }))
      .json,
  ).toEqual({ status: 200 });
  expect(
    (await h.call('DELETE', '/v1/message/mutual', { token: bob.token, body: item(all.messageId, alice.uid) }))
      .json,
  ).toMatchObject({ msg: '用户无权删除此消息' });
  expect(
    (await h.call('DELETE', '/v1/message/mutual', { token: alice.token, body: item(all.messageId, bob.uid) }))
      .json,
  ).toEqual({ status: 200 });
  h.clock += 11_000;
  const rows = await h.history(bob, alice.uid, 1);
  expect(rows.map((row) => [row['is_deleted'], (row['payload'] as JsonObject)['content']])).toEqual([
    [1, ''],
    [1, ''],
    [1, ''],
    [1, ''],
  ]);
  const own = await h.history(alice, bob.uid, 1);
  expect(own.map((row) => row['is_deleted'])).toEqual([0, 1, 1, 0]);
});

test('receipts: counted once per reader, told to the author', async () => {
  const m = h.say(alice, bob.uid, 1, 'x');
  const body = { channel_id: alice.uid, channel_type: 1, message_ids: [m.messageId] };
  expect((await h.post('/v1/message/readed', bob, body)).json).toEqual({ status: 200 });
  expect((await h.post('/v1/message/readed', bob, body)).json).toEqual({ status: 200 });
  expect((await h.history(alice, bob.uid, 1))[0]).toMatchObject({ readed: 0, readed_count: 1 });
  expect((await h.history(bob, alice.uid, 1))[0]).toMatchObject({
    readed: 1,
    message_extra: { readed: 1, readed_at: expect.any(Number) },
  });
  expect((await h.get(`/v1/messages/${m.messageId}/receipt?readed=1`, alice)).json).toEqual([
    { uid: bob.uid, name: 'bob' },
  ]);
  expect((await h.get(`/v1/messages/${m.messageId}/receipt?readed=1`, carl)).status).toBe(400);
  expect((await h.post('/v1/message/readed', bob, { ...body, message_ids: ['99'] })).json).toMatchObject({
    msg: '没有读取到消息！',
  });
  expect(h.im.commands('syncMessageExtra')).toHaveLength(1);
});

test('a voice message that was heard: for this reader only, on all devices', async () => {
  const m = h.say(alice, bob.uid, 1, 'x');
  const body = { channel_id: alice.uid, channel_type: 1, message_id: m.messageId, message_seq: 1 };
  const heard = (about: object) =>
    h.call('PUT', '/v1/message/voicereaded', { token: bob.token, body: about });
  for (let times = 0; times < 2; times += 1) expect((await heard(body)).json).toEqual({ status: 200 });
  expect((await h.history(bob, alice.uid, 1))[0]).toMatchObject({ voice_status: 1, readed: 0 });
  expect((await h.history(alice, bob.uid, 1))[0]).not.toHaveProperty('voice_status');
  expect((await heard({ ...body, message_id: '99' })).json).toMatchObject({
    msg: '没有读取到消息！',
  });
});

describe('extra/sync', () => {
  test('from any version, in pages of any size, by any number of clients: everything newer, in order, once', async () => {
    const no = await h.group(alice, [], [bob]);
    await assert(
      asyncProperty(
        array(integer({ min: 0, max: 11 }), { minLength: 1, maxLength: 15 }),
        integer({ min: 1, max: 7 }),
        nat(20),
        async (touched, limit, startIndex) => {
          const messages = Array.from({ length: 12 }, (_each, index) => h.say(alice, no, 2, `m${index}`));
          const before = await h.extras(bob, no, 2, 0, 10_000);
          // The clock stands still meanwhile: versions must grow anyway.
          for (const index of touched) {
            const message = messages[index];
            if (!message) continue;
            if (index % 2 === 0) await h.revoke(alice, no, 2, { messageId: message.messageId });
            else
              await h.post('/v1/message/readed', bob, {
                channel_id: no,
                channel_type: 2,
                message_ids: [message.messageId],
              });
          }
          const all = await h.extras(bob, no, 2, 0, 10_000);
          const versions = all.map((row) => Number(row['extra_version']));
          expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
          expect(all).toHaveLength(before.length + new Set(touched).size);
          const from = startIndex === 0 ? 0 : (versions[startIndex % versions.length] ?? 0);
          const paged: JsonObject[] = [];
          for (let version = from; ;) {
            const page = await h.extras(bob, no, 2, version, limit);
            if (page.length === 0) break;
            paged.push(...page);
            version = Number(page.at(-1)?.['extra_version']);
          }
          expect(paged).toEqual(all.filter((row) => Number(row['extra_version']) > from));
          // No cursor is remembered: asking again from 0 answers everything.
          expect(await h.extras(bob, no, 2, 0, 10_000)).toEqual(all);
        },
      ),
      { numRuns: 8 },
    );
  });

  test('is for members only', async () => {
    const no = await h.group(alice, [], [bob]);
    const m = h.say(alice, no, 2, 'x');
    await h.revoke(alice, no, 2, { messageId: m.messageId });
    const ask = (who: Person) =>
      h.post('/v1/message/extra/sync', who, { channel_id: no, channel_type: 2, extra_version: 0 });
    expect((await ask(bob)).json).toHaveLength(1);
    expect(await ask(carl)).toMatchObject({ status: 400, json: { code: 'not_member' } });
    await h.post(`/v1/groups/${no}/exit`, bob);
    expect(await ask(bob)).toMatchObject({ status: 400, json: { code: 'not_member' } });
  });
});

test('new members do not see older history when the group says so', async () => {
  const no = await h.group(alice, [], [bob]);
  h.say(alice, no, 2, 'before');
  await h.call('PUT', `/v1/groups/${no}/setting`, {
    token: alice.token,
    body: { allow_view_history_msg: 0 },
  });
  await h.post(`/v1/groups/${no}/members`, alice, { members: [carl.uid] });
  h.say(alice, no, 2, 'after');
  const contents = (await h.history(carl, no, 2)).map((row) => (row['payload'] as JsonObject)['content']);
  expect(contents).not.toContain('before');
  expect(contents).toContain('after');
  expect(JSON.stringify(await conversations(carl))).not.toContain('before');
});

describe('poison in a channel', () => {
  const poison: [string, unknown][] = [
    ['not JSON', 'this is not json'],
    ['an array', [1, 2]],
    ['type as text', { type: '1', content: 'x' }],
    ['no type', { content: 'x' }],
    ['visibles as text', { type: 1, content: 'x', visibles: 'u1' }],
    ['mention as text', { type: 1, content: 'x', mention: 'all' }],
    ['mention.uids as text', { type: 1, content: 'x', mention: { uids: 'u1' } }],
    ['mention.all as text', { type: 1, content: 'x', mention: { all: 'yes' } }],
    ['reply as text', { type: 1, content: 'x', reply: 'y' }],
    ['reply without id', { type: 1, content: 'x', reply: { payload: {} } }],
    ['reply with a number as id', { type: 1, content: 'x', reply: { message_id: 5, payload: { type: 1 } } }],
    ['reply without payload', { type: 1, content: 'x', reply: { message_id: '5' } }],
    ['quoted type as text', { type: 1, content: 'x', reply: { message_id: '5', payload: { type: '1' } } }],
    ['nested 100,000 deep', `{"type":1,"content":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ];
  test('does not break the page and reaches no client', async () => {
    h.say(alice, bob.uid, 1, 'good');
    for (const [, payload] of poison)
      await h.notify(h.im.store({ from: alice.uid, to: bob.uid, type: 1, payload }));
    const rows = await h.history(bob, alice.uid, 1);
    expect(rows).toHaveLength(poison.length + 1);
    for (const [index, [name]] of poison.entries()) {
      const read = rows[index + 1]?.['payload'] as JsonObject;
      expect([name, typeof read['type']]).toEqual([name, 'number']);
      for (const key of ['visibles', 'mention']) expect([name, read[key]]).toEqual([name, undefined]);
    }
    const replies = rows
      .map((row) => (row['payload'] as JsonObject)['reply'])
      .filter((reply) => reply !== undefined);
    expect(replies).toHaveLength(2);
    for (const reply of replies)
      expect(reply).toMatchObject({ message_id: '5', payload: { type: expect.any(Number) } });
    expect((await conversations(bob)).conversations[0]?.recents).toHaveLength(poison.length + 1);
  });

  test('is refused where this server sees it', async () => {
    const m = h.say(alice, bob.uid, 1, 'x');
    for (const [name, payload] of poison) {
      const content_edit = typeof payload === 'string' ? payload : JSON.stringify(payload);
      const body = {
        message_id: m.messageId,
        message_seq: 1,
        channel_id: bob.uid,
        channel_type: 1,
        content_edit,
      };
      expect({ name, ...(await h.post('/v1/message/edit', alice, body)) }).toMatchObject({
        name,
        status: 400,
        json: { code: 'bad_payload' },
      });
      const sent = await h.call('POST', '/v1/message/send', {
        body: { token: alice.token, receive_channel_id: bob.uid, receive_channel_type: 1, payload },
      });
      expect([name, sent.status]).toEqual([name, 400]);
    }
    expect(h.im.to('/message/send').filter((body) => body['from_uid'] === alice.uid)).toHaveLength(0);
  });

  test('large whole numbers in payloads keep their digits', async () => {
    h.im.store({
      from: alice.uid,
      to: bob.uid,
      type: 1,
      payload: '{"type":1,"content":"x","custom":9007199254740993123}',
    });
    const answer = await h.post('/v1/message/channel/sync', bob, {
      channel_id: alice.uid,
      channel_type: 1,
      limit: 10,
    });
    expect(answer.text).toContain('"custom":9007199254740993123');
  });
});

test('a cleared history is gone for who cleared it, up to there, and for nobody else', async () => {
  for (const words of ['one', 'two']) h.say(alice, bob.uid, 1, words);
  const body = { channel_id: alice.uid, channel_type: 1, message_seq: 1 };
  expect((await h.post('/v1/message/offset', bob, body)).json).toEqual({ status: 200 });
  expect(await h.history(bob, alice.uid, 1)).toMatchObject([{ message_seq: 2 }]);
  expect(await h.history(alice, bob.uid, 1)).toHaveLength(2);
  const [conversation] = (await conversations(bob)).conversations;
  expect(conversation).toMatchObject({ offset_msg_seq: 1, recents: [{ message_seq: 2 }] });
  // Never back.
  await h.post('/v1/message/offset', bob, { ...body, message_seq: 0 });
  expect(await h.history(bob, alice.uid, 1)).toHaveLength(1);
});
