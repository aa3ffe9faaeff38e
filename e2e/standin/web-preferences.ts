/** The switches of a page, as far as the stand-in has them. */

export interface WebPreferences {
  preload?: string;
  [name: string]: unknown;
}

/** What every page has here, whatever is asked for. */
const ALWAYS: Readonly<Record<string, boolean>> = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  webviewTag: false,
};

/** Throws for what would show a page that Electron would not show: isolated where the app asks for no isolation. */
export function effectivePreferences(asked: WebPreferences): WebPreferences {
  for (const [name, value] of Object.entries(ALWAYS)) {
    if ((asked[name] ?? value) !== value)
      throw new Error(`the stand-in has no page with ${name}: ${String(asked[name])}`);
  }
  return { ...ALWAYS, ...asked };
}
