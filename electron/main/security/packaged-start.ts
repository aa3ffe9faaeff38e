/**
 * What a packaged app does not start with. Whoever can set arguments or the environment of the app (a changed
 * shortcut, a login script, a link handler) could otherwise open its inside: a debugger on a port, code of their own
 * before ours, a page without sandbox, TLS without certificates. The list names what is accepted, because Chromium
 * knows more than a thousand switches and gains new ones with each version.
 *
 * `ELECTRON_RUN_AS_NODE` runs no line of ours and `--inspect` may listen before our first one: fuses switch both off
 * where the app is packaged (docs/security.md, point 19).
 */

/** What a process was started with. */
export interface StartedWith {
  argv: readonly string[];
  /** What Node took for itself. */
  execArgv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
}

/**
 * Our own (launch-options.ts; `--demo-server` belongs to `npm start`), the one that the Windows installer starts a new
 * version with, and what shows the window on odd displays.
 */
const SWITCHES: ReadonlySet<string> = new Set([
  'server',
  'forget-everything',
  'profile',
  'user-data-dir',
  'lang',
  'hidden',
  'open',
  'updated',
  'disable-gpu',
  'enable-wayland-ime',
  'force-device-scale-factor',
  'force-renderer-accessibility',
  'gtk-version',
  'ozone-platform',
  'ozone-platform-hint',
  'password-store',
  'self-check',
  'wayland-text-input-version',
]);

const NO_SANDBOX = 'no-sandbox';

const NODE_OPTIONS: ReadonlySet<string> = new Set([
  '--max-old-space-size',
  '--max-semi-space-size',
  '--max-http-header-size',
  '--no-warnings',
  '--no-deprecation',
  '--trace-warnings',
  '--trace-deprecation',
]);

/** Environment of Node that weakens TLS, prints what is sent, or loads code. */
const VARIABLES: Readonly<Record<string, (value: string) => boolean>> = {
  NODE_TLS_REJECT_UNAUTHORIZED: (value) => value === '0',
  NODE_DEBUG: (value) => value !== '',
  NODE_DEBUG_NATIVE: (value) => value !== '',
  NODE_REPL_EXTERNAL_MODULE: (value) => value !== '',
  NODE_OPTIONS: (value) => value.split(/\s+/).some((word) => word !== '' && !isKnownNodeOption(word)),
};

/** Names of the refused switches (`--remote-debugging-port`) and variables; empty = the app may start. Never values. */
export function refusedStart({ argv, execArgv, env, platform }: StartedWith): string[] {
  const switches = argv
    .slice(1)
    .map((argument) => switchName(argument, platform))
    .filter((name) => name !== null && !SWITCHES.has(name) && !isOfTheSystem(name, platform, env))
    .map((name) => `--${name}`);
  const variables = Object.entries(VARIABLES)
    .filter(([name, isRefused]) => isRefused(variable(env, name, platform)))
    .map(([name]) => name);
  return [
    ...new Set([...switches, ...execArgv.map((argument) => argument.split('=')[0] ?? ''), ...variables]),
  ];
}

/** SIGUSR1 makes Node listen for a debugger, unless somebody else listens for the signal. */
export function closeDebuggerDoor(warn: (message: string) => void): void {
  if (process.platform !== 'win32') process.on('SIGUSR1', () => warn('denied: debugger by SIGUSR1'));
}

/** Chromium takes one dash for two, on Windows also a slash and capitals. null = no switch. */
function switchName(argument: string, platform: NodeJS.Platform): string | null {
  const prefix = platform === 'win32' ? /^(?:--?|\/)(?=[^-/\s])/ : /^--?(?=[^-\s])/;
  if (!prefix.test(argument)) return null;
  const name = argument.replace(prefix, '').split('=')[0] ?? '';
  return platform === 'win32' ? name.toLowerCase() : name;
}

/**
 * The Finder of older systems names the process it starts; COM says so when a click on a notification starts the app.
 * An AppImage has no helper with the right of root: where the system gives programs no namespaces of their own (Ubuntu
 * from 24.04 on), its start script adds `--no-sandbox`, or nothing would start. Whoever could set `APPIMAGE` to get the
 * switch in could as well start another program.
 */
function isOfTheSystem(name: string, platform: NodeJS.Platform, env: StartedWith['env']): boolean {
  if (platform === 'win32') return name === 'embedding';
  if (platform === 'linux' && name === NO_SANDBOX) return (env['APPIMAGE'] ?? '') !== '';
  return platform === 'darwin' && /^psn_\d+_\d+$/.test(name);
}

/** Said in the log, in exported diagnostics and by the self-check. */
export function withoutSandbox({ argv }: Pick<StartedWith, 'argv'>): boolean {
  return argv.includes(`--${NO_SANDBOX}`);
}

/** Names of variables have no case on Windows, but a copy of the environment has. */
function variable(env: StartedWith['env'], name: string, platform: NodeJS.Platform): string {
  if (platform !== 'win32') return env[name] ?? '';
  return Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1] ?? '';
}

/** `--a_b` is `--a-b` for Node; what is no option (a value that stands alone, a quote) is none we know. */
function isKnownNodeOption(word: string): boolean {
  return NODE_OPTIONS.has((word.split('=')[0] ?? '').replaceAll('_', '-'));
}
