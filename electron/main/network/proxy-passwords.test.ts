import { expect, it } from 'vitest';
import { defaultNetworkConfig } from '../../../shared/network.ts';
import type { TokenVault } from '../accounts/token-vault.ts';
import type { KeptNetwork } from './network-file.ts';
import { ProxyPasswords } from './proxy-passwords.ts';

const vault: TokenVault = {
  protection: async () => 'keychain',
  store: () => 'test',
  seal: async (text) => `sealed:${Buffer.from(text).toString('base64')}`,
  unseal: async (sealed) => ({ token: Buffer.from(sealed.slice(7), 'base64').toString(), resealed: null }),
};
const eva = { user: 'eva', password: 'secret' };

function setUp(file?: KeptNetwork) {
  let value: KeptNetwork['value'] = { config: defaultNetworkConfig, caFile: null, signIns: [] };
  const kept = file ?? {
    get value() {
      return value;
    },
    change(patch: Partial<KeptNetwork['value']>) {
      value = { ...value, ...patch };
    },
  };
  return { kept, passwords: new ProxyPasswords(kept, vault, () => undefined) };
}

it('are asked for once, also by many requests, and not again once that was put off', async () => {
  const { passwords } = setUp();
  expect(await Promise.all([passwords.get('p:1', null), passwords.get('p:1', null)])).toEqual([null, null]);
  expect(passwords.asking).toEqual({ proxy: 'p:1', refused: false, user: '' });
  passwords.putOff();
  await passwords.get('p:1', null);
  expect(passwords.asking).toBeNull();
  passwords.ask('p:1');
  expect(passwords.asking).toEqual({ proxy: 'p:1', refused: false, user: '' });
});

it('are kept sealed if the user wants that, and are back after a restart', async () => {
  const first = setUp();
  await first.passwords.set('p:1', eva, true);
  await first.passwords.set('q:1', eva, false);
  expect(JSON.stringify(first.kept.value)).not.toContain('secret');
  expect(first.passwords.signedIn).toEqual([
    { proxy: 'p:1', user: 'eva', remembered: true },
    { proxy: 'q:1', user: 'eva', remembered: false },
  ]);
  const second = setUp(first.kept);
  expect(await second.passwords.get('p:1', null)).toEqual(eva);
  expect(await second.passwords.get('q:1', null)).toBeNull();
});

it('that a proxy refused are forgotten, here and on disk; newer ones are not', async () => {
  const { kept, passwords } = setUp();
  await passwords.set('p:1', eva, true);
  expect(await passwords.get('p:1', eva)).toBeNull();
  expect(passwords.asking).toEqual({ proxy: 'p:1', refused: true, user: 'eva' });
  expect(kept.value.signIns).toEqual([]);
  const newer = { user: 'eva', password: 'new' };
  await passwords.set('p:1', newer, false);
  // A request that was under way with the old ones.
  expect(await passwords.get('p:1', eva)).toEqual(newer);
  expect(passwords.asking).toBeNull();
});

it('of the environment come last, and are not offered again once they were refused', async () => {
  const { passwords } = setUp();
  passwords.offer('p:1', eva);
  expect(await passwords.get('p:1', null)).toEqual(eva);
  await passwords.get('p:1', eva);
  passwords.offer('p:1', eva);
  expect(await passwords.get('p:1', null)).toBeNull();
});
