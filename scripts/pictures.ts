/**
 * `npm run pictures`: the screens of docs/design/more.md as they are built, on known data, into docs/images. Names of
 * scenes (e2e/fixtures/walk/pictures.ts) as arguments make only these. Those of docs/design/ui.md are made by the demo.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { launchBrowser, openFakePage, serveFake } from '../e2e/fixtures/fake/fake-app.ts';
import { settled } from '../e2e/fixtures/walk/layout.ts';
import { SCENES } from '../e2e/fixtures/walk/pictures.ts';
import { Walker } from '../e2e/fixtures/walk/walk.ts';
import { reasonOf } from '../shared/errors.ts';
import { buildIfNeeded } from './build.ts';
import { ROOT } from './paths.ts';

const SIZE = { width: 1280, height: 800 };
/** Half as large as a PNG, and no edge of a letter is seen to be changed. */
const QUALITY = 0.86;

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => SCENES.every((scene) => scene.name !== name));
  if (unknown.length > 0) throw new Error(`no scene is called ${unknown.join(', ')}`);
  await buildIfNeeded(console.log);
  const { close, ...site } = await serveFake();
  const browser = await launchBrowser();
  let failed = 0;
  try {
    const studio = await browser.newPage();
    for (const { name, options, go } of SCENES.filter(
      (scene) => names.length === 0 || names.includes(scene.name),
    )) {
      const page = await openFakePage({ ...site, browser }, { ...options, ...SIZE });
      try {
        await go(new Walker(page, options.language ?? 'zh'));
        await settled(page);
        const png = await page.screenshot({ animations: 'disabled' });
        const webp = await toWebp(studio, png);
        await writeFile(join(ROOT, 'docs/images', `${name}.webp`), webp);
        console.log(`✓ ${name} (${Math.round(webp.length / 1024)} KiB)`);
      } catch (error) {
        failed += 1;
        console.log(`✗ ${name}: ${reasonOf(error)}`);
      }
      await page.close();
    }
  } finally {
    await browser.close();
    close();
  }
  return failed === 0 ? 0 : 1;
}

/** By the browser, as nothing else here writes WebP. */
async function toWebp(page: Page, png: Buffer): Promise<Buffer> {
  const base64 = await page.evaluate(
    async ([text, quality]) => {
      const image = new Image();
      image.src = `data:image/png;base64,${text}`;
      await image.decode();
      const canvas = document.createElement('canvas');
      Object.assign(canvas, { width: image.width, height: image.height });
      canvas.getContext('2d')?.drawImage(image, 0, 0);
      return canvas.toDataURL('image/webp', quality).split(',')[1] ?? '';
    },
    [png.toString('base64'), QUALITY] as const,
  );
  return Buffer.from(base64, 'base64');
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(reasonOf(error));
  process.exitCode = 1;
}
