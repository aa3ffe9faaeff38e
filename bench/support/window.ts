/**
 * The app in a real window, signed in; with what is needed to tell when something is on the screen. Chinese interface.
 */
import type { CDPSession, Page } from 'playwright';
import { type AppHandle, launchApp } from '../../e2e/fixtures/app/launch-app.ts';
import { buildIfNeeded } from '../../scripts/build.ts';
import { chooseRuntime } from '../../scripts/runtime.ts';

const say = (line: string): void => {
  process.stdout.write(`  ${line}\n`);
};

export interface Window {
  app: AppHandle;
  page: Page;
  session: CDPSession;
  openChat: (name: string) => Promise<void>;
  /** A channel of the contract, as the page calls it; rejects with its error. */
  invoke: <T>(channel: string, args: unknown) => Promise<T>;
  /** Bytes of the page's heap after a collection. */
  heap: () => Promise<number>;
}

export async function openWindow(options: {
  userDataDir: string;
  server: string;
  username: string;
  password: string;
}): Promise<Window> {
  const runtime = await chooseRuntime(say);
  await buildIfNeeded(say);
  const app = await launchApp(runtime, { userDataDir: options.userDataDir, lang: 'zh' });
  try {
    const page = await app.firstWindow();
    await page.getByLabel('服务器地址').fill(options.server);
    await page.getByLabel('用户名', { exact: true }).fill(options.username);
    await page.getByLabel('密码', { exact: true }).fill(options.password);
    await page.getByRole('button', { name: '登录', exact: true }).last().click();
    const conversations = page.getByRole('listbox', { name: '会话', exact: true });
    await conversations.waitFor();
    const session = await page.context().newCDPSession(page);
    return {
      app,
      page,
      session,
      invoke: invokeIn(page),
      async heap() {
        await session.send('HeapProfiler.collectGarbage');
        return (await session.send('Runtime.getHeapUsage')).usedSize;
      },
      async openChat(name) {
        await conversations.getByRole('option', { name: new RegExp(`^${name}`) }).click();
        await page.getByRole('log').waitFor();
      },
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** The app once more, on the profile of one that has ended. */
export async function openAgain(userDataDir: string): Promise<Pick<Window, 'app' | 'invoke'>> {
  const app = await launchApp(await chooseRuntime(say), { userDataDir, lang: 'zh' });
  return { app, invoke: invokeIn(await app.firstWindow()) };
}

export const invokeIn =
  (page: Page): Window['invoke'] =>
  <T>(channel: string, args: unknown) =>
    page.evaluate<T>(
      `window.wukong.invoke(${JSON.stringify(channel)}, ${JSON.stringify(args)}).then((r) => r.ok ? r.value : Promise.reject(new Error(r.message)))`,
    );

/** The page's clock, in ms since 1970; `performance.timeOrigin + performance.now()` is this process's. */
export const pageNow = 'performance.timeOrigin + performance.now()';

/**
 * Defines `benchPainted(selector, present)` in the page: resolves with the time (page clock) at which the first frame
 * that has (or, with `present` false, no longer has) a match was handed to the compositor, and the number of frames
 * begun since the call or the last click (`changedFrames`: until the change was in the document). A MutationObserver
 * sees the change, requestAnimationFrame the frame it belongs to, and a task after that the end of the frame's layout
 * and paint.
 */
export const defineBenchPainted = `(() => {
  const now = () => performance.timeOrigin + performance.now();
  let clickedAt = 0;
  let frames = 0;
  const count = () => { frames += 1; requestAnimationFrame(count); };
  requestAnimationFrame(count);
  addEventListener('click', (event) => { clickedAt = performance.timeOrigin + event.timeStamp; frames = 0; }, true);
  window.benchPainted = (selector, present) => new Promise((painted) => {
    frames = 0;
    const check = () => {
      if ((document.querySelector(selector) !== null) !== present) return;
      observer.disconnect();
      const changedAt = now();
      const changedFrames = frames;
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => painted({ at: now(), changedAt, changedFrames, clickedAt, frames });
        channel.port2.postMessage(null);
      });
    };
    const observer = new MutationObserver(check);
    observer.observe(document.body, { subtree: true, childList: true, attributes: true });
    check();
  });
})()`;

/** Median time between two frames of the page, ms. */
export function frameTime(page: Page): Promise<number> {
  return page.evaluate<number>(`new Promise((done) => {
    const times = [];
    const next = (at) => {
      times.push(at);
      if (times.length <= 60) return requestAnimationFrame(next);
      done(times.slice(1).map((time, i) => time - times[i]).sort((a, b) => a - b)[30]);
    };
    requestAnimationFrame(next);
  })`);
}

export interface Painted {
  /** Page clock, ms. */
  at: number;
  /** When the change was in the document. */
  changedAt: number;
  /** Frames begun from the click until then. */
  changedFrames: number;
  clickedAt: number;
  frames: number;
}

/** What to add to a time of the page to have it on this process's clock; the best of several round trips. */
export async function clockOffset(page: Page): Promise<number> {
  let best = { roundTrip: Number.POSITIVE_INFINITY, offset: 0 };
  for (let i = 0; i < 20; i += 1) {
    const before = now();
    const there = await page.evaluate<number>(pageNow);
    const after = now();
    if (after - before < best.roundTrip)
      best = { roundTrip: after - before, offset: (before + after) / 2 - there };
  }
  return best.offset;
}

export const now = (): number => performance.timeOrigin + performance.now();
