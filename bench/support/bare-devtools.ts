/**
 * A page by Chromium's DevTools protocol without Playwright. Playwright turns the domain "Network" on, whose agent
 * copies every picture that a collection of garbage finds unused, as text in base64, inside of that collection
 * (`NetworkResourcesData`): 61 ms for 2,000 pictures of 60 KB where it takes 0.8 without. An app that nobody looks into
 * has no such agent.
 */
import { EventEmitter } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright';

/** What of a session a trace needs; Playwright's own is one too. */
export type DevTools = Pick<CDPSession, 'send' | 'on' | 'once' | 'off'>;

export interface BareDevTools {
  session: DevTools;
  /** The value of an expression in the page, awaited. Throws what it throws. */
  evaluate<T>(expression: string): Promise<T>;
  close(): void;
}

interface Answer {
  id?: number;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { message: string };
}

/**
 * Playwright lets go of the app of this profile, for good: its `Page` is of no use afterwards.
 * `null`: the app has no port of DevTools (Electron, which Playwright starts by a pipe), nothing was done.
 */
export async function withoutPlaywright(page: Page, userDataDir: string): Promise<BareDevTools | null> {
  const written = join(userDataDir, 'chromium', 'DevToolsActivePort');
  if (!existsSync(written)) return null;
  const port = Number(readFileSync(written, 'utf8').split('\n')[0]);
  const url = page.url();
  await page.context().browser()?.close();
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    url: string;
    webSocketDebuggerUrl: string;
  }[];
  const target = targets.find((each) => each.url === url);
  if (!target) throw new Error(`no page of DevTools has the address ${url}`);
  return connected(target.webSocketDebuggerUrl);
}

async function connected(url: string): Promise<BareDevTools> {
  const socket = new WebSocket(url);
  const events = new EventEmitter();
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let last = 0;
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error(`no connection to ${url}`)));
  });
  socket.addEventListener('message', ({ data }) => {
    const { id, method, params, result, error } = JSON.parse(String(data)) as Answer;
    if (id === undefined) {
      events.emit(method ?? '', params);
      return;
    }
    const call = waiting.get(id);
    waiting.delete(id);
    if (error) call?.reject(new Error(error.message));
    else call?.resolve(result);
  });
  socket.addEventListener('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the page is gone'));
    waiting.clear();
  });
  const send = (method: string, params: object = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  const session = {
    send,
    on: (event: string, take: (params: unknown) => void) => events.on(event, take),
    once: (event: string, take: (params: unknown) => void) => events.once(event, take),
    off: (event: string, take: (params: unknown) => void) => events.off(event, take),
  };
  return {
    // The same protocol; Playwright's types name each method of it.
    session: session as unknown as DevTools,
    async evaluate<T>(expression: string) {
      const { result, exceptionDetails } = (await send('Runtime.evaluate', {
        expression,
        awaitPromise: true,
        returnByValue: true,
      })) as {
        result: { value: T };
        exceptionDetails?: { text: string; exception?: { description?: string } };
      };
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    },
    close: () => socket.close(),
  };
}
