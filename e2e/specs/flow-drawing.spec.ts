/**
 * What an arrival costs the flow: the rows that say the same are not drawn again. And where a flood leaves the reader.
 */
import type { Page } from 'playwright';
import type { MessageView } from '../../shared/domain.ts';
import { messageView } from '../../shared/testing/message-view.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { fakeIds } from '../fixtures/fake/fake-names.ts';
import { fakePeople } from '../fixtures/fake/fake-people.ts';
import { atRest } from '../fixtures/walk/layout.ts';

const GROUP = fakePeople('zh', 0).mainGroup;

function arrival(seq: number): MessageView {
  return messageView(seq, {
    key: `${fakeIds.su}:arrival-${seq}`,
    channel: GROUP,
    messageId: String(1_900_000_000_000_000_000n + BigInt(seq)),
    clientMsgNo: `arrival-${seq}`,
    fromUid: fakeIds.su,
    fromName: '苏航',
    fromRole: null,
    timestamp: Math.floor(Date.now() / 1000),
    content: { kind: 'text', text: `第 ${seq} 条`, mention: { all: false, uids: [] } },
  });
}

async function push(page: Page, message: MessageView): Promise<void> {
  await page.evaluate((upsert) => {
    const { fakeControls } = window as unknown as { fakeControls: { push: (deltas: unknown[]) => void } };
    fakeControls.push([
      { kind: 'messages', channel: upsert.channel, upserts: [upsert], removed: [], live: true },
    ]);
  }, message);
  await expect(page.locator(`[data-message-key="${message.key}"]`)).toBeVisible();
}

/** React gives an element new handlers whenever its row is drawn: the rows whose handlers are not those of before. */
async function drawnSince(page: Page): Promise<number> {
  return page.evaluate(() => {
    const place = window as unknown as { handlersBefore?: Map<Element, unknown> };
    const now = new Map(
      [...document.querySelectorAll('article')].map((row): [Element, unknown] => {
        const field = Object.keys(row).find((name) => name.startsWith('__reactProps'));
        if (field === undefined) throw new Error('React keeps its handlers elsewhere now');
        const handlers: unknown = Reflect.get(row, field);
        return [row, handlers];
      }),
    );
    const before = place.handlersBefore ?? new Map<Element, unknown>();
    place.handlersBefore = now;
    return [...now].filter(([row, handlers]) => before.has(row) && before.get(row) !== handlers).length;
  });
}

test('an arrival draws itself and the row that was the last, no other', async ({ openFake }) => {
  const page = await openFake({ height: 1_100 });
  await openGroup(page);
  await push(page, arrival(101));
  await push(page, arrival(102));
  await drawnSince(page);
  expect(await page.getByRole('article').count()).toBeGreaterThan(8);
  for (let seq = 103; seq < 106; seq += 1) {
    await push(page, arrival(seq));
    // The last one is where Tab goes to: that moves on.
    expect(await drawnSince(page)).toBeLessThanOrEqual(1);
  }
});

/** CPU time of the page's main thread for one arrival of `text`, in ms: the least of a few. */
async function costOf(page: Page, text: (round: number) => string, from: number): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const spent = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000;
  };
  let least = Infinity;
  for (let round = 0; round < 4; round += 1) {
    const message = arrival(from + round);
    const before = await spent();
    await push(page, { ...message, content: { ...TEXT, text: text(round) } });
    least = Math.min(least, (await spent()) - before);
  }
  await session.detach();
  return least;
}

/** Shown: the fake core's history has nothing of what is pushed before that. */
async function openGroup(page: Page): Promise<void> {
  await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
  await expect(page.getByRole('article').last()).toBeVisible();
}

const TEXT = { kind: 'text' as const, mention: { all: true, uids: [fakeIds.su] } };

// oxlint-disable unicorn/consistent-function-scoping -- what runs in the page has to be complete
test('a frame of scrolling draws what comes once, and neither the rows that stay nor the jumps', async ({
  openFake,
}) => {
  const page = await openFake({ height: 700 });
  await openGroup(page);
  await push(page, arrival(101));
  await pushMany(page, 102, 180);
  const flow = page.getByRole('log');
  await expect(page.locator(`[data-message-key="${arrival(180).key}"]`)).toBeInViewport();
  await flow.hover();
  // (By the wheel, and once they are measured: rows that have just come would bring back what a program scrolls.)
  await atRest(page);
  await page.mouse.wheel(0, -600);
  await expect(page.getByTestId('jump').last()).toBeVisible();
  await atRest(page);
  const drawn = await flow.evaluate(async (log) => {
    const propsOf = (element: Element): unknown => {
      const field = Object.keys(element).find((name) => name.startsWith('__reactProps'));
      if (field === undefined) throw new Error('React keeps its handlers elsewhere now');
      return Reflect.get(element, field);
    };
    /** What can be pressed in a row: drawn by the row, or later by a part of it. */
    const partsOf = (row: Element): Element[] => [row, ...row.querySelectorAll('button')];
    const frame = (): Promise<void> => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    // The strip that has come with the scroll settles.
    for (let n = 0; n < 12; n += 1) await frame();
    const first = new Map<Element, unknown>();
    const stay = [...log.querySelectorAll('article')].flatMap(partsOf);
    const jumps = [...document.querySelectorAll('[data-testid="jump"]')];
    for (const element of [...stay, ...jumps]) first.set(element, propsOf(element));
    let came = 0;
    const observer = new MutationObserver((changes) => {
      for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
        if (!(node instanceof Element)) continue;
        for (const row of node.querySelectorAll('article')) {
          came += 1;
          for (const element of partsOf(row)) first.set(element, propsOf(element));
        }
      }
    });
    observer.observe(log, { subtree: true, childList: true });
    for (let n = 0; n < 12; n += 1) {
      log.scrollTop -= 60;
      await frame();
    }
    await frame();
    observer.disconnect();
    const again = [...first].filter(([element, props]) => element.isConnected && propsOf(element) !== props);
    return { came, jumps: jumps.length, again: again.map(([{ outerHTML }]) => outerHTML.slice(0, 120)) };
  });
  expect(drawn.again).toEqual([]);
  expect(drawn.jumps).toBeGreaterThan(0);
  expect(drawn.came).toBeGreaterThan(3);
});
// oxlint-enable unicorn/consistent-function-scoping

test('a chat in which all was recalled is loaded as far as it is kept, and rests then', async ({
  openFake,
}) => {
  const page = await openFake({ height: 1_100 });
  const recalled = Array.from({ length: 760 }, (_, n): MessageView => {
    const by = { revokerUid: fakeIds.su, revokerName: '苏航', revokerRole: null, reeditUntilMs: null };
    return { ...arrival(101 + n), content: { kind: 'recalled' }, recall: { state: 'done', ...by } };
  });
  await page.evaluate((messages) => {
    const { fakeControls } = window as unknown as { fakeControls: { store: (list: unknown[]) => void } };
    fakeControls.store(messages);
  }, recalled);
  await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
  // One line stands for all of them: there is nothing to scroll, and both ends are near.
  await expect(page.getByRole('log')).toContainText('600 条消息');
  const pages = (): Promise<number> =>
    page.evaluate(() => {
      const place = window as unknown as { fakeControls: { calls: { channel: string }[] } };
      return place.fakeControls.calls.filter(({ channel }) => channel === 'messages.page').length;
    });
  await atRest(page);
  const asked = await pages();
  expect(asked).toBeGreaterThan(9);
  await page.evaluate(async () => {
    for (let n = 0; n < 60; n += 1) await new Promise((frame) => requestAnimationFrame(frame));
  });
  expect(await pages()).toBe(asked);
});

test('a text made to be slow costs what any text of 5,000 characters costs; all of it is drawn on request', async ({
  openFake,
}) => {
  const page = await openFake({ height: 1_100 });
  await openGroup(page);
  const plain = await costOf(page, (round) => `${round} ${'字'.repeat(20_000)}`, 200);
  for (const [at, unit] of ['ab.', 'a@b.cn ', '@所有人 ', '🇨🇳', '\u0301', '(', 'https://a.cn/ '].entries()) {
    const cost = await costOf(page, (round) => `${round}${unit.repeat(33_000)}`, 300 + 10 * at);
    expect(cost / plain, `${cost} ms for ${unit}, ${plain} ms for a plain text`).toBeLessThan(5);
  }

  const end = 'tiger-4711';
  const long = arrival(400);
  await push(page, { ...long, content: { ...TEXT, text: `${'ab.'.repeat(33_000)} ${end}` } });
  const row = page.locator(`[data-message-key="${long.key}"]`);
  expect(((await row.textContent()) ?? '').length).toBeLessThan(6_000);
  await row.getByRole('button', { name: '展开全文' }).click();
  await expect(row).toContainText(end);
  expect(((await row.textContent()) ?? '').length).toBeGreaterThan(99_000);
  await row.getByRole('button', { name: '收起' }).click();
  await expect(row).not.toContainText(end);
});

/** One batch of so many messages. */
async function pushMany(page: Page, from: number, to: number): Promise<void> {
  const upserts = Array.from({ length: to - from + 1 }, (_, i) => arrival(from + i));
  await page.evaluate((messages) => {
    const { fakeControls } = window as unknown as { fakeControls: { push: (deltas: unknown[]) => void } };
    fakeControls.push([
      { kind: 'messages', channel: messages[0]?.channel, upserts: messages, removed: [], live: true },
    ]);
  }, upserts);
}

test('a flood: a reader at the end stays there, one above it keeps the row that is read', async ({
  openFake,
}) => {
  const page = await openFake({ height: 800 });
  await openGroup(page);
  await push(page, arrival(101));
  for (let seq = 102; seq < 1_000; seq += 100) await pushMany(page, seq, seq + 99);
  await expect(page.locator(`[data-message-key="${arrival(1_001).key}"]`)).toBeInViewport();
  await expect(page.getByTestId('jump')).toHaveCount(0);
  // Two lines more in what was said last are seen as well.
  const toEnd = (): Promise<number> =>
    page.getByRole('log').evaluate((flow) => flow.scrollHeight - flow.scrollTop - flow.clientHeight);
  await expect.poll(toEnd).toBeLessThan(2);
  const content: MessageView['content'] = {
    kind: 'text',
    text: '一\n二\n三',
    mention: { all: false, uids: [] },
  };
  await push(page, { ...arrival(1_001), content, edited: true });
  await expect(page.getByText('已编辑').last()).toBeVisible();
  await expect.poll(toEnd).toBeLessThan(2);

  await page.getByRole('log').hover();
  await atRest(page);
  await page.mouse.wheel(0, -1_500);
  await expect(page.getByRole('button', { name: '回到最新消息' })).toBeVisible();
  await atRest(page);
  const read = page.getByRole('article').nth(10);
  const key = await read.getAttribute('data-message-key');
  const row = page.locator(`[data-message-key="${key}"]`);
  await expect(row).toBeInViewport();
  const before = await row.boundingBox();
  for (let seq = 1_002; seq < 2_000; seq += 100) await pushMany(page, seq, seq + 99);
  await expect(row).toBeInViewport();
  await expect.poll(async () => (await row.boundingBox())?.y).toBeCloseTo(before?.y ?? 0, 0);
});

for (const [where, hidden] of [
  ['out of sight', 40],
  ['half in sight', -60],
] as const)
  test(`a picture above, ${where}, that has another shape than announced moves nothing that is read`, async ({
    openFake,
  }) => {
    const page = await openFake({ height: 800 });
    await page.evaluate(() => {
      const bridge = window.wukong as { invoke: (channel: string, args: unknown) => unknown };
      const plain = bridge.invoke;
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [150, 300];
      const { promise, resolve } = Promise.withResolvers<unknown>();
      const place = window as unknown as { pictureComes: () => void };
      place.pictureComes = () => resolve({ ok: true, value: { url: canvas.toDataURL(), bytes: 1 } });
      bridge.invoke = (channel, args) => (channel === 'media.load' ? promise : plain(channel, args));
    });
    await openGroup(page);
    const picture = page.getByTestId('image');
    await expect(picture).toBeVisible();
    await push(page, arrival(101));
    await pushMany(page, 102, 140);
    const flow = page.getByRole('log');
    await expect(page.locator(`[data-message-key="${arrival(140).key}"]`)).toBeInViewport();

    // To where the picture begins, then as far that so much of it is above the edge.
    await flow.hover();
    await expect(async () => {
      await page.mouse.wheel(0, -200);
      await expect(picture).toBeInViewport({ timeout: 300 });
    }).toPass();
    await atRest(page);
    const top = (await flow.boundingBox())?.y ?? 0;
    const box = await picture.boundingBox();
    await page.mouse.wheel(0, (box?.y ?? 0) + (box?.height ?? 0) - top + hidden);
    const lower = async (): Promise<number> => {
      const now = await picture.boundingBox();
      return Math.round((now?.y ?? 0) + (now?.height ?? 0) - top);
    };
    await expect.poll(lower).toBe(-hidden);
    const read = page.locator(`[data-message-key="${arrival(101).key}"]`);
    await expect(read).toBeInViewport();
    const before = await read.boundingBox();
    await page.evaluate(() => (window as unknown as { pictureComes: () => void }).pictureComes());
    await expect.poll(async () => (await picture.boundingBox())?.height).toBe(300);
    await expect.poll(async () => (await read.boundingBox())?.y).toBeCloseTo(before?.y ?? 0, 0);
  });
