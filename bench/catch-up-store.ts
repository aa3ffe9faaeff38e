/**
 * 10,000 recalls of a catch-up into the store, as extra/sync brings them (20 channels, pages of 500), until nothing of them is left on disk. Against better-sqlite3 alone making the same changes of rows, index and
 * files in transactions of the same size, tokens prepared and in the best order known; and with 1,000,000 messages in the
 * cache against 10,000.
 */
import type Database from 'better-sqlite3';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eraseContent } from '../electron/core/recall/keep-or-erase.ts';
import { shardOf, shardTable } from '../electron/core/search/search-shards.ts';
import { indexText } from '../electron/core/search/segmenter.ts';
import { openDatabase, truncateLog } from '../electron/core/store/database.ts';
import { NO_EXTRA } from '../electron/core/store/extra-table.ts';
import { STATE_COLUMNS, type StoredMessage } from '../electron/core/store/message-row.ts';
import { openStore } from '../electron/core/store/store.ts';
import { CHANNELS, channelAt, fillCache, messageIdAt } from './filled-cache.ts';
import { median, ratioRow, type BenchmarkOptions, type Row } from './report.ts';

const ROUNDS = 3;
const SMALL = 10_000;
const PAGE = 500;

/** Numbers of the messages that a round recalls: pages of one channel each. */
type Recalls = readonly (readonly number[])[];

export async function benchmark({ quick, messages }: BenchmarkOptions): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'wukong-bench-'));
  const recalls = quick ? 400 : SMALL;
  const large = quick ? 4_000 : messages;
  try {
    const few = measure(dir, recalls, recalls);
    const many = measure(dir, large, recalls);
    const rate = (ms: number): number => (recalls / ms) * 1000;
    const compared = (name: string, { ours, raw }: Times): Row =>
      ratioRow(`${recalls} recalls, ${name}`, rate(ours), 'recalls/s', rate(raw), '>= 0.5');
    return [
      compared(`${recalls} cached`, few.newest),
      compared(`the newest of ${large} cached`, many.newest),
      compared(`spread over ${large} cached`, many.spread),
      ratioRow(
        `time, newest of ${large} against ${recalls} cached`,
        many.newest.ours,
        'ms',
        few.newest.ours,
        '<= 1.2',
      ),
      ratioRow(
        `time, spread over ${large} against ${recalls} cached`,
        many.spread.ours,
        'ms',
        few.newest.ours,
        '<= 1.2',
      ),
      ratioRow('the same, better-sqlite3 alone', many.spread.raw, 'ms', few.newest.raw, null),
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Milliseconds, medians. */
interface Times {
  ours: number;
  raw: number;
}

/** `newest`: the same 10,000 messages, whatever else is cached. `spread`: each on pages of its own, the worst case. */
function measure(dir: string, cached: number, recalls: number): { newest: Times; spread: Times } {
  const template = join(dir, `cache-${cached}`);
  fillCache(template, cached);
  try {
    const newest = alternate(template, join(dir, 'copy'), () => recallsOf(cached, recalls, 1, 0));
    if (cached < recalls * ROUNDS * 4) return { newest, spread: newest };
    // Other messages of the same cache each time.
    const step = Math.floor(cached / recalls);
    const spread = alternate(template, null, (turn) => recallsOf(cached, recalls, step, 1 + turn));
    return { newest, spread };
  } finally {
    rmSync(template, { recursive: true });
  }
}

/** Rounds in a copy of the cache each, or, without a place for copies, all in the same. */
function alternate(template: string, copy: string | null, recallsIn: (turn: number) => Recalls): Times {
  const ours: number[] = [];
  const raw: number[] = [];
  for (let turn = 0; turn < ROUNDS * 2; turn += 1) {
    if (copy !== null) cpSync(template, copy, { recursive: true });
    const accountDir = copy ?? template;
    // ours, raw, raw, ours, ours, raw
    const isOurs = turn % 4 === 0 || turn % 4 === 3;
    if (isOurs) ours.push(throughStore(accountDir, recallsIn(turn)));
    else raw.push(alone(accountDir, recallsIn(turn)));
    if (copy !== null) rmSync(copy, { recursive: true });
  }
  return { ours: median(ours), raw: median(raw) };
}

/** `count` messages, the newest of every `step`, or `back` older than these: pages of one channel each. */
function recallsOf(cached: number, count: number, step: number, back: number): Recalls {
  const perChannel = Math.floor(count / CHANNELS);
  const first = Math.floor(cached / CHANNELS) - perChannel * step;
  const pages: number[][] = [];
  for (let channel = 0; channel < CHANNELS; channel += 1) {
    for (let from = 0; from < perChannel; from += PAGE) {
      const page: number[] = [];
      for (let i = from; i < Math.min(perChannel, from + PAGE); i += 1)
        page.push((first + (i + 1) * step - 1 - back) * CHANNELS + channel);
      pages.push(page);
    }
  }
  return pages;
}

/** Milliseconds from the first page to the end of the checkpoint. */
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
  for (const page of pages) {
    const channel = channelAt(page[0] ?? 0);
    const extras = page.map((n) => ({
      ...NO_EXTRA,
      messageId: messageIdAt(n),
      version: n + 1,
      revoke: true,
      revoker: `bench-person-${n % 97}`,
    }));
    store.applyExtras(channel, extras, 'extra', startedAt);
    store.setExtraVersion(channel, extras.at(-1)?.version ?? 1);
    store.changes.take();
  }
  store.checkpoint();
  const ms = performance.now() - startedAt;
  const last = store.messageById(messageIdAt(pages.at(-1)?.at(-1) ?? -1));
  store.close();
  if (last?.recall?.state !== 'done') throw new Error('the last message is not recalled');
  return ms;
}

function alone(accountDir: string, pages: Recalls): number {
  if (!existsSync(accountDir)) throw new Error(`${accountDir} is missing`);
  const { db } = openDatabase(accountDir, () => undefined);
  const byId = db.prepare<[string], StoredMessage>('SELECT * FROM message WHERE message_id = ?');
  const work = pages.map((page) => page.map((n) => prepared(byId.get(messageIdAt(n)), n)));
  const putExtra = db.prepare(
    `INSERT INTO message_extra (message_id, channel_no, version, revoke, revoker, revoker_version, read, edit_version, edited_at, mutual_deleted)
     VALUES (?, ?, ?, 1, ?, ?, 0, 0, 0, 0)`,
  );
  const update = db.prepare(
    `UPDATE message SET ${STATE_COLUMNS.map((column) => `${column} = ?`).join(', ')} WHERE row = ?`,
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

  const startedAt = performance.now();
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
  truncateLog(db, 'main');
  const ms = performance.now() - startedAt;
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
    state: STATE_COLUMNS.map((column) => recalled[column]),
    text: indexText(stored.search_text),
  };
}
