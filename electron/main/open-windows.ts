/** Puts the windows together with what leads into them from outside, and what asks for somebody in front of them. */
import { join } from 'node:path';
import type { Destination } from '../../shared/ipc/contract/windows.ts';
import type { Attention } from '../../shared/ipc/worker-protocol.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Log } from './diagnostics/log.ts';
import { AskedFor } from './system/asked.ts';
import type { AfterPage } from './windows/after-page.ts';
import { AttentionRequest } from './windows/attention-request.ts';
import { trayNotice } from './windows/tray-notice.ts';
import { windowStateFile } from './windows/window-state.ts';
import { createWindows, type Windows } from './windows/windows.ts';

export interface WindowParts {
  /** The built app. */
  outDir: string;
  userDataDir: string;
  devTools: boolean;
  spellcheck: boolean;
  settings: () => Settings;
  isQuitting: () => boolean;
  hasTray: () => boolean;
  later: AfterPage;
  /** Once per profile, when a closed window goes on in the tray. */
  tellOfTray: (show: () => void) => void;
  onAttention: (attention: Attention) => void;
  onCameBack: () => void;
  /** Which chats have windows of their own, changed. */
  onChats: () => void;
  /** The account on the screen. */
  account: () => string | null;
  onZoom: () => void;
  isLocked: () => boolean;
  /** false: the place waits behind the lock. */
  mayGoTo: (to: Destination) => boolean;
  log: Log;
}

export interface OpenedWindows {
  windows: Windows;
  /** Shows the window at a place in the page. */
  navigate: (to: Destination) => void;
  asked: AskedFor;
  attention: AttentionRequest;
}

export function openWindows(parts: WindowParts): OpenedWindows {
  const { outDir, userDataDir, settings, log } = parts;
  const windows = createWindows({
    preload: join(outDir, 'preload', 'index.cjs'),
    userDataDir,
    isQuitting: parts.isQuitting,
    later: parts.later,
    onChats: parts.onChats,
    state: windowStateFile(userDataDir, (message) => log('warn', 'main', message)),
    devTools: parts.devTools,
    spellcheck: parts.spellcheck,
    hideOnClose() {
      if (parts.isQuitting()) return false;
      // There may be a tray, not drawn yet.
      parts.later.finish();
      return process.platform === 'darwin' || (parts.hasTray() && settings().closeToTray);
    },
    onHiddenToTray: trayNotice(userDataDir, () => parts.tellOfTray(() => windows.show())),
    isLocked: parts.isLocked,
    onZoom: parts.onZoom,
    onAttention(now) {
      parts.onAttention(now);
      if (!now.focused) return;
      attention.end();
      parts.onCameBack();
    },
    log: (level, message) => log(level, 'windows', message),
  });
  const navigate = (to: Destination): void => {
    if (to.to === 'channel' && !parts.isLocked() && windows.chats.has(to.channel)) {
      const current = parts.account();
      if ((to.account ?? current) === current) return windows.chats.open(to.channel, to.messageSeq);
    }
    windows.show();
    if (parts.mayGoTo(to)) windows.send('shell.navigate', to);
  };
  const attention = new AttentionRequest(
    () => windows.main(),
    () => settings().requestAttention,
  );
  const asked = new AskedFor({
    tell: () => navigate({ to: 'asked' }),
    log: (level, message) => log(level, 'links', message),
  });
  return { windows, navigate, asked, attention };
}
