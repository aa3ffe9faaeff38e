/** Finds the system's Chromium, installs it where that can be done without asking, or says what to install. */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { aptInstall, canAptInstall } from './apt.ts';
import { hasDisplay } from './paths.ts';
import { run } from './run.ts';

const NAMES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'],
};
const PLACES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [
    join(process.env['PROGRAMFILES'] ?? 'C:\\Program Files', 'Google\\Chrome\\Application\\chrome.exe'),
    join(
      process.env['PROGRAMFILES(X86)'] ?? 'C:\\Program Files (x86)',
      'Google\\Chrome\\Application\\chrome.exe',
    ),
    join(
      process.env['PROGRAMFILES(X86)'] ?? 'C:\\Program Files (x86)',
      'Microsoft\\Edge\\Application\\msedge.exe',
    ),
  ],
};

/** Chromium without windows, as Debian has it in a package of its own: a fifth less time for each start and page. */
const HEADLESS_SHELL = '/usr/lib/chromium/chromium-headless-shell';

/** An executable Chromium (or `CHROMIUM_PATH`), or null. Without `windows` the headless shell, if it is there. */
export function findChromium(windows: boolean): string | null {
  const chosen = process.env['CHROMIUM_PATH'];
  if (chosen !== undefined && chosen !== '') return isExecutable(chosen) ? chosen : null;
  if (!windows && process.platform === 'linux' && isExecutable(HEADLESS_SHELL)) return HEADLESS_SHELL;
  const named = (NAMES[process.platform] ?? []).flatMap((name) =>
    ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)].map((folder) => join(folder, name)),
  );
  return [...named, ...(PLACES[process.platform] ?? [])].find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return existsSync(path);
  } catch {
    return false;
  }
}

/** One sentence for the user. */
export function missingChromium(): string {
  return process.platform === 'linux'
    ? 'No Chromium found: install it with "sudo apt-get install chromium fonts-noto-cjk fonts-noto-color-emoji" (or the packages of that name of your system), or set CHROMIUM_PATH.'
    : 'No Chromium found: install Google Chrome, Chromium or Microsoft Edge, or set CHROMIUM_PATH to its executable.';
}

/**
 * As root on Debian and Ubuntu it installs what is missing; elsewhere it throws the sentence that says what to do.
 * Where no window can be shown, the headless shell is asked for first: Ubuntu has no such package.
 */
export async function ensureChromium(say: (line: string) => void): Promise<void> {
  const windows = hasDisplay();
  const canInstall = canAptInstall();
  const fonts = canInstall && !(await hasFont(CHINESE)) ? [CHINESE.package] : [];
  if (canInstall && !windows && findChromium(false) !== HEADLESS_SHELL && !process.env['CHROMIUM_PATH'])
    if (await aptInstall(['chromium-headless-shell', ...fonts], say)) fonts.length = 0;
  const missing = findChromium(windows) === null ? ['chromium', ...fonts] : fonts;
  await ensureEmojiFont(say);
  if (missing.length === 0) return;
  if (canInstall) await aptInstall(missing, say);
  if (findChromium(windows) === null) throw new Error(missingChromium());
}

/** What a system without it shows as boxes: the package of Debian and Ubuntu that has it. */
interface Font {
  package: string;
  file: string;
  /** As fontconfig asks for it. */
  pattern: string;
}
const CHINESE: Font = {
  package: 'fonts-noto-cjk',
  file: '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
  pattern: ':lang=zh',
};
const EMOJI: Font = {
  package: 'fonts-noto-color-emoji',
  file: '/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf',
  pattern: ':lang=und-zsye:color=true',
};

/** Linux comes without a font of emoji more often than not. The app brings one, but not for what the system draws. */
export async function ensureEmojiFont(say: (line: string) => void): Promise<void> {
  if (process.platform !== 'linux' || (await hasFont(EMOJI))) return;
  if (canAptInstall() && (await aptInstall([EMOJI.package], say))) return;
  say(
    `No colour emoji font found: until ${EMOJI.package} is installed, titles and notifications show emoji as boxes.`,
  );
}

async function hasFont({ file, pattern }: Font): Promise<boolean> {
  if (existsSync(file)) return true;
  const { code, output } = await run('fc-list', [pattern, 'family'], { timeoutMs: 20_000 });
  return code === 0 && output.trim() !== '';
}
