/** Time from a key to the frame with its letter, in the composer of the open chat. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright';

/** About as fast as people type. */
const EVERY_MS = 110;

/** From the event's own time, at which the browser took it in, to the end of the paint of its frame. */
const WATCH = `(() => {
  if (window.benchKeys) return;
  window.benchKeys = [];
  addEventListener('keydown', ({ timeStamp }) => {
    requestAnimationFrame(() => {
      const painted = new MessageChannel();
      painted.port1.onmessage = () => window.benchKeys.push(performance.now() - timeStamp);
      painted.port2.postMessage(null);
    });
  }, true);
})()`;

/** Types until `ended` resolves, at least `atLeast` letters, and takes them away again. Answers ms per letter. */
export async function typeMeanwhile(page: Page, atLeast: number, ended: Promise<unknown>): Promise<number[]> {
  await page.evaluate(WATCH);
  await page.evaluate(`document.querySelector('[data-testid="composer"]').focus()`);
  const end = { reached: false };
  const stop = (): void => void (end.reached = true);
  ended.then(stop, stop);
  for (let typed = 0; !end.reached || typed < atLeast; typed += 1) {
    await page.keyboard.press('a');
    await delay(EVERY_MS);
  }
  const times = await page.evaluate<number[]>('window.benchKeys.splice(0)');
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Backspace');
  await page.evaluate('void window.benchKeys.splice(0)');
  return times;
}
