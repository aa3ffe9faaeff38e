/**
 * Every screen, dialog, popover, menu, pane, banner and state (`fixtures/walk/chapters/`): axe finds nothing, nothing
 * is out of sight in small windows and at 200 %, what is chosen can be told, and no word is of the other language.
 */
import { expect, test } from '../fixtures/fake/fake-app.ts';
import type { FakeOptions } from '../fixtures/fake/fake-bridge.ts';
import { AxeLooker } from '../fixtures/walk/axe.ts';
import { CHAPTERS } from '../fixtures/walk/chapters.ts';
import { foreignWords } from '../fixtures/walk/languages.ts';
import { hidden, resize } from '../fixtures/walk/layout.ts';
import { unseenMarks } from '../fixtures/walk/marks.ts';
import { wordsOverWords } from '../fixtures/walk/overlaps.ts';
import { TYPED, walkChapter } from '../fixtures/walk/walk.ts';

/** The last one is 1280x800 at 200 %. */
const SIZES = [
  { width: 900, height: 600 },
  { width: 720, height: 480 },
  { width: 640, height: 400 },
] as const;
const WALKS = [
  { language: 'zh', theme: 'light', size: SIZES[2] },
  { language: 'en', theme: 'dark', size: SIZES[1] },
] as const;
/** These go when the window changes: they are looked at in the size of their walk. */
const FLEETING = '[role="menu"], [role="dialog"]:not([aria-modal])';

for (const chapter of CHAPTERS) {
  for (const { language, theme, size } of WALKS) {
    test(`${chapter.name}, ${language}, ${theme}`, async ({ openFake }, testInfo) => {
      test.setTimeout(180_000);
      const found: string[] = [];
      const axe = new AxeLooker();
      const open = async (options: FakeOptions) => {
        const page = await openFake({ language, theme, hearWords: true, ...size, ...options });
        page.setDefaultTimeout(10_000);
        return page;
      };
      const unreached = await walkChapter(chapter, open, language, async ({ page }, stop) => {
        const look = async (how: string, problems: Promise<string[]>): Promise<void> => {
          for (const problem of await problems) found.push(`${stop}${how}: ${problem}`);
        };
        // For people who want to look.
        if (process.env['WUKONG_WALK_SHOTS'])
          await page.screenshot({ path: testInfo.outputPath(`${stop.replaceAll(/[^\w]+/g, '-')}.png`) });
        await look('', axe.problems(page));
        await look('', foreignWords(page, language, TYPED));
        await look('', unseenMarks(page));
        await look(` ${size.width}`, hidden(page));
        await look(` ${size.width}`, wordsOverWords(page));
        if ((await page.locator(FLEETING).count()) > 0) return;
        // Chinese is shorter: what English has room for holds it.
        if (language === 'zh') return;
        for (const other of SIZES.filter((each) => each !== size)) {
          await resize(page, other);
          await look(` ${other.width}`, hidden(page));
        }
        await resize(page, size);
      });
      expect([...unreached, ...found]).toEqual([]);
    });
  }
}
