/** Who is asked before the app ends, and how long it is waited for. */
import { EventEmitter } from 'node:events';
import type { BrowserWindow } from 'electron';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LastWords } from './last-words.ts';

class FakePage extends EventEmitter {
  readonly told: unknown[][] = [];
  readonly webContents;
  isDestroyed: () => boolean;

  constructor(id: number, { loading = false, destroyed = false } = {}) {
    super();
    this.isDestroyed = () => destroyed;
    const send = (...what: unknown[]): void => void this.told.push(what);
    this.webContents = Object.assign(new EventEmitter(), { id, isLoading: () => loading, send });
  }
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Whether it is over. */
function taking(...pages: FakePage[]): { words: LastWords; isOver: () => Promise<boolean> } {
  const words = new LastWords(() => pages as unknown as BrowserWindow[]);
  let over = false;
  void words.take().then(() => (over = true));
  return {
    words,
    isOver: async () => {
      await vi.advanceTimersByTimeAsync(0);
      return over;
    },
  };
}

it('asks every page by its number, and is over once all have answered', async () => {
  const [main, chat] = [new FakePage(3), new FakePage(5)];
  const { words, isOver } = taking(main, chat);
  expect([main.told, chat.told]).toEqual([[['app.leaving', 3]], [['app.leaving', 5]]]);
  words.said(5);
  words.said(5);
  words.said(99);
  expect(await isOver()).toBe(false);
  words.said(3);
  expect(await isOver()).toBe(true);
});

it('waits for none that is not there, is being loaded, closes or crashes', async () => {
  const [gone, loading] = [new FakePage(1, { destroyed: true }), new FakePage(2, { loading: true })];
  const [closes, crashes] = [new FakePage(3), new FakePage(4)];
  const { isOver } = taking(gone, loading, closes, crashes);
  expect([...gone.told, ...loading.told]).toEqual([]);
  closes.emit('closed');
  expect(await isOver()).toBe(false);
  crashes.webContents.emit('render-process-gone');
  expect(await isOver()).toBe(true);
  expect(await taking().isOver()).toBe(true);
});

it('a page that does not answer has a second', async () => {
  const { isOver } = taking(new FakePage(1));
  await vi.advanceTimersByTimeAsync(999);
  expect(await isOver()).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await isOver()).toBe(true);
});
