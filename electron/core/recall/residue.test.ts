import Database from 'better-sqlite3';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { cachePath } from '../store/files/database.ts';
import { CHECKPOINT_DELAY_MS } from '../account-store/erasure-timer.ts';
import { openStore } from '../account-store/open-store.ts';
import {
  extraOf,
  GROUP,
  idOf,
  ME,
  message,
  OTHER_GROUP,
  PERSON,
  text,
} from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import { scanForResidue } from '../residue/residue-scanner.ts';
import { formsOf } from '../residue/text-forms.ts';

const SECRETS = ['Zq7XsecretASCIIxK93', '绝密撤回内容甲乙丙'];
const TEXT = `${SECRETS[0]} ${SECRETS[1]}`;

const fixture = useFixture();
afterEach(() => {
  vi.useRealTimers();
});

/** The secret as text, as an edit, quoted by cached and by unsent messages, among others on the same pages. */
function plant(): void {
  const { store } = fixture;
  for (let seq = 1; seq <= 300; seq += 1) store.messages.ingest([message(seq)], 'live');
  store.messages.ingest(
    [message(301, { payload: text(TEXT) }), message(302, { clientMsgNo: 'no-301', payload: text(TEXT) })],
    'live',
  );
  const reply = {
    message_id: idOf(301),
    message_seq: 301,
    from_uid: 'u-bob',
    from_name: 'Bob',
    payload: text(TEXT),
  };
  store.messages.ingest(
    [message(400, { channel: OTHER_GROUP, payload: text('a reply', { reply }) })],
    'history',
  );
  store.messages.applyExtras(
    GROUP,
    [extraOf(idOf(301), { version: 3, contentEdit: text(`edited ${TEXT}`), editedAt: 5 })],
    'extra',
    0,
  );
  store.outbox.addSend({
    channel: PERSON,
    clientMsgNo: 'out-1',
    payload: text('unsent', { reply }),
    timestamp: 1,
  });
  store.outbox.addSend({
    channel: PERSON,
    clientMsgNo: 'out-2',
    payload: text(TEXT),
    timestamp: 1,
    forwardOf: idOf(301),
  });
  store.outbox.addAction({
    kind: 'edit',
    channel: GROUP,
    args: { messageId: idOf(301), payload: text(`new ${TEXT}`) },
  });
  for (let seq = 303; seq <= 360; seq += 1) store.messages.ingest([message(seq)], 'live');
}

const recall = (): void =>
  fixture.store.messages.applyRecall({
    channel: GROUP,
    messageId: idOf(301),
    clientMsgNo: null,
    revoker: 'u-bob',
    version: 9,
    source: 'cmd',
    startedAt: 0,
  });

test('after recall and checkpoint no byte of the text is on disk', () => {
  plant();
  fixture.store.checkpoint();
  expect(scanForResidue([fixture.dir], SECRETS).length).toBeGreaterThan(0);
  recall();
  fixture.store.checkpoint();
  expect(scanForResidue([fixture.dir], SECRETS)).toEqual([]);
  expect(scanForResidue([fixture.dir], ['message 299']).length).toBeGreaterThan(0);
});

test('the store checkpoints by itself within five seconds, and once for many recalls', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  plant();
  // An edit erased something as well.
  vi.advanceTimersByTime(CHECKPOINT_DELAY_MS);
  // A long log has a timer of its own.
  const before = vi.getTimerCount();
  recall();
  expect(scanForResidue([fixture.dir], SECRETS).length).toBeGreaterThan(0);
  expect(CHECKPOINT_DELAY_MS).toBeLessThan(5_000);
  expect(vi.getTimerCount()).toBe(before + 1);
  vi.advanceTimersByTime(CHECKPOINT_DELAY_MS);
  expect(scanForResidue([fixture.dir], SECRETS)).toEqual([]);
});

test('while somebody else reads the files the checkpoint is tried again until it empties the log', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  plant();
  const reader = new Database(cachePath(fixture.dir), { readonly: true });
  reader.prepare('BEGIN').run();
  reader.prepare('SELECT count(*) FROM message').get();
  recall();
  vi.advanceTimersByTime(CHECKPOINT_DELAY_MS);
  expect(scanForResidue([fixture.dir], SECRETS).length).toBeGreaterThan(0);
  expect(fixture.logged.join()).toContain('another connection is reading');
  reader.close();
  vi.advanceTimersByTime(5_000 - CHECKPOINT_DELAY_MS);
  expect(scanForResidue([fixture.dir], SECRETS)).toEqual([]);
});

test('killed between the recall and its checkpoint: the next start takes it off the disk', () => {
  plant();
  recall();
  // The files as a power cut would leave them.
  const image = mkdtempSync(join(dirname(fixture.dir), 'wukong-crash-'));
  try {
    cpSync(fixture.dir, image, { recursive: true });
    expect(scanForResidue([image], SECRETS).length).toBeGreaterThan(0);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval'] });
    const store = openStore({
      accountDir: image,
      me: ME,
      now: () => fixture.nowMs,
      serverOffsetMs: () => 0,
      offerReedit: () => true,
      log: () => undefined,
    });
    vi.advanceTimersByTime(CHECKPOINT_DELAY_MS);
    expect(scanForResidue([image], SECRETS)).toEqual([]);
    store.close();
  } finally {
    rmSync(image, { recursive: true });
  }
});

test('a recall that came first leaves nothing of the message that comes later', () => {
  recall();
  plant();
  fixture.store.outbox.removeSend(fixture.store.outbox.sendJob(PERSON, `${ME.uid}:out-1`)?.id ?? -1);
  const forward = fixture.store.outbox.sendJob(PERSON, `${ME.uid}:out-2`);
  fixture.store.outbox.removeSend(forward?.id ?? -1);
  for (const job of fixture.store.outbox.actionJobs()) fixture.store.outbox.removeAction(job.id);
  fixture.store.checkpoint();
  expect(scanForResidue([fixture.dir], SECRETS)).toEqual([]);
});

test('deleting for me erases from disk as well', () => {
  fixture.store.messages.ingest([message(1, { payload: text(TEXT) })], 'live');
  fixture.store.messages.deleteForMe(GROUP, [idOf(1)]);
  fixture.store.checkpoint();
  expect(scanForResidue([fixture.dir], SECRETS)).toEqual([]);
});

test.each(formsOf(SECRETS[1] ?? '').map((form) => [form.name, form] as const))(
  'the scanner finds a planted residue: %s',
  (name, form) => {
    const path = join(fixture.dir, 'planted.bin');
    // Across the border of two chunks, where a naive scanner would miss it.
    const before = Buffer.alloc((1 << 20) - 7, 0x2e);
    writeFileSync(path, Buffer.concat([before, form.bytes, Buffer.alloc(50, 0x2e)]));
    const hits = scanForResidue([path], SECRETS);
    expect(hits).toContainEqual({ path, secret: 1, form: name, offset: before.length });
  },
);

test('base64 is found at every alignment', () => {
  for (let shift = 0; shift < 3; shift += 1) {
    const path = join(fixture.dir, `shift-${shift}.txt`);
    writeFileSync(path, Buffer.from(`${'x'.repeat(shift)}${TEXT} and more`, 'utf8').toString('base64'));
    expect(new Set(scanForResidue([path], SECRETS).map((hit) => hit.secret))).toEqual(new Set([0, 1]));
  }
});
