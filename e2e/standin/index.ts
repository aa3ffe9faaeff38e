/** The `electron` module as far as the app uses it. Loaded in place of the real one by register.ts. */
import { reasonOf } from '../../shared/errors.ts';
import { app } from './app.ts';
import { BrowserWindow } from './browser-window.ts';
import { startChromium } from './chromium-process.ts';
import { argument, debuggingPort, headless, state } from './environment.ts';
import * as electron from './electron-module.ts';
import { pagesSession } from './session.ts';
import { openTestChannel } from './test-channel.ts';

export * from './electron-module.ts';
export default electron;

app.connectWindows(
  () => BrowserWindow.getAllWindows(),
  () => BrowserWindow.getFocusedWindow(),
);
const channel = openTestChannel(() => electron);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());

// After the app's own start-up code: it may end the process (second instance) or move the profile.
setImmediate(() => {
  start().catch((error: unknown) => {
    console.error(reasonOf(error));
    app.exit(1);
  });
});

async function start(): Promise<void> {
  if (state.quitting) return;
  await channel.started;
  const browser = await startChromium({
    userDataDir: app.getPath('userData'),
    headless,
    debuggingPort,
    language: argument('lang')?.startsWith('zh') || app.getSystemLocale().startsWith('zh') ? 'zh' : 'en',
    firstWindow: headless ? null : { width: 960, height: 640 },
  });
  if (state.quitting) return browser.close();
  state.chromium = browser;
  const { cdp } = browser;
  const browserGone = async (): Promise<void> => {
    await browser.exited;
    cdp.close();
    for (const window of BrowserWindow.getAllWindows()) window.closedByUser();
    if (!state.quitting) app.quit();
  };
  void browserGone();
  cdp.on('Target.targetDestroyed', ({ targetId }) => {
    const window = BrowserWindow.getAllWindows().find((other) => other.webContents.targetId === targetId);
    window?.closedByUser();
  });
  // A page cannot open windows: what a link with a target opened is closed at once.
  cdp.on('Target.targetCreated', ({ targetInfo }) => {
    const { openerId, targetId } = targetInfo as { openerId?: string; targetId: string };
    if (openerId !== undefined) cdp.send('Target.closeTarget', { targetId }).catch(() => undefined);
  });
  await cdp.send('Target.setDiscoverTargets', { discover: true });
  const url = await browser.debuggingUrl;
  channel.announce({ kind: 'endpoint', url });
  await pagesSession().denyDownloads(cdp);
  app.becomeReady();
  // The app has set its permission handlers by now.
  setImmediate(() => void pagesSession().applyPermissions(cdp));
}
