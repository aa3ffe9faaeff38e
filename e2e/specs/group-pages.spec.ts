/** The code others join a group by, as it is shown and as it is read, and who asks to be let in. */
import type { Page } from 'playwright';
import { messageView, recalledView } from '../../shared/testing/message-view.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { fakeGroup, fakeIds, fakeNames } from '../fixtures/fake/fake-names.ts';
import { give, picture } from '../fixtures/people/media.ts';
import { qrPng } from '../fixtures/people/qr-png.ts';

const LINK = `https://im.wukong.example/v1/qrcode/${fakeIds.main}`;
const { name } = fakeNames('zh');

const last = (page: Page, channel: string): Promise<unknown> =>
  page.evaluate(
    (wanted) =>
      (window as unknown as { fakeControls: FakeControls }).fakeControls.calls.findLast(
        (call) => call.channel === wanted,
      )?.args,
    channel,
  );
const paneOf = (page: Page) => page.locator('[data-region="info"]');

async function openInfo(page: Page): Promise<void> {
  await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
  await page.keyboard.press('Control+i');
  await expect(paneOf(page)).toHaveAccessibleName('群信息');
}

test('the code says the link; it is saved, copied with the link, and sent as a card', async ({
  openFake,
}) => {
  const page = await openFake({ owns: true });
  await openInfo(page);
  const pane = paneOf(page);
  await page.locator('#info-page-code').click();
  const code = pane.getByRole('img', { name: '群二维码' });
  await expect(code).toBeVisible();
  await pane.getByRole('button', { name: '保存图片' }).click();
  await expect(page.getByTestId('toast')).toContainText('图片已保存');
  await pane.getByRole('button', { name: '复制', exact: true }).click();
  await expect(page.getByTestId('toast')).toContainText('二维码和链接已复制');
  expect(await last(page, 'shell.copyPicture')).toMatchObject({ text: LINK });
  await pane.getByRole('button', { name: '发到会话…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('option', { name: new RegExp(`^${name.su}`) }).click();
  await dialog.getByRole('button', { name: '发送', exact: true }).click();
  await expect(dialog).toHaveCount(0);
  expect(await last(page, 'messages.send')).toMatchObject({
    channel: { channelId: fakeIds.su },
    text: expect.stringContaining(LINK),
  });
});

test('who asks to be let in is let in or refused, and what became of it stays', async ({ openFake }) => {
  const page = await openFake({ owns: true });
  await openInfo(page);
  await page.locator('#info-page-requests').click();
  const list = paneOf(page).getByRole('list', { name: '入群申请' });
  const asking = (who: string) => list.getByRole('listitem').filter({ hasText: who });
  await asking(name.zhou).getByRole('button', { name: '同意' }).click();
  await expect(asking(name.zhou)).toContainText(`${name.me} 已同意`);
  await asking('tangtao').getByRole('button', { name: '拒绝 tangtao' }).click();
  await expect(asking('tangtao')).toContainText(`${name.me} 已拒绝`);
  await expect(list.getByRole('button', { name: '同意' })).toHaveCount(0);
  await expect(asking('moli')).toBeVisible();
});

const OTHER_LINK = `https://im.wukong.example/v1/qrcode/${fakeIds.community}`;

for (const [theme, language] of [
  ['light', 'zh'],
  ['dark', 'en'],
] as const)
  test(`a code in a picture is read: of a message until its recall, picked, pasted (${theme})`, async ({
    openFake,
  }, testInfo) => {
    const page = await openFake({ theme, language, width: 900, height: 600 });
    const say = (zh: string, en: string): string => (language === 'zh' ? zh : en);
    const code = qrPng('code.png', OTHER_LINK);
    const message = messageView(900, {
      key: `${fakeIds.su}:code`,
      channel: fakeGroup(fakeIds.main),
      fromUid: fakeIds.su,
      fromName: fakeNames(language).name.su,
      timestamp: Math.floor(Date.now() / 1000),
      content: { kind: 'image', url: 'file/code.png', width: 300, height: 300 },
    });
    await page.evaluate(
      (url) => {
        const bridge = window.wukong as { invoke: (channel: string, args: unknown) => unknown };
        const plain = bridge.invoke;
        bridge.invoke = (channel, args) =>
          channel === 'media.load' && (args as { key: string }).key.endsWith(':code')
            ? Promise.resolve({ ok: true, value: { url, bytes: 1 } })
            : plain(channel, args);
      },
      `data:image/png;base64,${code.buffer.toString('base64')}`,
    );
    await page.getByRole('option', { name: /^(?:悟空桌面端研发|WuKong Desktop)/ }).click();
    await expect(page.getByTestId('image').locator('img')).toBeVisible();
    const put = (each: typeof message): Promise<void> =>
      page.evaluate(
        (upsert) => (window as unknown as { fakeControls: FakeControls }).fakeControls.store([upsert]),
        each,
      );
    await put(message);
    const bubble = page.locator(`[data-message-key="${message.key}"]`).getByTestId('image');
    const scan = async (of: typeof bubble): Promise<void> => {
      await of.click({ button: 'right' });
      await page.getByRole('menuitem', { name: say('识别图中二维码', 'Read the QR code in it') }).click();
    };
    const dialog = page.getByRole('dialog', { name: say('加入群聊', 'Join a group') });
    const field = dialog.getByRole('textbox');
    const group = dialog.getByText(say('开源社区', 'Open source'));

    // A picture without one says so.
    await scan(page.getByTestId('image').first());
    await expect(page.getByTestId('toast')).toContainText(say('没有找到二维码', 'No QR code found'));
    await scan(bubble);
    await expect(field).toHaveValue(OTHER_LINK);
    await expect(group).toBeVisible();
    const joins = dialog.getByRole('button', { name: say('加入群聊', 'Join'), exact: true });
    // Nobody is writing: Enter joins.
    await expect(joins).toBeFocused();
    await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('scanned.png') });
    await put(recalledView(message));
    await expect(dialog).toHaveCount(0);
    expect(await page.evaluate(() => document.documentElement.outerHTML)).not.toContain(OTHER_LINK);

    await page.getByRole('button', { name: say('新建', 'New'), exact: true }).click();
    await page.getByRole('menuitem', { name: say('通过链接加入群聊', 'Join a group by link') }).click();
    await dialog.getByTestId('pick-code').setInputFiles([picture('none.png')]);
    await expect(dialog.getByRole('alert')).toContainText(say('没有找到二维码', 'No QR code found'));
    await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('none.png') });
    // What is no link is shown as what it is, what is too long as well.
    const odd = (words: string) => dialog.getByTestId('pick-code').setInputFiles([qrPng('odd.png', words)]);
    await odd('wukong://a\u0000b\u202Ecd');
    await expect(field).toHaveValue('wukong://abcd');
    await odd('x'.repeat(2_001));
    await expect(dialog.getByRole('alert')).toContainText('2,000');
    await dialog.getByTestId('pick-code').setInputFiles([code]);
    await expect(group).toBeVisible();
    await field.fill('');
    await expect(group).toHaveCount(0);
    await give(page, 'paste', '[role="dialog"] input:not([type="file"])', [code]);
    await expect(field).toHaveValue(OTHER_LINK);
    await expect(joins).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(dialog).toHaveCount(0);
    expect(await last(page, 'joining.join')).toMatchObject({
      channel: { channelId: fakeIds.community },
      authCode: 'joins',
    });
  });
