/**
 * A part that hangs: it is there, takes what comes, and says nothing. Whoever waits for it is answered in time and told
 * what is true, nothing is recalled that could not be checked, and all is well once it goes on.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { createConnection } from 'mysql2/promise';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Guard } from './guard.ts';
import { type MysqlStore, openMysqlStore } from './store/mysql-store.ts';
import { mysqlMissing, redisMissing, startMysql, startRedis } from './testing/databases.ts';
import { GuardHarness, type Person } from './testing/harness.ts';
import { TSDD_TABLES } from './testing/tsdd-schema.ts';

/** Clients give up a call after so long. */
const CLIENTS_WAIT_MS = 10_000;
const named = (missing: string | null): string => (missing === null ? '' : ` (skipped: ${missing})`);

async function timed<T>(work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await work();
  expect(performance.now() - startedAt).toBeLessThan(CLIENTS_WAIT_MS);
  return result;
}

describe('TSDD', () => {
  let h: GuardHarness;
  let guard: Guard;
  let alice: Person;
  let bob: Person;
  const sockets = new Set<Socket>();
  let hangs = false;
  let close: () => void;

  beforeEach(async () => {
    h = await new GuardHarness().start();
    const front = createServer({ pauseOnConnect: true }, (client) => {
      const tsdd = connect(Number(new URL(h.tsdd.url).port), '127.0.0.1');
      for (const [one, other] of [
        [client, tsdd],
        [tsdd, client],
      ] as const) {
        sockets.add(one);
        one.on('error', () => one.destroy());
        one.on('close', () => other.destroy());
        one.on('data', (bytes) => other.write(bytes));
      }
      if (!hangs) client.resume();
    });
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    close = () => {
      front.close();
      for (const socket of sockets) socket.destroy();
    };
    const tsdd = [`http://127.0.0.1:${(front.address() as AddressInfo).port}`];
    guard = await h.another({ tsdd, metrics: 0 });
    [alice, bob] = [h.tsdd.person('alice'), h.tsdd.person('bob')];
  });
  afterEach(async () => {
    close();
    await guard.close();
    await h.close();
  });

  const setHung = (value: boolean): void => {
    hangs = value;
    for (const socket of sockets) {
      if (value) socket.pause();
      else socket.resume();
    }
  };
  const ask = async (method: string, path: string, body?: object): Promise<[number, string]> => {
    const answer = await fetch(guard.url + path, {
      method,
      headers: { token: alice.token, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return [answer.status, await answer.text()];
  };
  const page = () =>
    ask('POST', '/v1/message/channel/sync', { channel_id: bob.uid, channel_type: 1, limit: 10 });
  const ready = async (): Promise<number> =>
    (await fetch(`http://127.0.0.1:${guard.metricsPort}/ready`)).status;

  test('that hangs is said to be silent, and no recall is taken', async () => {
    const sent = h.say(alice, bob.uid, 'secret');
    const query = new URLSearchParams({
      message_id: sent.messageId,
      channel_id: bob.uid,
      channel_type: '1',
    });
    const recall = () => ask('POST', `/v1/message/revoke?${query.toString()}`);
    // Nobody knows yet who this is but TSDD; and for the other guards' sake.
    expect((await ask('POST', '/v1/conversation/sync', { msg_count: 1 }))[0]).toBe(200);
    expect([(await page())[0], await ready()]).toEqual([200, 200]);
    setHung(true);
    await guard.parts.upstreams.check();
    expect(await ready()).toBe(503);
    const late = [504, expect.stringContaining('业务服务器没有及时应答，请稍后再试')];
    const [read, list, other, recalled] = await timed(() =>
      Promise.all([page(), ask('POST', '/v1/conversation/sync', {}), ask('GET', '/v1/users/u'), recall()]),
    );
    expect([read, list, other]).toEqual([late, late, late]);
    expect(recalled).toEqual([400, expect.stringContaining('更新消息为撤回状态失败！')]);
    expect([h.store.records, h.im.commands('messageRevoke')]).toEqual([[], []]);
    setHung(false);
    await guard.parts.upstreams.check();
    expect([(await page())[0], await ready(), (await recall())[0]]).toEqual([200, 200, 200]);
    expect((await page())[1]).not.toContain('secret');
  }, 60_000);
});

describe.skipIf(mysqlMissing !== null)(`a database${named(mysqlMissing)}`, () => {
  test('that hangs is waited for by no call for long, and asked again once it goes on', async () => {
    const server = await startMysql('hung_test');
    const db = await createConnection(server.url);
    for (const sql of TSDD_TABLES) await db.query(sql);
    await db.query("INSERT INTO gorp_migrations (id) VALUES ('message-20240510-01.sql')");
    const store = await openMysqlStore(server.url);
    const channel = { channelId: 'g', channelType: 2 };
    const sending = { ...channel, fromUid: 'a', clientMsgNo: 'n' };
    const version = 1;
    const record = { ...sending, messageId: '12', messageSeq: 1, revoker: 'a', version, guardOnly: true };
    const command = { ...channel, messageId: '12', attempt: 0, due: 1, at: 1, revoker: 'a', clientMsgNo: '' };
    const row = {
      ...channel,
      at: 1,
      messageId: '12',
      fromUid: 'a',
      revoker: 'a',
      messageType: 1,
      address: '',
    };
    const calls: ((it: MysqlStore) => Promise<unknown>)[] = [
      (it) => it.states(['12'], [sending]),
      (it) => it.roles('g', ['a']),
      (it) => it.revokeSecond(),
      (it) => it.recalledIn(['a'], [channel]),
      (it) => it.anyGuardOnly(),
      (it) => it.guardOnlySince('g', 2, 0, 10),
      (it) => it.auditOf('g', 2, { before: 0, since: 0, revoker: '', limit: 10 }),
      (it) => it.record([record]),
      (it) => it.audit([row]),
      (it) => it.planCommands([command]),
      (it) => it.takeCommands(10, 20, 10),
      (it) => it.commandsDone([command]),
      (it) => it.purgeAudit(10),
    ];
    try {
      server.hang();
      // More than there are connections, twice: those that wait for one are waited for no longer.
      for (let round = 0; round < 2; round += 1) {
        const ends = await timed(() => Promise.allSettled(calls.map((call) => call(store))));
        expect(ends.map(({ status }) => status)).toEqual(calls.map(() => 'rejected'));
      }
      server.goOn();
      await vi.waitFor(() => store.anyGuardOnly(), { timeout: 15_000 });
      const ends = await Promise.allSettled(calls.map((call) => call(store)));
      expect(ends.map(({ status }) => status)).toEqual(calls.map(() => 'fulfilled'));
      // What came too late was done, once.
      expect((await store.states(['12'], [])).records).toHaveLength(1);
      server.hang();
      const waits = store.anyGuardOnly().catch(() => null);
      // A guard that is told to end does.
      await timed(() => store.close());
      await waits;
    } finally {
      server.goOn();
      db.destroy();
      await server.close();
    }
  }, 90_000);
});

describe.skipIf(redisMissing !== null)(`a Redis${named(redisMissing)}`, () => {
  test('that hangs is not taken for one that is heard, keeps no recall waiting, and is heard again', async () => {
    const redis = await startRedis();
    const h = await new GuardHarness().start({ redis: redis.url });
    const other = await h.another({ redis: redis.url });
    const heard = () => [h.guard, other].map(({ parts }) => parts.coherence.heard());
    const [alice, bob] = [h.tsdd.person('alice'), h.tsdd.person('bob')];
    try {
      await vi.waitFor(() => expect(heard()).toEqual([true, true]), { timeout: 10_000 });
      redis.hang();
      const sent = h.say(alice, bob.uid, 'secret');
      expect(await timed(() => h.recall(alice, sent, bob.uid))).toMatchObject({ status: 200 });
      await vi.waitFor(() => expect(heard()).toEqual([false, false]), { timeout: 20_000 });
      await vi.waitFor(() => expect(h.logged.map(({ event }) => event)).toContain('redis_publish_failed'), {
        timeout: 10_000,
      });
      redis.goOn();
      await vi.waitFor(() => expect(heard()).toEqual([true, true]), { timeout: 20_000 });
    } finally {
      redis.goOn();
      await other.close();
      await h.close();
      await redis.close();
    }
  }, 90_000);
});
