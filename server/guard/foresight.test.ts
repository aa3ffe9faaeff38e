/**
 * The store is asked about a page while TSDD works on it: that is as good as a question after its answer, also when
 * something is recalled between the two, and when other messages come than those that were foreseen.
 */
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { FakeMessage } from '../business/testing/fake-im.ts';
import type { Guard } from './guard.ts';
import { redisMissing, startRedis } from './testing/databases.ts';
import { type Answer, GuardHarness, type Person, quoteOf, recallAt } from './testing/harness.ts';
import { type HeldTsdd, startHeldTsdd } from './testing/held-tsdd.ts';

const SECRET = 'secret words';
let h: GuardHarness;
let held: HeldTsdd;
let alice: Person;
let bob: Person;
let group: string;

beforeEach(async () => {
  h = await new GuardHarness().start();
  held = await startHeldTsdd(h.tsdd.url);
  alice = h.tsdd.person('alice');
  bob = h.tsdd.person('bob');
  const { json } = await h.call('POST', '/v1/group/create', alice.token, { name: 'g', members: [bob.uid] });
  group = (json as { group_no: string }).group_no;
});
afterEach(async () => {
  await held.close();
  await h.close();
});

/** Takes the harness's guard's place. */
async function guarded(options: Parameters<GuardHarness['another']>[0] = {}): Promise<Guard> {
  await h.guard.close();
  h.guard = await h.another({ ...options, tsdd: [held.url] });
  return h.guard;
}

const say = (content: string, more = {}): FakeMessage => h.say(alice, group, content, more, 2);
const read = (): Promise<Answer> => h.history(bob, group, 2);
const isMasked = ({ text }: Answer): boolean => !text.includes(SECRET);

/** What was recalled at TSDD past all guards. */
function recalledPast({ messageId, seq, channelId, channelType, fromUid }: FakeMessage): void {
  const message = { messageId, messageSeq: seq, channelId, channelType, fromUid };
  h.tsdd.state.upsertExtra(message, { revoke: 1, revoker: fromUid }, h.clock);
}

/** A page is asked for, TSDD has made its answer and the store has answered; then `meanwhile`, then it comes. */
async function readWhile(meanwhile: () => unknown): Promise<Answer> {
  const { made, letGo } = held.hold();
  const reading = read();
  await made;
  await expect.poll(() => h.store.questions).toBeGreaterThan(0);
  await meanwhile();
  letGo();
  return reading;
}

/** Read, and then for so long (ms) not. */
async function readBefore(): Promise<void> {
  await read();
  h.clock += 5_000;
  h.store.questions = 0;
}

test('what a page held before is asked about beside TSDD, and nothing after', async () => {
  await guarded();
  for (let at = 0; at < 20; at += 1) say(`message ${at}`);
  await readBefore();
  let asked = 0;
  const page = await readWhile(() => {
    asked = h.store.questions;
  });
  expect([asked, h.store.questions]).toEqual([1, 1]);
  expect(page.text).toBe((await h.direct('POST', '/v1/message/channel/sync', bob.token, BODY())).text);
});

const BODY = () => ({
  channel_id: group,
  channel_type: 2,
  start_message_seq: 0,
  end_message_seq: 0,
  limit: 100,
  pull_mode: 0,
});

test('a channel that nobody read before is asked about after TSDD, as ever', async () => {
  await guarded();
  recalledPast(say(SECRET));
  const page = await read();
  expect([isMasked(page), h.store.questions]).toEqual([true, 1]);
});

test('a recall through this guard while TSDD’s page is on its way is honoured, with its quotes', async () => {
  await guarded();
  const sent = say(SECRET);
  say('so it says', quoteOf(sent, SECRET));
  await readBefore();
  const page = await readWhile(async () => {
    expect((await h.recall(alice, sent, group)).status).toBe(200);
  });
  expect(page.json).toMatchObject({ messages: [{ revoke: 1 }, {}] });
  expect(isMasked(page)).toBe(true);
});

test.skipIf(redisMissing !== null)('so is one through another guard', async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  const first = await guarded({ redis: redis.url });
  const other = await h.another({ redis: redis.url });
  onTestFinished(() => other.close());
  await expect.poll(() => first.parts.coherence.heard()).toBe(true);
  const sent = say(SECRET);
  say('and more');
  await readBefore();
  const { recalls } = first.parts.states;
  const page = await readWhile(async () => {
    const query = {
      message_id: sent.messageId,
      client_msg_no: sent.clientMsgNo,
      channel_id: group,
      channel_type: '2',
    };
    expect(await recallAt(other.url, alice.token, query)).toBe('done');
    await expect.poll(() => first.parts.states.recalls).toBeGreaterThan(recalls);
  });
  expect(isMasked(page)).toBe(true);
});

test('what was foreseen is believed for a second, as all else is: a recall past all guards meanwhile is seen', async () => {
  await guarded();
  const sent = say(SECRET);
  await readBefore();
  const page = await readWhile(() => {
    recalledPast(sent);
    h.clock += 1_000;
  });
  expect([isMasked(page), h.store.questions]).toEqual([true, 2]);
});

test('a recall past all guards that was answered before the page was asked for is seen', async () => {
  await guarded();
  const [sent, quoting] = [say(SECRET), say('kept')];
  await readBefore();
  recalledPast(sent);
  expect(isMasked(await readWhile(() => undefined))).toBe(true);
  // Also where a page was foreseen so lately that it is not asked about again beside TSDD.
  h.clock += 600;
  recalledPast(quoting);
  expect((await read()).text).not.toContain('kept');
});

test('what was not foreseen is asked about after TSDD, and that alone', async () => {
  await guarded();
  for (let at = 0; at < 10; at += 1) say(`message ${at}`);
  await readBefore();
  const asked: string[][] = [];
  const { tsddStates, states } = h.store;
  h.store.tsddStates = (ids) => {
    asked.push([...ids]);
    return tsddStates(ids);
  };
  h.store.states = (ids, sendings) => {
    asked.push([...ids]);
    return states(ids, sendings);
  };
  const late = say(SECRET);
  recalledPast(late);
  expect(isMasked(await readWhile(() => undefined))).toBe(true);
  expect([asked.length, asked[0]?.length, asked[1]]).toEqual([2, 10, [late.messageId]]);
  h.clock += 5_000;
  await readWhile(() => undefined);
  expect([asked.length, asked[2]?.length]).toEqual([3, 11]);
});

test('a copy of a recalled sending is foreseen by its number, where the channel has recalls', async () => {
  await guarded();
  const sent = say('first');
  await h.recall(alice, sent, group);
  const copy = h.im.store({
    from: alice.uid,
    to: group,
    type: 2,
    payload: { type: 1, content: SECRET },
    clientMsgNo: sent.clientMsgNo,
  });
  say('another');
  await read();
  // A guard that has not heard of the recall, and has read the channel.
  const other = await h.another({ tsdd: [held.url] });
  onTestFinished(() => other.close());
  [h.guard] = [other, await h.guard.close()];
  await readBefore();
  const page = await readWhile(() => undefined);
  expect(isMasked(page)).toBe(true);
  expect(page.text).toContain(copy.messageId);
});

test('while the store is away a page that was foreseen is what it is otherwise', async () => {
  await guarded({ fail: 'closed' });
  say(SECRET);
  await readBefore();
  h.store.down = true;
  expect((await read()).status).toBe(503);
  h.store.down = false;
  expect((await read()).status).toBe(200);
  await guarded({ fail: 'open' });
  await readBefore();
  h.store.down = true;
  expect(await read()).toMatchObject({ status: 200, json: { messages: [{ payload: { content: SECRET } }] } });
});

test('a question that fails beside TSDD is asked again after it', async () => {
  await guarded({ fail: 'closed' });
  const sent = say(SECRET);
  await readBefore();
  recalledPast(sent);
  const ask = h.store.tsddStates;
  let failures = 0;
  h.store.tsddStates = (ids) => {
    h.store.tsddStates = ask;
    failures += 1;
    return Promise.reject(new Error(`no answer about ${ids.length}`));
  };
  const page = await read();
  expect([failures, page.status, isMasked(page)]).toEqual([1, 200, true]);
});
