/** No word of an edit stays in business.db or its log once the message is recalled (shared/sqlite/page-gaps.ts). */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { ERASED_WITHIN_MS } from '../../../shared/sqlite/log-keeper.ts';
import { openDatabase } from '../store/database.ts';
import { MessageExtras, type StoredMessage } from './message-extras.ts';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';

const SEEDS = 4;
const ROUNDS = 20;
const WORD = /zq[0-9a-z]{12}/g;

function randomOf(seed: number): (below: number) => number {
  let state = Math.imul(seed, 2_654_435_761) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const messageOf = (id: number): StoredMessage => ({
  messageId: String(1_000_000 + id * 7919),
  channelId: 'g',
  channelType: 2,
  messageSeq: id,
  fromUid: 'someone',
  clientMsgNo: `no-${id}`,
  payloadType: 1,
});

test('edits, recalls and what is written next, in random order', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
  const dir = tempFolder('wukong-edit-residue-');
  try {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const folder = join(dir, String(seed));
      const db = openDatabase(folder);
      const extras = new MessageExtras(db, () => 1);
      const below = randomOf(seed);
      const edited = new Map<number, string[]>();
      const erased = new Set<string>();
      for (let round = 0; round < ROUNDS; round += 1) {
        for (let count = 40; count > 0; count -= 1) {
          const id = below(300);
          const word = `zq${Array.from({ length: 12 }, () => below(36).toString(36)).join('')}`;
          const content = JSON.stringify({ type: 1, content: `${word} ${'and on '.repeat(below(60))}` });
          if (!extras.edit(messageOf(id), content)) continue;
          // What an edit replaced is nobody's any more.
          for (const before of edited.get(id) ?? []) erased.add(before);
          edited.set(id, [word]);
        }
        for (let count = below(15); count > 0; count -= 1) {
          const id = below(300);
          extras.recall([messageOf(id)], 'someone', () => undefined);
          for (const before of edited.get(id) ?? []) erased.add(before);
          edited.delete(id);
        }
        db.erased();
        vi.advanceTimersByTime(ERASED_WITHIN_MS);
        const left = readdirSync(folder).flatMap((name) =>
          [...(readFileSync(join(folder, name), 'latin1').match(WORD) ?? [])].filter((word) =>
            erased.has(word),
          ),
        );
        expect({ seed, round, left }).toEqual({ seed, round, left: [] });
      }
      expect(erased.size).toBeGreaterThan(100);
      db.close();
    }
  } finally {
    vi.useRealTimers();
    rmSync(dir, { recursive: true, force: true });
  }
});
