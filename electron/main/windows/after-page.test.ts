import { expect, it } from 'vitest';
import { AfterPage } from './after-page.ts';

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((done) => setImmediate(done));
};

it('keeps what no page waits for until the first one has asked, in order', async () => {
  const later = new AfterPage();
  const done: number[] = [];
  later.run(() => done.push(1));
  later.run(() => {
    done.push(2);
    throw new Error('no tray');
  });
  later.run(() => done.push(3));
  await turns(3);
  expect(done).toEqual([]);
  const thrown: unknown[] = [];
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => thrown.push(error));
  later.begin();
  expect(done).toEqual([]);
  await turns(6);
  process.removeAllListeners('uncaughtException');
  for (const listener of listeners) process.on('uncaughtException', listener);
  // One that fails takes none of the others with it.
  expect([done, thrown.length]).toEqual([[1, 2, 3], 1]);
  later.begin();
  later.run(() => done.push(4));
  expect(done).toEqual([1, 2, 3, 4]);
});

it('does not wait for ever for a page', async () => {
  const later = new AfterPage(1);
  const { promise, resolve } = Promise.withResolvers<string>();
  later.run(() => resolve('done'));
  await expect(promise).resolves.toBe('done');
});

it('is finished at once where something asks for it', async () => {
  const later = new AfterPage();
  const done: number[] = [];
  later.run(() => done.push(1));
  later.run(() => done.push(2));
  later.begin();
  later.run(() => done.push(3));
  later.finish();
  expect(done).toEqual([1, 2, 3]);
  later.finish();
  await turns(3);
  later.run(() => done.push(4));
  expect(done).toEqual([1, 2, 3, 4]);
});
