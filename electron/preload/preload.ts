/**
 * The only thing the page can reach: `window.wukong`, two functions over the names of the IPC contract. Runs sandboxed
 * and context-isolated; imports nothing at run time but `electron`.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { EarlyBeginning } from './early-beginning.ts';
import { channelNames, eventNames } from './names.ts';
import type { WukongBridge } from '../../shared/ipc/contract/bridge.ts';
import type { EventName, Events } from '../../shared/ipc/contract/events.ts';
import type { Failure } from '../../shared/ipc/result.ts';

function failure(code: Failure['code'], message: string): Failure {
  return { ok: false, code, message };
}

const early = new EarlyBeginning(ipcRenderer);

const bridge: WukongBridge = {
  async invoke(channel, args, account) {
    if (typeof channel !== 'string' || !channelNames.has(channel)) {
      return failure('badArgument', `unknown channel: ${JSON.stringify(channel)}`);
    }
    try {
      const asked = early.take(channel, account) ?? ipcRenderer.invoke(channel, args, account);
      return (await asked) as Awaited<ReturnType<typeof bridge.invoke<typeof channel>>>;
    } catch (error) {
      return failure('badArgument', error instanceof Error ? error.message : 'the call was refused');
    }
  },
  on<E extends EventName>(event: E, listener: (payload: Events[E]) => void) {
    if (!eventNames.has(event)) throw new Error(`unknown event: ${JSON.stringify(event)}`);
    if (typeof listener !== 'function') throw new Error('a listener must be a function');
    // The page never sees the IpcRendererEvent: it carries `sender`.
    const forward = (_event: unknown, payload: Events[E]): void => {
      if (early.isLive) listener(payload);
    };
    early.follow(event, listener);
    ipcRenderer.on(event, forward);
    return () => {
      early.unfollow(event, listener);
      ipcRenderer.removeListener(event, forward);
    };
  },
};

contextBridge.exposeInMainWorld('wukong', bridge);
// (The window of a chat begins otherwise: renderer/state/window/own-window.ts.)
if (!new URLSearchParams(location.search).has('chat')) early.ask(eventNames);
