import { expect, test } from 'vitest';
import { type CacheRow, judge, learn, recordingOf, type Said, type ServerRow } from './record.ts';

const TOKEN = 'soak00001n0001';

function said(change: Partial<Said> = {}): Said {
  return {
    token: TOKEN,
    channel: '2/g',
    text: `${TOKEN} words`,
    by: 'user',
    state: 'accepted',
    clientMsgNo: 'no-1',
    messageId: '11',
    messageSeq: 1,
    recall: 'no',
    withdrawn: false,
    wordless: false,
    ...change,
  };
}
const onServer = (change: Partial<ServerRow> = {}): ServerRow => ({
  channel: '2/g',
  messageId: '11',
  messageSeq: 1,
  clientMsgNo: 'no-1',
  fromUid: 'me',
  text: `${TOKEN} words`,
  recalled: false,
  ...change,
});
const inCache = (change: Partial<CacheRow> = {}): CacheRow => ({ ...onServer(), shown: true, ...change });

test('what is there once is right', () => {
  expect(judge([said()], [onServer()], [inCache()])).toEqual([]);
  const recalled = { recalled: true, text: '' };
  expect(
    judge([said({ recall: 'done' })], [onServer(recalled)], [inCache({ recalled: true, text: null })]),
  ).toEqual([]);
  expect(judge([said({ recall: 'done', withdrawn: true })], [], [])).toEqual([]);
  expect(judge([said({ state: 'unknown' })], [], [])).toEqual([]);
});

test.each([
  ['not on the server', said(), [], [], 'lost'],
  ['not in the cache', said(), [onServer()], [], 'lost'],
  ['hidden in the cache', said(), [onServer()], [inCache({ shown: false })], 'lost'],
  [
    'twice on the server',
    said(),
    [onServer(), onServer({ messageId: '12', messageSeq: 2 })],
    [inCache()],
    'doubled',
  ],
  [
    'twice on the server, the words recalled',
    said({ recall: 'done' }),
    [1, 2].map((n) => onServer({ messageId: `1${n}`, messageSeq: n, text: '', recalled: true })),
    [inCache({ recalled: true, text: null })],
    'doubled',
  ],
  [
    'twice in the cache',
    said(),
    [onServer()],
    [inCache(), inCache({ messageId: '12', messageSeq: 2 })],
    'doubled',
  ],
  ['not recalled on the server', said({ recall: 'done' }), [onServer()], [inCache()], 'wrong'],
  ['not recalled in the cache', said(), [onServer({ recalled: true, text: '' })], [inCache()], 'wrong'],
  ['recalled in the cache only', said(), [onServer()], [inCache({ recalled: true, text: null })], 'wrong'],
  [
    'recalled with its words',
    said(),
    [onServer({ recalled: true, text: '' })],
    [inCache({ recalled: true })],
    'wrong',
  ],
  ['with another seq', said(), [onServer()], [inCache({ messageSeq: 2 })], 'wrong'],
  ['with other words', said(), [onServer()], [inCache({ text: 'other words' })], 'wrong'],
  ["a peer's with another seq", said({ by: 'peer', messageSeq: 3 }), [onServer()], [inCache()], 'wrong'],
] as const)('a message that is %s is found', (_name, one, server, cache, kind) => {
  expect(judge([one], server, cache).map((finding) => finding.kind)).toEqual([kind]);
});

test('an order other than that of composing is found', () => {
  const token = 'soak00001n0002';
  const later = { messageId: '12', clientMsgNo: 'no-2', messageSeq: 1, text: `${token} words` };
  const found = judge(
    [said({ messageSeq: 2 }), said({ token, ...later })],
    [onServer({ messageSeq: 2 }), onServer(later)],
    [inCache({ messageSeq: 2 }), inCache(later)],
  );
  expect(found).toEqual([{ kind: 'wrong', what: `${token}: before ${TOKEN} in 2/g` }]);
});

test('ids are learned while the words are readable', () => {
  const one = said({ clientMsgNo: null, messageId: null, messageSeq: 0 });
  learn([one], [onServer()]);
  expect(one).toMatchObject({ clientMsgNo: 'no-1', messageId: '11', messageSeq: 1 });
});

test('a recording is known by its number, or is the one that nobody has heard of yet', () => {
  const known = said({ wordless: true, text: '' });
  const fresh = said({ wordless: true, text: '', clientMsgNo: null });
  const words = said({ clientMsgNo: 'no-2' });
  expect(recordingOf([words, fresh, known], 'no-1')).toBe(known);
  expect(recordingOf([words, known, fresh], 'no-3')).toBe(fresh);
  expect(recordingOf([words, known], 'no-2')).toBeUndefined();
});
