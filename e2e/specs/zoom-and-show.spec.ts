/** How large everything is, and the keys that show the window from anywhere. */
import { expect, test } from '../fixtures/test.ts';

interface Shortcuts {
  globalShortcut: { others: Set<string>; press: (accelerator: string) => void };
}

test('zoom by keys, menu and settings is kept; at 200 % list and chat take turns', async ({
  world,
  openWindow,
  reopen,
}) => {
  const window = await openWindow(world.alice);
  const { app, page } = window;
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(900, 600));
  const level = (): Promise<number> =>
    app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getZoomLevel() ?? 0);
  const percent = async (): Promise<number> => Math.round(100 * 1.2 ** (await level()));
  await page.keyboard.press('Control+=');
  await expect.poll(percent).toBe(110);
  await page.keyboard.press('Control+-');
  await page.keyboard.press('Control+-');
  await expect.poll(percent).toBe(90);
  await page.keyboard.press('Control+0');
  await expect.poll(percent).toBe(100);
  await app.native.clickMenu('zoomIn');
  await expect.poll(percent).toBe(110);

  await page.keyboard.press('Control+,');
  await page.getByRole('button', { name: '外观' }).click();
  const choice = page.getByRole('combobox', { name: '界面缩放' });
  await expect(choice).toHaveValue('110');
  await choice.selectOption({ label: '200%' });
  await expect.poll(percent).toBe(200);
  await expect.poll(() => page.evaluate(() => innerWidth)).toBe(450);
  await page.getByRole('button', { name: /^消息/ }).first().click();
  await window.conversation(world.bob.name).click();
  await expect(window.composer).toBeVisible();
  await expect(window.conversations).toHaveCount(0);
  await window.sendAcked('放大以后说的');
  await page.getByRole('button', { name: '返回' }).click();
  await expect(window.conversation(world.bob.name)).toBeFocused();
  await expect(window.composer).toHaveCount(0);

  await app.close();
  const again = await reopen(app);
  await expect(again.conversations).toBeVisible();
  await expect.poll(() => again.page.evaluate(() => innerWidth)).toBe(450);
});

test('no keys show the window until some are set; those of another program are said to be taken', async ({
  world,
  openWindow,
  runtime,
}) => {
  test.skip(
    runtime.kind !== 'standin',
    'which keys another program has, only the stand-in lets a test decide',
  );
  const window = await openWindow(world.alice);
  const { app, page } = window;
  await app.evaluate((electron) => {
    (electron as unknown as Shortcuts).globalShortcut.others.add('CommandOrControl+Alt+Q');
  });
  await page.keyboard.press('Control+/');
  const button = page.getByRole('button', { name: /^随时显示窗口：.*更改$/ });
  await expect(button).toContainText('未设置');
  await button.click();
  await page.keyboard.press('Control+k');
  await expect(page.getByText('已用于“切换会话 / 命令”')).toBeVisible();
  await page.keyboard.press('Control+Alt+q');
  await expect(page.getByText('已被其他程序占用，或系统不允许；请换一个')).toBeVisible();
  await button.click();
  await page.keyboard.press('Control+Alt+w');
  await expect(page.getByText('已被其他程序占用')).toHaveCount(0);
  await expect(button).toContainText('Ctrl Alt W');
  await app.native.closeWindow();
  await expect.poll(() => app.native.window()).toMatchObject({ visible: false });
  await app.evaluate((electron) => {
    (electron as unknown as Shortcuts).globalShortcut.press('CommandOrControl+Alt+W');
  });
  await expect.poll(() => app.native.window()).toMatchObject({ visible: true, focused: true });
});
