/**
 * What comes late about a message that is gone, in every combination: however it went, and whatever comes. Nothing of
 * it is shown, found, counted, or in a file.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CHECKPOINT_DELAY_MS } from '../account-store/erasure-timer.ts';
import {
  conversation,
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

const SECRET = 'Zq7XlateASCII 迟到的话甲乙丙';
const OLD = 'Zq7XfirstASCII 先前的话丁戊己';
const WORDS = ['Zq7XlateASCII', '迟到的话甲乙丙', 'Zq7XfirstASCII', '先前的话丁戊己'];
const LIFE = 30;

const fixture = useFixture();
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Message 3 of the group, one of three; its words are OLD. */
const THE_ONE = 3;
const timestamp = START - 60;
const said = (words: string, change: Parameters<typeof message>[1] = {}) =>
  message(THE_ONE, { payload: text(words), timestamp, fromUid: ME.uid, ...change });
const KEY = `${ME.uid}:no-${THE_ONE}`;
const reply = {
  message_id: idOf(THE_ONE),
  message_seq: THE_ONE,
  from_uid: ME.uid,
  from_name: 'Me',
  payload: text(SECRET),
};
const edit = (version: number, words = SECRET) =>
  extraOf(idOf(THE_ONE), { version, contentEdit: text(words), editedAt: version });

const pass = (ms: number): void => {
  fixture.nowMs += ms;
  vi.advanceTimersByTime(ms);
};

interface Gone {
  cached?: Parameters<typeof message>[1];
  go: () => void;
  /** What the server goes on delivering of it is marked, or is known to be gone. */
  marked?: Parameters<typeof message>[1];
}

const clearTo = (seq: number, last = 4): void =>
  fixture.store.conversations.apply([conversation({ lastMessageSeq: last, offsetSeq: seq })], false);

/** How it went. */
const GONE: Record<string, Gone> = {
  cleared: { go: () => clearTo(THE_ONE) },
  'cleared to the end': { go: () => clearTo(4) },
  'cleared to a seq that is not here yet': { go: () => clearTo(9, 9) },
  'cleared, as history showed': { go: () => fixture.store.messages.forgetHistory(GROUP, false, THE_ONE) },
  'cleared after the chat was read anew': {
    go: () => {
      fixture.store.messages.forgetHistory(GROUP);
      clearTo(THE_ONE);
    },
  },
  'cleared, and the app started anew': {
    go: () => {
      clearTo(THE_ONE);
      fixture.reopen();
    },
  },
  'deleted here': { go: () => fixture.store.messages.deleteForMe(GROUP, [idOf(THE_ONE)]) },
  'deleted for all': {
    go: () =>
      fixture.store.messages.applyExtras(
        GROUP,
        [extraOf(idOf(THE_ONE), { version: 5, mutualDeleted: true })],
        'extra',
        0,
      ),
  },
  recalled: {
    go: () =>
      fixture.store.messages.applyRecall({
        channel: GROUP,
        messageId: idOf(THE_ONE),
        clientMsgNo: `no-${THE_ONE}`,
        revoker: 'u-bob',
        version: 4,
        source: 'extra',
        startedAt: 0,
      }),
  },
  expired: { cached: { expire: 60 + LIFE }, marked: { expire: 60 + LIFE }, go: () => pass(LIFE * 1000) },
  burned: {
    cached: { payload: text(OLD, { flame: 1, flame_second: 0 }), fromUid: 'u-bob' },
    marked: { fromUid: 'u-bob' },
    go: () => {
      fixture.store.messages.openFlame(GROUP, `u-bob:no-${THE_ONE}`);
      fixture.store.messages.leaveFlames(GROUP);
    },
  },
};

/** What comes then; each would bring SECRET. */
const LATE: Record<string, (gone: Gone) => void> = {
  'an edit': () => fixture.store.messages.applyExtras(GROUP, [edit(9)], 'extra', 0),
  'two edits, the older one last': () =>
    fixture.store.messages.applyExtras(GROUP, [edit(9), edit(8, `${SECRET} 2`)], 'cmd', 0),
  'an edit without a version': () => fixture.store.messages.applyExtras(GROUP, [edit(0)], 'extra', 0),
  'an edit that quotes and forwards': () =>
    fixture.store.messages.applyExtras(
      GROUP,
      [
        extraOf(idOf(THE_ONE), {
          version: 9,
          editedAt: 9,
          contentEdit: { type: 11, content: SECRET, reply, msgs: [{ payload: text(SECRET) }] },
        }),
      ],
      'extra',
      0,
    ),
  'a row of the history with an edit': ({ marked }) =>
    fixture.store.messages.ingest([said(SECRET, { ...marked, extra: edit(9) })], 'history'),
  'a recent message of the list': ({ marked }) =>
    fixture.store.conversations.apply(
      [conversation({ lastMessageSeq: 4, recents: [said(SECRET, { ...marked, extra: edit(0) })] })],
      false,
    ),
  'the message itself, pushed late': ({ marked }) =>
    fixture.store.messages.ingest([said(SECRET, marked)], 'live'),
  'its copy, pushed late': ({ marked }) =>
    fixture.store.messages.ingest([said(SECRET, { ...marked, messageId: idOf(2), messageSeq: 2 })], 'live'),
  'words streamed into it': () =>
    fixture.store.messages.growStreams([
      {
        channel: GROUP,
        fromUid: ME.uid,
        clientMsgNo: `no-${THE_ONE}`,
        change: { base: SECRET, add: SECRET, seq: 9, final: true },
      },
    ]),
  'a message that quotes it': () =>
    fixture.store.messages.ingest(
      [message(8, { channel: OTHER_GROUP, payload: text('a', { reply }) })],
      'live',
    ),
  'a line that says it was pinned': () => {
    const content = `{0} 置顶了"${SECRET}"`;
    const line = { type: 2000, content, extra: [{ uid: 'u-bob', name: 'B' }], from_uid: 'u-bob' };
    fixture.store.messages.ingest([message(8, { channel: OTHER_GROUP, payload: line })], 'live');
    const references = [{ tipId: idOf(8), messageId: idOf(THE_ONE), messageSeq: THE_ONE }];
    fixture.store.messages.referPinTips(references);
  },
  'a reminder of it': () =>
    fixture.store.conversations.applyReminders([
      {
        id: 1,
        channel: GROUP,
        messageSeq: THE_ONE,
        messageId: idOf(THE_ONE),
        type: 1,
        done: false,
        version: 1,
      },
    ]),
  'a reaction': () =>
    fixture.store.reactions.apply([
      { messageId: idOf(THE_ONE), uid: 'u-bob', name: 'Bob', emoji: '👍', seq: 9 },
    ]),
  'a row of the history with reactions': ({ marked }) =>
    fixture.store.messages.ingest(
      [
        said(SECRET, {
          ...marked,
          reactions: [{ messageId: idOf(THE_ONE), uid: 'u-bob', name: 'Bob', emoji: '👍', seq: 9 }],
        }),
      ],
      'history',
    ),
  'a pin': () => fixture.store.pins.replace(GROUP, [{ messageId: idOf(THE_ONE), pinnedAtMs: 9 }]),
  'an own pin': () => fixture.store.pins.putOwn(GROUP, idOf(THE_ONE), true),
  'a read count': () =>
    fixture.store.messages.applyExtras(
      GROUP,
      [extraOf(idOf(THE_ONE), { version: 9, readCount: 3 })],
      'extra',
      0,
    ),
};

/** What waited when it went, or is put in afterwards by who did not know yet. */
const WAITING: Record<string, () => void> = {
  'an edit': () =>
    void fixture.store.outbox.addAction({
      kind: 'edit',
      channel: GROUP,
      args: { messageId: idOf(THE_ONE), messageSeq: THE_ONE, payload: text(SECRET) },
    }),
  'an edit that quotes it': () =>
    void fixture.store.outbox.addAction({
      kind: 'edit',
      channel: GROUP,
      args: { messageId: idOf(4), messageSeq: 4, payload: text('edited', { reply }) },
    }),
  'a reaction': () => fixture.store.reactions.ask(GROUP, idOf(THE_ONE), '🎉'),
  'a pin': () => fixture.store.pins.ask(GROUP, idOf(THE_ONE), true),
  'a quote': () =>
    void fixture.store.outbox.addSend({
      channel: GROUP,
      clientMsgNo: 'quote',
      payload: text('q', { reply }),
      timestamp,
    }),
};

function plant({ cached = {} }: Gone): void {
  const { store } = fixture;
  store.messages.ingest(
    [message(1, { timestamp }), said(OLD, cached), message(4, { timestamp, fromUid: ME.uid })],
    'live',
  );
  store.reactions.countFrom(0);
  store.reactions.apply([{ messageId: idOf(THE_ONE), uid: 'u-bob', name: 'Bob', emoji: '👍', seq: 1 }]);
  store.pins.replace(GROUP, [{ messageId: idOf(THE_ONE), pinnedAtMs: 1 }]);
  store.conversations.apply([conversation({ lastMessageSeq: 4 })], false);
}

const NOTHING = { kind: true, said: null, hits: [[], [], []], mentions: 0, news: undefined, files: [] };

function leftOfIt(): unknown {
  const { store } = fixture;
  const view = store.messages.byId(idOf(THE_ONE));
  const shown = [store.conversations.list(), store.messages.page(OTHER_GROUP, { at: 'latest' }, 9), view];
  const jobs = [store.outbox.actionJobs(), store.outbox.sendJob(GROUP, `${ME.uid}:quote`)];
  const said = /Zq7X|甲乙|丁戊|👍|🎉/u.exec(JSON.stringify([shown, jobs]));
  const hits = ['Zq7X', '甲乙', '丁戊'].map((words) => found(store, words));
  const mentions = store.conversations.get(GROUP)?.mentions ?? 0;
  const news = store.conversations.get(GROUP)?.newReactions;
  pass(2 * CHECKPOINT_DELAY_MS);
  pass(2 * CHECKPOINT_DELAY_MS);
  const kind = view === null || view.content.kind === 'recalled';
  return { kind, said, hits, mentions, news, files: scanForResidue([fixture.dir], WORDS) };
}

describe.each(Object.entries(GONE))('%s', (_how, gone) => {
  test.each(Object.entries(LATE))('then %s', (_what, arrive) => {
    plant(gone);
    gone.go();
    arrive(gone);
    expect(leftOfIt()).toEqual(NOTHING);
  });
});

// (What burns is neither quoted nor edited.)
describe.each(Object.entries(GONE).filter(([how]) => how !== 'burned'))('%s', (_how, gone) => {
  test.each(Object.entries(WAITING))('while there waits %s', (_what, wait) => {
    plant(gone);
    wait();
    fixture.store.checkpoint();
    gone.go();
    expect(leftOfIt()).toEqual(NOTHING);
  });
});

describe.each(['deleted here', 'deleted for all', 'recalled', 'expired'])('%s', (how) => {
  const gone = GONE[how] as Gone;
  test.each(Object.entries(WAITING))('then somebody who did not know adds %s', (_what, add) => {
    plant(gone);
    gone.go();
    add();
    expect(leftOfIt()).toEqual(NOTHING);
  });
});

test('a message nobody knows yet has no words of an edit; they are owed until it comes', () => {
  const { messages } = fixture.store;
  messages.applyExtras(GROUP, [edit(7)], 'extra', 0);
  expect(messages.owingEdits([idOf(THE_ONE), idOf(1)])).toEqual([idOf(THE_ONE)]);
  fixture.store.checkpoint();
  expect(scanForResidue([fixture.dir], WORDS)).toEqual([]);
  messages.ingest([said(OLD)], 'live');
  expect(messages.owingEdits([idOf(THE_ONE)])).toEqual([idOf(THE_ONE)]);
  // An older edit does not settle it, the one itself does.
  messages.ingest([said(OLD, { extra: edit(6, OLD) })], 'history');
  expect(messages.owingEdits([idOf(THE_ONE)])).toEqual([idOf(THE_ONE)]);
  messages.ingest([said(OLD, { extra: edit(7) })], 'history');
  expect(messages.owingEdits([idOf(THE_ONE)])).toEqual([]);
  expect(messages.get(GROUP, KEY)?.content).toMatchObject({ text: SECRET });
});

test('what older versions kept of such an edit is erased at the next start', async () => {
  const { default: Database } = await import('better-sqlite3');
  const { cachePath } = await import('../store/files/database.ts');
  fixture.store.messages.applyExtras(GROUP, [edit(7)], 'extra', 0);
  fixture.store.close();
  const db = new Database(cachePath(fixture.dir));
  db.prepare('UPDATE message_extra SET edit = ?, edit_version = 7, edit_owed = NULL').run(
    JSON.stringify(text(SECRET)),
  );
  db.exec("UPDATE state SET value = '2' WHERE name = 'othersWords'");
  db.close();
  fixture.reopenFresh();
  pass(2 * CHECKPOINT_DELAY_MS);
  expect(scanForResidue([fixture.dir], WORDS)).toEqual([]);
  expect(fixture.store.messages.owingEdits([idOf(THE_ONE)])).toEqual([idOf(THE_ONE)]);
});

const forward = (clientMsgNo: string): unknown =>
  fixture.store.outbox.addSend({
    channel: PERSON,
    clientMsgNo,
    payload: text(SECRET),
    timestamp,
    forwardOf: idOf(THE_ONE),
  });

test('a forward of what has expired is not sent, nor is one that is added afterwards', () => {
  plant(GONE['expired'] as Gone);
  forward('before');
  pass(LIFE * 1000);
  forward('after');
  for (const no of ['before', 'after'])
    expect(fixture.store.outbox.sendJob(PERSON, `${ME.uid}:${no}`)).toBe(null);
  expect(leftOfIt()).toEqual(NOTHING);
});

test('what is pushed below a cleared position and is younger than it: the server counts anew', () => {
  plant({ go: () => undefined });
  clearTo(9, 9);
  fixture.store.messages.ingest([message(5, { timestamp: START + 5 })], 'live');
  expect(fixture.store.messages.byId(idOf(5))?.content).toMatchObject({ text: 'message 5' });
});

test('a draft loses its quote of what is gone, and keeps its words', () => {
  plant({ go: () => undefined });
  const draft = {
    text: 'd',
    mention: { all: false, uids: [] },
    mentionNames: {},
    replyToMessageId: idOf(THE_ONE),
  };
  fixture.store.outbox.setDraft(GROUP, draft);
  fixture.store.messages.deleteForMe(GROUP, [idOf(THE_ONE)]);
  expect(fixture.store.outbox.draft(GROUP)).toEqual({ ...draft, replyToMessageId: null });
  fixture.store.outbox.setDraft(GROUP, draft);
  expect(fixture.store.outbox.draft(GROUP)?.replyToMessageId).toBe(null);
});
