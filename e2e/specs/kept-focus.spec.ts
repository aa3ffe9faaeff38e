/** The focus where something goes by what was done, and where what was typed is refused: never lost in the window. */
import type { Page } from 'playwright';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';

const openGroup = async (page: Page): Promise<void> => {
  await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
  await expect(page.getByTestId('composer')).toBeFocused();
  await expect(page.getByTestId('bubble').first()).toBeVisible();
};
const infoPane = (page: Page) => page.locator('[data-region="info"]');
const signIn = async (page: Page): Promise<void> => {
  await page.getByLabel('用户名', { exact: true }).fill('chenyu01');
  const password = page.getByLabel('密码', { exact: true });
  await password.fill('wukong123');
  await password.press('Enter');
};
/** What has the focus is a control inside of `selector`, and not that itself. */
const focusIn = (page: Page, selector: string): Promise<boolean> =>
  page.evaluate((wanted) => {
    const box = document.querySelector(wanted);
    return box !== null && box !== document.activeElement && box.contains(document.activeElement);
  }, selector);
const fail = (page: Page, channels: string[]): Promise<void> =>
  page.evaluate(
    (list) => (window as unknown as { fakeControls: FakeControls }).fakeControls.fail(list),
    channels,
  );

test('in a pane of a group: requests that are answered, rows of the blacklist that are taken off', async ({
  openFake,
}) => {
  const page = await openFake({ width: 900, height: 600 });
  await openGroup(page);
  await page.keyboard.press('Control+i');
  await page.locator('#info-page-requests').press('Enter');
  const pane = infoPane(page);
  const waiting = pane.getByRole('button', { name: /^拒绝/ });
  await expect(waiting).toHaveCount(2);
  await waiting.first().press('Enter');
  await expect(waiting).toHaveCount(1);
  // The same button of the row that took its place.
  await expect(waiting).toBeFocused();
  await waiting.press('Enter');
  await expect(waiting).toHaveCount(0);
  await expect.poll(() => focusIn(page, '[data-region="info"]')).toBe(true);

  await page.keyboard.press('Escape');
  await page.locator('#info-page-blacklist').press('Enter');
  await pane.getByRole('button', { name: '添加到黑名单' }).press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('option').nth(0).click();
  await dialog.getByRole('option').nth(1).click();
  await dialog.getByRole('button', { name: '移出并拉黑' }).click();
  await expect(dialog).toHaveCount(0);
  const off = pane.getByRole('button', { name: /^移出黑名单/ });
  await expect(off).toHaveCount(2);
  for (const left of [1, 0]) {
    await off.last().press('Enter');
    await expect(off).toHaveCount(left);
    await expect.poll(() => focusIn(page, '[data-region="info"]')).toBe(true);
  }
});

test('bars, cards, panes and toasts that are closed; who went on beside them stays there', async ({
  openFake,
}) => {
  const now = Date.now();
  const page = await openFake({ away: { sinceMs: now - 7_200_000, untilMs: now, recalled: 1 } });
  await openGroup(page);
  const card = page.getByTestId('away-card');
  await card.getByRole('button', { name: '关闭摘要' }).press('Enter');
  await expect(card).toHaveCount(0);
  await expect.poll(() => focusIn(page, '[data-region="list"]')).toBe(true);

  // A pane that is closed by key while the focus is in it.
  await page.keyboard.press('Control+i');
  await infoPane(page).getByRole('switch').first().focus();
  await page.keyboard.press('Control+i');
  await expect(infoPane(page)).toHaveCount(0);
  await expect(page.getByTestId('composer')).toBeFocused();

  // Somebody has gone on: nothing is taken from the field.
  await page.keyboard.press('Control+i');
  await infoPane(page).getByRole('switch').first().focus();
  await page.keyboard.press('Control+f');
  const search = page.getByRole('textbox', { name: '在会话中搜索' });
  await expect(search).toBeFocused();
  await page.keyboard.press('Control+i');
  await expect(infoPane(page)).toHaveCount(0);
  await expect(search).toBeFocused();
  // Out of the search over all chats to where one was.
  const row = page.locator('article[data-message-key]').last();
  await row.focus();
  await page.keyboard.press('Control+Shift+F');
  await page.keyboard.type('撤回');
  await expect(page.getByRole('listbox', { name: '搜索结果' }).getByRole('option').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(row).toBeFocused();
  // Nor is the focus given to anything after a click beside everything.
  await page.getByRole('log').click({ position: { x: 5, y: 5 } });
  await page.keyboard.press('Control+i');
  await page.keyboard.press('Control+i');
  await expect(infoPane(page)).toHaveCount(0);
});

test('whoever has signed in goes on in the list, or with what stands there in place of chats', async ({
  openFake,
}) => {
  const alone = await openFake({ signedIn: false, empty: true });
  await signIn(alone);
  await expect(alone.locator('[data-region="list"]').getByRole('button').first()).toBeFocused();
  const page = await openFake({ signedIn: false });
  await signIn(page);
  await expect(page.getByRole('option').first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('option').nth(1)).toBeFocused();
});

test('who scrolls a long list away from what has the focus is not brought back to it', async ({
  openFake,
}) => {
  const page = await openFake({ extraChats: 400 });
  const list = page.getByRole('listbox', { name: '会话' });
  const first = list.getByRole('option').first();
  await first.focus();
  const key = await first.getAttribute('data-key');
  await list.hover();
  const top = (): Promise<number> => list.evaluate((element) => element.scrollTop);
  let before = 0;
  for (let turn = 0; turn < 30; turn += 1) {
    await page.mouse.wheel(0, 400);
    await expect.poll(top).toBeGreaterThan(before);
    before = await top();
  }
  await expect.poll(top).toBeGreaterThan(10_000);
  // Where the keys were, they still are.
  const focused = list.locator('[role="option"]:focus');
  await expect(focused).toHaveAttribute('data-key', key ?? '');
  await page.keyboard.press('ArrowDown');
  await expect.poll(top).toBeLessThan(200);
});

test('a name in a group that is refused says why at its field', async ({ openFake }) => {
  const page = await openFake();
  await openGroup(page);
  await page.keyboard.press('Control+i');
  await fail(page, ['groups.setNickname']);
  await infoPane(page)
    .getByRole('button', { name: /我在本群的昵称/ })
    .click();
  const field = infoPane(page).getByRole('textbox');
  await field.fill('不许的名字');
  await field.press('Enter');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveAccessibleDescription(/现在不行/);
  await expect(field).toBeFocused();
  await expect(page.getByTestId('toast')).toHaveCount(0);
  await page.keyboard.type('小陈');
  await expect(field).not.toHaveAttribute('aria-invalid', 'true');
  await fail(page, []);
  await field.press('Enter');
  await expect(field).toHaveCount(0);
});

test('what was typed and is refused: the focus is in that field, with why', async ({ openFake }) => {
  const page = await openFake();
  await openGroup(page);
  await page.keyboard.press('Control+,');
  await page.getByRole('button', { name: '账号与设备' }).click();
  await fail(page, ['account.setPassword', 'account.change', 'contacts.find', 'network.save']);

  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: '修改密码' }).click();
  const old = dialog.getByLabel('当前密码');
  await old.fill('wrong-one');
  await dialog.getByLabel('新密码', { exact: true }).fill('another-1');
  await dialog.getByLabel(/^(?:再次|确认)/).fill('another-1');
  await dialog.getByRole('button', { name: '保存' }).click();
  await expect(old).toHaveAttribute('aria-invalid', 'true');
  await expect(old).toHaveAccessibleDescription(/现在不行/);
  await expect(old).toBeFocused();
  // Its words are chosen: what is typed replaces them.
  await page.keyboard.type('right-one');
  await expect(old).toHaveValue('right-one');
  await expect(old).not.toHaveAttribute('aria-invalid', 'true');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: /^修改昵称/ }).click();
  const name = dialog.getByRole('textbox');
  await name.fill('不许的名字');
  await dialog.getByRole('button', { name: '保存' }).click();
  await expect(name).toHaveAttribute('aria-invalid', 'true');
  await expect(name).toHaveAccessibleDescription(/现在不行/);
  await expect(name).toBeFocused();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');

  // Nobody of that number, no such link.
  await fail(page, []);
  await page.getByRole('button', { name: '新建', exact: true }).click();
  await page.getByRole('menuitem', { name: '添加好友' }).click();
  const number = dialog.getByRole('textbox').first();
  await number.fill('nobody-at-all');
  await dialog.getByRole('button', { name: '查找' }).click();
  await expect(number).toHaveAttribute('aria-invalid', 'true');
  await expect(number).toBeFocused();
});

test('in a narrow window no tab of the search is out of sight', async ({ openFake }) => {
  const page = await openFake({ width: 720, height: 480, language: 'en' });
  await expect(page.getByRole('option').first()).toBeVisible();
  await page.keyboard.press('Control+Shift+F');
  await page.keyboard.type('recall');
  const tabs = page.getByRole('tablist', { name: 'Search results' }).getByRole('tab');
  await expect(tabs).toHaveCount(4);
  const list = await page.getByRole('complementary').first().boundingBox();
  for (const tab of await tabs.all()) {
    const box = await tab.boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 999)).toBeLessThanOrEqual((list?.x ?? 0) + (list?.width ?? 0));
  }
});
