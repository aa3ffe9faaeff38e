import { expect, onTestFinished, test, vi } from 'vitest';
import { referencesOf } from './pinned-tips.ts';
import { idOf, messages, received, SyncHarness, TEAM } from './testing/sync-harness.ts';
import type { ScriptedMessage } from './testing/scripted-business.ts';
import { growsFasterThanText } from '../../../shared/testing/slow-text.ts';
import { scanForResidue } from '../residue/residue-scanner.ts';

const SECRET = '口令是 tiger-4711';
const AT = 1_795_400_000;
const TIP = { type: 2000, content: `{0} 置顶了\`${SECRET}\``, extra: [{ uid: 'u2', name: 'Bob' }] };
const PINNED: ScriptedMessage = {
  messageId: idOf(1),
  seq: 1,
  fromUid: 'u2',
  payload: { type: 1, content: SECRET },
};
const TIP_ROW: ScriptedMessage = { messageId: idOf(2), seq: 2, fromUid: 'u2', payload: TIP };
const KEY = `u2:c${idOf(2)}`;

let h: SyncHarness;

function serverWith(...rows: ScriptedMessage[]): SyncHarness {
  const harness = new SyncHarness();
  // (Not every test has one.)
  onTestFinished(() => harness.dispose());
  h = harness;
  h.server.add(TEAM, ...rows);
  h.server.overrides.set('POST /message/pinned/sync', () =>
    Response.json({
      pinned_messages: [
        {
          message_id: idOf(1),
          message_seq: 1,
          channel_id: 'g1',
          channel_type: 2,
          is_deleted: 0,
          version: (AT + 2) * 1000,
          created_at: '2026-11-23 09:06:14',
        },
      ],
      messages: [],
    }),
  );
  return h;
}

const view = () => h.store.messages.get(TEAM, KEY);
const placed = (): Promise<void> =>
  vi.waitFor(() => expect(view()?.quote).toMatchObject({ messageId: idOf(1), state: 'ok' }));

function expectNoWords(): void {
  expect(JSON.stringify({ ...view(), quote: null })).not.toContain('tiger');
  expect(JSON.stringify(h.store.messages.payloadOf(TEAM, KEY))).not.toContain('"置顶了`');
  expect(h.store.conversations.get(TEAM)?.preview).toMatchObject({ text: 'N', contentKind: 'pinned' });
}

const doors: [string, () => Promise<void>][] = [
  [
    'the socket',
    async () => {
      serverWith(PINNED);
      await h.connect();
      h.engine.onMessages([received(2, { channel: TEAM, payload: TIP })]);
    },
  ],
  [
    'recents of the conversation list',
    async () => {
      serverWith(PINNED, TIP_ROW);
      await h.connect();
      h.show(TEAM);
    },
  ],
  [
    'history',
    async () => {
      serverWith(PINNED);
      await h.connect();
      h.server.add(TEAM, TIP_ROW);
      await h.engine.history.latest(TEAM);
      h.show(TEAM);
    },
  ],
];

test.each(doors)('the words of a pinned message are looked up, never kept: %s', async (_door, arrive) => {
  await arrive();
  await placed();
  expectNoWords();
  expect(view()).toMatchObject({ content: { kind: 'system', tip: 'pin' }, quote: { preview: SECRET } });

  h.store.messages.applyExtras(
    TEAM,
    [{ ...EXTRA, messageId: idOf(1), version: 5, contentEdit: { type: 1, content: 'lion' }, editedAt: 1 }],
    'extra',
    0,
  );
  expect(view()?.quote).toMatchObject({ state: 'ok', preview: 'lion' });

  h.store.messages.applyExtras(
    TEAM,
    [{ ...EXTRA, messageId: idOf(1), version: 6, revoke: true }],
    'extra',
    0,
  );
  expect(view()?.quote).toMatchObject({ state: 'recalled', preview: '' });
  expectNoWords();
  h.store.checkpoint();
  expect(scanForResidue([h.dir], ['tiger-4711', 'lion'])).toEqual([]);
});

const EXTRA = {
  version: 0,
  revoke: false,
  revoker: null,
  readCount: null,
  read: false,
  contentEdit: null,
  editedAt: 0,
  mutualDeleted: false,
};

test('a deleted message leaves its pin line without words', async () => {
  serverWith(PINNED, TIP_ROW);
  await h.connect();
  h.show(TEAM);
  await placed();
  h.store.messages.deleteForMe(TEAM, [idOf(1)]);
  expect(view()?.quote).toMatchObject({ state: 'missing', preview: '' });
});

test('a pinned message that is not cached comes with the answer, recalled or not', async () => {
  const tipRow = { ...TIP_ROW, seq: 300, messageId: idOf(300), timestamp: AT + 2 };
  h = serverWith({ ...PINNED, revoke: true }, ...messages(2, 299), { ...tipRow, clientMsgNo: `c${idOf(2)}` });
  const row = {
    message_idstr: idOf(1),
    message_seq: 1,
    from_uid: 'u2',
    timestamp: AT,
    payload: PINNED.payload,
  };
  const answer = h.server.overrides.get('POST /message/pinned/sync');
  const pins = (await answer?.().json()) as { pinned_messages: unknown[] };
  h.server.overrides.set('POST /message/pinned/sync', () =>
    Response.json({ ...pins, messages: [{ ...row, revoke: 1, revoker: 'u2' }] }),
  );
  await h.connect();
  h.show(TEAM);
  await vi.waitFor(() => expect(view()?.quote).toMatchObject({ state: 'recalled', preview: '' }));
});

test('a server without pins is asked once per connection; the CMD asks again', async () => {
  h = serverWith(TIP_ROW);
  h.server.overrides.set(
    'POST /message/pinned/sync',
    () => new Response('404 page not found', { status: 404 }),
  );
  await h.connect();
  for (let i = 0; i < 3; i += 1) {
    h.show(TEAM);
    await h.idle();
  }
  // For the lines, and for the bar.
  expect(h.server.count('POST /message/pinned/sync')).toBe(2);
  h.engine.onMessages([
    received(9, {
      channel: TEAM,
      fromUid: '',
      noPersist: true,
      payload: { type: 99, cmd: 'syncPinnedMessage', param: {} },
    }),
  ]);
  await vi.waitFor(() => expect(h.server.count('POST /message/pinned/sync')).toBe(4));
  expect(view()?.content).toMatchObject({ kind: 'system', tip: 'pin' });
});

test('a flood of such lines costs a few looks and questions', async () => {
  h = serverWith(PINNED);
  h.server.overrides.set('POST /message/pinned/sync', () => new Response('404', { status: 404 }));
  await h.connect();
  const looks = vi.spyOn(h.store.messages, 'unreferredPinTips');
  const other = { type: 1500, content: '{0} 置顶了`x`' };
  for (let seq = 2; seq < 402; seq += 1) {
    h.engine.onMessages([received(seq, { channel: TEAM, payload: seq % 2 ? TIP : other })]);
    if (seq % 20 === 0) await h.idle();
  }
  expect(h.server.count('POST /message/pinned/sync')).toBeLessThanOrEqual(3);
  // Five, one more for each second this takes, and those of the questions.
  expect(looks.mock.calls.length).toBeLessThan(40);
  expect(looks.mock.calls.length).toBeGreaterThan(0);
});

const tip = (seq: number, timestamp: number) => ({ messageId: `t${seq}`, messageSeq: seq, timestamp });
const pin = (seq: number, at: number, createdAt = '') => ({
  messageId: `m${seq}`,
  messageSeq: seq,
  isPinned: true,
  changedAtMs: at * 1000,
  createdAt,
});
const placedIn = (...args: Parameters<typeof referencesOf>) =>
  referencesOf(...args).map(({ tipId, messageId }) => `${tipId}=${messageId}`);

test('a line belongs to what was pinned at its time', () => {
  expect(placedIn([tip(9, AT), tip(12, AT + 100)], [pin(3, AT + 100.2), pin(5, AT - 0.4)]).sort()).toEqual([
    't12=m3',
    't9=m5',
  ]);
  // Unpinned since: only the time of the first pin is left, in some time zone.
  expect(placedIn([tip(9, AT)], [pin(3, AT + 5_000, '2026-11-23 10:13:21')])).toEqual(['t9=m3']);
  expect(placedIn([tip(9, AT)], [pin(3, AT + 5_000, '2026-11-23 10:23:21')])).toEqual([]);
  // What was said later cannot have been pinned then.
  expect(placedIn([tip(9, AT)], [pin(10, AT)])).toEqual([]);
  // Two that are as near: neither.
  expect(placedIn([tip(9, AT)], [pin(3, AT), pin(4, AT)])).toEqual([]);
});

test('many pins of the same moment are placed in linear time', { timeout: 60_000 }, () => {
  const tips = Array.from({ length: 20 }, (_, at) => tip(100_000 + at, AT));
  const place = ({ length }: string): unknown =>
    referencesOf(
      tips,
      Array.from({ length: length >> 6 }, (_, at) => pin(at + 1, AT)),
    );
  expect(growsFasterThanText(place, 'a')).toEqual([]);
});

test('of very many pins those that changed last are looked at', () => {
  const pins = Array.from({ length: 100_000 }, (_, at) => pin(at + 1, AT - at));
  expect(placedIn([tip(200_000, AT)], pins)).toEqual(['t200000=m1']);
  expect(placedIn([tip(200_000, AT - 90_000)], pins)).toEqual([]);
});
