/** A merged forward in the flow and in its reader: words, keys, levels, many entries, a recall while it is open. */
import type { Page } from 'playwright';
import type { MessageContent } from '../../shared/content/message-content.ts';
import type { MessageView } from '../../shared/domain.ts';
import { messageView } from '../../shared/testing/message-view.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { fakeIds } from '../fixtures/fake/fake-names.ts';
import { fakePeople } from '../fixtures/fake/fake-people.ts';
import { filmAt } from '../fixtures/people/player.ts';
import { MessageMaker, notWords } from '../fixtures/walk/every-kind.ts';

const GROUP = fakePeople('zh', 0).mainGroup;
const SECRET = '口令 Fw7Secret';

type History = Extract<MessageContent, { kind: 'history' }>;
const text = (words: string): History['lines'][number]['content'] => ({
  kind: 'text',
  text: words,
  mention: { all: false, uids: [] },
});
const line = (messageId: string, content: History['lines'][number]['content']): History['lines'][number] => ({
  messageId,
  fromUid: fakeIds.lin,
  fromName: '林知夏',
  content,
});
const history = (change: Partial<History> = {}): History => ({
  kind: 'history',
  group: false,
  names: ['林知夏', '许一诺'],
  more: false,
  lines: [
    line('11', text('第 2 处是离线撤回的文案')),
    line('12', text(SECRET)),
    line('13', { kind: 'named', type: 11, what: 'history', detail: '苏航、陈屿' }),
    line('14', { kind: 'file', url: '', name: '用例-v3.xlsx', size: 12_000 }),
  ],
  count: 4,
  recalled: 0,
  blank: [],
  ...change,
});

const clip = (url: string): History['lines'][number]['content'] => ({
  kind: 'video',
  url,
  cover: 'file/cover',
  seconds: 8,
  size: 18_000_000,
  width: 320,
  height: 180,
});

function said(content: History, seq = 101): MessageView {
  return messageView(seq, {
    key: `${fakeIds.su}:fwd-${seq}`,
    channel: GROUP,
    messageId: String(1_900_000_000_000_000_000n + BigInt(seq)),
    clientMsgNo: `fwd-${seq}`,
    fromUid: fakeIds.su,
    fromName: '苏航',
    timestamp: Math.floor(Date.now() / 1000),
    content,
  });
}

/** Stored as well: the reader asks for it. */
async function push(page: Page, ...upserts: MessageView[]): Promise<void> {
  await page.evaluate((messages) => {
    const { fakeControls } = window as unknown as {
      fakeControls: { push: (deltas: unknown[]) => void; store: (messages: unknown[]) => void };
    };
    fakeControls.store(messages);
    fakeControls.push([
      { kind: 'messages', channel: messages[0]?.channel, upserts: messages, removed: [], live: true },
    ]);
  }, upserts);
}

async function open(page: Page): Promise<void> {
  await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
  await expect(page.getByRole('log').getByRole('article').first()).toBeVisible();
}

/** These channels answer with an error from now on. */
async function fail(page: Page, names: string[]): Promise<void> {
  await page.evaluate((channels) => {
    const { fakeControls } = window as unknown as { fakeControls: { fail: (channels: string[]) => void } };
    fakeControls.fail(channels);
  }, names);
}

const reader = (page: Page) => page.getByRole('dialog');
const entries = (page: Page) => page.getByTestId('history-entry');

test('is asked for while its card is pressed, and there in the frame of the click', async ({ openFake }) => {
  const page = await openFake({ height: 900 });
  await open(page);
  await push(page, said(history()));
  const asked = () =>
    page.evaluate(() => {
      const { fakeControls } = window as unknown as { fakeControls: { calls: { channel: string }[] } };
      return fakeControls.calls.filter(({ channel }) => channel === 'messages.history').length;
    });
  await page.evaluate(() => {
    addEventListener('click', () =>
      requestAnimationFrame(() => {
        const shown = document.querySelectorAll('[data-testid=history-entry]').length;
        document.body.dataset['shownAtOnce'] = String(shown);
      }),
    );
  });
  const press = async (): Promise<void> => {
    await page.getByTestId('history-card').getByRole('button').hover();
    const before = await asked();
    await page.mouse.down();
    await expect.poll(asked).toBe(before + 1);
  };
  // The first time its code is loaded, too.
  await press();
  await page.mouse.up();
  await expect(entries(page)).toHaveCount(4);
  await page.keyboard.press('Escape');
  await expect(reader(page)).toHaveCount(0);
  await press();
  await page.mouse.up();
  await expect(page.locator('body')).toHaveAttribute('data-shown-at-once', '4');
  expect(await asked()).toBe(2);
  await page.keyboard.press('Escape');
  await expect(reader(page)).toHaveCount(0);

  // Recalled between press and click: what was answered before is not shown.
  await press();
  const lines = history().lines.map((one) =>
    one.messageId === '12' ? { ...one, content: { kind: 'recalled' as const } } : one,
  );
  await push(page, said(history({ lines, recalled: 1, blank: ['12'] })));
  await page.mouse.up();
  await expect(entries(page).nth(1)).toHaveText('一条消息已被撤回');
  await expect.poll(asked).toBe(4);
  await expect(page.getByText(SECRET)).toHaveCount(0);
});

test('card, reader, levels, keys, and a recall while it is read', async ({ openFake }, testInfo) => {
  const page = await openFake({ height: 900 });
  await open(page);
  await push(page, said(history()), said(history({ group: true, count: 12, names: [] }), 102));
  const card = page.getByTestId('history-card').first();
  await expect(card).toContainText('林知夏和许一诺的聊天记录');
  await expect(card).toContainText('聊天记录 · 4 条');
  await expect(card).toContainText('[聊天记录] 苏航、陈屿');
  await expect(page.getByTestId('history-card').nth(1)).toContainText('群的聊天记录');
  await page.screenshot({ path: testInfo.outputPath('card.png') });

  const button = card.getByRole('button', { name: '聊天记录，4 条消息，林知夏和许一诺的聊天记录' });
  await button.click();
  await expect(entries(page)).toHaveCount(4);
  await expect(reader(page)).toHaveAccessibleName('聊天记录，4 条消息，林知夏和许一诺的聊天记录');
  await expect(entries(page).first()).toBeFocused();
  await page.screenshot({ path: testInfo.outputPath('reader.png') });
  // Down twice to the forward in it, Enter opens it; Alt+Left comes back to where it was.
  await page.keyboard.press('ArrowDown');
  await expect(entries(page).nth(1)).toBeFocused();
  await expect(entries(page).nth(1)).toContainText(SECRET);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(reader(page)).toContainText('第 2 层');
  await page.keyboard.press('End');
  await expect(entries(page).nth(3)).toBeFocused();
  await entries(page).nth(2).focus();
  await page.keyboard.press('Enter');
  await expect(reader(page)).toContainText('第 3 层');
  await expect(page.getByTestId('history-deep')).toHaveText('还有一层，超过 3 层请在原会话查看');
  await page.screenshot({ path: testInfo.outputPath('third.png') });
  await page.keyboard.press('Alt+ArrowLeft');
  await expect(reader(page)).toContainText('第 2 层');
  await reader(page).getByRole('navigation').getByRole('button').click();
  await expect(reader(page).getByRole('navigation')).toHaveCount(0);
  await expect(entries(page).nth(2)).toBeFocused();

  // In the update that tells: the row says what it is, the focus stays on it.
  await entries(page).nth(1).focus();
  const lines = history().lines.map((one) =>
    one.messageId === '12' ? { ...one, content: { kind: 'recalled' as const } } : one,
  );
  await push(page, said(history({ lines, recalled: 1, blank: ['12'] })));
  await expect(entries(page).nth(1)).toHaveText('一条消息已被撤回');
  await expect(entries(page).nth(1)).toBeFocused();
  await expect(reader(page)).toContainText('4 条中 1 条已被撤回');
  await expect(page.getByText('Fw7Secret')).toHaveCount(1);
  await expect(card).toContainText('一条消息已被撤回');
  await page.screenshot({ path: testInfo.outputPath('recalled.png') });
  await page.keyboard.press('Escape');
  await expect(reader(page)).toHaveCount(0);
  await expect(button).toBeFocused();

  await push(page, said(history({ lines, recalled: 4, blank: ['11', '12', '13', '14'] })));
  await expect(card).toHaveText(/聊天记录中的消息已全部撤回/);
  await expect(card.getByRole('button')).toHaveCount(0);
});

test('its media play inside: films and images are stepped through, a voice message sounds, each until its recall or the end of its level', async ({
  openFake,
}, testInfo) => {
  const page = await openFake({ height: 900 });
  await open(page);
  const lines = [
    line('11', clip('file/a')),
    line('12', { kind: 'image', url: 'file/b.png', width: 300, height: 126 }),
    line('13', clip('file/c')),
    line('14', { kind: 'voice', url: 'file/v', seconds: 30, bars: [20, 60, 100, 40] }),
  ];
  const forward = said(history({ lines }));
  // Of the same sender and not heard: it has nothing to do with what is read.
  const heard = messageView(102, {
    key: `${fakeIds.lin}:voice-102`,
    channel: GROUP,
    fromUid: fakeIds.lin,
    fromName: '林知夏',
    timestamp: Math.floor(Date.now() / 1000),
    content: { kind: 'voice', url: 'file/w', seconds: 3, bars: [20, 60] },
    unplayed: true,
  });
  await push(page, forward, heard);
  await page.getByTestId('history-card').getByRole('button').click();
  await expect(entries(page)).toHaveCount(4);
  await expect(entries(page).nth(0).getByTestId('video-pill')).toHaveText('0:08 · 17 MB');
  await expect(reader(page).locator('img[src]')).toHaveCount(3);
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('media.png') });

  // By keys into the player, which has nothing to send it on with; through all of them and back.
  const player = page.getByTestId('film-viewer');
  await entries(page).first().focus();
  await page.keyboard.press('Enter');
  await expect(player).toHaveAttribute('data-state', 'ready');
  await expect(player.getByRole('button', { name: '转发' })).toHaveCount(0);
  await expect(player.getByRole('button', { name: '上一个' })).toHaveAttribute('aria-disabled', 'true');
  await page.keyboard.press('PageDown');
  await expect(page.getByTestId('viewer')).toContainText('2 / 3');
  await page.keyboard.press('PageDown');
  await expect(player).toHaveAttribute('data-state', 'ready');
  await expect.poll(() => filmAt(page)).toBeGreaterThan(0);

  // Recalled while it plays: player and row go in the frame, the reader stays.
  const goneLines = lines.map((one) =>
    one.messageId === '13' ? { ...one, content: { kind: 'recalled' as const } } : one,
  );
  const left = await page.evaluate(
    (message) =>
      new Promise<unknown>((done) => {
        const watched = document.querySelector('iframe')?.contentDocument?.querySelector('video');
        requestAnimationFrame(() => {
          const { fakeControls } = window as unknown as {
            fakeControls: { push: (deltas: unknown[]) => void; store: (messages: unknown[]) => void };
          };
          fakeControls.store([message]);
          requestAnimationFrame(() =>
            done({
              players: document.querySelectorAll('[data-testid="film-viewer"], iframe, video').length,
              frame: watched?.videoWidth,
              films: document.querySelectorAll('[data-testid="history-reader"] [data-testid="video"]').length,
            }),
          );
        });
      }),
    said(history({ lines: goneLines, recalled: 1, blank: ['13'] })),
  );
  expect(left).toEqual({ players: 0, frame: 0, films: 1 });
  await expect(entries(page).nth(2)).toHaveText('一条消息已被撤回');
  await expect(page.getByRole('status').filter({ hasText: '视频已被撤回，播放已停止' })).toBeVisible();
  // The one before it, for it was the last; closed, its row of the reader has the focus again.
  await expect(page.getByTestId('viewer')).toContainText('2 / 2');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('viewer')).toHaveCount(0);
  await expect(entries(page).first()).toBeFocused();

  // A voice message sounds until its reader closes, and no other one after it.
  const voice = entries(page).nth(3).getByTestId('voice');
  await voice.getByRole('button').first().click();
  await expect(voice).toHaveAttribute('data-state', 'playing');
  await page.keyboard.press('Escape');
  await expect(reader(page)).toHaveCount(0);
  await page.getByTestId('history-card').getByRole('button').click();
  await expect(voice).not.toHaveAttribute('data-state', 'playing');
  // Recalled while it is heard: silent, and its row says so.
  await voice.getByRole('button').first().click();
  await expect(voice).toHaveAttribute('data-state', 'playing');
  const allGone = goneLines.map((one) =>
    one.messageId === '14' ? { ...one, content: { kind: 'recalled' as const } } : one,
  );
  await push(page, said(history({ lines: allGone, recalled: 2, blank: ['13', '14'] })));
  await expect(entries(page).nth(3)).toHaveText('一条消息已被撤回');
  await expect(page.getByRole('status').filter({ hasText: '语音已被撤回，播放已停止' })).toBeVisible();
  await expect(page.locator('audio')).toHaveCount(0);
});

const piece = (name: string, height: number) => ({
  url: `file/preview/1/${name}.png`,
  width: 300,
  height,
});

test('pictures in a text of it are shown and stepped through, and go with their entry or with all of it', async ({
  openFake,
}, testInfo) => {
  const page = await openFake({ height: 900 });
  await open(page);
  const lines = [
    line('11', { kind: 'image', url: 'file/b.png', width: 300, height: 126 }),
    line('12', {
      kind: 'named',
      type: 14,
      what: 'richText',
      detail: SECRET,
      rich: [SECRET, piece('one', 140), null, piece('two', 160)],
    }),
    line('13', text('看完了')),
  ];
  await push(page, said(history({ lines, count: 3 })));
  await page.getByTestId('history-card').getByRole('button').click();
  const rich = entries(page).nth(1).getByTestId('rich-text');
  await expect(rich).toContainText(SECRET);
  await expect(rich).toContainText('图片，请在手机端查看');
  await expect(rich.locator('img')).toHaveCount(2);
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('rich.png') });

  // By keys into the viewer, through all that the level has.
  const viewer = page.getByTestId('viewer');
  await entries(page).nth(1).focus();
  await page.keyboard.press('Enter');
  await expect(viewer).toContainText('2 / 3');
  await page.keyboard.press('PageDown');
  await expect(viewer).toContainText('3 / 3');
  await expect(viewer.locator('img')).toBeVisible();
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('rich-viewer.png') });

  // Its message is recalled while one of them is looked at: both go in the frame, the reader stays.
  const goneLines = lines.map((one) =>
    one.messageId === '12' ? { ...one, content: { kind: 'recalled' as const } } : one,
  );
  const gone = said(history({ lines: goneLines, count: 3, recalled: 1, blank: ['12'] }));
  const left = await page.evaluate(
    (message) =>
      new Promise<unknown>((done) => {
        requestAnimationFrame(() => {
          const { fakeControls } = window as unknown as {
            fakeControls: { store: (messages: unknown[]) => void };
          };
          fakeControls.store([message]);
          requestAnimationFrame(() =>
            done({
              viewers: document.querySelectorAll('[data-testid="viewer"]').length,
              texts: document.querySelectorAll('[data-testid="rich-text"]').length,
              pictures: document.querySelectorAll('[data-testid="history-reader"] img').length,
            }),
          );
        });
      }),
    gone,
  );
  expect(left).toEqual({ viewers: 0, texts: 0, pictures: 1 });
  await expect(entries(page).nth(1)).toHaveText('一条消息已被撤回');
  await expect(page.getByRole('status').filter({ hasText: '图片已被撤回，预览已关闭' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(reader(page)).toHaveCount(0);

  // The forward itself, while a picture of it is looked at.
  await push(page, said(history({ lines, count: 3 })));
  await page.getByTestId('history-card').getByRole('button').click();
  await rich.getByRole('button', { name: '查看图片' }).last().click();
  await expect(viewer).toContainText('3 / 3');
  await push(page, {
    ...said(history({ lines, count: 3 })),
    content: { kind: 'recalled' },
    recall: { state: 'pending' },
  });
  await expect(viewer).toHaveCount(0);
  await expect(reader(page)).toHaveCount(0);
  await expect(page.locator('body')).not.toContainText(SECRET);
});

test('the reader closes with its message, and says what it could not load', async ({ openFake }) => {
  const page = await openFake({ height: 900 });
  await open(page);
  const message = said(history());
  await push(page, message);
  await fail(page, ['messages.history']);
  await page.getByTestId('history-card').getByRole('button').click();
  await expect(reader(page).getByRole('alert')).toContainText('聊天记录没有打开');
  await fail(page, []);
  await reader(page).getByRole('button', { name: '重试' }).click();
  await expect(entries(page)).toHaveCount(4);
  await push(page, { ...message, content: { kind: 'recalled' }, recall: { state: 'pending' } });
  await expect(reader(page)).toHaveCount(0);
  await expect(page.getByText('聊天记录已被撤回，已关闭')).toBeVisible();
});

test('of five hundred entries those in view are there in the first frame', async ({ openFake }, testInfo) => {
  const page = await openFake({ width: 720, height: 480, language: 'en', theme: 'dark' });
  await page.getByRole('option', { name: /^WuKong Desktop/ }).click();
  await expect(page.getByRole('log').getByRole('article').first()).toBeVisible();
  const many = history({ count: 500, lines: [line('11', text('a line of words')), line('12', text('two'))] });
  await push(page, said(many));
  await page.evaluate(() => {
    const seen: number[] = [];
    Object.assign(globalThis, { seenEntries: seen });
    const look = (): void => {
      const n = document.querySelectorAll('[data-entry]').length;
      if (n > 0 && seen.at(-1) !== n) seen.push(n);
      requestAnimationFrame(look);
    };
    look();
  });
  await page.getByTestId('history-card').getByRole('button').click();
  await expect(entries(page)).toHaveCount(500);
  const seen = (): Promise<number[]> =>
    page.evaluate(() => (globalThis as unknown as { seenEntries: number[] }).seenEntries);
  // A part at first, all in the end, in steps. (The recorder looks once a frame: the last step may be a frame ahead.)
  await expect.poll(async () => (await seen()).at(-1)).toBe(500);
  expect((await seen())[0]).toBeLessThanOrEqual(48);
  await page.keyboard.press('End');
  await expect(entries(page).last()).toBeFocused();
  await page.screenshot({ path: testInfo.outputPath('many.png') });
});

test('chats that nothing can be sent to say why and are not picked; one that closes meanwhile is picked no more', async ({
  openFake,
}, testInfo) => {
  const page = await openFake();
  await open(page);
  const setClosed = (blocks: Record<string, string>): Promise<void> =>
    page.evaluate((by) => {
      const bridge = window.wukong as { invoke: (channel: string, args: unknown) => unknown };
      const place = globalThis as { invokeBefore?: typeof bridge.invoke };
      place.invokeBefore ??= bridge.invoke;
      const plain = place.invokeBefore;
      bridge.invoke = (channel, args) => {
        if (channel !== 'messages.closed') return plain(channel, args);
        const { channels } = args as { channels: { channelId: string }[] };
        const value = Object.entries(by).flatMap(([at, block]) => {
          const found = channels[Number(at)];
          return found ? [{ channel: found, block }] : [];
        });
        return Promise.resolve({ ok: true, value });
      };
    }, blocks);
  await setClosed({ 1: 'mutedAll', 2: 'left', 3: 'blocked', 4: 'blacklisted' });
  await page
    .getByTestId('bubble')
    .first()
    .click({ modifiers: ['Control'] });
  await page.getByTestId('selection-bar').getByRole('button', { name: '转发' }).click();
  const dialog = page.getByRole('dialog');
  const chats = dialog.getByRole('option');
  await expect(dialog.getByRole('option', { disabled: true })).toHaveCount(4);
  for (const [at, why] of [
    [1, '全员禁言中，仅群主和管理员可发言'],
    [2, '你已不在该群'],
    [3, '无法向对方发送消息'],
    [4, '你在本群的黑名单中，不能发言'],
  ] as const)
    await expect(chats.nth(at)).toHaveAccessibleName(new RegExp(why));
  await page.screenshot({ path: testInfo.outputPath('closed.png') });
  await chats.nth(1).click({ force: true });
  await chats.nth(2).focus();
  await page.keyboard.press('Space');
  await expect(dialog.getByRole('option', { selected: true })).toHaveCount(0);
  // By its name: Enter takes the first that is open.
  const closed = (await chats.nth(1).locator('bdi').first().textContent()) ?? '';
  const filter = dialog.getByRole('textbox', { name: '搜索会话、联系人' });
  await filter.fill(closed);
  await filter.press('Enter');
  await expect(dialog.getByRole('button', { name: '转发' })).toHaveAccessibleDescription(/./);
  await filter.fill('');
  await chats.nth(5).click();
  await expect(dialog.getByRole('option', { selected: true })).toHaveCount(1);
  await setClosed({ 5: 'mutedAll' });
  await page.evaluate(async (channel) => {
    const { wukong, fakeControls } = globalThis as unknown as {
      wukong: { invoke: (name: string, args: unknown) => Promise<{ value: object }> };
      fakeControls: { push: (deltas: unknown[]) => void };
    };
    const { value } = await wukong.invoke('channels.open', { channel });
    fakeControls.push([{ kind: 'channelInfo', info: value }]);
  }, GROUP);
  await expect(dialog.getByRole('option', { selected: true })).toHaveCount(0);
  await expect(dialog.getByRole('option', { disabled: true })).toHaveCount(1);
});

test('a note goes with a forward: bounds, keys, nine chats at most, what went wrong', async ({
  openFake,
}, testInfo) => {
  const page = await openFake({ height: 900 });
  await open(page);
  await page
    .getByTestId('bubble')
    .first()
    .click({ modifiers: ['Control'] });
  await page
    .getByTestId('bubble')
    .nth(1)
    .click({ modifiers: ['Control'] });
  await page.getByTestId('selection-bar').getByRole('button', { name: '转发' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: '合并转发' }).click();
  const chats = dialog.getByRole('option');
  const last = await chats.first().locator('bdi').first().textContent();
  for (let at = 0; at < 10; at += 1) await chats.nth(at).click();
  await expect(dialog.getByRole('option', { selected: true })).toHaveCount(9);
  await expect(dialog).toContainText('一次最多转发到 9 个会话');

  const note = dialog.getByRole('textbox', { name: '附言（选填）' });
  const send = dialog.getByRole('button', { name: '转发' });
  await note.fill('长'.repeat(5_003));
  await expect(send).toHaveAccessibleDescription('附言超出 3 字');
  await note.press('Control+Enter');
  await expect(dialog).toBeVisible();
  await note.fill('  请看第三条 Nt5e ');
  await expect(note).toHaveAccessibleDescription('附言会在转发的内容之后单独发出');
  await page.screenshot({ path: testInfo.outputPath('note.png') });

  // What goes wrong is said, and the words stay.
  await fail(page, ['messages.forward']);
  await note.press('Control+Enter');
  await expect(dialog.getByRole('alert')).toBeVisible();
  await expect(note).toHaveValue('  请看第三条 Nt5e ');
  await fail(page, []);
  await chats.first().focus();
  await page.keyboard.press('Control+Enter');
  await expect(dialog).toHaveCount(0);
  await page.getByRole('option', { name: new RegExp(`^${last}`) }).click();
  await expect(page.getByRole('log').getByText('请看第三条 Nt5e')).toBeVisible();
});

test('every kind can be selected by keys, and goes along in one message', async ({ openFake }) => {
  const page = await openFake({ height: 900 });
  await open(page);
  const all = notWords(new MessageMaker('zh', 5_000));
  const meant = all.filter(
    ({ content, flame }) => flame === null && content.kind !== 'covered' && content.kind !== 'system',
  );
  expect(new Set(meant.map(({ content }) => content.kind))).toEqual(
    new Set(['history', 'named', 'voice', 'video', 'image', 'file', 'unsupported']),
  );
  await page.evaluate(
    (messages) =>
      (
        globalThis as unknown as { fakeControls: { store: (messages: unknown[]) => void } }
      ).fakeControls.store(messages),
    all,
  );
  const last = meant.at(-1);
  await page.locator(`[data-message-key="${last?.key}"]`).focus();
  await page.keyboard.press('x');
  for (let step = 0; step < all.length; step += 1) await page.keyboard.press('Shift+ArrowUp');
  const bar = page.getByTestId('selection-bar');
  // One of the words before them, where the arrows have led.
  await expect(bar).toContainText(/已选 \d\d 条/);
  await bar.getByRole('button', { name: '转发' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: '合并转发' }).click();
  await dialog.getByRole('option').nth(1).click();
  await dialog.getByRole('button', { name: '转发' }).click();
  await expect(dialog).toHaveCount(0);
  const sent = await page.evaluate(() =>
    (
      globalThis as unknown as {
        fakeControls: { calls: { channel: string; args: { keys: string[]; merged?: boolean } }[] };
      }
    ).fakeControls.calls.find(({ channel }) => channel === 'messages.forward'),
  );
  expect(sent?.args.merged).toBe(true);
  const keys = meant.map(({ key }) => key);
  expect(keys.filter((key) => !sent?.args.keys.includes(key))).toEqual([]);
  const others = all.map(({ key }) => key).filter((key) => !keys.includes(key));
  expect(others.filter((key) => sent?.args.keys.includes(key))).toEqual([]);
});
