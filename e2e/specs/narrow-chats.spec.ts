/**
 * Messages of every kind and state in a chat of any width, down to a window of its own at 200 %: nothing is cut off by
 * its bubble, and nothing scrolls sideways.
 */
import type { Page } from 'playwright';
import { channelKey } from '../../shared/domain.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { fakeGroup, fakeIds } from '../fixtures/fake/fake-names.ts';
import { delta, MessageMaker, notWords, place, underway, video, wordy } from '../fixtures/walk/every-kind.ts';
import { atRest, hidden, resize } from '../fixtures/walk/layout.ts';

/** CSS px: windows of a chat at 100, 150 and 200 %, and steps between. (`minWidth` of chat-windows.ts is 420.) */
const WIDTHS = [640, 420, 340, 280, 210] as const;
/** So high that no row is left out. */
const HEIGHT = 6_000;

const image = (url: string, width: number, height: number) =>
  ({ kind: 'image', url, width, height }) as const;

/** Shapes that media seldom have, and what went wrong with them. */
function odd(make: MessageMaker): ReturnType<typeof wordy> {
  const quote = {
    messageId: '1',
    messageSeq: 1,
    fromUid: fakeIds.chen,
    fromName: make.say('陈屿', 'Chen Yu'),
    state: 'ok',
    preview: make.say('早上好', 'Morning'),
  } as const;
  const unsent = {
    messageId: null,
    messageSeq: 0,
    send: { state: 'failed', reason: 'tooLarge' },
  } as const;
  return [
    make.message(image('file/missing.png', 20, 900)),
    make.own(image('file/missing.png', 900, 20)),
    make.message(image('file/missing.png', 300, 200), { quote }),
    make.own(image('file/a.png', 900, 20), { quote }),
    make.message(video('file/film'), { quote }),
    make.own(video('file/here')),
    make.own(image('', 300, 126), unsent),
    make.own(video(''), unsent),
    make.own({ kind: 'file', url: '', name: 'a-name-that-has-no-place-to-break.pdf', size: 12 }, unsent),
    ...[2, 3, 5].flatMap((count) =>
      Array.from({ length: count }, () =>
        make.message(image('file/missing.png', 300, 200), { album: 700 + count }),
      ),
    ),
    make.message('a'.repeat(300)),
    make.own(`https://${'x'.repeat(60)}.example/${'y'.repeat(100)}`),
  ];
}

/** Beside what `hidden` looks for: what is wider than the flow, or than the bubble that cuts it off. */
const wide = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const flow = document.querySelector<HTMLElement>('[role="log"]');
    if (!flow) throw new Error('no chat');
    const frame = flow.getBoundingClientRect();
    const problems = flow.scrollWidth > flow.clientWidth ? ['the flow scrolls sideways'] : [];
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- runs in the page
    const isCutOnPurpose = (element: Element): boolean => {
      for (let at: Element | null = element; at && at !== flow; at = at.parentElement) {
        const { textOverflow, webkitLineClamp } = getComputedStyle(at);
        if (textOverflow === 'ellipsis' || webkitLineClamp !== 'none' || at.tagName === 'PRE') return true;
      }
      return false;
    };
    for (const element of flow.querySelectorAll<HTMLElement>('*')) {
      if (!element.checkVisibility() || element.closest('svg, .visually-hidden')) continue;
      const { left, right, width } = element.getBoundingClientRect();
      const bubble = element.closest('[data-testid="bubble"]')?.getBoundingClientRect() ?? frame;
      const sticksOut = right > bubble.right + 25 || right > frame.right + 1 || left < frame.left - 1;
      if (width > 1 && sticksOut && !isCutOnPurpose(element))
        problems.push(`${element.tagName} ${element.className}: ${element.textContent?.slice(0, 30) ?? ''}`);
    }
    return problems;
  });

for (const language of ['zh', 'en'] as const)
  test(`every kind of message fits into a chat of any width (${language})`, async ({ openFake }) => {
    const page = await openFake({
      language,
      theme: language === 'zh' ? 'light' : 'dark',
      ownChat: channelKey(fakeGroup(fakeIds.main)),
      width: WIDTHS[0],
      height: HEIGHT,
    });
    await expect(page.getByTestId('bubble').first()).toBeVisible();
    const kinds = [wordy, notWords, place, odd, underway].flatMap((of, at) =>
      of(new MessageMaker(language, 100 * (at + 1))),
    );
    await page.evaluate(
      (deltas) => (window as unknown as { fakeControls: FakeControls }).fakeControls.push(deltas),
      [delta(kinds)],
    );
    await expect(page.getByTestId('recall-folded')).toBeVisible();
    await expect(page.getByTestId('image-failed').first()).toBeVisible();
    const found: string[] = [];
    for (const width of WIDTHS) {
      await resize(page, { width, height: HEIGHT });
      await atRest(page);
      for (const problem of [...(await wide(page)), ...(await hidden(page))])
        found.push(`${width}: ${problem}`);
    }
    expect(found).toEqual([]);
  });
