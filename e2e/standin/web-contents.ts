/** `WebContents`: one page of Chromium over one protocol session. */
import { EventEmitter } from 'node:events';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Dragged, startDragOf } from './drag-out.ts';
import { app } from './app.ts';
import type { Cdp, Params } from './cdp.ts';
import { createCodec } from './codec.ts';
import { emitPreventable } from './emitter.ts';
import { chromium, headless } from './environment.ts';
import { ipcMain } from './ipc-main.ts';
import { pressedAccelerator, type KeyPress } from './menu.ts';
import { whenLate } from './late.ts';
import { nativeTheme } from './native-theme.ts';
import { callIn, pageWorldSource, preloadWorldSource, PRELOAD_WORLD, type WorldNames } from './page-world.ts';
import { handlerFor, toAppUrl, toBrowserUrl } from './schemes.ts';
import { session } from './session.ts';
import { effectivePreferences, type WebPreferences } from './web-preferences.ts';

const codec = createCodec();
let nextId = 1;

export interface WebFrame {
  readonly url: string;
  readonly origin: string;
  readonly parent: WebFrame | null;
  readonly top: WebFrame;
  readonly routingId: number;
}

type FromPreload =
  | { kind: 'invoke'; id: number; channel: string; args: unknown[] }
  | { kind: 'send'; channel: string; args: unknown[] }
  | { kind: 'windowOpen' | 'navigate'; url: string }
  | { kind: 'focus' | 'blur' }
  | ({ kind: 'key' } & KeyPress);

export class WebContents extends EventEmitter {
  readonly id: number = nextId++;
  readonly session;
  readonly mainFrame: WebFrame;
  readonly #ready: Promise<void>;
  readonly #preferences: WebPreferences;
  readonly #names: WorldNames = {
    binding: `b${randomUUID()}`,
    toPage: `p${randomUUID()}`,
    toPreload: `i${randomUUID()}`,
    inbox: `m${randomUUID()}`,
  };
  #cdp: Cdp | null = null;
  #sessionId = '';
  #targetId = '';
  #frameId = '';
  #url = '';
  #title = '';
  #context: string | null = null;
  #outbox: string[] = [];
  #destroyed = false;
  #openHandler: ((details: { url: string }) => { action: string }) | null = null;
  /** Page-initiated navigations under way, by frame; the value tells whether the app denied it. */
  readonly #pageNavigations = new Map<string, boolean>();
  #loaded: { resolve: () => void; reject: (error: Error) => void } | null = null;

  constructor(preferences: WebPreferences, openTarget: () => Promise<string>) {
    super();
    this.#preferences = effectivePreferences(preferences);
    this.session = session.of(this.#preferences['partition']);
    const url = (): string => this.#url;
    const frame: WebFrame = {
      get url() {
        return url();
      },
      get origin() {
        return /^[a-z][a-z0-9+.-]*:\/\/[^/]*/i.exec(url())?.[0] ?? 'null';
      },
      parent: null,
      get top() {
        return frame;
      },
      routingId: this.id,
    };
    this.mainFrame = frame;
    this.#ready = this.#attach(preferences, openTarget);
    this.#ready.catch((error: unknown) => {
      if (!this.#destroyed) console.error(`window not opened: ${String(error)}`);
    });
    app.emit('web-contents-created', {}, this);
  }

  get targetId(): string {
    return this.#targetId;
  }

  /** As the window was made with, and what it has here anyway. */
  getLastWebPreferences(): WebPreferences {
    return { ...this.#preferences };
  }

  /** Resolves when commands can be sent. */
  whenAttached(): Promise<void> {
    return this.#ready;
  }

  getURL(): string {
    return this.#url;
  }

  getTitle(): string {
    return this.#title;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  isLoading(): boolean {
    return this.#loaded !== null;
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.#openHandler = handler;
  }

  async loadURL(url: string): Promise<void> {
    await this.#ready;
    const loaded = new Promise<void>((resolve, reject) => {
      this.#loaded = { resolve, reject };
    });
    const { errorText } = await this.command('Page.navigate', { url: toBrowserUrl(url) });
    if (typeof errorText === 'string' && errorText !== '') {
      this.#loaded = null;
      throw new Error(`${errorText} loading '${url}'`);
    }
    await loaded;
  }

  reload(): void {
    void this.#quietly('Page.reload');
  }

  /** Like Electron, to the page that is there now: before it has loaded the message is lost. */
  send(channel: string, ...args: unknown[]): void {
    if (this.#destroyed) throw new TypeError('Object has been destroyed');
    this.#deliver(codec.encode({ kind: 'event', channel, args }));
  }

  async executeJavaScript(code: string): Promise<unknown> {
    const answer = await this.command('Runtime.evaluate', {
      expression: code,
      awaitPromise: true,
      returnByValue: true,
    });
    return (answer['result'] as { value?: unknown } | undefined)?.value;
  }

  async capturePage(): Promise<{ toPNG: () => Buffer }> {
    const { data } = await this.command('Page.captureScreenshot', { format: 'png' });
    const png = Buffer.from(String(data), 'base64');
    return { toPNG: () => png };
  }

  getZoomLevel = (): number => 0;
  setZoomLevel(level: number): void {
    this.getZoomLevel = () => level;
    this.emit('zoomed', 1.2 ** level);
  }
  readonly dragged: Dragged[] = [];
  readonly startDrag = startDragOf(this.dragged);
  /** Open chrome://inspect, or start with --remote-debugging-port. */
  openDevTools = (): void => undefined;
  toggleDevTools = (): void => this.openDevTools();
  /** Its process may draw other pages, too. */
  forcefullyCrashRenderer = (): void => this.reload();

  /** One command of this page's session. */
  command(method: string, params: Params = {}): Promise<Params> {
    if (this.#cdp === null || this.#destroyed)
      return Promise.reject(new Error(`${method}: the page is gone`));
    return this.#cdp.send(method, params, this.#sessionId);
  }

  /** Ends the page; idempotent. */
  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    if (this.#targetId !== '')
      this.#cdp?.send('Target.closeTarget', { targetId: this.#targetId }).catch(() => undefined);
    this.#loaded?.reject(new Error('the window was closed'));
    this.emit('destroyed', {});
  }

  /** Commands whose failure means only that the page went away meanwhile. */
  async #quietly(method: string, params: Params = {}): Promise<void> {
    try {
      await this.#ready;
      await this.command(method, params);
    } catch (error) {
      if (!this.#destroyed) console.error(String(error));
    }
  }

  async #attach(preferences: WebPreferences, openTarget: () => Promise<string>): Promise<void> {
    const { cdp } = chromium();
    this.#cdp = cdp;
    this.#targetId = await openTarget();
    const { sessionId } = await cdp.send('Target.attachToTarget', {
      targetId: this.#targetId,
      flatten: true,
    });
    this.#sessionId = String(sessionId);
    const preload = preferences.preload === undefined ? '' : await readFile(preferences.preload, 'utf8');
    const on = (method: string, listener: (params: Params) => void): void =>
      cdp.on(method, listener, this.#sessionId);

    on('Runtime.executionContextCreated', (params) => this.#contextCreated(params));
    on('Runtime.executionContextsCleared', () => {
      this.#context = null;
    });
    on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === this.#names.binding) this.#fromPreload(codec.decode(String(payload)) as FromPreload);
    });
    on('Fetch.requestPaused', (params) => void this.#requestPaused(params as unknown as PausedRequest));
    on('Page.frameRequestedNavigation', (params) => this.#pageWantsToNavigate(params));
    on('Page.frameNavigated', (params) => this.#navigated(params));
    on('Page.navigatedWithinDocument', ({ frameId, url }) => {
      if (frameId === this.#frameId) this.#url = toAppUrl(String(url));
    });
    on('Page.domContentEventFired', () => this.emit('dom-ready', {}));
    on('Page.loadEventFired', () => this.#finishedLoading());
    on('Inspector.targetCrashed', () =>
      this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 }),
    );

    const send = (method: string, params: Params = {}): Promise<Params> =>
      cdp.send(method, params, this.#sessionId);
    const { frameTree } = await send('Page.getFrameTree');
    this.#frameId = (frameTree as { frame: { id: string } }).frame.id;
    await Promise.all([
      send('Page.enable'),
      send('Runtime.enable'),
      send('Fetch.enable', {
        patterns: [{ urlPattern: 'https://*.localhost/*' }, { urlPattern: '*', resourceType: 'Document' }],
      }),
      send('Page.addScriptToEvaluateOnNewDocument', { source: pageWorldSource(this.#names) }),
      send('Page.addScriptToEvaluateOnNewDocument', {
        source: preloadWorldSource(this.#names, preload),
        worldName: PRELOAD_WORLD,
      }),
      send('Runtime.addBinding', { name: this.#names.binding, executionContextName: PRELOAD_WORLD }),
    ]);
    const showTheme = (): Promise<void> =>
      send('Emulation.setEmulatedMedia', {
        features: [
          {
            name: 'prefers-color-scheme',
            value: nativeTheme.themeSource === 'system' ? '' : nativeTheme.themeSource,
          },
        ],
      }).then(
        () => undefined,
        () => undefined,
      );
    await showTheme();
    nativeTheme.on('updated', () => {
      if (!this.#destroyed) void showTheme();
    });
  }

  #contextCreated(params: Params): void {
    const context = params['context'] as { uniqueId: string; name: string; auxData?: { frameId?: string } };
    if (context.name === PRELOAD_WORLD && context.auxData?.frameId === this.#frameId)
      this.#context = context.uniqueId;
  }

  /** All messages of one tick travel in one call. */
  #deliver(text: string): void {
    if (this.#outbox.push(text) > 1) return;
    setImmediate(() => {
      const batch = this.#outbox;
      this.#outbox = [];
      if (this.#context === null || this.#destroyed) return;
      const call = callIn(this.#context, this.#names, batch);
      this.command('Runtime.callFunctionOn', call).catch(() => undefined);
    });
  }

  #fromPreload(message: FromPreload): void {
    const event = { sender: this, senderFrame: this.mainFrame, frameId: this.id, processId: this.id };
    switch (message.kind) {
      case 'invoke':
        ipcMain.answer(message.channel, event, message.args).then(
          (value) => this.#answer(message.id, value),
          (error: Error) =>
            this.#deliver(
              codec.encode({ kind: 'answer', id: message.id, ok: false, message: error.message }),
            ),
        );
        break;
      case 'send':
        ipcMain.emit(message.channel, event, ...message.args);
        break;
      case 'windowOpen':
        this.#openHandler?.({ url: toAppUrl(message.url) });
        break;
      case 'navigate':
        if (!this.#denies(this.#frameId, toAppUrl(message.url)))
          void this.#quietly('Page.navigate', { url: message.url });
        break;
      case 'focus':
      case 'blur':
        if (!headless) this.emit(message.kind, {});
        break;
      case 'key':
        pressedAccelerator(message);
        break;
    }
  }

  #answer(id: number, value: unknown): void {
    let text: string;
    try {
      text = codec.encode({ kind: 'answer', id, ok: true, value });
    } catch (error) {
      text = codec.encode({ kind: 'answer', id, ok: false, message: String(error) });
    }
    this.#deliver(text);
  }

  /** Raised only for navigations the page itself starts, like Electron's events. */
  #denies(frameId: string, url: string): boolean {
    const isMainFrame = frameId === this.#frameId;
    const details = { url, isMainFrame, isSameDocument: false };
    const denied = emitPreventable(this, 'will-frame-navigate', details);
    return (isMainFrame && emitPreventable(this, 'will-navigate', details, url)) || denied;
  }

  /** Navigations of frames, and what the preload could not hold back; a denied one fails when it asks for its page. */
  #pageWantsToNavigate(params: Params): void {
    if (params['disposition'] === 'download') return;
    const frameId = String(params['frameId']);
    this.#pageNavigations.set(frameId, this.#denies(frameId, toAppUrl(String(params['url']))));
  }

  async #requestPaused(paused: PausedRequest): Promise<void> {
    const { requestId, request, resourceType, frameId } = paused;
    try {
      if (resourceType === 'Document') {
        const denied = this.#pageNavigations.get(frameId) ?? false;
        this.#pageNavigations.delete(frameId);
        if (denied) {
          await this.command('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
          return;
        }
      }
      const appUrl = toAppUrl(request.url);
      const handler = handlerFor(appUrl);
      if (handler === null) {
        await this.command('Fetch.continueRequest', { requestId });
        return;
      }
      const response = await handler(
        new Request(appUrl, { method: request.method, headers: request.headers }),
      );
      const body = Buffer.from(await response.arrayBuffer());
      if (resourceType === 'Script') await whenLate();
      await this.command('Fetch.fulfillRequest', {
        requestId,
        responseCode: response.status,
        responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
        body: body.toString('base64'),
      });
    } catch (error) {
      if (this.#destroyed) return;
      console.error(`request not answered: ${String(error)}`);
      this.command('Fetch.failRequest', { requestId, errorReason: 'Failed' }).catch(() => undefined);
    }
  }

  #navigated(params: Params): void {
    const frame = params['frame'] as { id: string; parentId?: string; url: string };
    if (frame.parentId !== undefined) return;
    this.#frameId = frame.id;
    this.#url = toAppUrl(frame.url);
    this.emit('did-navigate', {}, this.#url, 200, 'OK');
  }

  #finishedLoading(): void {
    this.#loaded?.resolve();
    this.#loaded = null;
    this.emit('did-finish-load', {});
    this.emit('ready', {});
  }
}

interface PausedRequest {
  requestId: string;
  request: { url: string; method: string; headers: Record<string, string> };
  resourceType: string;
  frameId: string;
}
