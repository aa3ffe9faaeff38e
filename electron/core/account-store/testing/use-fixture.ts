/** The store of store-fixture.ts, new for each test of a file. */
import { afterEach, beforeEach } from 'vitest';
import { createFixture, type Fixture } from './store-fixture.ts';

/**
 * Call it once, outside the tests: before each of them a store is opened, after each it is closed and erased. What it
 * returns stands for the store of the running test.
 */
export function useFixture(): Fixture {
  let current: Fixture | null = null;
  const running = (): Fixture => {
    if (!current) throw new Error('there is a store only while a test runs');
    return current;
  };
  beforeEach(() => {
    current = createFixture();
  });
  afterEach(() => {
    current?.dispose();
    current = null;
  });
  return new Proxy({} as Fixture, {
    get: (_, name) => Reflect.get(running(), name) as unknown,
    set: (_, name, value) => Reflect.set(running(), name, value),
  });
}
