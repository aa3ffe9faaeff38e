/** Keys: they work from the first moment, and are nobody else's while what was asked for is still being loaded. */
import type { Page, Route } from 'playwright';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';

/** Code of these names is not there until `release`; then it comes, or (`fail`) cannot be read. */
async function hold(
  page: Page,
  names: readonly string[],
): Promise<{ release: () => Promise<void>; fail: () => Promise<void> }> {
  const held: Route[] = [];
  let open: 'held' | 'released' | 'failed' = 'held';
  const answer = (route: Route): Promise<void> =>
    open === 'failed' ? route.fulfill({ status: 404, body: '' }) : route.continue();
  await page.route(
    (url) => names.some((name) => url.pathname.includes(`/${name}-`) && url.pathname.endsWith('.js')),
    (route) => (open === 'held' ? void held.push(route) : answer(route)),
  );
  const end = async (how: 'released' | 'failed'): Promise<void> => {
    open = how;
    await Promise.all(held.splice(0).map(answer));
  };
  return { release: () => end('released'), fail: () => end('failed') };
}
const calls = (page: Page, name: string): Promise<number> =>
  page.evaluate(
    (channel) =>
      (window as unknown as { fakeControls: FakeControls }).fakeControls.calls.filter(
        (call) => call.channel === channel,
      ).length,
    name,
  );
const focused = (page: Page) => page.locator(':focus');

test('a plain start begins in the list: arrows and Enter work at once', async ({ openFake }) => {
  const page = await openFake();
  const rows = page.getByRole('option');
  await expect(rows.first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('composer')).toBeFocused();
  await expect(rows.nth(1)).toHaveAttribute('aria-selected', 'true');
});

test('a start out of sight begins there once somebody comes; what has the focus keeps it', async ({
  openFake,
}) => {
  const page = await openFake({}, (fresh) =>
    fresh.addInitScript(() => {
      let there = false;
      document.hasFocus = () => there;
      window.addEventListener('focus', () => void (there = true), { capture: true });
    }),
  );
  await expect(page.getByRole('option').first()).toBeVisible();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await expect(focused(page)).toHaveCount(0);
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(page.getByRole('option').first()).toBeFocused();

  const other = await openFake({}, (fresh) =>
    fresh.addInitScript(() => {
      document.hasFocus = () => false;
    }),
  );
  const search = other.getByRole('searchbox').first();
  await search.focus();
  await other.evaluate(() => window.dispatchEvent(new Event('focus')));
  await other.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await expect(search).toBeFocused();
});

test('typed before a dialog is there: nothing of it is written or sent; Esc gives up; what cannot be read is told', async ({
  openFake,
}) => {
  let chunk: Awaited<ReturnType<typeof hold>> | undefined;
  const page = await openFake({}, async (fresh) => {
    chunk = await hold(fresh, ['new-group-dialog']);
  });
  await page.getByRole('option').nth(1).click();
  const composer = page.getByTestId('composer');
  await composer.fill('没写完');
  const sent = await calls(page, 'messages.send');
  await page.keyboard.press('Control+n');
  await page.keyboard.type('abc');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Control+Enter');
  await expect(composer).not.toBeFocused();
  await expect(composer).toHaveValue('没写完');

  await page.keyboard.press('Escape');
  await expect(composer).toBeFocused();
  await expect(composer).toHaveValue('没写完');

  await page.keyboard.press('Control+n');
  await page.keyboard.press('Enter');
  await chunk?.release();
  const dialog = page.getByRole('dialog', { name: '创建群聊' });
  await expect(dialog).toBeVisible();
  await expect.poll(() => dialog.evaluate((box) => box.contains(document.activeElement))).toBe(true);
  await page.keyboard.press('Escape');
  await expect(composer).toBeFocused();
  await expect(composer).toHaveValue('没写完');
  expect(await calls(page, 'messages.send')).toBe(sent);

  // What is not there any more leaves nothing behind that takes the keys.
  let gone: Awaited<ReturnType<typeof hold>> | undefined;
  const broken = await openFake({}, async (fresh) => {
    gone = await hold(fresh, ['new-group-dialog']);
  });
  await broken.getByRole('option').nth(1).click();
  await expect(broken.getByTestId('composer')).toBeFocused();
  await broken.keyboard.press('Control+n');
  await expect(broken.getByTestId('composer')).not.toBeFocused();
  await gone?.fail();
  await expect(broken.getByTestId('toast')).toBeVisible();
  await expect(broken.getByTestId('composer')).toBeFocused();
});

test('typed before the settings are there: nothing is sent, and nothing of the rail is pressed', async ({
  openFake,
}) => {
  let chunk: Awaited<ReturnType<typeof hold>> | undefined;
  const page = await openFake({}, async (fresh) => {
    chunk = await hold(fresh, ['settings-screen']);
  });
  await page.getByRole('option').nth(1).click();
  const composer = page.getByTestId('composer');
  await composer.fill('没写完');
  const sent = await calls(page, 'messages.send');
  await page.keyboard.press('Control+,');
  await expect(composer).toHaveCount(0);
  await page.keyboard.type('abc');
  await page.keyboard.press('Enter');
  await chunk?.release();
  await expect(page.getByRole('heading', { level: 1, name: '通用' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(composer).toHaveValue('没写完');
  expect(await calls(page, 'messages.send')).toBe(sent);
});

test('typed while the whole search is opened lands in it', async ({ openFake }) => {
  const page = await openFake();
  await page.getByRole('option').nth(1).click();
  const composer = page.getByTestId('composer');
  await composer.fill('没写完');
  await page.keyboard.press('Control+Shift+f');
  await page.keyboard.type('abc');
  await expect(page.getByRole('searchbox').first()).toHaveValue('abc');
  await expect(composer).toHaveValue('没写完');
});
