/** What of a merged forward is left when a message that it holds a copy of is recalled (docs/merged-forward.md). */
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { ServerMessage } from '../store/server-records.ts';
import {
  extraOf,
  GROUP,
  idOf,
  message,
  OTHER_GROUP,
  PERSON,
  START,
  text,
} from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import { scanForResidue } from '../residue/residue-scanner.ts';
import { cachePath } from '../store/files/database.ts';

const SECRET = 'Zq7Secret口令';
const KEPT = 'stays as it is';

const fixture = useFixture();

const entry = (n: number, payload: object, more: object = {}): object => ({
  message_id: idOf(n),
  from_uid: 'u-bob',
  timestamp: 1_795_424_000 + n,
  payload,
  ...more,
});
const forward = (...msgs: object[]): Record<string, unknown> => ({
  type: 11,
  channel_type: 2,
  users: [{ uid: 'u-bob', name: 'Bob' }],
  msgs,
});
const nested = (levels: number, inner: object): Record<string, unknown> =>
  levels === 0 ? (inner as Record<string, unknown>) : forward(entry(900 + levels, nested(levels - 1, inner)));

/** In another chat than what it is made of. */
const holder = (seq: number, payload: Record<string, unknown>, change: Partial<ServerMessage> = {}) =>
  message(seq, { channel: OTHER_GROUP, payload, ...change });
const KEY = 'u-bob:no-50';

const revoke = (n: number) => extraOf(idOf(n), { version: 100 + n, revoke: true, revoker: 'u-bob' });
const recall = (n: number): void => fixture.store.messages.applyExtras(GROUP, [revoke(n)], 'extra', 0);
const ingest = (...list: ServerMessage[]): void => fixture.store.messages.ingest(list, 'live');
const storedAt = (seq: number): string =>
  JSON.stringify(fixture.store.messages.payloadOf(OTHER_GROUP, `u-bob:no-${seq}`));
const stored = (): string => storedAt(50);
const says = (at: number, words: string): boolean => storedAt(50 + at).includes(words);

function expectNothingLeft(): void {
  fixture.store.checkpoint();
  expect(scanForResidue([fixture.dir], [SECRET, 'Zq7Secret', 'zq7secret'])).toEqual([]);
  const views = [OTHER_GROUP, GROUP, PERSON].map((channel) =>
    fixture.store.messages.page(channel, { at: 'latest' }, 50),
  );
  expect(JSON.stringify([views, fixture.store.conversations.list()])).not.toContain(SECRET);
}

const SHAPES: Record<string, Record<string, unknown>> = {
  text: forward(entry(1, text(SECRET)), entry(2, text(KEPT))),
  'name of a file': forward(
    entry(1, { type: 8, name: `${SECRET}.pdf`, url: 'x', size: 1 }),
    entry(2, text(KEPT)),
  ),
  'address of a picture': forward(entry(1, { type: 2, url: SECRET, name: SECRET }), entry(2, text(KEPT))),
  'words beside the payload': forward(
    entry(1, text('a'), { digest: SECRET, content: SECRET }),
    entry(2, text(KEPT)),
  ),
  'words beside the entries': {
    ...forward(entry(1, text('a')), entry(2, text(KEPT))),
    content: SECRET,
    digest: SECRET,
  },
  'a kind nobody knows': forward(entry(1, { type: 77, a: { b: [SECRET] } }), entry(2, text(KEPT))),
  'twice in it': forward(entry(1, text(SECRET)), entry(2, text(KEPT)), entry(1, text(`${SECRET}!`))),
  'as a number': forward({ message_id: 5, payload: text(SECRET) }, entry(2, text(KEPT))),
  'three deep': forward(entry(3, nested(2, forward(entry(1, text(SECRET))))), entry(2, text(KEPT))),
  'eight deep': forward(entry(3, nested(6, forward(entry(1, text(SECRET))))), entry(2, text(KEPT))),
};
const recallBoth = (): void => {
  recall(1);
  fixture.store.messages.applyExtras(GROUP, [extraOf('5', { version: 5, revoke: true })], 'extra', 0);
};

const ALL = Object.values(SHAPES).map((payload, at) => holder(50 + at, payload));

const ORDERS: Record<string, () => void> = {
  'known before': () => {
    recallBoth();
    ingest(...ALL);
  },
  'known later': () => {
    ingest(...ALL);
    recallBoth();
  },
  'known later, with the message here': () => {
    ingest(message(1), ...ALL);
    recallBoth();
  },
  'known before a restart': () => {
    recallBoth();
    fixture.reopen();
    ingest(...ALL);
  },
  'learnt in the batch that brings it': () => {
    ingest(...ALL, message(1, { extra: revoke(1) }), message(2));
    recallBoth();
  },
  'delivered again afterwards': () => {
    ingest(...ALL);
    recallBoth();
    fixture.store.messages.ingest(ALL, 'history');
  },
};

test.each(Object.entries(ORDERS))(
  'a recall %s leaves nothing of it, and all of the others',
  (_order, run) => {
    run();
    const shapes = Object.keys(SHAPES);
    expect(shapes.filter((_shape, at) => !says(at, KEPT) || !says(at, '"recalled":1'))).toEqual([]);
    expectNothingLeft();
  },
);

test('all of it in one look-up is the same as one by one', () => {
  const many = Array.from({ length: 500 }, (_, at) => entry(at + 1, text(`${SECRET} ${at}`)));
  ingest(holder(950, forward(...many)));
  fixture.store.messages.applyExtras(
    GROUP,
    Array.from({ length: 500 }, (_, at) => revoke(at + 1)),
    'extra',
    0,
  );
  expectNothingLeft();
  const left = fixture.store.messages.payloadOf(OTHER_GROUP, 'u-bob:no-950')?.['msgs'] as object[];
  expect(left).toHaveLength(500);
});

test('a copy of a resend that was recalled under its other id', () => {
  ingest(message(1), message(7, { clientMsgNo: 'no-1' }));
  ingest(holder(50, forward(entry(7, text(SECRET)), entry(2, text(KEPT)))));
  recall(1);
  expect(stored()).toContain(KEPT);
  expectNothingLeft();
});

test('of ids nobody here knows nothing is claimed', () => {
  ingest(
    holder(
      50,
      forward(entry(1, text(KEPT)), { payload: text('no id') }, { message_id: 'x', payload: text('y') }),
    ),
  );
  recall(2);
  expect(stored()).toContain(KEPT);
  expect(stored()).not.toContain('recalled');
});

test('an edit that is a merged forward changes nothing', () => {
  ingest(holder(50, text(KEPT)));
  const edit = extraOf(idOf(50), { version: 9, contentEdit: forward(entry(1, text(SECRET))), editedAt: 3 });
  fixture.store.messages.applyExtras(OTHER_GROUP, [edit], 'extra', 0);
  expect(stored()).toContain(KEPT);
  expectNothingLeft();
});

test('one that waits leaves without it, or not at all', () => {
  const send = (clientMsgNo: string, payload: Record<string, unknown>) =>
    fixture.store.outbox.addSend({ channel: PERSON, clientMsgNo, payload, timestamp: 1 });
  ingest(message(1, { payload: text(SECRET) }), message(2, { payload: text(KEPT) }));
  send('a', forward(entry(1, text(SECRET)), entry(2, text(KEPT))));
  send('b', forward(entry(1, text(SECRET)), entry(3, nested(1, forward(entry(1, text(SECRET)))))));
  recall(1);
  const key = (no: string): string => `${fixture.store.me.uid}:${no}`;
  expect(fixture.store.outbox.sendJob(PERSON, key('a'))?.payload['msgs']).toEqual([entry(2, text(KEPT))]);
  expect(fixture.store.outbox.sendJob(PERSON, key('b'))).toBeNull();
  send('c', forward(entry(1, text(SECRET)), entry(2, text(KEPT))));
  expect(fixture.store.outbox.sendJob(PERSON, key('c'))?.payload['msgs']).toEqual([entry(2, text(KEPT))]);
  expectNothingLeft();
});

test('what has expired leaves one that waits, and no empty forward in its place', () => {
  const { store } = fixture;
  const send = (clientMsgNo: string, payload: Record<string, unknown>) =>
    store.outbox.addSend({ channel: PERSON, clientMsgNo, payload, timestamp: 1 });
  const left = (no: string) => store.outbox.sendJob(PERSON, `${store.me.uid}:${no}`)?.payload['msgs'];
  const expiring = message(1, { payload: text(SECRET), timestamp: START, expire: 60 });
  ingest(expiring, message(2, { payload: text(KEPT) }));
  const inner = entry(3, nested(1, forward(entry(1, text(SECRET)))));
  send('before', forward(inner, entry(2, text(KEPT))));
  send('all of it', forward(inner, entry(1, text(SECRET))));
  fixture.nowMs += 60_000;
  store.expireDue();
  expect(left('before')).toEqual([entry(2, text(KEPT))]);
  expect(left('all of it')).toBeUndefined();
  // Put there afterwards, also when it is known as recalled, too.
  send('after', forward(inner, entry(1, text(SECRET))));
  expect(left('after')).toBeUndefined();
  recall(1);
  send('recalled', forward(inner, entry(1, text(SECRET))));
  expect(left('recalled')).toBeUndefined();
  expectNothingLeft();
});

test('one that waits is held back while what it holds is asked back, and no other is', () => {
  const { outbox } = fixture.store;
  const send = (clientMsgNo: string, payload: Record<string, unknown>, forwardOf: string | null = null) =>
    outbox.addSend({ channel: PERSON, clientMsgNo, payload, timestamp: 1, forwardOf }).id;
  // The second is a copy of the first, as after a resend.
  const again = message(4, { payload: text(SECRET), clientMsgNo: 'no-1' });
  ingest(message(1, { payload: text(SECRET) }), message(2, { payload: text(KEPT) }), again);
  const ids = [
    send('a', forward(entry(2, text(KEPT)), entry(3, nested(1, forward(entry(1, text(SECRET))))))),
    send('b', text(SECRET), idOf(1)),
    send('c', text(SECRET), idOf(4)),
  ];
  const other = send('d', forward(entry(2, text(KEPT))));
  const ask = { channel: GROUP, messageKey: 'u-bob:no-1', messageId: idOf(1), clientMsgNo: 'no-1' };
  expect(outbox.heldBack()).toEqual([]);
  const { id } = outbox.addRecall(ask);
  expect(outbox.heldBack()).toEqual(ids);
  expect(outbox.nextSends().map((job) => job.id)).toEqual([other]);
  // Read anew from the disk.
  fixture.store.close();
  fixture.reopenFresh();
  const store = fixture.store.outbox;
  expect([store.heldBack(), store.nextSends().map((job) => job.id)]).toEqual([ids, [other]]);
  store.cancelRecall(id);
  expect([store.heldBack(), store.nextSends().map((job) => job.id)]).toEqual([[], ids.slice(0, 1)]);
  store.addRecall(ask);
  recall(1);
  expect([store.heldBack(), store.nextSends()[0]?.payload['msgs']]).toEqual([[], [entry(2, text(KEPT))]]);
  expect(store.sendJob(PERSON, `${fixture.store.me.uid}:b`)).toBeNull();
});

test('what an older version stored is looked at once at the start', () => {
  recall(1);
  ingest(holder(50, forward(entry(2, text(KEPT)))), holder(51, forward(entry(9, text(SECRET)))));
  fixture.store.close();
  const db = new Database(cachePath(fixture.dir));
  const old = JSON.stringify({ users: [], msgs: [entry(1, text(SECRET)), entry(2, text(KEPT))], type: 11 });
  db.prepare('UPDATE message SET payload = ? WHERE seq = 50').run(old);
  db.exec("DELETE FROM forwarded; UPDATE state SET value = '4' WHERE name = 'othersWords'");
  db.close();
  fixture.reopenFresh();
  expect(stored()).toContain('"recalled":1');
  recall(9);
  expectNothingLeft();
});

test('no more than a thousand entries are kept, and how many are not is known', () => {
  const many = (n: number) => Array.from({ length: n }, (_, at) => entry(at + 1, text('x')));
  ingest(holder(50, forward(entry(3000, forward(...many(999))), ...many(700))));
  const kept = fixture.store.messages.payloadOf(OTHER_GROUP, KEY) as {
    msgs: { payload: Record<string, unknown> }[];
  };
  expect(kept.msgs).toHaveLength(701);
  expect(kept.msgs[0]?.payload).toMatchObject({ left_out: 700 });
  fixture.store.messages.ingest([holder(50, kept)], 'history');
  expect(fixture.store.messages.payloadOf(OTHER_GROUP, KEY)).toEqual(kept);
});

test('while an own recall waits no view shows the copy, and it is back when the recall is cancelled', () => {
  const channel = GROUP;
  const [own, holderKey] = [`${fixture.store.me.uid}:no-1`, 'u-bob:no-50'];
  ingest(message(1, { fromUid: fixture.store.me.uid, payload: text(SECRET) }));
  ingest(holder(50, forward(entry(1, text(SECRET)), entry(2, text(KEPT)))));
  const shown = (): string =>
    JSON.stringify([
      fixture.store.messages.get(OTHER_GROUP, holderKey),
      fixture.store.messages.level(OTHER_GROUP, holderKey, []),
    ]);
  expect(shown()).toContain(SECRET);
  fixture.store.changes.take();
  const job = fixture.store.outbox.addRecall({
    channel,
    messageKey: own,
    messageId: idOf(1),
    clientMsgNo: 'no-1',
  });
  expect(shown()).not.toContain(SECRET);
  expect(shown()).toContain(KEPT);
  expect([...(fixture.store.changes.take()?.messages.get('2/g-2')?.upserts ?? [])]).toContain(holderKey);
  fixture.store.outbox.cancelRecall(job.id);
  expect(shown()).toContain(SECRET);
});

test('which messages have copies in merged forwards is known before they are recalled', () => {
  const { messages } = fixture.store;
  ingest(message(1), message(2), message(3));
  ingest(holder(50, forward(entry(3, nested(2, forward(entry(1, text(SECRET))))), entry(9, text(KEPT)))));
  const has = (...ns: number[]): boolean =>
    messages.inForwards(
      GROUP,
      ns.map((n) => `u-bob:no-${n}`),
    );
  expect([has(1), has(2), has(3), has(2, 1), has(7), has()]).toEqual([true, false, true, true, false, false]);
  // A resend of it.
  ingest(message(4, { clientMsgNo: 'no-2' }));
  ingest(holder(51, forward(entry(4, text('x')))));
  expect(has(2)).toBe(true);
  // The forward is gone.
  messages.applyExtras(OTHER_GROUP, [revoke(50)], 'extra', 0);
  expect([has(1), has(2)]).toEqual([false, true]);
});
