import Database from 'better-sqlite3';
import * as fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { createContext } from '../store/context.ts';
import { cachePath, openDatabase } from '../store/files/database.ts';
import type { OpenStore } from '../account-store/open-store.ts';
import {
  found,
  GROUP,
  idOf,
  ME,
  message,
  OTHER_GROUP,
  START,
  text,
} from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import { SearchIndex } from '../store/tables/search/search-index.ts';
import { SHARD_ROWS, shardsIn, shardTable } from '../store/tables/search/search-shards.ts';

const fixture = useFixture();
let store: OpenStore;
beforeEach(() => {
  store = fixture.store;
});

const query = { channel: null, cursor: null, limit: 10, fromUid: null, since: null, until: null };

test('two characters, one character, mixed, case, prefix, several words', () => {
  const texts = ['明天下午开会', 'iPhone手机很贵', 'Hello World', '没有别的'];
  store.messages.ingest(
    texts.map((content, index) => message(index + 1, { payload: text(content) })),
    'live',
  );
  const hits: [string, number[]][] = [
    ['开会', [1]],
    ['会', [1]],
    ['下午开', [1]],
    ['午会', []],
    ['iphone手机', [2]],
    ['手机', [2]],
    ['HELLO', [3]],
    ['wor', [3]],
    ['orld', [3]],
    ['hello rl', [3]],
    ['phon', [2]],
    ['orlds', []],
    ['hello wor', [3]],
    ['world hello', [3]],
    ['的', [4]],
  ];
  for (const [wanted, expected] of hits) {
    expect([wanted, found(store, wanted)]).toEqual([wanted, expected.map((n) => `u-bob:no-${n}`)]);
  }
});

test('inside of words: marked there, and gone with a recall', () => {
  const texts = ['see quarterly-Report.pdf', 'airport', 'пере́дача', 'Straßenfest', 'port'];
  store.messages.ingest(
    texts.map((content, index) => message(index + 1, { payload: text(content) })),
    'live',
  );
  const marks = (wanted: string): string[] =>
    store
      .search({ ...query, text: wanted })
      .messages.map(({ message: { content }, ranges }) =>
        ranges.map(([from, to]) => (content.kind === 'text' ? content.text.slice(from, to) : '')).join(),
      );
  expect(marks('port')).toEqual(['port', 'port', 'port']);
  expect(marks('дач')).toEqual(['дач']);
  expect(marks('assen')).toEqual(['aßen']);
  expect(marks('p')).toEqual(['p', 'p']);
  recall(2);
  expect(found(store, 'irpor')).toEqual([]);
});

test('by what it is: text, file, link', () => {
  const payloads = [
    text('报告写好了'),
    text('报告 https://example.com/a'),
    { type: 8, name: '报告.pdf', url: 'file/a', size: 1 },
  ];
  store.messages.ingest(
    payloads.map((payload, index) => message(index + 1, { payload })),
    'live',
  );
  const kinds = (kind: 'text' | 'media' | 'file' | 'link'): number[] =>
    store.search({ ...query, text: '报告', kind }).messages.map(({ message: hit }) => hit.messageSeq);
  expect(kinds('text')).toEqual([2, 1]);
  expect(kinds('link')).toEqual([2]);
  expect(kinds('file')).toEqual([3]);
  expect(kinds('media')).toEqual([]);
});

const image = (name?: string) => ({
  type: 2,
  url: 'file/a',
  width: 1,
  height: 1,
  ...(name ? { name } : {}),
});

test('without words: what fits the filters, images by name, none that is or is being recalled', () => {
  const payloads = [
    text('看 www.example.com'),
    image('季度 chart-final.png'),
    image(),
    { type: 8, name: 'chart.pdf', url: 'file/b', size: 1 },
    text('没有别的'),
    image('recalled-chart.png'),
    { type: 8, name: '正在撤回.pdf', url: 'file/c', size: 1 },
  ];
  store.messages.ingest(
    payloads.map((payload, index) =>
      message(index + 1, { payload, fromUid: index % 2 === 0 ? ME.uid : 'u-bob' }),
    ),
    'live',
  );
  store.messages.ingest(
    [message(9, { channel: OTHER_GROUP, payload: image('chart elsewhere.png') })],
    'live',
  );
  const seqs = (change: object): number[] =>
    store
      .search({ ...query, text: '', channel: GROUP, ...change })
      .messages.map((hit) => hit.message.messageSeq);
  const kinds = (change: object = {}): unknown => {
    const { cursor: _cursor, limit: _limit, ...rest } = { ...query, text: '', channel: GROUP, ...change };
    return store.searchKinds(rest);
  };
  expect(seqs({ kind: 'media' })).toEqual([6, 3, 2]);
  expect(kinds()).toEqual({ text: 2, media: 3, file: 2, link: 1, more: false });
  recall(6);
  store.outbox.addRecall({
    channel: GROUP,
    messageKey: `${ME.uid}:no-7`,
    messageId: idOf(7),
    clientMsgNo: 'no-7',
  });
  expect(seqs({ kind: 'media' })).toEqual([3, 2]);
  expect(seqs({ kind: 'file' })).toEqual([4]);
  expect(seqs({ kind: 'link' })).toEqual([1]);
  expect(seqs({ kind: 'text' })).toEqual([5, 1]);
  expect(seqs({ fromUid: 'u-bob' })).toEqual([4, 2]);
  expect(kinds()).toEqual({ text: 2, media: 2, file: 1, link: 1, more: false });
  expect(kinds({ fromUid: 'u-bob' })).toEqual({ text: 0, media: 1, file: 1, link: 0, more: false });
  // By what they are called.
  expect(seqs({ text: 'chart', kind: 'media' })).toEqual([2]);
  expect(seqs({ text: 'chart' })).toEqual([4, 2]);
  expect(kinds({ text: 'chart' })).toEqual({ text: 0, media: 1, file: 1, link: 0, more: false });
  // Everywhere: what can be named in a list, a voice message is not. Nothing is meant by no words and no filter, or by
  // signs alone.
  store.messages.ingest([message(8, { payload: { type: 4, url: 'v', timeTrad: 1 } })], 'live');
  expect(seqs({ channel: null, kind: 'media' })).toEqual([9, 3, 2]);
  expect(seqs({ channel: null, kind: 'text' })).toEqual([5, 1]);
  expect(seqs({ channel: null, kind: 'link' })).toEqual([1]);
  expect(seqs({ channel: null, fromUid: 'u-bob' })).toEqual([9, 4, 2]);
  expect(seqs({ channel: null, since: 0 })).toEqual([9, 5, 4, 3, 2, 1]);
  expect(seqs({ channel: null, until: 1 })).toEqual([]);
  expect(kinds({ channel: null })).toEqual({ text: 2, media: 3, file: 1, link: 1, more: false });
  expect([seqs({}), seqs({ channel: null }), seqs({ text: '!?', kind: 'media' })]).toEqual([[], [], []]);
  // Page by page.
  const first = store.search({ ...query, text: '', channel: GROUP, kind: 'media', limit: 1 });
  expect(first.messages.map((hit) => hit.message.messageSeq)).toEqual([3]);
  expect(seqs({ kind: 'media', limit: 1, cursor: first.cursor })).toEqual([2]);
});

test('without words it goes on in steps: what is recalled between two of them is not in the answer', () => {
  const payloads = ['一', '二', '三'].map((words) => text(words));
  store.messages.ingest(
    payloads.map((payload, index) => message(index + 1, { payload })),
    'live',
  );
  const listed = { ...query, text: '', channel: GROUP, kind: 'text' as const };
  const begun = store.searchStep(listed, null);
  if (!('part' in begun)) throw new Error('whole at once');
  const counted = store.searchKindsStep(listed, null);
  expect(counted).toHaveProperty('part');
  recall(2);
  const ended = store.searchStep(listed, begun);
  if ('part' in ended) throw new Error('goes on');
  expect(ended.messages.map((hit) => hit.message.messageSeq)).toEqual([3, 1]);
  // Words are found at once.
  expect(store.searchStep({ ...query, text: '三' }, null)).toHaveProperty('messages');
});

const video = (name?: string) => ({ type: 5, url: 'v', cover: 'c', second: 8, ...(name ? { name } : {}) });

test('videos are found by what they are called, and among images where nothing is searched for', () => {
  store.messages.ingest(
    [video('urlaub-2026.mp4'), video(), video('urlaub-alt.mp4')].map((payload, index) =>
      message(index + 1, { payload }),
    ),
    'live',
  );
  const seqs = (words: string): number[] =>
    store
      .search({ ...query, text: words, channel: GROUP, kind: 'media' })
      .messages.map((hit) => hit.message.messageSeq);
  expect(seqs('')).toEqual([3, 2, 1]);
  expect(seqs('urlaub')).toEqual([3, 1]);
  recall(3);
  expect([seqs(''), seqs('urlaub')]).toEqual([[2, 1], [1]]);
});

test('filters, newest first, pages without gaps or repeats, ranges', () => {
  const list = Array.from({ length: 25 }, (_, index) =>
    message(index + 1, {
      channel: index % 2 === 0 ? GROUP : OTHER_GROUP,
      fromUid: index % 3 === 0 ? 'u-carol' : 'u-bob',
      timestamp: START + Math.floor(index / 2),
      payload: text(`共同的词 ${index}`),
    }),
  );
  store.messages.ingest(list, 'history');
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page = store.search({ ...query, text: '共同', limit: 4, cursor });
    for (const hit of page.messages) {
      expect(hit.ranges).toEqual([[0, 2]]);
      seen.push(hit.message.messageId ?? '');
    }
    cursor = page.cursor;
  } while (cursor !== null);
  expect(seen).toEqual(list.map((m) => m.messageId).toReversed());
  const count = (change: object): number =>
    store.search({ ...query, text: '共同', limit: 100, ...change }).messages.length;
  expect(count({ channel: GROUP })).toBe(13);
  expect(count({ fromUid: 'u-carol' })).toBe(9);
  expect(count({ since: START + 2, until: START + 4 })).toBe(4);
  expect(count({ channel: { channelId: 'unknown', channelType: 2 } })).toBe(0);
});

test('never finds what is recalled, being recalled, deleted, hidden or edited away', () => {
  store.messages.ingest(
    [1, 2, 3, 4, 5].map((n) => message(n, { fromUid: ME.uid, payload: text('同一个词') })),
    'live',
  );
  store.messages.ingest([message(6, { payload: { ...text('同一个词'), visibles: ['u-x'] } })], 'live');
  store.messages.applyRecall({
    channel: GROUP,
    messageId: idOf(1),
    clientMsgNo: null,
    revoker: null,
    version: 1,
    source: 'cmd',
    startedAt: 0,
  });
  store.outbox.addRecall({
    channel: GROUP,
    messageKey: `${ME.uid}:no-2`,
    messageId: idOf(2),
    clientMsgNo: 'no-2',
  });
  store.messages.deleteForMe(GROUP, [idOf(3)]);
  store.messages.ingest(
    [
      message(4, {
        fromUid: ME.uid,
        extra: {
          messageId: idOf(4),
          version: 1,
          revoke: false,
          revoker: null,
          readCount: null,
          read: false,
          contentEdit: text('改过了'),
          editedAt: 1,
          mutualDeleted: false,
        },
      }),
    ],
    'history',
  );
  expect(found(store, '同一')).toEqual([`${ME.uid}:no-5`]);
  expect(found(store, '改过')).toEqual([`${ME.uid}:no-4`]);
  const page = store.search({ ...query, text: '同一', limit: 1 });
  expect([page.messages.length, page.cursor]).toEqual([1, null]);
});

test('people by name, remark, pinyin and initials; groups by name', () => {
  const user = {
    online: false,
    lastOffline: 0,
    friend: true,
    muted: false,
    pinned: false,
    showRecallNotes: true,
    blocked: false,
  };
  store.people.putUsers([
    { ...user, uid: 'a', name: '张三', remark: '', username: 'zs001' },
    { ...user, uid: 'b', name: 'Bob', remark: '李四', username: 'bob' },
  ]);
  store.people.putGroups([
    {
      groupNo: 'g',
      name: '产品讨论',
      remark: '',
      notice: '',
      memberCount: 3,
      onlineCount: null,
      myRole: 0,
      quit: false,
      mutedUntil: null,
      forbidden: false,
      inviteOnly: false,
      disbanded: false,
      muted: false,
      pinned: false,
      showRecallNotes: true,
      receipt: false,
    },
  ]);
  const contacts = (wanted: string): string[] =>
    store.search({ ...query, text: wanted }).contacts.map((c) => c.uid);
  expect([
    contacts('zhangs'),
    contacts('zs'),
    contacts('李'),
    contacts('ls'),
    contacts('bob'),
    contacts('xyz'),
  ]).toEqual([['a'], ['a'], ['b'], ['b'], ['b'], []]);
  expect(store.search({ ...query, text: '产品' }).groups).toEqual([
    { channel: { channelId: 'g', channelType: 2 }, name: '产品讨论', memberCount: 3 },
  ]);
  expect(store.search({ ...query, text: '产品', channel: GROUP }).groups).toEqual([]);
});

test('no query text breaks the search', () => {
  store.messages.ingest([message(1, { payload: text('plain 文字') })], 'live');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (wanted) => {
      expect(() => store.search({ ...query, text: wanted, cursor: wanted })).not.toThrow();
    }),
    { numRuns: 200 },
  );
});

test('another version of the segmenter rebuilds the index from the rows', () => {
  store.messages.ingest(
    [message(1, { payload: text('重建索引') }), message(2, { payload: text('recalled word') })],
    'live',
  );
  store.messages.applyRecall({
    channel: GROUP,
    messageId: idOf(2),
    clientMsgNo: null,
    revoker: null,
    version: 1,
    source: 'cmd',
    startedAt: 0,
  });
  store.close();
  const { db } = openDatabase(fixture.dir, () => undefined);
  // As an older program left it: other tokens in the index, other version in the state.
  db.exec("INSERT INTO message_search_0 (message_search_0) VALUES ('delete-all')");
  db.prepare("INSERT INTO message_search_0 (rowid, text) VALUES (1, 'oldtoken')").run();
  const ctx = createContext({
    db,
    me: ME,
    now: () => 0,
    serverNow: () => 0,
    offerReedit: () => true,
    log: () => undefined,
  });
  const index = new SearchIndex(ctx, 999);
  index.ensureCurrent();
  while (index.rebuildSome());
  const rows = (match: string): unknown[] =>
    db.prepare('SELECT rowid FROM message_search_0 WHERE message_search_0 MATCH ?').all(match);
  expect([rows('oldtoken'), rows('"重建 建索"').length, rows('recalled')]).toEqual([[], 1, []]);
  db.close();
  store = fixture.reopen();
  expect(found(store, '索引')).toEqual(['u-bob:no-1']);
});

function recall(n: number): void {
  store.messages.applyRecall({
    channel: GROUP,
    messageId: idOf(n),
    clientMsgNo: null,
    revoker: null,
    version: 1,
    source: 'cmd',
    startedAt: 0,
  });
}

/** Rows that the tables of the index hold for a word, whether or not they may be shown. */
function held(word: string): number[] {
  const db = new Database(cachePath(fixture.dir), { readonly: true });
  const rows = shardsIn(db).flatMap((shard) =>
    db
      .prepare<[string], number>(
        `SELECT rowid FROM ${shardTable(shard)} WHERE ${shardTable(shard)} MATCH ? ORDER BY rowid`,
      )
      .pluck()
      .all(word),
  );
  db.close();
  return rows.sort((a, b) => a - b);
}

test('a recalled row leaves the results at once and the index before the checkpoint', () => {
  const list = [1, 2, 3].map((n) => message(n, { payload: text(`shared word${n}`) }));
  store.messages.ingest(list, 'live');
  recall(3);
  recall(1);
  expect(found(store, 'shared')).toEqual(['u-bob:no-2']);
  expect(held('shared')).toEqual([1, 2, 3]);
  store.checkpoint();
  expect([held('shared'), held('word1'), held('word3')]).toEqual([[2], [], []]);
});

test('what is left to erase when the program ends is erased at the next start', () => {
  store.messages.ingest([message(1, { payload: text('left behind') })], 'live');
  store.close();
  // As a crash after SQLite's own checkpoint leaves it: no write-ahead log.
  const { db } = openDatabase(fixture.dir, () => undefined);
  db.exec(
    "UPDATE message SET recalled = 1, search_text = NULL; INSERT INTO search_erase VALUES (1, 'left behind')",
  );
  db.close();
  expect(held('behind')).toEqual([1]);
  store = fixture.reopenFresh();
  expect(held('behind')).toEqual([]);
});

test('a row number used again does not inherit what is still to be erased', () => {
  store.messages.ingest([message(1, { payload: text('first old') })], 'live');
  // Another id at the same seq: the channel started anew, its rows are gone.
  store.messages.ingest([message(1, { messageId: idOf(99), payload: text('first new') })], 'history');
  expect([found(store, 'first'), found(store, 'old'), held('old')]).toEqual([['u-bob:no-1'], [], []]);
  store.checkpoint();
  expect([found(store, 'first').length, held('first')]).toEqual([1, [1]]);
});

test('rows of several tables are found together, newest first, page by page', async () => {
  store.messages.ingest([message(1, { payload: text('across tables') })], 'live');
  store.close();
  const { db } = openDatabase(fixture.dir, () => undefined);
  // Row numbers go on from the highest.
  db.prepare('UPDATE message SET row = ?').run(SHARD_ROWS - 1);
  db.exec("DROP TABLE message_search_0; UPDATE state SET value = '0' WHERE name = 'segmenterVersion'");
  db.close();
  store = fixture.reopenFresh();
  store.messages.ingest(
    [2, 3].map((n) => message(n, { payload: text('across tables') })),
    'live',
  );
  await expect.poll(() => held('across')).toEqual([SHARD_ROWS - 1, SHARD_ROWS, SHARD_ROWS + 1]);
  const db2 = new Database(cachePath(fixture.dir), { readonly: true });
  expect(shardsIn(db2)).toEqual([1, 0]);
  db2.close();
  expect(found(store, 'across')).toEqual(['u-bob:no-3', 'u-bob:no-2', 'u-bob:no-1']);
  const first = store.search({ ...query, text: 'tables', limit: 2 });
  const second = store.search({ ...query, text: 'tables', limit: 2, cursor: first.cursor });
  expect([first, second].map(({ messages }) => messages.map((hit) => hit.message.messageSeq))).toEqual([
    [3, 2],
    [1],
  ]);
});
