/** Triggers, not the code that takes content away, give files up: shown by SQL that knows nothing of files. */
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { openDatabase } from '../files/database.ts';
import { cacheMigrations, outboxMigrations } from '../files/migrations/index.ts';
import { migrate } from '../files/migrations/migrate.ts';
import { entryKey } from '../../../../shared/content/history-content.ts';
import { extraOf, GROUP, idOf, message, START, text } from '../../account-store/testing/store-fixture.ts';
import { useFixture } from '../../account-store/testing/use-fixture.ts';

const fixture = useFixture();

const FILE = { file: 'a'.repeat(32), mime: 'image/png', bytes: 3 };
const image = (seq: number, type = 2) => message(seq, { payload: { type, url: 'x', width: 1, height: 1 } });

it.each([
  ['UPDATE message SET payload = NULL', true],
  ["UPDATE message SET payload = '{}'", true],
  ['DELETE FROM message', true],
  ['UPDATE message SET read_count = 3, counts = 0', false],
  ['UPDATE message SET payload = payload', false],
])('%s gives the file up: %s', (sql, gone) => {
  fixture.store.messages.ingest([image(1)], 'live');
  expect(fixture.store.media.add(GROUP, 'u-bob:no-1', FILE)).toBe(true);
  fixture.store.close();
  const { db } = openDatabase(fixture.dir, () => undefined);
  db.exec(sql);
  expect(db.prepare('SELECT file FROM media_gone').pluck().all()).toEqual(gone ? [FILE.file] : []);
  expect(db.prepare('SELECT file FROM media_file').pluck().all()).toEqual(gone ? [] : [FILE.file]);
  db.close();
  fixture.reopenFresh();
});

const recall = (seq: number): void =>
  fixture.store.messages.applyExtras(GROUP, [extraOf(idOf(seq), { revoke: true, version: 9 })], 'extra', 0);
const edit = (contentEdit: Record<string, unknown>, version: number): void =>
  fixture.store.messages.applyExtras(
    GROUP,
    [extraOf(idOf(1), { version, contentEdit, editedAt: version })],
    'extra',
    0,
  );
const KEY = 'u-bob:no-1';
const picture = { type: 2, url: 'x', width: 1, height: 1 };
const inText = { type: 14, content: ['words', { type: 'image', url: 'file/preview/x' }] };

type Edited = readonly [string, Record<string, unknown>, Record<string, unknown>, string];
const EDITS: readonly Edited[] = [
  ['a text a picture', text('words'), picture, KEY],
  ['a text a place with its map', text('words'), { type: 6, title: 'x', img: 'x' }, KEY],
  ['a card a recording', { type: 7, uid: 'u-1', name: 'x' }, { type: 4, url: 'x', timeTrad: 3 }, KEY],
  ['a text a text with pictures', text('words'), inText, entryKey(KEY, [1])],
  ['a text with pictures a picture', inText, picture, KEY],
  ['a picture a text with pictures', picture, inText, entryKey(KEY, [1])],
];
const WAYS: Readonly<Record<string, () => void>> = {
  'a recall': () => recall(1),
  'the next edit': () => edit(text('other words'), 2),
  'a deletion': () => fixture.store.messages.deleteForMe(GROUP, [idOf(1)]),
  'a cleared history': () => fixture.store.messages.forgetHistory(GROUP, false, 5),
};

it.each(EDITS.flatMap((edited) => Object.keys(WAYS).map((way) => [...edited, way] as const)))(
  'an edit made of %s: the file goes (%5$s)',
  (_, payload, contentEdit, key, way) => {
    const { media, messages } = fixture.store;
    messages.ingest([message(1, { payload })], 'live');
    edit(contentEdit, 1);
    expect(media.add(GROUP, key, FILE)).toBe(true);
    WAYS[way]?.();
    expect(media.all()).toEqual([]);
    expect(media.erased().media).toEqual([FILE.file]);
  },
);

it('what older versions left of such edits is given up once, and nothing else', () => {
  const { media, messages } = fixture.store;
  messages.ingest([image(1), message(2), message(3), message(4, { payload: inText })], 'live');
  media.add(GROUP, KEY, FILE);
  media.add(GROUP, entryKey('u-bob:no-4', [1]), { ...FILE, file: 'b'.repeat(32) });
  recall(3);
  fixture.store.close();
  const { db } = openDatabase(fixture.dir, () => undefined);
  const insert = db.prepare("INSERT INTO media_file VALUES (?, 0, ?, 'image/png', 3, 3)");
  const left = [idOf(2), idOf(3), `${idOf(3)}/1`, idOf(9), idOf(4)].map((id, at) => {
    const file = String(at).padStart(32, '0');
    insert.run(id, file);
    return file;
  });
  const last = cacheMigrations.find(({ version }) => version === 28);
  const kinds = ['forward', 'rich_text'].flatMap((kind) =>
    ['changed', 'removed'].map((what) => `media_of_${what}_${kind}`),
  );
  for (const name of kinds)
    db.exec(`CREATE TRIGGER ${name} AFTER DELETE ON message WHEN 0 BEGIN SELECT 1; END`);
  db.exec(last?.sql ?? '');
  expect(db.prepare('SELECT file FROM media_gone ORDER BY file').pluck().all()).toEqual(left);
  expect(db.prepare('SELECT file FROM media_file ORDER BY file').pluck().all()).toEqual([
    FILE.file,
    'b'.repeat(32),
  ]);
  db.close();
  fixture.reopenFresh();
});

it('takes no file for a message that is unknown, recalled or has no content', () => {
  fixture.store.messages.ingest([image(1), message(2, { payload: 'nothing readable' })], 'live');
  const recall = { channel: GROUP, messageId: idOf(1), clientMsgNo: null, revoker: 'u-bob', version: 1 };
  fixture.store.messages.applyRecall({ ...recall, source: 'cmd', startedAt: 0 });
  for (const key of ['u-bob:no-1', 'u-bob:no-2', 'u-bob:no-3'])
    expect(fixture.store.media.add(GROUP, key, FILE)).toBe(false);
  expect(fixture.store.media.all()).toEqual([]);
});

it('a second file of a message takes the place of the first', () => {
  fixture.store.messages.ingest([image(1)], 'live');
  fixture.store.media.add(GROUP, 'u-bob:no-1', FILE);
  const other = { ...FILE, file: 'b'.repeat(32) };
  fixture.store.media.add(GROUP, 'u-bob:no-1', other);
  expect(fixture.store.media.get(GROUP, 'u-bob:no-1')).toEqual(other);
  expect(fixture.store.media.erased()).toEqual({ media: [FILE.file], attachments: [] });
  fixture.store.media.forgetErased({ media: [FILE.file], attachments: [] });
  expect(fixture.store.media.erased()).toEqual({ media: [], attachments: [] });
});

it('an outbox of before attachments keeps its words; a job that ends gives its file up', () => {
  const db = new Database(':memory:');
  db.exec("ATTACH ':memory:' AS outbox");
  migrate(db, 'main', cacheMigrations);
  migrate(db, 'outbox', outboxMigrations.slice(0, 2));
  const insert = `INSERT INTO outbox.send_job (channel_type, channel_id, client_msg_no, payload, timestamp, state, attempts,
    recall_on_ack, setting) VALUES (2, 'g', ?, '{"type":1,"content":"words"}', ${START}, 'queued', 0, 0, 0)`;
  db.prepare(insert).run('old');
  migrate(db, 'outbox', outboxMigrations);
  expect(db.prepare('SELECT payload, attachment FROM outbox.send_job').all()).toEqual([
    { payload: '{"type":1,"content":"words"}', attachment: null },
  ]);
  db.prepare(insert).run('new');
  db.prepare("UPDATE outbox.send_job SET attachment = ? WHERE client_msg_no = 'new'").run(
    JSON.stringify({ file: FILE.file, mime: '', size: 3, extension: 'pdf' }),
  );
  db.exec('DELETE FROM outbox.send_job');
  expect(db.prepare('SELECT file FROM outbox.attachment_gone').pluck().all()).toEqual([FILE.file]);
  db.close();
});

it('a channel’s messages wait for the upload of the oldest, others do not', () => {
  const attachment = { file: FILE.file, mime: 'image/png', size: 3, extension: 'png' };
  const payload = { type: 2, url: '', width: 1, height: 1 };
  const job = fixture.store.outbox.addSend({
    channel: GROUP,
    clientMsgNo: 'a',
    payload,
    timestamp: START,
    attachment,
  });
  fixture.store.outbox.addSend({
    channel: GROUP,
    clientMsgNo: 'b',
    payload: { type: 1, content: 'x' },
    timestamp: START,
  });
  expect(fixture.store.outbox.nextSends()).toEqual([]);
  expect(fixture.store.outbox.pendingUploads()).toMatchObject([{ clientMsgNo: 'a', attachment }]);
  fixture.store.outbox.setUploaded(job.id, 'file/preview/x');
  expect(fixture.store.outbox.nextSends()).toMatchObject([
    { clientMsgNo: 'a', payload: { ...payload, url: 'file/preview/x' } },
  ]);
  expect(fixture.store.outbox.pendingUploads()).toEqual([]);
  expect(fixture.store.outbox.attachmentFiles()).toEqual([FILE.file]);
});
