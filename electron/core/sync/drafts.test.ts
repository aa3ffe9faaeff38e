/** Drafts on several devices: by version, and never over words that are just being written. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { DraftContent } from '../../../shared/ipc/contract/drafts.ts';
import { BOB, messages, received, SyncHarness, TEAM } from './testing/sync-harness.ts';

const UPLOAD = 'POST /conversations/u2/1/extra';
const READ = 'POST /conversation/extra/sync';

let h: SyncHarness;
beforeEach(async () => {
  h = new SyncHarness();
  h.server.add(BOB, ...messages(1, 3));
  await h.connect();
  h.server.asked.length = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
  h.dispose();
});

const textOf = (): string | undefined => h.store.outbox.draft(BOB)?.text;

/** As the handler of `drafts.set`. */
function write(text: string, more: Partial<DraftContent> = {}): void {
  h.store.outbox.setDraft(BOB, {
    text,
    mention: { all: false, uids: [] },
    mentionNames: {},
    replyToMessageId: null,
    ...more,
  });
  h.engine.drafts.changed(BOB);
}

const uploads = (): unknown[] => h.server.bodies(UPLOAD).map((body) => body['draft']);

it('goes up once, when typing has stopped, with the positions other clients keep there', async () => {
  h.server.writeDraft(BOB, '', { browse_to: 2, keep_message_seq: 1, keep_offset_y: 7 });
  await h.engine.drafts.sync();
  for (const text of ['你', '你好', '你好吗']) {
    write(text);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(uploads()).toEqual([]);
  await vi.advanceTimersByTimeAsync(2_000);
  await vi.waitFor(() => expect(uploads()).toEqual(['你好吗']));
  expect(h.server.bodies(UPLOAD)[0]).toEqual({
    draft: '你好吗',
    browse_to: 2,
    keep_message_seq: 1,
    keep_offset_y: 7,
  });
});

it('goes up at once when the channel is left, and is taken back when the message was sent', async () => {
  write('半句');
  h.engine.drafts.left(BOB);
  await vi.waitFor(() => expect(uploads()).toEqual(['半句']));
  write('');
  h.engine.drafts.left(BOB);
  await vi.waitFor(() => expect(uploads()).toEqual(['半句', '']));
});

it('comes from another device by version, and is announced', async () => {
  h.server.writeDraft(BOB, '手机上写的');
  h.engine.onMessages([
    received(1, {
      messageId: '99',
      clientMsgNo: 'cmd',
      fromUid: '',
      syncOnce: true,
      channel: { channelId: '', channelType: 1 },
      payload: { type: 99, cmd: 'syncConversationExtra' },
    }),
  ]);
  await vi.waitFor(() => expect(textOf()).toBe('手机上写的'));
  expect(h.deltas.filter((delta) => delta.kind === 'draft')).toEqual([{ kind: 'draft', channel: BOB }]);
  expect(h.store.conversations.get(BOB)?.draft).toBe('手机上写的');
  h.server.writeDraft(BOB, '');
  await h.engine.drafts.sync();
  expect(textOf()).toBeUndefined();
  expect(h.server.bodies(READ).map((body) => body['version'])).toEqual([0, 1_000_001]);
  expect(uploads()).toEqual([]);
});

it('does not replace words that are not yet on the server; they replace the others', async () => {
  write('电脑上写的');
  h.server.writeDraft(BOB, '手机上写的');
  await h.engine.drafts.sync();
  expect([textOf(), uploads()]).toEqual(['电脑上写的', []]);
  await vi.advanceTimersByTimeAsync(3_000);
  await vi.waitFor(() => expect(uploads()).toEqual(['电脑上写的']));
  await h.engine.drafts.sync();
  expect(textOf()).toBe('电脑上写的');
});

it('keeps mentions and quote when its own upload comes back', async () => {
  write('@鲍勃 看', { mention: { all: false, uids: ['u2'] }, mentionNames: { u2: '鲍勃' } });
  h.engine.drafts.left(BOB);
  await vi.waitFor(() => expect(uploads()).toHaveLength(1));
  await h.engine.drafts.sync();
  expect(h.store.outbox.draft(BOB)?.mention.uids).toEqual(['u2']);
});

it('written offline or before a crash goes up after the next connection', async () => {
  h.server.offline = true;
  write('离线写的');
  h.engine.drafts.left(BOB);
  await vi.waitFor(() => expect(h.logs.join('\n')).toContain('drafts: '));
  vi.useRealTimers();
  h.restart();
  h.server.offline = false;
  h.server.writeDraft(BOB, '别处的');
  await h.connect();
  expect([textOf(), uploads()]).toEqual(['离线写的', ['离线写的']]);
  h.engine.disconnected();
  await h.connect();
  expect(uploads()).toHaveLength(1);
});

it('of this device wins when the cache was built anew', async () => {
  write('一直在写的');
  h.engine.drafts.left(BOB);
  await vi.waitFor(() => expect(uploads()).toHaveLength(1));
  h.server.writeDraft(BOB, '别处的');
  h.store.rebuild();
  h.server.asked.length = 0;
  vi.useRealTimers();
  await h.engine.resync();
  expect(textOf()).toBe('一直在写的');
});

it('that is too long stays here; one that is refused is not tried for ever', async () => {
  write('长'.repeat(1_001));
  h.engine.drafts.left(BOB);
  await vi.waitFor(() => expect(h.logs.join('\n')).toContain('1001 characters'));
  expect(uploads()).toEqual([]);
  write('短');
  h.server.overrides.set(UPLOAD, () => new Response('{"msg":"你不是群成员","status":400}', { status: 400 }));
  h.engine.drafts.left(BOB);
  await vi.waitFor(() => expect(h.logs.join('\n')).toContain('a draft was refused'));
  await h.engine.drafts.sync();
  expect(uploads()).toHaveLength(1);
  expect([textOf(), h.store.outbox.draft(TEAM)]).toEqual(['短', null]);
  expect(h.logs.join('\n')).not.toMatch(/短|长/);
});

it.each([
  ['5xx', () => new Response('{}', { status: 503 })],
  ['TSDD in trouble', () => new Response('{"msg":"更新最近会话扩展失败！","status":400}', { status: 400 })],
  ['a captive portal', () => new Response('<html>Sign in</html>')],
])('is kept and goes up again by itself after %s', async (_what, answer) => {
  const answerUploads = h.server.overrides;
  answerUploads.set(UPLOAD, answer);
  write('不能丢');
  h.engine.drafts.left(BOB);
  await vi.waitFor(() => expect(uploads()).toEqual(['不能丢']));
  await vi.advanceTimersByTimeAsync(5_000);
  await vi.waitFor(() => expect(uploads()).toHaveLength(2));
  answerUploads.delete(UPLOAD);
  await vi.advanceTimersByTimeAsync(60_000);
  await vi.waitFor(() => expect(uploads()).toEqual(['不能丢', '不能丢', '不能丢']));
  await vi.advanceTimersByTimeAsync(120_000);
  expect(uploads()).toHaveLength(3);
  expect(textOf()).toBe('不能丢');
});
