import { beforeAll, describe, expect, it, vi } from 'vitest';
import { channelNames, eventNames } from './names.ts';
import type { WukongBridge } from '../../shared/ipc/contract/bridge.ts';
import { contract } from '../../shared/ipc/contract/contract.ts';
import { eventContract } from '../../shared/ipc/contract/events.ts';

const electron = vi.hoisted(() => ({
  exposed: new Map<string, unknown>(),
  invoke: vi.fn<(channel: string, args: unknown) => Promise<unknown>>(() => Promise.resolve('begun')),
  on: vi.fn<(event: string, listener: (event: unknown, payload: unknown) => void) => void>(),
  removeListener: vi.fn<(event: string, listener: unknown) => void>(),
}));
vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, api: unknown) => electron.exposed.set(name, api) },
  ipcRenderer: { invoke: electron.invoke, on: electron.on, removeListener: electron.removeListener },
}));

let bridge: WukongBridge;
let askedAtOnce: unknown[][] = [];
beforeAll(async () => {
  vi.stubGlobal('location', { search: '' });
  await import('./preload.ts');
  bridge = electron.exposed.get('wukong') as WukongBridge;
  askedAtOnce = [...electron.invoke.mock.calls];
});

describe('preload', () => {
  it('knows exactly the names of the contract', () => {
    expect([...channelNames].sort()).toEqual(Object.keys(contract).sort());
    expect([...eventNames].sort()).toEqual(Object.keys(eventContract).sort());
  });

  it('asks for what the main page begins with, before the page does', async () => {
    expect(askedAtOnce).toEqual([['shell.begin']]);
    expect(await bridge.invoke('shell.begin', undefined)).toBe('begun');
    expect(electron.invoke).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(electron.removeListener).toHaveBeenCalledTimes(eventNames.size));
    await bridge.invoke('shell.begin', undefined);
    expect(electron.invoke).toHaveBeenCalledTimes(1);
  });

  it('asks for nothing in the window of a chat, and holds no event back there', async () => {
    vi.resetModules();
    vi.stubGlobal('location', { search: '?chat=2:g1' });
    electron.invoke.mockClear();
    electron.on.mockClear();
    await import('./preload.ts');
    expect([electron.invoke.mock.calls, electron.on.mock.calls]).toEqual([[], []]);
  });

  it('exposes two functions and nothing else', () => {
    expect([...electron.exposed.keys()]).toEqual(['wukong']);
    expect(Object.keys(bridge).sort()).toEqual(['invoke', 'on']);
  });

  it.each(['shell.exec', 'constructor', '__proto__', '', 3, undefined])(
    'never sends the unknown channel %j',
    async (name) => {
      electron.invoke.mockClear();
      expect(await bridge.invoke(name as 'shell.quit', undefined)).toMatchObject({
        ok: false,
        code: 'badArgument',
      });
      expect(electron.invoke).not.toHaveBeenCalled();
    },
  );

  it('answers a rejected call with a failure', async () => {
    electron.invoke.mockRejectedValueOnce(new Error('An object could not be cloned.'));
    expect(await bridge.invoke('shell.quit', undefined)).toMatchObject({ ok: false, code: 'badArgument' });
  });

  it('refuses unknown events and hides the IPC event from listeners', () => {
    expect(() => bridge.on('nope' as 'core.deltas', () => undefined)).toThrow('unknown event');
    const listener = vi.fn<(payload: unknown) => void>();
    const off = bridge.on('core.deltas', listener);
    const [event, forward] = electron.on.mock.calls.at(-1) ?? [];
    expect(event).toBe('core.deltas');
    forward?.({ sender: 'secret' }, []);
    expect(listener.mock.calls).toEqual([[[]]]);
    off();
    expect(electron.removeListener).toHaveBeenCalledWith('core.deltas', forward);
  });
});
