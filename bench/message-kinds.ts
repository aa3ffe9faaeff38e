/**
 * What kinds of messages cost. A chat of 5,000 pictures among 1,000,000 cached messages, in the built app, its servers
 * gone but for the pictures: opening it against opening a chat of 5,000 texts, in turn; scrolling up in it, flinging
 * through it; the page's heap then; the bytes of pictures on disk, where the limit was all but reached before. A merged
 * forward of 500 messages, from the click to the first frame with it. A minute of voice coded: CPU time of the thread
 * that asks for it, against all that it takes.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright';
import { launchApp } from '../e2e/fixtures/app/launch-app.ts';
import { startTestServers } from '../e2e/fixtures/app/servers.ts';
import { VoiceCodec } from '../electron/core/voice/voice-codec.ts';
import { buildIfNeeded } from '../scripts/build.ts';
import { chooseRuntime, type Runtime } from '../scripts/runtime.ts';
import { type DevTools, withoutPlaywright } from './support/bare-devtools.ts';
import { type PageTasks, traceTasks } from './support/page-tasks.ts';
import {
  fillPictureChats,
  FORWARD_CHAT,
  keptPictures,
  keyAt,
  numberOfPicture,
  PICTURE_CHAT,
  pictureBytes,
  TEXT_CHAT,
} from './support/picture-chats.ts';
import { median, ratioRow, valueRow, type BenchmarkOptions, type Row } from './support/report.ts';
import { signedInProfile } from './support/signed-in-profile.ts';
import { defineBenchPainted, invokeIn, type Painted } from './support/window.ts';

const MIB = 1024 * 1024;
const LIMIT_MB = 512;
/** Samples a second, as phones record. */
const RATE = 8_000;

export async function* benchmark({ quick, messages }: BenchmarkOptions): AsyncGenerator<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'wukong-bench-'));
  const each = quick ? 300 : 5_000;
  const entries = 500;
  yield [await voiceThread(quick ? 1 : 5)];
  let files: Server | null = null;
  try {
    await buildIfNeeded(() => undefined);
    const runtime = await chooseRuntime(() => undefined);
    const profile = join(dir, 'profile');
    const { account, api } = await signedIn(runtime, profile, join(dir, 'servers'));
    // Of the limit so much is used that what is loaded now is too much.
    const cachedBytes = quick ? 2 * MIB : (LIMIT_MB - 8) * MIB;
    fillPictureChats(account, { messages: quick ? 5_000 : messages, each, entries, cachedBytes });
    files = await servePictures(Number(new URL(api).port), keptPictures(cachedBytes), each);
    yield* measure(runtime, profile, account, { rounds: quick ? 2 : 15, each, entries, quick });
  } finally {
    files?.closeAllConnections();
    files?.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The servers end. */
async function signedIn(
  runtime: Runtime,
  profile: string,
  dataDir: string,
): Promise<{ account: string; api: string }> {
  const servers = await startTestServers({ dataDir, seed: null });
  try {
    const account = await signedInProfile(runtime, profile, servers.api, 'bench-kinds-1');
    return { account, api: servers.api };
  } finally {
    await servers.dispose();
  }
}

/** In the place of the servers: pictures, and nothing else. Those from `from` on are made before they are asked for. */
async function servePictures(port: number, from: number, to: number): Promise<Server> {
  const made = new Map<number, Buffer>();
  for (let i = from; i < to; i += 1) made.set(i, pictureBytes(i));
  const server = createServer((request, response) => {
    const i = numberOfPicture(request.url ?? '');
    if (i === null) return response.writeHead(503).end();
    const bytes = made.get(i) ?? pictureBytes(i);
    response.writeHead(200, { 'content-type': 'image/png', 'content-length': bytes.length });
    return response.end(bytes);
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  return server;
}

async function* measure(
  runtime: Runtime,
  userDataDir: string,
  account: string,
  { rounds, each, entries, quick }: { rounds: number; each: number; entries: number; quick: boolean },
): AsyncGenerator<Row[]> {
  const app = await launchApp(runtime, { userDataDir, lang: 'zh' });
  try {
    const page = await app.firstWindow();
    const list = page.getByRole('listbox', { name: '会话', exact: true });
    await list.waitFor();
    await invokeIn(page)('shell.setSettings', { mediaLimitMb: LIMIT_MB });
    await page.evaluate(defineBenchPainted);
    const session = await page.context().newCDPSession(page);
    const open = async (chat: string, last: number): Promise<number> => {
      const painted = page.evaluate<Painted>(`benchPainted('${rowOfKey(keyAt(chat, last))}', true)`);
      await list.getByRole('option', { name: new RegExp(`^${chat}`) }).click();
      const { at, clickedAt } = await painted;
      // What is loaded behind it.
      await delay(quick ? 100 : 400);
      return at - clickedAt;
    };
    const pictures: number[] = [];
    const texts: number[] = [];
    // Each is opened from the other.
    for (let round = -1; round < rounds; round += 1) {
      for (const chat of [TEXT_CHAT, PICTURE_CHAT]) {
        const ms = await open(chat, each - 1);
        if (round >= 0) (chat === PICTURE_CHAT ? pictures : texts).push(ms);
      }
    }
    yield [
      ratioRow(
        `click to a chat of ${each} pictures, against as many texts`,
        median(pictures),
        'ms',
        median(texts),
        '<= 1.1',
      ),
    ];

    yield await openForward(page, session, open, { entries, rounds: quick ? 1 : 9 });

    await open(PICTURE_CHAT, each - 1);
    const bare = await withoutPlaywright(page, app.userDataDir);
    yield await scrolled(bare?.session ?? session, bare ?? page, {
      account,
      each,
      quick,
    });
    bare?.close();
  } finally {
    await app.close();
  }
}

async function voiceThread(rounds: number): Promise<Row> {
  const codec = new VoiceCodec();
  const minute = Int16Array.from({ length: 60 * RATE }, (_, i) =>
    Math.round(8_000 * Math.sin(i / 7) * Math.sin(i / 900)),
  );
  const both = async (): Promise<void> => {
    const amr = await codec.encode(minute.slice());
    await codec.decode(amr);
  };
  try {
    await both();
    const asking: number[] = [];
    const all: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const before = { thread: process.threadCpuUsage(), all: process.cpuUsage() };
      await both();
      asking.push(msOf(process.threadCpuUsage(before.thread)));
      all.push(msOf(process.cpuUsage(before.all)));
    }
    const what = 'a minute of voice encoded and decoded, CPU time of the thread that asks';
    return ratioRow(what, median(asking), 'ms', median(all), '<= 0.1');
  } finally {
    codec.close();
  }
}

const msOf = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1_000;

const rowOfKey = (key: string): string => `[role=log] [data-message-key="${key}"]`;

/** A page, or whoever else evaluates an expression in it. */
interface Evaluating {
  evaluate<T>(expression: string): Promise<T>;
}

/** First as with a wheel, when each is drawn, then flung through all the others in a minute. */
async function scrolled(
  session: DevTools,
  page: Evaluating,
  { account, each, quick }: { account: string; each: number; quick: boolean },
): Promise<Row[]> {
  const seconds = quick ? 3 : 40;
  const slowly = seconds * WHEEL_A_SECOND;
  const seen = await scrolledTo(session, page, each, each - slowly, seconds * 1_000);
  const flung = await scrolledTo(session, page, each - slowly, 0, quick ? 3_000 : 60_000);
  await delay(1_000);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return [
    valueRow(`pictures scrolled past in ${seconds} s`, seen.passed, 'pictures', `>= ${slowly}`),
    valueRow('of them seen drawn', seen.drawn, 'pictures'),
    ...taskRows(seen),
    valueRow('pictures flung past in a minute', flung.passed, 'pictures', `>= ${each - slowly}`),
    valueRow('of them seen drawn', flung.drawn, 'pictures'),
    ...taskRows(flung),
    valueRow('heap of the page after it', usedSize / MIB, 'MiB', '<= 60'),
    valueRow('pictures on disk', folderBytes(join(account, 'media')) / MIB, 'MiB', `<= ${LIMIT_MB}`),
  ];
}

/** About 2,000 px a second. */
const WHEEL_A_SECOND = 10;

const taskRows = ({ frames, tasks: { busiestTask, busy, longestTask } }: Scrolled & Tasks): Row[] => [
  valueRow('frames meanwhile', frames, 'frames'),
  valueRow('most CPU time of a task of the page meanwhile', busiestTask, 'ms', '<= 50'),
  valueRow('tasks above 50 ms of CPU time', busy, 'tasks', '<= 0'),
  valueRow('longest task by the wall clock', longestTask, 'ms'),
];

async function scrolledTo(
  session: DevTools,
  page: Evaluating,
  from: number,
  to: number,
  ms: number,
): Promise<Scrolled & Tasks> {
  const end = await traceTasks(session, { parts: true });
  const at = await scrollUp(page, from, to, ms);
  const tasks = await end();
  if (tasks.busiestTask > 50) process.stdout.write(`  busiest task: ${JSON.stringify(tasks.within)}\n`);
  return { ...at, tasks };
}

interface Tasks {
  tasks: PageTasks;
}

interface Scrolled {
  /** Pictures between the first and the oldest one that was in view. */
  passed: number;
  frames: number;
  /** Whose bytes were drawn in some frame. */
  drawn: number;
}

/** At the pace that is at picture `to` when the time is up: what was waited for is made up for. */
function scrollUp(page: Evaluating, from: number, to: number, ms: number): Promise<Scrolled> {
  return page.evaluate<Scrolled>(`new Promise((done) => {
    let box = document.querySelector('[role=log] article');
    while (box.scrollHeight <= box.clientHeight + 100 || !/auto|scroll/.test(getComputedStyle(box).overflowY))
      box = box.parentElement;
    const begun = performance.now();
    const drawn = new Set();
    let oldest = ${from};
    let frames = 0;
    const step = () => {
      frames += 1;
      const top = box.getBoundingClientRect().top;
      let seen = ${from};
      let height = 0;
      for (const row of box.querySelectorAll('[data-message-key]')) {
        const n = Number(row.dataset.messageKey.split('-').at(-1));
        const image = row.querySelector('img');
        if (image?.naturalWidth > 0) drawn.add(n);
        const at = row.getBoundingClientRect();
        height = Math.max(height, at.height);
        if (at.bottom > top) seen = Math.min(seen, n);
      }
      oldest = Math.min(oldest, seen);
      const gone = (performance.now() - begun) / ${ms};
      if (oldest <= ${to} || gone > 1) return done({ passed: ${from} - oldest, frames, drawn: drawn.size });
      const behind = oldest - ${to} - ${from - to} * (1 - 1.03 * gone);
      if (behind > 0) box.scrollTop -= behind * height;
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  })`);
}

async function openForward(
  page: Page,
  session: Parameters<typeof traceTasks>[0],
  open: (chat: string, last: number) => Promise<number>,
  { entries, rounds }: { entries: number; rounds: number },
): Promise<Row[]> {
  await open(FORWARD_CHAT, 0);
  const card = page.getByTestId('history-card').getByRole('button');
  const shown: Painted[] = [];
  const tasks = await traceTasks(session, { parts: true });
  for (let round = 0; round < rounds; round += 1) {
    const painted = page.evaluate<Painted>(`benchPainted('[data-testid=history-entry]', true)`);
    // As long as a button is down when somebody clicks.
    await card.click({ delay: 80 });
    shown.push(await painted);
    await page
      .getByTestId('history-entry')
      .nth(entries - 1)
      .waitFor({ state: 'attached' });
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  }
  const { busiestTask, within } = await tasks();
  if (busiestTask > 50) process.stdout.write(`  busiest task: ${JSON.stringify(within)}\n`);
  return [
    valueRow(
      `merged forward of ${entries}: frames begun before it is in the document`,
      median(shown.map(({ changedFrames }) => changedFrames)),
      'frames',
      '<= 1',
    ),
    valueRow('the same, click to painted', median(shown.map(({ at, clickedAt }) => at - clickedAt)), 'ms'),
    valueRow('the same, most CPU time of a task of the page', busiestTask, 'ms', '<= 50'),
  ];
}

const folderBytes = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
