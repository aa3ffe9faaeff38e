/** Pictures that stand in a text (type 14): what is one, under which key, and that its file goes with the words. */
import { expect, it } from 'vitest';
import { entryKey } from '../../../shared/content/history-content.ts';
import { extraOf, GROUP, idOf, message, text } from './testing/store-fixture.ts';
import { useFixture } from './testing/use-fixture.ts';

const fixture = useFixture();
const KEY = 'u-bob:no-1';
const OWN = 'file/preview/1/a.png';
const picture = (at: number): string => entryKey(KEY, [at]);
const file = (name: string) => ({ file: name.padStart(32, '0'), mime: 'image/png', bytes: 7 });
const urlOf = (at: number): string | undefined => {
  const content = fixture.store.messages.entry(GROUP, picture(at))?.content;
  return content?.kind === 'image' ? content.url : undefined;
};

function said(payload: object): void {
  fixture.store.messages.ingest([message(1, { payload: { type: 14, ...payload } })], 'live');
}

it.each([
  [
    'a list',
    {
      content: [
        { type: 'text', text: 'see' },
        { type: 'image', url: OWN, width: 30, height: 20 },
      ],
    },
  ],
  [
    'nodes',
    {
      content: 'see',
      nodes: [
        { kind: 'text', text: 'see' },
        { kind: 'image', src: OWN },
      ],
    },
  ],
  ['a title before', { title: 'see', content: [{ type: 2, path: OWN }] }],
  ['attributes', { content: ['see', { type: 'img', attrs: { src: OWN, width: 30 } }] }],
])('is read from %s', (_, payload) => {
  said(payload);
  expect(urlOf(1)).toBe(OWN);
  expect([urlOf(0), urlOf(2)]).toEqual([undefined, undefined]);
});

it.each([
  'https://elsewhere.example/v1/file/preview/a.png',
  '//elsewhere.example/file/preview/a.png',
  'file/preview/',
  'users/u1/avatar',
  'javascript:alert(1)',
  'data:image/png;base64,AAAA',
  '',
  7,
  null,
])('is none at %j', (url) => {
  said({ content: [{ type: 'image', url }] });
  expect(urlOf(0)).toBeUndefined();
});

it('of hundreds twenty are shown, of any size', () => {
  const sizes = { width: -4, height: Number.MAX_VALUE };
  said({
    content: Array.from({ length: 300 }, (_, at) => ({ type: 'image', url: `${OWN}${at}`, ...sizes })),
  });
  expect([urlOf(19), urlOf(20)]).toEqual([`${OWN}19`, undefined]);
  expect(fixture.store.messages.entry(GROUP, picture(0))?.content).toMatchObject({ width: 0, height: 0 });
});

it.each<[string, () => void]>([
  ['a recall', () => recall()],
  ['a deletion', () => fixture.store.messages.deleteForMe(GROUP, [idOf(1)])],
  ['a cleared history', () => fixture.store.messages.forgetHistory(GROUP, false, 5)],
])('%s gives its files up with the words', (_, take) => {
  const { media } = fixture.store;
  said({ content: [{ type: 'image', url: OWN }, 'words', { type: 'image', url: `${OWN}x` }] });
  expect(media.add(GROUP, picture(0), file('1'))).toBe(true);
  expect(media.add(GROUP, picture(2), file('2'))).toBe(true);
  expect(media.add(GROUP, picture(1), file('3'))).toBe(false);
  expect(media.get(GROUP, picture(2))?.file).toBe(file('2').file);
  take();
  expect(media.get(GROUP, picture(0))).toBeNull();
  expect(urlOf(0)).toBeUndefined();
  expect(media.erased().media.toSorted()).toEqual([file('1').file, file('2').file]);
  // What comes late has no place any more.
  expect(media.add(GROUP, picture(0), file('4'))).toBe(false);
});

const rich = (url: string) => ({ type: 14, content: ['words', { type: 'image', url }] });
const copyOf = (n: number, payload: object) => ({ message_id: idOf(n), from_uid: 'u-bob', payload });
const forwarded = (...msgs: object[]) => ({
  type: 11,
  channel_type: 2,
  users: [{ uid: 'u-bob', name: 'Bob' }],
  msgs,
});

it('in a merged forward, on every level: shown under the entry, and given up with it or with the forward', () => {
  const { media, messages } = fixture.store;
  const deeper = forwarded(copyOf(21, text('a')), copyOf(22, rich(`${OWN}2`)));
  const payload = forwarded(copyOf(11, text('words')), copyOf(12, rich(OWN)), copyOf(13, deeper));
  messages.ingest([message(1, { payload })], 'live');
  const [here, below] = [entryKey(KEY, [1, 1]), entryKey(KEY, [2, 1, 1])];
  const urls = () =>
    [here, below].map((key) => {
      const view = messages.entry(GROUP, key);
      return view?.content.kind === 'image' && view.key === key ? view.content.url : null;
    });
  expect(urls()).toEqual([OWN, `${OWN}2`]);
  // Words, an entry without pictures, and what is not there have none.
  for (const path of [
    [1, 0],
    [0, 1],
    [2, 0, 1],
    [2, 1, 7],
    [9, 1],
    [1, 1, 1],
  ])
    expect([path, media.add(GROUP, entryKey(KEY, path), file('9'))]).toEqual([path, false]);
  expect(media.add(GROUP, here, file('1'))).toBe(true);
  expect(media.add(GROUP, below, file('2'))).toBe(true);
  expect(media.get(GROUP, below)?.file).toBe(file('2').file);

  // Of the one on the deeper level: both files go, the other one may come again.
  recall(22);
  expect(urls()).toEqual([OWN, null]);
  expect([media.get(GROUP, here), media.get(GROUP, below)]).toEqual([null, null]);
  expect(media.erased().media.toSorted()).toEqual([file('1').file, file('2').file]);
  expect(media.add(GROUP, below, file('3'))).toBe(false);
  expect(media.add(GROUP, here, file('4'))).toBe(true);
  recall(1);
  expect(urls()).toEqual([null, null]);
  expect(media.erased().media).toContain(file('4').file);
  expect(media.add(GROUP, here, file('5'))).toBe(false);
});

it('in a merged forward is not shown while an own recall of its message waits', () => {
  const { messages, outbox } = fixture.store;
  messages.ingest(
    [message(12, { payload: rich(OWN) }), message(1, { payload: forwarded(copyOf(12, rich(OWN))) })],
    'live',
  );
  const key = entryKey(KEY, [0, 1]);
  expect(messages.entry(GROUP, key)?.content).toMatchObject({ kind: 'image', url: OWN });
  outbox.addRecall({
    channel: GROUP,
    messageKey: 'u-bob:no-12',
    messageId: idOf(12),
    clientMsgNo: 'no-12',
  });
  expect(messages.entry(GROUP, key)).toBeNull();
});

it('has no place in a message that has none', () => {
  const { media, messages } = fixture.store;
  messages.ingest([message(1, { payload: text('words') })], 'live');
  expect(media.add(GROUP, picture(0), file('1'))).toBe(false);
});

function recall(n = 1): void {
  const facts = { ...extraOf(idOf(n)), revoke: true, revoker: 'u-bob', version: 9 + n };
  fixture.store.messages.applyExtras(GROUP, [facts], 'extra', 0);
}
