import Database from 'better-sqlite3';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LEAK_SURFACES, type LeakCheck } from '../../../shared/ipc/contract/recall.ts';
import type { OpenStore } from '../account-store/open-store.ts';
import {
  conversation,
  extraOf,
  GROUP,
  idOf,
  ME,
  message,
  PERSON,
  text,
} from '../account-store/testing/store-fixture.ts';
import type { AnnouncedMessage } from './leak-check.ts';
import { openChecked } from './testing/checked-store.ts';
import { scanForResidue } from '../residue/residue-scanner.ts';
import { formsOf } from '../residue/text-forms.ts';

const SECRET = 'Zq7XsecretASCIIxK93 绝密撤回内容甲乙丙';

let profileDir: string;
let store: OpenStore;
let accountDir: string;
let run: () => Promise<LeakCheck>;
let announced: AnnouncedMessage[];
let withdrawn: string[];
let logged: string[];
let close: () => Promise<void>;

beforeEach(() => {
  announced = [];
  withdrawn = [];
  logged = [];
  const checked = openChecked({
    announced: () => announced,
    withdraw: (_channel, keys) => void withdrawn.push(...keys),
    log: (level, entry) => void logged.push(`${level}: ${entry}`),
  });
  ({ accountDir, close, profileDir, run, store } = checked);
});
afterEach(() => close());

const recall = (seq: number): void =>
  store.messages.applyRecall({
    channel: GROUP,
    messageId: idOf(seq),
    clientMsgNo: null,
    revoker: 'u-bob',
    version: 9,
    source: 'cmd',
    startedAt: 0,
  });

const surface = (
  check: LeakCheck,
  name: LeakCheck['surfaces'][number]['surface'],
): LeakCheck['surfaces'][number] => {
  const found = check.surfaces.find((entry) => entry.surface === name);
  if (!found) throw new Error(`no surface ${name}`);
  return found;
};

/** Runs SQL behind the store's back. */
function tamper(sql: string, ...values: unknown[]): void {
  const db = new Database(join(accountDir, 'cache.db'));
  db.prepare('ATTACH ? AS outbox').run(join(accountDir, 'outbox.db'));
  db.prepare(sql).run(...values);
  db.close();
}

function ingestAndRecall(): void {
  store.messages.ingest([message(1), message(2, { payload: text(SECRET) })], 'live');
  const reply = {
    message_id: idOf(2),
    message_seq: 2,
    from_uid: 'u-bob',
    from_name: 'Bob',
    payload: text(SECRET),
  };
  store.messages.ingest([message(3, { payload: text('a reply', { reply }) })], 'live');
  recall(2);
}

test('is clean after a recall, in the order of the settings page', async () => {
  ingestAndRecall();
  const check = await run();
  expect(check.surfaces.map(({ surface: name }) => name)).toEqual([...LEAK_SURFACES]);
  expect(check.surfaces.filter(({ ok, repaired }) => !ok || repaired)).toEqual([]);
  expect(check.recalls).toBe(1);
  expect(check.lastRecall?.source).toBe('cmd');
  expect(surface(check, 'quotes').count).toBe(1);
  expect(surface(check, 'disk').count).toBe(0);
  expect(logged).toEqual([]);
});

test('without any recall it is clean as well', async () => {
  const check = await run();
  expect(check.recalls).toBe(0);
  expect(check.lastRecall).toBeNull();
  expect(check.surfaces.every(({ ok }) => ok)).toBe(true);
});

test('two checks at once are one', async () => {
  const first = run();
  expect(run()).toBe(first);
  await first;
});

test('content left in a row is erased, from the disk too', async () => {
  ingestAndRecall();
  tamper(
    'UPDATE message SET payload = ?, counts = 1, mention = 1 WHERE message_id = ?',
    JSON.stringify(text(SECRET)),
    idOf(2),
  );
  const check = await run();
  expect(surface(check, 'bubbles')).toMatchObject({ ok: true, repaired: true });
  expect(surface(check, 'unread')).toMatchObject({ ok: true, repaired: true });
  expect(scanForResidue([profileDir], [SECRET])).toEqual([]);
  expect((await run()).surfaces.every(({ ok, repaired }) => ok && !repaired)).toBe(true);
});

test('an entry left in the search index is removed, others stay', async () => {
  ingestAndRecall();
  tamper(
    'INSERT INTO message_search_0 (rowid, text) SELECT row, ? FROM message WHERE message_id = ?',
    'zq7xsecretasciixk93 绝密 密撤',
    idOf(2),
  );
  const check = await run();
  expect(surface(check, 'search')).toMatchObject({ ok: true, repaired: true });
  expect(surface(await run(), 'search')).toMatchObject({ ok: true, repaired: false });
  const query = {
    text: 'message',
    channel: null,
    cursor: null,
    limit: 9,
    fromUid: null,
    since: null,
    until: null,
  };
  expect(store.search(query).messages.map((hit) => hit.message.messageId)).toEqual([idOf(1)]);
});

test('a copy of a recalled message is erased through the message it copies', async () => {
  store.messages.ingest([message(4, { clientMsgNo: 'no-2', payload: text(SECRET) })], 'live');
  ingestAndRecall();
  tamper('UPDATE message SET payload = ? WHERE message_id = ?', JSON.stringify(text(SECRET)), idOf(4));
  const check = await run();
  expect(surface(check, 'bubbles')).toMatchObject({ ok: true, count: 2, repaired: true });
  expect(scanForResidue([profileDir], [SECRET])).toEqual([]);
  expect((await run()).surfaces.every(({ ok, repaired }) => ok && !repaired)).toBe(true);
});

test('a row that says it is recalled is believed although what told it is lost', async () => {
  ingestAndRecall();
  tamper('DELETE FROM message_extra');
  tamper('UPDATE message SET payload = ? WHERE message_id = ?', JSON.stringify(text(SECRET)), idOf(2));
  expect(surface(await run(), 'bubbles')).toMatchObject({ ok: true, repaired: true });
  expect(scanForResidue([profileDir], [SECRET])).toEqual([]);
  expect(store.messages.byId(idOf(2))).toMatchObject({ content: { kind: 'recalled' } });
  expect((await run()).surfaces.every(({ ok, repaired }) => ok && !repaired)).toBe(true);
});

test('what burns after reading is in no index, and nothing is left of it or of what was deleted', async () => {
  const flame = { flame: 1, flame_second: 0 };
  const deleted = message(3, { payload: text('被删除的内容') });
  store.messages.ingest([message(1, { payload: text(SECRET, flame) }), message(2), deleted], 'live');
  store.messages.openFlame(GROUP, 'u-bob:no-1');
  store.messages.deleteForMe(GROUP, [idOf(3)]);
  expect((await run()).surfaces.filter(({ ok, repaired }) => !ok || repaired)).toEqual([]);
  // Behind the store's back: what burns is indexed, what was deleted has words again.
  tamper('UPDATE message SET search_text = ? WHERE message_id = ?', SECRET, idOf(1));
  tamper(
    "INSERT INTO message_search_0 (rowid, text) SELECT row, 'zq7xsecretasciixk93' FROM message WHERE seq = 1",
  );
  tamper('UPDATE message SET payload = ? WHERE message_id = ?', JSON.stringify(text(SECRET)), idOf(3));
  const check = await run();
  expect(surface(check, 'bubbles')).toMatchObject({ ok: true, repaired: true });
  expect(surface(check, 'search')).toMatchObject({ ok: true, repaired: true });
  const clean = await run();
  expect(clean.surfaces.filter(({ ok, repaired }) => !ok || repaired)).toEqual([]);
  // Open, its words are where they belong, and are looked for once it has burned.
  store.messages.leaveFlames(GROUP);
  mkdirSync(join(profileDir, 'logs'), { recursive: true });
  writeFileSync(join(profileDir, 'logs', 'main.log'), SECRET);
  expect(surface(await run(), 'disk')).toMatchObject({ ok: false });
  expect(scanForResidue([accountDir], ['Zq7XsecretASCIIxK93'])).toEqual([]);
});

test('text that was never indexed is not taken out of the index', async () => {
  ingestAndRecall();
  tamper('UPDATE message SET search_text = ? WHERE message_id = ?', 'message 1 and more', idOf(2));
  expect(surface(await run(), 'bubbles')).toMatchObject({ ok: true, repaired: true });
  store.checkpoint();
  tamper("INSERT INTO message_search_0 (message_search_0) VALUES ('integrity-check')");
  expect(surface(await run(), 'search')).toMatchObject({ ok: true, repaired: false });
});

test('quotes with text, waiting forwards, edits and drafts are cleared', async () => {
  ingestAndRecall();
  const quoting = { ...text('unsent'), reply: { message_id: idOf(2), payload: text(SECRET) } };
  tamper('UPDATE message SET payload = ? WHERE message_id = ?', JSON.stringify(quoting), idOf(3));
  store.outbox.addSend({ channel: PERSON, clientMsgNo: 'out-1', payload: text('x'), timestamp: 1 });
  tamper('UPDATE outbox.send_job SET payload = ?, quote_message_id = ?', JSON.stringify(quoting), idOf(2));
  store.outbox.addSend({
    channel: PERSON,
    clientMsgNo: 'out-2',
    payload: text(SECRET),
    timestamp: 1,
    forwardOf: idOf(2),
  });
  store.outbox.addAction({
    kind: 'edit',
    channel: GROUP,
    args: { messageId: idOf(2), payload: text(SECRET) },
  });
  tamper(
    `INSERT INTO outbox.bookmark (kind, channel_type, channel_id, message_key, message_id, message_seq, at)
     VALUES ('favourite', 2, 'g-1', 'k', ?, 2, 0)`,
    idOf(2),
  );
  const check = await run();
  expect(surface(check, 'quotes')).toMatchObject({ ok: true, repaired: true });
  expect(scanForResidue([profileDir], [SECRET])).toEqual([]);
  expect(store.bookmarks.refs()).toEqual([]);
  expect(surface(await run(), 'quotes')).toMatchObject({ ok: true, repaired: false });
});

test('reactions that outlived their message, and one that waits, are taken away', async () => {
  ingestAndRecall();
  tamper('DROP TRIGGER reaction_to_nothing');
  tamper(
    "INSERT INTO reaction (message_id, uid, name, emoji, seq) VALUES (?, 'u-bob', 'Bob', '👍', 1)",
    idOf(2),
  );
  store.outbox.addAction({
    kind: 'react',
    channel: GROUP,
    args: { messageId: idOf(1), messageSeq: 1, emoji: '👍' },
  });
  tamper(`UPDATE outbox.action_job SET args = json_set(args, '$.messageId', '${idOf(2)}')`);
  const check = await run();
  expect(surface(check, 'bubbles')).toMatchObject({ repaired: true });
  const db = new Database(join(accountDir, 'cache.db'), { readonly: true });
  expect(db.prepare('SELECT * FROM reaction').all()).toEqual([]);
  db.close();
  expect(store.outbox.actionJobs()).toEqual([]);
});

test('pins that outlived their message, and one that waits, are taken away', async () => {
  ingestAndRecall();
  tamper('DROP TRIGGER pin_of_nothing');
  tamper('INSERT INTO pin (message_id, channel_no, pinned_at) VALUES (?, 1, 1)', idOf(2));
  store.outbox.addAction({
    kind: 'pin',
    channel: GROUP,
    args: { messageId: idOf(1), messageSeq: 1, on: true },
  });
  tamper(`UPDATE outbox.action_job SET args = json_set(args, '$.messageId', '${idOf(2)}')`);
  const check = await run();
  expect(surface(check, 'bubbles')).toMatchObject({ repaired: true });
  const db = new Database(join(accountDir, 'cache.db'), { readonly: true });
  expect(db.prepare('SELECT * FROM pin').all()).toEqual([]);
  db.close();
  expect(store.outbox.actionJobs()).toEqual([]);
});

test('residue in free pages of a database is found and taken off the disk', async () => {
  ingestAndRecall();
  const db = new Database(join(accountDir, 'cache.db'));
  db.pragma('secure_delete = OFF');
  db.exec('CREATE TABLE left_over (text TEXT)');
  for (let i = 0; i < 50; i += 1)
    db.prepare('INSERT INTO left_over VALUES (?)').run(`${SECRET} ${'x'.repeat(3_000)}`);
  db.exec('DROP TABLE left_over');
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  expect(scanForResidue([profileDir], [SECRET])).not.toEqual([]);
  expect(surface(await run(), 'disk')).toEqual({ surface: 'disk', ok: true, count: 0, repaired: true });
  expect(scanForResidue([profileDir], [SECRET])).toEqual([]);
  expect(surface(await run(), 'disk')).toMatchObject({ ok: true, repaired: false });
});

test('the same words in another message are no residue, and not called repaired', async () => {
  ingestAndRecall();
  store.messages.ingest([message(5, { payload: text(SECRET) })], 'live');
  expect(surface(await run(), 'disk')).toEqual({ surface: 'disk', ok: true, count: 0, repaired: false });
});

const OWN_WORDS = ['message 1', 'channel 2', 'PRIMARY KEY', 'SQLite format 3'];
const OWN_NAMES = ['sqlite_autoindex_message_1', 'message_by_quote', 'segmenterVersion'];
test.each(OWN_WORDS.concat(OWN_NAMES))(
  'what the databases say of themselves is no residue of a deleted "%s"',
  async (said) => {
    store.messages.ingest([message(1, { payload: text(said) })], 'live');
    store.messages.deleteForMe(GROUP, [idOf(1)]);
    expect(surface(await run(), 'disk')).toEqual({ surface: 'disk', ok: true, count: 0, repaired: false });
    expect(logged).toEqual([]);
  },
);

test.each(['zhangsanfeng', 'alice2024x', 'Mister Nick', 'Our Crew'])('nor are names: "%s"', async (said) => {
  const flags = { muted: false, pinned: false, showRecallNotes: true };
  const user = { uid: 'u-bob', name: '张三丰', remark: '', username: 'alice2024x', lastOffline: 0 };
  store.people.putUsers([{ ...user, ...flags, online: false, friend: true, blocked: false }]);
  const member = {
    groupNo: GROUP.channelId,
    uid: 'u-bob',
    name: '',
    remark: 'Mister Nick',
    role: 0 as const,
  };
  store.people.putMembers(GROUP.channelId, [
    { ...member, version: 1, deleted: false, status: 1, mutedUntil: 0 },
  ]);
  const group = { groupNo: GROUP.channelId, name: '群', remark: 'Our Crew', notice: '', forbidden: false };
  const unknown = { memberCount: null, onlineCount: null, myRole: null, quit: null, mutedUntil: null };
  store.people.putGroups([
    { ...group, ...unknown, ...flags, inviteOnly: false, disbanded: false, receipt: false },
  ]);
  store.messages.ingest([message(1, { payload: text(said) })], 'live');
  store.messages.deleteForMe(GROUP, [idOf(1)]);
  expect(surface(await run(), 'disk')).toEqual({ surface: 'disk', ok: true, count: 0, repaired: false });
});

test('text in a table that no message, job or draft explains is reported', async () => {
  ingestAndRecall();
  tamper('CREATE TABLE left_over (text TEXT)');
  tamper('INSERT INTO left_over VALUES (?)', SECRET);
  const disk = surface(await run(), 'disk');
  expect(disk.ok).toBe(false);
  expect(disk.count).toBeGreaterThan(0);
});

test('the file of a recalled message that was kept behind everybody’s back is found and erased', async () => {
  const url = 'file/preview/chat/1/u/x.png';
  store.messages.ingest([message(2, { payload: { type: 2, url, width: 1, height: 1 } })], 'live');
  const [kept, stray] = ['a'.repeat(32), 'b'.repeat(32)];
  const path = (name: string): string => join(accountDir, 'media', name);
  mkdirSync(join(accountDir, 'media'), { recursive: true });
  for (const name of [kept, stray]) writeFileSync(path(name), 'bytes');
  recall(2);
  tamper(
    "INSERT INTO media_file (message_id, part, file, mime, bytes, used_at) VALUES (?, 0, ?, 'image/png', 5, 0)",
    idOf(2),
    kept,
  );
  expect(surface(await run(), 'media')).toEqual({ surface: 'media', ok: true, count: 2, repaired: true });
  expect([existsSync(path(kept)), existsSync(path(stray))]).toEqual([false, false]);
  expect(surface(await run(), 'media')).toEqual({ surface: 'media', ok: true, count: 0, repaired: false });
});

const PLACES = [
  ['accounts/me/outbox.db.damaged-2026', 'disk'],
  ['logs/main.log', 'disk'],
  ['chromium/Default/Web Data', 'disk'],
  ['Crashpad/reports/1.dmp', 'disk'],
] as const;

test.each(PLACES)('residue in %s is found and reported as what it is', async (place, where) => {
  ingestAndRecall();
  const path = join(profileDir, place);
  mkdirSync(dirname(path), { recursive: true });
  const forms = formsOf(SECRET);
  const form = forms[PLACES.findIndex(([other]) => other === place) % forms.length];
  writeFileSync(
    path,
    Buffer.concat([Buffer.alloc(300_000, 'ab'), form?.bytes ?? Buffer.alloc(0), Buffer.alloc(99, 'z')]),
  );
  const check = await run();
  expect(surface(check, where)).toMatchObject({ ok: false });
  expect(surface(check, where).count).toBeGreaterThan(0);
  expect(logged.join('\n')).toContain(place.split('/').at(-1));
  expect(logged.join('\n')).not.toContain('Zq7X');
});

test('also what it said before an edit, what an edit under way would say, and a forward that was not sent', async () => {
  const [first, waiting, forwarded] = ['第一版的内容 Ab1', '还没发出去的修改 Cd2', '转发时说的话 Ef3'];
  const log = join(profileDir, 'logs', 'main.log');
  mkdirSync(dirname(log), { recursive: true });
  store.messages.ingest([message(2, { payload: text(first) })], 'live');
  store.messages.applyExtras(
    GROUP,
    [extraOf(idOf(2), { version: 3, contentEdit: text('第二版的内容'), editedAt: 1 })],
    'extra',
    0,
  );
  store.outbox.addAction({
    kind: 'edit',
    channel: GROUP,
    args: { messageId: idOf(2), payload: text(waiting) },
  });
  store.outbox.addSend({
    channel: PERSON,
    clientMsgNo: 'out-1',
    payload: text(forwarded),
    timestamp: 1,
    forwardOf: idOf(2),
  });
  writeFileSync(log, `${waiting}\n${forwarded}`);
  // Nothing is recalled yet: those are words that may be anywhere.
  expect(surface(await run(), 'disk')).toMatchObject({ ok: true });
  writeFileSync(log, first);
  expect(surface(await run(), 'disk')).toMatchObject({ ok: false });
  recall(2);
  for (const words of [first, waiting, forwarded]) {
    writeFileSync(log, words);
    expect([words, surface(await run(), 'disk').ok]).toEqual([words, false]);
  }
});

test('a system line with words, a deleted and an expired row with content, and its edit are found and erased', async () => {
  store.messages.ingest(
    [
      message(1, {
        fromUid: '',
        payload: { type: 2000, content: '{0} x', extra: [{ uid: 'a', name: 'A' }] },
      }),
      message(2, { payload: text('kept') }),
      message(3, { payload: text('deleted') }),
      message(4, { payload: text('expired'), expire: 100_000 }),
    ],
    'live',
  );
  store.messages.applyExtras(
    GROUP,
    [extraOf(idOf(3), { version: 3, contentEdit: text('e'), editedAt: 1 })],
    'extra',
    0,
  );
  store.messages.deleteForMe(GROUP, [idOf(3)]);
  store.checkpoint();
  const db = new Database(join(accountDir, 'cache.db'));
  const line = JSON.stringify({ type: 2000, content: `{0} 置顶了"${SECRET}"` });
  db.prepare('UPDATE message SET payload = ? WHERE seq = 1').run(line);
  db.prepare('UPDATE message SET payload = ? WHERE seq = 3').run(JSON.stringify(text(SECRET)));
  db.prepare('UPDATE message_extra SET edit = ?').run(JSON.stringify(text(SECRET)));
  db.prepare('UPDATE message SET expires_at = 1 WHERE seq = 4').run();
  db.close();
  const check = await run();
  expect(surface(check, 'bubbles')).toMatchObject({ ok: true, repaired: true });
  expect(surface(check, 'quotes')).toMatchObject({ ok: true, repaired: true });
  expect(scanForResidue([profileDir], [SECRET, 'expired'])).toEqual([]);
  expect([1, 2, 3, 4].map((seq) => store.messages.byId(idOf(seq))?.content.kind)).toEqual([
    'system',
    'text',
    undefined,
    undefined,
  ]);
  expect((await run()).surfaces.every(({ ok, repaired }) => ok && !repaired)).toBe(true);
});

test('what a deletion, an expiry or an edit took away is looked for in every file', async () => {
  store.messages.ingest(
    [message(2, { payload: text('第一版的内容 Ab1') }), message(3, { payload: text(SECRET) })],
    'live',
  );
  const log = join(profileDir, 'logs', 'main.log');
  mkdirSync(dirname(log), { recursive: true });
  writeFileSync(log, SECRET);
  expect(surface(await run(), 'disk')).toMatchObject({ ok: true });
  store.messages.deleteForMe(GROUP, [idOf(3)]);
  expect(surface(await run(), 'disk')).toMatchObject({ ok: false });
});

test('a notification of a message that is gone is withdrawn', async () => {
  store.messages.ingest([message(3)], 'live');
  store.messages.deleteForMe(GROUP, [idOf(3)]);
  announced = [{ channel: GROUP, messageKey: 'u-bob:no-3' }];
  expect(surface(await run(), 'notifications')).toMatchObject({ ok: true, count: 1, repaired: true });
  expect(withdrawn).toEqual(['u-bob:no-3']);
});

test('files of another account are its own check', async () => {
  ingestAndRecall();
  mkdirSync(join(profileDir, 'accounts', 'other'), { recursive: true });
  writeFileSync(join(profileDir, 'accounts', 'other', 'cache.db'), SECRET);
  expect((await run()).surfaces.every(({ ok }) => ok)).toBe(true);
});

test('a notification of a recalled message is withdrawn', async () => {
  ingestAndRecall();
  announced = [
    { channel: GROUP, messageKey: 'u-bob:no-1' },
    { channel: GROUP, messageKey: 'u-bob:no-2' },
  ];
  const check = await run();
  expect(withdrawn).toEqual(['u-bob:no-2']);
  expect(surface(check, 'notifications')).toEqual({
    surface: 'notifications',
    ok: true,
    count: 1,
    repaired: true,
  });
});

const json = (payload: object): string => JSON.stringify(payload);
const quoting = (seq: number): Record<string, unknown> =>
  text('a reply', { reply: { message_id: idOf(seq), message_seq: seq, payload: text(SECRET) } });
const merged = (seq: number): Record<string, unknown> => ({
  type: 11,
  users: [],
  msgs: [{ message_id: idOf(seq), from_uid: 'u-bob', timestamp: 5, payload: text(SECRET) }],
});
const gone = 'expires_at = 5, deleted = 1, shown = 0, counts = 0, payload = NULL, search_text = NULL';
function mediaFile(messageId: string): void {
  mkdirSync(join(accountDir, 'media'), { recursive: true });
  writeFileSync(join(accountDir, 'media', 'f.png'), SECRET);
  tamper("INSERT INTO media_file VALUES (?, 0, 'f.png', 'image/png', 5, 5)", messageId);
}

/** Message 2 says "said"; each plants the secret where nothing of another message should be. */
const PLANTED: Record<string, () => void> = {
  'a quote of a message that is there': () => tamper('UPDATE message SET payload = ?', json(quoting(1))),
  'a quote that is text': () =>
    tamper('UPDATE message SET payload = ?', json(text('said', { reply: SECRET }))),
  'a quote in a forward': () =>
    tamper('UPDATE message SET payload = ?', json({ type: 11, msgs: [{ payload: quoting(4) }] })),
  'a copy of what was recalled, in a merged forward': () => {
    recall(4);
    tamper('UPDATE message SET payload = ?', json(merged(4)));
  },
  'the same in one that waits': () => {
    const place = { channel: PERSON, clientMsgNo: 'm', timestamp: 1 };
    store.outbox.addSend({ ...place, payload: merged(4) });
    store.messages.applyExtras(GROUP, [extraOf(idOf(4), { readCount: 1 })], 'extra', 0);
    tamper('UPDATE message_extra SET revoke = 1');
  },
  'a merged forward in an edit': () => {
    const edit = extraOf(idOf(2), { version: 3, contentEdit: text('said'), editedAt: 3 });
    store.messages.applyExtras(GROUP, [edit], 'extra', 0);
    tamper('UPDATE message_extra SET edit = ?', json(merged(4)));
  },
  'a quote in an edit': () => {
    const edit = extraOf(idOf(2), { version: 3, contentEdit: text('said'), editedAt: 3 });
    store.messages.applyExtras(GROUP, [edit], 'extra', 0);
    tamper('UPDATE message_extra SET edit = ?', json(quoting(1)));
  },
  'an edit of a deleted message that is not cached': () => {
    store.messages.deleteForMe(GROUP, [idOf(9)]);
    tamper('UPDATE message_extra SET edit = ?', json(text(SECRET)));
  },
  'text to search that the message does not say': () => tamper('UPDATE message SET search_text = ?', SECRET),
  'a row below the cleared position': () => {
    store.conversations.apply([conversation({ lastMessageSeq: 2, offsetSeq: 1 })], false);
    tamper('UPDATE message SET payload = ?, seq = 1', json(text(SECRET)));
  },
  'a copy': () => {
    store.messages.ingest([message(3, { clientMsgNo: 'no-2' })], 'live');
    tamper('UPDATE message SET payload = ?, search_text = ? WHERE copy = 1', json(text(SECRET)), SECRET);
  },
  'a waiting quote of what is gone': () => {
    store.outbox.addSend({ channel: PERSON, clientMsgNo: 'q', payload: quoting(2), timestamp: 1 });
    tamper(`UPDATE message SET ${gone}`);
  },
  'a waiting forward of what has expired': () => {
    const payload = text(SECRET);
    store.outbox.addSend({ channel: PERSON, clientMsgNo: 'f', payload, timestamp: 1, forwardOf: idOf(2) });
    tamper(`UPDATE message SET ${gone}`);
  },
  'a waiting edit of what has expired': () => {
    const args = { messageId: idOf(2), payload: text(SECRET) };
    store.outbox.addAction({ kind: 'edit', channel: GROUP, args });
    tamper(`UPDATE message SET ${gone}`);
  },
  'an edit of a message that is not cached': () => {
    const edit = extraOf(idOf(9), { version: 3, contentEdit: text('said'), editedAt: 3 });
    store.messages.applyExtras(GROUP, [edit], 'extra', 0);
    tamper('UPDATE message_extra SET edit = ?', json(text(SECRET)));
  },
  'a waiting edit of what was deleted': () => {
    store.outbox.addAction({
      kind: 'edit',
      channel: GROUP,
      args: { messageId: idOf(2), payload: text(SECRET) },
    });
    tamper('UPDATE message SET deleted = 1, shown = 0, counts = 0, payload = NULL, search_text = NULL');
  },
  'an erasure of a message that is there': () =>
    tamper('INSERT INTO search_erase SELECT row, ? FROM message', SECRET),
  'an erasure of no message': () => tamper('INSERT INTO search_erase VALUES (77, ?)', SECRET),
  'an index entry of no message': () =>
    tamper("INSERT INTO message_search_0 (rowid, text) VALUES (77, 'zq7xsecretasciixk93')"),
  'the file of a message that is gone': () => {
    tamper(`UPDATE message SET ${gone}`);
    mediaFile(idOf(2));
  },
  'the file of a message that is not known': () => mediaFile(idOf(9)),
};

test.each(Object.entries(PLANTED))('found, repaired, and not found again: %s', async (_what, plant) => {
  store.messages.ingest([message(2, { payload: text('said') })], 'live');
  plant();
  const { surfaces } = await run();
  expect(surfaces.filter(({ ok }) => !ok)).toEqual([]);
  expect(surfaces.filter(({ repaired }) => repaired).length).toBeGreaterThan(1);
  store.checkpoint();
  expect(scanForResidue([profileDir], [SECRET, 'Zq7XsecretASCII', 'zq7xsecretascii'])).toEqual([]);
  const again = (await run()).surfaces.filter(({ surface: name }) => name !== 'media');
  expect(again.filter(({ ok, repaired }) => !ok || repaired)).toEqual([]);
  tamper("INSERT INTO message_search_0 (message_search_0) VALUES ('integrity-check')");
});

/** Each plants the secret in the small values of the cache. */
const STRAY: Record<string, () => void> = {
  'a value of a name nobody knows': () => tamper('INSERT INTO state VALUES (?, ?)', 'somewhere', SECRET),
  'a name that is no name': () => tamper('INSERT INTO state VALUES (?, 1)', SECRET),
  'a value that is not that of its name': () =>
    tamper('INSERT OR REPLACE INTO state VALUES (?, ?)', 'friendVersion', SECRET),
  'a value with more than its own': () =>
    tamper('INSERT OR REPLACE INTO state VALUES (?, ?)', 'rules', json({ revokeSecond: 1, note: SECRET })),
  'a value of a channel': () => tamper('INSERT INTO state VALUES (?, ?)', 'receipt:2/g-1', SECRET),
};

test.each(Object.entries(STRAY))('found, erased, and not found again: %s', async (_what, plant) => {
  plant();
  expect(surface(await run(), 'disk')).toMatchObject({ ok: true, repaired: true });
  expect(scanForResidue([profileDir], [SECRET, 'Zq7XsecretASCII'])).toEqual([]);
  expect((await run()).surfaces.filter(({ ok, repaired }) => !ok || repaired)).toEqual([]);
});

test('a row that does not know that it burns is covered and leaves the index', async () => {
  store.messages.ingest([message(2, { payload: text(SECRET, { flame: 1, flame_second: 5 }) })], 'live');
  tamper('UPDATE message SET flame = NULL, search_text = ?', SECRET);
  expect(surface(await run(), 'search')).toMatchObject({ ok: true, repaired: true });
  expect(store.messages.get(GROUP, 'u-bob:no-2')).toMatchObject({ content: { kind: 'covered' } });
  expect(surface(await run(), 'search')).toMatchObject({ ok: true, repaired: false });
});

test('half a character has forms like any other text', () => {
  expect(formsOf('half a \ud83d character').map(({ name }) => name)).toContain('percent');
});

test('content of every kind, edited, quoting, forwarded, waiting, is not accused', async () => {
  const payloads: Record<string, unknown>[] = [
    text('half a \ud83d character'),
    quoting(100),
    { type: 2, url: 'file/preview/a.png', reply: { message_id: idOf(100) } },
    { type: 8, url: 'x', name: 'a\u202egpj.exe' },
    { type: 2000, content: '{0} 置顶了`x`', extra: [{ uid: 'u-bob', name: 'B' }] },
    {
      type: 1005,
      content: '{0}修改群名为"Gold2"',
      data: { name: 'Gold2' },
      extra: [{ uid: 'a', name: 'A' }],
    },
    { type: 11, users: [], msgs: [{ message_id: '1', payload: quoting(4) }] },
    { type: 6, title: 'here' },
    text('burns', { flame: 1, flame_second: 4 }),
    text('not for me', { visibles: ['other'] }),
    text('', { reply: 'words' }),
    { type: 21 },
    { type: 99, cmd: 'x' },
  ];
  let seq = 100;
  for (const fromUid of ['u-bob', '', ME.uid])
    for (const payload of payloads) {
      const expire = seq % 3 === 0 ? 500 : 0;
      store.messages.ingest([message((seq += 1), { fromUid, payload, expire })], 'live');
    }
  for (let at = 101; at < seq; at += 4) {
    const contentEdit = at % 8 === 1 ? quoting(5) : { type: 2000, content: 'x "y"' };
    store.messages.applyExtras(
      GROUP,
      [extraOf(idOf(at), { version: at, contentEdit, editedAt: at })],
      'extra',
      0,
    );
  }
  for (let at = 102; at < seq; at += 9) recall(at);
  for (let at = 103; at < seq; at += 11) store.messages.deleteForMe(GROUP, [idOf(at)]);
  store.outbox.addSend({ channel: PERSON, clientMsgNo: 'q', payload: quoting(101), timestamp: 1 });
  expect((await run()).surfaces.filter(({ ok, repaired }) => !ok || repaired)).toEqual([]);
});

test('a pin line that was found to be about a message is not accused', async () => {
  const tip = {
    type: 2000,
    content: `{0} 置顶了"${SECRET}"`,
    extra: [{ uid: 'u-bob', name: 'B' }],
    from_uid: 'u-bob',
  };
  store.messages.ingest([message(2), message(3, { payload: tip })], 'live');
  expect(store.messages.unreferredPinTips(GROUP)).toHaveLength(1);
  store.messages.referPinTips([{ tipId: idOf(3), messageId: idOf(2), messageSeq: 2 }]);
  expect(store.messages.unreferredPinTips(GROUP)).toEqual([]);
  expect((await run()).surfaces.filter(({ ok, repaired }) => !ok || repaired)).toEqual([]);
});

test('whoever asks meanwhile is answered: the more rows, the more turns are given away', async () => {
  const rows = Array.from({ length: 4_000 }, (_, at) => message(at + 1));
  const turns = async (): Promise<number> => {
    let count = 0;
    const check = { over: false };
    const running = run().finally(() => (check.over = true));
    while (!check.over) {
      await nextTurn();
      // (A click: the chat is read again.)
      expect(store.messages.page(GROUP, { at: 'latest' }, 1).messages).toHaveLength(1);
      count += 1;
    }
    await running;
    return count;
  };
  store.messages.ingest(rows.slice(0, 40), 'live');
  const few = await turns();
  store.messages.ingest(rows, 'live');
  // At most 200 rows are parsed in one turn.
  expect((await turns()) - few).toBeGreaterThanOrEqual((rows.length - 40) / 200);
});
