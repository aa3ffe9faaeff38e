import Database from 'better-sqlite3';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ChannelRef, MessageView } from '../../../shared/domain.ts';
import { CHECKPOINT_DELAY_MS } from '../account-store/erasure-timer.ts';
import { openStore, type OpenStore } from '../account-store/open-store.ts';
import {
  extraOf,
  found,
  GROUP,
  idOf,
  ME,
  message,
  OTHER_GROUP,
  PERSON,
  START,
  text,
} from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import { scanForResidue } from '../residue/residue-scanner.ts';
import { cachePath } from '../store/files/database.ts';
import { cacheMigrations } from '../store/files/migrations/index.ts';
import type { ServerMessage } from '../store/server-records.ts';
import { Setting } from '../../../shared/wire/packets.ts';

const SECRET = 'Burn7Xsecret 阅后即焚的口令';
const COVER = '[阅后即焚消息]';

const fixture = useFixture();
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const burning = (seq: number, seconds: unknown = 10, change: Partial<ServerMessage> = {}): ServerMessage =>
  message(seq, { payload: text(SECRET, { flame: 1, flame_second: seconds }), ...change });
const voice = (seq: number, timeTrad: unknown): ServerMessage =>
  message(seq, { payload: { type: 4, url: 'x', timeTrad, flame: 1, flame_second: 10 } });
const key = (seq: number, from = 'u-bob'): string => `${from}:no-${seq}`;
const view = (seq: number, channel: ChannelRef = GROUP, from = 'u-bob'): MessageView | null =>
  fixture.store.messages.get(channel, key(seq, from));
const open = (seq: number, channel: ChannelRef = GROUP, from = 'u-bob'): void =>
  fixture.store.messages.openFlame(channel, key(seq, from));
const lines = (channel: ChannelRef = GROUP): number[] =>
  fixture.store.messages.page(channel, { at: 'latest' }, 50).messages.map((one) => one.messageSeq);
const preview = (channel: ChannelRef = GROUP) => fixture.store.conversations.get(channel)?.preview;
function pass(seconds: number): void {
  fixture.nowMs += seconds * 1000;
  vi.advanceTimersByTime(seconds * 1000);
}
/** Requests for the server. */
const requests = () => fixture.store.outbox.actionJobs().map(({ kind, args }) => ({ kind, ...args }));
const deletion = (...seqs: number[]) => ({
  kind: 'deleteForMe',
  messages: seqs.map((seq) => ({ messageId: idOf(seq), messageSeq: seq })),
});
const everything = (): string =>
  JSON.stringify([
    fixture.store.messages.page(GROUP, { at: 'latest' }, 50),
    fixture.store.messages.page(OTHER_GROUP, { at: 'latest' }, 50),
    fixture.store.conversations.list(),
  ]);

describe('covered', () => {
  test('nothing of it is in flow, preview, quotes, search or what may be copied', () => {
    const reply = { message_id: idOf(1), message_seq: 1, from_uid: 'u-bob', payload: text(SECRET) };
    fixture.store.messages.ingest(
      [burning(1), message(2, { channel: OTHER_GROUP, payload: text('a reply', { reply }) })],
      'live',
    );
    expect(view(1)?.content).toEqual({ kind: 'covered', of: 'text' });
    expect(view(1)?.flame).toEqual({ seconds: 10, open: false, untilMs: null });
    expect(preview()).toMatchObject({ text: COVER, contentKind: 'covered' });
    expect(view(2, OTHER_GROUP)?.quote).toMatchObject({ state: 'ok', preview: COVER });
    expect(everything()).not.toContain('Burn7X');
    expect(found(fixture.store, 'Burn7Xsecret')).toEqual([]);
    expect(found(fixture.store, '口令')).toEqual([]);
    expect(fixture.store.messages.payloadOf(GROUP, key(1))).toBeNull();
  });

  test('nor of an image, a file, a voice message or what is not understood: no name, no address', () => {
    const payloads = {
      image: { type: 2, url: 'file/preview/secret-picture.png', width: 400, height: 300 },
      file: { type: 8, url: 'file/preview/x', name: 'secret-plan.pdf', size: 5 },
      voice: { type: 4, url: 'file/preview/secret-voice', timeTrad: 3 },
      unsupported: { type: 21, content: 'secret-odd', title: 'secret-title' },
    };
    for (const [index, [of, payload]] of Object.entries(payloads).entries()) {
      const seq = index + 1;
      fixture.store.messages.ingest([burning(seq, 10, { payload: { ...payload, flame: 1 } })], 'live');
      expect(view(seq)?.content).toEqual({ kind: 'covered', of });
      expect(preview()?.text).toBe(COVER);
    }
    expect(everything()).not.toContain('secret');
    expect(found(fixture.store, 'secret-plan.pdf')).toEqual([]);
  });

  test('a copy that was sent again burns when any of the copies does', () => {
    const copies = [message(1, { clientMsgNo: 'no-1' }), burning(2, 5, { clientMsgNo: 'no-1' })];
    for (const one of copies)
      fixture.store.messages.ingest(
        [{ ...one, payload: { ...(one.payload as object), content: SECRET } }],
        'live',
      );
    expect(view(1)).toMatchObject({ content: { kind: 'covered' }, flame: { seconds: 5 } });
    expect(preview()?.text).toBe(COVER);
    expect(found(fixture.store, 'Burn7Xsecret')).toEqual([]);
  });

  test('hostile values cover, and lines of the system are none', () => {
    for (const [index, flame] of [1, true, '1', 'true', 7].entries()) {
      fixture.store.messages.ingest([burning(index + 1, -1e9, { payload: text(SECRET, { flame }) })], 'live');
      expect([flame, view(index + 1)?.content.kind]).toEqual([flame, 'covered']);
    }
    for (const [index, flame] of [0, '0', '', null, {}, []].entries()) {
      fixture.store.messages.ingest([burning(index + 20, 1, { payload: text('plain', { flame }) })], 'live');
      expect([flame, view(index + 20)?.content.kind]).toEqual([flame, 'text']);
    }
    const tip = { type: 2000, content: 'a tip', flame: 1, flame_second: 5 };
    fixture.store.messages.ingest([burning(40, 1, { payload: tip })], 'live');
    // (Of a member: no line of the system, and nothing that burns either.)
    expect(view(40)).toMatchObject({ content: { kind: 'unsupported' }, flame: null });
  });

  test('an edit, another delivery or a resend does not uncover it', () => {
    fixture.store.messages.ingest([burning(1)], 'live');
    const edit = { version: 3, contentEdit: text(`edited ${SECRET}`), editedAt: 5 };
    fixture.store.messages.applyExtras(GROUP, [extraOf(idOf(1), edit)], 'extra', 0);
    fixture.store.messages.ingest([message(1, { payload: text(SECRET) })], 'history');
    fixture.store.messages.ingest([message(2, { clientMsgNo: 'no-1', payload: text(SECRET) })], 'history');
    expect(view(1)?.content.kind).toBe('covered');
    expect(found(fixture.store, 'Burn7Xsecret')).toEqual([]);
    open(1);
    pass(10);
    expect(lines()).toEqual([]);
    expect(requests()).toContainEqual(deletion(1, 2));
  });

  test('an edit that makes it burn covers what was an ordinary message, and takes it out of the index', () => {
    fixture.store.messages.ingest([message(1, { payload: text('ordinary words') })], 'live');
    expect(found(fixture.store, 'ordinary')).toHaveLength(1);
    const contentEdit = text('ordinary words', { flame: '1', flame_second: 30 });
    fixture.store.messages.applyExtras(GROUP, [extraOf(idOf(1), { version: 3, contentEdit })], 'extra', 0);
    expect(view(1)).toMatchObject({ content: { kind: 'covered' }, flame: { seconds: 30 } });
    expect(found(fixture.store, 'ordinary')).toEqual([]);
  });

  test('own ones too, from the moment they are written', () => {
    fixture.store.outbox.addSend({
      channel: GROUP,
      clientMsgNo: 'no-9',
      payload: text(SECRET, { flame: 1, flame_second: 10 }),
      timestamp: START,
    });
    expect(view(9, GROUP, ME.uid)).toMatchObject({ content: { kind: 'covered' }, messageId: null });
    expect(preview()?.text).toBe(COVER);
    expect(fixture.store.messages.payloadOf(GROUP, key(9, ME.uid))).toBeNull();
    expect(() => open(9, GROUP, ME.uid)).toThrow('not known here');
  });

  test('what an earlier version stored in clear is covered, and leaves the index', () => {
    fixture.store.messages.ingest(
      [burning(1, '20'), message(2, { payload: text('flame ordinary') })],
      'live',
    );
    fixture.store.close();
    const db = new Database(cachePath(fixture.dir));
    db.exec('DROP TABLE sticker_pack');
    db.exec('DROP TRIGGER pin_of_changed_message; DROP TRIGGER pin_of_removed_message; DROP TABLE pin');
    db.exec('ALTER TABLE group_info DROP COLUMN members_pin');
    db.exec('DROP TRIGGER reaction_of_changed_message; DROP TRIGGER reaction_of_removed_message');
    db.exec('DROP TRIGGER forwarded_of_changed_message; DROP TRIGGER forwarded_of_removed_message');
    db.exec('DROP INDEX message_copies; DROP INDEX message_recalled');
    db.exec('DROP TABLE forwarded; DROP TABLE reaction; DROP INDEX message_by_time');
    db.exec('ALTER TABLE channel DROP COLUMN reaction_seq; ALTER TABLE channel DROP COLUMN reaction_base');
    db.exec(`UPDATE message SET search_text = json_extract(payload, '$.content'), flame = NULL`);
    db.exec('ALTER TABLE message DROP COLUMN flame; ALTER TABLE channel DROP COLUMN flame');
    db.exec('ALTER TABLE channel DROP COLUMN flame_second');
    db.exec('DROP INDEX message_streaming; ALTER TABLE message DROP COLUMN stream');
    db.exec('ALTER TABLE message DROP COLUMN stream_seq');
    db.exec(
      'ALTER TABLE message_extra DROP COLUMN edit_owed; ALTER TABLE conversation DROP COLUMN offset_at',
    );
    db.exec('ALTER TABLE user DROP COLUMN short_no; ALTER TABLE conversation DROP COLUMN place_seq');
    db.exec('ALTER TABLE conversation DROP COLUMN place_offset');
    db.exec('ALTER TABLE conversation DROP COLUMN marked_unread');
    db.exec('DROP INDEX message_media; ALTER TABLE message DROP COLUMN album');
    db.exec('ALTER TABLE message DROP COLUMN voice_played');
    db.exec('DROP INDEX message_by_shared; ALTER TABLE message DROP COLUMN shared_kind');
    for (const added of ['saved', 'friends_forbidden', 'past_hidden']) {
      db.exec(`ALTER TABLE group_info DROP COLUMN ${added}`);
    }
    db.exec('ALTER TABLE group_member DROP COLUMN destroyed');
    db.exec('ALTER TABLE user DROP COLUMN device; ALTER TABLE user DROP COLUMN destroyed');
    db.exec('DROP TRIGGER media_left_removed; DROP TABLE media_left');
    const before = cacheMigrations.findIndex(({ sql }) => sql.includes('COLUMN flame'));
    db.pragma(`user_version = ${cacheMigrations[before - 1]?.version ?? 0}`);
    db.exec("UPDATE state SET value = '0' WHERE name = 'segmenterVersion'");
    db.close();
    fixture.reopenFresh();
    expect(view(1)).toMatchObject({ content: { kind: 'covered' }, flame: { seconds: 20 } });
    expect(view(2)?.flame).toBeNull();
    expect(found(fixture.store, 'Burn7Xsecret')).toEqual([]);
    expect(found(fixture.store, 'ordinary')).toHaveLength(1);
  });
});

describe('opened', () => {
  test('it is shown in the flow alone, and gone at its second, here and for the account', () => {
    fixture.store.messages.ingest([burning(1), message(2)], 'live');
    open(1);
    expect(view(1)?.content).toMatchObject({ kind: 'text', text: SECRET });
    expect(view(1)?.flame).toEqual({ seconds: 10, open: true, untilMs: fixture.nowMs + 10_000 });
    expect(found(fixture.store, 'Burn7Xsecret')).toEqual([]);
    expect(fixture.store.messages.payloadOf(GROUP, key(1))).toBeNull();
    pass(9);
    expect(lines()).toEqual([1, 2]);
    expect(requests()).toEqual([]);
    pass(1);
    expect(lines()).toEqual([2]);
    expect(view(1)).toBeNull();
    expect(requests()).toEqual([deletion(1)]);
  });

  test('a second opening does not lengthen it, and nobody opens what is not there', () => {
    fixture.store.messages.ingest([burning(1), message(2)], 'live');
    open(1);
    pass(6);
    open(1);
    pass(4);
    expect(lines()).toEqual([2]);
    for (const seq of [1, 77]) expect(() => open(seq)).toThrow('not known here');
    expect(() => open(2)).toThrow('nothing to be opened');
  });

  test('0 seconds: gone when the chat is left, not before', () => {
    fixture.store.messages.ingest([burning(1, 0), burning(2, 0), burning(3, 60)], 'live');
    for (const seq of [1, 2, 3]) open(seq);
    pass(3_000);
    fixture.store.messages.leaveFlames(OTHER_GROUP);
    expect(lines()).toEqual([1, 2]);
    fixture.store.messages.leaveFlames(GROUP, key(2));
    expect(lines()).toEqual([1]);
    fixture.store.messages.leaveFlames(GROUP);
    expect(lines()).toEqual([]);
    expect(requests()).toEqual([deletion(3), deletion(2), deletion(1)]);
  });

  test('a voice message is heard to its end before its time runs, however long it says it is', () => {
    fixture.store.messages.ingest([voice(1, 20), voice(2, 1e9)], 'live');
    open(1);
    open(2);
    pass(29);
    expect(lines()).toEqual([1, 2]);
    pass(1);
    expect(lines()).toEqual([2]);
    pass(580);
    expect(lines()).toEqual([]);
  });

  test('the preview falls back to what is left, and unread does not count it', () => {
    fixture.store.messages.ingest([message(1), burning(2)], 'live');
    open(2);
    pass(10);
    expect(preview()?.text).toBe('message 1');
    expect(fixture.store.conversations.get(GROUP)?.unread).toBe(1);
  });

  test('the author hears that it was read when it is opened, not when its cover was seen', () => {
    fixture.store.messages.ingest([burning(1, 10, { setting: Setting.receipt })], 'live');
    fixture.store.conversations.markReadHere(GROUP, 1);
    expect(requests().map(({ kind }) => kind)).toEqual(['markRead']);
    open(1);
    expect(requests()).toContainEqual({ kind: 'reportRead', messageIds: [idOf(1)] });
  });

  test('the peer has read an own one: it ends for the author, too; in a group it does not', () => {
    const own = { fromUid: ME.uid, setting: Setting.receipt };
    fixture.store.messages.ingest([burning(1, 10, { ...own, channel: PERSON }), burning(2, 10, own)], 'live');
    fixture.store.messages.applyExtras(PERSON, [extraOf(idOf(1), { readCount: 1 })], 'extra', 0);
    fixture.store.messages.applyExtras(GROUP, [extraOf(idOf(2), { readCount: 1 })], 'extra', 0);
    // That the peer has seen it shows nothing here; who opens it now has what is left of its time.
    expect(view(1, PERSON, ME.uid)).toMatchObject({ content: { kind: 'covered' }, flame: { open: false } });
    pass(4);
    open(1, PERSON, ME.uid);
    expect(view(1, PERSON, ME.uid)?.flame).toMatchObject({ open: true, untilMs: fixture.nowMs + 6_000 });
    pass(6);
    expect(lines(PERSON)).toEqual([]);
    expect(lines()).toEqual([2]);
    expect(requests()).toEqual([deletion(1)]);
  });

  test('a recall takes it before its end, and its line stays', () => {
    fixture.store.messages.ingest([burning(1, 10, { fromUid: ME.uid })], 'live');
    open(1, GROUP, ME.uid);
    const recalled = { messageId: idOf(1), clientMsgNo: null, revoker: ME.uid, version: 9 };
    fixture.store.messages.applyRecall({ channel: GROUP, ...recalled, source: 'own', startedAt: 0 });
    expect(view(1, GROUP, ME.uid)?.recall).toMatchObject({ state: 'done', reeditUntilMs: null });
    pass(10);
    expect(view(1, GROUP, ME.uid)?.recall?.state).toBe('done');
    expect(requests()).toEqual([]);
  });

  test('another device of the account has burned it: it is gone here as well', () => {
    fixture.store.messages.ingest([burning(1)], 'live');
    fixture.store.messages.ingest([burning(1, 10, { deleted: true })], 'history');
    expect(lines()).toEqual([]);
    expect(() => open(1)).toThrow('not known here');
  });
});

describe('across a restart', () => {
  test('the end stays where it was', () => {
    fixture.store.messages.ingest([burning(1), message(2)], 'live');
    open(1);
    pass(4);
    fixture.reopen();
    expect(view(1)?.flame).toMatchObject({ open: true, untilMs: fixture.nowMs + 6_000 });
    pass(5);
    expect(lines()).toEqual([1, 2]);
    pass(1);
    expect(lines()).toEqual([2]);
  });

  test('what ended meanwhile, or ends with the chat, is gone before anything is shown', () => {
    fixture.store.messages.ingest([burning(1), burning(2, 0), message(3)], 'live');
    open(1);
    open(2);
    fixture.store.close();
    fixture.nowMs += 11_000;
    fixture.reopenFresh();
    expect(lines()).toEqual([3]);
    expect(requests()).toEqual([deletion(2), deletion(1)]);
  });

  test('a clock that was set back does not lengthen it', () => {
    fixture.store.messages.ingest([burning(1)], 'live');
    open(1);
    fixture.store.close();
    fixture.nowMs -= 86_400_000;
    fixture.reopenFresh();
    pass(10);
    expect(lines()).toEqual([]);
  });

  test('a cache that is lost does not cover it anew, and its end comes although it is not cached', () => {
    fixture.store.messages.ingest([burning(1), burning(2)], 'live');
    open(1);
    open(2);
    fixture.store.rebuild();
    pass(4);
    fixture.store.messages.ingest([burning(1)], 'history');
    expect(view(1)?.flame).toMatchObject({ open: true, untilMs: fixture.nowMs + 6_000 });
    pass(6);
    expect(requests()).toEqual([deletion(1), deletion(2)]);
    fixture.store.messages.ingest([burning(2)], 'history');
    expect(lines()).toEqual([]);
  });
});

/** Among others on the same pages. */
function plant(store: OpenStore): void {
  for (let seq = 1; seq <= 200; seq += 1) store.messages.ingest([message(seq)], 'live');
  store.messages.ingest([burning(201), burning(202, 0)], 'live');
  for (let seq = 203; seq <= 260; seq += 1) store.messages.ingest([message(seq)], 'live');
}

describe('off the disk', () => {
  const SECRETS = ['Burn7Xsecret', '阅后即焚的口令'];
  test('no byte of it is left within seconds of its end', () => {
    plant(fixture.store);
    open(201);
    open(202);
    fixture.store.checkpoint();
    expect(scanForResidue([fixture.dir], SECRETS).length).toBeGreaterThan(0);
    fixture.store.messages.leaveFlames(GROUP);
    pass(10);
    vi.advanceTimersByTime(CHECKPOINT_DELAY_MS + 500);
    expect(scanForResidue([fixture.dir], SECRETS)).toEqual([]);
    expect(scanForResidue([fixture.dir], ['message 199']).length).toBeGreaterThan(0);
  });

  test('killed while it counts down: the next start takes it off the disk', () => {
    plant(fixture.store);
    open(201);
    open(202);
    // The files as a power cut would leave them.
    const image = mkdtempSync(join(dirname(fixture.dir), 'wukong-crash-'));
    try {
      cpSync(fixture.dir, image, { recursive: true });
      expect(scanForResidue([image], SECRETS).length).toBeGreaterThan(0);
      const store = openStore({
        accountDir: image,
        me: ME,
        now: () => fixture.nowMs + 10_000,
        serverOffsetMs: () => 0,
        offerReedit: () => true,
        log: () => undefined,
      });
      vi.advanceTimersByTime(CHECKPOINT_DELAY_MS + 500);
      expect(scanForResidue([image], SECRETS)).toEqual([]);
      store.close();
    } finally {
      rmSync(image, { recursive: true });
    }
  });
});
