import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { message } from './testing/store-fixture.ts';
import { useFixture } from './testing/use-fixture.ts';

const fixture = useFixture();
const logBytes = (): number => statSync(join(fixture.dir, 'cache.db-wal')).size;
const LONG = 8 * 2 ** 20;

test('a log that is long is emptied some seconds after it was written, although nothing is erased', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    // More often than it is looked at. (What is in no field that anybody knows is stored and not indexed.)
    const payload = { type: 1, content: 'a', beside: 'x'.repeat(50_000) };
    for (let seq = 1; seq <= 400; seq += 10) {
      const some = Array.from({ length: 10 }, (_, at) => message(seq + at, { payload }));
      fixture.store.messages.ingest(some, 'live');
    }
    expect(logBytes()).toBeGreaterThan(LONG);
    vi.advanceTimersByTime(2_900);
    expect(logBytes()).toBeGreaterThan(LONG);
    vi.advanceTimersByTime(200);
    expect(logBytes()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
