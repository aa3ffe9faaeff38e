/**
 * What every page of the app runs with. Also the defaults of Electron are written out: a default that changes, or a
 * line that is flipped, is a failed test (web-preferences.test.ts) and not a silent hole.
 */
import type { WebPreferences } from 'electron';

export interface PageOptions {
  /** Absolute path of the bridge. */
  preload: string;
  /** Developer tools exist only where the app is not packaged. */
  devTools: boolean;
}

export function webPreferences({ preload, devTools }: PageOptions): WebPreferences {
  return {
    preload,
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
    // The dictionaries would be downloaded from a third party.
    spellcheck: false,
  };
}
