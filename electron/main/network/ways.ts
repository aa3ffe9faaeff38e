/**
 * The ways to servers that a configuration means, as scripts of proxies write them. The system's settings and scripts
 * are Chromium's to read; what the environment says counts where the system names no proxy.
 */
import { isIP } from 'node:net';
import { hostPort, type NetworkConfig } from '../../../shared/network.ts';
import { ProxyError } from '../../../shared/proxy-error.ts';
import type { Environment } from '../../core/network/environment.ts';
import { parseHostPort } from '../../core/network/route.ts';
import { FAILED_SCRIPT, loadPacScript } from './pac-script.ts';
import { environmentProxy, type WrittenProxy } from './written-proxy.ts';

/** What of Electron's session is needed. */
export interface ProxySession {
  setProxy: (config: { mode: 'direct' | 'system' | 'pac_script'; pacScript?: string }) => Promise<void>;
  resolveProxy: (url: string) => Promise<string>;
  forceReloadProxyConfig: () => Promise<void>;
}

/** So long a script is not loaded again, and one that could not be loaded is not tried again. */
const SCRIPT_MS = 10 * 60_000;
const FAILED_SCRIPT_MS = 5_000;

export interface WaysOptions {
  session: ProxySession;
  config: NetworkConfig;
  environment: Environment;
  /** Before a script is loaded over TLS: which authorities hold. */
  trust: () => Promise<void>;
  /** A proxy of the environment, whose user name and password may stand in it. */
  onEnvironment?: (proxy: WrittenProxy) => void;
  now?: () => number;
}

export class Ways {
  readonly #options: WaysOptions;
  readonly #now: () => number;
  #set: { done: Promise<void>; until: number } | null = null;

  constructor(options: WaysOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => Date.now());
  }

  /** Rejects with `ProxyError` when what is set cannot be used. */
  async to(url: string): Promise<string> {
    const { config, session, environment, onEnvironment } = this.#options;
    if (config.mode === 'none') return 'DIRECT';
    if (config.mode === 'manual' && config.kind !== 'pac') return manualWay(config);
    await this.#ready();
    const ways = await session.resolveProxy(url);
    if (ways.includes(FAILED_SCRIPT)) throw new ProxyError('pac', config.pacUrl, 'it fails while it runs');
    if (config.mode !== 'system' || ways.trim() !== 'DIRECT') return ways;
    const named = environmentProxy(new URL(url), environment);
    if (named) onEnvironment?.(named);
    return named?.way ?? ways;
  }

  /** Another network: what the system and the script say is read again. */
  async refresh(): Promise<void> {
    this.#set = null;
    await this.#options.session.forceReloadProxyConfig();
  }

  async #ready(): Promise<void> {
    if (!this.#set || this.#set.until <= this.#now()) {
      const mine = { done: this.#apply(), until: this.#now() + SCRIPT_MS };
      this.#set = mine;
      mine.done.catch(() => {
        mine.until = this.#now() + FAILED_SCRIPT_MS;
      });
    }
    await this.#set.done;
  }

  async #apply(): Promise<void> {
    const { config, session, trust } = this.#options;
    if (config.mode === 'system') await session.setProxy({ mode: 'system' });
    else {
      const pacScript = await loadPacScript(config.pacUrl.trim(), trust);
      await session.setProxy({ mode: 'pac_script', pacScript });
    }
  }
}

/** @throws ProxyError when what is typed is no address of a proxy. */
export function manualWay({ kind, host, port }: NetworkConfig): string {
  const typed = host.trim();
  const at = isIP(typed) === 6 ? { host: typed, port } : parseHostPort(typed, port);
  if (!at || at.port < 1) throw new ProxyError('setting', typed === '' ? '-' : `${typed}:${port}`);
  return `${kind === 'socks5' ? 'SOCKS5' : 'PROXY'} ${hostPort(at.host, at.port)}`;
}
