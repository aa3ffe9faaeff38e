/** Kinds of messages that phones send and this app draws: text with pictures, calls, screenshots. */
import type { Page } from 'playwright';
import type { MessageContent } from '../../shared/content/message-content.ts';
import type { MessageView } from '../../shared/domain.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { fakeIds } from '../fixtures/fake/fake-names.ts';
import { delta, MessageMaker } from '../fixtures/walk/every-kind.ts';

async function push(page: Page, ...upserts: MessageView[]): Promise<void> {
  await expect(page.getByRole('log').getByRole('article').first()).toBeVisible();
  await page.evaluate((one) => {
    const { fakeControls } = window as unknown as { fakeControls: { push: (deltas: unknown[]) => void } };
    fakeControls.push([one]);
  }, delta(upserts));
  await expect(row(page, upserts.at(-1)?.key)).toBeVisible();
}

const row = (page: Page, key = '') => page.locator(`[data-message-key="${key}"]`);

const call = (what: 'callMissed' | 'videoCallEnded' | 'callRefused', detail = ''): MessageContent => ({
  kind: 'named',
  type: 9989,
  what,
  detail,
});

for (const lang of ['zh', 'en'] as const)
  test(`text with pictures, calls and screenshots say what they are (${lang})`, async ({
    openFake,
  }, testInfo) => {
    const page = await openFake({ language: lang, height: 1_000 });
    const say = (zh: string, en: string): string => (lang === 'zh' ? zh : en);
    await page
      .getByRole('option')
      .filter({ hasText: say('悟空桌面端研发', 'WuKong Desktop') })
      .first()
      .click();
    const make = new MessageMaker(lang, 300);
    const rich = make.message({
      kind: 'named',
      type: 14,
      what: 'richText',
      detail: 'x',
      rich: ['see https://docs.example.com/a', null, 'below'],
    });
    const missed = make.message(call('callMissed'));
    const ended = make.own(call('videoCallEnded', '1:05'));
    const screenshot = make.message({
      kind: 'system',
      type: 20,
      parts: [
        { text: 'Su', uid: fakeIds.su },
        { text: '在聊天中截屏了', uid: null },
      ],
    });
    const mine = make.own({
      kind: 'system',
      type: 20,
      parts: [
        { text: 'Me', uid: fakeIds.me },
        { text: '在聊天中截屏了', uid: null },
      ],
    });
    await push(page, rich, missed, ended, screenshot, mine);
    await expect(row(page, rich.key).getByTestId('rich-text')).toContainText(
      say('图片，请在手机端查看', 'Picture: view it on your phone'),
    );
    await expect(row(page, rich.key).getByRole('link')).toHaveText('https://docs.example.com/a');
    await expect(row(page, missed.key).getByTestId('call')).toContainText(
      say('通话 · 未接听', 'Call · not answered'),
    );
    await expect(row(page, ended.key).getByTestId('call')).toContainText(
      say('视频通话 · 时长 1:05', 'Video call · lasted 1:05'),
    );
    await expect(row(page, screenshot.key).getByTestId('system-line')).toHaveText(
      say('Su在聊天中截屏了', 'Su took a screenshot of the chat'),
    );
    await expect(row(page, mine.key).getByTestId('system-line')).toHaveText(
      say('你在聊天中截屏了', 'You took a screenshot of the chat'),
    );
    await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('kinds.png') });
  });
