/** Triggers, not the code that takes content away, give files up: shown by SQL that knows nothing of files. */
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { openDatabase } from '../files/database.ts';
import { cacheMigrations, outboxMigrations } from '../files/migrations/index.ts';
import { migrate } from '../files/migrations/migrate.ts';
import { GROUP, idOf, message, START } from '../../account-store/testing/store-fixture.ts';
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
