/** Command-line arguments of the app. `--name=value` and `--name value` are both understood; others are Chromium's. */
import { join } from 'node:path';

export interface LaunchOptions {
  /** Prefills the sign-in form (`--server`). */
  server: string | null;
  /** Address of the embedded servers of `npm start` (`--demo-server`). */
  demoServer: string | null;
  /** Own data folder below the default one, so that two can run side by side (`--profile`). */
  profile: string | null;
  /** Wins over `--profile`. */
  userDataDir: string | null;
  language: 'zh' | 'en' | null;
  /** Start in the tray, without a window (start at login). */
  hidden: boolean;
  /** A place in the app, named by the system's list of tasks (`--open`, docs/native.md). */
  open: Place | null;
  /** Where the self-check writes what it finds (`--self-check`); '' when its file was not named. */
  selfCheck: string | null;
  /** Erase everything instead of starting: `yes` when somebody has been asked (`--forget-everything`). */
  forget: 'ask' | 'yes' | null;
}

const PLACES = { 'new-group': 'newGroup', search: 'search', settings: 'settings' } as const;
export type Place = (typeof PLACES)[keyof typeof PLACES];

const VALUE_OPTIONS = [
  'server',
  'demo-server',
  'profile',
  'user-data-dir',
  'lang',
  'open',
  'self-check',
] as const;
type ValueOption = (typeof VALUE_OPTIONS)[number];

/** A bad value is reported and ignored: a typing error must not keep the app from starting. */
export function parseLaunchOptions(argv: readonly string[], warn: (message: string) => void): LaunchOptions {
  const values = new Map<ValueOption, string>();
  for (let i = 0; i < argv.length; i += 1) {
    const arg = argv[i] ?? '';
    for (const name of VALUE_OPTIONS) {
      if (arg.startsWith(`--${name}=`)) {
        values.set(name, arg.slice(name.length + 3));
      } else if (arg === `--${name}`) {
        const next = argv[i + 1];
        if (next === undefined || next.startsWith('--')) warn(`--${name} needs a value`);
        else values.set(name, next);
      }
    }
  }
  const text = (name: ValueOption): string | null => values.get(name) || null;

  const lang = text('lang');
  let profile = text('profile');
  if (profile !== null && !/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,39}$/u.test(profile)) {
    warn(`--profile ignored, only letters, digits and . _ - are allowed: ${profile}`);
    profile = null;
  }
  return {
    server: serverAddress('server', text('server'), warn),
    demoServer: serverAddress('demo-server', text('demo-server'), warn),
    profile,
    userDataDir: text('user-data-dir'),
    language: lang === null ? null : languageOf(lang),
    hidden: argv.includes('--hidden'),
    open: placeOf(text('open'), warn),
    selfCheck: values.get('self-check') ?? (argv.includes('--self-check') ? '' : null),
    forget: forgetOf(argv),
  };
}

/** `--forget-everything` asks, `--forget-everything=yes` does not. */
export function forgetOf(argv: readonly string[]): 'ask' | 'yes' | null {
  if (argv.includes('--forget-everything=yes')) return 'yes';
  return argv.includes('--forget-everything') ? 'ask' : null;
}

/** Chromium's own `--lang` takes any locale; ours is the language part of it. */
export function languageOf(locale: string): 'zh' | 'en' {
  return /^zh\b/i.test(locale) ? 'zh' : 'en';
}

function serverAddress(name: string, value: string | null, warn: (message: string) => void): string | null {
  if (value === null) return null;
  const url = URL.parse(value);
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return value;
  warn(`--${name} ignored, not an http(s) address: ${value}`);
  return null;
}

function placeOf(value: string | null, warn: (message: string) => void): Place | null {
  if (value === null) return null;
  const place = new Map<string, Place>(Object.entries(PLACES)).get(value);
  if (place === undefined) warn(`--open ignored, not one of ${Object.keys(PLACES).join(', ')}: ${value}`);
  return place ?? null;
}

/** What starts the app with the same profile again. */
export function profileArgsOf({ profile, userDataDir }: LaunchOptions): string[] {
  if (userDataDir !== null) return [`--user-data-dir=${userDataDir}`];
  return profile === null ? [] : [`--profile=${profile}`];
}

/** Folder of this profile: settings, accounts, caches. */
export function userDataDirOf(options: LaunchOptions, defaultDir: string): string {
  if (options.userDataDir !== null) return options.userDataDir;
  return options.profile === null ? defaultDir : join(defaultDir, 'profiles', options.profile);
}
