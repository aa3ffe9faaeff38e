/** What a message's menu does is durable before it is seen. */
import Database from 'better-sqlite3';
import { expect, it, vi } from 'vitest';
import { outboxPath } from '../store/files/database.ts';
import { GROUP, idOf, message } from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import type { CoreContext } from './core-context.ts';
import { messageHandlers } from './message-handlers.ts';

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
