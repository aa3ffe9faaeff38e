/**
 * `npm run dist:smoke`: packs the built app with the fake runtime (docs/packaging.md), checks every package, and uses
 * the Linux ones on this system: as root it installs, upgrades and removes them. Without root those steps are skipped
 * by name. `--report FILE`: its sum as JSON, for `npm test`.
 */
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { reasonOf } from '../../../shared/errors.ts';
import { buildIfNeeded } from '../../build.ts';
import { ensureChromium } from '../../chromium.ts';
import { checkDist } from '../check/check.ts';
import { TARGETS } from '../dist-options.ts';
import { packageScript } from '../../packages.ts';
import { ROOT } from '../../paths.ts';
import { makePackages } from '../make-packages.ts';
import { unpackedFolder } from '../targets.ts';
import { asksForHelp, USAGE } from '../usage.ts';
import {
  expectGone,
  expectInstalled,
  installDeb,
  installedApp,
  reasonToKeepOut,
  removeDeb,
  removeLeftOvers,
  RpmDatabase,
  runSpecs,
} from './installed.ts';
import { checkRefusesSpoiled } from './refusals.ts';
import { packsTheSameAgain } from './reproducible.ts';
import { halvesFitTogether } from './universal.ts';
import {
  expectThat,
  makePerson,
  must,
  type Person,
  runSteps,
  selfCheckOk,
  type SmokeSum,
  type Step,
} from './steps.ts';

/** The package that people have before the upgrade: the same app, which says it is older. */
const OLDER = '0.0.9';

/** Folders of this run; somebody without rights can get to their own among them. */
interface Place {
  work: string;
  dist: string;
  older: string;
  person: Person;
}

async function runSmoke(say: (line: string) => void): Promise<SmokeSum> {
  if (process.platform !== 'linux') {
    say('The packages of the smoke test are for Linux: nothing is done here.');
    return { passed: 0, failed: 0, failures: [], skipped: ['all of it'] };
  }
  const before = process.env['WUKONG_DIST'];
  process.env['WUKONG_DIST'] = 'fake';
  await ensureChromium(say);
  await buildIfNeeded(say);
  const work = mkdtempSync(join(tmpdir(), 'wukong-dist-'));
  chmodSync(work, 0o755);
  const place = { work, dist: join(work, 'dist'), older: join(work, 'older'), person: makePerson(work) };
  try {
    const steps = [...packing(place), ...debs(place), ...rpms(place)];
    return await runSteps(steps, await reasonToKeepOut(work), say);
  } finally {
    await removeLeftOvers(work);
    rmSync(work, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    if (before === undefined) delete process.env['WUKONG_DIST'];
    else process.env['WUKONG_DIST'] = before;
  }
}

const quiet = (): void => undefined;

function packing({ work, dist, older }: Place): Step[] {
  const x64 = { archs: ['x64'], dirOnly: false, output: dist } as const;
  const windows = join(dist, unpackedFolder('win', 'arm64'));
  return [
    {
      name: 'folders for three systems and two processors are packed',
      needs: null,
      act: async () => {
        const folders = {
          systems: ['win', 'mac', 'linux'],
          targets: [],
          dirOnly: true,
          output: dist,
        } as const;
        await makePackages({ ...folders, archs: ['arm64'] }, quiet);
        await makePackages({ ...folders, archs: ['x64'] }, quiet);
      },
    },
    {
      name: 'dist:check finds all of them fit',
      needs: null,
      act: async () => {
        const { fit, problems } = await checkDist(dist, true);
        expectThat(problems.length === 0, problems.join('\n'));
        expectThat(fit.length === 6, `six folders are fit: ${fit.join(', ')}`);
      },
    },
    {
      name: 'dist:check finds what is wrong with a spoiled package for Windows',
      needs: null,
      act: () => checkRefusesSpoiled(windows, 'win', 'arm64', work),
    },
    {
      name: 'dist:check finds what is wrong with a spoiled package for Linux',
      needs: null,
      act: () => checkRefusesSpoiled(join(dist, unpackedFolder('linux', 'arm64')), 'linux', 'arm64', work),
    },
    {
      name: 'dist:check finds what is wrong with a spoiled package for macOS',
      needs: null,
      act: () => checkRefusesSpoiled(join(dist, unpackedFolder('mac', 'x64')), 'mac', 'x64', work),
    },
    {
      name: 'the halves of a universal app fit together',
      needs: null,
      act: () => halvesFitTogether(work, quiet),
    },
    {
      name: 'two builds and two packings give the same app.asar',
      needs: null,
      act: () => packsTheSameAgain(join(windows, 'resources/app.asar'), work, quiet),
    },
    {
      name: 'the installer for Windows compiles and holds the app',
      needs: null,
      act: async () => {
        await makePackages({ ...x64, systems: ['win'], targets: ['nsis'] }, quiet);
        const listed = await must('7z', ['l', fileIn(dist, '-win-x64.exe')]);
        expectThat(/app-64\.7z/.test(listed), 'the installer holds the app');
      },
    },
    {
      name: 'the archive for macOS holds the app',
      needs: null,
      act: async () => {
        await makePackages({ ...x64, archs: ['arm64'], systems: ['mac'], targets: ['zip'] }, quiet);
        const listed = await must('7z', ['l', fileIn(dist, '-mac-arm64.zip')]);
        expectThat(/Contents.Resources.app\.asar/.test(listed), 'the archive holds the app');
      },
    },
    {
      name: 'AppImage, deb, rpm and tar.gz are made, and older ones to upgrade',
      needs: null,
      act: async () => {
        await makePackages({ ...x64, systems: ['linux'], targets: [...TARGETS.linux] }, quiet);
        const listed = await must('tar', ['-tzf', fileIn(dist, '-linux-x64.tar.gz')]);
        expectThat(/\/resources\/app\.asar$/m.test(listed), 'the archive for Linux holds the app');
        const before = {
          systems: ['linux'],
          targets: ['deb', 'rpm'],
          output: older,
          version: OLDER,
        } as const;
        await makePackages({ ...x64, ...before }, quiet);
      },
    },
  ];
}

function debs({ dist, older, person }: Place): Step[] {
  return [
    {
      name: 'deb: the older version installs with apt and works for an ordinary person',
      needs: 'root',
      act: async () => {
        await installDeb(fileIn(older, '.deb'));
        await expectInstalled();
        await installedApp.selfCheck(person, OLDER);
      },
    },
    {
      name: 'AppImage: starts for an ordinary person',
      needs: 'root',
      act: async () => selfCheckOk(fileIn(dist, '.AppImage'), person, await newerVersion(dist)),
    },
    {
      name: 'AppImage: becomes the next version by its own update',
      needs: null,
      act: async () => {
        const config = ['--config', 'e2e/playwright.config.ts', '--workers', '1'];
        const spec = ['self-update.spec.ts', '--grep', 'a packed AppImage'];
        const playwright = [packageScript('playwright'), 'test', ...config, ...spec];
        await must(process.execPath, playwright, { cwd: ROOT, timeoutMs: 600_000 });
      },
    },
    {
      name: 'deb: an upgrade migrates the profile',
      needs: 'root',
      act: async () =>
        runSpecs(person, ['--config', 'e2e/installed/playwright.config.ts'], {
          WUKONG_OLDER_VERSION: OLDER,
          WUKONG_NEWER_VERSION: await newerVersion(dist),
          WUKONG_NEWER_DEB: fileIn(dist, '.deb'),
        }),
    },
    {
      name: 'deb: five specs against the installed app',
      needs: 'root',
      act: () =>
        runSpecs(person, [
          '--config',
          'e2e/playwright.config.ts',
          '--grep',
          '@installed',
          '--timeout',
          '180000',
          '--workers',
          '2',
        ]),
    },
    {
      name: 'deb: removed and purged, people keep their profiles',
      needs: 'root',
      act: async () => {
        const profile = await installedApp.startPlainly(person);
        await removeDeb(false);
        expectGone();
        await removeDeb(true);
        expectThat(statSync(join(profile, 'device-id')).isFile(), 'the profile is still there');
      },
    },
  ];
}

function rpms({ work, dist, older, person }: Place): Step[] {
  const rpm = new RpmDatabase(work);
  return [
    {
      name: 'rpm: installs, keeps its link through an upgrade, and verifies',
      needs: 'root',
      act: async () => {
        await rpm.install(fileIn(older, '.rpm'));
        await expectInstalled();
        await rpm.install(fileIn(dist, '.rpm'));
        await expectInstalled();
        expectThat((await rpm.verify()).trim() === '', 'rpm -V has nothing to say');
        await installedApp.selfCheck(person, await newerVersion(dist));
      },
    },
    {
      name: 'everything on this computer is forgotten when somebody says so',
      needs: 'root',
      act: () => installedApp.forget(person),
    },
    {
      name: 'rpm: erased without a trace',
      needs: 'root',
      act: async () => {
        await rpm.remove();
        expectGone();
      },
    },
  ];
}

function fileIn(folder: string, ending: string): string {
  const found = readdirSync(folder).find((name) => name.endsWith(ending));
  if (found === undefined) throw new Error(`${folder} has no file that ends in ${ending}`);
  return join(folder, found);
}

async function newerVersion(dist: string): Promise<string> {
  return (await must('dpkg-deb', ['-f', fileIn(dist, '.deb'), 'Version'])).trim();
}

if (import.meta.main) {
  if (asksForHelp(process.argv.slice(2))) {
    console.log(USAGE.smoke);
    process.exit(0);
  }
  try {
    const { values } = parseArgs({ options: { report: { type: 'string' } } });
    const sum = await runSmoke(console.log);
    const { passed, failed, skipped } = sum;
    if (values.report !== undefined) writeFileSync(values.report, JSON.stringify(sum));
    console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
    // Not exitCode: what electron-builder tidies up with ends the process with 0 (async-exit-hook).
    process.exit(failed === 0 && passed > 0 ? 0 : 1);
  } catch (error) {
    console.error(reasonOf(error));
    process.exit(1);
  }
}
