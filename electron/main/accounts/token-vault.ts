/** Protects tokens with the system's keychain; never writes one in plain text. */
import { safeStorage } from 'electron';

export type TokenProtection = 'keychain' | 'basic' | 'none';

export interface TokenVault {
  protection: () => Promise<TokenProtection>;
  /** What does the protecting, by its own name: `gnome_libsecret`, `basic_text`, `dpapi` … */
  store: () => string;
  /** Base64 of the encrypted token; null where nothing can protect it (then it must stay in memory). */
  seal: (token: string) => Promise<string | null>;
  /** null when it cannot be decrypted (another user, another computer, keychain reset). */
  unseal: (sealed: string) => Promise<{ token: string; resealed: string | null } | null>;
}

export function systemVault(warn: (message: string) => void): TokenVault {
  let known: Promise<TokenProtection> | undefined;
  const protection = (): Promise<TokenProtection> => {
    known ??= measure().catch((error: unknown) => {
      warn(`token protection unknown, tokens stay in memory: ${String(error)}`);
      return 'none';
    });
    return known;
  };
  return {
    protection,
    store: () => storeOf(process.platform),
    async seal(token) {
      if ((await protection()) === 'none') return null;
      try {
        return (await safeStorage.encryptStringAsync(token)).toString('base64');
      } catch (error) {
        warn(`token not stored: ${String(error)}`);
        return null;
      }
    },
    async unseal(sealed) {
      try {
        const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(
          Buffer.from(sealed, 'base64'),
        );
        const resealed = shouldReEncrypt
          ? (await safeStorage.encryptStringAsync(result)).toString('base64')
          : null;
        return { token: result, resealed };
      } catch (error) {
        warn(`stored token not readable: ${String(error)}`);
        return null;
      }
    },
  };
}

/**
 * Linux without a secret service falls back to a key that is the same everywhere: worth a warning. So is a service that
 * Electron does not name.
 */
async function measure(): Promise<TokenProtection> {
  if (!(await safeStorage.isAsyncEncryptionAvailable())) return 'none';
  return ['basic_text', 'unknown'].includes(storeOf(process.platform)) ? 'basic' : 'keychain';
}

function storeOf(platform: NodeJS.Platform): string {
  if (platform === 'linux') return safeStorage.getSelectedStorageBackend();
  return platform === 'win32' ? 'dpapi' : 'keychain';
}
