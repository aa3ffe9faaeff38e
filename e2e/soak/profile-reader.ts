/**
 * What a profile's databases hold, read without the app's own code: of a dead app (from a copy) or of a running one.
 */
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { tokenOf, type CacheRow } from './record.ts';

export interface WaitingSend {
  token: string | null;
  channel: string;
  clientMsgNo: string;
  state: string;
  /** Its SEND may have been written and its acknowledgement is not stored. */
  mayHaveLeft: boolean;
}

export interface OutboxContent {
  sends: WaitingSend[];
  /** Message ids whose recall the server has not confirmed. */
  recalls: string[];
  /** Text of each draft, by channel. */
  drafts: Map<string, string>;
}

export interface DeadProfile extends OutboxContent {
  /** 'ok', or what `PRAGMA quick_check` says, of each database that is there. */
  checks: string[];
  /** Of the cache; 0 = there was none. */
  schemaVersion: number;
  /** Message ids recalled in the cache. */
  recalledInCache: Set<string>;
}

/** The only account of a profile; null while there is none. */
export function accountFolder(userDataDir: string): string | null {
  const accounts = join(userDataDir, 'accounts');
  const name = existsSync(accounts) ? readdirSync(accounts)[0] : undefined;
  return name === undefined ? null : join(accounts, name);
}

function withDatabase<T>(path: string, options: Database.Options, read: (db: Database.Database) => T): T {
  const db = new Database(path, options);
  try {
    return read(db);
  } finally {
    db.close();
  }
}

/** Works on a copy: opening the original would already repair what the kill left behind. */
export function readDeadProfile(userDataDir: string): DeadProfile {
  const folder = accountFolder(userDataDir);
  if (folder === null) throw new Error('the profile has no account');
  const copy = mkdtempSync(join(tmpdir(), 'wukong-soak-copy-'));
  try {
    for (const file of ['cache.db', 'cache.db-wal', 'outbox.db', 'outbox.db-wal']) {
      if (existsSync(join(folder, file))) copyFileSync(join(folder, file), join(copy, file));
    }
    const checks: string[] = [];
    let schemaVersion = 0;
    let recalledInCache = new Set<string>();
    const cache = join(copy, 'cache.db');
    if (existsSync(cache)) {
      withDatabase(cache, {}, (db) => {
        checks.push(quickCheck(db));
        schemaVersion = Number(db.pragma('user_version', { simple: true }));
        if (schemaVersion > 0) recalledInCache = new Set(recalledIds(db));
      });
    }
    const outbox = withDatabase(join(copy, 'outbox.db'), {}, (db) => {
      checks.push(quickCheck(db));
      return outboxOf(db);
    });
    return { ...outbox, checks, schemaVersion, recalledInCache };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

const quickCheck = (db: Database.Database): string => String(db.pragma('quick_check', { simple: true }));

function recalledIds(db: Database.Database): string[] {
  return db
    .prepare<[], { id: string }>('SELECT message_id AS id FROM message WHERE recalled = 1')
    .all()
    .map((row) => row.id);
}

interface ChannelColumns {
  type: number;
  id: string;
}
const channelOf = (row: ChannelColumns): string => `${row.type}/${row.id}`;

function outboxOf(db: Database.Database): OutboxContent {
  const sends = db
    .prepare<[], ChannelColumns & { payload: string; no: string; state: string; ahead: number }>(
      'SELECT channel_type AS type, channel_id AS id, payload, client_msg_no AS no, state, ahead FROM send_job ORDER BY send_job.id',
    )
    .all();
  const recalls = db.prepare<[], { id: string }>('SELECT message_id AS id FROM recall_job').all();
  const drafts = db
    .prepare<[], ChannelColumns & { text: string }>(
      'SELECT channel_type AS type, channel_id AS id, text FROM draft',
    )
    .all();
  return {
    sends: sends.map((row) => ({
      token: tokenOf(row.payload),
      channel: channelOf(row),
      clientMsgNo: row.no,
      state: row.state,
      mayHaveLeft: row.state === 'sending' || row.ahead === 1,
    })),
    recalls: recalls.map((row) => row.id),
    drafts: new Map(drafts.map((row) => [channelOf(row), row.text])),
  };
}

/** The outbox of a running app. */
export function readOutbox(userDataDir: string): OutboxContent {
  return withDatabase(join(accountFolder(userDataDir) ?? '', 'outbox.db'), { readonly: true }, outboxOf);
}

/** The messages in the cache of a running app, from these seqs on (by channel; absent = all of the channel). */
export function readCache(userDataDir: string, from: ReadonlyMap<string, number>): CacheRow[] {
  return withDatabase(join(accountFolder(userDataDir) ?? '', 'cache.db'), { readonly: true }, (db) => {
    const rows = db
      .prepare<
        [],
        ChannelColumns & {
          message: string;
          seq: number;
          no: string;
          sender: string;
          payload: string | null;
          recalled: number;
          shown: number;
        }
      >(
        `SELECT c.channel_type AS type, c.channel_id AS id, m.message_id AS message, m.seq, m.client_msg_no AS no,
         m.from_uid AS sender, m.payload, m.recalled, m.shown FROM message m JOIN channel c ON c.no = m.channel_no`,
      )
      .all();
    return rows
      .map((row) => ({
        channel: channelOf(row),
        messageId: row.message,
        messageSeq: row.seq,
        clientMsgNo: row.no,
        fromUid: row.sender,
        text: row.payload === null ? null : textOf(row.payload),
        recalled: row.recalled === 1,
        shown: row.shown === 1,
      }))
      .filter((row) => row.messageSeq >= (from.get(row.channel) ?? 0));
  });
}

/** What a message says, or what its file is called. */
function textOf(payload: string): string {
  const { content, name } = JSON.parse(payload) as { content?: unknown; name?: unknown };
  const text = content ?? name;
  return typeof text === 'string' ? text : '';
}

/** Names of the files in the account's folders of files that no row of its databases names. */
export function strayFiles(userDataDir: string): string[] {
  const folder = accountFolder(userDataDir) ?? '';
  const named = new Set<string>();
  for (const [database, ...tables] of NAMING) {
    withDatabase(join(folder, database), { readonly: true }, (db) => {
      for (const from of tables)
        for (const row of db.prepare(`SELECT * FROM ${from}`).all())
          for (const [name] of JSON.stringify(row).matchAll(/[0-9a-f]{32}/g)) named.add(name);
    });
  }
  // (Neither is there before the first file.)
  const places = ['media', 'outbox-media'].filter((place) => existsSync(join(folder, place)));
  return places.flatMap((place) =>
    readdirSync(join(folder, place)).flatMap((name) =>
      named.has(name.slice(0, 32)) ? [] : `${place}/${name}`,
    ),
  );
}

/** Where files are named, by database. */
const NAMING = [
  ['cache.db', 'media_file'],
  ['outbox.db', 'send_job', 'draft_file'],
] as const;
