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

it('has no place in a message that has none', () => {
  const { media, messages } = fixture.store;
  messages.ingest([message(1, { payload: text('words') })], 'live');
  expect(media.add(GROUP, picture(0), file('1'))).toBe(false);
});

function recall(): void {
  const facts = { ...extraOf(idOf(1)), revoke: true, revoker: 'u-bob', version: 9 };
  fixture.store.messages.applyExtras(GROUP, [facts], 'extra', 0);
}
