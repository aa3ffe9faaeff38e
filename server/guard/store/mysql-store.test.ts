/** The SQL against a real MariaDB or MySQL; skipped by name where there is none (testing/databases.ts). */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type Connection, createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OwnServer, mysqlMissing, startMysql } from '../testing/databases.ts';
import { Metrics } from '../metrics.ts';
import { TSDD_TABLES } from '../testing/tsdd-schema.ts';
import type { PendingCommand, RecallRecord } from './guard-store.ts';
import { deletionOf, type MysqlStore, openMysqlStore } from './mysql-store.ts';
import { RecallStates } from './recall-states.ts';

const ID = 2_124_791_608_111_960_064n;
const command = (at: bigint, attempt: number, due: number): PendingCommand => ({
  messageId: String(ID + at),
  attempt,
  due,
  at: 1_000,
  channelId: 'g',
  channelType: 2,
  revoker: 'a',
  clientMsgNo: 'number 你',
});

const byKey = (rows: readonly PendingCommand[]): string[] =>
  rows.map((each) => `${each.messageId}/${each.attempt}`).toSorted();

describe.skipIf(mysqlMissing !== null)(
  `the store in MySQL${mysqlMissing === null ? '' : ` (skipped: ${mysqlMissing})`}`,
  () => {
    let server: OwnServer;
    let db: Connection;
    let store: MysqlStore;

    beforeAll(async () => {
      server = await startMysql('guard_test');
      db = await createConnection(server.url);
    }, 60_000);
    afterAll(async () => {
      await store?.close();
      await db.end();
      await server.close();
    }, 60_000);

    test('a database that is no TSDD, or an unknown one, is refused in one sentence', async () => {
      await expect(openMysqlStore(server.url)).rejects.toThrow(
        "--mysql: the database has no table message_extra: it is not TSDD's, or the account may not read it",
      );
      for (const sql of TSDD_TABLES) await db.query(sql);
      await expect(openMysqlStore(server.url)).rejects.toThrow(
        '--mysql: migration message-20240510-01.sql was not applied: this version of TSDD is too old',
      );
      await db.query("INSERT INTO gorp_migrations (id) VALUES ('message-20240510-01.sql')");
      await db.query('ALTER TABLE message_extra RENAME COLUMN revoker TO revoked_by');
      await expect(openMysqlStore(server.url)).rejects.toThrow(
        '--mysql: table message_extra has no column revoker: this version of TSDD is not known',
      );
      await db.query('ALTER TABLE message_extra RENAME COLUMN revoked_by TO revoker');
      await expect(openMysqlStore(server.url.replace(/\/\w+$/, '/no_such_database'))).rejects.toThrow(
        '--mysql: the database cannot be read',
      );
      store = await openMysqlStore(server.url);
      // A second guard finds its tables made.
      await (await openMysqlStore(server.url)).close();
    });

    test('states of ids that differ in the last digit, in batches of any size, by the unique key', async () => {
      for (const [at, revoke, deleted] of [
        [0n, 1, 0],
        [1n, 0, 0],
        [2n, 0, 1],
      ] as const)
        await db.query(
          'INSERT INTO message_extra (message_id, `revoke`, revoker, is_deleted) VALUES (?, ?, ?, ?)',
          [String(ID + at), revoke, 'bob', deleted],
        );
      const ids = Array.from({ length: 1_300 }, (_, at) => String(ID + BigInt(at)));
      const { states } = await store.states([...ids, 'no id'], []);
      expect(states).toEqual([
        { messageId: String(ID), revoked: true, revoker: 'bob', deleted: false },
        { messageId: String(ID + 2n), revoked: false, revoker: 'bob', deleted: true },
      ]);
      const [plan] = await db.query<never>(
        "EXPLAIN SELECT message_id FROM message_extra WHERE message_id IN ('1','2','3') AND (`revoke` = 1 OR is_deleted = 1)",
      );
      expect(plan).toMatchObject([{ possible_keys: 'message_id' }]);
    });

    test('roles of members only, and the window that was set last', async () => {
      await db.query(
        "INSERT INTO group_member (group_no, uid, role, is_deleted) VALUES ('g','a',1,0),('g','b',2,0),('g','c',0,1)",
      );
      expect([...(await store.roles('g', ['a', 'b', 'c', 'd']))]).toEqual([
        ['a', 1],
        ['b', 2],
      ]);
      expect(await store.revokeSecond()).toBe(-1);
      await db.query(
        "INSERT INTO app_config (revoke_second, created_at) VALUES (120, '2020-01-01'), (60, '2021-01-01')",
      );
      const fresh = await openMysqlStore(server.url);
      expect(await fresh.revokeSecond()).toBe(60);
      await fresh.close();
    });

    test('records are kept once, found by id and by sending, and given to extra/sync by version', async () => {
      const record = (at: bigint, more: Partial<RecallRecord> = {}): RecallRecord => ({
        messageId: String(ID + at),
        channelId: 'a@b',
        channelType: 1,
        messageSeq: 7,
        fromUid: 'a',
        clientMsgNo: 'number 你',
        revoker: 'a',
        version: 1_795_424_770_782_710 + Number(at),
        guardOnly: false,
        ...more,
      });
      expect(await store.anyGuardOnly()).toBe(false);
      const rows = [record(10n), record(11n, { guardOnly: true }), record(12n, { guardOnly: true })];
      expect(await store.record(rows)).toEqual(rows.map(({ messageId }) => messageId));
      expect(await store.record([record(10n, { revoker: 'somebody else' })])).toEqual([]);
      expect((await store.states([String(ID + 10n)], [])).records).toEqual([rows[0]]);
      const sending = { channelId: 'a@b', channelType: 1, fromUid: 'a', clientMsgNo: 'number 你' };
      expect((await store.states([], [sending])).records).toHaveLength(3);
      expect((await store.states([], [{ ...sending, clientMsgNo: 'Number 你' }])).records).toEqual([]);
      expect(await store.anyGuardOnly()).toBe(true);
      expect(await store.guardOnlySince('a@b', 1, (rows[1] as RecallRecord).version, 10)).toEqual([rows[2]]);
    });

    test('a client number that is longer than its column keeps no message from being recalled', async () => {
      const long = 'ü'.repeat(30_000);
      const sending = { channelId: 'long', channelType: 2, fromUid: 'a', clientMsgNo: long };
      const row = { ...sending, messageId: String(ID + 30n), messageSeq: 7, revoker: 'a', version: 9 };
      expect(await store.record([{ ...row, guardOnly: false }])).toEqual([row.messageId]);
      const others = ['n', `${long}x`].map((clientMsgNo) => ({ ...sending, clientMsgNo }));
      expect((await store.states([], [...others, sending])).records).toEqual([{ ...row, guardOnly: false }]);
      expect((await store.states([], others)).records).toEqual([]);
      const states = new RecallStates(store, new Metrics(), Date.now);
      const copy = { ...sending, messageId: String(ID + 31n) };
      for (const key of [copy, { ...copy, channelId: 'other' }])
        expect((await states.page([], [key])).copy(key)?.revoked).toBe(key === copy ? true : undefined);
      await store.planCommands([{ ...command(30n, 0, 500), clientMsgNo: long }]);
      const taken = await store.takeCommands(600, 700, 10);
      expect(taken).toMatchObject([{ messageId: row.messageId, clientMsgNo: '' }]);
      await store.commandsDone(taken);
    });

    test('where somebody, or a channel, had something recalled is found without reading all of it', async () => {
      const rows = Array.from({ length: 500 }, (_, at): RecallRecord => ({
        messageId: String(ID + 1_000n + BigInt(at)),
        channelId: at < 200 ? 'much' : `one-${at}`,
        channelType: 2,
        messageSeq: at,
        fromUid: at % 2 === 0 ? 'even' : 'odd',
        clientMsgNo: `p${at}`,
        revoker: 'odd',
        version: at,
        guardOnly: at % 3 === 0,
      }));
      await store.record(rows);
      const found = await store.recalledIn(
        ['even', 'nobody'],
        [
          { channelId: 'much', channelType: 2 },
          { channelId: 'much', channelType: 1 },
          { channelId: 'one-201', channelType: 2 },
          { channelId: 'none', channelType: 2 },
        ],
      );
      // 151 there are; no page asks in more.
      expect(found.ofAuthors).toHaveLength(128);
      for (const { fromUid, channelId } of found.ofAuthors)
        expect(rows.some((row) => row.fromUid === fromUid && row.channelId === channelId)).toBe(true);
      expect(found.channels).toEqual([
        { channelId: 'much', channelType: 2 },
        // By its id alone: WuKongIM is asked in vain, and the database has not to look through a whole channel.
        { channelId: 'much', channelType: 1 },
        { channelId: 'one-201', channelType: 2 },
      ]);
    });

    test('a database of an earlier guard gets its places from its records', async () => {
      await db.query('DROP TABLE wukong_guard_place');
      const again = await openMysqlStore(server.url);
      const { ofAuthors } = await again.recalledIn(['odd'], []);
      expect(ofAuthors).toHaveLength(128);
      expect(ofAuthors).toContainEqual({ fromUid: 'odd', channelId: 'much', channelType: 2 });
      await again.close();
    });

    test('a command that is due is given to one guard at a time, and forgotten once it went out', async () => {
      const commands = [0, 1, 2].flatMap((attempt) =>
        [20n, 21n, 22n].map((at) => command(at, attempt, 1_000 + attempt * 1_000)),
      );
      await store.planCommands(commands);
      await store.planCommands(commands.slice(0, 2));
      const both = await Promise.all([
        store.takeCommands(2_001, 9_000, 100),
        store.takeCommands(2_001, 9_001, 100),
      ]);
      expect(byKey(both.flat())).toEqual(byKey(commands.slice(0, 6)));
      expect(both.flat().find(({ attempt }) => attempt === 1)).toMatchObject({
        due: 2_000,
        clientMsgNo: 'number 你',
      });
      await store.commandsDone(commands.slice(0, 6));
      expect(await store.takeCommands(10_000, 11_000, 2)).toEqual(commands.slice(6, 8));
      expect(byKey(await store.takeCommands(20_000, 30_000, 100))).toEqual(byKey(commands.slice(6)));
      for (const count of [1, 2]) {
        const keys = commands.slice(0, count).flatMap(({ messageId, attempt }) => [messageId, attempt]);
        const [plan] = await db.query<never>(`EXPLAIN ${deletionOf(count)}`, keys);
        expect(plan).toMatchObject([{ key: 'PRIMARY' }]);
      }
      await store.commandsDone(commands);
      expect(await store.takeCommands(99_000, 99_001, 100)).toEqual([]);
    });

    test('the audit keeps who, what, when and from where, and forgets in time', async () => {
      const row = {
        at: 1_000,
        messageId: String(ID),
        channelId: 'g',
        channelType: 2,
        fromUid: 'a',
        revoker: 'b',
        messageType: 2,
        address: '::1',
      };
      await store.audit([row, { ...row, at: 2_000 }, { ...row, channelId: 'other' }]);
      const all = { before: 0, since: 0, revoker: '', limit: 10 };
      const kept = await store.auditOf('g', 2, all);
      expect(kept).toMatchObject([{ at: 2_000, messageId: String(ID), address: '::1' }, { at: 1_000 }]);
      expect(await store.auditOf('g', 2, { ...all, before: kept[0]?.id ?? 0 })).toMatchObject([
        { at: 1_000 },
      ]);
      expect(await store.purgeAudit(2_000)).toBe(2);
      expect(await store.auditOf('g', 2, all)).toHaveLength(1);
    });

    test('a database that hangs keeps nobody waiting for more than its time, and is asked again afterwards', async () => {
      const { hostname, port } = new URL(server.url);
      const sockets = new Set<Socket>();
      let hangs = false;
      const relay = createServer((client) => {
        if (hangs) {
          sockets.add(client.on('error', () => client.destroy()));
          return;
        }
        const behind = connect(Number(port), hostname);
        for (const socket of [client, behind]) {
          sockets.add(socket);
          socket.on('error', () => socket.destroy());
        }
        client.pipe(behind).pipe(client);
      });
      await new Promise<void>((done) => relay.listen(0, '127.0.0.1', done));
      const through = new URL(server.url);
      through.port = String((relay.address() as AddressInfo).port);
      const own = await openMysqlStore(through.href);
      const states = new RecallStates(own, new Metrics(), Date.now);
      await states.page([String(ID)], []);
      hangs = true;
      for (const socket of sockets) socket.pause().unpipe();
      const startedAt = performance.now();
      const many = Array.from({ length: 40 }, (_, at) => states.page([String(ID + 500n + BigInt(at))], []));
      expect((await Promise.allSettled(many)).every(({ status }) => status === 'rejected')).toBe(true);
      expect(performance.now() - startedAt).toBeLessThan(10_000);
      // The others do not even ask.
      await expect(states.page(['1'], [])).rejects.toThrow('did not answer a moment ago');
      hangs = false;
      for (const socket of sockets) socket.destroy();
      await expect
        .poll(() => states.page([String(ID)], []).catch(() => null), { timeout: 10_000 })
        .not.toBeNull();
      for (const socket of sockets) socket.destroy();
      await own.close();
      relay.close();
    }, 30_000);

    test('an account that may only read TSDD and write the four tables of the guard is enough', async () => {
      await db.query("CREATE USER 'guard'@'%' IDENTIFIED BY 'pw'");
      for (const table of ['message_extra', 'group_member', 'app_config', 'gorp_migrations'])
        await db.query(`GRANT SELECT ON guard_test.${table} TO 'guard'@'%'`);
      for (const [table, rights] of [
        ['recall', 'CREATE, SELECT, INSERT'],
        ['place', 'CREATE, SELECT, INSERT'],
        ['audit', 'CREATE, SELECT, INSERT, DELETE'],
        ['command', 'CREATE, SELECT, INSERT, UPDATE, DELETE'],
      ])
        await db.query(`GRANT ${rights} ON guard_test.wukong_guard_${table} TO 'guard'@'%'`);
      const url = server.url.replace('root@', 'guard:pw@');
      const own = await openMysqlStore(url);
      const planned = [command(30n, 0, 1)];
      await own.planCommands(planned);
      await own.planCommands(planned);
      expect(await own.takeCommands(2, 3, 1)).toEqual(planned);
      await own.commandsDone(planned);
      expect((await own.states([String(ID)], [])).states).toHaveLength(1);
      await own.audit([
        {
          at: 1,
          messageId: '1',
          channelId: 'g',
          channelType: 2,
          fromUid: 'a',
          revoker: 'b',
          messageType: 0,
          address: '',
        },
      ]);
      expect(await own.purgeAudit(2)).toBe(1);
      const sending = { channelId: 'g', channelType: 2, fromUid: 'a', clientMsgNo: 'of the account' };
      const record = {
        ...sending,
        messageId: '77',
        messageSeq: 7,
        revoker: 'a',
        version: 1,
        guardOnly: false,
      };
      await own.record([record]);
      await own.record([{ ...record, revoker: 'b' }]);
      await own.close();
      const guard = await createConnection(url);
      await expect(guard.query('DELETE FROM wukong_guard_recall')).rejects.toThrow('DELETE command denied');
      await guard.end();
      // A copy that TSDD has no row of, under an id that nobody knew: found by its sending.
      expect(await store.states([String(ID + 900n)], [sending])).toEqual({ states: [], records: [record] });
    });
  },
);
