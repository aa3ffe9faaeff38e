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

/** Texts of the last `count` messages of the open chat, oldest first, read while scrolling up. */
const readFlow = (count: number): string => `(async () => {
  const log = document.querySelector('[role="log"]');
  const frame = () => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
  const texts = new Map();
  const read = () => {
    for (const slot of log.querySelectorAll('[data-index]')) {
      const article = slot.querySelector('[data-message-key]');
      const bubble = article?.querySelector('[data-testid="bubble"]');
      if (bubble) texts.set(article.dataset.messageKey, { top: slot.getBoundingClientRect().top + log.scrollTop - log.scrollHeight, text: bubble.textContent });
    }
  };
  read();
  for (let step = 0; texts.size < ${count} && step < 200; step += 1) {
    log.scrollTop -= log.clientHeight / 2;
    await frame();
    read();
  }
  log.scrollTop = log.scrollHeight;
  await frame();
  return [...texts.values()].sort((a, b) => a.top - b.top).slice(-${count}).map(({ text }) => text);
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

/** How many of the last `count` messages of the open chat are not the server's, in its order. */
export async function wrongInFlow(page: Page, chat: RecordedChat, count: number): Promise<number> {
  const expected = chat.texts.slice(-count);
  const shown = await page.evaluate<string[]>(readFlow(expected.length));
  return expected.filter((text, index) => !shown[index]?.startsWith(text)).length;
}
