/** Words of users: what turns text around stays inside them, and nothing looks like what it is not. */
import type { Page } from 'playwright';
import type { MessageView } from '../../shared/domain.ts';
import { messageView } from '../../shared/testing/message-view.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { fakeIds } from '../fixtures/fake/fake-names.ts';
import { fakePeople } from '../fixtures/fake/fake-people.ts';

const GROUP = fakePeople('zh', 0).mainGroup;
/** Turns everything behind it around, if it is let. */
const OVERRIDE = '\u202e';

function said(seq: number, change: Partial<MessageView>): MessageView {
  return messageView(seq, {
    key: `${fakeIds.su}:said-${seq}`,
    channel: GROUP,
    messageId: String(1_900_000_000_000_000_000n + BigInt(seq)),
    clientMsgNo: `said-${seq}`,
    fromUid: fakeIds.su,
    fromName: '苏航',
    timestamp: Math.floor(Date.now() / 1000),
    ...change,
  });
}

const text = (words: string): MessageView['content'] => ({
  kind: 'text',
  text: words,
  mention: { all: false, uids: [] },
});

async function push(page: Page, upserts: MessageView[]): Promise<void> {
  // What comes before the chat has been answered is no part of it: the fake keeps no history of what it pushes.
  await expect(page.getByRole('log').getByRole('article').first()).toBeVisible();
  await page.evaluate((messages) => {
    const { fakeControls } = window as unknown as { fakeControls: { push: (deltas: unknown[]) => void } };
    fakeControls.push([
      { kind: 'messages', channel: messages[0]?.channel, upserts: messages, removed: [], live: true },
    ]);
  }, upserts);
  await expect(page.locator(`[data-message-key="${upserts.at(-1)?.key}"]`)).toBeVisible();
}

test('what turns text around stays in its own words; system lines have a name, forged ones an author', async ({
  openFake,
}, testInfo) => {
  const page = await openFake({ height: 1_000 });
  await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
  const link = said(101, { content: text(`${OVERRIDE}abc https://example.com/ok def`) });
  const file = said(102, { content: { kind: 'file', url: '', name: 'photogpj.exe', size: 9 } });
  const quoting = said(103, {
    fromUid: fakeIds.lin,
    fromName: 'علی رضا',
    content: text('سلام، می‌خواهم 12 تا'),
    quote: {
      messageId: '1',
      messageSeq: 1,
      fromUid: fakeIds.su,
      fromName: '苏航',
      state: 'ok',
      preview: `${OVERRIDE}引用 abc`,
    },
  });
  const forged = said(104, { content: { kind: 'unsupported', type: 2000 } });
  const call = said(105, { content: { kind: 'named', type: 9989, what: 'callMissed', detail: '' } });
  const place = said(106, { content: { kind: 'named', type: 6, what: 'location', detail: '天安门' } });
  const system = said(107, {
    fromUid: '',
    fromName: '',
    content: {
      kind: 'system',
      type: 1002,
      parts: [
        { text: 'علی', uid: 'a' },
        { text: '邀请', uid: null },
        { text: '林知夏', uid: fakeIds.lin },
        { text: '加入群聊', uid: null },
      ],
    },
  });
  const blank = said(108, { fromUid: '', fromName: '', content: { kind: 'system', type: 1005, parts: [] } });
  await push(page, [link, file, quoting, forged, call, place, system, blank]);
  const row = (message: MessageView) => page.locator(`[data-message-key="${message.key}"]`);

  // Nothing outside the words is turned: the time stands where it stands beside other words.
  for (const message of [link, quoting]) {
    const directions = await row(message).evaluate((article) => {
      const bubble = article.querySelector('[data-testid="bubble"]');
      const time = bubble?.querySelector('time');
      const words = bubble?.querySelector('bdi');
      if (!bubble || !time || !words) throw new Error('no bubble');
      return {
        outside: getComputedStyle(time).direction,
        isolated: [...bubble.querySelectorAll('bdi')].every(
          (part) => getComputedStyle(part).unicodeBidi === 'isolate',
        ),
        timeInside: words.contains(time),
      };
    });
    expect(directions).toEqual({ outside: 'ltr', isolated: true, timeInside: false });
  }
  // The address reads from left to right although the words before it are turned.
  const address = row(link).getByRole('link');
  await expect(address).toHaveText('https://example.com/ok');
  expect(
    await address.evaluate((a) => [getComputedStyle(a).unicodeBidi, getComputedStyle(a).direction]),
  ).toEqual(['isolate', 'ltr']);

  await expect(row(forged)).toHaveAccessibleName(/^苏航，.*\[暂不支持的消息类型\]/);
  await expect(row(forged).getByTestId('system-line')).toHaveCount(0);
  await expect(row(call)).toHaveAccessibleName(/^苏航，.*\[通话未接听\]/);
  await expect(row(place)).toHaveAccessibleName(/^苏航，.*\[位置\] 天安门/);
  await expect(row(system)).toHaveAccessibleName('علی邀请林知夏加入群聊');
  await expect(row(blank)).toHaveAccessibleName('[群通知]');
  await expect(row(blank).getByTestId('system-line')).toHaveText('[群通知]');
  for (const field of [
    page.getByTestId('composer'),
    page.getByRole('searchbox').or(page.locator('.bare-input')).first(),
  ])
    await expect(field).toHaveAttribute('dir', 'auto');
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('user-text.png') });
});

test('an invitation that waits is opened and confirmed by who may, and only a line for the others', async ({
  openFake,
}, testInfo) => {
  const page = await openFake({ height: 1_000 });
  await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
  const waiting = said(101, {
    fromUid: '',
    fromName: '',
    content: {
      kind: 'system',
      type: 1009,
      inviteNo: 'i1',
      parts: [
        { text: '“', uid: null },
        { text: '林知夏', uid: fakeIds.lin },
        { text: '“想邀请2位朋友加入群聊', uid: null },
      ],
    },
  });
  await push(page, [waiting]);
  const line = page.locator(`[data-message-key="${waiting.key}"]`);
  const as = async (myRole: 0 | 1 | 2): Promise<void> => {
    await page.evaluate(
      async ([channel, role]) => {
        const { wukong, fakeControls } = window as unknown as {
          wukong: { invoke: (name: string, args: unknown) => Promise<{ value: object }> };
          fakeControls: { push: (deltas: unknown[]) => void };
        };
        const { value } = await wukong.invoke('channels.open', { channel });
        fakeControls.push([{ kind: 'channelInfo', info: { ...value, myRole: role } }]);
      },
      [GROUP, myRole] as const,
    );
  };
  await as(0);
  await expect(line.getByRole('button')).toHaveCount(0);
  await expect(line).toHaveAccessibleName('“林知夏“想邀请2位朋友加入群聊');
  await as(2);
  await line.getByRole('button', { name: '查看邀请' }).click();
  const dialog = page.getByRole('alertdialog', { name: '入群邀请确认' });
  await expect(dialog).toContainText('林知夏 想邀请 周明远、علی رضا 加入群聊');
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('invitation.png') });
  await dialog.getByRole('button', { name: '确认邀请' }).click();
  await expect(dialog).toHaveCount(0);
});
