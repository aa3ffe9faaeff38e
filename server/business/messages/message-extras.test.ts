/** A page's state is what each of its rows has, however it is looked up. */
import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';
import { type Db, openDatabase } from '../store/database.ts';
import { MIGRATIONS } from '../store/migrations.ts';
import { recalledNumber } from '../store/recalled-number.ts';
import { MessageExtras, type StoredMessage } from './message-extras.ts';

let dir: string;
let db: Db;
beforeEach(() => {
  dir = tempFolder('wukong-extras-');
  db = openDatabase(dir);
});
afterEach(() => {
  db.close();
  rmSync(dir, { recursive: true, force: true });
});

const CHANNELS = 3;

function messageAt(n: number): StoredMessage {
  return {
    messageId: String(2_124_791_608_111_960_064n + BigInt(n) * 4096n),
    channelId: `g${n % CHANNELS}`,
    channelType: 2,
    messageSeq: Math.floor(n / CHANNELS) + 1,
    fromUid: `u${n % 2}`,
    // Every ninth repeats the one before it in its channel.
    clientMsgNo: `no-${n % 9 === 8 ? n - CHANNELS : n}`,
    payloadType: 1,
  };
}

function randomOf(seed: number): (below: number) => number {
  let state = Math.imul(seed, 2_654_435_761) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test('in random pages: stretches, gaps, several channels, what is cached and what is not', () => {
  const below = randomOf(7);
  const extras = new MessageExtras(db, Date.now);
  const all = Array.from({ length: 900 }, (_, n) => messageAt(n));
  const recalled = new Set<string>();
  for (const message of all) {
    if (below(3) === 0) extras.edit(message, `{"type":1,"content":"${message.messageId}"}`);
    if (below(3) === 0) {
      extras.recall([message], 'u0', () => undefined);
      recalled.add(message.messageId);
    }
  }
  const isCopy = (row: StoredMessage): boolean =>
    all.some(
      (each) =>
        recalled.has(each.messageId) &&
        each.channelId === row.channelId &&
        each.fromUid === row.fromUid &&
        each.clientMsgNo === row.clientMsgNo,
    );
  for (let round = 0; round < 300; round += 1) {
    const fresh = round % 3 === 0 ? extras : new MessageExtras(db, Date.now);
    const from = below(all.length);
    const one = below(CHANNELS);
    const sparse = below(4) === 0;
    const page = all
      .slice(from, from + 30 + below(200))
      .filter((row) => round % 2 === 0 || row.channelId === `g${one}`)
      .filter(() => !sparse || below(6) === 0);
    const quoted = [all[below(all.length)]?.messageId ?? ''];
    const state = fresh.forPage(page, quoted);
    const naive = new MessageExtras(db, Date.now);
    for (const row of page) {
      expect(state.byId(row.messageId)).toEqual(naive.find(row.messageId));
    }
    const notRecalled = page.filter((row) => state.byId(row.messageId)?.revoke !== 1);
    expect(notRecalled.map((row) => state.recalledCopy(row) !== null)).toEqual(notRecalled.map(isCopy));
    for (const id of quoted) expect(state.byId(id)).toEqual(naive.find(id));
  }
});

const messageOf = (n: number, clientMsgNo: string): StoredMessage => ({
  ...messageAt(n * CHANNELS),
  fromUid: 'u0',
  clientMsgNo,
});

test('a client number that only counts as one of a recalled message is of no copy', () => {
  // Found by trying.
  const [one, two] = ['no-112789', 'no-349192'];
  expect(recalledNumber(2, 'g0', one)).toBe(recalledNumber(2, 'g0', two));
  new MessageExtras(db, Date.now).recall([messageOf(1, one)], 'u0', () => undefined);
  const page = [messageOf(2, one), messageOf(3, two)];
  const state = new MessageExtras(db, Date.now).forPage(page, []);
  expect(page.map((row) => state.recalledCopy(row)?.client_msg_no ?? null)).toEqual([one, null]);
});

test.each(['', 'no-\ud800', '号-1', 'ÿĀ', 'a\0b', 'x'.repeat(300)])(
  'a copy is found by its number, whatever it is made of: %j',
  (clientMsgNo) => {
    const [original, copy] = [messageAt(0), messageAt(CHANNELS * 2)].map((row) => ({ ...row, clientMsgNo }));
    if (!original || !copy) throw new Error('two messages');
    new MessageExtras(db, Date.now).recall([original], 'u0', () => undefined);
    // As the IM server's store gives it back.
    const row = { ...copy, clientMsgNo: clientMsgNo.toWellFormed() };
    const state = new MessageExtras(db, Date.now).forPage([row], []);
    // A message without a number is a copy of nothing.
    expect(state.recalledCopy(row)?.message_id ?? null).toBe(clientMsgNo === '' ? null : original.messageId);
  },
);

test('records of an older database are kept, and found', () => {
  db.close();
  rmSync(dir, { recursive: true, force: true });
  dir = tempFolder('wukong-extras-');
  const byPlace = MIGRATIONS.findIndex((sql) => sql.includes('message_extra_by_place'));
  const old = new Database(join(dir, 'business.db'));
  for (const sql of MIGRATIONS.slice(0, byPlace)) old.exec(sql);
  old.pragma(`user_version = ${byPlace}`);
  const insert = old.prepare(
    `INSERT INTO message_extra(message_id, channel_id, channel_type, message_seq, from_uid, client_msg_no, revoke, revoker,
       revoked_at, payload_type, readed_count, is_mutual_deleted, content_edit, edited_at, version)
     VALUES (?, ?, ?, ?, ?, ?, ?, 'u0', 5, 1, 3, 0, ?, 7, ?)`,
  );
  const all = Array.from({ length: 200 }, (_, n) => messageAt(n));
  for (const [n, m] of all.entries()) {
    const edit = n % 2 === 0 ? null : '{"type":1}';
    const { messageId, channelId, channelType, messageSeq, fromUid, clientMsgNo } = m;
    insert.run(
      messageId,
      channelId,
      channelType,
      messageSeq,
      fromUid,
      clientMsgNo,
      (n + 1) % 2,
      edit,
      1_000 + n,
    );
  }
  const before = old.prepare('SELECT * FROM message_extra ORDER BY message_id').all();
  old.close();
  db = openDatabase(dir);
  expect(db.all('SELECT * FROM message_extra ORDER BY message_id')).toEqual(before);
  const page = all.filter(({ channelId }) => channelId === 'g1');
  const state = new MessageExtras(db, Date.now).forPage(page, []);
  expect(page.map(({ messageId }) => state.byId(messageId)?.version)).toEqual(
    page.map(({ messageId }) => 1_000 + all.findIndex((each) => each.messageId === messageId)),
  );
  // Stored again since, under other ids.
  const again = page.map((row) => ({
    ...row,
    messageId: `${row.messageId}9`,
    messageSeq: row.messageSeq + 900,
  }));
  const ofCopies = new MessageExtras(db, Date.now).forPage(again, []);
  const recalled = all.filter((_, n) => (n + 1) % 2 === 1);
  expect(again.map((row) => ofCopies.recalledCopy(row) !== null)).toEqual(
    again.map((row) =>
      recalled.some(
        (each) =>
          each.channelId === row.channelId &&
          each.fromUid === row.fromUid &&
          each.clientMsgNo === row.clientMsgNo,
      ),
    ),
  );
});
