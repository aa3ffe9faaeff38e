/**
 * A cache with any number of messages, written around the store as fast as SQLite takes them: for measuring, never for
 * tests.
 */
import Database from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import {
  compactShard,
  createShard,
  SHARD_ROWS,
  shardTable,
} from '../../electron/core/store/tables/search/search-shards.ts';
import { indexText, SEGMENTER_VERSION } from '../../electron/core/store/tables/search/segmenter.ts';
import { cachePath, openDatabase } from '../../electron/core/store/files/database.ts';
import { MESSAGE_COLUMNS, type MessageRow } from '../../electron/core/store/tables/messages/message-row.ts';
import type { ChannelRef } from '../../shared/domain.ts';

export const CHANNELS = 20;
const BATCH = 10_000;
const FIRST_ID = 2_124_791_608_111_960_064n;
const START = 1_790_000_000;
const WORDS = ['release', 'nightly', 'build', 'review', 'rollback', 'staging', 'metrics', 'timeout'];

export const channelAt = (no: number): ChannelRef => ({
  channelId: `bench-group-${no % CHANNELS}`,
  channelType: 2,
});
export const messageIdAt = (n: number): string => (FIRST_ID + BigInt(n) * 4096n).toString();

/**
 * Texts as diverse as a chat's, the same for the same seed: 4 to 32 characters, few of them frequent and most rare,
 * every third with a word and a number.
 */
export function createTexts(seed: number): () => string {
  let state = seed;
  const random = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const rare = (n: number): number => Math.floor(Math.exp(random() * Math.log(n)));
  return () => {
    let text = '';
    for (let left = 4 + Math.floor(random() * 28); left > 0; left -= 1)
      text += random() < 0.08 ? '，' : String.fromCharCode(0x4e00 + rare(3_500) * 5);
    if (random() < 1 / 3) text += ` ${WORDS[rare(8) - 1] ?? ''} ${Math.floor(random() * 100_000)}`;
    return text;
  };
}

/**
 * Fills the folder of an account: message `n` (0 …) is row n + 1, in channel n % CHANNELS, of a person of that group.
 * Answers bytes on disk are whatever SQLite makes of it; about 0.75 GB for 1,000,000.
 */
export function fillCache(accountDir: string, messages: number): void {
  mkdirSync(accountDir, { recursive: true });
  openDatabase(accountDir, () => undefined).db.close();
  const db = new Database(cachePath(accountDir));
  // Nothing here has to survive a crash.
  db.pragma('journal_mode = OFF');
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -200000');
  const addChannel = db.prepare('INSERT INTO channel (no, channel_type, channel_id) VALUES (?, 2, ?)');
  const addConversation = db.prepare(
    'INSERT INTO conversation (channel_no, listed, last_seq, timestamp, read_seq) VALUES (?, 1, ?, ?, ?)',
  );
  const addRange = db.prepare('INSERT INTO seq_range (channel_no, from_seq, to_seq) VALUES (?, 1, ?)');
  const setState = db.prepare('INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)');
  const perChannel = Math.ceil(messages / CHANNELS);
  db.transaction(() => {
    for (let no = 0; no < CHANNELS; no += 1) {
      addChannel.run(no + 1, channelAt(no).channelId);
      addConversation.run(no + 1, perChannel, START + messages, perChannel);
      addRange.run(no + 1, perChannel);
    }
    setState.run('segmenterVersion', String(SEGMENTER_VERSION));
  })();

  const insert = db.prepare(
    `INSERT INTO message (row, ${MESSAGE_COLUMNS.join(', ')}) VALUES (?, ${MESSAGE_COLUMNS.map(() => '?').join(', ')})`,
  );
  const textOf = createTexts(messages);
  let index: Database.Statement | null = null;
  for (let n = 0; n < messages;) {
    db.exec('BEGIN');
    for (const end = Math.min(messages, n + BATCH); n < end; n += 1) {
      const row = n + 1;
      if (index === null || row % SHARD_ROWS === 0) {
        const shard = Math.floor(row / SHARD_ROWS);
        if (index !== null) compactShard(db, shard - 1);
        createShard(db, shard);
        index = db.prepare(`INSERT INTO ${shardTable(shard)} (rowid, text) VALUES (?, ?)`);
      }
      const text = textOf();
      const values = rowOf(n, text);
      insert.run(row, ...MESSAGE_COLUMNS.map((column) => values[column]));
      index.run(row, indexText(text));
    }
    db.exec('COMMIT');
  }
  db.pragma('journal_mode = WAL');
  db.close();
}

export function rowOf(n: number, text: string): MessageRow {
  return {
    message_id: messageIdAt(n),
    channel_no: (n % CHANNELS) + 1,
    seq: Math.floor(n / CHANNELS) + 1,
    client_msg_no: `${(n * 2_654_435_761) >>> 0}-${n}`,
    from_uid: `bench-person-${n % 97}`,
    timestamp: START + n,
    expires_at: 0,
    setting: 0,
    type: 1,
    flame: null,
    album: null,
    voice_played: 0,
    stream: null,
    stream_seq: 0,
    deleted: 0,
    hidden: 0,
    copy: 0,
    shown: 1,
    recalled: 0,
    revoker: null,
    revoker_role: null,
    payload: JSON.stringify({ type: 1, content: text }),
    search_text: text,
    quote_message_id: null,
    shared_kind: 0,
    edited: 0,
    counts: 1,
    mention: 0,
    read_count: null,
  };
}
