/** Own messages are deleted after the time their chat has set, counted from when the server stored them. */
import { beforeEach, describe, expect, it } from 'vitest';
import { EXPIRE_UNKNOWN, type SendJob } from '../store/jobs.ts';
import type { ServerMessage } from '../store/server-records.ts';
import type { OpenStore } from './open-store.ts';
import { GROUP, idOf, ME, message, PERSON, START, text } from './testing/store-fixture.ts';
import { useFixture } from './testing/use-fixture.ts';

const HOUR = 3_600;

const fixture = useFixture();
let store: OpenStore;
beforeEach(() => {
  store = fixture.store;
});

const queue = (): SendJob =>
  store.outbox.addSend({
    channel: GROUP,
    clientMsgNo: 'own',
    payload: text('tiger-4711'),
    timestamp: START,
    expire: HOUR,
  });
const isThere = (afterSeconds: number): boolean => {
  fixture.nowMs = (START + afterSeconds) * 1000;
  store.expireDue();
  return store.messages.get(GROUP, `${ME.uid}:own`) !== null;
};

const unknown = (clientMsgNo: string, channel = GROUP) =>
  store.outbox.addSend({
    channel,
    clientMsgNo,
    payload: text('x'),
    timestamp: START,
    expire: EXPIRE_UNKNOWN,
  });
const expires = (): (number | undefined)[] => store.outbox.nextSends().map(({ expire }) => expire);

describe('an own message that was written before the time of its chat was known', () => {
  it('gets it as soon as it is, in its own chat only', () => {
    expect(store.conversations.autoDelete(GROUP)).toBeNull();
    unknown('a');
    unknown('b', PERSON);
    store.conversations.setFlameBeforeSend(GROUP, 10);
    expect(store.outbox.nextSends().map(({ payload }) => payload['flame_second'])).toEqual([10, undefined]);
    expect([store.conversations.flame(GROUP), store.conversations.flame(PERSON)]).toEqual([10, null]);
    store.conversations.setAutoDelete(GROUP, HOUR, START);
    expect(expires()).toEqual([HOUR, EXPIRE_UNKNOWN]);
    store = fixture.reopen();
    expect(expires()).toEqual([HOUR, EXPIRE_UNKNOWN]);
  });

  it('also from a tip, and from what was known when the disk had lost only the one', () => {
    unknown('a', PERSON);
    expect(ingest(tip(60, '1分钟'))).toBe(60);
    expect(expires()).toEqual([60]);
    unknown('b', GROUP);
    store.conversations.setAutoDelete(GROUP, HOUR, START);
    unknown('c', GROUP);
    store.conversations.setAutoDelete(GROUP, 0, 0);
    expect(store.outbox.sendJob(GROUP, `${ME.uid}:c`)?.expire).toBe(HOUR);
  });
});

describe('an own message', () => {
  it('goes at its second after the answer, with its words on disk', () => {
    store.outbox.acknowledge(queue(), idOf(1), 1);
    expect(isThere(HOUR - 1)).toBe(true);
    expect(isThere(HOUR)).toBe(false);
    expect(store.conversations.get(GROUP)?.preview).toMatchObject({ kind: 'none' });
  });

  it('that waited has all its time from then on', () => {
    const job = queue();
    expect(isThere(50 * HOUR)).toBe(true);
    store.outbox.acknowledge(job, idOf(1), 1);
    expect(isThere(51 * HOUR - 1)).toBe(true);
    expect(isThere(51 * HOUR)).toBe(false);
  });

  it('that is found in the history counts from when it was stored there', () => {
    const job = queue();
    expect(isThere(2 * HOUR)).toBe(true);
    store.outbox.acknowledge(job, idOf(1), 1, START + 2 * HOUR - 100);
    expect(isThere(3 * HOUR - 101)).toBe(true);
    expect(isThere(3 * HOUR - 100)).toBe(false);
  });

  it.each(['before', 'after'])(
    'keeps its time when a sync that does not carry it comes %s the answer',
    (when) => {
      const job = queue();
      if (when === 'after') store.outbox.acknowledge(job, idOf(1), 1);
      const row = message(1, { fromUid: ME.uid, clientMsgNo: 'own', payload: job.payload, timestamp: START });
      store.messages.ingest([row], 'history');
      expect(isThere(HOUR - 1)).toBe(true);
      expect(isThere(HOUR)).toBe(false);
    },
  );

  it('has its time after a restart', () => {
    queue();
    store = fixture.reopen();
    expect(store.outbox.nextSends()[0]?.expire).toBe(HOUR);
  });
});

const tip = (seconds: number, words: string, change: Partial<ServerMessage> = {}): ServerMessage =>
  message(seconds, {
    channel: PERSON,
    payload: {
      type: 2000,
      content: `{0}设置消息在 ${words} 后自动删除`,
      data: { msg_auto_delete: seconds, data_type: 'autoDeleteForMessage' },
      extra: [{ uid: change.fromUid ?? 'u-bob', name: 'Bob' }],
    },
    ...change,
  });
/** Answers what is set afterwards. */
const ingest = (...tips: ServerMessage[]): number => {
  store.messages.ingest(tips, 'history');
  return store.conversations.autoDelete(tips[0]?.channel ?? PERSON) ?? 0;
};

describe('the setting', () => {
  it.each([
    [45, '45秒'],
    [90, '1分钟'],
    [HOUR, '1小时'],
    [86_400, '1天'],
    [2_592_000, '1月'],
    [31_104_000, '1年'],
  ])('%i s is what a tip says as %s', (seconds, words) => {
    expect(ingest(tip(seconds, words))).toBe(seconds);
    store = fixture.reopen();
    expect(store.conversations.autoDelete(PERSON)).toBe(seconds);
  });

  it('is not taken from a tip that says another time than it sets', () => {
    expect(ingest(tip(1, '1年'))).toBe(0);
  });

  it.each([-1, 1.5, 2 ** 32, '60', null])('is not taken from %j', (seconds) => {
    const odd = tip(60, '1分钟', { fromUid: '' });
    Object.assign((odd.payload as { data: object }).data, { msg_auto_delete: seconds });
    expect(ingest(odd)).toBe(0);
  });

  it('in a group is set by owner and managers only, as far as is known', () => {
    const inGroup = { channel: GROUP, fromUid: 'u-bob' };
    expect(ingest(tip(60, '1分钟', inGroup))).toBe(0);
    const member = {
      groupNo: 'g-1',
      name: 'Bob',
      remark: '',
      version: 1,
      deleted: false,
      status: 1,
      mutedUntil: 0,
    };
    store.people.putMembers('g-1', [{ ...member, uid: 'u-bob', role: 2 }]);
    expect(ingest(tip(61, '1分钟', inGroup))).toBe(61);
  });

  it('is what is newest: tips that are read later, or again, change nothing', () => {
    expect(ingest(tip(120, '2分钟', { timestamp: START + 9 }), tip(60, '1分钟', { timestamp: START }))).toBe(
      120,
    );
    store.conversations.setAutoDelete(PERSON, 0, START + 20);
    expect(ingest(tip(180, '3分钟', { timestamp: START + 10 }))).toBe(0);
    expect(ingest(tip(240, '4分钟', { timestamp: START + 21 }))).toBe(240);
    store.conversations.setAutoDelete(PERSON, 7, START + 20);
    expect(store.conversations.autoDelete(PERSON)).toBe(240);
  });
});
