import { expect, it } from 'vitest';
import { giveAway, movedOf } from './moved-bytes.ts';

const answer = (value: unknown) => ({ kind: 'answer', id: 1, result: { ok: true, value } }) as const;

it('moves bytes that were given away, and nothing else', () => {
  const sound = giveAway({ mime: 'audio/wav', bytes: Uint8Array.of(1, 2, 3) });
  const moved = movedOf(answer(sound));
  expect(moved).toEqual([sound.bytes.buffer]);
  const there = structuredClone(answer(sound), { transfer: moved });
  expect(there).toEqual(answer({ mime: 'audio/wav', bytes: Uint8Array.of(1, 2, 3) }));
  // Not even its memory is here any more.
  expect(sound.bytes.byteLength).toBe(0);

  for (const value of [{ bytes: Uint8Array.of(1) }, { bytes: 'words' }, null, [], 'words'])
    expect(movedOf(answer(value))).toEqual([]);
  expect(movedOf({ kind: 'answer', id: 1, result: { ok: false, code: 'refused', message: '' } })).toEqual([]);
  expect(movedOf({ kind: 'openedLate' })).toEqual([]);
});

it('copies a part of a buffer that others may use', () => {
  const part = new Uint8Array(new ArrayBuffer(8), 2, 3);
  expect(movedOf(answer(giveAway({ bytes: part })))).toEqual([]);
});
