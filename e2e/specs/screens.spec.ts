/**
 * Every screen on known data: it fits into a window of the usual size, in both languages and themes, and works by
 * keyboard.
 */
import type { Page } from 'playwright';
import { translate } from '../../shared/strings/index.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { fakeIds } from '../fixtures/fake/fake-names.ts';
import { MessageMaker } from '../fixtures/walk/every-kind.ts';

const MAIN_GROUP = { zh: '悟空桌面端研发', en: 'WuKong Desktop Dev' } as const;
type Language = keyof typeof MAIN_GROUP;

async function openMain(page: Page, language: Language): Promise<void> {
  await page.getByRole('option', { name: new RegExp(`^${MAIN_GROUP[language]}`) }).click();
  await expect(page.getByTestId('bubble').first()).toBeVisible();
}

/** Controls and headings that stick out of the window to a side, where nobody could reach them. */
async function outside(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        'button, input, textarea, select, h1, h2, [role="option"], article',
      ),
    ]
      .filter((element) => element.checkVisibility() && !element.closest('.visually-hidden'))
      .filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width > 1 && (box.right > window.innerWidth + 1 || box.left < -1);
      })
      .map(
        (element) => `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent ?? ''}`,
      ),
  );
}

/** Small windows: `every-screen.spec.ts`. */
const SIZES = [{ width: 1280, height: 800 }] as const;
for (const size of SIZES) {
  for (const language of ['zh', 'en'] as const) {
    const theme = language === 'zh' ? 'light' : 'dark';
    test(`${size.width}x${size.height} ${language} ${theme}: every screen fits`, async ({
      openFake,
    }, testInfo) => {
      const page = await openFake({ ...size, language, theme });
      const shot = async (name: string): Promise<void> => {
        // A pane may still be sliding in.
        await expect.poll(() => outside(page), { message: name }).toEqual([]);
        await page.screenshot({ animations: 'disabled', path: testInfo.outputPath(`${name}.png`) });
      };
      const settings = page.getByRole('navigation').nth(1).getByRole('button');
      await expect(page.getByRole('option').first()).toBeVisible();
      await shot('no-chat');
      await openMain(page, language);
      await shot('main');
      await page.getByTestId('bubble').first().click({ button: 'right' });
      await expect(page.getByRole('menu')).toBeVisible();
      await shot('menu');
      await page.keyboard.press('Escape');
      await page
        .getByTestId('bubble')
        .first()
        .click({ modifiers: ['Control'] });
      await expect(page.getByRole('toolbar')).toBeVisible();
      await shot('selection');
      await page.getByRole('toolbar').getByRole('button').nth(1).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await shot('forward');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+f');
      await page.keyboard.type(language === 'zh' ? '撤回' : 'recall');
      await expect(page.getByTestId('chat-search-count')).not.toBeEmpty();
      await shot('chat-search');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+i');
      await expect(page.locator('[data-region="info"]')).toBeVisible();
      await shot('info');
      await page.keyboard.press('Control+n');
      await expect(page.getByRole('dialog')).toBeVisible();
      await shot('new-group');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('dialog').getByRole('combobox')).toBeVisible();
      await shot('palette');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+,');
      await expect(settings.first()).toBeVisible();
      for (let index = 0; index < (await settings.count()); index += 1) {
        await settings.nth(index).click();
        await expect(settings.nth(index)).toHaveAttribute('aria-current', 'page');
        await shot(`settings-${index + 1}`);
      }
      const signIn = await openFake({ ...size, language, theme, signedIn: false });
      await expect(signIn.getByRole('button').last()).toBeVisible();
      await expect.poll(() => outside(signIn), { message: 'sign-in' }).toEqual([]);
      await signIn.screenshot({ animations: 'disabled', path: testInfo.outputPath('sign-in.png') });
    });
  }
}

for (const language of ['zh', 'en'] as const) {
  test(`beside the docked info pane the send button stays in the composer (${language})`, async ({
    openFake,
  }) => {
    const page = await openFake({ width: 1080, height: 640, language });
    await openMain(page, language);
    await page.keyboard.press('Control+i');
    await expect(page.locator('[data-region="info"]')).toBeVisible();
    const right = async (id: string): Promise<number> => {
      const box = await page.getByTestId(id).boundingBox();
      return box ? box.x + box.width : Number.NaN;
    };
    await expect.poll(async () => (await right('send')) < (await right('composer'))).toBe(true);
  });
}

for (const language of ['zh', 'en'] as const) {
  test(`the first screens have their ways in and out in sight in the smallest window (${language})`, async ({
    openFake,
  }) => {
    const size = { width: 720, height: 480, language };
    const setup = await openFake({ ...size, locked: { setup: true } });
    const [next, again] = [setup.getByRole('textbox').first(), setup.getByRole('textbox').last()];
    const leave = setup.getByRole('button', {
      name: translate(language, 'lock.leave'),
    });
    await expect(leave).toBeInViewport({ ratio: 1 });
    const place = (): Promise<number | undefined> => leave.boundingBox().then((box) => box?.y);
    const before = await place();
    // Nor does anything move with what is said of the fields.
    await next.fill('12');
    await expect(setup.getByRole('alert')).toBeVisible();
    await expect.poll(place).toBe(before);
    await next.fill('1234');
    await again.fill('99');
    await expect(setup.getByRole('alert')).toBeVisible();
    await expect.poll(place).toBe(before);
    await expect(leave).toBeInViewport({ ratio: 1 });

    const form = await openFake({ ...size, signedIn: false });
    await expect(
      form.getByRole('button', { name: translate(language, 'login.title'), exact: true }),
    ).toBeInViewport({ ratio: 1 });
  });
}

test('F6 goes round the regions; the keyboard selects, and Esc gives the focus back', async ({
  openFake,
}) => {
  const page = await openFake();
  await openMain(page, 'zh');
  const region = (): Promise<string | undefined> =>
    page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-region]')?.dataset['region']);
  await expect(page.getByTestId('composer')).toBeFocused();
  for (const name of ['rail', 'search', 'list', 'header', 'flow', 'composer', 'rail']) {
    await page.keyboard.press('F6');
    await expect.poll(region).toBe(name);
  }
  await page.keyboard.press('Shift+F6');
  await page.keyboard.press('Shift+Tab');
  const newest = page.getByRole('article').last();
  await expect(newest).toBeFocused();
  await page.keyboard.press('x');
  // A recall line between two bubbles is walked over, not selected.
  for (let i = 0; i < 2; i += 1) await page.keyboard.press('Shift+ArrowUp');
  await expect(page.getByRole('toolbar')).toContainText('已选 2 条');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('toolbar')).toHaveCount(0);
  await expect.poll(region).toBe('flow');
  await page.keyboard.press('f');
  await expect(page.getByRole('dialog', { name: '转发' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect.poll(region).toBe('flow');
});

test('fields that may hold words of messages keep them out of the browser’s own files', async ({
  openFake,
}) => {
  const page = await openFake();
  await openMain(page, 'zh');
  await page.keyboard.press('Control+f');
  const fields = [
    page.getByTestId('composer'),
    page.getByRole('searchbox', { name: '搜索' }).first(),
    page.getByRole('textbox', { name: '在会话中搜索' }),
  ];
  for (const field of fields) await expect(field).toHaveAttribute('autocomplete', 'off');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox').and(page.locator('input'))).toHaveAttribute('autocomplete', 'off');
});

test('the language changes everywhere at once, also in what is open', async ({ openFake }) => {
  const page = await openFake();
  await openMain(page, 'zh');
  // A line of the server is worded here; what one did oneself is told of as that.
  const make = new MessageMaker('zh', 700);
  const line = (...parts: { text: string; uid: string | null }[]) =>
    make.message({ kind: 'system', type: 1005, parts }, { fromUid: '', fromName: '' });
  const me = { text: '许一诺', uid: fakeIds.me };
  const lines = [
    line(me, { text: '修改群名为"发布"', uid: null }),
    line({ text: '陈屿', uid: fakeIds.chen }, { text: '将', uid: null }, me, { text: '移除群聊', uid: null }),
  ];
  await page.evaluate(
    (all) => (window as unknown as { fakeControls: FakeControls }).fakeControls.store(all),
    lines,
  );
  const written = page.getByTestId('system-line');
  await expect(written.nth(-2)).toHaveText('你修改群名为“发布”');
  await expect(written.last()).toHaveText('陈屿将你移除群聊');
  await page.keyboard.press('Control+,');
  await page.getByRole('combobox', { name: '语言' }).selectOption('en');
  await expect(page.getByRole('heading', { name: 'General' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.getByRole('button', { name: /^Chats/ }).click();
  await expect(page.getByTestId('composer')).toHaveAttribute('placeholder', /^Message /);
  await expect(page.getByTestId('recall-tip').last()).toContainText('You recalled a message');
  await expect(written.nth(-2)).toHaveText('You renamed the group to "发布"');
  await expect(written.last()).toHaveText('陈屿 removed you from the group');
});

test('what the lock cancelled is said once it is open again', async ({ openFake }) => {
  const page = await openFake({ locked: {}, wasAsking: true });
  await page.getByRole('textbox').fill('1234');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('option').first()).toBeVisible();
  const toast = page.getByTestId('toast');
  await expect(toast).toHaveText(/^锁定时正在选择文件，那次选择已取消/);
  await toast.getByRole('button', { name: '确定' }).click();
  await expect(toast).toHaveCount(0);
});
