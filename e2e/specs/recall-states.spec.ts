/**
 * Every row of ui.md 5's table and every sentence of a recall line, on known data, in both languages and themes. How a
 * message comes to these states is shown by the other recall specs.
 */
import type { Page } from 'playwright';
import type { CoreDelta } from '../../shared/ipc/contract/events.ts';
import { type MessageView, type RecallState, Role } from '../../shared/domain.ts';
import { messageView } from '../../shared/testing/message-view.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { todayAt } from '../fixtures/fake/fake-clock.ts';
import { expectForgotten, holds, pageHeap } from '../fixtures/app/heap-watch.ts';
import { fakeIds } from '../fixtures/fake/fake-names.ts';
import { fakePeople } from '../fixtures/fake/fake-people.ts';

type Language = 'zh' | 'en';
const GROUP = fakePeople('zh', 0).mainGroup;
const GROUP_NAME = { zh: '悟空桌面端研发', en: 'WuKong Desktop Dev' } as const;
const NAMES = {
  zh: { me: '许一诺', chen: '陈屿', lin: '林知夏', su: '苏航' },
  en: { me: 'Xu Yinuo', chen: 'Chen Yu', lin: 'Lin Zhixia', su: 'Su Hang' },
} as const;
const { me, chen, lin, su } = fakeIds;
const FORMER = 'u-former-1';

let nextSeq = 100;
function message(fromUid: string, fromName: string, patch: Partial<MessageView> = {}): MessageView {
  nextSeq += 1;
  return messageView(nextSeq, {
    key: `${fromUid}:state-${nextSeq}`,
    channel: GROUP,
    messageId: String(1_900_000_000_000_000_000n + BigInt(nextSeq)),
    clientMsgNo: `state-${nextSeq}`,
    fromUid,
    fromName,
    fromRole: null,
    own: fromUid === me,
    timestamp: Math.floor(Date.now() / 1000) - 10,
    content: { kind: 'text', text: `words ${nextSeq}`, mention: { all: false, uids: [] } },
    ...patch,
  });
}

function done(
  [fromUid, fromName]: readonly [uid: string, name: string],
  by: { uid: string | null; name?: string; role?: Role | null; reedit?: boolean },
): MessageView {
  const recall: RecallState = {
    state: 'done',
    revokerUid: by.uid,
    revokerName: by.name ?? '',
    revokerRole: by.role ?? null,
    reeditUntilMs: by.reedit ? Date.now() + 300_000 : null,
  };
  return message(fromUid, fromName, { content: { kind: 'recalled' }, recall });
}

const words = (text: string): Partial<MessageView> => ({
  content: { kind: 'text', text, mention: { all: false, uids: [] } },
});

/** The same message, recalled by its author. */
const goneLike = (of: MessageView): MessageView => ({
  ...done([su, '苏航'], { uid: su }),
  key: of.key,
  order: of.order,
});

async function push(page: Page, upserts: MessageView[], live = true): Promise<void> {
  const delta: CoreDelta = { kind: 'messages', channel: GROUP, upserts, removed: [], live };
  await page.evaluate(
    (deltas) => {
      const { fakeControls } = window as unknown as { fakeControls: { push: (deltas: CoreDelta[]) => void } };
      fakeControls.push(deltas);
    },
    [delta],
  );
}

async function openGroup(page: Page, language: Language): Promise<void> {
  await page.getByRole('option', { name: new RegExp(`^${GROUP_NAME[language]}`) }).click();
  await expect(page.getByTestId('bubble').first()).toBeVisible();
}

for (const language of ['zh', 'en'] as const) {
  const say = (zh: string, en: string): string => (language === 'zh' ? zh : en);
  const name = NAMES[language];
  const [mine, hers, members] = [
    [me, name.me],
    [lin, name.lin],
    [su, name.su],
  ] as const;

  for (const theme of ['light', 'dark'] as const) {
    test(`${language} ${theme}: every sentence of a recall line, and every state on the way to it`, async ({
      openFake,
    }, testInfo) => {
      const page = await openFake({ language, theme, height: 1_100 });
      await openGroup(page, language);
      const lines: [MessageView, string][] = [
        [
          done(mine, { uid: me, reedit: true }),
          say('你撤回了一条消息重新编辑', 'You recalled a messageEdit again'),
        ],
        [done(members, { uid: me }), say('你撤回了 苏航 的一条消息', "You recalled Su Hang's message")],
        [done(members, { uid: su }), say('苏航 撤回了一条消息', 'Su Hang recalled a message')],
        // A manager who recalls an own message does not do so as a manager.
        [
          done(hers, { uid: lin, role: Role.manager }),
          say('林知夏 撤回了一条消息', 'Lin Zhixia recalled a message'),
        ],
        [
          done(mine, { uid: chen, role: Role.owner }),
          say('群主 陈屿 撤回了你的一条消息', 'Owner Chen Yu recalled your message'),
        ],
        [
          done(members, { uid: lin, role: Role.manager }),
          say('管理员 林知夏 撤回了 苏航 的一条消息', "Admin Lin Zhixia recalled Su Hang's message"),
        ],
        // Left the group since: only the core still knows the name.
        [
          done(members, { uid: FORMER, name: 'Ada', role: Role.manager }),
          say('管理员 Ada 撤回了 苏航 的一条消息', "Admin Ada recalled Su Hang's message"),
        ],
        [
          done([FORMER, 'Ada'], { uid: FORMER, name: 'Ada' }),
          say('Ada 撤回了一条消息', 'Ada recalled a message'),
        ],
        [done(members, { uid: null }), say('苏航 的一条消息已被撤回', "Su Hang's message was recalled")],
        [done(members, { uid: FORMER }), say('苏航 的一条消息已被撤回', "Su Hang's message was recalled")],
        [done([FORMER, ''], { uid: null }), say('一条消息已被撤回', 'A message was recalled')],
        [done([FORMER, ''], { uid: FORMER }), say('一条消息已被撤回', 'A message was recalled')],
      ];
      const row = (of: MessageView) => page.locator(`[data-message-key="${of.key}"]`);
      await push(
        page,
        lines.map(([one]) => one),
      );
      for (const [one, text] of lines) await expect.soft(row(one)).toHaveText(text);
      // Names are isolated from the text around them.
      await expect(
        page
          .getByTestId('recall-tip')
          .filter({ hasText: lines[5]?.[1] ?? '' })
          .locator('bdi'),
      ).toHaveText([say('管理员', 'Admin'), name.lin, name.su]);

      const pending = message(...mine, { recall: { state: 'pending' }, content: { kind: 'recalled' } });
      const queued = message(...mine, {
        recall: { state: 'queued' },
        content: { kind: 'recalled' },
      });
      const denied = message(...mine, {
        recall: { state: 'denied', reason: 'late', atMs: Date.now() },
      });
      await push(page, [pending, queued, denied]);
      await expect(row(pending)).toHaveText(say('正在撤回…', 'Recalling…'));
      await expect(row(queued)).toHaveText(
        say('等待网络，联网后撤回对方仍可看到取消撤回', 'Waiting for networkothers can still see itCancel'),
      );
      await expect(row(denied).getByTestId('bubble')).toBeVisible();
      await expect(row(denied).getByRole('alert')).toHaveText(
        say('撤回失败：已超过 2 分钟，消息仍可见', 'Not recalled: over 2 minutes, still visible'),
      );
      await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('lines.png') });

      // Three by one actor fold; what can be edited again never does.
      const run = [1, 2, 3].map(() => done(members, { uid: su }));
      await push(page, run);
      const fold = page.getByTestId('recall-folded');
      await expect(fold).toHaveText(say('苏航 撤回了 3 条消息展开', 'Su Hang recalled 3 messagesShow'));
      await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('folded.png') });
      await fold.getByRole('button').click();
      await expect(fold).toHaveCount(0);
      await expect(page.locator('[data-message-key]:focus')).toHaveCount(1);
    });
  }

  test(`${language}: the menu counts down, turns amber, and says why not`, async ({ openFake }, testInfo) => {
    const theme = say('light', 'dark') as 'light' | 'dark';
    const page = await openFake({ language, theme });
    await openGroup(page, language);
    // Its clock stands still but for what is said: two minutes are as long on a busy machine.
    const nowMs = Date.now() + 60_000;
    await page.clock.install({ time: nowMs - 60_000 });
    await page.clock.pauseAt(nowMs);
    const now = Math.floor(nowMs / 1000);
    const fresh = message(...mine, { timestamp: now - 5 });
    const late = message(...mine, { timestamp: now - 600 });
    const owners = message(chen, name.chen, { fromRole: Role.owner });
    const theirs = message(...members, { fromRole: Role.member });
    await push(page, [late, owners, theirs, fresh]);
    const item = async (of: MessageView) => {
      await page.keyboard.press('Escape');
      await page.locator(`[data-message-key="${of.key}"]`).getByTestId('bubble').click({ button: 'right' });
      return page.getByRole('menuitem').filter({ hasText: say('撤回', 'ecall') });
    };
    const left = page.getByTestId('recall-left');
    await item(fresh);
    await expect(left).toHaveText(language === 'zh' ? /^剩余 1:\d\d$/ : /^1:\d\d left$/);
    await expect(left).not.toHaveCSS('color', theme === 'light' ? 'rgb(138, 80, 0)' : 'rgb(240, 190, 98)');
    await page.screenshot({ path: testInfo.outputPath(`menu-${language}.png`) });
    const closing = message(...mine, { timestamp: now - 110 });
    await push(page, [closing]);
    const ending = await item(closing);
    await expect(left).toHaveCSS('color', theme === 'light' ? 'rgb(138, 80, 0)' : 'rgb(240, 190, 98)');
    await ending.focus();
    await page.screenshot({ path: testInfo.outputPath(`menu-amber-${language}.png`) });
    await page.clock.runFor(5_000);
    await expect(ending).not.toHaveAttribute('aria-disabled');
    await page.clock.runFor(6_000);
    await expect(ending).toHaveAttribute('aria-disabled', 'true');
    await expect(ending).toBeFocused();
    await expect(ending).toContainText(say('超过 2 分钟，无法撤回', 'Over 2 minutes, cannot recall'));
    await page.screenshot({ path: testInfo.outputPath(`menu-ended-${language}.png`) });
    await expect(await item(late)).toHaveAttribute('aria-disabled', 'true');
    const why = await item(owners);
    await expect(why).toContainText(say('对方是群主，你没有权限', 'Not permitted: group Owner'));
    await page.screenshot({ path: testInfo.outputPath(`menu-role-${language}.png`) });
    const other = await item(theirs);
    await expect(other).toHaveText(say('撤回成员消息…', 'Recall their message…'));
    await other.click();
    const question = page.getByRole('alertdialog');
    await expect(question).toContainText(say('撤回 苏航 的消息？', "Recall Su Hang's message?"));
    await expect(question.getByRole('button', { name: say('取消', 'Cancel') })).toBeFocused();
    await page.screenshot({ path: testInfo.outputPath(`question-${language}.png`) });
  });
}

test('a screen reader hears of a recall once; several at once are counted', async ({ openFake }) => {
  const page = await openFake();
  await openGroup(page, 'zh');
  const region = page.getByTestId('flow-announcements');
  await page.evaluate(() => {
    const heard: string[] = [];
    const element = document.querySelector('[data-testid="flow-announcements"]');
    if (!element) throw new Error('no region');
    new MutationObserver(() => {
      if (element.textContent) heard.push(element.textContent);
    }).observe(element, { childList: true, subtree: true, characterData: true });
    Object.assign(window, { heard });
  });
  const [one, two, three] = [1, 2, 3].map(() => message(su, '苏航')) as [
    MessageView,
    MessageView,
    MessageView,
  ];
  await push(page, [one, two, three]);
  await expect(region).toContainText('3 条新消息');
  await push(page, [goneLike(one)], false);
  await expect(region).toHaveText('苏航 撤回了一条消息');
  await push(page, [goneLike(one)], false);
  await push(page, [goneLike(two), goneLike(three)], false);
  await expect(region).toHaveText('2 条消息已被撤回');
  await expect(region).toHaveText('');
  expect(await page.evaluate(() => (window as unknown as { heard: string[] }).heard)).toEqual([
    '3 条新消息',
    '苏航 撤回了一条消息',
    '2 条消息已被撤回',
  ]);
});

test('what is not sent yet is cancelled, not recalled', async ({ openFake }) => {
  const page = await openFake();
  await openGroup(page, 'zh');
  const unsent = { messageId: null, messageSeq: 0 };
  const queued = message(me, '许一诺', { ...unsent, send: { state: 'queued' } });
  const sending = message(me, '许一诺', { ...unsent, send: { state: 'sending' } });
  await push(page, [queued, sending]);
  for (const [of, call] of [
    [queued, 'messages.discard'],
    // It may be on its way: the core recalls it as soon as it is acknowledged.
    [sending, 'messages.recall'],
  ] as const) {
    await page.locator(`[data-message-key="${of.key}"]`).getByTestId('bubble').click({ button: 'right' });
    await expect(page.getByRole('menuitem', { name: /^撤回/ })).toHaveCount(0);
    await page.getByRole('menuitem', { name: '取消发送' }).click();
    const asked = (): Promise<string[]> =>
      page.evaluate((key) => {
        const { fakeControls } = window as unknown as {
          fakeControls: { calls: { channel: string; args: { key?: string } | undefined }[] };
        };
        return fakeControls.calls.filter(({ args }) => args?.key === key).map(({ channel }) => channel);
      }, of.key);
    await expect.poll(asked).toEqual([call]);
  }
});

test('the focus stays with a message whose link or quote had it, and never falls to the body', async ({
  openFake,
}) => {
  const page = await openFake();
  await openGroup(page, 'zh');
  const text = 'https://docs.wukong.example/plan';
  const linked = message(su, '苏航', words(text));
  await push(page, [linked]);
  const row = page.locator(`[data-message-key="${linked.key}"]`);
  await row.getByRole('link').focus();
  await push(page, [goneLike(linked)], false);
  await expect(row.getByTestId('recall-tip')).toBeVisible();
  await expect(row).toBeFocused();
  // Folded with others it is the fold that has the focus.
  const more = [1, 2].map(() => message(su, '苏航'));
  await push(page, more);
  await push(page, more.map(goneLike), false);
  await expect(page.getByTestId('recall-folded')).toBeVisible();
  await expect(page.locator('[data-message-key]:focus').getByTestId('recall-folded')).toBeVisible();
});

test('a hundred can be selected and no more', async ({ openFake }) => {
  const page = await openFake();
  await openGroup(page, 'zh');
  const many = Array.from({ length: 120 }, () => message(su, '苏航'));
  await push(page, many);
  const bubbles = page.getByTestId('bubble');
  await expect(page.locator(`[data-message-key="${many.at(-1)?.key}"]`)).toBeVisible();
  await bubbles.last().click({ modifiers: ['Control'] });
  await expect(page.getByRole('toolbar')).toContainText('已选 1 条');
  await page.keyboard.press('Home');
  await expect(page.getByRole('article').first()).toBeFocused();
  await bubbles.first().click({ modifiers: ['Shift'] });
  await expect(page.getByRole('toolbar')).toContainText('已选 100 条');
  await expect(page.getByRole('status').filter({ hasText: '最多选择 100 条' })).toHaveCount(1);
});

test('memory: an open selection, forward dialog and question keep no word of what was recalled', async ({
  openFake,
}) => {
  test.setTimeout(120_000);
  const page = await openFake();
  await openGroup(page, 'zh');
  const mark = 'memory-marker-Kd9S';
  const [secret, other] = [
    message(su, '苏航', words(`${mark} 要忘掉的`)),
    message(su, '苏航', words('别的话')),
  ];
  await push(page, [secret, other]);
  const bubble = (of: MessageView) => page.locator(`[data-message-key="${of.key}"]`).getByTestId('bubble');
  // The question about it was open before, and closed again.
  await bubble(secret).click({ button: 'right' });
  await page.getByRole('menuitem', { name: '撤回成员消息…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: '取消' }).click();
  await bubble(secret).click({ modifiers: ['Control'] });
  await bubble(other).click();
  await page.getByRole('toolbar').getByRole('button', { name: '转发' }).click();
  await expect(page.getByTestId('forward-messages')).toContainText(mark);
  expect(holds(await pageHeap(page), mark)).toBe(true);
  await push(page, [goneLike(secret)], false);
  await expect(page.getByTestId('forward-note')).toBeVisible();
  await expect(page.getByTestId('selection-bar')).toContainText('已选 1 条');
  await expectForgotten(() => pageHeap(page), mark);
});

test('where recalls have no limit: two minutes or ten, no time left; what is out of reach is said before', async ({
  openFake,
}, testInfo) => {
  // What was said in the morning is not recent, whenever this runs.
  const page = await openFake({ height: 600, hour: 18 });
  await openGroup(page, 'zh');
  const now = todayAt(18, 0);
  const own = (secondsAgo: number): MessageView =>
    message(me, '许一诺', { timestamp: now - secondsAgo, ...words('不会列出来的话') });
  await page.evaluate(
    (all) => {
      const bridge = window.wukong as { invoke: (channel: string, args: unknown) => unknown };
      const plain = bridge.invoke;
      const { fakeControls } = window as unknown as {
        fakeControls: { push: (deltas: CoreDelta[]) => void; store: (messages: MessageView[]) => void };
      };
      bridge.invoke = (channel, args) =>
        channel === 'messages.inForwards' ? Promise.resolve({ ok: true, value: true }) : plain(channel, args);
      fakeControls.store(all);
      fakeControls.push([{ kind: 'rules', rules: { revokeSecond: -1 }, serverOffsetMs: 0 }]);
    },
    [own(500), own(400), own(30)],
  );
  await page.keyboard.press('Control+Alt+z');
  const question = page.getByRole('alertdialog');
  await expect(question).toHaveAccessibleName('撤回最近发的 1 条？');
  await expect(question.getByTestId('recent-kinds')).toHaveText('文字 ×1');
  await question.getByRole('radio', { name: '10 分钟内' }).click();
  await expect(question).toHaveAccessibleName('撤回最近发的 3 条？');
  await expect(question.getByTestId('recent-kinds')).toHaveText('文字 ×3');
  await expect(question).not.toContainText('不会列出来');
  await expect(question.getByTestId('out-of-reach').getByRole('listitem')).toHaveText([
    '已合并转发到别处的副本',
    '对方已保存的文件、导出与截图',
    '一直没有联网的设备',
  ]);
  await page.screenshot({ path: testInfo.outputPath('no-limit.png') });
  await question.getByRole('radio', { name: '2 分钟内' }).click();
  await expect(question.getByRole('button', { name: '撤回 1 条' })).toBeEnabled();
});
