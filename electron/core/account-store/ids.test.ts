import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFixture, extraOf, GROUP, message, text } from './testing/store-fixture.ts';
import { useFixture } from './testing/use-fixture.ts';

const fixture = useFixture();

const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n, 2n ** 53n + 1n, 0n, -1n),
);

test('every int64 survives message, extra, quote, outbox, search and restart digit by digit', () => {
  fc.assert(
    fc.property(fc.uniqueArray(int64, { minLength: 2, maxLength: 5 }), (ids) => {
      const local = createFixture();
      try {
        const texts = ids.map(String);
        for (const [index, messageId] of texts.entries()) {
          const quoted = texts[(index + 1) % texts.length] ?? '';
          const reply = { message_id: quoted, message_seq: 1, from_uid: 'u-bob', from_name: 'Bob' };
          local.store.messages.ingest(
            [message(index + 1, { messageId, payload: text('findme', { reply }) })],
            'live',
          );
          local.store.outbox.addRecall({
            channel: GROUP,
            messageKey: `u-bob:no-${index + 1}`,
            messageId,
            clientMsgNo: 'x',
          });
        }
        const store = local.reopen();
        expect(store.outbox.recallJobs().map((job) => job.messageId)).toEqual(texts);
        for (const job of store.outbox.recallJobs()) store.outbox.cancelRecall(job.id);
        expect(store.messages.page(GROUP, { at: 'latest' }, 10).messages.map((m) => m.messageId)).toEqual(
          texts,
        );
        for (const messageId of texts) {
          expect(store.messages.byId(messageId)?.messageId).toBe(messageId);
          store.messages.applyExtras(GROUP, [extraOf(messageId, { revoke: true })], 'extra', 0);
          expect(store.messages.byId(messageId)?.content.kind).toBe('recalled');
        }
      } finally {
        local.dispose();
      }
    }),
    { numRuns: 40 },
  );
});

test('neighbours above 2^53, equal as numbers, stay two messages', () => {
  const { store } = fixture;
  store.messages.ingest(
    [message(1, { messageId: '9007199254740992' }), message(2, { messageId: '9007199254740993' })],
    'live',
  );
  store.messages.applyRecall({
    channel: GROUP,
    messageId: '9007199254740993',
    clientMsgNo: null,
    revoker: null,
    version: 1,
    source: 'cmd',
    startedAt: 0,
  });
  expect(store.messages.byId('9007199254740992')?.content.kind).toBe('text');
  expect(store.messages.byId('9007199254740993')?.content.kind).toBe('recalled');
});
