/** Images and files are dragged out of the window, under their names; a recall takes what was made ready for that. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Locator } from 'playwright';
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { expect, test } from '../fixtures/test.ts';
import type { AppWindow } from '../fixtures/test.ts';
import {
  document,
  expectShown,
  files,
  images,
  pick,
  picture,
  recallAttached,
  sendAttached,
  viewer,
} from '../fixtures/people/media.ts';

const NAME = 'Dr4Gsecretname';
const BYTES = 'Dr4Gsecretbytes';

interface Dragged {
  file: string;
  bytes: number;
}
/** What the system was given to drag. */
const dragged = ({ app }: AppWindow): Promise<Dragged[]> =>
  app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    const contents = window?.webContents as unknown as { dragged: Dragged[] } | undefined;
    return contents?.dragged ?? [];
  });
/** Takes hold of something and pulls; the button stays down until `release`. */
async function pull({ page }: AppWindow, what: Locator): Promise<{ release: () => Promise<void> }> {
  // (Where it stays, should something have come below it or be sliding in.)
  await what.hover();
  const box = await what.boundingBox();
  if (!box) throw new Error('nothing to take hold of');
  const [x, y] = [box.x + box.width / 3, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 12, y + 12, { steps: 4 });
  return { release: () => page.mouse.up() };
}
const copies = ({ app }: AppWindow): string[] =>
  readdirSync(join(app.userDataDir, 'accounts'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.includes('.drag'),
  );

test('from bubbles, viewer and shared content; what is not here is loaded first, what is recalled is nowhere', async ({
  openTwo,
}) => {
  test.setTimeout(120_000);
  const { alice, bob } = await openTwo('person');
  await pick(alice, 'image', picture('chart.png'));
  await sendAttached(alice);
  await pick(alice, 'file', document(`${NAME}.txt`, BYTES, 60_000));
  await sendAttached(alice);
  await expect(files(bob)).toHaveCount(1);
  await expectShown(images(bob).first());

  // ---- an image that is here
  let hold = await pull(bob, images(bob).first());
  await expect.poll(() => dragged(bob).then((all) => all.length)).toBe(1);
  await hold.release();
  const [image] = await dragged(bob);
  expect(basename(image?.file ?? '')).toBe('chart.png');
  expect(image?.bytes).toBe(picture('').buffer.length);
  // No click came of it.
  await expect(viewer(bob)).toHaveCount(0);

  // ---- a file that is not: it is loaded, and dragged while the button is held
  const file = files(bob).first();
  await expect(file).toHaveAttribute('data-state', 'remote');
  hold = await pull(bob, file);
  await expect.poll(() => dragged(bob).then((all) => all.length)).toBe(2);
  await hold.release();
  const [, text] = await dragged(bob);
  expect(basename(text?.file ?? '')).toBe(`${NAME}.txt`);
  expect(readFileSync(text?.file ?? '', 'utf8')).toContain(BYTES);
  await expect(file).toHaveAttribute('data-state', 'ready');

  // ---- the viewer, and the shared content
  await images(bob).first().getByRole('button', { name: '查看图片' }).click();
  await expectShown(viewer(bob));
  hold = await pull(bob, viewer(bob).locator('img'));
  await expect.poll(() => dragged(bob).then((all) => all.length)).toBe(3);
  await hold.release();
  await bob.page.keyboard.press('Escape');
  await bob.page.getByRole('button', { name: '会话信息' }).click();
  await bob.page.getByRole('button', { name: '聊天内容' }).click();
  const pane = bob.page.getByRole('complementary', { name: '聊天内容' });
  await expect(pane.getByTestId('shared-picture')).toHaveAttribute('data-state', 'ready');
  hold = await pull(bob, pane.getByTestId('shared-picture'));
  await expect.poll(() => dragged(bob).then((all) => all.length)).toBe(4);
  await hold.release();
  await pane.getByRole('tab', { name: '文件' }).click();
  hold = await pull(bob, pane.getByTestId('shared-row'));
  await expect.poll(() => dragged(bob).then((all) => all.length)).toBe(5);

  // ---- recalled while it is held
  expect(copies(bob).some((path) => path.includes(NAME))).toBe(true);
  await recallAttached(alice, files(alice).first());
  await expect(pane.getByTestId('shared-row')).toHaveCount(0);
  await expect.poll(() => copies(bob).filter((path) => path.includes(NAME))).toEqual([]);
  await hold.release();
  await expect
    .poll(() => scanForResidue([join(bob.app.userDataDir, 'accounts')], [NAME, BYTES]), { timeout: 15_000 })
    .toEqual([]);
  expect(await dragged(bob)).toHaveLength(5);

  // ---- nothing of the rest stays when the app has ended
  expect(copies(bob)).not.toEqual([]);
  await bob.app.close();
  expect(copies(bob)).toEqual([]);
});
