/** Chats that are called the same are told apart wherever they are shown, and nothing stands beside any other name. */
import type { Page } from 'playwright';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { fakeGroup, fakeIds, fakePerson } from '../fixtures/fake/fake-names.ts';
import { fakePeople } from '../fixtures/fake/fake-people.ts';

const rows = fakePeople('zh', 0).conversations;
const [MAIN, RELEASE, DESIGN] = [fakeIds.main, fakeIds.release, fakeIds.design].map(fakeGroup);
const [SU, LIN] = [fakeIds.su, fakeIds.lin].map(fakePerson);
const nameOf = (channel: unknown): string =>
  rows.find((row) => JSON.stringify(row.channel) === JSON.stringify(channel))?.name ?? '';

const renameGroup = (page: Page, channel: unknown, name: string): Promise<unknown> =>
  page.evaluate(([of, to]) => window.wukong.invoke('groups.update', { channel: of as never, name: to }), [
    channel,
    name,
  ] as const);

for (const size of [
  { width: 1280, height: 800, theme: 'light' },
  { width: 720, height: 480, theme: 'dark' },
] as const)
  test(`${size.width}: in list, head, search and groups, and no longer when one is renamed`, async ({
    openFake,
  }, testInfo) => {
    const page = await openFake(size);
    const group = nameOf(MAIN);
    const called = (name: string) => page.getByRole('option').filter({ hasText: name });
    await expect(called(group).first()).toBeVisible();
    await expect(called('24 人')).toHaveCount(0);

    // Groups by how many are in them, people by number or user name, else by the end of what the server calls them.
    await renameGroup(page, RELEASE, ` ${group} `);
    await expect(called(group).filter({ hasText: '24 人' })).toBeVisible();
    await expect(called(group).filter({ hasText: '8 人' })).toBeVisible();
    await renameGroup(page, DESIGN, group);
    await expect(called(group).filter({ hasText: `#${fakeIds.release.slice(-4)}` })).toBeVisible();
    await expect(called(group).filter({ hasText: `#${fakeIds.design.slice(-4)}` })).toBeVisible();
    const su = rows.find((row) => row.channel.channelId === SU?.channelId);
    await page.evaluate(
      (row) =>
        (window as unknown as { fakeControls: FakeControls }).fakeControls.push([
          { kind: 'conversations', upserts: [row], removed: [] },
        ]),
      { ...su!, name: nameOf(LIN) },
    );
    await expect(called('linzhixia')).toBeVisible();
    await expect(called('suhang')).toBeVisible();
    // However long the name is, what tells it apart is in sight.
    for (const row of await called('#').all()) {
      const [whole, detail] = await Promise.all([row.boundingBox(), row.getByText(/^#/).boundingBox()]);
      expect(detail?.width).toBeGreaterThan(20);
      expect((detail?.x ?? 0) + (detail?.width ?? 0)).toBeLessThan((whole?.x ?? 0) + (whole?.width ?? 0));
    }
    await page.screenshot({ path: testInfo.outputPath('list.png') });

    await called('24 人').first().click();
    await expect(page.getByTestId('chat-title')).toHaveText(group);
    await expect(page.getByTestId('chat-detail')).toHaveText('24 人');
    await page.screenshot({ path: testInfo.outputPath('head.png') });
    if (size.width > 800) {
      const search = page.getByRole('searchbox', { name: '搜索' }).first();
      await search.fill('撤回');
      const hits = page.getByRole('listbox', { name: '搜索结果' });
      await expect(hits.getByText('24 人').first()).toBeVisible();
      await page.screenshot({ path: testInfo.outputPath('search.png') });
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: /^通讯录/ }).click();
      await page.getByRole('tab', { name: '群组' }).click();
      const groups = page.getByRole('listbox', { name: '群组' }).getByRole('option');
      await expect(groups.filter({ hasText: '#' })).toHaveCount(2);
      await expect(groups.filter({ hasText: group }).filter({ hasText: '24 人' })).toHaveCount(1);
      await page.screenshot({ path: testInfo.outputPath('groups.png') });
      await page.getByRole('button', { name: /^消息/ }).first().click();

      // Where one of them is cleared, in the row, its button and the question.
      await page.keyboard.press('Control+,');
      await page.getByRole('button', { name: '存储与缓存' }).click();
      const stored = page.getByTestId('storage-by-chat').getByRole('listitem').filter({ hasText: '24 人' });
      await expect(stored).toContainText(group);
      await page.screenshot({ path: testInfo.outputPath('storage.png') });
      await stored.getByRole('button', { name: '24 人' }).click();
      await expect(page.getByRole('alertdialog')).toHaveAccessibleName(/（24 人）/);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('alertdialog')).toHaveCount(0);
      await page.keyboard.press('Escape');
      await expect(page.getByTestId('chat-title')).toHaveText(group);
    }
    await renameGroup(page, RELEASE, '别的');
    await renameGroup(page, DESIGN, '又一个');
    await expect(page.getByTestId('chat-detail')).toHaveCount(0);
  });

test('those of one name are told apart where a search, and where the log of recalls, asks whose', async ({
  openFake,
}, testInfo) => {
  const page = await openFake();
  await page
    .getByRole('option')
    .filter({ hasText: nameOf(MAIN) })
    .click();
  await expect(page.getByTestId('bubble').first()).toBeVisible();
  await page.keyboard.press('Control+i');
  const pane = page.locator('[data-region="info"]');
  await expect(pane.getByRole('switch').first()).toBeVisible();
  const name = nameOf(LIN);
  const members = fakePeople('zh', 0).members.map((member) =>
    member.uid === fakeIds.lin
      ? { ...member, shortNo: '1001' }
      : member.uid === fakeIds.su
        ? { ...member, name, shortNo: '1002' }
        : member,
  );
  await page.evaluate(
    ([channel, all]) =>
      (window as unknown as { fakeControls: FakeControls }).fakeControls.push([
        { kind: 'members', channel: channel!, members: all },
      ]),
    [MAIN, members] as const,
  );
  await page.locator('#info-page-recalls').click();
  const whose = pane.getByRole('combobox', { name: '操作人' });
  await expect(whose.getByRole('option').filter({ hasText: name })).toHaveText([
    `${name} 短号 1001`,
    `${name} 短号 1002`,
  ]);
  await page.keyboard.press('Control+f');
  const search = page.getByRole('search').last();
  await search.getByRole('button', { name: '发送人' }).click();
  const menu = page.getByRole('menu', { name: '发送人' });
  for (const number of ['1001', '1002'])
    await expect(menu.getByRole('menuitemcheckbox', { name: `${name} 短号 ${number}` })).toBeVisible();
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('senders.png') });
  await menu.getByRole('menuitemcheckbox', { name: `${name} 短号 1002` }).click();
  await expect(search.getByRole('button', { name: `${name} 短号 1002` })).toBeVisible();
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('chosen.png') });
});
