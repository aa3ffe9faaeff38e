/** Reading: the place in a chat is kept, and what leads away from it covers nothing. */
import type { Page } from 'playwright';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { fakeIds } from '../fixtures/fake/fake-names.ts';
import { fakePeople } from '../fixtures/fake/fake-people.ts';
import { atRest } from '../fixtures/walk/layout.ts';

const GROUP = fakePeople('zh', 0).mainGroup;
const MAIN = /^悟空桌面端研发/;
const OTHER = /^发布值班/;

/** The first row in view, and where its top is, relative to the flow. */
const firstRow = (page: Page): Promise<{ key: string; top: number }> =>
  page.getByRole('log').evaluate((flow) => {
    const from = flow.getBoundingClientRect().top;
    for (const article of flow.querySelectorAll<HTMLElement>('[data-message-key]')) {
      const box = article.getBoundingClientRect();
      if (box.bottom > from + 1)
        return { key: article.dataset['messageKey'] ?? '', top: Math.round(box.top - from) };
    }
    throw new Error('no row in view');
  });

const distanceFromEnd = (page: Page): Promise<number> =>
  page.getByRole('log').evaluate((flow) => flow.scrollHeight - flow.scrollTop - flow.clientHeight);

async function openMain(page: Page): Promise<void> {
  await page.getByRole('option', { name: MAIN }).click();
  await expect(page.getByTestId('bubble').first()).toBeVisible();
}

async function scrollUp(page: Page, by: number): Promise<void> {
  await page.getByRole('log').hover();
  await atRest(page);
  await page.mouse.wheel(0, -by);
  await expect(page.getByTestId('jumps')).toBeVisible();
}

test('a chat is opened where it was left, also after what stood there was recalled or taken away', async ({
  openFake,
}) => {
  const page = await openFake({ history: 120 });
  await openMain(page);
  await scrollUp(page, 2_600);
  await expect.poll(() => firstRow(page).then(({ key }) => key)).toContain('history-');
  await atRest(page);
  const left = await firstRow(page);
  const leave = async (): Promise<void> => {
    await page.getByRole('option', { name: OTHER }).click();
    await expect(page.getByTestId('chat-title')).toHaveText('发布值班');
  };
  await leave();
  await openMain(page);
  await expect.poll(() => firstRow(page).then(({ key }) => key)).toBe(left.key);
  await expect.poll(async () => Math.abs((await firstRow(page)).top - left.top)).toBeLessThanOrEqual(2);

  const push = (deltas: unknown[]): Promise<void> =>
    page.evaluate((sent) => {
      const { fakeControls } = window as unknown as { fakeControls: { push: (d: unknown[]) => void } };
      fakeControls.push(sent);
    }, deltas);
  await push([{ kind: 'messages', channel: GROUP, upserts: [], removed: [left.key], live: false }]);
  await expect(page.locator(`[data-message-key="${left.key}"]`)).toHaveCount(0);
  const neighbour = await firstRow(page);
  await leave();
  await openMain(page);
  await expect.poll(() => firstRow(page).then(({ key }) => key)).not.toBe('');
  await expect.poll(() => distanceFromEnd(page)).toBeGreaterThan(500);
  expect(neighbour.key).not.toBe(left.key);

  // Read to the end, it is opened at the end.
  await page.getByTestId('jump').last().click();
  await expect(page.getByTestId('jumps')).toHaveCount(0);
  await leave();
  await openMain(page);
  await expect.poll(() => distanceFromEnd(page)).toBeLessThan(2);
});

/** What lies over the flow of messages, in part or whole. */
const covering = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const flow = document.querySelector('[role="log"]')?.getBoundingClientRect();
    const composer = document.querySelector('[data-testid="composer"]')?.getBoundingClientRect();
    if (!flow || !composer) throw new Error('no chat');
    const over = [
      ...document.querySelectorAll(
        '[data-testid="jumps"], [data-testid="jump"], [data-testid="unread-pill"], [data-testid="toast"]',
      ),
    ];
    return over.flatMap((element) => {
      const box = element.getBoundingClientRect();
      const meets = (other: DOMRect): boolean =>
        box.top < other.bottom - 1 &&
        box.bottom > other.top + 1 &&
        box.left < other.right &&
        box.right > other.left;
      return meets(flow) || meets(composer) ? [`${element.getAttribute('data-testid')}`] : [];
    });
  });

for (const size of [
  { width: 900, height: 600 },
  { width: 1280, height: 800 },
])
  test(`${size.width}: jumps, the unread pill and toasts cover no words and no controls`, async ({
    openFake,
  }) => {
    const page = await openFake({ ...size, history: 60 });
    await openMain(page);
    await scrollUp(page, 1_500);
    await expect(page.getByTestId('jump').last()).toBeVisible();
    await expect(page.getByRole('button', { name: '首条未读' })).toBeVisible();
    await expect.poll(() => covering(page)).toEqual([]);
    await page.getByRole('button', { name: '首条未读' }).click();
    await expect(page.getByText('以下为新消息')).toBeInViewport();

    await page.getByRole('option', { name: OTHER }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: '清空聊天记录…' }).click();
    await expect(page.getByRole('alertdialog')).toContainText('发布值班');
    await page.keyboard.press('Escape');
    await page.evaluate(() => {
      const { fakeControls } = window as unknown as { fakeControls: { push: (d: unknown[]) => void } };
      fakeControls.push([
        {
          kind: 'actionRefused',
          action: 'edit',
          channel: { channelId: 'x', channelType: 2 },
          key: null,
          message: '不行',
        },
      ]);
    });
    await expect(page.getByTestId('toast')).toBeVisible();
    await expect.poll(() => covering(page)).toEqual([]);
    // The pane over the chat makes room as well, above the toast; beside the chat it is not in the way.
    await page.keyboard.press('Control+i');
    const pane = page.locator('[data-region="info"]');
    await expect(pane).toBeVisible();
    const room = (): Promise<number> =>
      page.evaluate(() => {
        const toast = document.querySelector('[data-testid="toast"]')?.getBoundingClientRect();
        const words = document.querySelector('[data-region="info"] > :last-child')?.getBoundingClientRect();
        if (!toast || !words) throw new Error('no toast, or no pane');
        return Math.max(toast.top - words.bottom, words.left - toast.right);
      });
    await expect.poll(room).toBeGreaterThanOrEqual(0);
    // A search of the chat is not covered by it.
    await page.keyboard.press('Control+f');
    await expect(page.getByRole('textbox', { name: '在会话中搜索' })).toBeFocused();
    await expect(pane).toHaveCount(size.width < 1080 ? 0 : 1);
    await expect.poll(() => covering(page)).toEqual([]);
  });

test('in the settings a toast stands in room of its own, however they are scrolled, and under a dialog', async ({
  openFake,
}) => {
  const page = await openFake({ width: 720, height: 480 });
  await expect(page.getByRole('option').first()).toBeVisible();
  await page.keyboard.press('Control+,');
  await page.getByRole('button', { name: '存储与缓存' }).click();
  const forget = page.getByRole('button', { name: '忘记这台电脑上的一切…' });
  await forget.scrollIntoViewIfNeeded();
  await page.evaluate(() => {
    const { fakeControls } = window as unknown as { fakeControls: { push: (d: unknown[]) => void } };
    const channel = { channelId: 'x', channelType: 2 };
    fakeControls.push([{ kind: 'actionRefused', action: 'edit', channel, key: null, message: '不行' }]);
  });
  const toast = page.getByTestId('toast');
  await expect(toast).toBeVisible();
  await toast.hover();
  // What scrolls ends above it, and its last line can be reached.
  await page.getByRole('main').evaluate((main) => main.scrollTo(0, main.scrollHeight));
  await expect(async () => {
    const [card, button, main] = await Promise.all(
      [toast, forget, page.getByRole('main')].map((each) => each.boundingBox()),
    );
    expect((button?.y ?? 0) + (button?.height ?? 0)).toBeLessThanOrEqual(card?.y ?? 0);
    expect(card?.x).toBeGreaterThan(main?.x ?? 0);
    expect((card?.y ?? 0) + (card?.height ?? 0)).toBeLessThanOrEqual(480);
  }).toPass({ timeout: 10_000 });

  await forget.press('Enter');
  await expect(page.getByRole('alertdialog')).toBeVisible();
  // Where both are, the dialog's layer is in front.
  const front = await toast.evaluate((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
  });
  expect(front).toBe(false);
});

test('a chat marked as unread says so until it is opened; typing stands once in head and list', async ({
  openFake,
}) => {
  const page = await openFake();
  await openMain(page);
  await expect(page.getByTestId('typing')).toHaveCount(1);
  await expect(page.getByTestId('chat-sub')).toContainText('沈若晴 正在输入');
  // Whoever has gone is not typing any more, in the head as in the list.
  const su = page.getByRole('option', { name: /^苏航/ });
  await expect(su).toContainText('正在输入');
  await page.evaluate(
    (uids) => {
      const { fakeControls } = window as unknown as { fakeControls: { push: (d: unknown[]) => void } };
      fakeControls.push(uids.map((uid) => ({ kind: 'typingEnded', uid })));
    },
    [fakeIds.shen, fakeIds.su],
  );
  await expect(page.getByTestId('chat-sub')).not.toContainText('正在输入');
  await expect(su).not.toContainText('正在输入');
  const row = page.getByRole('option', { name: MAIN });
  await row.click({ button: 'right' });
  await page
    .getByRole('menuitem', { name: '标为未读' })
    .or(page.getByRole('menuitem', { name: '标为已读' }))
    .first()
    .click();
  const other = page.getByRole('option', { name: /^安全合规/ });
  await other.click({ button: 'right' });
  await page.getByRole('menuitem', { name: '标为未读' }).click();
  await expect(other.getByTestId('unread-dot')).toBeVisible();
  await expect(other).toHaveAccessibleName(/已标为未读/);
  await other.click({ button: 'right' });
  await page.getByRole('menuitem', { name: '标为已读' }).click();
  await expect(other.getByTestId('unread-dot')).toHaveCount(0);
});

test('a toast has its time, through whatever screens one goes meanwhile', async ({ openFake }) => {
  const page = await openFake();
  await expect(page.getByRole('option').first()).toBeVisible();
  // It stands still but for what is said: a busy machine takes no time from the toast.
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60_000);
  await page.evaluate(() => {
    const { fakeControls } = window as unknown as { fakeControls: { push: (d: unknown[]) => void } };
    const channel = { channelId: 'x', channelType: 2 };
    fakeControls.push([{ kind: 'actionRefused', action: 'edit', channel, key: null, message: '不行' }]);
  });
  const toast = page.getByTestId('toast');
  await expect(toast).toBeVisible();
  await page.clock.runFor(2_500);
  await expect(toast).toBeVisible();
  // Another screen draws it anew, and its time goes on.
  await page.keyboard.press('Control+,');
  await expect(page.getByRole('heading', { level: 1, name: '通用' })).toBeVisible();
  await expect(toast).toBeVisible();
  await page.clock.runFor(1_000);
  await expect(toast).toBeVisible();
  // Who reads it keeps it, and it stays a moment more.
  await toast.hover();
  await page.clock.runFor(10_000);
  await expect(toast).toBeVisible();
  await page.mouse.move(2, 2);
  await page.clock.runFor(900);
  await expect(toast).toBeVisible();
  await page.clock.runFor(200);
  await expect(toast).toHaveCount(0);
});
