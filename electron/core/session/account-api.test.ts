import { expect, it } from 'vitest';
import type { WorkerStart } from '../../../shared/ipc/worker-protocol.ts';
import type { Fetch } from '../api/http.ts';
import { createAccountApi } from './account-api.ts';

const START = { server: 'https://im.example.com', token: 't' } as WorkerStart;

/** The server's file `n` is at the store `n`. */
const fetchFile: Fetch = async (input) => {
  const url = new URL(input);
  if (url.hostname !== 'im.example.com') return new Response('bytes');
  const location = `https://store-${url.pathname.split('/').at(-1)}.example.net/o?sig=1`;
  return new Response(null, { status: 302, headers: { location } });
};

function started(
  kept: Map<string, string>,
  set = (name: string, value: string) => void kept.set(name, value),
) {
  const state = { get: (name: string) => kept.get(name) ?? null, set };
  const api = createAccountApi(START, { state }, fetchFile, () => undefined);
  return {
    load: (n: number) =>
      api.downloadFile({
        url: `file/preview/${n}`,
        offset: 0,
        validator: null,
        maxBytes: 99,
        signal: new AbortController().signal,
      }),
    foreign: (n: number) => api.foreignHost(`https://store-${n}.example.net/x`),
  };
}

it('knows the store of the server after a restart, and of many the last ones', async () => {
  const kept = new Map<string, string>();
  const first = started(kept);
  expect(first.foreign(1)).toBe('store-1.example.net');
  await first.load(1);
  expect(first.foreign(1)).toBeNull();
  expect([...kept.values()].join()).not.toContain('sig=');

  const second = started(kept);
  expect(second.foreign(1)).toBeNull();
  expect(second.foreign(2)).toBe('store-2.example.net');
  for (let n = 2; n <= 9; n += 1) await second.load(n);
  const third = started(kept);
  expect(third.foreign(1)).toBe('store-1.example.net');
  expect([2, 9].map(third.foreign)).toEqual([null, null]);
});

it('loads files all the same when that cannot be kept, or what was kept makes no sense', async () => {
  const kept = new Map([['fileStores', '{"no": "list"']]);
  const api = started(kept, () => {
    throw new Error('read only');
  });
  await api.load(1);
  expect(api.foreign(1)).toBeNull();
});
