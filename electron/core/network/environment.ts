/**
 * The variables of the environment that say how the network is reached (proxies, and where the system keeps its
 * authorities) and where Windows is. They name the way; whom the app trusts and talks to they cannot weaken.
 */

export type Environment = Readonly<Record<string, string | undefined>>;

const PROXIES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'];

/** By their names in small letters, however they are written. */
export function proxyEnvironment(all: Environment = process.env): Environment {
  return Object.fromEntries(PROXIES.map((name) => [name, all[name] || all[name.toUpperCase()]]));
}

/** Where Windows lies: by the name that the system gives, and else where it always is. */
export const windowsFolder = (): string => process.env['SystemRoot'] || 'C:\\Windows';

/** OpenSSL's variables name another store than the usual one; Node looks there by itself. */
export const hasOwnStore = (): boolean =>
  Boolean(process.env['SSL_CERT_FILE'] || process.env['SSL_CERT_DIR']);
