/** Arguments of `npm start -- …`. Unknown ones go to the app (Chromium switches). */

export interface StartOptions {
  /** null = embedded servers. */
  server: string | null;
  hasDebuggingPort: boolean;
  /** For the app, in `--name=value` form: Electron takes an address that stands alone for a file to open. */
  appArgs: string[];
}

const WITH_VALUE = new Set(['server', 'profile', 'user-data-dir', 'lang', 'remote-debugging-port']);

/** Throws one sentence for a missing value. */
export function parseStartOptions(argv: readonly string[]): StartOptions {
  const options: StartOptions = { server: null, hasDebuggingPort: false, appArgs: [] };
  for (let i = 0; i < argv.length; i += 1) {
    const arg = argv[i] ?? '';
    const [, name = '', , given] = /^--([^=]+)(=(.*))?$/s.exec(arg) ?? [];
    if (!WITH_VALUE.has(name)) {
      options.appArgs.push(arg);
      continue;
    }
    let value = given;
    if (value === undefined) {
      i += 1;
      value = argv[i];
    }
    if (value === undefined || value === '' || (given === undefined && value.startsWith('--'))) {
      throw new Error(`--${name} needs a value.`);
    }
    if (name === 'server') options.server = value;
    if (name === 'remote-debugging-port') options.hasDebuggingPort = true;
    options.appArgs.push(`--${name}=${value}`);
  }
  return options;
}
