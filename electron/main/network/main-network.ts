/**
 * The network as the main thread knows it: which proxy, who signs in to it, which authorities are trusted. Its own
 * requests (sign-in, sign-out, updates) go over `network`; account workers ask it (`answer`).
 */
import type { BrowserWindow } from 'electron';
import type { NetworkState, NetworkTest } from '../../../shared/ipc/contract/network.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { NetworkAnswer, NetworkQuestion } from '../../../shared/ipc/worker-protocol.ts';
import type { NetworkConfig } from '../../../shared/network.ts';
import { proxyFaultOf, ProxyError } from '../../../shared/proxy-error.ts';
import { kindOfHost } from '../../core/api/address-ranges.ts';
import { NoAnswerError, requestJson } from '../../core/api/http.ts';
import { serverCandidates } from '../../core/api/sign-in.ts';
import { Authorities, CaFileError, readCaFile } from '../../core/network/certificates.ts';
import type { Environment } from '../../core/network/environment.ts';
import { Network } from '../../core/network/network.ts';
import { parseRoutes } from '../../core/network/route.ts';
import { connectToProxy } from '../../core/network/tunnel.ts';
import type { TokenVault } from '../accounts/token-vault.ts';
import { askForFile } from '../files/file-dialog.ts';
import type { KeptNetwork } from './network-file.ts';
import { ProxyPasswords } from './proxy-passwords.ts';
import { manualWay, type ProxySession, Ways } from './ways.ts';

const TEST_TIMEOUT_MS = 15_000;
/** What a way is looked up for where no server is known. */
const UNKNOWN_SERVER = 'https://wukong.invalid/';

export interface MainNetworkOptions {
  file: KeptNetwork;
  vault: TokenVault;
  /** What an organisation sets; null = the user does. */
  policies: { proxy: NetworkConfig | null; caFile: string | null };
  environment: Environment;
  /** Only once the app is ready. `test`: another one, which nothing else uses. */
  session: (which: 'own' | 'test') => ProxySession;
  /** Other ways, or other authorities: what is connected connects anew. */
  onWays: () => void;
  /** The page has to know. */
  onState: () => void;
  window: () => BrowserWindow | null;
  warn: (message: string) => void;
}

export class MainNetwork {
  readonly network: Network;
  readonly #options: MainNetworkOptions;
  readonly #passwords: ProxyPasswords;
  readonly #authorities: Authorities;
  #ways: Ways | null = null;
  #caProblem: CaFileError['problem'] | null = null;
  #canRemember = false;
  #revision = 0;

  constructor(options: MainNetworkOptions) {
    this.#options = options;
    this.#passwords = new ProxyPasswords(options.file, options.vault, options.onState);
    this.#authorities = new Authorities(this.caFile, options.warn);
    this.network = new Network({
      resolve: async (url) => parseRoutes(await this.#waysNow().to(url)),
      credentials: (proxy, refused) => this.#passwords.get(proxy, refused),
      trust: this.#trust,
    });
  }

  /** Once the app is ready: before that nobody can say whether passwords can be kept. */
  async start(): Promise<void> {
    this.#canRemember = (await this.#options.vault.protection()) !== 'none';
    await this.#readCaFile();
  }

  get config(): NetworkConfig {
    return this.#options.policies.proxy ?? this.#options.file.value.config;
  }

  get caFile(): string | null {
    return this.#options.policies.caFile ?? this.#options.file.value.caFile;
  }

  state(): NetworkState {
    const { policies } = this.#options;
    return {
      config: this.config,
      managed: { proxy: policies.proxy !== null, caFile: policies.caFile !== null },
      caFile: this.caFile === null ? null : { path: this.caFile, problem: this.#caProblem },
      signedIn: this.#passwords.signedIn,
      asking: this.#passwords.asking,
      canRemember: this.#canRemember,
      revision: this.#revision,
    };
  }

  async answer(question: NetworkQuestion): Promise<NetworkAnswer> {
    if (question.ask === 'signIn')
      return { signIn: await this.#passwords.get(question.proxy, question.refused) };
    try {
      return { ways: await this.#waysNow().to(question.url) };
    } catch (error) {
      const fault = proxyFaultOf(error) ?? new ProxyError('setting', '-', String(error)).fault;
      return { fault };
    }
  }

  /** The computer may be in another network. */
  async hint(): Promise<void> {
    this.network.refresh();
    await this.#ways?.refresh();
  }

  save(config: NetworkConfig): void {
    this.#refuseManaged(this.#options.policies.proxy);
    checkConfig(config);
    this.#options.file.change({ config });
    this.#changed();
  }

  /** Reaches a server over a configuration that is not kept. */
  async test(config: NetworkConfig, typed: string): Promise<NetworkTest> {
    const { session, environment } = this.#options;
    let way = 'DIRECT';
    const ways = new Ways({ session: session('test'), config, environment, trust: this.#trust });
    const network = new Network({
      resolve: async (url) => parseRoutes((way = await ways.to(url))),
      credentials: (proxy, refused) => this.#passwords.get(proxy, refused),
      trust: this.#trust,
    });
    const [server = ''] = typed === '' ? [] : serverCandidates(typed);
    const startedAt = performance.now();
    try {
      if (server === '' || kindOfHost(new URL(server).hostname) === 'loopback') {
        // Nothing on this computer is reached through a proxy: whether there is one is all that can be said.
        way = await ways.to(UNKNOWN_SERVER);
        const [first] = parseRoutes(way);
        if (first && first.kind !== 'direct')
          (await connectToProxy(first, AbortSignal.timeout(TEST_TIMEOUT_MS))).pipe.destroy();
        return { result: 'ok', ms: performance.now() - startedAt, server: '', way };
      }
      await requestJson(
        { server, fetch: network.fetch, timeoutMs: TEST_TIMEOUT_MS },
        { method: 'GET', path: '/common/appconfig' },
      );
    } catch (error) {
      const fault = error instanceof CodedError ? error.proxy : proxyFaultOf(error);
      if (fault) return { result: 'proxy', fault };
      // What answers is reached, whatever it says.
      if (error instanceof NoAnswerError && (error.badCertificate || !error.reached))
        return { result: 'failed', server, way, certificate: error.badCertificate };
    } finally {
      network.refresh();
    }
    return { result: 'ok', ms: performance.now() - startedAt, server, way };
  }

  async chooseCaFile(): Promise<{ chosen: boolean }> {
    this.#refuseManaged(this.#options.policies.caFile);
    const question = {
      properties: ['openFile' as const],
      filters: [
        { name: 'PEM, DER', extensions: ['pem', 'crt', 'cer', 'der'] },
        { name: '*', extensions: ['*'] },
      ],
    };
    const path = await askForFile(this.#options.window(), question);
    if (path === null) return { chosen: false };
    this.#setCaFile(path);
    await this.#readCaFile();
    return { chosen: true };
  }

  forgetCaFile(): void {
    this.#refuseManaged(this.#options.policies.caFile);
    this.#setCaFile(null);
  }

  async signIn(proxy: string, user: string, password: string, remember: boolean): Promise<void> {
    await this.#passwords.set(proxy, { user, password }, remember);
    this.#changed();
  }

  askSignIn(proxy: string): void {
    this.#passwords.ask(proxy);
  }

  putOffSignIn(): void {
    this.#passwords.putOff();
  }

  forgetSignIn(proxy: string): void {
    this.#passwords.forget(proxy);
    this.#changed();
  }

  readonly #trust = (): Promise<void> => this.#authorities.trusted();

  #waysNow(): Ways {
    this.#ways ??= new Ways({
      session: this.#options.session('own'),
      config: this.config,
      environment: this.#options.environment,
      trust: this.#trust,
      onEnvironment: ({ address, credentials }) => {
        if (credentials) this.#passwords.offer(address, credentials);
      },
    });
    return this.#ways;
  }

  #setCaFile(caFile: string | null): void {
    this.#caProblem = null;
    this.#options.file.change({ caFile });
    this.#changed();
  }

  #changed(): void {
    this.#ways = null;
    this.#revision += 1;
    this.#authorities.changed(this.caFile);
    this.network.refresh();
    this.#options.onWays();
    this.#options.onState();
  }

  /** Whether the file of authorities is of use: for the page. */
  async #readCaFile(): Promise<void> {
    try {
      if (this.caFile !== null) await readCaFile(this.caFile);
      this.#caProblem = null;
    } catch (error) {
      this.#caProblem = error instanceof CaFileError ? error.problem : 'damaged';
      this.#options.warn(`the file of certificates: ${String(error)}`);
    }
    this.#options.onState();
  }

  #refuseManaged(value: unknown): void {
    if (value !== null) throw new CodedError('managed', 'your organisation sets this');
  }
}

/** @throws CodedError that names the field */
function checkConfig(config: NetworkConfig): void {
  if (config.mode !== 'manual') return;
  if (config.kind === 'pac') {
    const { protocol } = URL.parse(config.pacUrl.trim()) ?? { protocol: '' };
    if (!['http:', 'https:', 'file:'].includes(protocol))
      throw new CodedError('badArgument', 'this is no address of a script', 'pacUrl');
    return;
  }
  if (!isUsable({ ...config, port: config.port || 1 }))
    throw new CodedError('badArgument', 'this is no address of a proxy', 'host');
  if (!isUsable(config)) throw new CodedError('badArgument', 'this is no port', 'port');
}

function isUsable(config: NetworkConfig): boolean {
  try {
    manualWay(config);
    return true;
  } catch {
    return false;
  }
}
