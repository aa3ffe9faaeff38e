import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../../files/migrations/migrate.ts';
import { cacheMigrations } from '../../files/migrations/index.ts';
import { MESSAGE_COLUMNS, type MessageRow } from './message-row.ts';
import {
  ERASED,
  eraseContent,
  everyColumnIsDecided,
  KEPT_COLUMNS,
  type EveryColumnIsDecided,
} from './keep-or-erase.ts';

test('every column of the table is either kept or erased', () => {
  const db = new Database(':memory:');
  migrate(db, 'main', cacheMigrations);
  const columns = db
    .prepare<[], { name: string }>("SELECT name FROM pragma_table_info('message')")
    .all()
    .map((column) => column.name)
    .filter((name) => name !== 'row')
    .sort();
  db.close();
  expect([...KEPT_COLUMNS, ...Object.keys(ERASED)].sort()).toEqual(columns);
  expect([...MESSAGE_COLUMNS].sort()).toEqual(columns);
});

test('a column that is in neither half, or gone from the table, does not compile', () => {
  // @ts-expect-error: nobody has said what a recall does to `translation`
  const added: EveryColumnIsDecided<MessageRow & { translation: string | null }> = true;
  // @ts-expect-error: the list names a column that the row no longer has
  const removed: EveryColumnIsDecided<Omit<MessageRow, 'payload'>> = true;
  expect([everyColumnIsDecided, added, removed]).toEqual([true, true, true]);
});

test('identity and order stay, everything the message said goes', () => {
  const row: MessageRow = {
    message_id: '9007199254740993',
    channel_no: 1,
    seq: 7,
    client_msg_no: 'c',
    from_uid: 'u',
    timestamp: 8,
    expires_at: 0,
    setting: 0x80,
    type: 1,
    flame: null,
    album: 7,
    voice_played: 1,
    stream: 2,
    stream_seq: 3,
    deleted: 0,
    hidden: 0,
    copy: 0,
    shown: 1,
    recalled: 1,
    revoker: 'r',
    revoker_role: 1,
    payload: '{"type":1,"content":"secret"}',
    search_text: 'secret',
    quote_message_id: '5',
    shared_kind: 3,
    edited: 1,
    counts: 1,
    mention: 1,
    read_count: 3,
  };
  const erased = eraseContent(row);
  for (const column of KEPT_COLUMNS) expect(erased[column]).toBe(row[column]);
  expect(erased).toMatchObject({
    payload: null,
    search_text: null,
    quote_message_id: null,
    shared_kind: 0,
    edited: 0,
    counts: 0,
    mention: 0,
    read_count: null,
  });
});
