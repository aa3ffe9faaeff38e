/**
 * In one frame: whatever draws the words of a message lets go of them before the next picture of the page, all of it
 * together (docs/recall.md, "Rows of the same frame"). On the fake bridge, as frames are the page's business.
 */
import type { Page } from 'playwright';
import type { MessageContent } from '../../shared/content/message-content.ts';
import type { NamedKind } from '../../shared/content/named-content.ts';
import { channelKey, type MessageView } from '../../shared/domain.ts';
import { recalledView } from '../../shared/testing/message-view.ts';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { fakeIds, fakePerson } from '../fixtures/fake/fake-names.ts';
import { fakePeople } from '../fixtures/fake/fake-people.ts';
import { filmAt } from '../fixtures/people/player.ts';
import { MessageMaker, video } from '../fixtures/walk/every-kind.ts';

type InPage = typeof globalThis & { fakeControls: FakeControls; places: number[] };

const GROUP = fakePeople('zh', 0).mainGroup;
const SECRET = 'Zf4Qsecretwords';
const text = (words: string) => ({
  kind: 'text' as const,
  text: words,
  mention: { all: false, uids: [] },
});

const store = (page: Page, ...messages: MessageView[]): Promise<void> =>
  page.evaluate((all) => (globalThis as InPage).fakeControls.store(all), messages);

/** Notes with each frame in how many places the words stand: texts, names, tooltips, fields. Each number once. */
const watchPlaces = (page: Page): Promise<void> =>
  page.evaluate((words) => {
    const places: number[] = [];
    (globalThis as InPage).places = places;
    const NAMES = ['aria-label', 'title', 'alt', 'aria-description', 'placeholder'];
    const count = (): number => {
      let found = 0;
      for (const element of document.querySelectorAll('*')) {
        found += NAMES.filter((name) => element.getAttribute(name)?.includes(words)).length;
        for (const node of element.childNodes)
          if (node.nodeType === Node.TEXT_NODE && node.nodeValue?.includes(words)) found += 1;
        if (element instanceof HTMLTextAreaElement && element.value.includes(words)) found += 1;
      }
      return found;
    };
    const look = (): void => {
      const now = count();
      if (places.at(-1) !== now) places.push(now);
      requestAnimationFrame(look);
    };
    look();
  }, SECRET);
const places = (page: Page): Promise<number[]> => page.evaluate(() => (globalThis as InPage).places);

/** From all places to none, and nothing in between. */
async function expectOneFrame(page: Page, atLeast: number, recall: () => Promise<unknown>): Promise<void> {
  await watchPlaces(page);
  const [before = 0] = await places(page);
  expect(before).toBeGreaterThanOrEqual(atLeast);
  await recall();
  await expect.poll(async () => (await places(page)).at(-1)).toBe(0);
  expect(await places(page)).toEqual([before, 0]);
}

async function openMain(page: Page): Promise<void> {
  await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
  await expect(page.getByTestId('bubble').first()).toBeVisible();
}

test('flow, pinned bar, quotes, the reply that is written, the search in the chat and the favourites', async ({
  openFake,
}) => {
  const page = await openFake({ height: 900 });
  await openMain(page);
  const make = new MessageMaker('zh', 5_000);
  const secret = make.message(text(`${SECRET} 之一`));
  const quoting = (state: 'ok' | 'recalled'): MessageView => ({
    ...quoted,
    quote: {
      messageId: secret.messageId ?? '',
      messageSeq: secret.messageSeq,
      fromUid: secret.fromUid,
      fromName: secret.fromName,
      state,
      preview: state === 'ok' ? `${SECRET} 之一` : '',
    },
  });
  const quoted = make.message(text('引用它的'));
  await store(page, secret, quoting('ok'));
  await page.evaluate(
    async ([channel, key]) => {
      await window.wukong.invoke('messages.pin', { channel, key, on: true });
      await window.wukong.invoke('favourites.add', { channel, key });
    },
    [GROUP, secret.key] as const,
  );
  await expect(page.getByTestId('pinned-bar')).toContainText(SECRET);
  await page
    .getByTestId('bubble')
    .filter({ hasText: `${SECRET} 之一` })
    .first()
    .click({ button: 'right' });
  await page.getByRole('menuitem', { name: '回复' }).click();
  await expect(page.getByTestId('reply-bar')).toContainText(SECRET);
  await page.keyboard.press('Control+f');
  await page.getByRole('textbox', { name: '在会话中搜索' }).fill('之一');
  // (What it finds is drawn first: it would be a step of its own.)
  await expect(page.getByTestId('chat-search-count')).toHaveText(/\d+ \/ \d+/);
  await expectOneFrame(page, 4, () => store(page, recalledView(secret), quoting('recalled')));
  await expect(page.getByTestId('pin-gone')).toBeVisible();
  await expect(page.getByTestId('reply-gone')).toBeVisible();

  // ---- the page of the favourites, where no chat is open
  const kept = make.message(text(`${SECRET} 之二`));
  await store(page, kept);
  await page.evaluate(([channel, key]) => window.wukong.invoke('favourites.add', { channel, key }), [
    GROUP,
    kept.key,
  ] as const);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '收藏' }).first().click();
  await expect(page.getByTestId('favourite').filter({ hasText: SECRET })).toBeVisible();
  await expectOneFrame(page, 1, () =>
    // As the core tells of it: one batch.
    page.evaluate(async (message) => {
      const refs = await window.wukong.invoke('bookmarks.refs', undefined);
      const removed = (refs.ok ? refs.value : []).flatMap(({ id, messageKey }) =>
        messageKey === message.key ? [id] : [],
      );
      (globalThis as InPage).fakeControls.push([
        { kind: 'messages', channel: message.channel, upserts: [message], removed: [], live: false },
        { kind: 'bookmarks', added: false, removed, changed: [] },
      ]);
    }, recalledView(kept)),
  );
});

test('a merged forward that is read, its card and the forward that is prepared', async ({ openFake }) => {
  const page = await openFake({ height: 900 });
  await openMain(page);
  const make = new MessageMaker('zh', 5_000);
  type History = Extract<MessageContent, { kind: 'history' }>;
  const line = (
    messageId: string,
    content: History['lines'][number]['content'],
  ): History['lines'][number] => ({
    messageId,
    fromUid: 'u-1',
    fromName: '林知夏',
    content,
  });
  const history = (content: History['lines'][number]['content']): History => ({
    kind: 'history',
    group: false,
    names: ['林知夏'],
    more: false,
    lines: [line('11', text('留下的')), line('12', content)],
    count: 2,
    recalled: content.kind === 'recalled' ? 1 : 0,
    blank: content.kind === 'recalled' ? ['12'] : [],
  });
  const card = make.message(history(text(SECRET)));
  await store(page, card);
  await page.getByTestId('history-card').last().getByRole('button').click();
  await expect(page.getByTestId('history-entry')).toHaveCount(2);
  await page.getByTestId('history-entry').last().focus();
  await expectOneFrame(page, 2, () => store(page, { ...card, content: history({ kind: 'recalled' }) }));
  await expect(page.getByTestId('history-entry').last()).toBeFocused();
  await expect(page.getByTestId('history-entry')).toHaveCount(2);
  await page.keyboard.press('Escape');

  const secret = make.message(text(SECRET));
  await store(page, secret);
  await page.getByTestId('bubble').filter({ hasText: SECRET }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: '转发' }).click();
  await expect(page.getByTestId('forward-messages')).toContainText(SECRET);
  await expectOneFrame(page, 2, () => store(page, recalledView(secret)));
});

test('one of every kind that has words', async ({ openFake }) => {
  const page = await openFake({ height: 1_400 });
  await openMain(page);
  const make = new MessageMaker('zh', 5_000);
  const named = (what: NamedKind, type: number, more: object = {}): MessageView =>
    make.message({ kind: 'named', type, what, detail: SECRET, ...more });
  const said: MessageView[] = [
    make.message({ kind: 'image', url: 'file/c.png', width: 120, height: 50, name: `${SECRET}.png` }),
    make.message({ kind: 'file', url: 'file/d.pdf', name: `${SECRET}.pdf`, size: 9 }),
    named('location', 6, { place: { title: SECRET, address: SECRET, point: null } }),
    named('card', 7, { person: { uid: fakeIds.lin, vercode: SECRET } }),
    named('sticker', 12),
    named('richText', 14, { rich: [SECRET, null, SECRET] }),
    named('invitation', 16),
    make.message({
      kind: 'history',
      group: false,
      names: [SECRET],
      more: false,
      lines: [1, 2, 3, 4].map((at) => ({
        messageId: String(10 + at),
        fromUid: 'u-1',
        fromName: SECRET,
        content: text(`${SECRET} ${at}`),
      })),
      count: 4,
      recalled: 0,
      blank: [],
    }),
    make.message(text(SECRET)),
  ];
  await store(page, ...said);
  await expect(page.getByTestId('bubble').last()).toContainText(SECRET);
  // Each of them says it, the card of the merged forward in each of its lines.
  await expectOneFrame(page, said.length + 4, () => store(page, ...said.map(recalledView)));
});

/** Recalls the film that is watched, and says what the next picture of the page has. */
const recallWatched = (page: Page, message: MessageView): Promise<unknown> =>
  page.evaluate(
    (recalled) =>
      new Promise<unknown>((done) => {
        const film = document.querySelector('iframe')?.contentDocument?.querySelector('video');
        requestAnimationFrame(() => {
          (globalThis as InPage).fakeControls.store([recalled]);
          requestAnimationFrame(() => {
            const dialog = document.querySelector('[data-testid="film-gone"]');
            done({
              players: document.querySelectorAll('[data-testid="film-viewer"], iframe, video, audio').length,
              film: [film?.paused, film?.getAttribute('src'), film?.videoWidth],
              control: navigator.mediaSession.metadata,
              name: dialog?.getAttribute('aria-label'),
              words: dialog?.textContent,
              pictures: dialog?.querySelectorAll('img, canvas').length,
              focus: document.activeElement?.textContent,
              opacity: dialog && getComputedStyle(dialog).opacity,
            });
          });
        });
      }),
    recalledView(message),
  );
const NOTHING_OF_IT = {
  players: 0,
  film: [true, null, 0],
  control: null,
  name: '视频已被撤回，播放已停止',
  words: '播放已停止',
  pictures: 0,
  focus: '播放已停止',
  opacity: '1',
};

test('a film that is watched: words in its place, then the medium after it, which nobody asked to play; back and next lead past it', async ({
  openFake,
}, testInfo) => {
  const page = await openFake({ height: 900 });
  await openMain(page);
  const make = new MessageMaker('zh', 5_000);
  const first = make.message(video('file/a'));
  const second = make.message(video('file/b'));
  // (Three lines in a row would fold.)
  const between = make.message(text('之间'));
  const image = make.message({ kind: 'image', url: 'file/c.png', width: 300, height: 126 });
  await store(page, first, second, between, image);
  const line = ({ key }: MessageView) => page.locator(`[data-message-key="${key}"]`);
  const [player, viewer] = [page.getByTestId('film-viewer'), page.getByTestId('viewer')];
  const said = (words: string) => page.getByRole('status').filter({ hasText: words });
  const loads = (): Promise<string[]> =>
    page.evaluate(() =>
      (globalThis as InPage).fakeControls.calls
        .filter(({ channel }) => channel === 'video.load')
        .map(({ args }) => (args as { key: string }).key),
    );
  await line(first).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => filmAt(page)).toBeGreaterThan(0);
  expect(await recallWatched(page, first)).toEqual(NOTHING_OF_IT);
  await expect(said('视频已被撤回，播放已停止')).toBeVisible();
  // The key that would have paused it presses nothing.
  await page.keyboard.press(' ');
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('gone.png') });

  // ---- a film comes: its picture, and no player, until it is asked for
  await expect(player).toHaveAttribute('data-state', 'waits');
  await expect(player.locator('img')).toBeVisible();
  await expect(page.getByTestId('player-frame')).toHaveCount(0);
  await expect(player.getByRole('slider', { name: '播放位置' })).toBeDisabled();
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.closest('[role=dialog]')?.ariaLabel))
    .toBe('视频播放器');
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('next.png') });
  expect(await loads()).toEqual([first.key]);
  await player.getByTestId('film-start').click();
  await expect(player).toHaveAttribute('data-state', 'ready');
  await expect.poll(() => filmAt(page)).toBeGreaterThan(0);
  await page.keyboard.press('PageUp');
  await expect(viewer).toContainText('1 / 3');
  await page.keyboard.press('PageDown');
  await expect.poll(() => filmAt(page)).toBeGreaterThan(0);

  // ---- nobody has to wait for the next (from here on it would never come by itself); closed, the line has the focus
  await page.evaluate(() => {
    const plain = setTimeout;
    Object.assign(window, {
      setTimeout: (run: () => void, ms: number) => (ms === 2_000 ? 0 : plain(run, ms)),
    });
  });
  expect(await recallWatched(page, second)).toEqual(NOTHING_OF_IT);
  await page.keyboard.press('PageDown');
  await expect(viewer).toContainText('2 / 2');
  await expect(viewer.getByRole('button', { name: '下一张' })).toHaveAttribute('aria-disabled', 'true');
  await page.keyboard.press('Escape');
  await expect(viewer).toHaveCount(0);
  await expect(line(first)).toBeFocused();

  // ---- an image closes, whatever stands beside it (docs/design/ui.md)
  await line(image).focus();
  await page.keyboard.press('Enter');
  await expect(viewer).toContainText('2 / 2');
  await store(page, recalledView(image));
  await expect(viewer).toHaveCount(0);
  await expect(said('图片已被撤回，预览已关闭')).toBeVisible();
  await expect(line(image)).toBeFocused();

  // ---- closed in between; and by itself where there is no other
  const last = make.message(video('file/d'));
  await store(page, last);
  await line(last).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => filmAt(page)).toBeGreaterThan(0);
  expect(await recallWatched(page, last)).toEqual(NOTHING_OF_IT);
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('film-gone')).toHaveCount(0);
  await expect(line(last)).toBeFocused();
  await page.getByRole('option', { name: /^林知夏/ }).click();
  const only = make.message(video('file/e'), { channel: fakePerson(fakeIds.lin) });
  await store(page, only);
  await line(only).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => filmAt(page)).toBeGreaterThan(0);
  expect(await recallWatched(page, only)).toMatchObject({ players: 0, film: [true, null, 0] });
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(line(only)).toBeFocused();
});

test('the window of a chat alone, with the list of its pinned messages', async ({ openFake }) => {
  const page = await openFake({ ownChat: channelKey(GROUP) });
  await expect(page.getByTestId('bubble').first()).toBeVisible();
  const make = new MessageMaker('zh', 5_000);
  const secret = make.message(text(SECRET));
  await store(page, secret);
  await page.evaluate(([channel, key]) => window.wukong.invoke('messages.pin', { channel, key, on: true }), [
    GROUP,
    secret.key,
  ] as const);
  await page.getByTestId('pinned-bar').getByRole('button', { name: '置顶列表' }).click();
  await expect(page.getByTestId('pin-row')).toHaveCount(1);
  await expectOneFrame(page, 2, () => store(page, recalledView(secret)));

  // A film that plays there, the last medium of the chat: the one before it comes.
  await page.keyboard.press('Escape');
  const film = make.message(video('file/a'));
  await store(page, film);
  await page.getByTestId('video').getByRole('button').first().click();
  await expect.poll(() => filmAt(page)).toBeGreaterThan(0);
  expect(await recallWatched(page, film)).toEqual(NOTHING_OF_IT);
  await expect(page.getByTestId('viewer').locator('img')).toBeVisible();
  await expect(page.getByTestId('viewer').getByRole('button', { name: '下一张' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
});
