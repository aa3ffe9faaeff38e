import { expect, test } from 'vitest';
import { MOST_NEW_REACTIONS } from '../../../shared/content/reaction.ts';
import { conversation, extraOf, GROUP, idOf, ME, message, START } from './testing/store-fixture.ts';
import { useFixture } from './testing/use-fixture.ts';

const fixture = useFixture();
const by = (uid: string, emoji: string, seq: number, of = 1) => ({
  messageId: idOf(of),
  uid,
  name: uid.toUpperCase(),
  emoji,
  seq,
});
/** Own ones, and one of bob's as the last. */
const arrive = (count = 3): void => {
  const own = Array.from({ length: count }, (_, index) => message(index + 1, { fromUid: ME.uid }));
  fixture.store.messages.ingest([...own, message(count + 1)], 'live');
};
const news = (): readonly number[] | undefined => fixture.store.conversations.get(GROUP)?.newReactions;
const inList = (): readonly number[] | undefined => fixture.store.conversations.list()[0]?.newReactions;

/** Everything that comes from here on is new. */
const known = (): void => fixture.store.reactions.setSeq(GROUP, 0);

test('of others, to own messages, until they were on screen; over a restart', () => {
  arrive();
  known();
  const { reactions } = fixture.store;
  reactions.apply([by('u-bob', '👍', 1, 2), by('u-carol', '❤️', 2, 2), by('u-bob', '🎉', 3, 1)]);
  // Mine, and those to what somebody else said, are none.
  reactions.apply([by(ME.uid, '👍', 4, 3), by('u-carol', '👍', 5, 4)]);
  expect([news(), inList()]).toEqual([
    [1, 2],
    [1, 2],
  ]);
  fixture.reopen();
  expect([news(), inList()]).toEqual([
    [1, 2],
    [1, 2],
  ]);
  fixture.store.changes.take();
  fixture.store.reactions.saw(GROUP, [2, 4, 99]);
  expect(news()).toEqual([1]);
  expect(fixture.store.changes.take()?.conversations.size).toBe(1);
  fixture.reopen();
  expect(news()).toEqual([1]);
  // What is told once more is not new once more, by whatever way it comes.
  fixture.store.reactions.apply([by('u-bob', '👍', 1, 2), by('u-carol', '❤️', 2, 2)]);
  fixture.store.messages.ingest(
    [message(2, { fromUid: ME.uid, reactions: [by('u-bob', '👍', 1, 2)] })],
    'history',
  );
  expect(news()).toEqual([1]);
  // Another emoji is.
  fixture.store.reactions.apply([by('u-bob', '🎉', 6, 2)]);
  expect(news()).toEqual([1, 2]);
  fixture.store.reactions.saw(GROUP, [1, 2]);
  expect(news()).toBeUndefined();
});

test('of an old account nothing is new but what came since it was first read here', () => {
  fixture.store.reactions.countFrom(START + 1_000);
  arrive();
  const { reactions, messages } = fixture.store;
  // History first, then the first reading.
  messages.ingest([message(1, { fromUid: ME.uid, reactions: [by('u-bob', '👍', 7)] })], 'history');
  reactions.apply([by('u-bob', '👍', 7), by('u-carol', '👍', 9, 2)]);
  reactions.setSeq(GROUP, 9);
  expect(news()).toBeUndefined();
  // An older page brings what was there before as well.
  messages.ingest([message(3, { fromUid: ME.uid, reactions: [by('u-bob', '👍', 4, 3)] })], 'history');
  expect(news()).toBeUndefined();
  reactions.apply([by('u-dan', '👍', 10, 3)]);
  reactions.setSeq(GROUP, 10);
  expect(news()).toEqual([3]);
});

test('in a chat that was never read here only messages of its own time count', () => {
  fixture.store.reactions.countFrom(START + 2);
  fixture.store.reactions.countFrom(START + 500);
  arrive();
  fixture.store.reactions.apply([by('u-bob', '👍', 1, 1), by('u-bob', '👍', 2, 2)]);
  expect(news()).toEqual([2]);
  // The server was set up anew: what it tells then may be old.
  fixture.store.messages.forgetHistory(GROUP, true);
  fixture.store.messages.ingest([message(1, { fromUid: ME.uid })], 'history');
  fixture.store.reactions.apply([by('u-bob', '👍', 3, 1)]);
  expect(news()).toBeUndefined();
});

const clear = (seq: number): void => fixture.store.conversations.clearHistory(GROUP, seq);
test.each<[string, () => void]>([
  ['its author takes it back', () => fixture.store.reactions.apply([by('u-bob', '', 8)])],
  ['the message is deleted here', () => fixture.store.messages.deleteForMe(GROUP, [idOf(1)])],
  [
    'it is deleted for all',
    () =>
      fixture.store.messages.applyExtras(
        GROUP,
        [extraOf(idOf(1), { version: 5, mutualDeleted: true })],
        'extra',
        0,
      ),
  ],
  [
    'it is recalled',
    () =>
      fixture.store.messages.applyRecall({
        channel: GROUP,
        messageId: idOf(1),
        clientMsgNo: 'no-1',
        revoker: ME.uid,
        version: 4,
        source: 'extra',
        startedAt: 0,
      }),
  ],
  [
    'its recall is asked for',
    () =>
      void fixture.store.outbox.addRecall({
        channel: GROUP,
        messageKey: `${ME.uid}:no-1`,
        messageId: idOf(1),
        clientMsgNo: 'no-1',
      }),
  ],
  ['the history is cleared', () => clear(1)],
  [
    'it was cleared elsewhere',
    () =>
      fixture.store.conversations.apply(
        [conversation({ lastMessageSeq: 4, offsetSeq: 1, timestamp: START + 4 })],
        false,
      ),
  ],
])('nothing is new any more, in the same change: %s', (_how, go) => {
  arrive();
  known();
  fixture.store.reactions.apply([by('u-bob', '👍', 1)]);
  expect(news()).toEqual([1]);
  fixture.store.changes.take();
  go();
  expect([news(), inList()]).toEqual([undefined, undefined]);
  expect([...(fixture.store.changes.take()?.conversations ?? [])]).toHaveLength(1);
  fixture.reopen();
  expect(news()).toBeUndefined();
});

test('a recall that is refused brings them back', () => {
  arrive();
  known();
  fixture.store.reactions.apply([by('u-bob', '👍', 1)]);
  const { id } = fixture.store.outbox.addRecall({
    channel: GROUP,
    messageKey: `${ME.uid}:no-1`,
    messageId: idOf(1),
    clientMsgNo: 'no-1',
  });
  expect(news()).toBeUndefined();
  fixture.store.outbox.denyRecall(id, 'denied', null, 0);
  expect(news()).toEqual([1]);
});

test('a chat that left the list, and comes back, has none', () => {
  arrive();
  known();
  fixture.store.reactions.apply([by('u-bob', '👍', 1)]);
  fixture.store.conversations.hide(GROUP);
  fixture.store.messages.ingest([message(9)], 'live');
  expect(fixture.store.conversations.get(GROUP)?.lastMessageSeq).toBe(9);
  expect(news()).toBeUndefined();
});

test('of very many the oldest are named', () => {
  arrive(MOST_NEW_REACTIONS + 5);
  known();
  fixture.store.reactions.apply(
    Array.from({ length: MOST_NEW_REACTIONS + 5 }, (_, index) => by('u-bob', '👍', index + 1, index + 1)),
  );
  expect(news()).toHaveLength(MOST_NEW_REACTIONS);
  expect(news()?.at(-1)).toBe(MOST_NEW_REACTIONS);
});
