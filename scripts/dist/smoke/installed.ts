/** Installs, uses, upgrades and removes the Linux packages on this system. */
import { spawn } from 'node:child_process';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { LINUX_NAME } from '../../../shared/app-identity.ts';
import { packageScript } from '../../packages.ts';
import { ROOT } from '../../paths.ts';
import { asPerson, expectThat, must, type Person, selfCheckOk } from './steps.ts';

const FOLDER = `/opt/${LINUX_NAME}`;
const PROGRAM = `${FOLDER}/${LINUX_NAME}`;
const LINK = `/usr/bin/${LINUX_NAME}`;
const DESKTOP_FILE = `/usr/share/applications/${LINUX_NAME}.desktop`;
const APT = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, timeoutMs: 180_000 };

export async function installDeb(path: string): Promise<void> {
  await must(
    'apt-get',
    ['-o', 'DPkg::Lock::Timeout=120', 'install', '-y', '-q', '--allow-downgrades', path],
    APT,
  );
}

/** What an installation is, whichever kind made it. */
export async function expectInstalled(): Promise<void> {
  expectThat(readlinkSync(LINK) === PROGRAM, `${LINK} leads to ${PROGRAM}`);
  for (const path of [FOLDER, PROGRAM, `${FOLDER}/resources/app.asar`]) {
    const { uid, mode } = statSync(path);
    expectThat(uid === 0 && (mode & 0o022) === 0, `only root can change ${path}`);
  }
  await must('desktop-file-validate', [DESKTOP_FILE]);
  const entry = readFileSync(DESKTOP_FILE, 'utf8');
  for (const line of [
    'Name=WuKong Desktop',
    `Exec=${PROGRAM} %U`,
    `Icon=${LINUX_NAME}`,
    `StartupWMClass=${LINUX_NAME}`,
    'MimeType=x-scheme-handler/wukong;',
  ])
    expectThat(entry.split('\n').includes(line), `the desktop file says ${line}`);
  for (const size of [16, 32, 48, 128, 256, 512])
    expectThat(
      existsSync(`/usr/share/icons/hicolor/${size}x${size}/apps/${LINUX_NAME}.png`),
      `there is an icon of ${size} pixels`,
    );
}

export function expectGone(): void {
  for (const path of [FOLDER, DESKTOP_FILE]) expectThat(!existsSync(path), `${path} is gone`);
  expectThat(lstatSync(LINK, { throwIfNoEntry: false }) === undefined, `${LINK} is gone`);
}

/** The specs that bear this tag, or those of e2e/installed, against the installed app used by `person`. */
export async function runSpecs(
  person: Person,
  what: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  await must(process.execPath, [packageScript('playwright'), 'test', ...what], {
    cwd: ROOT,
    env: {
      ...process.env,
      WUKONG_APP: PROGRAM,
      WUKONG_APP_USER: `${person.uid}:${person.gid}:${person.home}`,
      ...env,
    },
    timeoutMs: 600_000,
  });
}

export const installedApp = {
  selfCheck: (person: Person, version: string): Promise<void> => selfCheckOk(LINK, person, version),

  /** Starts it as people do, without arguments, and ends it. Gives the profile, which is there afterwards. */
  async startPlainly(person: Person): Promise<string> {
    const profile = profileOf(person);
    // The program of the package becomes the app without another process between.
    const child = spawn(LINK, [], { ...asPerson(person), stdio: 'ignore' });
    const ended = new Promise<void>((done) => child.once('exit', () => done()));
    const early = ended.then(() => {
      throw new Error('the app ended by itself');
    });
    early.catch(() => undefined);
    await Promise.race([settled(profile), early]);
    child.kill('SIGTERM');
    await ended;
    return profile;
  },

  async forget(person: Person): Promise<void> {
    const profile = profileOf(person);
    const autostart = join(person.home, '.config/autostart');
    const atLogin = join(autostart, `${LINUX_NAME}.desktop`);
    mkdirSync(autostart);
    writeFileSync(atLogin, '[Desktop Entry]');
    for (const path of [autostart, atLogin]) chownSync(path, person.uid, person.gid);
    expectThat(existsSync(profile), 'there is a profile');
    await must(LINK, ['--forget-everything=yes'], asPerson(person));
    for (const path of [profile, atLogin]) expectThat(!existsSync(path), `${path} is gone`);
  },
};

function profileOf({ home }: Person): string {
  return join(home, '.config', 'WuKong Desktop');
}

/** The profile is made: settings are read, the log is written, the window is there. */
async function settled(profile: string): Promise<void> {
  while (!existsSync(join(profile, 'device-id')) || readdirSync(profile).length < 3)
    await new Promise((next) => setTimeout(next, 100));
}

export async function removeDeb(purge: boolean): Promise<void> {
  await must(
    'apt-get',
    ['-o', 'DPkg::Lock::Timeout=120', purge ? 'purge' : 'remove', '-y', '-q', LINUX_NAME],
    APT,
  );
}

/** A database of its own: this may be a system of Debian, whose packages rpm knows nothing of. */
export class RpmDatabase {
  readonly #path: string;
  constructor(work: string) {
    this.#path = join(work, 'rpm-database');
  }
  install(file: string): Promise<string> {
    return must('rpm', ['--dbpath', this.#path, '-U', '--nodeps', file]);
  }
  verify(): Promise<string> {
    return must('rpm', ['--dbpath', this.#path, '-V', '--nodeps', LINUX_NAME]);
  }
  remove(): Promise<string> {
    return must('rpm', ['--dbpath', this.#path, '-e', LINUX_NAME]);
  }
}

/** Why nothing is installed here; null = it may be. What an earlier run left behind is removed. */
export async function reasonToKeepOut(work: string): Promise<string | null> {
  if (process.getuid?.() !== 0) return 'it needs root';
  await removeLeftOvers(work);
  return existsSync(FOLDER) ? `somebody uses ${FOLDER} already` : null;
}

/** Only what holds the fake runtime: a package that somebody uses is not ours to remove. */
export async function removeLeftOvers(work: string): Promise<void> {
  if (process.getuid?.() !== 0 || !existsSync(join(FOLDER, 'fake-electron'))) return;
  await removeDeb(true).catch(() => undefined);
  if (existsSync(join(work, 'rpm-database'))) await new RpmDatabase(work).remove().catch(() => undefined);
  rmSync(FOLDER, { recursive: true, force: true });
}
