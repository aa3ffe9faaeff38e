import { describe, expect, test, vi } from 'vitest';
import { channelKey, type ChannelRef, ChannelType } from '../../../shared/domain.ts';
import type { AvatarView } from '../../../shared/ipc/contract/avatars.ts';
import { ASK_AGAIN_MS, MAX_PICTURES, PictureCache } from './picture-cache.ts';

const person = (uid: string): ChannelRef => ({ channelId: uid, channelType: ChannelType.person });

/** When an answer is given. */
const atOnce = (): Promise<void> => Promise.resolve();

function makeRig() {
  const asked: string[][] = [];
  const released: string[] = [];
  const known = new Map<string, string>();
  const rig = { asked, released, known, nowMs: 1_000, signedIn: true, made: 0, hold: atOnce };
  const cache = new PictureCache({
    ask: (channels) => {
      if (!rig.signedIn) return Promise.resolve(null);
      asked.push(channels.map(({ channelId }) => channelId));
      const views = channels.map((channel): AvatarView => ({
        channel,
        url: known.get(channelKey(channel)) ?? '',
      }));
      return rig.hold().then(() => views);
    },
    makeSmall: (url) => {
      rig.made += 1;
      return url.includes('broken')
        ? Promise.reject(new Error('decode'))
        : Promise.resolve(`small of ${url}`);
    },
    release: (small) => void released.push(small),
    soon: (run) => void Promise.resolve().then(run),
    now: () => rig.nowMs,
  });
  return { rig, cache };
}
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('pictures that tiles show', () => {
  test('are asked for together, once, and made small once for all who look', async () => {
    const { rig, cache } = makeRig();
    rig.known.set('1/a', 'app://a');
    const first = vi.fn<() => void>();
    const second = vi.fn<() => void>();
    cache.watch(person('a'), first);
    cache.watch(person('a'), second);
    cache.watch(person('b'), vi.fn<() => void>());
    await settled();
    expect(rig.asked).toEqual([['a', 'b']]);
    expect(cache.get(person('a'))).toBe('small of app://a');
    expect(rig.made).toBe(1);
    expect(first).toHaveBeenCalledTimes(1);
    expect(second).toHaveBeenCalledTimes(1);
    cache.watch(person('b'), first);
    await settled();
    expect(rig.asked).toHaveLength(1);
    rig.nowMs += ASK_AGAIN_MS;
    cache.watch(person('b'), first);
    await settled();
    expect(rig.asked).toEqual([['a', 'b'], ['b']]);
  });

  test('an answer that is older than the news of a picture does not take it away', async () => {
    const { rig, cache } = makeRig();
    const answers: (() => void)[] = [];
    rig.hold = () => new Promise<void>((resolve) => answers.push(resolve));
    cache.watch(person('a'), vi.fn<() => void>());
    cache.watch(person('b'), vi.fn<() => void>());
    await settled();
    expect(answers).toHaveLength(1);
    // It comes while the others of the same question are looked for.
    cache.take([{ channel: person('a'), url: 'app://a' }]);
    await settled();
    answers[0]?.();
    await settled();
    expect([cache.get(person('a')), cache.get(person('b'))]).toEqual(['small of app://a', '']);
  });

  test("an answer about the former account's pictures shows nothing in the next one", async () => {
    const { rig, cache } = makeRig();
    rig.known.set('1/a', 'app://a');
    const answers: (() => void)[] = [];
    rig.hold = () => new Promise<void>((resolve) => answers.push(resolve));
    cache.watch(person('a'), vi.fn<() => void>());
    await settled();
    cache.clear();
    answers[0]?.();
    await settled();
    expect(cache.get(person('a'))).toBe('');
  });

  test('a change replaces the picture and lets the former one go; what cannot be decoded is a tile', async () => {
    const { rig, cache } = makeRig();
    rig.known.set('1/a', 'app://1');
    cache.watch(person('a'), vi.fn<() => void>());
    await settled();
    cache.take([{ channel: person('a'), url: 'app://2' }]);
    await settled();
    expect(cache.get(person('a'))).toBe('small of app://2');
    expect(rig.released).toEqual(['small of app://1']);
    cache.take([{ channel: person('a'), url: 'app://broken' }]);
    await settled();
    expect(cache.get(person('a'))).toBe('');
    cache.take([{ channel: person('nobody looks'), url: 'app://3' }]);
    await settled();
    expect(cache.size).toBe(1);
  });

  test('the account ends: nothing of it stays, and the next one is asked', async () => {
    const { rig, cache } = makeRig();
    rig.known.set('1/a', 'app://1');
    cache.watch(person('a'), vi.fn<() => void>());
    await settled();
    cache.clear();
    expect(cache.get(person('a'))).toBe('');
    expect(rig.released).toEqual(['small of app://1']);
    rig.signedIn = false;
    cache.askAll();
    await settled();
    rig.signedIn = true;
    cache.askAll();
    await settled();
    expect(cache.get(person('a'))).toBe('small of app://1');
  });

  test('a long list leaves a bounded number behind, never one that is looked at', async () => {
    const { rig, cache } = makeRig();
    for (let index = 0; index < 3_000; index += 1) rig.known.set(`1/p${index}`, `app://${index}`);
    cache.watch(person('p0'), vi.fn<() => void>());
    for (let index = 1; index < 3_000; index += 1) {
      const leave = cache.watch(person(`p${index}`), vi.fn<() => void>());
      if (index % 100 === 0) await settled();
      leave();
    }
    await settled();
    expect(cache.size).toBe(MAX_PICTURES);
    expect(cache.get(person('p0'))).toBe('small of app://0');
    expect(rig.released.length).toBeGreaterThan(0);
  });
});
