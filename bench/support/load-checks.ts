/** What the window shows, read as a user would by scrolling, against what the server wrote. */
import type { Page } from 'playwright';
import type { LoadWorld, RecordedChat } from './load-world.ts';

interface ShownRow {
  key: string;
  position: number;
  text: string;
}

/** Every row of the list of conversations, in order. */
const READ_LIST = `(async () => {
  const list = document.querySelector('[role="listbox"]');
  const rows = new Map();
  const frame = () => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
  for (let top = 0; ; top += list.clientHeight / 2) {
    list.scrollTop = top;
    await frame();
    for (const row of list.querySelectorAll('[role="option"]'))
      rows.set(row.dataset.key, { key: row.dataset.key, position: Number(row.ariaPosInSet), text: row.textContent });
    if (top + list.clientHeight >= list.scrollHeight) break;
  }
  list.scrollTop = 0;
  await frame();
  return [...rows.values()].sort((a, b) => a.position - b.position);
})()`;

/** Texts of the messages drawn at each step from the end up, until at least `count` were seen; top to bottom each. */
const readFlow = (count: number): string => `(async () => {
  const log = document.querySelector('[role="log"]');
  const frame = () => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
  const seen = new Set();
  const steps = [];
  const read = () => {
    const rows = [];
    for (const slot of log.querySelectorAll('[data-index]')) {
      const article = slot.querySelector('[data-message-key]');
      const bubble = article?.querySelector('[data-testid="bubble"]');
      if (!bubble) continue;
      seen.add(article.dataset.messageKey);
      rows.push({ top: slot.getBoundingClientRect().top, text: bubble.textContent });
    }
    steps.push(rows.sort((a, b) => a.top - b.top).map(({ text }) => text));
  };
  read();
  for (let step = 0; seen.size < ${count} && step < 200; step += 1) {
    log.scrollTop -= log.clientHeight / 2;
    await frame();
    read();
  }
  log.scrollTop = log.scrollHeight;
  await frame();
  return steps;
})()`;

interface Wrong {
  /** Rows of the list at another place than they should be. */
  order: number;
  unread: number;
  previews: number;
}

/** `read`: the chat whose messages were seen as they came. */
export async function wrongInList(world: LoadWorld, read: RecordedChat): Promise<Wrong> {
  const { page } = world.window;
  const wrote = [...world.chats, world.group].filter(({ texts }) => texts.length > 0);
  const rows = await page.evaluate<ShownRow[]>(READ_LIST);
  const expected = wrote.toSorted((a, b) => b.timestamp - a.timestamp || (a.key < b.key ? -1 : 1));
  const known = new Set(expected.map(({ key }) => key));
  const shown = rows.filter(({ key }) => known.has(key));
  const wrong: Wrong = { order: 0, unread: 0, previews: 0 };
  for (const [index, chat] of expected.entries()) {
    if (shown[index]?.key !== chat.key) wrong.order += 1;
    const row = shown.find(({ key }) => key === chat.key);
    if (!row?.text.includes(chat.texts.at(-1) ?? '')) wrong.previews += 1;
    const unread = /(\d+) 条未读/.exec(row?.text ?? '')?.[1];
    if (unread !== (chat === read ? undefined : String(chat.texts.length))) wrong.unread += 1;
  }
  return wrong;
}

/**
 * How many of the last `count` messages of the open chat were not seen, and how many were drawn where the server has
 * another: what is drawn at one moment must be a piece of its record without holes. (Places at different moments cannot
 * be compared: heights of rows that were never drawn are guesses.)
 */
export async function wrongInFlow(page: Page, chat: RecordedChat, count: number): Promise<number> {
  const { texts } = chat;
  const least = Math.min(count, texts.length);
  const steps = await page.evaluate<string[][]>(readFlow(least));
  const seen = new Set<number>();
  let misplaced = 0;
  for (const shown of steps) {
    const from = texts.findIndex((_, at) => shown.every((text, i) => text.startsWith(texts[at + i] ?? '\n')));
    if (from < 0) misplaced += shown.length;
    else for (const i of shown.keys()) seen.add(from + i);
  }
  let missed = 0;
  for (let at = texts.length - least; at < texts.length; at += 1) if (!seen.has(at)) missed += 1;
  return misplaced + missed;
}
