/**
 * Starts the system's Chromium on its debugging pipe: it ends by itself when this process does, even by kill -9.
 *
 * Its sandbox refuses root, and cannot be made where programs get no user namespaces (many containers, Ubuntu from
 * 23.10 on) and Chromium has no helper that belongs to root. Then it is started without, and that is said: the
 * stand-in shows this app's own pages only.
 */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { findChromium, missingChromium } from '../../scripts/chromium.ts';
import { reasonOf } from '../../shared/errors.ts';
import { Cdp } from './cdp.ts';

export interface ChromiumOptions {
  userDataDir: string;
  headless: boolean;
  /** `--remote-debugging-port` of the app; null = no port is opened. 0 = any free one. */
  debuggingPort: number | null;
  language: string;
  /** First window, headed only: later ones have an address bar. */
  firstWindow: { width: number; height: number } | null;
  /** Whether it is tried with the sandbox; not as root, if nothing is said. */
  sandbox?: boolean;
}

export interface Chromium {
  cdp: Cdp;
  /** `http://127.0.0.1:N` once known; null when no port was asked for. */
  debuggingUrl: Promise<string | null>;
  exited: Promise<void>;
  close: () => Promise<void>;
}

/** What Chromium says before it ends, where it cannot make its sandbox. */
const NO_SANDBOX = 'No usable sandbox';

/** Resolves when it answers. @throws Error with the end of what Chromium said when it ends before */
export async function startChromium(options: ChromiumOptions): Promise<Chromium> {
  const executable = findChromium(!options.headless);
  if (executable === null) throw new Error(missingChromium());
  const sandbox = options.sandbox ?? process.getuid?.() !== 0;
  try {
    return await launch(executable, { ...options, sandbox });
  } catch (error) {
    if (!sandbox || !reasonOf(error).includes(NO_SANDBOX)) throw error;
    console.error('Programs get no user namespaces here: Chromium is started without its sandbox.');
    return launch(executable, { ...options, sandbox: false });
  }
}

async function launch(executable: string, options: ChromiumOptions): Promise<Chromium> {
  const profile = join(options.userDataDir, 'chromium');
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  const child = spawn(executable, argumentsFor(options, profile), {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, LANGUAGE: options.language === 'zh' ? 'zh_CN' : 'en_US' },
  });
  const exited = new Promise<void>((done) => {
    child.once('exit', () => done());
    child.once('error', () => done());
  });
  const closed = new Promise<void>((done) => {
    child.once('close', () => done());
    child.once('error', () => done());
  });
  let tail = '';
  const ended = (): Error => {
    // What ends it comes before a stack of lines that tell nobody anything.
    const lines = tail.trim().split('\n');
    const fatal = lines.filter((line) => /FATAL|No usable sandbox/.test(line));
    return new Error(`Chromium ended: ${(fatal.length > 0 ? fatal : lines).slice(-3).join(' | ')}`);
  };
  const debuggingUrl = new Promise<string | null>((found, failed) => {
    if (options.debuggingPort === null) found(null);
    child.stderr?.on('data', (data: Buffer) => {
      tail = (tail + data.toString('utf8')).slice(-8_000);
      const match = /DevTools listening on ws:\/\/([^/\s]+)\//.exec(tail);
      if (match) found(`http://${match[1] ?? ''}`);
    });
    void exited.then(() => failed(ended()));
  });
  debuggingUrl.catch(() => undefined);
  const cdp = new Cdp(child.stdio[3] as Writable, child.stdio[4] as Readable);
  try {
    await cdp.send('Browser.getVersion');
  } catch {
    // Its pipe closes before the last of what it says is read.
    await closed;
    throw ended();
  }
  return {
    cdp,
    debuggingUrl,
    exited,
    async close() {
      cdp.send('Browser.close').catch(() => undefined);
      const force = setTimeout(() => child.kill('SIGKILL'), 3_000);
      await exited;
      clearTimeout(force);
    },
  };
}

const UNUSED = [
  'Translate',
  'MediaRouter',
  'OptimizationHints',
  'AutofillServerCommunication',
  'CertificateTransparencyComponentUpdater',
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
];

function argumentsFor(options: ChromiumOptions, profile: string): string[] {
  const args = [
    `--user-data-dir=${profile}`,
    '--remote-debugging-pipe',
    '--no-first-run',
    '--no-default-browser-check',
    '--test-type',
    // This browser shows one local app: it has nothing to look up anywhere.
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
    // Else a proxy of the environment resolves names itself, and Chromium asks three hosts of its own through it.
    '--no-proxy-server',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-component-extensions-with-background-pages',
    '--disable-default-apps',
    '--disable-extensions',
    '--disable-sync',
    '--disable-quic',
    '--disable-domain-reliability',
    '--disable-client-side-phishing-detection',
    '--disable-breakpad',
    '--disable-search-engine-choice-screen',
    '--disable-infobars',
    // (Among them two pages of the address bar, which no window shows: a process of its own for each window.)
    `--disable-features=${UNUSED.join(',')}`,
    '--metrics-recording-only',
    '--no-pings',
    // As the app's pages have it (web-preferences.ts).
    '--autoplay-policy=no-user-gesture-required',
    '--password-store=basic',
    '--use-mock-keychain',
    '--no-service-autorun',
    // Windows in the background go on as Electron's do.
    '--disable-backgrounding-occluded-windows',
    '--disable-renderer-backgrounding',
    '--disable-background-timer-throttling',
    `--lang=${options.language === 'zh' ? 'zh-CN' : 'en-US'}`,
  ];
  // For specs that record: a tone that comes and goes in place of a microphone, and nobody who would be asked.
  if (process.env['WUKONG_FAKE_MICROPHONE'] === '1')
    args.push('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream');
  if (options.debuggingPort !== null) args.push(`--remote-debugging-port=${options.debuggingPort}`);
  if (options.sandbox !== true) args.push('--no-sandbox');
  if (options.headless)
    args.push('--headless=new', '--disable-gpu', '--hide-scrollbars=false', '--force-color-profile=srgb');
  if (options.firstWindow === null) {
    args.push('--no-startup-window');
  } else {
    const { width, height } = options.firstWindow;
    args.push('--app=data:text/html,', `--window-size=${width},${height}`);
  }
  return args;
}
