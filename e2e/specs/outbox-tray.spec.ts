/** What has not left: the tray of it, files that would take long, files that the server refuses. On known data. */
import { Buffer } from 'node:buffer';
import type { Page } from 'playwright';
import { chartPng } from '../../server/business/seed/demo-files.ts';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { resize } from '../fixtures/walk/layout.ts';

type WithFake = typeof globalThis & { fakeControls: FakeControls };

const GROUP = /^悟空桌面端研发/;
const text = (name: string, size: number) => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.alloc(size, 'a'),
});
const calls = (page: Page, channel: string): Promise<number> =>
  page.evaluate(
    (name) => (globalThis as WithFake).fakeControls.calls.filter((call) => call.channel === name).length,
    channel,
  );

/** What the core says of the way to the server. */
const setPace = (
  page: Page,
  pace: { bytesPerSecond: number | null; refusedBytes: number | null },
): Promise<void> =>
  page.evaluate((value) => {
    const bridge = window.wukong as { invoke: (channel: string, args: unknown) => unknown };
    const place = globalThis as { invokeBefore?: typeof bridge.invoke };
    place.invokeBefore ??= bridge.invoke;
    const plain = place.invokeBefore;
    bridge.invoke = (channel, args) =>
      channel === 'attachments.pace' ? Promise.resolve({ ok: true, value }) : plain(channel, args);
  }, pace);

for (const theme of ['light', 'dark'] as const) {
  test(`failed and waiting ones with retry and delete each, and retry all, in ${theme}`, async ({
    openFake,
  }, testInfo) => {
    const page = await openFake({ theme });
    await page.getByRole('option', { name: GROUP }).click();
    await expect(page.getByTestId('image')).toBeVisible();
    const tray = page.getByRole('region', { name: '待发送' });
    await expect(tray).toHaveCount(0);
    await page.getByTestId('pick-file').setInputFiles([text('用例-v3.xlsx', 90_000)]);
    await page
      .getByTestId('pick-image')
      .setInputFiles([{ name: 'chart.png', mimeType: 'image/png', buffer: chartPng() }]);
    // (One of them can be sent before the other is read.)
    await expect(page.getByRole('list', { name: '待发送的附件' }).getByRole('listitem')).toHaveCount(2);
    await page.getByTestId('send').click();
    const uploads = page.getByRole('button', { name: '取消上传' });
    await expect(uploads).toHaveCount(2);
    for (const left of [1, 0]) {
      await uploads.first().click();
      await expect(uploads).toHaveCount(left);
    }
    await expect(tray.getByRole('button', { name: '2 条没有发送' })).toBeVisible();
    await expect(tray.getByRole('listitem')).toHaveCount(0);
    await tray.getByRole('button', { name: '2 条没有发送' }).click();
    const rows = tray.getByRole('listitem');
    await expect(rows).toHaveCount(2);
    await expect(rows.first()).toContainText(/\[文件\] 用例-v3.xlsx.*发送失败：已取消上传/);
    await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('tray.png') });

    // One that is tried again leaves; one that is deleted is gone from the flow as well.
    await rows
      .first()
      .getByRole('button', { name: /^重试：/ })
      .click();
    await expect(rows).toHaveCount(1);
    await expect(page.getByTestId('send-failed')).toHaveCount(1);
    await rows
      .first()
      .getByRole('button', { name: /^删除：/ })
      .click();
    await expect(tray).toHaveCount(0);
    await expect(page.getByTestId('send-failed')).toHaveCount(0);

    // Without a network what waits is there at once; retry all asks for the connection.
    await page.evaluate(() => {
      const { fakeControls } = globalThis as WithFake;
      const pane =
        document.querySelector<HTMLElement>('[data-testid="message-pane"]')?.dataset['channel'] ?? '';
      const channel = {
        channelId: pane.slice(pane.indexOf('/') + 1),
        channelType: Number(pane.split('/')[0]),
      };
      const waiting = (n: number, words: string) => ({
        key: `u-xuyinuo:waits-${n}`,
        channel,
        messageId: null,
        messageSeq: 0,
        order: 2 ** 52 + n,
        clientMsgNo: `waits-${n}`,
        fromUid: 'u-xuyinuo',
        fromName: '许一诺',
        fromRole: null,
        own: true,
        timestamp: Math.floor(Date.now() / 1000),
        content: { kind: 'text' as const, text: words, mention: { all: false, uids: [] } },
        quote: null,
        edited: false,
        send: { state: 'queued' as const },
        readCount: null,
        recall: null,
        flame: null,
      });
      fakeControls.push([
        { kind: 'connection', connection: { state: 'offline', nextTryAtMs: Date.now() + 60_000 } },
        {
          kind: 'messages',
          channel,
          upserts: [waiting(1, '这一条我确认过了'), waiting(2, '还有一条')],
          removed: [],
          live: false,
        },
      ]);
    });
    await tray.getByRole('button', { name: '2 条等待发送' }).click();
    await expect(rows.first()).toContainText('等待网络');
    await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('waiting.png') });
    await resize(page, { width: 720, height: 480 });
    await expect(page.getByTestId('composer')).toBeInViewport();
    await tray.getByRole('button', { name: '全部重试' }).click();
    await expect.poll(() => calls(page, 'connection.retry')).toBe(1);
    // Sent: nothing waits any more.
    await page.evaluate(() => {
      const { fakeControls } = globalThis as WithFake;
      const pane =
        document.querySelector<HTMLElement>('[data-testid="message-pane"]')?.dataset['channel'] ?? '';
      const channel = {
        channelId: pane.slice(pane.indexOf('/') + 1),
        channelType: Number(pane.split('/')[0]),
      };
      fakeControls.push([
        {
          kind: 'messages',
          channel,
          upserts: [],
          removed: ['u-xuyinuo:waits-1', 'u-xuyinuo:waits-2'],
          live: false,
        },
      ]);
    });
    await expect(tray).toHaveCount(0);
  });
}

test('a file that takes minutes is asked about; one that the server refuses is said to be before it leaves', async ({
  openFake,
}, testInfo) => {
  const page = await openFake();
  await page.getByRole('option', { name: GROUP }).click();
  await expect(page.getByTestId('image')).toBeVisible();
  const items = page.getByRole('list', { name: '待发送的附件' }).getByRole('listitem');
  await setPace(page, { bytesPerSecond: 1_000, refusedBytes: null });
  await page.getByTestId('pick-file').setInputFiles([text('build-1128.zip', 350_000)]);
  await expect(items).toHaveCount(1);
  await page.keyboard.type('说明');
  await page.keyboard.press('Enter');
  const question = page.getByRole('alertdialog', { name: '文件较大，发送可能要 6 分钟' });
  await expect(question).toContainText('build-1128.zip，342 KB，当前 1000 B/s');
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('slow.png') });
  await question.getByRole('button', { name: '取消' }).click();
  await expect(items).toHaveCount(1);
  await expect(page.getByTestId('composer')).toHaveValue('说明');
  expect(await calls(page, 'messages.sendAttachments')).toBe(0);
  await page.getByTestId('send').click();
  await question.getByRole('button', { name: '仍然发送' }).click();
  await expect.poll(() => calls(page, 'messages.sendAttachments')).toBe(1);
  await expect(items).toHaveCount(0);

  // Learned from a refusal: neither picked nor sent.
  const alert = page.getByRole('alert').filter({ hasText: /./ });
  await page.getByTestId('pick-file').setInputFiles([text('picked-before.zip', 350_000)]);
  await expect(items).toHaveCount(1);
  await setPace(page, { bytesPerSecond: null, refusedBytes: 300_000 });
  await page.getByTestId('send').click();
  await expect(alert).toContainText('服务器不接受 293 KB 或更大的文件：picked-before.zip 不能发送');
  await expect(items).toHaveCount(1);
  await page.getByTestId('pick-file').setInputFiles([text('large.zip', 400_000), text('small.txt', 10)]);
  await expect(alert).toContainText('服务器不接受 293 KB 或更大的文件，1 个未添加');
  await expect(items).toHaveCount(2);
});
