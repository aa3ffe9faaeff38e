import { describe, expect, it } from 'vitest';
import {
  extraOf,
  GROUP,
  idOf,
  message,
  OTHER_GROUP,
  START,
} from '../../account-store/testing/store-fixture.ts';
import { useFixture } from '../../account-store/testing/use-fixture.ts';

const fixture = useFixture();
const DAY = 86_400;
/** Beginnings of ten days, and the end of the last. */
const STARTS = Array.from({ length: 11 }, (_, day) => START + day * DAY);
const at = (seq: number, day: number) => message(seq, { timestamp: START + day * DAY + 3_600 });
const range = (fromSeq: number, toSeq: number) => ({ channel: GROUP, fromSeq, toSeq });
const marks = (): string =>
  fixture.store.messages
    .days(GROUP, STARTS)
    .marks.map((mark) => ({ some: 'x', none: '.', unknown: '?' })[mark])
    .join('');

describe('the days of a chat', () => {
  it('have messages, have none, or are not known where something is missing between them', () => {
    const { messages } = fixture.store;
    expect(marks()).toBe('..........');
    messages.ingest([at(5, 1), at(6, 1), at(7, 3)], 'history', range(5, 7));
    messages.ingest([at(9, 7)], 'history', range(9, 9));
    messages.ingest([message(1, { channel: OTHER_GROUP, messageId: idOf(90) })], 'history');
    expect(marks()).toBe('?x.x???x..');
    expect(messages.days(GROUP, STARTS)).toMatchObject({
      earliest: START + DAY + 3_600,
      earliestSure: false,
      hole: range(1, 4),
    });
    messages.ingest([], 'history', range(1, 4));
    expect(marks()).toBe('.x.x???x..');
    expect(messages.days(GROUP, STARTS)).toMatchObject({ earliestSure: true, hole: range(8, 8) });
    messages.ingest([at(8, 5)], 'history', range(8, 8));
    expect(marks()).toBe('.x.x.x.x..');
    expect(messages.days(GROUP, STARTS).hole).toBe(null);
  });

  it('keep their mark for the line of a recalled message while such lines are shown, and lose it with all else', () => {
    const { conversations, messages } = fixture.store;
    messages.ingest([at(1, 1), at(2, 2), at(3, 3), at(4, 4)], 'history', range(1, 4));
    messages.applyExtras(GROUP, [extraOf(idOf(2), { revoke: true, version: 1 })], 'extra', 0);
    messages.deleteForMe(GROUP, [idOf(3)]);
    expect(marks()).toBe('.xx.x.....');
    conversations.setFlags(GROUP, { showRecallNotes: false });
    expect(marks()).toBe('.x..x.....');
    expect(messages.nextTo(GROUP, STARTS[2] ?? 0).place?.seq).toBe(4);
    conversations.setFlags(GROUP, { showRecallNotes: true });
    expect(messages.nextTo(GROUP, STARTS[2] ?? 0).place?.seq).toBe(2);
    conversations.clearHistory(GROUP, 4);
    expect(marks()).toBe('..........');
    expect(messages.nextTo(GROUP, 0)).toEqual({ place: null, hole: null });
  });

  it('lead to the first message from a time on, else to the last one before it', () => {
    const { messages } = fixture.store;
    messages.ingest([at(1, 1), at(2, 1), at(3, 4)], 'history', range(1, 3));
    const seqAt = (day: number) => messages.nextTo(GROUP, STARTS[day] ?? 0).place?.seq;
    expect([seqAt(0), seqAt(1), seqAt(2), seqAt(4), seqAt(9)]).toEqual([1, 1, 3, 3, 3]);
  });
});
