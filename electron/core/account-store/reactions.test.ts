import { expect, test } from 'vitest';
import { MOST_REACTORS } from '../store/tables/messages/reaction-table.ts';
import { GROUP, idOf, ME, message } from './testing/store-fixture.ts';
import { useFixture } from './testing/use-fixture.ts';

const fixture = useFixture();
const KEY = 'u-bob:no-1';
const by = (uid: string, emoji: string, seq: number, messageId = idOf(1)) => ({
  messageId,
  uid,
  name: uid.toUpperCase(),
  emoji,
  seq,
});
const shown = () => fixture.store.messages.get(GROUP, KEY)?.reactions;
const arrive = (): void => fixture.store.messages.ingest([message(1)], 'live');

test('one each, by emoji in the order in which they came up; an older answer changes nothing', () => {
  arrive();
  const { reactions } = fixture.store;
  reactions.apply([by('u-bob', '👍', 1), by('u-carol', '❤️', 2), by('u-dan', '👍', 3), by('u-eve', '❤', 4)]);
  expect(shown()).toEqual([
    { emoji: '👍', count: 2, mine: false, names: ['U-BOB', 'U-DAN'] },
    { emoji: '❤️', count: 2, mine: false, names: ['U-CAROL', 'U-EVE'] },
  ]);
  reactions.apply([by('u-bob', '🎉', 6), by('u-dan', '', 7)]);
  reactions.apply([by('u-bob', '👍', 5), by('u-dan', '👍', 3)]);
  expect(shown()?.map(({ emoji, count }) => [emoji, count])).toEqual([
    ['❤️', 2],
    ['🎉', 1],
  ]);
  fixture.reopen();
  expect(shown()).toHaveLength(2);
  expect(fixture.store.reactions.reactors(GROUP, KEY).map(({ uid }) => uid)).toEqual([
    'u-carol',
    'u-eve',
    'u-bob',
  ]);
});

test('mine shows at once, stands for what the server has, and is undone with its job', () => {
  arrive();
  const { outbox, reactions } = fixture.store;
  reactions.apply([by(ME.uid, '👍', 1)]);
  reactions.ask(GROUP, idOf(1), '🎉');
  expect(shown()).toEqual([{ emoji: '🎉', count: 1, mine: true, pending: true, names: [] }]);
  // Changed again before it was sent: one job.
  reactions.ask(GROUP, idOf(1), '');
  expect(shown()).toBeUndefined();
  const [job, ...others] = outbox.actionJobs();
  expect([job?.args['emoji'], others]).toEqual(['', []]);
  fixture.store.changes.take();
  outbox.removeAction(job?.id ?? 0);
  expect(shown()).toMatchObject([{ emoji: '👍', mine: true }]);
  expect(fixture.store.changes.take()?.messages.size).toBe(1);
  reactions.ask(GROUP, idOf(1), '❤️');
  fixture.reopen();
  expect(shown()).toMatchObject([{ emoji: '❤️', pending: true }]);
  fixture.store.reactions.putOwn(idOf(1), '❤️');
  fixture.store.outbox.removeAction(fixture.store.outbox.actionJobs()[0]?.id ?? 0);
  expect(shown()).toEqual([{ emoji: '❤️', count: 1, mine: true, names: [] }]);
});

test('come with the history, and not of what is not there; an edit keeps them', () => {
  fixture.store.reactions.apply([by('u-bob', '👍', 1)]);
  arrive();
  expect(shown()).toBeUndefined();
  fixture.store.messages.ingest([message(1, { reactions: [by('u-bob', '👍', 1)] })], 'history');
  expect(shown()).toHaveLength(1);
});

test('of more people than are kept the first are, and an endless name is cut', () => {
  arrive();
  const many = Array.from({ length: MOST_REACTORS + 50 }, (_, at) => by(`u-${at}`, '👍', at + 1));
  fixture.store.reactions.apply([{ ...by('u-long', '👍', 1), name: 'x'.repeat(100_000) }, ...many]);
  expect(shown()?.[0]?.count).toBe(MOST_REACTORS);
  expect(JSON.stringify(shown())).not.toContain('x'.repeat(65));
  expect(fixture.store.reactions.reactors(GROUP, KEY)).toHaveLength(MOST_REACTORS);
});

test('a pending recall shows none, and its refusal shows them again', () => {
  arrive();
  fixture.store.reactions.apply([by('u-carol', '👍', 1)]);
  const job = fixture.store.outbox.addRecall({
    channel: GROUP,
    messageKey: KEY,
    messageId: idOf(1),
    clientMsgNo: 'no-1',
  });
  expect([shown(), fixture.store.reactions.reactors(GROUP, KEY)]).toEqual([undefined, []]);
  fixture.store.outbox.denyRecall(job.id, 'denied', null, 0);
  expect(shown()).toHaveLength(1);
});
