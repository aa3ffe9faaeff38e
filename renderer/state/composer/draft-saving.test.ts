/** When words that are being written reach the core, which keeps them whatever happens to the page. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { DraftContent } from '../../../shared/ipc/contract/drafts.ts';
import { saveDraft, setText, useComposer } from './composer-store.ts';

const channel = { channelId: 'g', channelType: 2 };
/** What the core has. */
let stored: string[] = [];
/** It cannot write now. */
let full = false;

beforeEach(() => {
  vi.useFakeTimers();
  stored = [];
  full = false;
  const invoke = (name: string, { draft }: { draft: DraftContent }): Promise<unknown> => {
    expect(name).toBe('drafts.set');
    if (full) return Promise.resolve({ ok: false, code: 'internal', message: 'full' });
    stored.push(draft.text);
    return Promise.resolve({ ok: true, value: undefined });
  };
  vi.stubGlobal('window', { setTimeout, clearTimeout, wukong: { invoke } });
});
afterEach(async () => {
  await vi.runAllTimersAsync();
  useComposer.setState({ writings: {}, elsewhere: {} });
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const typeFor = async (ms: number, everyMs: number, begun = ''): Promise<string> => {
  let text = begun;
  for (let at = 0; at < ms; at += everyMs) {
    text += 'a';
    setText(channel, text);
    await vi.advanceTimersByTimeAsync(everyMs);
  }
  return text;
};

it('a pause saves what was typed, once', async () => {
  await typeFor(1_000, 100);
  expect(stored).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(stored).toEqual(['a'.repeat(10)]);
});

it('typing without a pause loses two seconds at most, and is saved no more often', async () => {
  let text = '';
  for (let second = 1; second <= 10; second += 1) {
    text = await typeFor(1_000, 100, text);
    expect(text.length - (stored.at(-1)?.length ?? 0)).toBeLessThanOrEqual(20);
  }
  expect(stored.length).toBeLessThanOrEqual(5);
  expect(stored.length).toBeGreaterThanOrEqual(4);
});

it('a page that goes saves at once, and what was saved is not saved again', async () => {
  setText(channel, 'last letters');
  saveDraft(channel);
  expect(stored).toEqual(['last letters']);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(stored).toEqual(['last letters']);
});

it('what could not be stored is tried again with the next letters, not at each of them', async () => {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  full = true;
  const text = await typeFor(4_000, 100);
  expect(warned.mock.calls.length).toBeGreaterThanOrEqual(1);
  expect(warned.mock.calls.length).toBeLessThanOrEqual(2);
  full = false;
  const more = await typeFor(200, 100, text);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(stored.at(-1)).toBe(more);
});
