import { expect, it, vi } from 'vitest';
import type { EventName } from '../../shared/ipc/contract/events.ts';
import { EarlyBeginning } from './early-beginning.ts';

type Forward = (event: unknown, payload: unknown) => void;

const EVENTS: ReadonlySet<EventName> = new Set<EventName>(['core.deltas', 'shell.changed']);

function parts() {
  const listeners = new Map<string, Set<Forward>>();
  const answers: PromiseWithResolvers<unknown>[] = [];
  const invoke = vi.fn<(channel: string, ...args: unknown[]) => Promise<unknown>>(() => {
    const answer = Promise.withResolvers<unknown>();
    answers.push(answer);
    return answer.promise;
  });
  const early = new EarlyBeginning({
    invoke,
    on: (event, listener) => listeners.set(event, (listeners.get(event) ?? new Set()).add(listener)),
    removeListener: (event, listener) => listeners.get(event)?.delete(listener),
  });
  const say = (event: EventName, payload: unknown): void => {
    for (const listener of listeners.get(event) ?? []) listener({}, payload);
  };
  return { early, answers, invoke, say, listeners };
}

/** Behind the message by which the page is told. */
const task = (): Promise<void> =>
  new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    const end = (): void => {
      port1.close();
      done();
    };
    port1.addEventListener('message', end, { once: true });
    port1.start();
    port2.postMessage(null);
  });

it('asks before the page does, and gives the answer once', async () => {
  const { early, answers, invoke } = parts();
  expect(early.take('shell.begin', undefined)).toBeNull();
  early.ask(EVENTS);
  expect(invoke.mock.calls).toEqual([['shell.begin']]);
  expect(early.take('shell.state', undefined)).toBeNull();
  expect(early.take('shell.begin', 'an account')).toBeNull();
  answers[0]?.resolve('what there is');
  expect(await early.take('shell.begin', undefined)).toBe('what there is');
  expect(early.take('shell.begin', undefined)).toBeNull();
});

it('tells what was said meanwhile in order, behind the answer and before the page draws', async () => {
  const { early, answers, say, listeners } = parts();
  const seen: unknown[] = [];
  early.ask(EVENTS);
  answers[0]?.resolve('list');
  say('core.deltas', 'recalled');
  say('shell.changed', 'dark');
  say('core.deltas', 'recalled too');

  // The page as it begins: it follows, asks, and draws in a task once the answer is there.
  early.follow('core.deltas', (payload: unknown) => seen.push(payload));
  early.follow('shell.changed', () => {
    throw new Error('a listener failed');
  });
  early.follow('shell.changed', (payload: unknown) => seen.push(payload));
  const failed = vi.fn<(error: unknown) => void>();
  vi.stubGlobal('reportError', failed);
  const page = async (): Promise<void> => {
    seen.push(await early.take('shell.begin', undefined));
    await task();
    seen.push('drawn');
  };
  const drawn = page();
  expect(early.isLive).toBe(false);
  await drawn;
  expect(seen).toEqual(['list', 'recalled', 'dark', 'recalled too', 'drawn']);
  expect(failed).toHaveBeenCalledTimes(1);
  vi.unstubAllGlobals();
  // From now on listeners hear the events themselves.
  expect(early.isLive).toBe(true);
  expect([...listeners.values()].map((all) => all.size)).toEqual([0, 0]);
});

it('keeps nothing for one that no longer follows, and asks again where it was refused', async () => {
  const { early, answers, invoke, say } = parts();
  const seen: unknown[] = [];
  const listener = (payload: unknown): void => void seen.push(payload);
  early.ask(EVENTS);
  answers[0]?.reject(new Error('refused'));
  say('core.deltas', 'early');
  early.follow('core.deltas', listener);
  early.unfollow('core.deltas', listener);
  const taken = early.take('shell.begin', undefined);
  await task();
  expect([seen, invoke.mock.calls.length]).toEqual([[], 2]);
  answers[1]?.resolve('what there is');
  expect(await taken).toBe('what there is');
});

it('holds nothing back where nothing was asked', () => {
  expect(parts().early.isLive).toBe(true);
});
