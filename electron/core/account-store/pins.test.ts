import { expect, test } from 'vitest';
import { MOST_PINS } from '../store/tables/messages/pin-table.ts';
import { GROUP, idOf, ME, message, OTHER_GROUP, text } from './testing/store-fixture.ts';
import { useFixture } from './testing/use-fixture.ts';

const fixture = useFixture();
const at = (n: number, pinnedAtMs = n) => ({ messageId: idOf(n), pinnedAtMs });
const shown = (channel = GROUP) =>
  fixture.store.pins
    .list(channel)
    .map(({ message: { messageSeq }, pending }) => (pending ? `${messageSeq}?` : `${messageSeq}`));
const arrive = (count = 3): void =>
  fixture.store.messages.ingest(
    Array.from({ length: count }, (_, index) => message(index + 1)),
    'live',
  );

test('as the server tells them, in the order in which they were pinned; the last answer counts', () => {
  arrive();
  const { pins } = fixture.store;
  pins.replace(GROUP, [at(3, 30), at(1, 10), at(99, 40)]);
  expect(shown()).toEqual(['1', '3']);
  pins.replace(GROUP, [at(2, 50), at(3, 30)]);
  expect(shown()).toEqual(['3', '2']);
  // Of another chat.
  pins.replace(OTHER_GROUP, [at(1)]);
  expect(shown(OTHER_GROUP)).toEqual([]);
  fixture.reopen();
  expect(shown()).toEqual(['3', '2']);
  expect(fixture.store.pins.has(idOf(3))).toBe(true);
});

test('of very many the newest are kept', () => {
  arrive(MOST_PINS + 5);
  fixture.store.pins.replace(
    GROUP,
    Array.from({ length: MOST_PINS + 5 }, (_, index) => at(index + 1)),
  );
  expect(shown()).toHaveLength(MOST_PINS);
  expect(shown()[0]).toBe('6');
});

test('mine show at once, stand for what the server has, and are undone with their jobs', () => {
  arrive();
  const { outbox, pins } = fixture.store;
  pins.replace(GROUP, [at(1)]);
  pins.ask(GROUP, idOf(2), true);
  pins.ask(GROUP, idOf(1), false);
  expect(shown()).toEqual(['2?']);
  // Wished again before it was sent: one job.
  pins.ask(GROUP, idOf(2), false);
  pins.ask(GROUP, idOf(2), true);
  expect(outbox.actionJobs()).toHaveLength(2);
  fixture.reopen();
  expect(shown()).toEqual(['2?']);
  for (const { id } of fixture.store.outbox.actionJobs()) fixture.store.outbox.removeAction(id);
  expect(shown()).toEqual(['1']);
  // All, and one after that.
  fixture.store.pins.askClear(GROUP);
  fixture.store.pins.ask(GROUP, idOf(3), true);
  expect(shown()).toEqual(['3?']);
});

test('news name what was recalled, for whoever asked; a recall that is refused brings it back', () => {
  arrive();
  const { changes, outbox, pins } = fixture.store;
  pins.replace(GROUP, [at(1), at(2)]);
  expect(pins.news(GROUP, 'all')).toBeNull();
  shown();
  const news = () => {
    const { messages } = changes.take() ?? { messages: new Map() };
    return pins.news(GROUP, messages.get('2/g-team') ?? { upserts: new Set(), removed: new Set() });
  };
  news();
  const [job] = outbox.addRecalls([
    { channel: GROUP, messageKey: 'u-bob:no-1', messageId: idOf(1), clientMsgNo: 'no-1' },
  ]);
  const told = pins.news(GROUP, 'all');
  expect([told?.pins.length, told?.recalled]).toEqual([1, 1]);
  outbox.denyRecall(job?.id ?? 0, 'late', null, 0);
  expect(pins.news(GROUP, 'all')).toMatchObject({ recalled: 0 });
  expect(shown()).toEqual(['1', '2']);
});

test('what burns after reading, and lines of the server, are not among them', () => {
  fixture.store.messages.ingest(
    [
      message(1, { payload: { ...text('burns'), flame: 1, flame_second: 10 } }),
      message(2, { fromUid: '', payload: { type: 1005, content: 'renamed' } }),
      message(3, { fromUid: ME.uid }),
    ],
    'live',
  );
  fixture.store.pins.replace(GROUP, [at(1), at(2), at(3)]);
  expect(shown()).toEqual(['3']);
});
