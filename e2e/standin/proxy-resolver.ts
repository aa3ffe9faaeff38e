/**
 * Proxies of a session. The system's are what `WUKONG_STANDIN_SYSTEM_PROXY` says, as scripts of proxies write it;
 * scripts run in Node with the functions they know from browsers.
 */
import { isIP, BlockList } from 'node:net';
import { createContext, Script } from 'node:vm';

export interface ProxyConfig {
  mode?: 'direct' | 'system' | 'pac_script' | 'fixed_servers' | 'auto_detect';
  pacScript?: string;
  proxyRules?: string;
}

const SCRIPT_MS = 1_000;

export class ProxyResolver {
  #find: (url: string) => string = system;

  async setProxy({ mode = 'fixed_servers', pacScript, proxyRules = '' }: ProxyConfig): Promise<void> {
    if (mode === 'system') this.#find = system;
    else if (mode === 'pac_script') this.#find = scriptOf(pacScript ?? '');
    else if (mode === 'fixed_servers') this.#find = () => `PROXY ${proxyRules}`;
    else this.#find = () => 'DIRECT';
  }

  resolve(url: string): string {
    return this.#find(url);
  }
}

const system = (): string => process.env['WUKONG_STANDIN_SYSTEM_PROXY'] || 'DIRECT';

/** As Chromium: a script that fails is none, and without one the way is direct. */
function scriptOf(address: string): (url: string) => string {
  const [, base64 = ''] = /^data:[^,]*;base64,(.*)$/s.exec(address) ?? [];
  const context = createContext({ ...FUNCTIONS });
  try {
    new Script(Buffer.from(base64, 'base64').toString('utf8')).runInContext(context, { timeout: SCRIPT_MS });
  } catch {
    return () => 'DIRECT';
  }
  return (url) => {
    const { hostname } = new URL(url);
    context['at'] = [url, hostname.replace(/^\[|\]$/g, '')];
    try {
      const answer: unknown = new Script('FindProxyForURL(at[0], at[1])').runInContext(context, {
        timeout: SCRIPT_MS,
      });
      return typeof answer === 'string' ? answer : 'DIRECT';
    } catch {
      return 'DIRECT';
    }
  };
}

/** Names are not resolved: what needs that answers as if there was no such name. */
const FUNCTIONS = {
  isPlainHostName: (host: string): boolean => !host.includes('.'),
  dnsDomainIs: (host: string, domain: string): boolean => host.endsWith(domain),
  localHostOrDomainIs: (host: string, name: string): boolean => host === name || name.startsWith(`${host}.`),
  isResolvable: (host: string): boolean => isIP(host) !== 0,
  dnsResolve: (host: string): string | null => (isIP(host) === 0 ? null : host),
  dnsDomainLevels: (host: string): number => host.split('.').length - 1,
  myIpAddress: (): string => '127.0.0.1',
  isInNet(host: string, pattern: string, mask: string): boolean {
    if (isIP(host) !== 4) return false;
    const bits = mask
      .split('.')
      .reduce((sum, part) => sum + Number(part).toString(2).replaceAll('0', '').length, 0);
    const list = new BlockList();
    list.addSubnet(pattern, bits);
    return list.check(host);
  },
  shExpMatch(text: string, pattern: string): boolean {
    const escaped = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${escaped}$`).test(text);
  },
};
