/**
 * What every page of the app runs with. Also the defaults of Electron are written out: a default that changes, or a
 * line that is flipped, is a failed test (web-preferences.test.ts) and not a silent hole.
 */
import type { WebPreferences } from 'electron';
import { PAGE_PARTITION } from './page-session.ts';

export interface PageOptions {
  /** Absolute path of the bridge. */
  preload: string;
  /** Developer tools exist only where the app is not packaged. */
  devTools: boolean;
  /** There is something on this computer to check spelling with. */
  spellcheck?: boolean;
}

export function webPreferences({ preload, devTools, spellcheck = false }: PageOptions): WebPreferences {
  return {
    preload,
    partition: PAGE_PARTITION,
    devTools,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    plugins: false,
    // A file that is dropped beside the composer would replace the app.
    navigateOnDragDrop: false,
    // `alert` in a loop would hold the window.
    disableDialogs: true,
    // Only the page's own code plays anything: a sound for a notification, also where nobody has clicked yet.
    autoplayPolicy: 'no-user-gesture-required',
    // Without dictionaries of this computer they would be downloaded from a third party (spell-checker.ts).
    spellcheck,
  };
}
