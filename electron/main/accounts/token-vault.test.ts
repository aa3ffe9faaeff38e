import { beforeEach, expect, it, vi } from 'vitest';
import { systemVault } from './token-vault.ts';

const safe = vi.hoisted(() => ({ available: true, backend: 'gnome_libsecret' }));
vi.mock('electron', () => ({
  safeStorage: {
    isAsyncEncryptionAvailable: async () => safe.available,
    getSelectedStorageBackend: () => safe.backend,
    encryptStringAsync: async (text: string) => Buffer.from(`sealed ${text}`),
  },
}));

beforeEach(() => Object.assign(safe, { available: true, backend: 'gnome_libsecret' }));

it.runIf(process.platform === 'linux').each([
  ['gnome_libsecret', true, 'keychain'],
  ['kwallet6', true, 'keychain'],
  // The same key on every computer.
  ['basic_text', true, 'basic'],
  // Asked too early, or a kind that Electron does not name: nothing to promise.
  ['unknown', true, 'basic'],
  ['gnome_libsecret', false, 'none'],
] as const)('%s, available %s: protection %s, by its own name', async (backend, available, protection) => {
  Object.assign(safe, { available, backend });
  const vault = systemVault(() => undefined);
  expect(await vault.protection()).toBe(protection);
  expect(vault.store()).toBe(backend);
  expect(await vault.seal('token')).toBe(
    protection === 'none' ? null : Buffer.from('sealed token').toString('base64'),
  );
});
