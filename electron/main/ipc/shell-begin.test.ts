/** What a page begins with is as it is when it is answered, not as it was when it was asked for. */
import { expect, test, vi } from 'vitest';
import type { ShellState } from '../../../shared/ipc/contract/shell.ts';
import { shellHandlers, type ShellHandlerOptions } from './shell-handlers.ts';
import { shellState, type ShellStateOptions } from './shell-state.ts';

vi.mock('electron', () => ({ app: { getVersion: () => '1' }, clipboard: {}, shell: {}, dialog: {} }));

const begin = (
  state: () => ShellState,
  answer: Promise<unknown>,
): Promise<{ shell: ShellState; account: unknown }> => {
  const options = {
    state: async () => state(),
    session: { request: () => answer },
    places: { take: () => ({ place: null, target: null, ended: null }) },
    onBegan: () => undefined,
    network: {},
  } as unknown as ShellHandlerOptions;
  return shellHandlers(options)['shell.begin'](undefined, null) as ReturnType<typeof begin>;
};
const nothing = (): null => null;
const stateOf = (id: string, unread: number) =>
  ({ account: { id }, accounts: [{ id, unread }] }) as ShellState;

test('what changed while the account was opened is in it', async () => {
  let now = stateOf('a', 0);
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const beginning = begin(() => now, promise);
  await new Promise((done) => setTimeout(done));
  now = stateOf('a', 3);
  resolve({ ok: true, value: 'what there is' });
  expect(await beginning).toMatchObject({
    shell: { accounts: [{ unread: 3 }] },
    account: { bootstrap: 'what there is' },
  });
});

test('of an account that is not on the screen any more there is nothing', async () => {
  let now = stateOf('a', 0);
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const beginning = begin(() => now, promise);
  await new Promise((done) => setTimeout(done));
  now = stateOf('b', 0);
  resolve({ ok: true, value: 'of a' });
  expect(await beginning).toMatchObject({ shell: { account: { id: 'b' } }, account: null });
});

test('the state is read after all that is waited for', async () => {
  const { promise, resolve } = Promise.withResolvers<'none'>();
  const session = { account: null as unknown, rail: () => [] };
  const options = {
    settled: Promise.resolve(),
    accounts: { list: () => [], lastServer: nothing },
    session,
    vault: { protection: () => promise, store: () => '' },
    launch: {},
    policies: { settings: {} },
    presence: {},
    quiet: {},
    showShortcut: {},
    loginItem: { state: nothing },
    spellChecker: {},
    chatWindows: () => [],
    hasPasscode: nothing,
    zoom: nothing,
    network: nothing,
    settings: nothing,
    language: nothing,
  } as unknown as ShellStateOptions;
  const state = shellState(options);
  await new Promise((done) => setTimeout(done));
  session.account = { id: 'signed in meanwhile' };
  resolve('none');
  expect((await state).account).toEqual({ id: 'signed in meanwhile' });
});
