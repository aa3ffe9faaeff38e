/**
 * 10,000 recalls of a catch-up into the store, as extra/sync brings them (20 channels, pages of 500), until nothing of
 * them is left on disk. Against better-sqlite3 alone making the same changes of rows, index and files in transactions
 * of the same size, tokens prepared and in the best order known; and with 1,000,000 messages in the cache against
 * 10,000. CPU time.
 */
import type Database from 'better-sqlite3';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eraseContent } from '../electron/core/store/tables/messages/keep-or-erase.ts';
import { shardOf, shardTable } from '../electron/core/store/tables/search/search-shards.ts';
import { indexText } from '../electron/core/store/tables/search/segmenter.ts';
import { openDatabase } from '../electron/core/store/files/database.ts';
import { NO_EXTRA } from '../electron/core/store/server-records.ts';
import { CHANGING_COLUMNS, type StoredMessage } from '../electron/core/store/tables/messages/message-row.ts';
import { openStore } from '../electron/core/account-store/open-store.ts';
import { CHANNELS, channelAt, fillCache, messageIdAt } from './support/filled-cache.ts';
import { median, ratioRow, type BenchmarkOptions, type Row } from './support/report.ts';

const ROUNDS = 3;
const RECALLS = 10_000;
const PAGE = 500;

/** Numbers of the messages that a round recalls: pages of one channel each. */
type Recalls = readonly (readonly number[])[];

interface Times {
  ours: number[];
  raw: number[];
}

export async function benchmark({ quick, messages }: BenchmarkOptions): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'wukong-bench-'));
  const recalls = quick ? 40 : RECALLS;
  const rounds = quick ? 1 : ROUNDS;
  const cached = quick ? 1_000 : messages;
  const small = join(dir, 'small');
  const copy = join(dir, 'copy');
  const large = join(dir, 'large');
  try {
    fillCache(small, recalls);
    fillCache(large, cached);
    const few: Times = { ours: [], raw: [] };
    const newest: Times = { ours: [], raw: [] };
    const spread: Times = { ours: [], raw: [] };
    for (let turn = 0; turn < rounds * 2; turn += 1) {
      // ours, raw, raw, ours, ours, raw
      const side = turn % 4 === 0 || turn % 4 === 3 ? 'ours' : 'raw';
      const run = side === 'ours' ? throughStore : alone;
      cpSync(small, copy, { recursive: true });
      few[side].push(run(copy, newestOf(recalls, recalls, 0)));
      rmSync(copy, { recursive: true });
      newest[side].push(run(large, newestOf(cached, recalls, turn)));
      spread[side].push(run(large, spreadOver(cached, recalls, turn)));
    }
    const rate = (times: number[]): number => (recalls / median(times)) * 1000;
    const compared = (name: string, { ours, raw }: Times): Row =>
      ratioRow(`${recalls} recalls, ${name}`, rate(ours), 'recalls/s', rate(raw), '>= 0.5');
    return [
      compared(`${recalls} cached`, few),
      compared(`the newest of ${cached} cached`, newest),
      compared(`spread over ${cached} cached`, spread),
      grown(`newest of ${cached} against ${recalls} cached`, newest.ours, few.ours, '<= 1.2'),
      grown(`spread over ${cached} against ${recalls} cached`, spread.ours, few.ours, null),
      ratioRow(
        'growth of that time, against that of better-sqlite3 alone',
        median(spread.ours) / median(few.ours),
        'times',
        median(spread.raw) / median(few.raw),
        '<= 1',
      ),
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const grown = (name: string, times: number[], base: number[], goal: string | null): Row =>
  ratioRow(`time ${name}`, median(times), 'ms', median(base), goal);

function pagesOf(count: number, numberAt: (i: number) => number): Recalls {
  const perChannel = count / CHANNELS;
  const pages: number[][] = [];
  for (let channel = 0; channel < CHANNELS; channel += 1) {
    for (let from = 0; from < perChannel; from += PAGE) {
      const page: number[] = [];
      for (let i = from; i < Math.min(perChannel, from + PAGE); i += 1)
        page.push(numberAt(i) * CHANNELS + channel);
      pages.push(page);
    }
  }
  return pages;
}

/** The newest `count` messages, or in later turns the ones before: what is recalled soon after it was sent. */
function newestOf(cached: number, count: number, turn: number): Recalls {
  const first = (cached - count * (turn + 1)) / CHANNELS;
  return pagesOf(count, (i) => first + i);
}

/** Evenly over everything below `newestOf`: each on pages of its own, the worst case. */
function spreadOver(cached: number, count: number, turn: number): Recalls {
  const step = Math.floor((cached - count * ROUNDS * 2) / count);
  return pagesOf(count, (i) => i * step + turn);
}

/**
 * CPU time of this process since `start`, ms: a machine shared with others would slow down one size more than the
 * other.
 */
function cpuSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** CPU time from the first page to the end of the checkpoint, ms. */
function throughStore(accountDir: string, pages: Recalls): number {
  const store = openStore({
    accountDir,
    me: { uid: 'bench-me', name: '许一诺' },
    now: () => Date.now(),
    serverOffsetMs: () => 0,
    offerReedit: () => true,
    log: (level, message) => {
      if (level === 'error') throw new Error(message);
    },
  });
  const startedAt = performance.now();
  const start = process.cpuUsage();
  for (const page of pages) {
    const channel = channelAt(page[0] ?? 0);
    const extras = page.map((n) => ({
      ...NO_EXTRA,
      messageId: messageIdAt(n),
      version: n + 1,
      revoke: true,
      revoker: `bench-person-${n % 97}`,
    }));
    store.messages.applyExtras(channel, extras, 'extra', startedAt);
    store.messages.setExtraVersion(channel, extras.at(-1)?.version ?? 1);
    store.changes.take();
  }
  store.checkpoint();
  const ms = cpuSince(start);
  const last = store.messages.byId(messageIdAt(pages.at(-1)?.at(-1) ?? -1));
  store.close();
  if (last?.recall?.state !== 'done') throw new Error('the last message is not recalled');
  return ms;
}

function alone(accountDir: string, pages: Recalls): number {
  const { db } = openDatabase(accountDir, () => undefined);
  // SQLite's own.
  db.pragma('wal_autocheckpoint = 1000');
  const byId = db.prepare<[string], StoredMessage>('SELECT * FROM message WHERE message_id = ?');
  const work = pages.map((page) => page.map((n) => prepared(byId.get(messageIdAt(n)), n)));
  const putExtra = db.prepare(
    `INSERT INTO message_extra (message_id, channel_no, version, revoke, revoker, revoker_version, read, edit_version, edited_at, mutual_deleted)
     VALUES (?, ?, ?, 1, ?, ?, 0, 0, 0, 0)`,
  );
  const update = db.prepare(
    `UPDATE message SET ${CHANGING_COLUMNS.map((column) => `${column} = ?`).join(', ')} WHERE row = ?`,
  );
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const erasers = new Map<number, Database.Statement>();
  const byRow = work.flat().sort((a, b) => a.row - b.row);
  for (const { row } of byRow) {
    const table = shardTable(shardOf(row));
    if (!erasers.has(shardOf(row)))
      erasers.set(
        shardOf(row),
        db.prepare(`INSERT INTO ${table} (${table}, rowid, text) VALUES ('delete', ?, ?)`),
      );
  }

  const start = process.cpuUsage();
  for (const page of work) {
    begin.run();
    for (const { extra, state, row } of page) {
      putExtra.run(extra);
      update.run(state, row);
    }
    commit.run();
  }
  for (let from = 0; from < byRow.length; from += PAGE) {
    begin.run();
    for (const { row, text } of byRow.slice(from, from + PAGE)) erasers.get(shardOf(row))?.run(row, text);
    commit.run();
  }
  db.pragma('main.wal_checkpoint(TRUNCATE)');
  const ms = cpuSince(start);
  db.close();
  return ms;
}

interface Prepared {
  row: number;
  extra: (string | number)[];
  state: (string | number | null)[];
  text: string;
}

function prepared(stored: StoredMessage | undefined, n: number): Prepared {
  if (!stored?.search_text) throw new Error(`message ${n} is not in the cache, or recalled already`);
  const revoker = `bench-person-${n % 97}`;
  const recalled = eraseContent({ ...stored, recalled: 1, revoker });
  return {
    row: stored.row,
    extra: [stored.message_id, stored.channel_no, n + 1, revoker, n + 1],
    state: CHANGING_COLUMNS.map((column) => recalled[column]),
    text: indexText(stored.search_text),
  };
}
