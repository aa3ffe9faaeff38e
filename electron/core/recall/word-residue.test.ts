/**
 * No single word of what was recalled stays in the files: not as a separator of the search index
 * (search/separators.ts), not in the unused part of a page (shared/sqlite/page-gaps.ts). `RESIDUE_SEEDS` sets how many
 * generated histories are played.
 */
import Database from 'better-sqlite3';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { shardsIn, shardTable } from '../store/tables/search/search-shards.ts';
import { cachePath } from '../store/files/database.ts';
import { openStore } from '../account-store/open-store.ts';
import {
  createFixture,
  extraOf,
  GROUP,
  idOf,
  ME,
  message,
  START,
  text,
} from '../account-store/testing/store-fixture.ts';
import { filesUnder } from '../residue/residue-scanner.ts';

const SEEDS = Number(process.env['RESIDUE_SEEDS'] ?? 12);
const ROUNDS = 30;
/** Bytes that tell a word from all others; the beginnings of words are shared. */
const TELLING = 11;
const WORD = /zq[0-9a-z]{4,16}/g;

function randomOf(seed: number): (below: number) => number {
  let state = Math.imul(seed, 2_654_435_761) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Words, or beginnings that tell them from others, which the files hold although they were erased. */
function left(dir: string, erased: ReadonlySet<string>): string[] {
  const bytes = filesUnder(dir).map((path) => readFileSync(path, 'latin1'));
  return bytes.flatMap((file) =>
    [...(file.match(WORD) ?? [])].filter((word) => erased.has(word.slice(0, TELLING))),
  );
}

/** Separators that are no beginning of a word that a row still has; words that the index has lost. */
function brokenIndex(dir: string, words: ReadonlySet<string>): string[] {
  const db = new Database(cachePath(dir));
  try {
    const broken: string[] = [];
    const missing = new Set(words);
    for (const table of shardsIn(db).map(shardTable)) {
      db.exec(`INSERT INTO ${table} (${table}) VALUES ('integrity-check')`);
      db.exec(`CREATE VIRTUAL TABLE temp.${table}_vocab USING fts5vocab (main, ${table}, row)`);
      const terms = db.prepare<[], string>(`SELECT term FROM temp.${table}_vocab`).pluck().all();
      const found = db.prepare<[string], number>(`SELECT 1 FROM ${table} WHERE ${table} MATCH ?`).pluck();
      for (const word of missing) if (found.get(word) === 1) missing.delete(word);
      for (const term of db.prepare<[], Buffer>(`SELECT term FROM ${table}_idx`).pluck().all()) {
        const begin = term.toString('utf8').slice(1);
        if (!terms.some((known) => known.startsWith(begin))) broken.push(begin);
      }
    }
    return [...broken, ...[...missing].map((word) => `not found: ${word}`)];
  } finally {
    db.close();
  }
}

/** A generated history; what is wrong with the files after it. */
function play(seed: number): string[] {
  const problems: string[] = [];
  const note = (when: string, found: readonly string[]): void => {
    for (const word of found) problems.push(`seed ${seed}, ${when}: ${word}`);
  };
  const below = randomOf(seed);
  const fixture = createFixture();
  const image = mkdtempSync(join(dirname(fixture.dir), 'wukong-crash-'));
  const live = new Map<number, string[]>();
  const erased = new Set<string>();
  const letters = (count: number): string =>
    Array.from({ length: count }, () => below(36).toString(36)).join('');
  const stems = ['', '', letters(2), letters(4)];
  const word = (): string => `zq${stems[below(stems.length)] ?? ''}${letters(10)}`;
  let next = 1;
  let version = 1;
  const add = (count: number): void => {
    const list = Array.from({ length: count }, () => {
      const said = word();
      live.set(next, [said]);
      const payload = text(
        `${letters(2)} ${said} ${letters(2 + below(3))} ${'and so on '.repeat(below(20))}`,
      );
      next += 1;
      return message(next - 1, { payload });
    });
    fixture.store.messages.ingest(list, 'live');
  };
  const recallSome = (): void => {
    for (let count = below(12); count > 0; count -= 1) {
      const seq = 1 + below(next - 1);
      for (const said of live.get(seq) ?? []) erased.add(said.slice(0, TELLING));
      live.delete(seq);
      fixture.store.messages.applyRecall({
        channel: GROUP,
        messageId: idOf(seq),
        clientMsgNo: null,
        revoker: null,
        version: (version += 1),
        source: 'cmd',
        startedAt: 0,
      });
    }
  };
  const editOne = (): void => {
    const seq = 1 + below(next - 1);
    const before = live.get(seq);
    if (!before) return;
    const said = word();
    live.set(seq, [said, ...before]);
    const contentEdit = text(`edited ${said} ${'longer than before '.repeat(below(30))}`);
    const extra = extraOf(idOf(seq), { version: (version += 1), contentEdit, editedAt: START });
    fixture.store.messages.applyExtras(GROUP, [extra], 'extra', 0);
  };
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      if (below(2) === 0) add(30);
      else for (let count = 0; count < 15; count += 1) add(1);
      for (let count = below(4); count > 0; count -= 1) editOne();
      recallSome();
      if (below(3) !== 0) continue;
      fixture.store.checkpoint();
      note(`round ${round}`, left(fixture.dir, erased));
      // What is written next must not bring anything back.
      add(3);
      note(`written after round ${round}`, left(fixture.dir, erased));
    }
    recallSome();
    cpSync(fixture.dir, image, { recursive: true });
    const store = openStore({
      accountDir: image,
      me: ME,
      now: () => fixture.nowMs,
      serverOffsetMs: () => 0,
      offerReedit: () => true,
      log: () => undefined,
    });
    note('killed and started again', left(image, erased));
    store.close();
    note('index', brokenIndex(image, new Set([...live.values()].map(([said]) => said ?? ''))));
    return problems;
  } finally {
    fixture.dispose();
    rmSync(image, { recursive: true });
  }
}

test('no word of a recalled message is left in the files, whatever was written around it', () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) expect(play(seed)).toEqual([]);
}, 300_000);
