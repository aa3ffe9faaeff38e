/** What is typed: keys of input methods, layouts, drafts of other devices, lengths, pastes. On known data. */
import type { Page } from 'playwright';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';

type WithFake = typeof globalThis & { fakeControls: FakeControls };

const GROUP = /^悟空桌面端研发/;

const callsOf = (page: Page, channel: string): Promise<unknown[]> =>
  page.evaluate(
    (name) =>
      (globalThis as WithFake).fakeControls.calls
        .filter((call) => call.channel === name)
        .map(({ args }) => args),
    channel,
  );

/** A key press as Chromium reports it: `keyCode` 229 is one that an input method has taken. */
async function press(
  page: Page,
  key: string,
  options: { code?: string; keyCode?: number; modifiers?: number } = {},
): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { code = key, keyCode = 229, modifiers = 0 } = options;
  const event = { key, code, windowsVirtualKeyCode: keyCode, modifiers };
  await session.send('Input.dispatchKeyEvent', { type: 'keyDown', ...event });
  await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
  await session.detach();
}

const CTRL = 2;

test('keys that an input method takes do nothing in fields, lists, dialogs and menus', async ({
  openFake,
}) => {
  const page = await openFake();
  const taken = async (): Promise<void> => {
    for (const key of ['Enter', 'Escape', 'ArrowDown', 'Tab']) await press(page, key);
  };
  await page.getByRole('option', { name: GROUP }).click();
  const composer = page.getByTestId('composer');
  await composer.fill('还在选字');
  await taken();
  await expect(composer).toHaveValue('还在选字');
  await expect(composer).toBeFocused();

  // Palette: nothing is chosen, nothing closes.
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog');
  await palette.getByRole('combobox').fill('林');
  const chosen = palette.getByRole('option', { selected: true });
  await expect(chosen).toContainText('林');
  const before = await chosen.getAttribute('id');
  await taken();
  await expect(palette).toBeVisible();
  expect(await chosen.getAttribute('id')).toBe(before);
  await page.keyboard.press('Escape');
  await expect(palette).toHaveCount(0);

  // A form in a dialog with a picker: the first row is not picked, the form not sent.
  await page.keyboard.press('Control+n');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').first().fill('林');
  await taken();
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole('option', { selected: true })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);

  // Search in the chat and in all chats.
  await page.keyboard.press('Control+f');
  const inChat = page.getByRole('search').getByRole('textbox', { name: '在会话中搜索' });
  await inChat.fill('发布');
  await taken();
  await expect(inChat).toHaveValue('发布');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Shift+F');
  const everywhere = page.getByRole('searchbox', { name: '搜索' }).first();
  await everywhere.fill('发布');
  await taken();
  await expect(everywhere).toBeFocused();
  await expect(everywhere).toHaveValue('发布');
  expect(await callsOf(page, 'messages.send')).toEqual([]);
});

test('shortcuts work on layouts that write no Latin letters', async ({ openFake }) => {
  const page = await openFake();
  await page.getByRole('option', { name: GROUP }).click();
  const dialog = page.getByRole('dialog');
  for (const key of ['л', 'κ', 'ל', 'ㅏ']) {
    await press(page, key, { code: 'KeyK', keyCode: 0, modifiers: CTRL });
    await expect(dialog.getByRole('combobox')).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
  }
  await page.getByRole('article').last().focus();
  await press(page, 'к', { code: 'KeyR', keyCode: 0 });
  await expect(page.getByTestId('reply-bar')).toBeVisible();
});

test('drafts: another device offers, nothing is cut, an edit takes no files', async ({
  openFake,
}, testInfo) => {
  const page = await openFake();
  await page.getByRole('option', { name: GROUP }).click();
  const composer = page.getByTestId('composer');
  const drafts = async () => (await callsOf(page, 'drafts.set')) as { draft: { text: string } }[];
  const long = '长'.repeat(25_000);
  await composer.fill(long);
  await expect.poll(async () => (await drafts()).at(-1)?.draft.text.length).toBe(25_000);
  await expect(page.getByTestId('composer-counter')).toHaveText('超出 20,000 个字符');
  await composer.fill('这里正在写');
  await expect.poll(async () => (await drafts()).at(-1)?.draft.text).toBe('这里正在写');
  // The list names a draft of a chat one is not in.
  const row = page.getByRole('option', { name: GROUP });
  await expect(row).not.toContainText('草稿');
  await page.getByRole('option').nth(1).click();
  await expect(row).toContainText('[草稿] 这里正在写');
  await row.click();
  await expect(row).not.toContainText('草稿');
  await expect(composer).toHaveValue('这里正在写');
  await expect(composer).toBeFocused();

  const elsewhere = (text: string) =>
    page.evaluate(async (words) => {
      const { fakeControls } = globalThis as WithFake;
      const saved = fakeControls.calls.filter((call) => call.channel === 'drafts.set');
      const [first] = saved as { args: { channel: { channelId: string; channelType: number } } }[];
      if (!first) throw new Error('no draft was saved');
      const { channel } = first.args;
      const draft = {
        text: words,
        mention: { all: false, uids: [] },
        mentionNames: {},
        replyToMessageId: null,
      };
      await window.wukong.invoke('drafts.set', { channel, draft });
      fakeControls.push([{ kind: 'draft', channel }]);
    }, text);
  await elsewhere('手机上写的');
  const bar = page.getByTestId('elsewhere-bar');
  await expect(bar).toContainText('手机上写的');
  await expect(composer).toHaveValue('这里正在写');
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('elsewhere.png') });
  await bar.getByRole('button', { name: '加到末尾' }).click();
  await expect(composer).toHaveValue('这里正在写\n手机上写的');
  await expect(bar).toHaveCount(0);
  await expect.poll(async () => (await drafts()).at(-1)?.draft.text).toBe('这里正在写\n手机上写的');
  // Nobody writes here: it is shown.
  await page.getByRole('searchbox', { name: '搜索' }).first().focus();
  await elsewhere('只在手机上');
  await expect(composer).toHaveValue('只在手机上');

  // The first line keeps its indentation.
  await composer.fill('  if (a) {\n    b();\n  }\n');
  await composer.press('Enter');
  await expect
    .poll(async () => ((await callsOf(page, 'messages.send')).at(-1) as { text: string } | undefined)?.text)
    .toBe('  if (a) {\n    b();\n  }');

  await composer.press('ArrowUp');
  await expect(page.getByTestId('edit-bar')).toBeVisible();
  await composer.evaluate((field) => {
    const data = new DataTransfer();
    data.items.add(new File(['x'], 'image.png', { type: 'image/png' }));
    field.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    );
  });
  await expect(page.getByRole('alert').filter({ hasText: '编辑消息时不能添加图片和文件' })).toBeVisible();
});
