/** Voice messages on known data: heard by mouse and by keyboard, and silent in the frame of their recall. */
import type { Page } from 'playwright';
import type { MessageView } from '../../shared/domain.ts';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { MessageMaker } from '../fixtures/walk/every-kind.ts';

type WithFake = typeof globalThis & { fakeControls: FakeControls };

const GROUP = /^(?:悟空桌面端研发|WuKong Desktop)/;
const BARS = [12, 30, 55, 80, 100, 62, 44, 71, 93, 38, 20, 66, 84, 47, 25, 58, 90, 33, 15, 49];

/** What a test of the page sees of recordings: addresses that work, sounds that were begun. */
interface Heard {
  heard: { live: Set<string>; sounds: HTMLAudioElement[] };
}

const openGroup = (page: Page): Promise<void> => page.getByRole('option', { name: GROUP }).click();

const calls = (page: Page, channel: string): Promise<unknown[]> =>
  page.evaluate(
    (name) =>
      (globalThis as WithFake).fakeControls.calls
        .filter((call) => call.channel === name)
        .map(({ args }) => args),
    channel,
  );

/** They arrive, and can be asked for. */
const store = (page: Page, messages: readonly MessageView[]): Promise<void> =>
  page.evaluate((all) => (globalThis as WithFake).fakeControls.store(all), messages);

const voices = (page: Page) => page.getByTestId('voice');
const article = (page: Page, at: number) => voices(page).nth(at).locator('xpath=ancestor::article');

for (const [theme, language] of [
  ['light', 'zh'],
  ['dark', 'en'],
] as const) {
  test(`bubbles in ${theme}: every state, and none is wider than the pane`, async ({
    openFake,
  }, testInfo) => {
    const page = await openFake({ theme, language, width: 900, height: 700 });
    await openGroup(page);
    const make = new MessageMaker(language, 5_000);
    const messages = [
      make.message({ kind: 'voice', url: 'file/a', seconds: 14, bars: BARS }, { unplayed: true }),
      make.message({ kind: 'voice', url: 'file/b', seconds: 60, bars: BARS }),
      make.message({ kind: 'voice', url: 'file/missing', seconds: 6 }),
      make.message({ kind: 'voice', url: 'file/odd', seconds: 6, bars: BARS }),
      make.message({ kind: 'voice', url: 'file/slow', seconds: 23, bars: BARS }),
      make.own({ kind: 'voice', url: 'file/c', seconds: 9, bars: BARS }, { readCount: 9 }),
      make.own(
        { kind: 'voice', url: '', seconds: 32, bars: BARS },
        { messageId: null, messageSeq: 0, send: { state: 'queued' } },
      ),
    ];
    await store(page, messages);
    await expect(voices(page)).toHaveCount(7);
    for (const at of [2, 3, 4]) await voices(page).nth(at).getByRole('button').first().click();
    await expect(page.getByTestId('voice-failure')).toHaveCount(3);
    await expect(page.getByTestId('voice-failure')).toHaveText(
      language === 'zh'
        ? ['语音已过期', '无法播放此格式', '语音下载失败']
        : ['Voice expired', 'Cannot play this format', 'Voice not downloaded'],
    );
    // What is over is not asked for again; what was not loaded is.
    await expect(voices(page).nth(2).getByRole('button').first()).toBeDisabled();
    await expect(voices(page).nth(4).getByRole('button').first()).toHaveAccessibleName(/重新加载|Load again/);
    await voices(page).nth(1).getByRole('button').first().click();
    await expect(voices(page).nth(1)).toHaveAttribute('data-state', 'playing');
    const pane = await page.getByTestId('message-pane').boundingBox();
    for (const voice of await voices(page).all()) {
      const box = await voice.boundingBox();
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual((pane?.x ?? 0) + (pane?.width ?? 0));
    }
    await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('bubbles.png') });
  });
}

test('one is heard at a time; the dot goes, the next unplayed of the same sender follows, the speed stays', async ({
  openFake,
}) => {
  const page = await openFake();
  await openGroup(page);
  const make = new MessageMaker('zh', 5_000);
  const voice = (seconds: number, change: Partial<MessageView> = {}) =>
    make.message({ kind: 'voice', url: 'file/a', seconds, bars: BARS }, change);
  const messages = [
    voice(1, { unplayed: true }),
    voice(30, { unplayed: true, fromUid: 'somebody-else', fromName: '别人' }),
    voice(30, { unplayed: true }),
    voice(30),
  ];
  await store(page, messages);
  await expect(page.getByTestId('voice-unplayed')).toHaveCount(3);
  await expect(voices(page).first()).toHaveAccessibleName('语音，1 秒，未播放');

  await voices(page).first().getByRole('button', { name: '播放' }).click();
  await expect(page.getByTestId('voice-unplayed')).toHaveCount(1);
  // The first ended by itself; between lies one of somebody else, which waits.
  await expect(voices(page).nth(2)).toHaveAttribute('data-state', 'playing');
  await expect(voices(page).nth(0)).toHaveAttribute('data-state', 'idle');
  await expect(voices(page).nth(1)).toHaveAttribute('data-state', 'idle');
  expect(await calls(page, 'voice.played')).toHaveLength(2);

  const speed = voices(page)
    .nth(2)
    .getByRole('button', { name: /播放速度/ });
  await expect(speed).toHaveAccessibleName('播放速度 1x');
  await speed.click();
  await expect(speed).toHaveAccessibleName('播放速度 1.5x');
  expect(await calls(page, 'shell.setSettings')).toContainEqual({ voiceSpeed: 1.5 });

  await voices(page).nth(3).getByRole('button', { name: '播放' }).click();
  await expect(voices(page).nth(3)).toHaveAttribute('data-state', 'playing');
  await expect(voices(page).nth(2)).toHaveAttribute('data-state', 'idle');
  await expect(voices(page).nth(3).getByRole('button', { name: '播放速度 1.5x' })).toBeVisible();

  // ---- by keys, on the message
  await article(page, 3).focus();
  await page.keyboard.press(' ');
  await expect(voices(page).nth(3)).toHaveAttribute('data-state', 'paused');
  await page.keyboard.press('Home');
  await article(page, 3).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(voices(page).nth(3)).toContainText(/0:1\d \/ 0:30/);
  await page.keyboard.press('ArrowLeft');
  await expect(voices(page).nth(3)).toContainText(/0:0\d \/ 0:30/);
  await page.keyboard.press('s');
  await expect(voices(page).nth(3).getByRole('button', { name: '播放速度 2x' })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(voices(page).nth(3)).toHaveAttribute('data-state', 'playing');

  // ---- another chat: the bar under its head
  await page.getByRole('option').nth(1).click();
  const bar = page.getByTestId('voice-bar');
  await expect(bar).toContainText('苏航 的语音');
  await bar.getByRole('button', { name: '暂停' }).click();
  await expect(bar.getByRole('button', { name: '播放', exact: true })).toBeVisible();
  await bar.getByRole('slider', { name: '播放进度' }).fill('20');
  await expect(bar).toContainText('0:20 / 0:30');
  await bar.getByTitle('查看这条语音').click();
  await expect(bar).toHaveCount(0);
  await expect(voices(page).nth(3)).toHaveAttribute('data-state', 'paused');
});

test('recalled while it is heard: silent in the same frame, its address dead, the bar folded', async ({
  openFake,
}) => {
  const page = await openFake();
  // Every address of a recording, and every sound, as the page makes them.
  await page.evaluate(() => {
    const heard = { live: new Set<string>(), sounds: [] as HTMLAudioElement[] };
    Object.assign(globalThis, { heard });
    const [make, end] = [URL.createObjectURL.bind(URL), URL.revokeObjectURL.bind(URL)];
    URL.createObjectURL = (of) => {
      const url = make(of);
      heard.live.add(url);
      return url;
    };
    URL.revokeObjectURL = (url) => {
      heard.live.delete(url);
      end(url);
    };
    // Each in a frame of its own.
    const append = Reflect.get(Element.prototype, 'append');
    Element.prototype.append = function (this: Element, ...nodes: (Node | string)[]) {
      append.apply(this, nodes);
      for (const node of nodes) if (node instanceof HTMLIFrameElement) listenIn(node);
    };
    const listenIn = ({ contentWindow }: HTMLIFrameElement): void => {
      const { prototype } = (contentWindow as unknown as typeof globalThis).HTMLMediaElement;
      const play = Reflect.get(prototype, 'play');
      prototype.play = function (this: HTMLAudioElement) {
        heard.sounds.push(this);
        return play.call(this);
      };
    };
  });
  await openGroup(page);
  const make = new MessageMaker('zh', 5_000);
  const messages = [1, 2, 3].map(() =>
    make.message({ kind: 'voice', url: 'file/a', seconds: 30, bars: BARS }),
  );
  await store(page, messages);
  const left = () =>
    page.evaluate(() => {
      const { heard } = globalThis as unknown as Heard;
      return {
        addresses: heard.live.size,
        sounding: heard.sounds.filter((sound) => !sound.paused || sound.src !== '').length,
      };
    });

  await voices(page).first().getByRole('button', { name: '播放' }).click();
  await expect(voices(page).first()).toHaveAttribute('data-state', 'playing');
  expect(await left()).toEqual({ addresses: 1, sounding: 1 });
  // In the task in which its bubble leaves the document.
  const asItLeaves = page.evaluate(
    () =>
      new Promise<{ addresses: number; sounding: number; controls: number }>((done) => {
        const { heard } = globalThis as unknown as Heard;
        const drawn = document.getElementsByClassName(
          document.querySelector('[data-testid="voice"]')?.className ?? '',
        );
        const before = drawn.length;
        const observer = new MutationObserver(() => {
          if (drawn.length === before) return;
          observer.disconnect();
          done({
            addresses: heard.live.size,
            sounding: heard.sounds.filter((sound) => !sound.paused).length,
            controls: heard.sounds.filter(
              ({ ownerDocument }) =>
                (ownerDocument.defaultView?.navigator.mediaSession.metadata ?? null) !== null,
            ).length,
          });
        });
        observer.observe(document.body, { childList: true, subtree: true });
      }),
  );
  await store(page, [recalledOf(messages[0])]);
  expect(await asItLeaves).toEqual({ addresses: 0, sounding: 0, controls: 0 });
  await expect(page.getByRole('status').filter({ hasText: '语音已被撤回，播放已停止' })).toBeVisible();
  await expect(voices(page)).toHaveCount(2);

  // ---- from another chat
  await voices(page).first().getByRole('button', { name: '播放' }).click();
  await expect(voices(page).first()).toHaveAttribute('data-state', 'playing');
  await page.getByRole('option').nth(1).click();
  await expect(page.getByTestId('voice-bar')).toBeVisible();
  await store(page, [recalledOf(messages[1])]);
  await expect(page.getByTestId('voice-bar')).toHaveCount(0);
  expect(await left()).toEqual({ addresses: 0, sounding: 0 });

  // ---- closed by hand, and in the shared content of the chat
  await page.getByRole('option', { name: GROUP }).click();
  await voices(page).last().getByRole('button', { name: '播放' }).click();
  await page.getByRole('option').nth(1).click();
  await page.getByTestId('voice-bar').getByRole('button', { name: '停止播放' }).click();
  await expect.poll(left).toEqual({ addresses: 0, sounding: 0 });

  // ---- an edit made another thing of it
  await page.getByRole('option', { name: GROUP }).click();
  await voices(page).last().getByRole('button', { name: '播放' }).click();
  await expect(voices(page).last()).toHaveAttribute('data-state', 'playing');
  expect(await left()).toEqual({ addresses: 1, sounding: 1 });
  const words: MessageView['content'] = { kind: 'text', text: 'words', mention: { all: false, uids: [] } };
  await store(page, [{ ...shown(messages[2]), edited: true, content: words }]);
  expect(await left()).toEqual({ addresses: 0, sounding: 0 });
});

function shown(message: MessageView | undefined): MessageView {
  if (!message) throw new Error('no message');
  return message;
}

function recalledOf(before: MessageView | undefined): MessageView {
  const message = shown(before);
  return {
    ...message,
    content: { kind: 'recalled' },
    recall: {
      state: 'done',
      revokerUid: message.fromUid,
      revokerName: '',
      revokerRole: null,
      reeditUntilMs: null,
    },
  };
}

// ---- recording

const mic = (page: Page) => page.getByTestId('mic');
const recording = (page: Page) => page.getByTestId('voice-recording');
const preview = (page: Page) => page.getByTestId('voice-preview');
const problem = (page: Page) => page.getByTestId('voice-problem');
/** So much is recorded, and not only asked for. */
const recorded = (page: Page, seconds: number) =>
  expect(recording(page)).toContainText(new RegExp(`0:(?:0[${seconds}-9]|[1-5])`), { timeout: 15_000 });
/** Samples of what was handed over to be sent. */
const sentSamples = (page: Page): Promise<{ seconds: number; loudest: number }[]> =>
  page.evaluate(() =>
    (globalThis as WithFake).fakeControls.calls
      .filter(({ channel }) => channel === 'voice.send')
      .map(({ args }) => {
        const { pcm } = args as { pcm: Uint8Array };
        const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.length);
        let loudest = 0;
        for (let at = 0; at < pcm.length; at += 2)
          loudest = Math.max(loudest, Math.abs(view.getInt16(at, true)));
        return { seconds: pcm.length / 16_000, loudest };
      }),
  );

test('recorded by click: meter, stop, listened to, recorded again, sent; a chat keeps what was not sent', async ({
  openFake,
}, testInfo) => {
  const page = await openFake({ width: 900, height: 700 });
  await openGroup(page);
  await page.getByTestId('composer').fill('words that wait');
  await mic(page).click();
  await expect(recording(page)).toHaveAttribute('data-state', 'recording');
  await expect(recording(page)).toBeFocused();
  await expect(page.getByTestId('announcements')).toHaveText('开始录音');
  await expect(page.getByTestId('composer')).toBeHidden();
  await recorded(page, 2);
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('recording.png') });
  await recording(page).getByRole('button', { name: '停止试听' }).click();
  await expect(preview(page)).toContainText(/0:00 \/ 0:0\d/);
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('preview.png') });
  await preview(page).getByRole('button', { name: '播放' }).click();
  await expect(preview(page).getByRole('button', { name: '暂停' })).toBeVisible();

  // ---- another chat, and back: it waits there
  await page.getByRole('option').nth(1).click();
  await expect(preview(page)).toHaveCount(0);
  await expect(page.getByTestId('composer')).toBeVisible();
  await openGroup(page);
  await expect(preview(page)).toBeVisible();
  await preview(page).getByRole('button', { name: '重新录制' }).click();
  await recorded(page, 1);
  // A chat that is left while somebody speaks keeps what was said.
  await page.getByRole('option').nth(1).click();
  await openGroup(page);
  await expect(preview(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(preview(page)).toHaveCount(0);
  await expect(page.getByTestId('composer')).toBeFocused();
  await expect(page.getByTestId('composer')).toHaveValue('words that wait');
  await expect(voices(page).last()).toBeVisible();
  const [sent] = await sentSamples(page);
  expect(sent?.seconds).toBeGreaterThan(1);
  // The tone was heard: what was sent is no silence.
  expect(sent?.loudest).toBeGreaterThan(1_000);
});

test('held: sent when it is let go, nothing to the left, up it goes on; too short is said', async ({
  openFake,
}) => {
  const page = await openFake();
  await openGroup(page);
  const press = async (): Promise<{ x: number; y: number }> => {
    const box = await mic(page).boundingBox();
    const at = { x: (box?.x ?? 0) + 10, y: (box?.y ?? 0) + 10 };
    await page.mouse.move(at.x, at.y);
    await page.mouse.down();
    return at;
  };
  await press();
  await expect(recording(page)).toContainText('上滑或按空格锁定');
  await recorded(page, 1);
  await page.mouse.up();
  await expect(recording(page)).toHaveCount(0);
  await expect.poll(async () => (await sentSamples(page)).length).toBe(1);

  let at = await press();
  await recorded(page, 1);
  await page.mouse.move(at.x - 90, at.y);
  await expect(recording(page)).toHaveCount(0);
  await page.mouse.up();

  at = await press();
  await expect(recording(page)).toHaveAttribute('data-state', 'recording');
  await page.mouse.move(at.x, at.y - 70);
  await expect(recording(page)).toContainText('已锁定，松手继续录');
  await page.mouse.up();
  await expect(recording(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(recording(page)).toHaveCount(0);

  // ---- by keys: begun and stopped by the same one, thrown away after a question
  await page.keyboard.press('Control+Alt+v');
  await expect(recording(page)).toHaveAttribute('data-state', 'recording');
  await page.keyboard.press('Control+Alt+v');
  await expect(problem(page)).toHaveText(/时间太短/);
  await problem(page).getByRole('button', { name: '关闭' }).click();
  await expect(problem(page)).toHaveCount(0);
  await expect(page.getByTestId('composer')).toBeFocused();
  await page.keyboard.press('Control+Alt+v');
  await recorded(page, 6);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('alertdialog')).toContainText('放弃这段录音？');
  await page.keyboard.press('Escape');
  await expect(recording(page)).toBeVisible();
  await recording(page).getByRole('button', { name: '取消' }).click();
  await page.getByRole('button', { name: '放弃' }).click();
  await expect(recording(page)).toHaveCount(0);
  expect(await sentSamples(page)).toHaveLength(1);
});

for (const [name, words] of [
  ['NotAllowedError', '未获准使用麦克风'],
  ['NotFoundError', '没有找到麦克风'],
  ['NotReadableError', '麦克风正被其他程序使用，或无法打开'],
] as const) {
  test(`a microphone that says ${name} is said, and what is written stays`, async ({ openFake }) => {
    const page = await openFake();
    await openGroup(page);
    await page.evaluate((error) => {
      navigator.mediaDevices.getUserMedia = async () => {
        throw new DOMException('no', error);
      };
    }, name);
    await page.getByTestId('composer').fill('words');
    await mic(page).click();
    await expect(problem(page)).toHaveText(words);
    await expect(page.getByTestId('composer')).toHaveValue('words');
    // Linux has no page of the system for it.
    await expect(problem(page).getByRole('button')).toHaveCount(1);
  });
}

test('one sounds in all windows of the app: what begins in another one pauses it', async ({ openFake }) => {
  const page = await openFake();
  await openGroup(page);
  const make = new MessageMaker('zh', 5_000);
  await store(page, [make.message({ kind: 'voice', url: 'file/a', seconds: 30, bars: BARS })]);
  await voices(page).getByRole('button', { name: '播放' }).click();
  await expect(voices(page)).toHaveAttribute('data-state', 'playing');
  // Another window has the same origin, and speaks on the same channel.
  await page.evaluate(() => {
    const other = document.createElement('iframe');
    document.body.append(other);
    const { BroadcastChannel: Channel } = other.contentWindow as Window & typeof globalThis;
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- such a channel has one origin
    new Channel('sound').postMessage('begins');
  });
  await expect(voices(page)).toHaveAttribute('data-state', 'paused');
});
