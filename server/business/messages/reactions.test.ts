import { afterEach, beforeEach, expect, test } from 'vitest';
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

const react = (who: Person, channel: [string, number], messageId: string, emoji: string) =>
  h.post('/v1/reactions', who, {
    message_id: messageId,
    channel_id: channel[0],
    channel_type: channel[1],
    emoji,
  });
const synced = async (who: Person, channel: [string, number], seq = 0, limit = 100) =>
  (
    await h.post('/v1/reaction/sync', who, {
      channel_id: channel[0],
      channel_type: channel[1],
      seq,
      limit,
    })
  ).json as Record<string, unknown>[];

test('one each: another replaces it, the same takes it back; both sides of a person chat read it', async () => {
  const m = h.say(alice, bob.uid, 1, 'hello');
  expect((await react(bob, [alice.uid, 1], m.messageId, '👍')).status).toBe(200);
  expect(await synced(alice, [bob.uid, 1])).toMatchObject([
    {
      message_id: m.messageId,
      channel_id: bob.uid,
      channel_type: 1,
      uid: bob.uid,
      name: 'bob',
      emoji: '👍',
      is_deleted: 0,
    },
  ]);
  await react(bob, [alice.uid, 1], m.messageId, '🎉');
  await react(alice, [bob.uid, 1], m.messageId, '🎉');
  const all = await synced(alice, [bob.uid, 1]);
  expect(all.map(({ uid, emoji }) => [uid, emoji])).toEqual([
    [alice.uid, '🎉'],
    [bob.uid, '🎉'],
  ]);
  const last = Number(all[0]?.['seq']);
  await react(bob, [alice.uid, 1], m.messageId, '🎉');
  expect(await synced(bob, [alice.uid, 1], last)).toMatchObject([
    { uid: bob.uid, emoji: '🎉', is_deleted: 1 },
  ]);
  expect((await h.history(alice, bob.uid, 1))[0]?.['reactions']).toMatchObject([
    { uid: alice.uid, is_deleted: 0 },
    { uid: bob.uid, is_deleted: 1 },
  ]);
});

test('go with a recalled or deleted message, and none is taken any more', async () => {
  const [m, other] = [h.say(alice, bob.uid, 1, 'one'), h.say(alice, bob.uid, 1, 'two')];
  for (const { messageId } of [m, other]) await react(bob, [alice.uid, 1], messageId, '👍');
  await h.revoke(alice, bob.uid, 1, { messageId: m.messageId });
  const refused = await react(bob, [alice.uid, 1], m.messageId, '👍');
  expect(refused.status).toBe(400);
  expect((refused.json as { msg: string }).msg).toContain('撤回');
  expect((await synced(bob, [alice.uid, 1])).map(({ message_id: id }) => id)).toEqual([other.messageId]);
  expect((await h.history(bob, alice.uid, 1))[0]).not.toHaveProperty('reactions');
});

test('of strangers, to nothing, or of no or a long emoji are refused', async () => {
  const m = h.say(alice, bob.uid, 1, 'hello');
  expect((await react(carl, [alice.uid, 1], m.messageId, '👍')).status).toBe(400);
  expect((await react(bob, [alice.uid, 1], '404', '👍')).status).toBe(400);
  expect((await react(bob, [alice.uid, 1], m.messageId, '')).status).toBe(400);
  expect((await react(bob, [alice.uid, 1], m.messageId, 'x'.repeat(21))).status).toBe(400);
  expect(await synced(bob, [alice.uid, 1])).toEqual([]);
});
