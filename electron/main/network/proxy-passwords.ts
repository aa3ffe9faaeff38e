/**
 * User names and passwords of proxies: in memory, and sealed in the profile where the user wants that. One question at
 * a time is open; a proxy for which it was put off is not asked about again until something changes.
 */
import type { TokenVault } from '../accounts/token-vault.ts';
import type { Credentials } from '../../core/network/proxy-sign-in.ts';
import type { NetworkState } from '../../../shared/ipc/contract/network.ts';
import type { KeptNetwork } from './network-file.ts';

export class ProxyPasswords {
  readonly #file: KeptNetwork;
  readonly #vault: TokenVault;
  readonly #changed: () => void;
  readonly #known = new Map<string, Credentials>();
  readonly #putOff = new Set<string>();
  #asking: NetworkState['asking'] = null;

  constructor(file: KeptNetwork, vault: TokenVault, changed: () => void) {
    this.#file = file;
    this.#vault = vault;
    this.#changed = changed;
  }

  get asking(): NetworkState['asking'] {
    return this.#asking;
  }

  get signedIn(): NetworkState['signedIn'] {
    const kept = new Map(this.#file.value.signIns.map(({ proxy, user }) => [proxy, user]));
    const known = new Map([...this.#known].map(([proxy, { user }]) => [proxy, user]));
    return [...new Map([...kept, ...known])].map(([proxy, user]) => ({
      proxy,
      user,
      remembered: kept.has(proxy),
    }));
  }

  /** For a proxy that asks. `refused`: what it did not take. null: the user is asked, or does not want to be. */
  async get(proxy: string, refused: Credentials | null): Promise<Credentials | null> {
    const known = this.#known.get(proxy) ?? (await this.#unsealed(proxy));
    const isWrong = known !== null && known.user === refused?.user && known.password === refused.password;
    if (known && !isWrong) return known;
    if (isWrong) this.#drop(proxy);
    if (!this.#putOff.has(proxy) && this.#asking === null) {
      this.#asking = { proxy, refused: refused !== null, user: refused?.user ?? '' };
      this.#changed();
    }
    return null;
  }

  /** Stood in a variable of the environment. */
  offer(proxy: string, credentials: Credentials): void {
    if (!this.#known.has(proxy) && !this.#putOff.has(proxy) && this.#asking?.proxy !== proxy)
      this.#known.set(proxy, credentials);
  }

  async set(proxy: string, credentials: Credentials, remember: boolean): Promise<void> {
    this.#known.set(proxy, credentials);
    this.#putOff.delete(proxy);
    if (this.#asking?.proxy === proxy) this.#asking = null;
    const sealed = remember ? await this.#vault.seal(JSON.stringify(credentials)) : null;
    const others = this.#file.value.signIns.filter((kept) => kept.proxy !== proxy);
    this.#file.change({
      signIns: sealed === null ? others : [...others, { proxy, user: credentials.user, sealed }],
    });
    this.#changed();
  }

  forget(proxy: string): void {
    this.#drop(proxy);
    this.#changed();
  }

  ask(proxy: string): void {
    this.#putOff.delete(proxy);
    const { user = '' } = this.signedIn.find((kept) => kept.proxy === proxy) ?? {};
    this.#asking = { proxy, refused: false, user };
    this.#changed();
  }

  putOff(): void {
    if (this.#asking) this.#putOff.add(this.#asking.proxy);
    this.#asking = null;
    this.#changed();
  }

  #drop(proxy: string): void {
    this.#known.delete(proxy);
    const left = this.#file.value.signIns.filter((kept) => kept.proxy !== proxy);
    if (left.length !== this.#file.value.signIns.length) this.#file.change({ signIns: left });
  }

  async #unsealed(proxy: string): Promise<Credentials | null> {
    const kept = this.#file.value.signIns.find((entry) => entry.proxy === proxy);
    const opened = kept ? await this.#vault.unseal(kept.sealed) : null;
    if (!opened) return null;
    try {
      const { user, password } = JSON.parse(opened.token) as Record<string, unknown>;
      if (typeof user !== 'string' || typeof password !== 'string') return null;
      this.#known.set(proxy, { user, password });
      return { user, password };
    } catch {
      return null;
    }
  }
}
