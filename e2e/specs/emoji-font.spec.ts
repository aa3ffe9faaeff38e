/** Emoji have colours on a computer without a font of them, and nothing is loaded on one that has it. On known data. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect, launchBrowser, openFakePage, test } from '../fixtures/fake/fake-app.ts';

test.skip(process.platform !== 'linux', 'other systems have a font of emoji of their own');

/** Files of the font that the page has asked for since it began: also before anybody could listen. */
const asked = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => name)
      .filter((name) => /noto-color-emoji.*\.woff2$/.test(name)),
  );
/** A picture by itself, a heart, a tone, a profession, a family, flags of both kinds, a new one, signs, keycaps. */
const EMOJI = ['😀', '❤️', '👍🏽', '👩‍🚀', '👨‍👩‍👧‍👦', '🏳️‍🌈', '🇨🇳', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🫩', '☀️', '✌️', '1️⃣', '#️⃣'];

test('on a Linux with fonts of text alone all kinds of emoji are pictures, in messages and in the panel', async ({
  fakeSite,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'wukong-fonts-'));
  const config = join(folder, 'fonts.conf');
  // Chinese and Latin, as on a desktop of China; what is known of the fonts already is used again.
  await writeFile(
    config,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>
     <dir>/usr/share/fonts/opentype/noto</dir><dir>/usr/share/fonts/truetype/dejavu</dir>
     <cachedir>/var/cache/fontconfig</cachedir><cachedir>${folder}/cache</cachedir></fontconfig>`,
  );
  const browser = await launchBrowser({ FONTCONFIG_FILE: config });
  try {
    const page = await openFakePage({ ...fakeSite, browser });
    await expect(page.locator('html')).toHaveAttribute('data-emoji', 'app');
    await expect.poll(() => asked(page)).not.toEqual([]);
    await page.getByRole('option').first().click();
    const composer = page.getByTestId('composer');
    await composer.fill(`OK 2026 ${EMOJI.join(' ')}`);
    await composer.press('Enter');
    const bubble = page.getByTestId('bubble').filter({ hasText: 'OK 2026' });
    await expect(bubble).toBeVisible();

    const wrong = await bubble.evaluate(async (element, all) => {
      const size = 48;
      const { fontFamily } = getComputedStyle(element);
      const context = Object.assign(document.createElement('canvas'), {
        width: size * 4,
        height: size * 2,
      }).getContext('2d', { willReadFrequently: true });
      if (!context) throw new Error('no canvas');
      const look = (text: string, family: string): { coloured: boolean; width: number } => {
        context.font = `${size}px ${family}`;
        context.textBaseline = 'top';
        context.clearRect(0, 0, size * 4, size * 2);
        context.fillText(text, 4, 4);
        const { data } = context.getImageData(0, 0, size * 4, size * 2);
        let coloured = false;
        for (let at = 0; at < data.length && !coloured; at += 4) {
          const [red, green, blue] = [data[at]!, data[at + 1]!, data[at + 2]!];
          coloured = Math.max(red, green, blue) - Math.min(red, green, blue) > 24;
        }
        return { coloured, width: context.measureText(text).width };
      };
      await document.fonts.load(`${size}px ${fontFamily}`, all.join(''));
      const one = look('😀', fontFamily).width;
      const plain = ['A', '2026', '#'].filter((text) => look(text, fontFamily).coloured);
      // This computer really has none, and text is text.
      if (look('😀', 'sans-serif').coloured || plain.length > 0) return ['the look itself', ...plain];
      return all.filter((text) => {
        const { coloured, width } = look(text, fontFamily);
        // A family is drawn as grey shapes nowadays, but as one picture.
        const isGrey = text.startsWith('👨');
        return (!coloured && !isGrey) || width > one * 1.4;
      });
    }, EMOJI);
    expect(wrong).toEqual([]);
    await expect(bubble).toHaveCSS('font-family', /Emoji of the app.*Signs of the app/);

    await composer.press('Control+e');
    const panel = page.getByTestId('emoji-panel');
    await expect(panel.getByRole('gridcell', { name: '😀' }).or(panel.getByText('😀').first())).toBeVisible();
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
});

test('where the system has a font of emoji, the app does not load its own', async ({ openFake }) => {
  const page = await openFake();
  await expect(page.locator('html')).toHaveAttribute('data-emoji', 'system');
  await page.getByRole('option').first().click();
  await page.getByTestId('composer').press('Control+e');
  await expect(page.getByTestId('emoji-panel').getByRole('gridcell').first()).toBeVisible();
  expect(await asked(page)).toEqual([]);
  await expect(page.locator('body')).not.toHaveCSS('font-family', /of the app/);
  // Names have emoji, too, where somebody signs in.
  const signIn = await openFake({ signedIn: false });
  await expect(signIn.locator('html')).toHaveAttribute('data-emoji', 'system');
});
