/**
 * The structural half of the leak check (every cached row is parsed, the whole search index is read), as the worker
 * runs it: time against a plain scan of the same table that parses each payload, and the longest time during it in
 * which nobody else got a turn, against that of the scan.
 */
import Database from 'better-sqlite3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openStore } from '../electron/core/account-store/open-store.ts';
import { AccountInspection } from '../electron/core/leak-check/account-inspection.ts';
import { cachePath } from '../electron/core/store/files/database.ts';
import { fillCache } from './support/filled-cache.ts';
import { median, ratioRow, type BenchmarkOptions, type Row } from './support/report.ts';

const ROUNDS = 3;
const MESSAGES = 100_000;
const NOW_MS = 1_790_000_000_000;

interface Taken {
  ms: number;
  /** Longest time without a turn for others. */
  longestMs: number;
}

export async function benchmark({ quick }: BenchmarkOptions): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'wukong-bench-'));
  const cached = quick ? 1_000 : MESSAGES;
  const ours: Taken[] = [];
  const plain: Taken[] = [];
  try {
    fillCache(dir, cached);
    openStore({
      accountDir: dir,
      me: { uid: 'bench', name: 'Bench' },
      now: () => NOW_MS,
      serverOffsetMs: () => 0,
      offerReedit: () => false,
      log: () => undefined,
    }).close();
    for (let turn = 0; turn < (quick ? 1 : ROUNDS); turn += 1) {
      plain.push(await timed(() => Promise.resolve(scan(dir))));
      ours.push(await timed(() => inspect(dir)));
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  const of = (taken: Taken[], value: keyof Taken): number => median(taken.map((one) => one[value]));
  return [
    ratioRow(`leak check of ${cached} messages`, of(ours, 'ms'), 'ms', of(plain, 'ms'), null),
    ratioRow('longest turn meanwhile', of(ours, 'longestMs'), 'ms', of(plain, 'longestMs'), '<= 0.2'),
  ];
}

async function inspect(dir: string): Promise<void> {
  const inspection = new AccountInspection(dir);
  try {
    await inspection.findings(NOW_MS);
  } finally {
    inspection.close();
  }
}

/** What the check would be if it were one statement. */
function scan(dir: string): void {
  const db = new Database(cachePath(dir), { readonly: true });
  try {
    const rows = db.prepare<[], string>('SELECT payload FROM message WHERE payload IS NOT NULL').pluck();
    for (const payload of rows.iterate()) JSON.parse(payload);
  } finally {
    db.close();
  }
}

async function timed(work: () => Promise<void>): Promise<Taken> {
  let longestMs = 0;
  const state = { over: false };
  let last = performance.now();
  const watch = async (): Promise<void> => {
    while (!state.over) {
      await nextTurn();
      const now = performance.now();
      longestMs = Math.max(longestMs, now - last);
      last = now;
    }
  };
  const watching = watch();
  const startedAt = performance.now();
  await work();
  const ms = performance.now() - startedAt;
  await nextTurn();
  state.over = true;
  await watching;
  return { ms, longestMs };
}
