import { afterEach, beforeEach, expect, test } from 'vitest';
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

type Where = readonly [string, 1 | 2];
const pin = (who: Person, [id, type]: Where, messageId: string, seq = 1) =>
  h.post('/v1/message/pinned', who, {
    message_id: messageId,
    message_seq: seq,
    channel_id: id,
    channel_type: type,
  });
const clear = (who: Person, [id, type]: Where) =>
  h.post('/v1/message/pinned/clear', who, { channel_id: id, channel_type: type });
async function synced(who: Person, [id, type]: Where, version = 0) {
  const { json } = await h.post('/v1/message/pinned/sync', who, {
    channel_id: id,
    channel_type: type,
    version,
  });
  return json as { pinned_messages: JsonObject[]; messages: JsonObject[] };
}
const pinnedIds = async (who: Person, where: Where) =>
  (await synced(who, where)).pinned_messages
    .filter((row) => row['is_deleted'] === 0)
    .map((row) => row['message_id']);
const tips = () =>
  h.im.messages
    .map((each) => JSON.parse(Buffer.from(each.payload, 'base64').toString()) as JsonObject)
    .filter((payload) => payload['type'] === 2000);

test('the same again unpins; both sides read it with the message, and a line without words tells of the first time', async () => {
  const m = h.say(alice, bob.uid, 1, 'the secret plan');
  expect((await pin(bob, [alice.uid, 1], m.messageId)).status).toBe(200);
  const { pinned_messages: rows, messages } = await synced(alice, [bob.uid, 1]);
  expect(rows).toMatchObject([
    { message_id: m.messageId, channel_id: bob.uid, channel_type: 1, is_deleted: 0 },
  ]);
  expect(messages).toMatchObject([{ message_idstr: m.messageId, payload: { content: 'the secret plan' } }]);
  const version = Number(rows[0]?.['version']);
  await pin(alice, [bob.uid, 1], m.messageId);
  const after = await synced(bob, [alice.uid, 1], version);
  expect(after).toMatchObject({
    pinned_messages: [{ message_id: m.messageId, is_deleted: 1 }],
    messages: [],
  });
  await pin(alice, [bob.uid, 1], m.messageId);
  expect(await pinnedIds(bob, [alice.uid, 1])).toEqual([m.messageId]);
  expect(tips()).toEqual([
    { content: '{0} 置顶了一条消息', extra: [{ uid: bob.uid, name: 'bob' }], type: 2000 },
  ]);
});

test('a recalled or deleted message is pinned no longer, and cannot be again', async () => {
  const [one, two, three] = ['one', 'two', 'three'].map((text) => h.say(alice, bob.uid, 1, text));
  if (!one || !two || !three) throw new Error('nothing was said');
  for (const { messageId } of [one, two, three]) await pin(bob, [alice.uid, 1], messageId);
  await h.revoke(alice, bob.uid, 1, { messageId: one.messageId });
  await h.call('DELETE', '/v1/message/mutual', {
    token: alice.token,
    body: { message_id: two.messageId, channel_id: bob.uid, channel_type: 1, message_seq: 2 },
  });
  const { pinned_messages: rows, messages } = await synced(bob, [alice.uid, 1]);
  expect(Object.fromEntries(rows.map((row) => [row['message_id'], row['is_deleted']]))).toEqual({
    [one.messageId]: 1,
    [two.messageId]: 1,
    [three.messageId]: 0,
  });
  expect(messages.map((row) => row['message_idstr'])).toEqual([three.messageId]);
  const refused = await pin(bob, [alice.uid, 1], one.messageId);
  expect(refused.status).toBe(400);
  expect((refused.json as { msg: string }).msg).toContain('撤回');
});

test('in a group owner and managers, others where the group lets them; all at once only the former', async () => {
  const group = await h.group(alice, [bob], [carl]);
  const m = h.say(carl, group, 2, 'hello');
  expect((await pin(carl, [group, 2], m.messageId)).status).toBe(400);
  expect((await pin(bob, [group, 2], m.messageId)).status).toBe(200);
  await pin(bob, [group, 2], m.messageId);
  await h.call('PUT', `/v1/groups/${group}/setting`, {
    token: alice.token,
    body: { allow_member_pinned_message: 1 },
  });
  expect((await pin(carl, [group, 2], m.messageId)).status).toBe(200);
  expect((await clear(carl, [group, 2])).status).toBe(400);
  expect(await pinnedIds(carl, [group, 2])).toEqual([m.messageId]);
  expect((await clear(bob, [group, 2])).status).toBe(200);
  expect(await pinnedIds(carl, [group, 2])).toEqual([]);
});

test('two who pin, unpin and recall one message at once end with the same, in any order', async () => {
  for (let round = 0; round < 7; round += 1) {
    const [m, other] = [h.say(alice, bob.uid, 1, `r${round}`), h.say(alice, bob.uid, 1, `o${round}`)];
    const seen: Record<string, unknown>[] = [{}, {}];
    const versions = [0, 0];
    /** What a device knows that reads only what changed since it last did. */
    const read = async (at: 0 | 1): Promise<void> => {
      const who = at === 0 ? alice : bob;
      const { pinned_messages: rows } = await synced(who, [at === 0 ? bob.uid : alice.uid, 1], versions[at]);
      for (const row of rows) {
        Object.assign(seen[at] ?? {}, { [String(row['message_id'])]: row['is_deleted'] });
        versions[at] = Math.max(versions[at] ?? 0, Number(row['version']));
      }
    };
    const steps = [
      () => pin(alice, [bob.uid, 1], m.messageId),
      () => pin(bob, [alice.uid, 1], m.messageId),
      () => pin(bob, [alice.uid, 1], other.messageId),
      () => h.revoke(alice, bob.uid, 1, { messageId: m.messageId }),
      () => pin(bob, [alice.uid, 1], m.messageId),
      () => read(0),
      () => read(1),
    ];
    // Each round begins with another of them.
    await Promise.all(
      [...steps.slice(round % steps.length), ...steps.slice(0, round % steps.length)].map((step) => step()),
    );
    await Promise.all([read(0), read(1)]);
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[0]?.[m.messageId] ?? 1).toBe(1);
    expect(await pinnedIds(bob, [alice.uid, 1])).toContain(other.messageId);
    expect(await pinnedIds(bob, [alice.uid, 1])).not.toContain(m.messageId);
    expect(await pinnedIds(alice, [bob.uid, 1])).toEqual(await pinnedIds(bob, [alice.uid, 1]));
    await clear(alice, [bob.uid, 1]);
  }
});

test('no more than an administrator lets, and nothing that is not there', async () => {
  const most = h.server.context.appConfig.get().channel_pinned_message_max_count;
  for (let n = 0; n < most; n += 1)
    expect((await pin(bob, [alice.uid, 1], h.say(alice, bob.uid, 1, `${n}`).messageId)).status).toBe(200);
  const refused = await pin(bob, [alice.uid, 1], h.say(alice, bob.uid, 1, 'more').messageId);
  expect(refused.status).toBe(400);
  expect((refused.json as { msg: string }).msg).toBe('置顶数量已达到上限');
  expect((await pin(bob, [alice.uid, 1], '404')).status).toBe(400);
});

test('who joined later reads nothing of what was pinned before', async () => {
  const group = await h.group(alice, [], [bob]);
  await h.call('PUT', `/v1/groups/${group}/setting`, {
    token: alice.token,
    body: { allow_view_history_msg: 0 },
  });
  const m = h.say(alice, group, 2, 'before');
  await pin(alice, [group, 2], m.messageId, m.seq);
  await h.post(`/v1/groups/${group}/members`, alice, { members: [carl.uid], names: ['carl'] });
  expect((await synced(carl, [group, 2])).messages).toEqual([]);
  expect((await synced(bob, [group, 2])).messages).toHaveLength(1);
});
