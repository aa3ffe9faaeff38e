/** The calendar of a chat whose history is on the server only. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BOB, idOf, SyncHarness } from '../sync/testing/sync-harness.ts';
import { chatDays, nextTo } from './chat-days.ts';

const DAY = 86_400;
const FIRST = 1_700_000_000;
/** 4,000 messages over 400 days, ten a day; days 100 to 199 were silent. */
const dayOf = (seq: number): number => {
  const day = Math.floor((seq - 1) / 10);
  return day < 100 ? day : day + 100;
};
const LAST = 4_000;
const starts = (from: number, count: number): number[] =>
  Array.from({ length: count + 1 }, (_, at) => FIRST + (from + at) * DAY);

let h: SyncHarness;
beforeEach(async () => {
  h = new SyncHarness();
  h.server.add(
    BOB,
    ...Array.from({ length: LAST }, (_, index) => ({
      messageId: idOf(index + 1),
      seq: index + 1,
      fromUid: 'u-bob',
      timestamp: FIRST + dayOf(index + 1) * DAY + 60,
    })),
  );
  await h.connect();
  await h.engine.history.page(BOB, { at: 'latest' }, 50);
});
afterEach(() => h.dispose());

const asked = (): number => h.server.count('POST /message/channel/sync');
const parts = () => ({ store: h.store, sync: h.engine });

/** As the calendar does: on and on while there is more. */
async function month(from: number, count = 30): Promise<{ marks: string[]; calls: number }> {
  for (let calls = 1; ; calls += 1) {
    const { marks, more } = await chatDays(parts(), BOB, starts(from, count), true);
    if (!more) return { marks, calls };
  }
}

describe('the calendar of a chat', () => {
  it('asks the server for a month it does not know, a few pages at a time, and not for the whole history', async () => {
    const before = asked();
    const known = await chatDays(parts(), BOB, starts(210, 30), false);
    expect(new Set(known.marks)).toEqual(new Set(['unknown']));
    expect(asked()).toBe(before);
    const first = await chatDays(parts(), BOB, starts(210, 30), true);
    expect([first.more, asked() - before]).toEqual([true, 4]);
    const { marks } = await month(210);
    expect(new Set(marks)).toEqual(new Set(['some']));
    expect(asked() - before).toBeLessThan(60);
    const silent = await month(120);
    expect(new Set(silent.marks)).toEqual(new Set(['none']));
  });

  it('finds the first message of a day, the beginning, and what is nearest to a silent day', async () => {
    const before = asked();
    const place = (day: number) =>
      nextTo(parts(), BOB, { from: FIRST + day * DAY, until: FIRST + (day + 1) * DAY });
    expect((await place(50))?.messageSeq).toBe(501);
    expect((await place(150))?.messageSeq).toBe(1_001);
    expect((await place(9_000))?.messageSeq).toBe(LAST);
    expect((await nextTo(parts(), BOB, { from: 0, until: 0 }))?.messageSeq).toBe(1);
    expect(asked() - before).toBeLessThan(40);
    const { earliest, earliestSure } = await chatDays(parts(), BOB, starts(0, 1), false);
    expect([earliest, earliestSure]).toEqual([FIRST + 60, true]);
  });

  it('without a network says so, and still goes to what is here', async () => {
    h.server.offline = true;
    expect(await chatDays(parts(), BOB, starts(210, 30), true)).toMatchObject({ offline: true, more: false });
    const lastDay = FIRST + dayOf(LAST) * DAY;
    expect(await nextTo(parts(), BOB, { from: lastDay, until: lastDay + DAY })).toMatchObject({
      timestamp: lastDay + 60,
    });
    await expect(nextTo(parts(), BOB, { from: FIRST, until: FIRST + DAY })).rejects.toMatchObject({
      code: 'network',
    });
  });

  it('stops asking a server that tells nothing new', async () => {
    h.server.overrides.set('POST /message/channel/sync', () => Response.json({ messages: [{ bad: 1 }] }));
    const before = asked();
    const { more } = await chatDays(parts(), BOB, starts(210, 30), true);
    expect(more).toBe(false);
    expect(asked() - before).toBeLessThanOrEqual(1);
  });
});
