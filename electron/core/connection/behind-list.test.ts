import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BehindList } from './behind-list.ts';
import type { Connection } from './connection-api.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function held() {
  const connection = {
    state: { state: 'connecting' as const },
    transport: 'tcp',
    lastPingMs: 7,
    start: vi.fn<() => void>(),
    retryNow: vi.fn<(anew?: boolean) => void>(),
    replace: vi.fn<(reason: string) => void>(),
    send: vi.fn<Connection['send']>(),
    close: vi.fn<() => Promise<void>>(() => Promise.resolve()),
  };
  const behind = new BehindList({ latestMs: 500, drawingMs: 100 });
  return { behind, connection, it: behind.hold(connection) };
}

it('begins a moment after what the page asks behind its list', () => {
  const { behind, connection, it } = held();
  it.start();
  behind.asked('bookmarks.refs');
  behind.asked('core.bootstrap');
  vi.advanceTimersByTime(300);
  expect(connection.start).not.toHaveBeenCalled();
  behind.asked('bookmarks.refs');
  vi.advanceTimersByTime(60);
  // What follows puts nothing off.
  behind.asked('contacts.list');
  vi.advanceTimersByTime(39);
  expect(connection.start).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(connection.start).toHaveBeenCalledTimes(1);
  behind.asked('core.bootstrap');
  behind.asked('contacts.list');
  vi.advanceTimersByTime(1_000);
  expect(connection.start).toHaveBeenCalledTimes(1);
});

it('waits for no page for ever', () => {
  const { connection, it } = held();
  it.start();
  vi.advanceTimersByTime(499);
  expect(connection.start).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(connection.start).toHaveBeenCalledTimes(1);
});

it('begins at once when somebody wants it now, and then tries again as ever', () => {
  const { connection, it } = held();
  it.start();
  it.retryNow();
  expect([connection.start.mock.calls.length, connection.retryNow.mock.calls.length]).toEqual([1, 0]);
  it.retryNow(true);
  vi.advanceTimersByTime(1_000);
  expect(connection.start).toHaveBeenCalledTimes(1);
  expect(connection.retryNow.mock.calls).toEqual([[true]]);
});

it('does not begin once it is closed, and is the same connection for all else', async () => {
  const { connection, it } = held();
  it.start();
  await it.close();
  vi.advanceTimersByTime(1_000);
  expect(connection.start).not.toHaveBeenCalled();
  expect(connection.close).toHaveBeenCalledTimes(1);
  expect([it.state, it.transport, it.lastPingMs]).toEqual([{ state: 'connecting' }, 'tcp', 7]);
  it.replace('dead');
  expect(connection.replace.mock.calls).toEqual([['dead']]);
});
