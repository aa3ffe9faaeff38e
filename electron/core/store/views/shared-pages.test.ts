import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { SharedKind } from '../../../../shared/content/shared-kind.ts';
import {
  extraOf,
  GROUP,
  idOf,
  message,
  OTHER_GROUP,
  START,
  text,
} from '../../account-store/testing/store-fixture.ts';
import { useFixture } from '../../account-store/testing/use-fixture.ts';
import { cachePath } from '../files/database.ts';
import type { SharedQuery } from './shared-pages.ts';

const fixture = useFixture();

const shared = (kind: SharedKind, change: Partial<SharedQuery> = {}) =>
  fixture.store.messages.shared({
    channel: GROUP,
    kind,
    text: '',
    fromUid: null,
    since: null,
    until: null,
    before: null,
    limit: 50,
    ...change,
  });
const seqs = (kind: SharedKind, change: Partial<SharedQuery> = {}): number[] =>
  shared(kind, change).messages.map(({ messageSeq }) => messageSeq);

const payloads: Record<string, unknown>[] = [
  text('no link'),
  { type: 2, url: 'file/preview/1.png', width: 3, height: 4 },
  { type: 8, url: 'file/preview/2.pdf', name: 'Angebot Über.pdf', size: 5 },
  text('see https://a.example/x and https://b.example'),
  { type: 4, url: 'file/preview/3.amr', timeTrad: 7 },
  { type: 3, url: 'file/preview/4.gif', width: 3, height: 4 },
  { type: 5, url: 'file/preview/5.mp4', second: 12 },
  text('write to lin@a.example'),
  { type: 2, url: 'file/preview/6.png', width: 1, height: 1, flame: 1, flame_second: 10 },
  text('https://burns.example', { flame: 1, flame_second: 10 }),
];
const store = (): void =>
  fixture.store.messages.ingest(
    payloads.map((payload, index) =>
      message(index + 1, { payload, fromUid: index % 2 === 0 ? 'u-bob' : 'u-carol' }),
    ),
    'history',
  );

describe('the shared content of a chat', () => {
  it('is its pictures, files, links and voice messages, newest first, and nothing that burns', () => {
    store();
    fixture.store.messages.ingest([message(1, { channel: OTHER_GROUP, messageId: idOf(99) })], 'history');
    expect(seqs('media')).toEqual([7, 6, 2]);
    expect(seqs('file')).toEqual([3]);
    expect(seqs('link')).toEqual([8, 4]);
    expect(seqs('voice')).toEqual([5]);
    expect(fixture.store.messages.sharedCounts(GROUP)).toEqual({ media: 3, file: 1, link: 2, voice: 1 });
    expect(fixture.store.messages.sharedCounts({ channelId: 'nobody', channelType: 1 })).toEqual({
      media: 0,
      file: 0,
      link: 0,
      voice: 0,
    });
  });

  it('comes in pages, of one sender, of some days, and with some words', () => {
    store();
    const first = shared('media', { limit: 2 });
    expect(first.messages.map(({ messageSeq }) => messageSeq)).toEqual([7, 6]);
    expect(first.before).toBe(6);
    expect(shared('media', { limit: 2, before: first.before })).toMatchObject({ before: null });
    expect(seqs('media', { before: first.before })).toEqual([2]);
    expect(shared('media', { limit: 3 }).before).toBe(null);
    expect(seqs('media', { fromUid: 'u-carol' })).toEqual([6, 2]);
    expect(seqs('media', { since: START + 6, until: START + 7 })).toEqual([6]);
    expect(seqs('file', { text: 'über' })).toEqual([3]);
    expect(seqs('file', { text: 'nichts' })).toEqual([]);
    expect(seqs('link', { text: 'B.EXAMPLE' })).toEqual([4]);
  });

  it('loses what is recalled, being recalled, deleted, expired, cleared or edited into something else', () => {
    store();
    const { messages, outbox } = fixture.store;
    messages.applyExtras(GROUP, [extraOf(idOf(2), { revoke: true, version: 1 })], 'extra', 0);
    expect(seqs('media')).toEqual([7, 6]);
    outbox.addRecall({
      channel: GROUP,
      messageKey: 'u-carol:no-6',
      messageId: idOf(6),
      clientMsgNo: 'no-6',
    });
    expect(seqs('media')).toEqual([7]);
    messages.deleteForMe(GROUP, [idOf(7)]);
    expect(seqs('media')).toEqual([]);
    const contentEdit = { type: 1, content: 'no address any more' };
    messages.applyExtras(GROUP, [extraOf(idOf(4), { contentEdit, version: 2 })], 'extra', 0);
    expect(seqs('link')).toEqual([8]);
    messages.applyExtras(
      GROUP,
      [extraOf(idOf(1), { contentEdit: { type: 1, content: 'now http://c.example' }, version: 3 })],
      'extra',
      0,
    );
    expect(seqs('link')).toEqual([8, 1]);
    fixture.store.conversations.clearHistory(GROUP, 8);
    expect(fixture.store.messages.sharedCounts(GROUP)).toEqual({ media: 0, file: 0, link: 0, voice: 0 });
  });

  it('is found in what an older version stored, slice by slice, also after a kill', async () => {
    store();
    fixture.store.messages.applyExtras(GROUP, [extraOf(idOf(2), { revoke: true, version: 1 })], 'extra', 0);
    const before = fixture.store.messages.sharedCounts(GROUP);
    fixture.store.close();
    // As the migration leaves it.
    const db = new Database(cachePath(fixture.dir));
    db.exec(`UPDATE message SET shared_kind = 0;
      INSERT INTO state SELECT 'sharedFrom', CAST(max(row) + 1 AS TEXT) FROM message`);
    db.close();
    fixture.reopenFresh();
    expect(fixture.store.messages.sharedCounts(GROUP)).toMatchObject({ media: 0, link: 0 });
    await expect.poll(() => fixture.store.messages.sharedCounts(GROUP)).toEqual(before);
    await expect.poll(() => fixture.store.state.get('sharedFrom')).toBe(null);
  });
});
