import { expect, test, vi } from 'vitest';
import type { AccountOnRail } from '../../shared/ipc/contract/accounts.ts';
import type { ShellState } from '../../shared/ipc/contract/shell.ts';
import { orderAccounts } from './account-order.ts';
import { accountsOf, setAccounts } from './session/accounts.ts';
import { useSession } from './session/session-store.ts';

vi.mock('../ui/toast.tsx', () => ({ showToast: () => undefined }));

const account = (id: string, unread = 0): AccountOnRail => ({ id, unread }) as AccountOnRail;
const now = () => accountsOf(useSession.getState().shell).map(({ id, unread }) => `${id} ${unread}`);

test('an order that is refused goes back, and what was told meanwhile stays', async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  vi.stubGlobal('window', { wukong: { invoke: () => promise } });
  useSession.setState({ shell: { accounts: [account('a'), account('b')] } as ShellState });
  const ordering = orderAccounts(['b', 'a']);
  expect(now()).toEqual(['b 0', 'a 0']);
  setAccounts([account('b'), account('a', 3)]);
  resolve({ ok: false, code: 'internal', message: 'no' });
  await ordering;
  expect(now()).toEqual(['a 3', 'b 0']);
  vi.unstubAllGlobals();
});
