/**
 * The scripts that run inside the page before any of its own: the preload's isolated world with `ipcRenderer` and
 * `contextBridge`, and its counterpart in the page's world. The functions are sent as source text: they may use only
 * their parameters.
 */
import type { Codec } from './codec.ts';
import { createCodec } from './codec.ts';

/** Name of the isolated world. */
export const PRELOAD_WORLD = 'preload';

export interface WorldNames {
  /** Binding by which the isolated world reaches the main process. */
  binding: string;
  /** Event names of calls into the page's world and into the isolated one. */
  toPage: string;
  toPreload: string;
  /** Global of the isolated world that takes messages of the main process. */
  inbox: string;
}

/** One side of the bridge between the worlds: synchronous calls by `CustomEvent`s with string details. */
interface Link {
  call: (target: string, args: unknown[]) => unknown;
  /** Functions the other side may call by name. */
  serve: (target: string, handler: (...args: never[]) => unknown) => void;
}

function createLink(codec: Codec, sendName: string, receiveName: string): Link {
  type Ref = { f: number } | { p: number };
  const dispatch = document.dispatchEvent.bind(document);
  const listen = document.addEventListener.bind(document);
  const Event = CustomEvent;
  const named = new Map<string, (...args: never[]) => unknown>();
  const functions = new Map<number, (...args: unknown[]) => unknown>();
  const waiting = new Map<number, { resolve: (v: unknown) => void; reject: (e: unknown) => void }>();
  let nextRef = 1;
  let answer: string | null = null;

  const post = (message: unknown): void => {
    dispatch(new Event(sendName, { detail: codec.encode(message, wrap) }));
  };
  const wrap = (value: object): Ref => {
    const id = nextRef;
    nextRef += 1;
    if (value instanceof Promise) {
      value.then(
        (result: unknown) => post({ kind: 'settled', id, ok: true, result }),
        (error: unknown) => post({ kind: 'settled', id, ok: false, result: error }),
      );
      return { p: id };
    }
    functions.set(id, value as (...args: unknown[]) => unknown);
    return { f: id };
  };
  const unwrap = (reference: Ref): unknown => {
    if ('f' in reference) {
      const { f } = reference;
      return (...args: unknown[]) => request({ kind: 'apply', id: f, args });
    }
    return new Promise((resolve, reject) => {
      waiting.set(reference.p, { resolve, reject });
    });
  };
  const request = (message: unknown): unknown => {
    answer = null;
    post(message);
    const text = answer as string | null;
    answer = null;
    if (text === null) throw new Error('the preload is gone');
    const { ok, result } = codec.decode(text, unwrap) as { ok: boolean; result: unknown };
    if (!ok) throw result;
    return result;
  };
  const run = (work: () => unknown): void => {
    let reply: unknown;
    try {
      reply = { ok: true, result: work() };
      reply = { kind: 'answer', text: codec.encode(reply, wrap) };
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error));
      reply = { kind: 'answer', text: codec.encode({ ok: false, result: reason }) };
    }
    post(reply);
  };
  type Message =
    | { kind: 'named'; target: string; args: never[] }
    | { kind: 'apply'; id: number; args: unknown[] }
    | { kind: 'answer'; text: string }
    | { kind: 'settled'; id: number; ok: boolean; result: unknown };
  listen(
    receiveName,
    (event) => {
      event.stopImmediatePropagation();
      const message = codec.decode((event as CustomEvent<string>).detail, unwrap) as Message;
      switch (message.kind) {
        case 'answer':
          answer = message.text;
          break;
        case 'settled': {
          const promise = waiting.get(message.id);
          waiting.delete(message.id);
          if (message.ok) promise?.resolve(message.result);
          else promise?.reject(message.result);
          break;
        }
        case 'named':
          run(() => named.get(message.target)?.(...message.args));
          break;
        case 'apply':
          run(() => functions.get(message.id)?.(...message.args));
          break;
      }
    },
    true,
  );
  return {
    call: (target, args) => request({ kind: 'named', target, args }),
    serve: (target, handler) => {
      named.set(target, handler);
    },
  };
}

/** In the page's own world: receives what the preload exposes; `window.open` is answered by the main process. */
function pageWorld(link: Link): void {
  const freeze = (value: unknown): unknown => {
    if (value !== null && (typeof value === 'object' || typeof value === 'function')) {
      if (typeof value === 'object' && !(value instanceof Promise))
        for (const part of Object.values(value)) freeze(part);
      Object.freeze(value);
    }
    return value;
  };
  link.serve('expose', (key: string, api: unknown) => {
    if (Object.hasOwn(window, key))
      throw new Error(`Cannot bind an API on top of an existing property on the window object`);
    Object.defineProperty(window, key, {
      value: freeze(api),
      writable: false,
      configurable: false,
      enumerable: true,
    });
  });
  Object.defineProperty(window, 'open', {
    value: (url: string | URL | undefined) => {
      link.call('windowOpen', [url === undefined ? 'about:blank' : `${url}`]);
      return null;
    },
    writable: true,
    configurable: true,
  });
}

/** In the isolated world: what a sandboxed preload may `require('electron')`. */
function preloadWorld(link: Link, codec: Codec, names: WorldNames): (name: string) => unknown {
  type Listener = (event: object, ...args: unknown[]) => void;
  const toMain = (globalThis as unknown as Record<string, (text: string) => void>)[names.binding];
  const listeners = new Map<string, Listener[]>();
  const waiting = new Map<number, { resolve: (v: unknown) => void; reject: (e: Error) => void }>();
  let nextId = 1;
  const post = (message: unknown): void => toMain?.(codec.encode(message));

  const remove = (channel: string, listener: Listener): void => {
    const left = (listeners.get(channel) ?? []).filter((other) => other !== listener);
    listeners.set(channel, left);
  };
  const ipcRenderer = {
    invoke(channel: string, ...args: unknown[]): Promise<unknown> {
      const id = nextId;
      nextId += 1;
      return new Promise((resolve, reject) => {
        post({ kind: 'invoke', id, channel, args });
        waiting.set(id, { resolve, reject });
      });
    },
    send(channel: string, ...args: unknown[]): void {
      post({ kind: 'send', channel, args });
    },
    on(channel: string, listener: Listener) {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      return ipcRenderer;
    },
    once(channel: string, listener: Listener) {
      const once: Listener = (event, ...args) => {
        remove(channel, once);
        listener(event, ...args);
      };
      return ipcRenderer.on(channel, once);
    },
    removeListener(channel: string, listener: Listener) {
      remove(channel, listener);
      return ipcRenderer;
    },
    off(channel: string, listener: Listener) {
      return ipcRenderer.removeListener(channel, listener);
    },
    removeAllListeners(channel: string) {
      listeners.delete(channel);
      return ipcRenderer;
    },
  };
  const contextBridge = {
    exposeInMainWorld(key: string, api: unknown): void {
      link.call('expose', [key, api]);
    },
  };

  type FromMain =
    | { kind: 'answer'; id: number; ok: true; value: unknown }
    | { kind: 'answer'; id: number; ok: false; message: string }
    | { kind: 'event'; channel: string; args: unknown[] };
  Object.defineProperty(globalThis, names.inbox, {
    value: (batch: string[]) => {
      for (const text of batch) {
        const message = codec.decode(text) as FromMain;
        if (message.kind === 'event') {
          for (const listener of listeners.get(message.channel) ?? []) {
            try {
              listener({ sender: ipcRenderer, ports: [] }, ...message.args);
            } catch (error) {
              reportError(error);
            }
          }
          continue;
        }
        const call = waiting.get(message.id);
        waiting.delete(message.id);
        if (message.ok) call?.resolve(message.value);
        else call?.reject(new Error(message.message));
      }
    },
  });
  link.serve('windowOpen', (url: string) => post({ kind: 'windowOpen', url }));

  // What the page starts by itself is held back until the main process has decided (Electron's `will-navigate`).
  type NavigateEvent = Event & {
    cancelable: boolean;
    destination: { url: string; sameDocument: boolean };
    downloadRequest: string | null;
  };
  const { navigation } = globalThis as unknown as { navigation?: EventTarget };
  navigation?.addEventListener('navigate', (event) => {
    const { destination, downloadRequest } = event as NavigateEvent;
    // A download is no navigation: the session decides.
    if (destination.sameDocument || !event.cancelable || downloadRequest !== null) return;
    event.preventDefault();
    post({ kind: 'navigate', url: destination.url });
  });

  // A key that the page did not use may be an accelerator of the application menu.
  addEventListener('keydown', (event) => {
    if (event.isComposing || !event.isTrusted) return;
    if (!event.ctrlKey && !event.metaKey && !event.altKey && !/^F\d+$/.test(event.key)) return;
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    // Once everybody else has seen it: the page listens on the window as well.
    setTimeout(() => {
      if (!event.defaultPrevented) post({ kind: 'key', key, ctrlKey, metaKey, altKey, shiftKey });
    });
  });
  for (const type of ['focus', 'blur'] as const) addEventListener(type, () => post({ kind: type }));

  return (name) => {
    if (name === 'electron' || name === 'electron/renderer') return { ipcRenderer, contextBridge };
    throw new Error(`module not found: ${name}`);
  };
}

/** Source for the page's world; must be registered before the preload's. */
export function pageWorldSource(names: WorldNames): string {
  return inTopFrame(
    `(${pageWorld.toString()})((${createLink.toString()})((${createCodec.toString()})(), ` +
      `${JSON.stringify(names.toPreload)}, ${JSON.stringify(names.toPage)}));`,
  );
}

/** Source for the isolated world: our `electron`, then the preload as a CommonJS module. */
export function preloadWorldSource(names: WorldNames, preload: string): string {
  return inTopFrame(
    `const __codec = (${createCodec.toString()})();` +
      `const __link = (${createLink.toString()})(__codec, ${JSON.stringify(names.toPage)}, ${JSON.stringify(names.toPreload)});` +
      `const __require = (${preloadWorld.toString()})(__link, __codec, ${JSON.stringify(names)});` +
      `(function (require, module, exports) {\n${preload}\n})(__require, { exports: {} }, {});`,
  );
}

/**
 * Parameters of `Runtime.callFunctionOn` that hand messages to the preload's world, as values: as program text they
 * would be parsed, and kept with the page's compiled programs until a collection of all its memory.
 */
export function callIn(
  uniqueContextId: string,
  names: WorldNames,
  batch: readonly string[],
): Record<string, unknown> {
  return {
    uniqueContextId,
    // Always the same text: compiled once.
    functionDeclaration: 'function (inbox, ...batch) { globalThis[inbox]?.(batch); }',
    arguments: [names.inbox, ...batch].map((value) => ({ value })),
    returnByValue: true,
  };
}

function inTopFrame(source: string): string {
  return `if (window === window.top && location.protocol === 'https:') { ${source} }`;
}
