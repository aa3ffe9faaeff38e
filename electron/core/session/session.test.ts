import { expect, it, vi } from 'vitest';
import type { ConnectionState } from '../../../shared/domain.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import { RefusedError } from '../api/http.ts';
import { Session } from './session.ts';

const CARD = { name: 'Me', username: 'me', shortNo: '', banned: false };

function open(
  ownCard: () => Promise<object> = async () => CARD,
  setOwnName = (_name: string): void => undefined,
) {
  const shown: ConnectionState[] = [];
  const ended = vi.fn<() => void>();
  const session = new Session({
    start: { uid: 'u-me', name: 'Me', username: 'me', server: 'http://127.0.0.1:1' },
    store: { readOnly: null, state: { get: () => null, set: () => undefined }, people: { setOwnName } },
    api: { ownCard },
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

const QUIT: ConnectionState = { state: 'kicked', reason: 'reason 12', quit: true };
const BANNED: ConnectionState = { state: 'kicked', reason: 'banned', banned: true };

it.each<[string, () => Promise<object>, ConnectionState]>([
  ['the card says so', async () => ({ ...CARD, banned: true }), BANNED],
  [
    'the server refuses the card with it',
    () => Promise.reject(new RefusedError('此账号已经被封禁！', null, null)),
    BANNED,
  ],
  ['the card is as ever: the phone ended it', async () => CARD, QUIT],
  ['nobody answers', () => Promise.reject(new Error('no network')), QUIT],
])('a wordless end is a ban when %s', async (_what, ownCard, expected) => {
  const { session } = open(ownCard);
  session.connectionChanged(QUIT);
  await new Promise(setImmediate);
  expect(session.connection).toEqual(expected);
});

it('asks nothing about a sign-in elsewhere', () => {
  const ownCard = vi.fn<() => Promise<object>>();
  open(ownCard).session.connectionChanged({ state: 'kicked', reason: 'login in other device' });
  expect(ownCard).not.toHaveBeenCalled();
});

it('takes over a name that was changed on another device', async () => {
  const names: string[] = [];
  const { session } = open(
    async () => ({ ...CARD, name: 'New' }),
    (name) => names.push(name),
  );
  await session.refreshMe();
  expect(session.me.name).toBe('New');
  expect(names).toEqual(['New']);
});

it('takes the answer to the last question for the own card, whenever the others come', async () => {
  const answers: ((card: object) => void)[] = [];
  const { session } = open(() => new Promise((resolve) => answers.push(resolve)));
  const reading = [session.refreshMe(), session.refreshMe()];
  answers[1]?.({ ...CARD, name: 'New' });
  answers[0]?.({ ...CARD, name: 'Old' });
  await Promise.all(reading);
  expect(session.me.name).toBe('New');
});
