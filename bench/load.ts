/**
 * The app in its real window under load, its IM server a scripted one. A flood of 5,000 messages a second for 30 s into
 * 500 chats (every tenth into the one that is open); 500 chats active at once with typing; a reader above the end of a
 * chat in which 2,000 messages arrive; a group of 10,000. Tasks of the page (from a trace, by wall clock and by CPU
 * time), key to paint, memory, and whether list, unread counts and messages are those of the server in the end.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright';
import { typeMeanwhile } from './support/key-times.ts';
import { wrongInFlow, wrongInList } from './support/load-checks.ts';
import { type LoadSize, type LoadWorld, openLoadWorld, type RecordedChat } from './support/load-world.ts';
import { type PageTasks, traceTasks } from './support/page-tasks.ts';
import { type BenchmarkOptions, median, percentile, ratioRow, type Row, valueRow } from './support/report.ts';

const SETTLE_MS = 2_000;
const MEMBERS_READ_MS = 4_000;
/** Messages at the end of the open chat that are compared with the server's. */
const COMPARED = 300;
const IDLE_KEYS = 30;
const MIB = 2 ** 20;

export async function* benchmark({ quick }: BenchmarkOptions): AsyncGenerator<Row[]> {
  yield* measure(
    quick
      ? { rate: 500, seconds: 2, chats: 20, members: 60, arrivals: 200 }
      : { rate: 5_000, seconds: 30, chats: 500, members: 10_000, arrivals: 2_000 },
  );
}

export async function* measure(size: LoadSize & { arrivals: number }): AsyncGenerator<Row[]> {
  const world = await openLoadWorld(size);
  try {
    const open = await openFirstChat(world);
    yield await flood(world, open, size);
    yield await allActive(world, open, size);
    yield await readingAbove(world, open, size.arrivals);
    yield await largeGroup(world, size.members);
  } finally {
    await world.close();
  }
}

/** Every chat is in the list with one message; the first is open, all of it read. */
async function openFirstChat(world: LoadWorld): Promise<RecordedChat> {
  const { page } = world.window;
  world.write(world.chats.map((chat) => world.message(chat, chat.channel.channelId)));
  await world.settled();
  const [open] = world.chats;
  if (!open) throw new Error('no chat');
  await delay(SETTLE_MS);
  // Of equally new chats any may be the first of the list: now it is this one.
  await delay(1_000);
  world.write([world.message(open, open.channel.channelId)]);
  await openChat(page, open);
  await delay(SETTLE_MS);
  return open;
}

/** By its key: looking for a name costs the page a task that is not its own. */
async function openChat(page: Page, chat: RecordedChat): Promise<void> {
  await page.locator(`[role="listbox"] [data-key="${chat.key}"]`).click();
  await page.locator(`[data-channel="${chat.key}"] [role="log"]`).waitFor();
}

async function flood(world: LoadWorld, open: RecordedChat, size: LoadSize): Promise<Row[]> {
  const { chats, window } = world;
  const { session } = window;
  const idleKeys = await typeMeanwhile(window.page, IDLE_KEYS, Promise.resolve());
  const heapBefore = await world.window.heap();
  const before = world.residentMiB();
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, world.residentMiB())), 100);
  const tasks = await traceTasks(session, { parts: true });
  const offered = world.offer({
    ...size,
    frame(n) {
      const chat = n % 10 === 0 ? open : (chats[n % chats.length] ?? open);
      return world.message(chat, chat.channel.channelId);
    },
  });
  const keys = await typeMeanwhile(window.page, 1, offered);
  const { wrote, acknowledged, total } = await offered;
  clearInterval(watch);
  await delay(SETTLE_MS);
  const work = await tasks();
  return [
    valueRow('flood: offered', total / (wrote / 1_000), 'messages/s'),
    valueRow('flood: stored and acknowledged', total / (acknowledged / 1_000), 'messages/s'),
    ...taskRows('flood', work),
    ratioRow('flood: key to paint, p50, against before', median(keys), 'ms', median(idleKeys), null),
    ratioRow('flood: key to paint, p95', percentile(keys, 95), 'ms', percentile(idleKeys, 95), null),
    ratioRow(
      'flood: heap of the page after a collection, against before',
      (await world.window.heap()) / MIB,
      'MiB',
      heapBefore / MIB,
      '<= 1.2',
    ),
    ratioRow('flood: main process and worker at most, against before', most, 'MiB', before, null),
    ...(await wrongRows('flood', world, open)),
  ];
}

/** Each chat gets a message a second, every tenth piece of news is that somebody types. */
async function allActive(world: LoadWorld, open: RecordedChat, size: LoadSize): Promise<Row[]> {
  const { chats, window } = world;
  const { session } = window;
  const tasks = await traceTasks(session, { parts: true });
  const offered = world.offer({
    rate: Math.ceil(chats.length * 1.1),
    seconds: Math.min(20, size.seconds),
    frame(n) {
      const chat = chats[n % chats.length] ?? open;
      return n % 11 === 10
        ? world.typing(chat.channel.channelId)
        : world.message(chat, chat.channel.channelId);
    },
  });
  const keys = await typeMeanwhile(window.page, 1, offered);
  await offered;
  await delay(SETTLE_MS);
  const name = `${chats.length} chats active`;
  return [
    ...taskRows(name, await tasks()),
    valueRow(`${name}: key to paint, p95`, percentile(keys, 95), 'ms'),
    ...(await wrongRows(name, world, open)),
  ];
}

/** The row in the middle of the flow; where it is in each frame. */
const FOLLOW = `(() => {
  const log = document.querySelector('[role="log"]');
  const { top, height } = log.getBoundingClientRect();
  const row = [...log.querySelectorAll('[data-message-key]')].find((row) => row.getBoundingClientRect().bottom > top + height / 2);
  const key = row.dataset.messageKey;
  const at = row.getBoundingClientRect().top;
  window.benchShift = { px: 0, lost: 0 };
  const frame = () => {
    const now = log.querySelector('[data-message-key="' + CSS.escape(key) + '"]');
    if (now) window.benchShift.px = Math.max(window.benchShift.px, Math.abs(now.getBoundingClientRect().top - at));
    else window.benchShift.lost += 1;
    if (window.benchShift) window.benchFrame = requestAnimationFrame(frame);
  };
  frame();
})()`;
const FOLLOWED = '(cancelAnimationFrame(window.benchFrame), window.benchShift)';

async function readingAbove(world: LoadWorld, open: RecordedChat, arrivals: number): Promise<Row[]> {
  const { page } = world.window;
  await page.locator('[role="log"]').hover();
  for (let i = 0; i < 4; i += 1) await page.mouse.wheel(0, -300);
  await delay(SETTLE_MS);
  await page.evaluate(FOLLOW);
  await world.offer({
    rate: arrivals / 10,
    seconds: 10,
    frame: () => world.message(open, open.channel.channelId),
  });
  await delay(SETTLE_MS);
  const { px, lost } = await page.evaluate<{ px: number; lost: number }>(FOLLOWED);
  const label = await page.getByTestId('jump').last().getAttribute('aria-label');
  const counted = Number(/\d+/.exec(label ?? '')?.[0] ?? Number.NaN);
  await page.getByTestId('jump').last().click();
  await delay(SETTLE_MS);
  const name = `reading above the end, ${arrivals} arrive`;
  return [
    valueRow(`${name}: the row in the middle moved by at most`, px, 'px', '<= 1'),
    valueRow(`${name}: frames without it`, lost, 'frames', '<= 0'),
    valueRow(`${name}: "new messages" off by`, Math.abs(counted - arrivals), 'messages', '<= 0'),
    ...(await wrongRows(name, world, open)),
  ];
}

/** The group opened, its members from end to end, a search in them, the popup of an @, while messages arrive in it. */
async function largeGroup(world: LoadWorld, members: number): Promise<Row[]> {
  const { page } = world.window;
  const { group, people, window } = world;
  const { session } = window;
  const rows: Row[] = [];
  const timed = async (what: string, act: () => Promise<void>): Promise<void> => {
    const tasks = await traceTasks(session, { parts: true });
    const startedAt = performance.now();
    await act();
    const tookMs = performance.now() - startedAt;
    rows.push(
      valueRow(`group of ${members}, ${what}`, tookMs, 'ms'),
      ...taskRows(`group of ${members}, ${what}`, await tasks()),
    );
  };
  const css = (selector: string) => page.locator(selector).first();
  let from = 0;
  const say = (): void => {
    from += 1;
    world.write([world.message(group, people[1 + (from % (members - 3))] ?? '')]);
  };
  say();
  await css(`[data-key="${group.key}"]`).waitFor();
  const talk = setInterval(say, 50);
  try {
    await timed('opened', () => openChat(page, group));
    // Meanwhile its members are read, a thousand at a time.
    await timed('watched while its members come', () => delay(MEMBERS_READ_MS));
    await timed('popup of an @', async () => {
      await page.evaluate(`document.querySelector('[data-testid="composer"]').focus()`);
      await page.keyboard.type('@');
      await page.keyboard.insertText('同事');
      await css('[role="listbox"][aria-label="可提及的成员"] [role="option"]').waitFor();
    });
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Backspace');
    await timed('information and members', async () => {
      await page.keyboard.press('Control+I');
      await css('ul[aria-label="成员"] li').waitFor();
    });
    const all = page.getByRole('button', { name: /^查看全部/ });
    await all.scrollIntoViewIfNeeded();
    await timed('all members, scrolled to the end', async () => {
      await page.evaluate(
        `[...document.querySelectorAll('button')].find((button) => button.textContent.startsWith('查看全部')).click()`,
      );
      await css('ul[aria-label="成员"] li:nth-child(7)').waitFor();
      await page.evaluate(`(() => {
        const scroller = document.querySelector('ul[aria-label="成员"]').parentElement;
        scroller.scrollTop = scroller.scrollHeight;
      })()`);
      await css('ul[aria-label="成员"] li:not([aria-hidden]):last-child').waitFor();
    });
    await timed('search among the members', async () => {
      await page.evaluate(`document.querySelector('button[aria-label="搜索成员"]').click()`);
      await page.keyboard.insertText(String(members - 3));
      await page
        .locator('ul[aria-label="成员"] li', { hasText: `同事 ${members - 3}` })
        .first()
        .waitFor();
    });
  } finally {
    clearInterval(talk);
  }
  await world.settled();
  await delay(SETTLE_MS);
  const wrong = await wrongInFlow(page, group, COMPARED);
  return [
    ...rows,
    valueRow(`group of ${members}: wrong messages in it at the end`, wrong, 'messages', '<= 0'),
  ];
}

function taskRows(name: string, { longestTask, busiestTask, long, busy, within }: PageTasks): Row[] {
  const parts = Object.entries(within).slice(0, 4);
  return [
    valueRow(`${name}: longest task of the page`, longestTask, 'ms', '<= 50'),
    valueRow(`${name}: tasks above 50 ms`, long, 'tasks', '<= 0'),
    valueRow(`${name}: most CPU time of a task`, busiestTask, 'ms', '<= 50'),
    valueRow(`${name}: tasks above 50 ms of CPU time`, busy, 'tasks', '<= 0'),
    ...parts.map(([part, ms]) => valueRow(`${name}: of the busiest: ${part}`, ms, 'ms')),
  ];
}

async function wrongRows(name: string, world: LoadWorld, open: RecordedChat): Promise<Row[]> {
  const flow = await wrongInFlow(world.window.page, open, COMPARED);
  const list = await wrongInList(world, open);
  return [
    valueRow(`${name}: rows of the list out of order`, list.order, 'rows', '<= 0'),
    valueRow(`${name}: wrong unread counts`, list.unread, 'rows', '<= 0'),
    valueRow(`${name}: wrong previews`, list.previews, 'rows', '<= 0'),
    valueRow(`${name}: wrong messages in the open chat`, flow, 'messages', '<= 0'),
  ];
}
