/** Every emoji that is offered on this machine is a picture in colours; none is the box of a missing glyph. */
import { expect, test } from '../fixtures/fake/fake-app.ts';

test('every emoji of the panel is one picture in colours, in all skin tones, and nearly all of Unicode is offered', async ({
  openFake,
}) => {
  const page = await openFake();
  await page.getByRole('option').first().click();
  await expect(page.getByTestId('composer')).toBeFocused();
  await page.keyboard.press('Control+e');
  const panel = page.getByTestId('emoji-panel');
  await expect(panel.getByRole('gridcell').first()).toBeVisible();

  // The panel draws what is in sight: all of it, by scrolling.
  const offered = await panel.getByRole('grid').evaluate(async (grid) => {
    let scroller: Element = grid;
    while (scroller.scrollHeight <= scroller.clientHeight && scroller.parentElement)
      scroller = scroller.parentElement;
    const found = new Set<string>();
    for (;;) {
      for (const cell of grid.querySelectorAll('[role="gridcell"]')) found.add(cell.textContent.trim());
      const before = scroller.scrollTop;
      scroller.scrollTop = before + scroller.clientHeight - 40;
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
      if (scroller.scrollTop === before) return [...found].filter(Boolean);
    }
  });
  // Of 1,900: a font of a system is a version or two behind.
  expect(offered.length, 'a font of colour emoji is missing: fonts-noto-color-emoji').toBeGreaterThan(1_500);

  const tones = ['🏻', '🏼', '🏽', '🏾', '🏿'];
  const wrong = await page.evaluate(
    async ([all, skins]) => {
      const size = 32;
      const context = Object.assign(document.createElement('canvas'), {
        width: size * 2,
        height: size * 2,
      }).getContext('2d', { willReadFrequently: true });
      if (!context) throw new Error('no canvas');
      context.font = `${size}px ${getComputedStyle(document.body).fontFamily}`;
      await document.fonts.load(context.font, '😀');
      context.textBaseline = 'top';
      /** Its pixels, and whether any of them has a colour. */
      const drawn = (text: string): { pixels: string; coloured: boolean } => {
        context.clearRect(0, 0, size * 2, size * 2);
        context.fillText(text, 2, 2);
        const { data } = context.getImageData(0, 0, size * 2, size * 2);
        let coloured = false;
        for (let at = 0; at < data.length && !coloured; at += 4)
          coloured = data[at + 3]! > 0 && Math.max(data[at]!, data[at + 1]!, data[at + 2]!) > 24;
        return { pixels: data.join(), coloured };
      };
      const box = drawn('\u{1fffd}').pixels;
      const one = context.measureText('😀').width;
      const isPicture = (text: string): boolean => {
        const { pixels, coloured } = drawn(text);
        return coloured && pixels !== box && context.measureText(text).width < one * 1.4;
      };
      // What it is compared with is told from a picture by this very look.
      if (isPicture('\u{1fffd}') || isPicture('A') || !isPicture('😀')) return ['the look itself'];
      return [
        ...all.filter((char) => !isPicture(char)),
        ...['👍', '👩', '🧑‍🚀'].flatMap((char) => {
          const [first = '', ...rest] = Array.from(char);
          return skins.map((skin) => first + skin + rest.join('')).filter((toned) => !isPicture(toned));
        }),
      ];
    },
    [offered, tones] as const,
  );
  expect(wrong).toEqual([]);
});
