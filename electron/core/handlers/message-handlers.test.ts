/** What a message's menu does is durable before it is seen. */
import Database from 'better-sqlite3';
import { describe, expect, it, vi } from 'vitest';
import type { ChannelRef } from '../../../shared/domain.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { outboxPath } from '../store/files/database.ts';
import { extraOf, GROUP, idOf, ME, message, OTHER_GROUP } from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import type { CoreContext } from './core-context.ts';
import { enqueue, quotedBy } from './enqueue.ts';
import { messageHandlers } from './message-handlers.ts';
import { sessionHandlers } from './session-handlers.ts';

const fixture = useFixture();

it('nothing is deleted here that the server will not be asked to delete', () => {
  const { store } = fixture;
  store.messages.ingest([message(1)], 'live');
  const [shown] = store.messages.page(GROUP, { at: 'latest' }, 10).messages;
  vi.spyOn(store.messages, 'deleteForMe').mockImplementation(() => {
    throw new Error('the process died');
  });
  const handlers = messageHandlers({
    store,
    outbox: { kick: () => undefined },
    // A stand-in for the parts that this handler uses.
  } as unknown as CoreContext);
  expect(() => handlers['messages.deleteForMe']({ channel: GROUP, keys: [shown?.key ?? ''] })).toThrow(
    'died',
  );
  expect(store.outbox.actionJobs()).toMatchObject([
    { kind: 'deleteForMe', args: { messages: [{ messageId: idOf(1), messageSeq: 1 }] } },
  ]);
});

it('several messages are recalled in one transaction, and files are withheld only once that is stored', () => {
  const { store } = fixture;
  store.messages.ingest([message(1), message(2), message(3)], 'live');
  const keys = store.messages.page(GROUP, { at: 'latest' }, 10).messages.map(({ key }) => key);
  const withheld: string[] = [];
  const handlers = messageHandlers({
    store,
    outbox: { kick: () => undefined },
    media: { withhold: (_: unknown, key: string) => withheld.push(key) },
    // A stand-in for the parts that this handler uses.
  } as unknown as CoreContext);
  const outbox = new Database(outboxPath(fixture.dir));
  outbox.exec(`CREATE TRIGGER died BEFORE INSERT ON recall_job WHEN NEW.message_id = '${idOf(2)}'
    BEGIN SELECT RAISE(ABORT, 'died here'); END`);
  expect(() => handlers['messages.recallMany']({ channel: GROUP, keys })).toThrow('died here');
  expect([store.outbox.recallJobs(), withheld]).toEqual([[], []]);
  outbox.exec('DROP TRIGGER died');
  outbox.close();
  void handlers['messages.recallMany']({ channel: GROUP, keys: [...keys, 'gone'] });
  expect(store.outbox.recallJobs().map((job) => job.messageKey)).toEqual(keys);
  expect(withheld).toEqual(keys);
});

const burning = (seq: number, payload: Record<string, unknown> = {}) =>
  message(seq, { payload: { type: 1, content: 'secret', flame: 1, flame_second: 10, ...payload } });
const keyOf = (seq: number): string => `u-bob:no-${seq}`;
const sent = (channel: ChannelRef) =>
  fixture.store.messages
    .page(channel, { at: 'latest' }, 20)
    .messages.flatMap(({ key }) => fixture.store.outbox.sendJob(channel, key)?.payload ?? []);

const entryOf = (n: number) => ({
  message_id: idOf(n),
  from_uid: 'u-bob',
  timestamp: message(n).timestamp,
  payload: { type: 1, content: `message ${n}` },
});

describe('what burns after reading', () => {
  const fetched: string[] = [];
  let fails: Error | null = null;
  const context = () =>
    ({
      store: fixture.store,
      outbox: { kick: () => undefined },
      media: {
        staging: { abandon: () => Promise.resolve() },
        async fetch(_: unknown, key: string) {
          if (fails) throw fails;
          fetched.push(key);
        },
      },
      me: () => ({ uid: ME.uid }),
      serverNowMs: () => fixture.nowMs,
      connectionState: () => ({ state: 'offline' }),
      // A stand-in for the parts that these handlers use.
    }) as unknown as CoreContext;
  it('is not forwarded, edited or quoted, whoever asks; what is beside it is', () => {
    const { store } = fixture;
    store.messages.ingest([burning(1), message(2), burning(3, {})], 'live');
    store.messages.openFlame(GROUP, keyOf(3));
    const handlers = messageHandlers(context());
    const keys = [1, 2, 3].map(keyOf);
    expect(handlers['messages.forward']({ channel: GROUP, keys, to: [OTHER_GROUP] })).toEqual({
      sent: 1,
      skipped: 2,
    });
    expect(sent(OTHER_GROUP)).toEqual([{ type: 1, content: 'message 2' }]);
    expect(() =>
      handlers['messages.edit']({
        channel: GROUP,
        key: keyOf(3),
        text: 'x',
        mention: { all: false, uids: [] },
      }),
    ).toThrow('only an own');
    expect(quotedBy(context(), GROUP, idOf(3))).toBeNull();
    expect(quotedBy(context(), GROUP, idOf(2))).not.toBeNull();
  });

  it('does not go along in a merged forward, and neither does what was recalled or not sent', () => {
    const { store } = fixture;
    store.people.putUsers([
      {
        uid: 'u-bob',
        name: 'Bob',
        remark: 'my Bob',
        username: 'bob',
        online: false,
        lastOffline: 0,
        friend: true,
        muted: false,
        pinned: false,
        showRecallNotes: true,
        blocked: false,
      },
    ]);
    store.messages.ingest([message(1), message(2), burning(3), message(4)], 'live');
    const recall = { ...extraOf(idOf(1)), revoke: true, version: 3 };
    store.messages.applyExtras(GROUP, [recall], 'extra', 0);
    const waiting = store.outbox.addSend({
      channel: GROUP,
      clientMsgNo: 'w',
      payload: { type: 1, content: 'waits' },
      timestamp: 1,
    });
    const keys = [4, 3, 2, 1].map(keyOf).concat(`${ME.uid}:${waiting.clientMsgNo}`);
    const handlers = messageHandlers(context());
    expect(
      handlers['messages.forward']({ channel: GROUP, keys, to: [OTHER_GROUP], merged: true }),
    ).toMatchObject({ sent: 1, skipped: 3 });
    expect(sent(OTHER_GROUP)).toEqual([
      { type: 11, channel_type: 2, users: [{ uid: 'u-bob', name: 'Bob' }], msgs: [entryOf(2), entryOf(4)] },
    ]);
  });

  it('is what a chat that has it on sends: words, forwards; as it was set when they were written', () => {
    const { store } = fixture;
    store.messages.ingest([message(2)], 'live');
    store.conversations.setFlags(OTHER_GROUP, { flame: true, flameSeconds: 20 });
    const handlers = messageHandlers(context());
    void handlers['messages.forward']({ channel: GROUP, keys: [keyOf(2)], to: [OTHER_GROUP, GROUP] });
    enqueue(context(), [{ channel: OTHER_GROUP, payload: { type: 8, url: '', name: 'a.pdf' } }]);
    store.conversations.setFlags(OTHER_GROUP, { flame: false });
    fixture.reopen();
    expect(sent(OTHER_GROUP)).toEqual([
      { type: 1, content: 'message 2', flame: 1, flame_second: 20 },
      { type: 8, url: '', name: 'a.pdf', flame: 1, flame_second: 20 },
    ]);
    expect(sent(GROUP)).toEqual([{ type: 1, content: 'message 2' }]);
  });

  it('is opened once its picture or sound is here, and what cannot be shown here stays for another device', async () => {
    const { store } = fixture;
    const picture = { type: 2, url: 'file/preview/x.png', width: 1, height: 1 };
    store.messages.ingest(
      [burning(1, picture), burning(2, { type: 4, url: 'x' }), burning(3, { type: 77 })],
      'live',
    );
    const handlers = messageHandlers(context());
    const open = async (seq: number) => handlers['messages.open']({ channel: GROUP, key: keyOf(seq) });
    const isOpen = (seq: number) => store.messages.get(GROUP, keyOf(seq))?.flame?.open;
    fails = new CodedError('network', 'no network');
    await expect(open(1)).rejects.toMatchObject({ code: 'network' });
    expect(isOpen(1)).toBe(false);
    fails = null;
    await open(1);
    await open(1);
    expect([isOpen(1), fetched]).toEqual([true, [keyOf(1)]]);
    await open(2);
    expect([isOpen(2), fetched]).toEqual([true, [keyOf(1), keyOf(2)]]);
    await expect(open(3)).rejects.toMatchObject({ code: 'refused' });
    expect(isOpen(3)).toBe(false);
    await expect(open(9)).rejects.toMatchObject({ code: 'notFound' });
  });

  it('that lasts until the chat is left is gone when the page begins anew', () => {
    const { store } = fixture;
    store.messages.ingest([burning(1, { flame_second: 0 }), burning(2)], 'live');
    for (const seq of [1, 2]) store.messages.openFlame(GROUP, keyOf(seq));
    const parts = {
      ...context(),
      sync: { directory: { friendRequestCount: 0 } },
      serverOffsetMs: () => 0,
      storage: () => store.storage,
      absence: { summary: null },
    };
    void sessionHandlers(parts as unknown as CoreContext)['core.bootstrap'](undefined);
    expect([1, 2].map((seq) => store.messages.get(GROUP, keyOf(seq))?.flame?.open)).toEqual([
      undefined,
      true,
    ]);
  });
});

/** Composing, without a network. */
const offline = () =>
  messageHandlers({
    store: fixture.store,
    outbox: { kick: () => undefined },
    me: () => ({ uid: ME.uid }),
    serverNowMs: () => fixture.nowMs,
    connectionState: () => ({ state: 'offline' }),
    // A stand-in for the parts that these handlers use.
  } as unknown as CoreContext);

describe('a note that goes with a forward', () => {
  const note = { type: 1, content: 'look at this' };

  it('comes after the copies in each chat, one by one and merged, also after a restart', () => {
    fixture.store.messages.ingest([message(1), message(2)], 'live');
    const keys = [keyOf(2), keyOf(1)];
    const to = [OTHER_GROUP, GROUP, OTHER_GROUP];
    const forward = offline()['messages.forward'];
    expect(forward({ channel: GROUP, keys, to, note: '  look at this\n' })).toEqual({ sent: 4, skipped: 0 });
    expect(forward({ channel: GROUP, keys, to: [OTHER_GROUP], merged: true, note: 'look at this' })).toEqual({
      sent: 1,
      skipped: 0,
    });
    expect(forward({ channel: GROUP, keys: [keyOf(1)], to: [OTHER_GROUP], note: ' \n ' })).toMatchObject({
      sent: 1,
    });
    fixture.reopen();
    const one = { type: 1, content: 'message 1' };
    const both = [one, { type: 1, content: 'message 2' }, note];
    const merged = expect.objectContaining({ type: 11, msgs: [entryOf(1), entryOf(2)] });
    expect(sent(OTHER_GROUP)).toEqual([...both, merged, note, one]);
    expect(sent(GROUP)).toEqual(both);
  });

  it('stays when what it is about is recalled before it leaves, and is not sent about nothing', () => {
    const { store } = fixture;
    store.messages.ingest([message(1)], 'live');
    const forward = { channel: GROUP, keys: [keyOf(1)], to: [OTHER_GROUP], note: 'look at this' };
    void offline()['messages.forward'](forward);
    void offline()['messages.forward']({ ...forward, merged: true });
    const recall = { ...extraOf(idOf(1)), revoke: true, version: 3 };
    store.messages.applyExtras(GROUP, [recall], 'extra', 0);
    expect(sent(OTHER_GROUP)).toEqual([note, note]);
    expect(offline()['messages.forward'](forward)).toEqual({ sent: 0, skipped: 1 });
    expect(sent(OTHER_GROUP)).toEqual([note, note]);
  });
});

const chat = (no: number): ChannelRef => ({ channelId: `g-of-${no}`, channelType: 2 });
const forward = (...ns: number[]) => ({ type: 11, users: [], msgs: ns.map(entryOf) });

describe('a merged forward that is read', () => {
  it('asks the server about the chats that its messages are of, a few at most, and about no other', async () => {
    const { store } = fixture;
    const asked: ChannelRef[] = [];
    const logged: string[] = [];
    const context = {
      store,
      sync: {
        extraSync: {
          request(channel: ChannelRef) {
            asked.push(channel);
            return Promise.reject(new CodedError('network', 'no way'));
          },
        },
      },
      log: (_level: string, entry: string) => void logged.push(entry),
      // A stand-in for the parts that this handler uses.
    } as unknown as CoreContext;
    store.messages.ingest(
      [
        message(1),
        message(2),
        ...[21, 22, 23, 24, 25, 26].map((n) => message(n, { channel: chat(n) })),
        message(50, { channel: OTHER_GROUP, payload: forward(1, 2, 900) }),
        message(51, { channel: OTHER_GROUP, payload: forward(900, 901) }),
        message(52, { channel: OTHER_GROUP, payload: forward(21, 22, 23, 24, 25, 26) }),
      ],
      'live',
    );
    const read = (seq: number): ChannelRef[] => {
      asked.length = 0;
      const level = messageHandlers(context)['messages.history']({
        channel: OTHER_GROUP,
        key: keyOf(seq),
        path: [],
      });
      expect(level).not.toBeNull();
      return [...asked];
    };
    expect(read(50)).toEqual([GROUP]);
    expect(read(51)).toEqual([]);
    expect(read(52)).toHaveLength(4);
    // Nobody waits for it, and what fails is in the log.
    await vi.waitFor(() => expect(logged).toHaveLength(5));
    expect(logged[0]).toContain('not compared with the server');
  });
});
