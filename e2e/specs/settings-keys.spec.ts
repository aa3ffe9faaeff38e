/** The settings by keyboard: in, among the pages, out again; and why a row cannot be changed. */
import type { Page } from 'playwright';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';

const openGroup = async (page: Page): Promise<void> => {
  await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
  await expect(page.getByTestId('composer')).toBeFocused();
};
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });

test('the keyboard goes into the settings, among their pages, and out to where it was', async ({
  openFake,
}) => {
  const page = await openFake();
  await openGroup(page);
  await page.getByTestId('composer').fill('写到一半');
  await page.keyboard.press('Control+,');
  await expect(heading(page, '通用')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('composer')).toBeFocused();
  await expect(page.getByTestId('composer')).toHaveValue('写到一半');

  // Arrows go through the list of pages, Enter into one of them.
  await page.keyboard.press('Control+,');
  await expect(heading(page, '通用')).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  const link = (name: string) =>
    page.getByRole('navigation', { name: '设置' }).getByRole('button', { name, exact: true });
  await expect(link('通用')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(link('通知')).toBeFocused();
  await expect(heading(page, '通知')).toBeVisible();
  await page.keyboard.press('End');
  await expect(heading(page, '关于')).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await expect(link('通用')).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(heading(page, '关于')).toBeFocused();
  // A shortcut to another page goes to its heading, and Esc still leads to the composer.
  await page.keyboard.press('Control+/');
  await expect(heading(page, '快捷键')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('composer')).toBeFocused();

  // Esc in a field goes back to the list of pages: words in it are not thrown away by one key.
  await page.keyboard.press('Control+,');
  await page.getByRole('navigation', { name: '设置' }).getByRole('button', { name: '网络' }).click();
  await page.getByRole('radio', { name: '手动' }).click();
  await page.getByLabel('代理地址').fill('proxy.example');
  await page.keyboard.press('Escape');
  await expect(link('网络')).toBeFocused();
  await expect(page.getByLabel('代理地址')).toHaveValue('proxy.example');

  // A question over the settings takes the key for itself.
  await link('存储与缓存').click();
  await page.getByRole('button', { name: '重建缓存' }).click();
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
  await expect(page.getByRole('button', { name: '重建缓存' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('composer')).toBeFocused();

  // From another screen, and by its button in the rail.
  await page.getByRole('button', { name: /^通讯录/ }).click();
  const settings = page.getByRole('button', { name: '设置', exact: true });
  await settings.focus();
  await page.keyboard.press('Enter');
  await expect(heading(page, '存储与缓存')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('tablist')).toBeVisible();
  await expect(settings).toBeFocused();
});

/** What has the focus, and whether somebody who looks can see that. */
const focus = (page: Page): Promise<{ name: string; isLost: boolean; isSeen: boolean }> =>
  page.evaluate(() => {
    const at = document.activeElement as HTMLElement | null;
    if (!at || at === document.body) return { name: '', isLost: true, isSeen: false };
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- runs in the page
    const marks = (element: Element): boolean => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      return (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
    };
    const { top, bottom } = at.getBoundingClientRect();
    const isMarked =
      at.tagName === 'H1' || marks(at) || (at.parentElement !== null && marks(at.parentElement));
    const name = at.getAttribute('aria-label') ?? at.textContent ?? '';
    return { name, isLost: false, isSeen: isMarked && top >= 0 && bottom <= innerHeight };
  });

for (const size of [
  { width: 1280, height: 800 },
  { width: 720, height: 480 },
])
  test(`${size.width}x${size.height}: Tab goes through each page and back, and is seen wherever it is`, async ({
    openFake,
  }) => {
    const page = await openFake({ ...size, theme: size.width === 720 ? 'dark' : 'light' });
    await openGroup(page);
    await page.keyboard.press('Control+,');
    // (The code of the settings comes when they are first opened: a list read before that is empty.)
    await expect(heading(page, '通用')).toBeFocused();
    await page.keyboard.press('Shift+Tab');
    const nav = page.getByRole('navigation', { name: '设置' });
    const pages = await nav.getByRole('button').allTextContents();
    expect(pages.length).toBeGreaterThan(8);
    const unseen: string[] = [];
    for (const name of pages) {
      await page.keyboard.press('Enter');
      await expect(heading(page, name)).toBeFocused();
      let stops = 0;
      for (; stops < 80; stops += 1) {
        await page.keyboard.press('Tab');
        const at = await focus(page);
        // Behind the last one the window's own controls would come.
        if (at.isLost) break;
        if (!at.isSeen) unseen.push(`${name}: ${at.name}`);
      }
      expect(stops, name).toBeLessThan(80);
      await nav.getByRole('button', { name, exact: true }).focus();
      await page.keyboard.press('ArrowDown');
    }
    expect(unseen).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('composer')).toBeFocused();
  });

test('what goes by what was done leaves the focus in its place; Enter in a field does what the button does', async ({
  openFake,
}) => {
  const page = await openFake();
  await openGroup(page);
  await page.keyboard.press('Control+/');
  const keys = page.getByRole('button', { name: /^切换会话/ });
  await keys.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+j');
  await expect(keys).toHaveAccessibleName(/Ctrl J/);
  await page.keyboard.press('Shift+Tab');
  await expect(page.getByRole('button', { name: /^恢复默认：切换会话/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(keys).toHaveAccessibleName(/Ctrl K/);
  await expect(keys).toBeFocused();

  const nav = page.getByRole('navigation', { name: '设置' });
  await nav.getByRole('button', { name: '应用锁' }).click();
  await page.getByRole('button', { name: '设置锁定密码…' }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  const save = dialog.getByRole('button', { name: '保存' });
  await expect(save).toHaveAccessibleDescription('请填写全部内容');
  await expect(page.getByLabel('新的锁定密码')).toBeFocused();
  await page.keyboard.type('12');
  await page.getByLabel('再输入一次').fill('12');
  await expect(save).toHaveAccessibleDescription('至少 4 个字符');
  await page.getByLabel('新的锁定密码').fill('1234');
  await expect(save).toHaveAccessibleDescription('两次输入不一样');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeVisible();
  await page.getByLabel('再输入一次').fill('1234');
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText('锁定密码已设置')).toBeVisible();
  // The button that opened it is another one now.
  await expect.poll(async () => (await focus(page)).isLost).toBe(false);
  await page.getByRole('button', { name: '关闭应用锁…' }).focus();
  await page.keyboard.press('Enter');
  await expect(dialog.getByLabel('现在的锁定密码')).toBeFocused();
  await page.keyboard.type('1234');
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText('应用锁已关闭')).toBeVisible();
  await expect.poll(async () => (await focus(page)).isLost).toBe(false);

  // A tooltip that was on its way does not come over what the click has opened.
  await page.keyboard.press('Escape');
  await page.clock.install();
  await page.getByRole('button', { name: '会话信息' }).hover();
  await page.mouse.down();
  await page.mouse.up();
  await page.clock.runFor(2_000);
  await expect(page.getByText(/^会话信息 \(/)).toHaveCount(0);
});

test('what cannot be changed says why, in sight and to readers', async ({ openFake }) => {
  const page = await openFake();
  await openGroup(page);
  await page.keyboard.press('Control+,');
  const nav = page.getByRole('navigation', { name: '设置' });
  await nav.getByRole('button', { name: '通知' }).click();
  await page.getByRole('switch', { name: '显示通知' }).click();
  for (const name of ['通知中显示消息内容', '提示音', '勿扰时段']) {
    const row = page.getByRole('switch', { name, exact: true });
    await expect(row).toBeDisabled();
    await expect(row).toHaveAccessibleDescription('先打开“显示通知”');
    await row.focus();
    await expect(row).toBeFocused();
    const before = await row.getAttribute('aria-checked');
    await page.keyboard.press('Space');
    expect(await row.getAttribute('aria-checked')).toBe(before);
  }
  await expect(page.getByRole('combobox', { name: '声音' })).toHaveAccessibleDescription('先打开“显示通知”');
  // A button by its tooltip, which keys bring as well.
  await nav.getByRole('button', { name: '快捷键' }).click();
  const reset = page.getByRole('button', { name: '全部恢复默认' });
  await expect(reset).toBeDisabled();
  await expect(reset).toHaveAccessibleDescription('都已是默认按键');
  await page.keyboard.press('Shift+Tab');
  await reset.focus();
  await expect(page.getByText('都已是默认按键').last()).toBeVisible();
  // And a dialog beside its buttons.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+n');
  const create = page.getByRole('dialog').getByRole('button', { name: '创建', exact: true });
  await expect(create).toBeDisabled();
  await expect(create).toHaveAccessibleDescription('请先选择');
  await expect(page.getByRole('dialog').getByText('请先选择')).toBeVisible();
});

test('a switch that has not shown yet what was asked for does not ask for it again', async ({ openFake }) => {
  const page = await openFake();
  await openGroup(page);
  await page.keyboard.press('Control+i');
  const controls = (what: 'fail' | 'hold', channels: string[]): Promise<void> =>
    page.evaluate(
      ([name, list]) => (window as unknown as { fakeControls: FakeControls }).fakeControls[name](list),
      [what, channels] as const,
    );
  const asked = (): Promise<number> =>
    page.evaluate(
      () =>
        (window as unknown as { fakeControls: FakeControls }).fakeControls.calls.filter(
          ({ channel }) => channel === 'groups.setSaved',
        ).length,
    );
  const row = page.locator('[data-region="info"]').getByRole('switch', { name: '保存到通讯录' });
  const before = await row.getAttribute('aria-checked');
  await controls('fail', ['groups.setSaved']);
  await row.click();
  await expect(page.getByTestId('toast')).toBeVisible();
  // It did not work: the next click asks again.
  await expect(row).not.toHaveAttribute('aria-busy', 'true');
  await controls('fail', []);
  await controls('hold', ['groups.setSaved']);
  await row.evaluate((button: HTMLElement) => {
    for (let n = 0; n < 3; n += 1) button.click();
  });
  expect(await asked()).toBe(2);
  await controls('hold', []);
  await expect(row).toHaveAttribute('aria-checked', before === 'true' ? 'false' : 'true');
  await row.click();
  await expect(row).toHaveAttribute('aria-checked', before ?? '');
  expect(await asked()).toBe(3);
});

test('a name of what nobody sees is not saved, and why', async ({ openFake }) => {
  const page = await openFake();
  await expect(page.getByRole('option').first()).toBeVisible();
  await page.keyboard.press('Control+,');
  await page.getByRole('button', { name: '账号与设备' }).click();
  await page.getByRole('button', { name: /^修改昵称/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill(' \u200b\u2060 ');
  await expect(dialog.getByRole('button', { name: '保存' })).toHaveAttribute('aria-disabled', 'true');
  await expect(dialog).toContainText('请先填写');
});
