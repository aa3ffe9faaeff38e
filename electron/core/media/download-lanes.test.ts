import { expect, it, onTestFinished } from 'vitest';
import { DownloadLanes } from './download-lanes.ts';
import { Places } from './places.ts';

const NEVER = new AbortController().signal;
const SLOW = { bytes: 100, windowMs: 10 };

/** A download that ends when it is told to, or is given up. */
function download(lanes: DownloadLanes, host: string | null, stop: AbortSignal = NEVER) {
  const state = { turns: 0, given: 0, bytes: 0 };
  const done = Promise.withResolvers<void>();
  const result = lanes.run(
    host,
    stop,
    () => state.bytes,
    async (signal) => {
      state.turns += 1;
      const given = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => {
        state.given += 1;
        given.reject(signal.reason as Error);
      });
      await Promise.race([done.promise, given.promise]);
    },
  );
  result.catch(() => undefined);
  return { state, result, finish: () => done.resolve() };
}

it('four foreign downloads that drip do not hold up the server, nor a third host', async () => {
  const lanes = new DownloadLanes({ bytes: 1, windowMs: 60_000 });
  const evil = [1, 2, 3, 4, 5].map(() => download(lanes, 'evil.example'));
  const own = [1, 2, 3, 4, 5].map(() => download(lanes, null));
  const other = download(lanes, 'other.example');
  await expect.poll(() => other.state.turns).toBe(1);
  expect(evil.map(({ state }) => state.turns)).toEqual([1, 1, 0, 0, 0]);
  expect(own.map(({ state }) => state.turns)).toEqual([1, 1, 1, 1, 0]);
  evil[0]?.finish();
  await expect.poll(() => evil[2]?.state.turns).toBe(1);
});

it('who drips gives the place up while others wait, and comes again behind them', async () => {
  const lanes = new DownloadLanes(SLOW);
  const slow = [1, 2, 3, 4].map(() => download(lanes, null));
  const fast = download(lanes, null);
  const timer = setInterval(() => (fast.state.bytes += 1_000), 1);
  onTestFinished(() => clearInterval(timer));
  await expect.poll(() => fast.state.turns).toBe(1);
  expect(slow.some(({ state }) => state.given > 0)).toBe(true);
  fast.finish();
  await fast.result;
  await expect.poll(() => slow.every(({ state }) => state.turns === 1 + state.given)).toBe(true);
  for (const { finish } of slow) finish();
  await Promise.all(slow.map(({ result }) => result));
});

it('nobody waits: a slow line keeps its place', async () => {
  const lanes = new DownloadLanes(SLOW);
  const slow = download(lanes, null);
  let windows = 0;
  const timer = setInterval(() => (windows += 1), SLOW.windowMs);
  await expect.poll(() => windows).toBeGreaterThan(3);
  clearInterval(timer);
  expect(slow.state).toMatchObject({ turns: 1, given: 0 });
  slow.finish();
  await slow.result;
});

it('a place is not wanted from who could not be helped by it', () => {
  const places = new Places(4, 2);
  void places.enter(NEVER, 'a');
  void places.enter(NEVER, 'a');
  void places.enter(NEVER, 'b');
  void places.enter(NEVER, 'a');
  expect([places.wantedFrom('a'), places.wantedFrom('b')]).toEqual([1, 0]);
});

it('one that never comes faster fails, and can be tried again', async () => {
  const lanes = new DownloadLanes(SLOW);
  const waiting = Array.from({ length: 6 }, () => download(lanes, null));
  const ends = await Promise.allSettled(waiting.slice(0, 2).map(({ result }) => result));
  for (const end of ends) expect(end).toMatchObject({ status: 'rejected', reason: { reason: 'network' } });
  for (const { finish } of waiting) finish();
});

it('whoever is stopped while it waits takes no place', async () => {
  const places = new Places(1);
  await places.enter(NEVER);
  const stop = new AbortController();
  const waiting = places.enter(stop.signal);
  stop.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
  places.leave();
  await places.enter(NEVER);
});
