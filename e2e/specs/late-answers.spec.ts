/** Answers that come late: an older one is not shown in place of a newer, nor one to another question. */
import type { Page } from 'playwright';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { fakePeople } from '../fixtures/fake/fake-people.ts';

type WithFake = typeof globalThis & { fakeControls: FakeControls };
const hold = (page: Page, channels: string[], isCrossed = false): Promise<void> =>
  page.evaluate(([list, crossed]) => (globalThis as WithFake).fakeControls.hold(list, crossed), [
    channels,
    isCrossed,
  ] as const);
const asked = (page: Page, channel: string): Promise<number> =>
  page.evaluate(
    (name) => (globalThis as WithFake).fakeControls.calls.filter((each) => each.channel === name).length,
    channel,
  );

async function openSettings(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: '设置' }).click();
  await page.getByRole('navigation', { name: '设置' }).getByRole('button', { name, exact: true }).click();
}
/** A connection that was lost and is there again. */
const reconnect = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const { push } = (globalThis as WithFake).fakeControls;
    push([{ kind: 'connection', connection: { state: 'connecting' } }]);
    await new Promise((done) => setTimeout(done, 50));
    push([{ kind: 'connection', connection: { state: 'online' } }]);
  });

test('a device that was removed does not come back', async ({ openFake }) => {
  const page = await openFake();
  await openSettings(page, '账号与设备');
  const phone = page.getByText('Pixel 9');
  await expect(phone).toBeVisible();
  await hold(page, ['account.devices']);
  const before = await asked(page, 'account.devices');
  await reconnect(page);
  await expect.poll(() => asked(page, 'account.devices')).toBeGreaterThan(before);
  await page.getByRole('button', { name: /移除.*Pixel 9/ }).click();
  const during = await asked(page, 'account.devices');
  await page.getByRole('alertdialog').getByRole('button', { name: '移除' }).click();
  await expect.poll(() => asked(page, 'account.devices')).toBeGreaterThan(during);
  await hold(page, [], true);
  await expect(phone).toHaveCount(0);
});

test('files that were cleared are not counted again', async ({ openFake }) => {
  const page = await openFake();
  await hold(page, ['storage.usage', 'storage.byChat']);
  await openSettings(page, '存储与缓存');
  await expect.poll(() => asked(page, 'storage.byChat')).toBe(1);
  await page.evaluate(async (channel) => {
    const { wukong } = globalThis as unknown as Window;
    await wukong.invoke('storage.clearChat', { channel });
  }, fakePeople('zh', 0).mainGroup);
  // Other rules: what is stored is looked at again.
  await page.evaluate(async () => {
    const { wukong } = globalThis as unknown as Window;
    await wukong.invoke('shell.setSettings', { mediaDays: 7 });
  });
  await expect.poll(() => asked(page, 'storage.byChat')).toBe(2);
  await hold(page, [], true);
  const chats = page.getByTestId('storage-by-chat');
  await expect(chats).toBeVisible();
  await expect(chats.getByText('悟空桌面端研发')).toHaveCount(0);
});

test('a remark that was saved stays', async ({ openFake }) => {
  const page = await openFake();
  await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
  await page
    .getByRole('log')
    .getByRole('button', { name: /^查看 .* 的资料$/ })
    .first()
    .click();
  const card = page.getByRole('dialog');
  const remark = card.getByRole('textbox', { name: '备注（仅自己可见）' });
  await expect(remark).toBeVisible();
  await hold(page, ['people.profile']);
  for (const words of ['小舟', '大舟']) {
    const before = await asked(page, 'people.profile');
    await remark.fill(words);
    await remark.press('Enter');
    await expect.poll(() => asked(page, 'people.profile')).toBeGreaterThan(before);
  }
  await hold(page, [], true);
  await expect(page.getByRole('dialog', { name: '大舟 的资料' })).toBeVisible();
});

test('what is recalled is not counted among the kinds, whichever answer is the last', async ({
  openFake,
}) => {
  const page = await openFake();
  const { mainGroup } = fakePeople('zh', 0);
  await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
  await page.keyboard.press('Control+Shift+F');
  await page.keyboard.type('测试报告');
  await page.getByRole('tab', { name: '消息' }).click();
  const hit = page.getByRole('listbox', { name: '搜索结果' }).getByRole('option');
  await expect(hit).toContainText('撤回泄漏测试报告.pdf');
  await hold(page, ['search.kinds']);
  await page.getByRole('button', { name: '类型' }).click();
  await expect.poll(() => asked(page, 'search.kinds')).toBe(1);
  await page.evaluate(async (channel) => {
    const { fakeControls, wukong } = globalThis as unknown as WithFake & Window;
    const page = await wukong.invoke('messages.page', { channel, anchor: { at: 'latest' }, limit: 60 });
    const file = page.ok && page.value.messages.find(({ content }) => content.kind === 'file');
    if (!file) throw new Error('no file');
    const recalled = {
      ...file,
      content: { kind: 'recalled' as const },
      recall: { state: 'pending' as const },
    };
    fakeControls.store([recalled]);
    fakeControls.push([{ kind: 'messages', channel, upserts: [recalled], removed: [], live: false }]);
  }, mainGroup);
  await expect.poll(() => asked(page, 'search.kinds')).toBeGreaterThan(1);
  await hold(page, [], true);
  await expect(page.getByRole('menuitemcheckbox', { name: '文件' })).toContainText('0');
});

test('the recalls of another choice are not shown for this one', async ({ openFake }) => {
  const page = await openFake({ owns: true, height: 900 });
  await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
  await expect(page.getByRole('log').getByRole('article').first()).toBeVisible();
  await page.keyboard.press('Control+i');
  await page.locator('#info-page-recalls').click();
  const list = page.getByRole('list', { name: '撤回记录' });
  await expect(list.getByRole('listitem')).toHaveCount(4);
  await page.evaluate(() => (globalThis as WithFake).fakeControls.fail(['groups.recalls']));
  await page.getByRole('combobox', { name: '操作人' }).selectOption({ label: '林知夏' });
  await expect(page.getByText('撤回记录没有加载出来')).toBeVisible();
  await expect(list).toHaveCount(0);
});

test('what is recalled while a chat is searched is no hit there', async ({ openFake }) => {
  const page = await openFake();
  const { mainGroup } = fakePeople('zh', 0);
  await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
  await page.keyboard.press('Control+f');
  await page.keyboard.type('测试报告');
  const count = page.getByTestId('chat-search-count');
  await expect(count).toHaveText('1 / 1');
  const recall = (): Promise<void> =>
    page.evaluate(async (channel) => {
      const { fakeControls, wukong } = globalThis as unknown as WithFake & Window;
      const loaded = await wukong.invoke('messages.page', { channel, anchor: { at: 'latest' }, limit: 60 });
      const file = loaded.ok && loaded.value.messages.find(({ content }) => content.kind === 'file');
      if (!file) throw new Error('no file');
      const recalled = {
        ...file,
        content: { kind: 'recalled' as const },
        recall: { state: 'pending' as const },
      };
      fakeControls.push([{ kind: 'messages', channel, upserts: [recalled], removed: [], live: false }]);
    }, mainGroup);
  await hold(page, ['search.query']);
  const before = await asked(page, 'search.query');
  await page.keyboard.press('Backspace');
  await expect.poll(() => asked(page, 'search.query')).toBeGreaterThan(before);
  await recall();
  await hold(page, []);
  await expect(count).toHaveText('无结果');
});
