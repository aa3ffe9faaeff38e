/**
 * The leak check accuses nobody wrongly, whatever a message said before it went and however it went; and it accuses
 * whatever was planted, wherever that is.
 */
import Database from 'better-sqlite3';
import * as fc from 'fast-check';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LeakCheck } from '../../../shared/ipc/contract/recall.ts';
import { tableOf } from '../../../shared/strings/index.ts';
import {
  conversation,
  extraOf,
  GROUP,
  idOf,
  ME,
  message,
  PERSON,
  START,
  text,
} from '../account-store/testing/store-fixture.ts';
import { openChecked, type CheckedStore } from './testing/checked-store.ts';

const SECRET = 'Zq7XsecretASCIIxK93 绝密撤回内容甲乙丙';

let checked: CheckedStore;
beforeEach(() => {
  checked = openChecked();
});
afterEach(() => checked.close());

const accused = ({ surfaces }: LeakCheck): unknown[] =>
  surfaces.filter(({ ok, repaired }) => !ok || repaired);

const tamper = (work: (db: Database.Database) => void): void => {
  const db = new Database(join(checked.accountDir, 'cache.db'));
  db.prepare('ATTACH ? AS outbox').run(join(checked.accountDir, 'outbox.db'));
  try {
    work(db);
  } finally {
    db.close();
  }
};

const UID = '436e66604a7d4810869cd8cc690569d8';
/** Words that are on the disk anyway. */
const OWN_WORDS: string[] = [
  'message 1',
  'text',
  '0',
  '1',
  '',
  ' ',
  'ok',
  '好',
  'message',
  'channel',
  'user',
  'u-bob',
  'Bob',
  'g-1',
  'search_text',
  'quote_message_id',
  'client_msg_no',
  'message_search_0',
  'search_0message',
  // As part of an address its space is %20, and "0message" stands in the databases' description.
  'New messages',
  'indexmessage_',
  'sqlite_autoindex_user_1',
  'SELECT * FROM message',
  'CREATE TABLE message',
  'INTEGER NOT NULL',
  'PRIMARY KEY',
  'WITHOUT ROWID',
  'SQLite format 3',
  'unicode61 remove_diacritics 0',
  'segmenterVersion',
  'recallLog',
  'serverOffsetMs',
  'cache.db',
  'outbox.db-wal',
  'accounts/me/cache.db',
  'in-use.lock',
  'outbox-media',
  'image/png',
  '{"type":1,"content":"',
  '"content":"message 2"',
  'content',
  '"payload"',
  '{}',
  '[]',
  'null',
  'undefined',
  'u-bob:no-1',
  idOf(1),
  idOf(2).slice(3),
  UID,
  UID.slice(4, 28),
  'alice2024x',
  'Alice Liddell',
  'zhangsanfeng',
  '00000000',
  '        ',
  'aaaaaaaaaaaaaaaa',
  '\u0000\u0000\u0000\u0000',
  '你好你好你好',
  '😀😀😀',
  'half \ud83d',
  String(START),
  '2026-11-29',
  'https://example.com/a?b=c',
  'file/preview/chat/1/u/x.png',
  'C:\\Users\\me\\a.txt',
];
const STRINGS = [...Object.values(tableOf('zh')), ...Object.values(tableOf('en'))].filter(
  (value) => typeof value === 'string',
);
const said = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...OWN_WORDS) },
  { weight: 2, arbitrary: fc.constantFrom(...STRINGS) },
  { weight: 2, arbitrary: fc.string({ maxLength: 24, unit: 'binary' }) },
  { weight: 2, arbitrary: fc.string({ maxLength: 24 }) },
);
const how = fc.constantFrom('delete', 'recall', 'edit', 'expire', 'clear', 'burn', 'stay');

function people(): void {
  const flags = { muted: false, pinned: false, showRecallNotes: true };
  const user = { name: '张三丰', remark: 'Alice Liddell', username: 'alice2024x', lastOffline: 0 };
  for (const uid of [UID, 'u-bob'])
    checked.store.people.putUsers([{ uid, ...user, ...flags, online: false, friend: true, blocked: false }]);
}

function play(messages: readonly { says: string; goes: string }[]): void {
  const { clock, store } = checked;
  people();
  let seq = 0;
  for (const { says, goes } of messages) {
    seq += 1;
    const payload = text(says, goes === 'burn' ? { flame: 1, flame_second: 0 } : {});
    const expire = goes === 'expire' ? 5 : 0;
    const fromUid = seq % 2 === 0 ? UID : 'u-bob';
    const channel = seq % 3 === 0 ? { channelId: UID, channelType: 1 } : GROUP;
    store.messages.ingest([message(seq, { channel, payload, expire, fromUid, timestamp: START })], 'live');
    const id = idOf(seq);
    const key = `${fromUid}:no-${seq}`;
    if (goes === 'delete') store.messages.deleteForMe(channel, [id]);
    if (goes === 'recall') {
      const recall = {
        channel,
        messageId: id,
        clientMsgNo: null,
        revoker: fromUid,
        version: seq,
        startedAt: 0,
      };
      store.messages.applyRecall({ ...recall, source: 'cmd' });
    }
    if (goes === 'edit') {
      const edit = extraOf(id, { version: seq, contentEdit: text(`${says}!`), editedAt: seq });
      store.messages.applyExtras(channel, [edit], 'extra', 0);
    }
    if (goes === 'clear')
      store.conversations.apply([conversation({ channel, lastMessageSeq: seq, offsetSeq: seq })], false);
    if (goes === 'burn') {
      store.messages.openFlame(channel, key);
      store.messages.leaveFlames(channel);
    }
  }
  clock.nowMs += 10_000;
  store.expireDue();
}

const play1 = fc.array(fc.record({ says: said, goes: how }), { minLength: 1, maxLength: 6 });
const cases = Number(process.env['LEAK_CASES'] ?? 30);

test(
  'whatever was said and however it went: a clean disk is not accused, a planted one is',
  async () => {
    await fc.assert(
      fc.asyncProperty(play1, async (messages) => {
        await checked.close();
        checked = openChecked();
        play(messages);
        expect([messages, accused(await checked.run())]).toEqual([messages, []]);
        // The same disk with a leak: of words that nothing else says.
        const seq = messages.length + 1;
        checked.store.messages.ingest([message(seq, { payload: text(SECRET) })], 'live');
        checked.store.messages.deleteForMe(GROUP, [idOf(seq)]);
        expect(accused(await checked.run())).toEqual([]);
        mkdirSync(join(checked.profileDir, 'logs'));
        writeFileSync(join(checked.profileDir, 'logs', 'main.log'), `x ${SECRET}`);
        expect(accused(await checked.run())).toHaveLength(1);
      }),
      { numRuns: cases },
    );
  },
  60_000 + cases * 2_000,
);

test.each(OWN_WORDS.filter((words) => Buffer.byteLength(words) > 4).map((words) => [words]))(
  'alone on a fresh disk, deleted: "%s"',
  async (words) => {
    play([{ says: words, goes: 'delete' }]);
    expect(accused(await checked.run())).toEqual([]);
  },
);

test('a message that says the second of a recall, or the version of its chat, is no residue there', async () => {
  const version = '1795424770123456';
  checked.store.conversations.apply([conversation({ channel: GROUP, version })], false);
  play([
    { says: String(START), goes: 'delete' },
    { says: version, goes: 'recall' },
    { says: 'good', goes: 'recall' },
  ]);
  expect(accused(await checked.run())).toEqual([]);
});

/** The same words there are the user's own, or a name (docs/recall.md, "Leak check"). */
const RIGHTLY = new Set([
  'outbox.send_job.payload',
  'outbox.action_job.args',
  'outbox.draft.text',
  ...['name', 'remark', 'notice', 'sort_key', 'group_no'].map((column) => `main.group_info.${column}`),
  ...['name', 'remark', 'username', 'sort_key', 'uid'].map((column) => `main.user.${column}`),
  ...['name', 'remark', 'uid'].map((column) => `main.group_member.${column}`),
  'main.reaction.name',
  // What packs of stickers say of themselves: the server's words, which messages have, too.
  'main.sticker_pack.category',
  'main.sticker_pack.about',
  'main.sticker_pack.stickers',
]);
/** Columns that hold JSON. */
const JSON_COLUMNS = new Set(['payload', 'args', 'edit', 'attachment', 'cover', 'mention', 'mention_names']);

interface Column {
  place: string;
  schema: string;
  table: string;
  column: string;
}

function textColumns(): Column[] {
  const columns: Column[] = [];
  tamper((db) => {
    for (const schema of ['main', 'outbox']) {
      const tables = db
        .prepare<[], string>(
          `SELECT name FROM ${schema}.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'
           AND name NOT LIKE 'message_search%' ORDER BY name`,
        )
        .pluck()
        .all();
      for (const table of tables)
        for (const { name, type } of db.pragma(`${schema}.table_info(${table})`) as {
          name: string;
          type: string;
        }[])
          if (type === 'TEXT')
            columns.push({ place: `${schema}.${table}.${name}`, schema, table, column: name });
    }
  });
  return columns;
}

/** A row whose other columns are as small as they may be. */
function plantIn({ schema, table, column }: Column): void {
  const value = JSON_COLUMNS.has(column) ? JSON.stringify(text(SECRET)) : SECRET;
  tamper((db) => {
    // It takes none of a message that is not there.
    if (table === 'pin') db.exec('DROP TRIGGER IF EXISTS pin_of_nothing');
    if (table === 'reaction') db.exec('DROP TRIGGER IF EXISTS reaction_to_nothing');
    const known = db.prepare(`SELECT 1 FROM ${schema}.${table} LIMIT 1`).get();
    if (known) {
      db.prepare(
        `UPDATE ${schema}.${table} SET ${column} = ?
         WHERE rowid IN (SELECT rowid FROM ${schema}.${table} LIMIT 1)`.replaceAll(
          'rowid',
          `"${String((db.pragma(`${schema}.table_info(${table})`) as { name: string; pk: number }[]).find(({ pk }) => pk === 1)?.name)}"`,
        ),
      ).run(value);
      return;
    }
    const all = db.pragma(`${schema}.table_info(${table})`) as { name: string; type: string }[];
    const values = all.map(({ name, type }) => {
      if (name === column) return value;
      if (type !== 'TEXT') return 7;
      return JSON_COLUMNS.has(name) ? '{}' : 'x';
    });
    db.prepare(
      `INSERT INTO ${schema}.${table} (${all.map(({ name }) => name).join(', ')}) VALUES (${all.map(() => '?').join(', ')})`,
    ).run(...values);
  });
}

test('planted in any column of text of any table it is seen', async () => {
  const places = textColumns().filter(({ place }) => !RIGHTLY.has(place));
  expect(places.length).toBeGreaterThan(30);
  const unseen: string[] = [];
  for (const place of places) {
    await checked.close();
    checked = openChecked();
    const { store } = checked;
    play([
      { says: 'first', goes: 'stay' },
      { says: SECRET, goes: 'delete' },
    ]);
    store.outbox.addSend({ channel: PERSON, clientMsgNo: 'waits', payload: text('w'), timestamp: 1 });
    expect(accused(await checked.run())).toEqual([]);
    plantIn(place);
    const check = await checked.run();
    if (accused(check).length === 0) unseen.push(place.place);
  }
  expect(unseen).toEqual([]);
}, 240_000);

const FILES = [
  'accounts/me/cache.db.replaced',
  'accounts/me/media/0123456789abcdef0123456789abcdef.part',
  'accounts/me/outbox-media/leftover',
  'logs/main.log.1',
  'settings.json',
  'notifications.json',
  'chromium/Default/Local Storage/leveldb/000003.log',
];
test.each(FILES)('planted in %s it is seen', async (file) => {
  play([{ says: SECRET, goes: 'recall' }]);
  const path = join(checked.profileDir, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, Buffer.from(SECRET, 'utf16le'));
  expect(accused(await checked.run()).length).toBeGreaterThan(0);
});

test('planted as the name of a file it is seen, whichever of its own names the app uses', async () => {
  play([
    { says: SECRET, goes: 'delete' },
    { says: ME.uid, goes: 'delete' },
  ]);
  expect(accused(await checked.run())).toEqual([]);
  writeFileSync(join(checked.accountDir, `${SECRET}.txt`), '');
  expect(accused(await checked.run())).toHaveLength(1);
});

test('planted in the write-ahead log it is seen', async () => {
  play([{ says: SECRET, goes: 'delete' }]);
  const db = new Database(join(checked.accountDir, 'cache.db'));
  // (A reader keeps the log from being emptied.)
  db.pragma('wal_autocheckpoint = 0');
  db.exec('CREATE TABLE left_over (text TEXT)');
  db.prepare('INSERT INTO left_over VALUES (?)').run(SECRET);
  try {
    expect(accused(await checked.run()).length).toBeGreaterThan(0);
  } finally {
    db.close();
  }
});
