/**
 * How an update stands, from the first look to the restart. Nothing is installed without the user's word, and nothing
 * that goes wrong stops the running app: a failure has a name, and the state before it stays.
 */
import { reasonOf } from '../../../shared/errors.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { UpdateState } from '../../../shared/ipc/contract/updates.ts';
import type { UpdatesPolicy } from '../../../shared/updates-policy.ts';
import { installCommand, isSelfPackage, type PackageKind } from './package-kind.ts';
import type { UpdateEngine } from './update-engine.ts';
import { updateErrorOf } from './update-error.ts';
import type { NoUpdates, UpdateSource } from './update-source.ts';

export interface UpdatesOptions {
  /** What runs now. */
  version: string;
  kind: PackageKind;
  /** Where to look; asked anew each time, because policy and settings change. */
  source: () => UpdateSource | NoUpdates;
  policy: () => UpdatesPolicy;
  /** The user's setting: load what is found without being asked. */
  automatic: () => boolean;
  /** The user's channel, where the policy names none. */
  channel: () => string;
  lastCheckMs: () => number | null;
  engine: (source: UpdateSource) => Promise<UpdateEngine>;
  /** What was loaded, or a part of it. */
  erase: () => Promise<unknown>;
  openExternal: (url: string) => Promise<unknown>;
  onChanged: (state: UpdateState) => void;
  log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

type Changing = Pick<UpdateState, 'phase' | 'next' | 'percent' | 'failure'>;

interface Found {
  engine: UpdateEngine;
  version: string;
  bytes: number | null;
  fileUrl: string | null;
  fileName: string | null;
  notesUrl: string | null;
}

const NOTHING: Changing = { phase: 'idle', next: null, percent: 0, failure: null };

export class Updates {
  readonly #options: UpdatesOptions;
  #now: Changing = NOTHING;
  #found: Found | null = null;
  #engine: { of: string; engine: UpdateEngine } | null = null;
  #checking: Promise<void> | null = null;
  #loading: AbortController | null = null;
  #loadEnds: Promise<void> = Promise.resolve();

  constructor(options: UpdatesOptions) {
    this.#options = options;
  }

  get state(): UpdateState {
    const { version, policy, channel, lastCheckMs } = this.#options;
    const managed = policy();
    return {
      version,
      way: this.#way(),
      channel: managed.channel ?? channel(),
      managed: { updates: managed.disabled, channel: managed.channel !== null, url: managed.url },
      ...this.#now,
      lastCheckMs: lastCheckMs(),
    };
  }

  /** Also for checks that nobody asked for; two at a time are one. Never rejects: the state says how it ended. */
  async check(): Promise<UpdateState> {
    this.#checking ??= this.#look().finally(() => {
      this.#checking = null;
    });
    await this.#checking;
    return this.state;
  }

  /** Settings or policy changed: what was found elsewhere is void. */
  sourceChanged(): void {
    const source = this.#options.source();
    const key = typeof source === 'string' ? null : keyOf(source);
    if (this.#engine !== null && this.#engine.of !== key && this.#now.phase !== 'installing') {
      this.#loading?.abort();
      this.#loading = null;
      this.#engine = null;
      this.#found = null;
      this.#now = NOTHING;
    }
    this.#announce();
  }

  /** Begins or goes on; the state says how it goes. */
  download(): void {
    if (this.#found === null || this.#loading !== null) return;
    if (this.#now.phase !== 'available' && this.#now.phase !== 'paused') return;
    const loading = new AbortController();
    this.#loading = loading;
    this.#loadEnds = this.#load(this.#found, loading).finally(() => {
      if (this.#loading === loading) this.#loading = null;
    });
  }

  pause(): void {
    this.#loading?.abort();
  }

  /** Somebody wants the space back. Throws `refused` while it is being installed. */
  async discard(): Promise<void> {
    if (this.#now.phase === 'installing') throw new CodedError('refused', 'it is being installed');
    this.#loading?.abort();
    await this.#loadEnds;
    await this.#options.erase();
    if (this.#found !== null) this.#set({ phase: 'available', percent: 0, failure: null });
  }

  /** Throws `refused` when nothing is ready. Otherwise the app ends, or the state says why it goes on. */
  async restart(): Promise<void> {
    // It may find that what is ready is not offered any more.
    await this.#checking;
    const found = this.#found;
    if (found === null || this.#now.phase !== 'ready') throw new CodedError('refused', 'no update is ready');
    this.#set({ phase: 'installing', failure: null });
    try {
      this.#options.log('info', `installing ${found.version}`);
      await found.engine.install();
    } catch (error) {
      const failure = updateErrorOf(error, 'install');
      this.#options.log('error', `${found.version} not installed: ${failure.reason}: ${failure.message}`);
      // What proved to be another file has to be loaded again.
      this.#set({ phase: failure.reason === 'changed' ? 'available' : 'ready', failure: failure.reason });
    }
  }

  async open(what: 'package' | 'notes'): Promise<void> {
    const url = what === 'package' ? this.#found?.fileUrl : this.#found?.notesUrl;
    if (url == null) throw new CodedError('notFound', 'nothing of that was found');
    await this.#options.openExternal(url);
  }

  async #look(): Promise<void> {
    const { source: sourceNow, engine: makeEngine, log } = this.#options;
    const source = sourceNow();
    // What is being loaded or installed was just found.
    if (typeof source === 'string' || this.#loading !== null || this.#now.phase === 'installing') return;
    const before = this.#now;
    // What is loaded, or paused by the user, stays as it is while the feed has nothing newer.
    const stays = before.phase === 'ready' || before.phase === 'paused';
    if (!stays) this.#set({ phase: 'checking', failure: null });
    const of = keyOf(source);
    try {
      if (this.#engine?.of !== of) this.#engine = { of, engine: await makeEngine(source) };
      const { engine } = this.#engine;
      const { manifest, file, isNew } = await engine.check();
      // The user took another channel meanwhile.
      if (!this.#isStill(of)) return;
      log('info', `the feed has ${manifest.version}${isNew ? '' : ', nothing new for this installation'}`);
      if (!isNew) {
        this.#found = null;
        this.#set({ ...NOTHING, phase: 'upToDate' });
        return;
      }
      if (stays && this.#found?.version === manifest.version) {
        this.#set({ failure: null });
        return;
      }
      this.#found = {
        engine,
        version: manifest.version,
        bytes: file?.size ?? null,
        fileUrl: file ? new URL(file.url, source.feed).href : null,
        fileName: file?.url ?? null,
        notesUrl: manifest.notesUrl ?? null,
      };
      const { version, notesUrl, bytes } = this.#found;
      this.#set({ phase: 'available', next: { version, notesUrl, bytes }, percent: 0, failure: null });
      if (this.#options.automatic() && this.#way().kind === 'self') this.download();
    } catch (error) {
      if (!this.#isStill(of)) return;
      const failure = updateErrorOf(error, 'install');
      log('warn', `no update: ${failure.reason}: ${failure.message}`);
      // What was found before is still there; what was not believed adds nothing and takes nothing away.
      this.#set({ phase: before.phase === 'checking' ? 'idle' : before.phase, failure: failure.reason });
    }
  }

  #isStill(of: string): boolean {
    const source = this.#options.source();
    return typeof source !== 'string' && keyOf(source) === of;
  }

  async #load(found: Found, loading: AbortController): Promise<void> {
    this.#set({ phase: 'downloading', failure: null });
    try {
      await found.engine.download((sofar) => {
        const percent = found.bytes === null ? 0 : Math.floor((sofar / found.bytes) * 100);
        if (percent !== this.#now.percent && !loading.signal.aborted) this.#set({ percent });
      }, loading.signal);
      if (this.#found !== found) return;
      this.#options.log('info', `${found.version} is loaded`);
      this.#set({ phase: 'ready', percent: 100 });
    } catch (error) {
      if (this.#found !== found) return;
      if (loading.signal.aborted) {
        this.#set({ phase: 'paused' });
        return;
      }
      const failure = updateErrorOf(error, 'network');
      this.#options.log('warn', `${found.version} not loaded: ${failure.reason}: ${reasonOf(error)}`);
      this.#set({ phase: 'available', failure: failure.reason });
    }
  }

  #way(): UpdateState['way'] {
    const { kind, source } = this.#options;
    const from = source();
    if (typeof from === 'string') return { kind: 'off', reason: from };
    if (isSelfPackage(kind)) return { kind: 'self' };
    const { fileName = null } = this.#found ?? {};
    return {
      kind: 'byHand',
      command: fileName === null ? null : installCommand(kind.kind, fileName),
      hasPackage: fileName !== null,
    };
  }

  #set(change: Partial<Changing>): void {
    this.#now = { ...this.#now, ...change };
    this.#announce();
  }

  #announce(): void {
    this.#options.onChanged(this.state);
  }
}

const keyOf = ({ feed, channel }: UpdateSource): string => `${feed.href} ${channel}`;
