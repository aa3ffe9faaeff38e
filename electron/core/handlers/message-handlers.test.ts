/** What a message's menu does is durable before it is seen. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createFixture, type Fixture, GROUP, idOf, message } from '../store/testing/store-fixture.ts';
import type { CoreContext } from './core-context.ts';
import { messageHandlers } from './message-handlers.ts';

let fixture: Fixture;
beforeEach(() => {
  fixture = createFixture();
});
afterEach(() => fixture.dispose());

it('nothing is deleted here that the server will not be asked to delete', () => {
  const { store } = fixture;
  store.ingest([message(1)], 'live');
  const [shown] = store.page(GROUP, { at: 'latest' }, 10).messages;
  vi.spyOn(store, 'deleteForMe').mockImplementation(() => {
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
  expect(store.actionJobs()).toMatchObject([
    { kind: 'deleteForMe', args: { messages: [{ messageId: idOf(1), messageSeq: 1 }] } },
  ]);
});
