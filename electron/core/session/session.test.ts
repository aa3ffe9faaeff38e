import { expect, it, vi } from 'vitest';
import type { ConnectionState } from '../../../shared/domain.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import { Session } from './session.ts';

function open() {
  const shown: ConnectionState[] = [];
  const ended = vi.fn<() => void>();
  const session = new Session({
    start: { uid: 'u-me', name: 'Me', username: 'me', server: 'http://127.0.0.1:1' },
    store: { readOnly: null, state: { get: () => null, set: () => undefined } },
    api: { ownCard: async () => ({ name: 'Me', shortNo: '' }) },
    isClosing: () => false,
    post: () => undefined,
    push: (delta: CoreDelta) => {
      if (delta.kind === 'connection') shown.push(delta.connection);
    },
    ended,
    log: () => undefined,
  } as unknown as ConstructorParameters<typeof Session>[0]);
  return { session, shown, ended };
}

it('shows once that the token is refused, and asks nothing more with it', () => {
  const { session, shown, ended } = open();
  session.expire();
  session.expire();
  expect(shown).toEqual([{ state: 'sessionExpired' }]);
  expect(ended).toHaveBeenCalledTimes(1);
  expect(session.connectionChanged({ state: 'online' })).toBe(false);
});

it('keeps saying that the account is signed in elsewhere when the token is refused after that', () => {
  const { session, ended } = open();
  const kicked: ConnectionState = { state: 'kicked', reason: 'signed in elsewhere' };
  session.connectionChanged(kicked);
  session.expire();
  expect(session.connection).toEqual(kicked);
  expect(ended).toHaveBeenCalledTimes(1);
});
