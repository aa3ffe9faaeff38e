/** Search as it is used: what it says beside the hits, what it takes, and where it leads while words are typed. */
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { fakePeople } from '../fixtures/fake/fake-people.ts';
import { atRest } from '../fixtures/walk/layout.ts';

const GROUP = fakePeople('zh', 0).mainGroup;
const MAIN = /^悟空桌面端研发/;

test('the field asked for once takes no focus later; other tabs are told; filters go by days and by kind', async ({
  openFake,
}) => {
  const page = await openFake();
  await page.getByRole('option', { name: MAIN }).click();
  await page.keyboard.press('Control+Shift+F');
  const field = page.getByRole('searchbox', { name: '搜索' });
  await expect(field).toBeFocused();
  // A file is named as one, with what was found in its name.
  await page.keyboard.type('测试报告');
  const file = page.getByRole('listbox', { name: '搜索结果' }).getByRole('option');
  await expect(file).toContainText('[文件] 撤回泄漏测试报告.pdf');
  await expect(file.locator('mark')).toHaveText('测试报告');
  await field.fill('撤回');
  await page.getByRole('tab', { name: '消息' }).click();
  await expect(page.getByRole('button', { name: '“群组”中还有 1 个结果' })).toBeVisible();
  await page.getByRole('button', { name: '类型' }).click();
  await page.getByRole('menuitemcheckbox', { name: '文件' }).click();
  await page.getByRole('button', { name: '日期', exact: true }).click();
  await page.getByRole('menuitemcheckbox', { name: '自定义日期…' }).click();
  await page.getByLabel('从', { exact: true }).fill('2026-11-01');
  await page.getByLabel('到', { exact: true }).fill('2026-11-24');
  await page.getByRole('button', { name: '确定' }).click();
  await expect(page.getByRole('button', { name: '2026-11-01 - 2026-11-24' })).toBeVisible();
  const asked = (): Promise<unknown> =>
    page.evaluate(() => {
      const { fakeControls } = window as unknown as {
        fakeControls: { calls: { channel: string; args: unknown }[] };
      };
      return fakeControls.calls.findLast(({ channel }) => channel === 'search.query')?.args;
    });
  await expect
    .poll(asked)
    .toMatchObject({ kind: 'file', since: expect.any(Number), until: expect.any(Number) });
  await page.getByRole('button', { name: '清除筛选' }).first().click();
  await expect(page.getByRole('button', { name: '日期', exact: true })).toBeVisible();
  await page.getByRole('button', { name: '“群组”中还有 1 个结果' }).click();
  await expect(page.getByRole('tab', { name: '群组' })).toHaveAttribute('aria-selected', 'true');

  await field.press('Escape');
  await page.getByRole('button', { name: /^通讯录/ }).click();
  await page.getByRole('button', { name: /^消息/ }).click();
  await expect(page.getByTestId('bubble').first()).toBeVisible();
  await expect(field).not.toBeFocused();
});

test('filters alone are a search of all chats: it stays when the words are taken away, and at another screen', async ({
  openFake,
}) => {
  const page = await openFake();
  await page.getByRole('option', { name: MAIN }).click();
  await expect(page.getByTestId('composer')).toBeFocused();
  await page.keyboard.press('Control+Shift+F');
  const field = page.getByRole('searchbox', { name: '搜索' });
  await field.fill('报告');
  await page.getByRole('tab', { name: '消息' }).click();
  await page.getByRole('button', { name: '类型' }).click();
  await page.getByRole('menuitemcheckbox', { name: '文件' }).click();
  const hits = page.getByRole('listbox', { name: '搜索结果' }).getByRole('option');
  await expect(hits).toHaveCount(1);
  const chip = page
    .getByRole('complementary', { name: '会话' })
    .getByRole('button', { name: /^(?:文件|图片与视频)$/ });
  await field.fill('');
  await expect(chip).toBeVisible();
  await expect(hits.first()).toContainText('[文件]');
  // Whoever goes on to the filters is still in the search, also coming back from another screen.
  await chip.focus();
  await page.getByRole('button', { name: /^通讯录/ }).click();
  await page.getByRole('button', { name: /^消息/ }).click();
  await expect(chip).toBeVisible();
  await expect(hits.first()).toContainText('[文件]');
  await chip.click();
  await page.getByRole('menuitemcheckbox', { name: '图片与视频' }).click();
  await expect(hits.first()).toContainText('[图片]');
  // People and groups are found by name alone.
  await page.getByRole('tab', { name: '联系人' }).click();
  await expect(page.getByText('输入名字来查找')).toBeVisible();
  await page.getByRole('button', { name: /^“消息”中还有/ }).click();
  await expect(hits.first()).toContainText('[图片]');
  // Without the last filter nothing is looked for: the field waits for words, and Esc leads back to where one was.
  await page.getByRole('button', { name: '清除筛选' }).click();
  await expect(hits).toHaveCount(0);
  await expect(field).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('composer')).toBeFocused();
  await field.fill('报告');
  await expect(page.getByRole('tab', { name: '全部' })).toHaveAttribute('aria-selected', 'true');
  // From the tabs and the filters, too; a menu of theirs takes the first one.
  await page.getByRole('tab', { name: '消息' }).click();
  await page.getByRole('button', { name: '日期', exact: true }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: '日期', exact: true })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(field).toHaveValue('');
  await expect(page.getByRole('option', { name: MAIN })).toBeFocused();
});

test('in a chat images and files are found by kind, with counts and without a word, and by name', async ({
  openFake,
}, testInfo) => {
  const page = await openFake();
  await page.getByRole('option', { name: MAIN }).click();
  await expect(page.getByTestId('image')).toBeVisible();
  await page.keyboard.press('Control+f');
  const count = page.getByTestId('chat-search-count');
  const kinds = page.getByRole('search').getByRole('button', { name: '类型' });
  await kinds.click();
  const menu = page.getByRole('menu', { name: '类型' });
  await expect(menu.getByRole('menuitemcheckbox')).toHaveText([
    '不限类型',
    /^文字\d+$/,
    '图片与视频1',
    '文件1',
    /^链接\d+$/,
  ]);
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('kinds.png') });
  await menu.getByRole('menuitemcheckbox', { name: '图片与视频' }).click();
  await expect(count).toHaveText('1 / 1');
  const chip = page.getByRole('search').getByRole('button', { name: '图片与视频' });
  await expect(chip).toBeVisible();
  await chip.click();
  await menu.getByRole('menuitemcheckbox', { name: '文件' }).click();
  await expect(count).toHaveText('1 / 1');
  await expect(page.getByTestId('file')).toBeInViewport();
  // And its name.
  const field = page.getByRole('search').getByRole('textbox', { name: '在会话中搜索' });
  await field.fill('报告');
  await expect(count).toHaveText('1 / 1');
  await field.fill('没有这个');
  await expect(count).toHaveText('无结果');
  await page.getByRole('search').getByRole('button', { name: '清除筛选' }).click();
  await field.fill('');
  await expect(count).toHaveText('');
});

test('in a chat the hit next to the reader comes into view while typing, is counted there, and Enter goes on', async ({
  openFake,
}) => {
  const page = await openFake({ history: 120 });
  await page.getByRole('option', { name: MAIN }).click();
  await expect(page.getByTestId('bubble').first()).toBeVisible();
  await page.getByRole('log').hover();
  await atRest(page);
  await page.mouse.wheel(0, -4_000);
  await expect(page.getByTestId('jumps')).toBeVisible();
  await atRest(page);
  await page.keyboard.press('Control+f');
  await page.keyboard.type('第 9');
  const count = page.getByTestId('chat-search-count');
  // Of these words, not of the first of them alone; and not the newest: the one the reader was at.
  const total = await page.evaluate(async (channel) => {
    const query = { channel, cursor: null, limit: 20, fromUid: null, since: null, until: null };
    const found = await window.wukong.invoke('search.query', { ...query, text: '第 9' });
    return found.ok ? found.value.messages.length : -1;
  }, GROUP);
  await expect(count).toHaveText(new RegExp(String.raw`^(?:[2-9]|\d\d+) / ${total}$`));
  const place = async (): Promise<number> => Number((await count.textContent())?.split(' / ')[0]);
  const near = await place();
  await page.keyboard.press('Enter');
  await expect.poll(place).toBe(near + 1);
  await page.keyboard.press('Shift+Enter');
  await expect.poll(place).toBe(near);
});

test('the result of a batch ends the selection', async ({ openFake }) => {
  const page = await openFake({ history: 2, height: 1_000 });
  await page.getByRole('option', { name: MAIN }).click();
  // One of a member, which a manager recalls, and one of the owner, which nobody else may.
  await page
    .getByTestId('bubble')
    .filter({ hasText: '第 1 行' })
    .last()
    .click({ modifiers: ['Control'] });
  await page
    .getByTestId('bubble')
    .filter({ hasText: '早上好' })
    .click({ modifiers: ['Control'] });
  await expect(page.getByTestId('selection-bar')).toBeVisible();
  await page.getByTestId('selection-bar').getByRole('button', { name: /^撤回/ }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: /^撤回/ }).click();
  await expect(page.getByTestId('selection-bar')).toHaveCount(0);
});
