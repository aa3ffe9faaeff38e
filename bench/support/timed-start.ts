/**
 * Starts the app on the stand-in and tells when its list of chats and an opened chat were on the screen. Nothing else
 * listens meanwhile: a debugger that attaches would take longer than what is measured.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { family, residentMiB } from './processes.ts';

export interface TimedStart {
  /** From the start of the process, ms. */
  listMs: number;
  /** To a chat that was clicked as soon as the list was there. */
  openedMs: number;
  /** Processor time of all processes until then, the browser's too, s. */
  cpuSeconds: number;
  /** Of the main process with its worker. */
  mainMiB: number;
  /** Of all processes. */
  allMiB: number;
  /** Of the page after a collection. */
  heapMiB: number;
  /** With `inUse`: median work of the page's main thread for a frame while the opened chat is scrolled, ms. */
  scrollMs: number;
  /** With `inUse`: from a letter put into the composer to the end of its frame's work, without the wait for it, ms. */
  keyMs: number;
}

interface Seen {
  list: number;
  opened: number;
  heap: number;
  scroll: number;
  key: number;
}

/** Runs in the main process. */
const look = (inUse: boolean): string => `async ({ BrowserWindow }) => {
  let window;
  while (!window || window.webContents.getURL() === '') {
    await new Promise((again) => setTimeout(again, 2));
    [window] = BrowserWindow.getAllWindows();
  }
  return window.webContents.executeJavaScript(\`new Promise((seen) => {
    const now = () => performance.timeOrigin + performance.now();
    const drawn = (selector) => new Promise((done) => {
      const look = () => {
        const found = document.querySelector(selector);
        if (!found) return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => done({ at: now(), found })));
      };
      const observer = new MutationObserver(look);
      observer.observe(document, { subtree: true, childList: true });
      look();
    });
    const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
    const times = async (count, act) => {
      const all = [];
      const work = new MessageChannel();
      for (let n = 0; n < count; n += 1) {
        const before = performance.now();
        act(n);
        const acted = performance.now() - before;
        await new Promise((done) => requestAnimationFrame(() => {
          const begun = performance.now();
          work.port1.onmessage = () => done(all.push(acted + performance.now() - begun));
          work.port2.postMessage(null);
        }));
      }
      return median(all);
    };
    drawn('[role=listbox] [role=option]').then(async (list) => {
      list.found.click();
      const opened = await drawn('[role=log] article');
      const heap = performance.memory?.usedJSHeapSize ?? 0;
      let scroll = 0;
      let key = 0;
      if (${inUse}) {
        // What is loaded behind an opened chat has come.
        await new Promise((done) => setTimeout(done, 1500));
        let box = document.querySelector('[role=log] article');
        while (box.scrollHeight <= box.clientHeight + 100 || !/auto|scroll/.test(getComputedStyle(box).overflowY))
          box = box.parentElement;
        scroll = await times(120, (n) => { box.scrollTop += n % 60 < 30 ? -240 : 240; });
        document.querySelector('[data-testid="composer"]').focus();
        key = await times(60, () => document.execCommand('insertText', false, 'a'));
        await times(60, () => document.execCommand('delete'));
      }
      seen({ list: list.at, opened: opened.at, heap, scroll, key });
    });
  })\`);
}`;

type FromApp = { kind: 'value'; id: number; value: unknown } | { kind: 'thrown'; message: string };

const LATE_MS = 120_000;

/** `settleMs`: how long the app is left alone before its memory is looked at. `inUse`: the chat is used as well. */
export async function timedStart(
  program: string,
  userDataDir: string,
  { settleMs = 0, inUse = false }: { settleMs?: number; inUse?: boolean } = {},
): Promise<TimedStart> {
  const startedAt = performance.timeOrigin + performance.now();
  const child = spawn(program, [`--user-data-dir=${userDataDir}`, '--lang=zh'], {
    env: { ...process.env, WUKONG_HEADLESS: '1' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
  const pid = child.pid ?? 0;
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  try {
    const { promise, resolve, reject } = Promise.withResolvers<Seen>();
    const late = setTimeout(() => reject(new Error('no chat was opened in time')), LATE_MS);
    void ended.then(() => reject(new Error('the app ended')));
    child.on('message', (message: FromApp) => {
      if (message.kind === 'thrown') reject(new Error(message.message));
      else if (message.kind === 'value') resolve(message.value as Seen);
    });
    child.send({ kind: 'evaluate', id: 1, source: look(inUse), arg: null });
    child.send({ kind: 'go' });
    const seen = await promise.finally(() => clearTimeout(late));
    const cpuSeconds = family(pid).reduce((sum, each) => sum + cpuOf(each), 0);
    await new Promise((again) => setTimeout(again, settleMs));
    const all = family(pid).map(residentOf);
    return {
      listMs: seen.list - startedAt,
      openedMs: seen.opened - startedAt,
      cpuSeconds,
      mainMiB: residentMiB(pid),
      allMiB: all.reduce((sum, each) => sum + each, 0),
      heapMiB: seen.heap / 1024 / 1024,
      scrollMs: seen.scroll,
      keyMs: seen.key,
    };
  } finally {
    if (child.exitCode === null && child.connected)
      child.send({ kind: 'evaluate', id: 2, source: '({ app }) => app.quit()', arg: null });
    const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(force);
  }
}

const TICKS_PER_SECOND = 100;

/** One that has just ended has none. */
function residentOf(pid: number): number {
  try {
    return residentMiB(pid);
  } catch {
    return 0;
  }
}

/** Of a process and of those it has waited for. */
function cpuOf(pid: number): number {
  try {
    // The name before it, in brackets, may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}
