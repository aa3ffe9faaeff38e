import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { UpdateState } from '../../../shared/ipc/contract/updates.ts';
import { NO_UPDATES_POLICY, type UpdatesPolicy } from '../../../shared/updates-policy.ts';
import type { Manifest } from './manifest.ts';
import type { PackageKind } from './package-kind.ts';
import type { UpdateEngine } from './update-engine.ts';
import { UpdateError } from './update-error.ts';
import type { NoUpdates, UpdateSource } from './update-source.ts';
import { Updates } from './updates.ts';

const file = { url: 'wukong-0.2.0.AppImage', sha512: 'x', size: 1_000 };
const manifest: Manifest = {
  manifest: 'latest-linux.yml',
  version: '0.2.0',
  files: [file],
  issued: 1,
  expires: 2,
  stagingPercentage: 100,
  notesUrl: 'https://wukong.example/notes',
};
const source: UpdateSource = { feed: new URL('https://updates.example/'), keys: ['k'], channel: 'latest' };

/** What the engine does next. */
let found: () => Promise<{ manifest: Manifest; isNew: boolean }>;
let loading: PromiseWithResolvers<void>;
let onBytes: (sofar: number) => void;
let install: () => Promise<void>;
let from: UpdateSource | NoUpdates;
let automatic: boolean;
let policy: UpdatesPolicy;
let states: UpdateState[];
let opened: string[];
let engines: number;
let erased: number;

beforeEach(() => {
  found = async () => ({ manifest, isNew: true });
  loading = Promise.withResolvers();
  install = async () => undefined;
  from = source;
  automatic = true;
  policy = NO_UPDATES_POLICY;
  states = [];
  opened = [];
  engines = 0;
  erased = 0;
});

function updatesOf(kind: PackageKind = { kind: 'appImage', path: '/x' }): Updates {
  const engine: UpdateEngine = {
    check: async () => ({ ...(await found()), file }),
    download: (tell, signal) => {
      onBytes = tell;
      signal.addEventListener('abort', () => loading.reject(new DOMException('paused', 'AbortError')));
      return loading.promise;
    },
    install: () => install(),
  };
  return new Updates({
    version: '0.1.0',
    kind,
    source: () => from,
    policy: () => policy,
    automatic: () => automatic,
    channel: () => 'latest',
    lastCheckMs: () => 5,
    engine: async () => {
      engines += 1;
      return engine;
    },
    erase: async () => void (erased += 1),
    openExternal: async (url) => opened.push(url),
    onChanged: (state) => states.push(state),
    log: () => undefined,
  });
}

const phases = (): string[] =>
  states.map(({ phase }) => phase).filter((phase, i, all) => phase !== all[i - 1]);

describe('an update', () => {
  it.each(['ready', 'downloading'] as const)('that is %s can be erased, and is loaded anew', async (when) => {
    const updates = updatesOf();
    await updates.check();
    if (when === 'ready') loading.resolve();
    await vi.waitFor(() => expect(updates.state.phase).toBe(when));
    await updates.discard();
    expect(erased).toBe(1);
    expect(updates.state).toMatchObject({ phase: 'available', percent: 0, next: { version: '0.2.0' } });
    await expect(updates.restart()).rejects.toMatchObject({ code: 'refused' });
    loading = Promise.withResolvers();
    updates.download();
    loading.resolve();
    await vi.waitFor(() => expect(updates.state.phase).toBe('ready'));
  });

  it('of an earlier start is erased before anything was looked for', async () => {
    const updates = updatesOf();
    await updates.discard();
    expect([erased, updates.state.phase]).toEqual([1, 'idle']);
  });

  it('is found, loaded by itself, ready, and installed on the word of the user only', async () => {
    const installed = vi.fn<() => Promise<void>>(async () => undefined);
    install = installed;
    const updates = updatesOf();
    await updates.check();
    onBytes(461);
    onBytes(462);
    onBytes(1_000);
    loading.resolve();
    await vi.waitFor(() => expect(updates.state.phase).toBe('ready'));
    expect(phases()).toEqual(['checking', 'available', 'downloading', 'ready']);
    expect(states.map(({ percent }) => percent)).toContain(46);
    expect(installed).not.toHaveBeenCalled();
    await updates.restart();
    expect(installed).toHaveBeenCalledTimes(1);
  });

  it('waits to be loaded where that is not automatic', async () => {
    automatic = false;
    const updates = updatesOf();
    expect((await updates.check()).phase).toBe('available');
    updates.download();
    updates.download();
    expect(updates.state.phase).toBe('downloading');
    loading.resolve();
    await vi.waitFor(() => expect(updates.state.phase).toBe('ready'));
  });

  it('pauses and goes on', async () => {
    const updates = updatesOf();
    await updates.check();
    updates.pause();
    await vi.waitFor(() => expect(updates.state.phase).toBe('paused'));
    // A check in the meantime finds the same version, and leaves it paused.
    expect((await updates.check()).phase).toBe('paused');
    loading = Promise.withResolvers();
    updates.download();
    expect(updates.state.phase).toBe('downloading');
    loading.resolve();
    await vi.waitFor(() => expect(updates.state.phase).toBe('ready'));
  });

  it('is not restarted into unless it is ready', async () => {
    const updates = updatesOf();
    await expect(updates.restart()).rejects.toMatchObject({ code: 'refused' });
    await updates.check();
    await expect(updates.restart()).rejects.toMatchObject({ code: 'refused' });
  });

  it('that cannot be installed leaves the app running and can be tried again', async () => {
    const updates = updatesOf();
    await updates.check();
    loading.resolve();
    await vi.waitFor(() => expect(updates.state.phase).toBe('ready'));
    for (const [reason, phase] of [
      ['diskFull', 'ready'],
      ['notWritable', 'ready'],
      ['changed', 'available'],
    ] as const) {
      install = async () => {
        throw new UpdateError(reason, 'no');
      };
      await updates.restart();
      expect(updates.state).toMatchObject({ phase, failure: reason });
    }
    install = async () => undefined;
    loading = Promise.withResolvers();
    updates.download();
    loading.resolve();
    await vi.waitFor(() => expect(updates.state).toMatchObject({ phase: 'ready', failure: null }));
  });

  it.each(['network', 'signature', 'replayed', 'expired'] as const)(
    'that is not believed (%s) has a name and takes nothing away',
    async (reason) => {
      const updates = updatesOf();
      await updates.check();
      loading.resolve();
      await vi.waitFor(() => expect(updates.state.phase).toBe('ready'));
      found = async () => {
        throw new UpdateError(reason, 'no');
      };
      expect(await updates.check()).toMatchObject({ phase: 'ready', failure: reason });
      found = async () => ({ manifest, isNew: true });
      expect(await updates.check()).toMatchObject({ phase: 'ready', failure: null });
    },
  );

  it('that was withdrawn is not offered any more; a newer one takes its place', async () => {
    const updates = updatesOf();
    await updates.check();
    loading.resolve();
    await vi.waitFor(() => expect(updates.state.phase).toBe('ready'));
    loading = Promise.withResolvers();
    found = async () => ({ manifest: { ...manifest, version: '0.3.0' }, isNew: true });
    expect(await updates.check()).toMatchObject({ phase: 'downloading', next: { version: '0.3.0' } });
    loading.resolve();
    await vi.waitFor(() => expect(updates.state.phase).toBe('ready'));
    found = async () => ({ manifest, isNew: false });
    expect(await updates.check()).toMatchObject({ phase: 'upToDate', next: null });
    await expect(updates.restart()).rejects.toMatchObject({ code: 'refused' });
  });

  it('is looked for once at a time, and not while one is loaded', async () => {
    let asked = 0;
    found = async () => {
      asked += 1;
      return { manifest, isNew: true };
    };
    const updates = updatesOf();
    await Promise.all([updates.check(), updates.check()]);
    await updates.check();
    expect([asked, engines]).toEqual([1, 1]);
  });

  it('of another channel is void when the user takes another one, also in the middle', async () => {
    const updates = updatesOf();
    await updates.check();
    from = { ...source, channel: 'beta' };
    updates.sourceChanged();
    expect(updates.state).toMatchObject({ phase: 'idle', next: null });
    loading.resolve();
    await Promise.resolve();
    expect(updates.state.phase).toBe('idle');
    loading = Promise.withResolvers();
    await updates.check();
    expect(engines).toBe(2);
  });

  it('is not looked for at all where the organisation, the build or a development run says so', async () => {
    for (const reason of ['policy', 'noFeed', 'development'] as const) {
      from = reason;
      expect(await updatesOf().check()).toMatchObject({ way: { kind: 'off', reason }, phase: 'idle' });
    }
    expect(engines).toBe(0);
    policy = { disabled: false, url: null, channel: 'corp' };
    expect(updatesOf().state).toMatchObject({
      channel: 'corp',
      managed: { updates: false, channel: true, url: null },
    });
  });

  it('of a package manager is told of, with its command and address, and never loaded', async () => {
    const updates = updatesOf({ kind: 'deb' });
    expect(updates.state.way).toEqual({ kind: 'byHand', command: null, hasPackage: false });
    await updates.check();
    expect(updates.state).toMatchObject({
      phase: 'available',
      way: { kind: 'byHand', command: `sudo apt install ./${file.url}`, hasPackage: true },
    });
    await updates.open('package');
    await updates.open('notes');
    expect(opened).toEqual([`https://updates.example/${file.url}`, 'https://wukong.example/notes']);
    found = async () => ({ manifest, isNew: false });
    await updates.check();
    await expect(updates.open('package')).rejects.toMatchObject({ code: 'notFound' });
  });
});
