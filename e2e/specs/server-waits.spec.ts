/** What is said while a server is reached and does not answer: under a message, in a recall's line, in a dialog. */
import type { Page } from 'playwright';
import type { MessageView } from '../../shared/domain.ts';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';

type WithFake = typeof globalThis & { fakeControls: FakeControls };

const WORDS = {
  zh: {
    group: '悟空桌面端研发',
    sending: '发送中',
    waiting: '等待服务器…',
    cancel: '取消发送',
    refused: '服务器拒绝了这条消息（代码 77）',
    queued: '等待服务器，稍后自动撤回',
    others: '对方仍可看到',
    info: '会话信息',
    rename: '修改群名称',
    save: '保存',
  },
  en: {
    group: 'WuKong Desktop Dev',
    sending: 'Sending',
    waiting: 'Waiting for the server…',
    cancel: 'Cancel sending',
    refused: 'The server refused the message (code 77)',
    queued: 'Waiting for the server; will be recalled then',
    others: 'others can still see it',
    info: 'Chat info',
    rename: 'Edit group name',
    save: 'Save',
  },
} as const;

/** The newest message of the chat, mine, as the core would report it now. */
const report = (page: Page, change: Partial<MessageView>): Promise<void> =>
  page.evaluate(async (changed) => {
    const { wukong, fakeControls } = globalThis as WithFake & Pick<Window, 'wukong'>;
    const sent = fakeControls.calls.findLast(({ channel }) => channel === 'messages.send');
    if (!sent) throw new Error('no message was sent');
    const { channel } = sent.args as Pick<MessageView, 'channel'>;
    const page = await wukong.invoke('messages.page', { channel, anchor: { at: 'latest' }, limit: 20 });
    const message = page.ok ? page.value.messages.at(-1) : undefined;
    if (!message) throw new Error('the message is not there');
    const upserts = [{ ...message, ...changed }];
    fakeControls.push([{ kind: 'messages', channel, upserts, removed: [], live: false }]);
  }, change);

for (const language of ['zh', 'en'] as const) {
  const words = WORDS[language];
  test(`${language}: a message, a recall and a dialog say that they wait for the server`, async ({
    openFake,
  }, testInfo) => {
    const page = await openFake({ language, theme: language === 'zh' ? 'light' : 'dark' });
    await page.clock.install();
    const look = (name: string) =>
      page.screenshot({ animations: 'disabled', path: testInfo.outputPath(`${name}.png`) });
    await page.getByRole('option', { name: new RegExp(`^${words.group}`) }).click();
    await page.getByTestId('composer').fill('tiger-4711');
    await page.getByTestId('send').click();
    const message = page.getByRole('article').last();
    await expect(message).toContainText('tiger-4711');

    // A cluster that elects has answered, but not taken it: said after ten seconds, not before.
    await report(page, { send: { state: 'queued', waiting: true } });
    await page.clock.runFor(2_000);
    await expect(message).toContainText(words.sending);
    await page.clock.runFor(7_000);
    await expect(message).toContainText(words.sending);
    await page.clock.runFor(2_000);
    await expect(message).toContainText(words.waiting);
    await expect(message).not.toContainText(words.sending);
    await expect(message.getByRole('button', { name: words.cancel })).toBeInViewport();
    await look('send');
    // On its way once more it goes on saying so; taken, it says nothing.
    await report(page, { send: { state: 'sending', waiting: true } });
    await expect(message).toContainText(words.waiting);
    // A code that no version of the client knows is named.
    await report(page, { send: { state: 'failed', reason: 'rejected', detail: 'reason 77' } });
    await expect(message.getByTestId('send-failed')).toContainText(words.refused);
    await look('refused');
    await report(page, { send: { state: 'sent' } });
    await expect(message).not.toContainText(words.waiting);

    await report(page, { content: { kind: 'recalled' }, recall: { state: 'queued', waiting: true } });
    const line = page.getByText(words.queued);
    await expect(line).toBeInViewport();
    await expect(page.getByTestId('message-pane')).toContainText(words.others);
    await expect(page.getByTestId('message-pane')).not.toContainText('tiger-4711');
    await look('recall');

    await page.evaluate(() => {
      const { wukong } = window;
      const invoke = wukong.invoke.bind(wukong);
      // (Never answered.)
      const silent: typeof invoke = (channel, args) =>
        channel === 'groups.update' ? new Promise(() => undefined) : invoke(channel, args);
      Object.assign(window, { wukong: { ...wukong, invoke: silent } });
    });
    await page.getByRole('button', { name: words.info }).click();
    await page.getByRole('button', { name: words.rename }).click();
    const dialog = page.getByRole('dialog', { name: words.rename });
    await dialog.getByRole('textbox').fill('tiger');
    await dialog.getByRole('button', { name: words.save }).click();
    await page.clock.runFor(4_000);
    await expect(dialog.getByTestId('server-wait')).toHaveCount(0);
    await page.clock.runFor(2_000);
    await expect(dialog.getByTestId('server-wait')).toHaveText(words.waiting);
    await expect(page.getByTestId('server-wait')).toHaveCount(1);
    await look('dialog');
    // It can be closed; what goes on is said in the corner.
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(page.getByTestId('server-wait')).toHaveText(words.waiting);
  });
}
