/** The smallest windows (720x480, of a chat 420 px wide): what must not be cut, in another line, or covered there. */
import type { Locator } from 'playwright';
import { channelKey } from '../../shared/domain.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { todayAt } from '../fixtures/fake/fake-clock.ts';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { fakeGroup, fakeIds } from '../fixtures/fake/fake-names.ts';
import { delta, MessageMaker } from '../fixtures/walk/every-kind.ts';
import { resize, settled } from '../fixtures/walk/layout.ts';
import { Walker } from '../fixtures/walk/walk.ts';

const SMALLEST = { width: 720, height: 480 };

/** Whether all of it is drawn: nothing it is in cuts it, nothing lies over its corners and middle. */
const isWhole = (element: Locator): Promise<boolean> =>
  element.evaluate((node) => {
    const { left, top, right, bottom } = node.getBoundingClientRect();
    const places = [
      [left + 2, top + 2],
      [right - 2, top + 2],
      [left + 2, bottom - 2],
      [right - 2, bottom - 2],
      [(left + right) / 2, (top + bottom) / 2],
    ] as const;
    return places.every(([x, y]) => {
      const over = document.elementFromPoint(x, y);
      return over !== null && (node.contains(over) || over.contains(node));
    });
  });

test('in the menu of an own picture, recall and delete are whole at once; what is above them scrolls', async ({
  openFake,
}) => {
  const page = await openFake({ language: 'en', ...SMALLEST });
  const at = new Walker(page, 'en');
  await at.openGroup();
  const timestamp = Math.floor(Date.now() / 1_000);
  const make = new MessageMaker('en', 400);
  const picture = { kind: 'image', url: 'file/a.png', width: 300, height: 200 } as const;
  await at.store(...[0, 1].map(() => make.own(picture, { album: 4, timestamp, readCount: 1 })));
  await expect(page.getByTestId('album').getByRole('article')).toHaveCount(2);
  const items = page.getByRole('menu').locator('[data-label]');
  // The second one is a window at 200 %.
  for (const height of [480, 400]) {
    await resize(page, { ...SMALLEST, height });
    await page.getByRole('article').last().focus();
    await at.press('Shift+F10');
    await expect(items.last()).toHaveAttribute('data-label', 'Delete for me');
    await settled(page);
    const shown = await items.evaluateAll((all) => all.map((item) => item.getAttribute('data-label') ?? ''));
    expect(shown.length).toBeGreaterThan(12);
    const last = shown.slice(-3);
    expect(last).toEqual(['Recall', 'Recall group', 'Delete for me']);
    for (const label of last)
      expect(await isWhole(page.getByRole('menu').locator(`[data-label="${label}"]`)), label).toBe(true);
    // By keyboard each one is met in this order, and seen.
    for (const label of shown) {
      const item = page.getByRole('menu').locator('[data-label]:focus');
      await expect(item).toHaveAttribute('data-label', label);
      expect(await isWhole(item), label).toBe(true);
      await at.press('ArrowDown');
    }
    await at.press('Escape');
    await expect(page.getByRole('menu')).toHaveCount(0);
  }
});

for (const language of ['zh', 'en'] as const)
  test(`the search in a chat is one line in its smallest window (${language})`, async ({ openFake }) => {
    const ownChat = channelKey(fakeGroup(fakeIds.main));
    const page = await openFake({ language, ownChat, width: 420, height: 480 });
    await expect(page.getByTestId('bubble').first()).toBeVisible();
    await page.keyboard.press('Control+f');
    const search = page.getByRole('search').last();
    const middles = (): Promise<number[]> =>
      search.locator('input, button').evaluateAll((all) => [
        ...new Set(
          all
            .filter((one) => one.checkVisibility())
            .map((one) => {
              const { top, bottom } = one.getBoundingClientRect();
              return Math.round((top + bottom) / 2);
            }),
        ),
      ]);
    for (const words of ['', 'recall', 'qqqqqq']) {
      await search.locator('input').fill(words);
      if (words !== '') await expect(page.getByTestId('chat-search-count')).not.toBeEmpty();
      await expect.poll(middles, words).toHaveLength(1);
    }
    // Nor do filters that are set take another line; what was set is taken off where it was set.
    const filters = search.locator('button[aria-haspopup="menu"]');
    const choose = async (nth: number, entry: number): Promise<void> => {
      await filters.nth(nth).click();
      await page.getByRole('menu').getByRole('menuitemcheckbox').nth(entry).click();
    };
    await search.locator('input').fill('recall');
    for (const nth of [0, 1, 2]) {
      await choose(nth, 1);
      await expect(page.getByTestId('chat-search-count')).not.toBeEmpty();
      await expect.poll(middles, `${nth + 1} filters`).toHaveLength(1);
    }
    await choose(0, 0);
    await filters.nth(0).click();
    await expect(page.getByRole('menu').getByRole('menuitemcheckbox').first()).toBeChecked();
  });

test('the focus stays on its entry when a menu that is open gets other entries', async ({ openFake }) => {
  const page = await openFake();
  const at = new Walker(page, 'zh');
  await at.openGroup();
  const make = new MessageMaker('zh', 600);
  const timestamp = Math.floor(Date.now() / 1_000);
  const card = { kind: 'named', type: 7, what: 'card', detail: '苏航' } as const;
  const sending = make.own(card, { timestamp, messageId: null, send: { state: 'sending' } });
  await at.push(delta([sending]));
  await page.getByRole('article').last().focus();
  await at.press('Shift+F10');
  const items = page.getByRole('menu').locator('[data-item]');
  await expect(items).toHaveCount(1);
  await expect(items).toBeFocused();
  // Acknowledged: the one entry goes to those at the end, which stay in sight.
  await at.push(delta([{ ...sending, messageId: '1900000000000000600', send: { state: 'sent' } }]));
  const recall = page.getByRole('menu').locator('[data-item="recall"]');
  await expect.poll(() => items.count()).toBeGreaterThan(3);
  await expect(recall).toBeFocused();
  await at.press('ArrowDown');
  await expect(page.getByRole('menu').locator('[data-item="delete"]')).toBeFocused();
  // Its time runs out: it is there, with the reason, and has the focus.
  await at.press('ArrowUp');
  const old = { ...sending, timestamp: timestamp - 3_600, messageId: '1900000000000000600' };
  await at.push(delta([{ ...old, send: { state: 'sent' } }]));
  await expect(recall).toHaveAttribute('aria-disabled', 'true');
  await expect(recall).toBeFocused();
  await at.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
});

test('nothing that was said before, and no wait for a server, lies over who has read a message', async ({
  openFake,
}) => {
  // What was said in the morning is not recent, whenever this runs.
  const page = await openFake({ language: 'en', theme: 'dark', hour: 18, ...SMALLEST });
  await page.clock.install({ time: todayAt(18, 0) * 1_000 });
  const at = new Walker(page, 'en');
  await at.openGroup();
  const list = page.getByRole('dialog', { name: 'Read by' });
  const opened = async (): Promise<void> => {
    const count = page.getByRole('button', { name: 'Read by 9' });
    await count.scrollIntoViewIfNeeded();
    await count.click();
    await expect(list).toBeVisible();
  };
  /** Nothing but the list is drawn where it is. */
  const isCovered = (): Promise<boolean> =>
    list.evaluate((box) => {
      const { left, right, top, bottom } = box.getBoundingClientRect();
      for (let y = top + 4; y < bottom - 4; y += 8)
        for (let x = left + 4; x < right - 4; x += 16)
          if (!box.contains(document.elementFromPoint(x, y))) return true;
      return false;
    });

  // There is nothing to recall, which is said.
  await at.press('Control+Alt+z');
  await expect(page.getByTestId('toast')).toBeVisible();
  await opened();
  await expect(page.getByTestId('reader')).toHaveCount(9);
  await expect.poll(isCovered).toBe(false);
  await at.press('Escape');
  await page.clock.runFor(9_000);
  await expect(page.getByTestId('toast')).toHaveCount(0);

  await page.evaluate(() => {
    const { fakeControls } = window as unknown as { fakeControls: FakeControls };
    fakeControls.hold(['conversations.setRecallNotes']);
  });
  await at.openMenu(
    page.locator('[data-region="header"]').getByRole('button', { name: 'More', exact: true }),
  );
  await at.item('group.recallNotes').click();
  await opened();
  await page.clock.runFor(6_000);
  await expect(page.getByTestId('server-wait')).toHaveCount(1);
  await expect.poll(isCovered).toBe(false);
});

test('everybody in the list of mentions is reached inside of the window, below a bar of the composer', async ({
  openFake,
}) => {
  const page = await openFake({ language: 'en', ...SMALLEST });
  const at = new Walker(page, 'en');
  await at.openGroup();
  await page.getByTestId('bubble').first().click({ button: 'right' });
  await at.menuItem('回复', 'Reply').click();
  await at.composer.pressSequentially('@');
  const list = page.getByRole('listbox', { name: 'Members to mention' });
  await expect(list.getByRole('option', { selected: true })).toContainText('Everyone');
  await settled(page);
  expect((await list.boundingBox())?.y).toBeGreaterThan(0);
  await at.press('ArrowUp');
  await expect(list.getByRole('option').last()).toHaveAttribute('aria-selected', 'true');
  expect(await isWhole(list.getByRole('option').last())).toBe(true);
});

test('under the note of a forward no chat of the list shows', async ({ openFake }) => {
  const page = await openFake({ language: 'en', ...SMALLEST });
  const at = new Walker(page, 'en');
  await at.openGroup();
  const messages = page.getByRole('log').getByTestId('bubble');
  await messages.first().click({ modifiers: ['Control'] });
  await messages.nth(1).click({ modifiers: ['Control'] });
  await at.openDialog(page.getByRole('toolbar').getByRole('button', { name: 'Forward' }));
  await settled(page);
  const note = at.dialog.getByRole('textbox', { name: 'Add a note (optional)' });
  expect(await isWhole(note)).toBe(true);
  const below = await note.evaluate((field) => {
    const { left, bottom } = field.getBoundingClientRect();
    const buttons = field.closest('[role="dialog"]')?.lastElementChild?.getBoundingClientRect().top ?? 0;
    const met = new Set<string>();
    for (let y = bottom + 2; y < buttons; y += 2) {
      const over = document.elementFromPoint(left + 40, y)?.closest('[role="listbox"]');
      if (over) met.add(over.getAttribute('aria-label') ?? 'list');
    }
    return [...met];
  });
  expect(below).toEqual([]);
});

test('a wide time does not cut the words under it', async ({ openFake }) => {
  const page = await openFake({ language: 'en', ...SMALLEST });
  const row = page.getByRole('option', { name: /^Zhou Mingyuan/ });
  const [words, time] = await Promise.all(
    [row.getByText('About the recall', { exact: false }), row.getByText('10:12 AM')].map((one) =>
      one.evaluate((element) => {
        const box = element.closest('.ellipsis') ?? element;
        return box.getBoundingClientRect().right;
      }),
    ),
  );
  expect(words).toBe(time);
});
