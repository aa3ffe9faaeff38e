/**
 * The leak check and each kind of message: nothing is found once it is recalled, and whatever of it is left on purpose
 * (a field, a file, the bytes of a field in another file) is.
 */
import Database from 'better-sqlite3';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LeakCheck } from '../../../shared/ipc/contract/recall.ts';
import { extraOf, GROUP, idOf, message, OTHER_GROUP, text } from '../account-store/testing/store-fixture.ts';
import { scanForResidue } from '../residue/residue-scanner.ts';
import { type CheckedStore, openChecked } from './testing/checked-store.ts';

let checked: CheckedStore;
let logged: string[];
beforeEach(() => {
  logged = [];
  checked = openChecked({ log: (_level, entry) => void logged.push(entry) });
});
afterEach(() => checked.close());

type Payload = Record<string, unknown>;

/** Of its own each time, so that a field that is forgotten cannot hide behind another one. */
let made = 0;
const secret = (field: string): string => `Zq7X${(made += 1)}${field}K93绝密`;
const all = (payload: unknown): string[] => [
  ...new Set(JSON.stringify(payload).match(/Zq7X\w+K93绝密/g) ?? []),
];

const textsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return value.includes('Zq7X') ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
};

const film = { type: 5, second: 3, size: 9, width: 4, height: 3, name: secret('name'), url: secret('url') };
/** The fields of a kind that say something, each with its own secret. */
const KINDS: Record<string, Payload> = {
  'an image (2)': { type: 2, url: secret('url'), name: secret('name'), width: 9, height: 9 },
  'a sticker or GIF (3)': { type: 3, url: secret('url'), category: secret('category'), width: 9, height: 9 },
  'a voice message (4)': { type: 4, url: secret('url'), timeTrad: 3, waveform: secret('waveform') },
  'a video and its cover (5)': { ...film, cover: secret('cover') },
  'a place and its map (6)': {
    type: 6,
    lat: 31,
    lng: 121,
    title: secret('title'),
    address: secret('address'),
    img: secret('map'),
  },
  'a card (7)': { type: 7, uid: 'u-carol', name: secret('name'), vercode: secret('vercode') },
  'a file (8)': { type: 8, url: secret('url'), name: secret('name'), size: 9 },
  'an animated sticker (12)': {
    type: 12,
    url: secret('url'),
    content: secret('content'),
    placeholder: secret('placeholder'),
  },
  'a sticker of a pack (13)': {
    type: 13,
    url: secret('url'),
    content: secret('content'),
    placeholder: secret('placeholder'),
    format: 'lim',
  },
  'a text with pictures (14)': {
    type: 14,
    title: secret('title'),
    content: [
      { type: 'text', text: secret('text') },
      { type: 'image', url: `file/preview/${secret('picture')}`, width: 9, height: 9 },
    ],
  },
  'an organisation (16)': { type: 16, org_name: secret('org'), inviter_name: secret('inviter') },
  'a screenshot (20)': {
    type: 20,
    from_uid: secret('uid'),
    from_name: secret('person'),
    content: secret('content'),
  },
  'a call (9989)': { type: 9989, call_type: 1, result_type: 1, second: 65, content: secret('content') },
  'a kind nobody knows (77)': { type: 77, any: { deep: [secret('deep')] } },
};
/** What stands in `media_file` of a kind: under its id and this, a file (0) and its cover (1). */
const FILES: Record<string, readonly (readonly [below: string, part: number])[]> = {
  'a video and its cover (5)': [
    ['', 0],
    ['', 1],
  ],
  'a card (7)': [],
  // The picture is its third piece.
  'a text with pictures (14)': [['/2', 0]],
  'an organisation (16)': [],
  'a screenshot (20)': [],
  'a call (9989)': [],
  'a kind nobody knows (77)': [],
};
const ONE_FILE = [['', 0]] as const;
const PAYLOADS = Object.values(KINDS);
/** Seq of the message of a kind, and of the merged forward with a copy of it. */
const FIRST = 2;
const FORWARDS = 50;

function tamper(sql: string, ...values: unknown[]): void {
  const db = new Database(join(checked.accountDir, 'cache.db'));
  try {
    db.prepare(sql).run(...values);
  } finally {
    db.close();
  }
}

const recallAll = (): void =>
  checked.store.messages.applyExtras(
    GROUP,
    PAYLOADS.map((_, at) => extraOf(idOf(FIRST + at), { revoke: true, version: 90 + at })),
    'extra',
    0,
  );
const bad = ({ surfaces }: LeakCheck): string[] =>
  surfaces.filter(({ ok, repaired }) => !ok || repaired).map(({ surface }) => surface);
const left = (words: readonly string[] = all(PAYLOADS)): string[] =>
  scanForResidue([checked.profileDir], words).map((hit) => words[hit.secret] ?? '');
/** In the row of each message of the list, behind the store's back. */
const plant = (first: number, payloads: readonly Payload[]): void => {
  for (const [at, payload] of payloads.entries())
    tamper('UPDATE message SET payload = ? WHERE message_id = ?', JSON.stringify(payload), idOf(first + at));
};

const BYTES = secret('bytes');
/** A file of a message as the media keeps it. */
function keepFile(messageId: string, part: number): string {
  const file = randomBytes(16).toString('hex');
  const path = join(checked.accountDir, 'media', file);
  mkdirSync(join(checked.accountDir, 'media'), { recursive: true });
  writeFileSync(path, BYTES);
  tamper('INSERT INTO media_file VALUES (?, ?, ?, ?, 5, 5)', messageId, part, file, 'image/png');
  return path;
}
/** Every file that a kind has. */
const keepFiles = (owner: (at: number) => string): string[] =>
  Object.keys(KINDS).flatMap((kind, at) =>
    (FILES[kind] ?? ONE_FILE).map(([below, part]) => keepFile(`${owner(at)}${below}`, part)),
  );

const forwardOf = (at: number): Payload => ({
  type: 11,
  channel_type: 2,
  users: [{ uid: 'u-bob', name: 'Bob' }],
  msgs: [
    { message_id: idOf(FIRST + at), from_uid: 'u-bob', timestamp: 5, payload: PAYLOADS[at] },
    { from_uid: 'u-bob', timestamp: 6, payload: text('kept') },
  ],
});

/** A message of each kind, a quote of each, and a merged forward with a copy of each. */
function say(): void {
  const { messages } = checked.store;
  for (const [at, payload] of PAYLOADS.entries()) {
    const seq = FIRST + at;
    const reply = { message_id: idOf(seq), message_seq: seq, from_uid: 'u-bob', from_name: 'Bob', payload };
    messages.ingest(
      [
        message(seq, { payload }),
        message(seq + 20, { payload: text('a reply', { reply }) }),
        message(FORWARDS + at, { channel: OTHER_GROUP, payload: forwardOf(at) }),
      ],
      'live',
    );
  }
  // All of it is there to be erased.
  expect(new Set(left())).toEqual(new Set(all(PAYLOADS)));
}

test('of no kind anything is left after a recall, nor found', async () => {
  say();
  const paths = [...keepFiles((at) => idOf(FIRST + at)), ...keepFiles((at) => `${idOf(FORWARDS + at)}/0`)];
  recallAll();
  expect(bad(await checked.run()).filter((surface) => surface !== 'media')).toEqual([]);
  expect(paths.filter((path) => existsSync(path))).toEqual([]);
  expect(left([...all(PAYLOADS), BYTES])).toEqual([]);
  expect(bad(await checked.run())).toEqual([]);
});

test('what is left in the row of any kind is found and erased', async () => {
  say();
  recallAll();
  plant(FIRST, PAYLOADS);
  expect(bad(await checked.run())).toContain('bubbles');
  expect(left()).toEqual([]);
  expect(bad(await checked.run())).toEqual([]);
});

test('what is left in a merged forward, at any depth, is found and erased', async () => {
  say();
  recallAll();
  const flat = PAYLOADS.map((_, at) => forwardOf(at));
  const deep = flat.map((forward) => ({
    type: 11,
    users: [],
    msgs: [{ payload: { ...forward, msgs: [{ payload: forward }] } }],
  }));
  for (const shape of [flat, deep]) {
    plant(FORWARDS, shape);
    expect(bad(await checked.run())).toContain('quotes');
    expect(left()).toEqual([]);
    expect(bad(await checked.run())).toEqual([]);
  }
});

test('each field of each kind is known by its fingerprint, wherever it is written', async () => {
  say();
  recallAll();
  // As it stands there: of an address the whole. Who took a screenshot is no word of anybody.
  const words = PAYLOADS.flatMap(textsOf).filter((said) => !/uid|person/.test(said));
  mkdirSync(join(checked.profileDir, 'logs'), { recursive: true });
  for (const [at, said] of words.entries())
    writeFileSync(join(checked.profileDir, 'logs', `${at}.log`), `x ${said} x`);
  expect(bad(await checked.run())).toEqual(['disk']);
  expect(words.filter((_, at) => !logged.some((line) => line.endsWith(join('logs', `${at}.log`))))).toEqual(
    [],
  );
});

test('the files of any kind, of it or of its copy in a forward, are found and erased', async () => {
  say();
  recallAll();
  for (const owner of [
    (at: number): string => idOf(FIRST + at),
    (at: number): string => `${idOf(FIRST + at)}/0`,
  ]) {
    const paths = keepFiles(owner);
    expect(bad(await checked.run())).toContain('media');
    expect(paths.filter((path) => existsSync(path))).toEqual([]);
  }
  expect(bad(await checked.run())).toEqual([]);
});

test('the four lines of a card, and names that a merged forward brings, go with it', async () => {
  const words = [1, 2, 3, 4, 5].map((at) => secret(`line${at}`));
  const person = secret('person');
  const forward: Payload = {
    type: 11,
    users: [{ uid: 'u-zoe', name: person }],
    msgs: words.map((content, at) => ({
      message_id: idOf(70 + at),
      from_uid: 'u-zoe',
      timestamp: at,
      payload: text(content),
    })),
  };
  checked.store.messages.ingest([message(FIRST, { payload: forward })], 'live');
  recallAll();
  expect(bad(await checked.run())).toEqual([]);
  expect(left([...words, person])).toEqual([]);
  plant(FIRST, [forward]);
  expect(bad(await checked.run())).toContain('bubbles');
  expect(left([...words, person])).toEqual([]);
  mkdirSync(join(checked.profileDir, 'logs'), { recursive: true });
  for (const line of words.slice(0, 4)) {
    writeFileSync(join(checked.profileDir, 'logs', 'main.log'), line);
    expect(bad(await checked.run())).toContain('disk');
  }
});
