import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MessageView } from '../../../shared/domain.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import type { MessagePage } from '../../../shared/ipc/contract/messages.ts';
import type { Result } from '../../../shared/ipc/result.ts';
import { messageView } from '../../../shared/testing/message-view.ts';
import { useMessageStore } from './message-store.ts';
import { pagePauseMs } from './page-requests.ts';
import { type LiveEvent, onLiveEvent } from './live-event.ts';
import { setReadingPlace } from './reading-place.ts';
import { receiveDeltas } from '../session/session-store.ts';

const channel = { channelId: 'g', channelType: 2 };
const KEY = '2/g';

const message = (seq: number, patch: Partial<MessageView> = {}): MessageView =>
  messageView(seq, {
    channel,
    content: { kind: 'text', text: `secret-${seq}`, mention: { all: false, uids: [] } },
    ...patch,
  });
const recalled = (seq: number): MessageView =>
  message(seq, {
    content: { kind: 'recalled' },
    recall: { state: 'done', revokerUid: 'a', revokerName: '', revokerRole: 0, reeditUntilMs: null },
  });
const range = (from: number, to: number): MessageView[] =>
  Array.from({ length: to - from + 1 }, (_, i) => message(from + i));
const delta = (upserts: MessageView[], removed: string[] = [], live = true): CoreDelta => ({
  kind: 'messages',
  channel,
  upserts,
  removed,
  live,
});

/** Page requests under way; a test answers them when it wants. */
let asked: { anchor: { at: string; order?: number }; answer: (page: MessagePage | null) => Promise<void> }[];
const shown = (): number[] => {
  const window = useMessageStore.getState().channels[KEY]?.window;
  return window?.keys.map((key) => window.byKey.get(key)?.messageSeq ?? -1) ?? [];
};
const page = (messages: MessageView[], hasOlder = false, hasNewer = false): MessagePage => ({
  messages,
  hasOlder,
  hasNewer,
  offline: false,
});

beforeEach(() => {
  asked = [];
  vi.spyOn(console, 'warn').mockReturnValue();
  vi.stubGlobal('window', {
    wukong: {
      invoke: (_name: string, args: { anchor: { at: string } }) =>
        new Promise<Result<MessagePage>>((resolve) => {
          asked.push({
            anchor: args.anchor,
            answer: async (value) => {
              resolve(value ? { ok: true, value } : { ok: false, code: 'network', message: 'down' });
              await new Promise((settled) => setTimeout(settled, 0));
            },
          });
        }),
    },
  });
});
afterEach(() => {
  useMessageStore.getState().close(channel);
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});
const open = (unread = 0, readSeq = 0, targetSeq: number | null = null): void =>
  useMessageStore.getState().open(channel, { readSeq, unread, targetSeq });

const viewOf = (seq: number): MessageView | undefined =>
  useMessageStore.getState().channels[KEY]?.window.byKey.get(`k${seq}`);

/** Asks for a recall of the second message; returns what says whether the core took it. */
function askRecall(): (taken: boolean) => void {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  useMessageStore.getState().recallAsked(channel, 'k2', () => promise);
  return resolve;
}

describe('message store', () => {
  it('loads the newest page, or around the first unread one when there are many', async () => {
    open();
    expect(asked[0]?.anchor).toEqual({ at: 'latest' });
    await asked[0]?.answer(page(range(1, 3)));
    expect(shown()).toEqual([1, 2, 3]);
    open(500, 40);
    expect(asked[1]?.anchor).toEqual({ at: 'around', messageSeq: 41 });
    expect(useMessageStore.getState().channels[KEY]?.unreadAfterSeq).toBe(40);
  });

  it('applies what is pushed while a page is under way', async () => {
    open();
    receiveDeltas([delta([recalled(2), message(4)])]);
    await asked[0]?.answer(page(range(1, 3)));
    expect(shown()).toEqual([1, 2, 3, 4]);
    expect(
      JSON.stringify([...(useMessageStore.getState().channels[KEY]?.window.byKey.values() ?? [])]),
    ).not.toContain('secret-2');
  });

  it('extends at both ends and ignores an answer that was overtaken', async () => {
    open(0, 0, 50);
    await asked[0]?.answer(page(range(40, 60), true, true));
    void useMessageStore.getState().loadOlder(channel);
    expect(asked[1]?.anchor).toEqual({ at: 'before', order: 40 });
    void useMessageStore.getState().loadLatest(channel);
    await asked[2]?.answer(page(range(90, 100), true, false));
    await asked[1]?.answer(page(range(30, 39), true, true));
    expect(shown()).toEqual(range(90, 100).map((m) => m.messageSeq));
    void useMessageStore.getState().loadOlder(channel);
    await asked[3]?.answer(page(range(80, 89), true, true));
    expect(shown()[0]).toBe(80);
    expect(useMessageStore.getState().channels[KEY]?.window.hasNewer).toBe(false);
  });

  it('updates once per batch and tells what happened after it is applied', async () => {
    open();
    await asked[0]?.answer(page(range(1, 3)));
    let updates = 0;
    const events: LiveEvent[] = [];
    const endUpdates = useMessageStore.subscribe(() => (updates += 1));
    const endEvents = onLiveEvent((event) => {
      expect(shown()).toEqual([1, 2, 4, 5]);
      events.push(event);
    });
    receiveDeltas([delta([message(4), message(5, { own: true })]), delta([recalled(1)]), delta([], ['k3'])]);
    endUpdates();
    endEvents();
    expect(updates).toBe(1);
    expect(events.flatMap((event) => event.arrived.map((m) => m.key))).toEqual(['k4']);
    expect(events.flatMap((event) => event.recalled.map((m) => m.key))).toEqual(['k1']);
    expect(events.flatMap((event) => event.recalledIds)).toEqual(['1']);
  });

  it('tells of recalls and refusals in conversations that are not open, and keeps nothing of them', () => {
    const events: LiveEvent[] = [];
    const end = onLiveEvent((event) => events.push(event));
    const refused = message(2, { recall: { state: 'denied', reason: 'late', atMs: 1 } });
    receiveDeltas([delta([recalled(1), refused])]);
    end();
    expect(events[0]).toMatchObject({ open: false, recalledIds: ['1'] });
    expect(events[0]?.denied.map((m) => m.key)).toEqual(['k2']);
    expect(useMessageStore.getState().channels).toEqual({});
  });

  it('loads the same part again on reload and keeps recalled messages recalled', async () => {
    open();
    await asked[0]?.answer(page(range(1, 3)));
    receiveDeltas([delta([recalled(2)])]);
    receiveDeltas([{ kind: 'reload', channel }]);
    expect(asked[1]?.anchor).toEqual({ at: 'latest' });
    await asked[1]?.answer(page(range(1, 5)));
    expect(shown()).toEqual([1, 2, 3, 4, 5]);
    expect(useMessageStore.getState().channels[KEY]?.window.byKey.get('k2')?.content.kind).toBe('recalled');
  });

  it('keeps what is read above the end through any number of arrivals and reloads', async () => {
    open();
    await asked[0]?.answer(page(range(1, 60)));
    setReadingPlace(KEY, 'k40');
    for (let seq = 61; seq < 2_000; seq += 50) receiveDeltas([delta(range(seq, seq + 49))]);
    expect(shown()).toContain(40);
    expect(shown().length).toBeLessThanOrEqual(700);
    expect(useMessageStore.getState().channels[KEY]?.window.hasNewer).toBe(true);
    receiveDeltas([{ kind: 'reload', channel }]);
    expect(asked.at(-1)?.anchor).toEqual({ at: 'around', messageSeq: 40 });
    // At the end the newest stay.
    setReadingPlace(KEY, null);
    void useMessageStore.getState().loadLatest(channel);
    await asked.at(-1)?.answer(page(range(1_941, 2_000), true));
    for (let seq = 2_001; seq < 3_000; seq += 50) receiveDeltas([delta(range(seq, seq + 49))]);
    expect(shown().at(-1)).toBe(3_000);
    expect(shown().length).toBeLessThanOrEqual(700);
  });

  it('says that a page could not be loaded and can be asked again', async () => {
    open();
    await asked[0]?.answer(null);
    expect(useMessageStore.getState().channels[KEY]).toMatchObject({ failed: true, loading: null });
    void useMessageStore.getState().loadLatest(channel);
    await asked[1]?.answer(page(range(1, 2)));
    expect(useMessageStore.getState().channels[KEY]?.failed).toBe(false);
    expect(shown()).toEqual([1, 2]);
  });

  it('does not ask for a page at an edge again before its back-off is over', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    open();
    await asked[0]?.answer(page(range(10, 12), true));
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- belongs to its reader
    const older = (): void => void useMessageStore.getState().loadOlder(channel);
    older();
    await asked[1]?.answer(null);
    older();
    expect(asked).toHaveLength(2);
    vi.setSystemTime(Date.now() + pagePauseMs(1));
    older();
    await asked[2]?.answer(null);
    vi.setSystemTime(Date.now() + pagePauseMs(1));
    older();
    expect(asked).toHaveLength(3);
    vi.setSystemTime(Date.now() + pagePauseMs(2) - pagePauseMs(1));
    older();
    await asked[3]?.answer(page(range(8, 9)));
    expect(shown()).toEqual([8, 9, 10, 11, 12]);
    expect(useMessageStore.getState().channels[KEY]).toMatchObject({ failures: 0, failed: false });
    expect([1, 2, 5, 6, 100].map(pagePauseMs)).toEqual([1_000, 2_000, 16_000, 30_000, 30_000]);
    vi.useRealTimers();
  });

  it('backs off while the server cannot be asked for older ones, and loads again once it can', async () => {
    open();
    await asked[0]?.answer(page(range(10, 12), true));
    void useMessageStore.getState().loadOlder(channel);
    await asked[1]?.answer({ ...page([], true), offline: true });
    expect(useMessageStore.getState().channels[KEY]).toMatchObject({
      offline: true,
      failures: 1,
      failed: false,
    });
    void useMessageStore.getState().loadOlder(channel);
    expect(asked).toHaveLength(2);
    receiveDeltas([{ kind: 'connection', connection: { state: 'connecting' } }]);
    expect(asked).toHaveLength(2);
    receiveDeltas([{ kind: 'connection', connection: { state: 'online' } }]);
    await asked[2]?.answer(page(range(8, 12)));
    expect(shown()).toEqual([8, 9, 10, 11, 12]);
    expect(useMessageStore.getState().channels[KEY]).toMatchObject({ offline: false, failures: 0 });
  });

  describe('an own recall', () => {
    beforeEach(async () => {
      useMessageStore.getState().open(channel, { readSeq: 0, unread: 0, targetSeq: null });
      await asked[0]?.answer(page(range(1, 3)));
    });

    it('takes the words away at once, also from what the core pushes before it knows', () => {
      askRecall();
      expect(viewOf(2)).toMatchObject({ content: { kind: 'recalled' }, recall: { state: 'pending' } });
      receiveDeltas([delta([message(2, { readCount: 1 })])]);
      expect(viewOf(2)).toMatchObject({ content: { kind: 'recalled' }, recall: { state: 'pending' } });
      receiveDeltas([delta([message(2, { recall: { state: 'queued' } })])]);
      receiveDeltas([delta([message(2)])]);
      expect(viewOf(2)?.recall).toBeNull();
      expect(viewOf(1)?.content).toMatchObject({ text: 'secret-1' });
    });

    it('that the core does not take shows the message again', async () => {
      askRecall()(false);
      await vi.waitFor(() => expect(asked).toHaveLength(2));
      await asked[1]?.answer(page(range(1, 3)));
      expect(viewOf(2)).toEqual(message(2));
    });
  });

  it('forgets a conversation that is closed, also when its page comes later', async () => {
    open();
    useMessageStore.getState().close(channel);
    await asked[0]?.answer(page(range(1, 3)));
    expect(useMessageStore.getState().channels).toEqual({});
  });
});
