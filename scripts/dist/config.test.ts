import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ROOT } from '../paths.ts';
import { builderConfig } from './config.ts';
import { isFake } from './make-packages.ts';
import { plannedRuns } from './planned-runs.ts';
import type { Stage } from './stage.ts';
import { SYSTEMS } from './targets.ts';

/** electron-builder's own check of a configuration, which it makes before it packs anything. */
const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
const { validateSchema } = builder('app-builder-lib/out/util/config/schemaValidator.js') as {
  validateSchema: (schema: unknown, data: unknown, about: { name: string }) => void;
};
const schema = JSON.parse(readFileSync(builder.resolve('app-builder-lib/scheme.json'), 'utf8')) as unknown;

const stage: Stage = {
  root: '/stage',
  app: '/stage/app',
  documents: { 'LICENSE.txt': '', 'THIRD-PARTY-NOTICES.txt': '', 'sbom.cdx.json': '' },
  electronVersion: '45.4.1',
  version: '0.1.0',
  description: 'Chat',
  packageType: (kind) => `/stage/package-type.${kind}`,
};

const cases = SYSTEMS.flatMap((system) =>
  [false, true].flatMap((universal) =>
    [null, 'msi'].flatMap((packageType) =>
      [false, true].map((quick) => ({ system, universal, packageType, quick })),
    ),
  ),
).filter(
  ({ system, universal, packageType }) =>
    (system === 'mac' || !universal) && (system === 'win' || packageType === null),
);

/** Paths of the checkout that a configuration names, wherever in it. */
function pathsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.startsWith('scripts/') ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(pathsIn) : [];
}

describe('the configuration of packages', () => {
  it.each(cases)('is one that electron-builder takes: %j', (options) => {
    const config = builderConfig({
      ...options,
      stage,
      output: '/dist',
      electronDist: null,
      updateUrl: 'https://updates.invalid/',
    });
    expect(() => validateSchema(schema, config, { name: 'WuKong' })).not.toThrow();
    for (const path of pathsIn(config)) expect([path, existsSync(join(ROOT, path))]).toEqual([path, true]);
    const icon = config[options.system]?.icon;
    expect(existsSync(join(ROOT, 'scripts/dist/resources', String(icon)))).toBe(true);
  });

  it('lets deb and rpm depend on a font of emoji, and holds one for Linux alone', () => {
    const [linux, win, mac] = (['linux', 'win', 'mac'] as const).map((system) =>
      builderConfig({
        system,
        universal: false,
        packageType: null,
        quick: false,
        stage,
        output: '/dist',
        electronDist: null,
        updateUrl: 'https://updates.invalid/',
      }),
    );
    expect(linux?.deb?.fpm?.join(' ')).toContain('--depends fonts-noto-color-emoji');
    expect(linux?.rpm?.fpm?.join('\n')).toMatch(
      /--rpm-tag=Requires: \(google-noto-color-emoji-fonts or .*noto-coloremoji-fonts\)/,
    );
    const none = '!out/renderer/assets/noto-color-emoji*';
    expect([win?.files, mac?.files]).toEqual([
      expect.arrayContaining([none]),
      expect.arrayContaining([none]),
    ]);
    expect(linux?.files).not.toContain(none);
  });

  it('that has a word wrong is refused by the same check', () => {
    const config = builderConfig({
      system: 'win',
      universal: false,
      packageType: 'msi',
      quick: false,
      stage,
      output: '/dist',
      electronDist: null,
      updateUrl: 'https://updates.invalid/',
    });
    const wrong = { ...config, msi: { perMachin: true } };
    expect(() => validateSchema(schema, wrong, { name: 'WuKong' })).toThrow(/configuration\.msi/);
  });
});

describe('what is made where', () => {
  const nothing = { systems: [], archs: [], targets: [], dirOnly: false };
  const kinds = (system: (typeof SYSTEMS)[number], platform: NodeJS.Platform): string =>
    plannedRuns(system, nothing, platform, () => undefined)
      .map(({ kind, targets, archs }) => `${kind ?? '-'}: ${targets.join(' ')} (${archs.join(' ')})`)
      .join('; ');

  it.each([
    ['linux', 'linux', '-: deb (x64 arm64); -: rpm (x64 arm64); -: AppImage tar.gz (x64 arm64)'],
    ['win', 'win32', 'msi: msi (x64 arm64); -: nsis (x64 arm64)'],
    ['win', 'linux', '-: nsis (x64 arm64)'],
    ['mac', 'darwin', '-: dmg zip (universal)'],
    ['mac', 'linux', '-: zip (x64 arm64)'],
  ] as const)('%s on %s: %s', (system, platform, made) => expect(kinds(system, platform)).toBe(made));

  it('is asked for, with these kinds, by the workflow on a machine that can make it', () => {
    const workflow = readFileSync(join(ROOT, '.github/workflows/release.yml'), 'utf8');
    for (const row of [
      /runner: windows-[\w.-]+, dist: --win --arch x64 /,
      /runner: windows-[\w.-]+, dist: --win --arch arm64 /,
      /runner: macos-[\w.-]+, dist: --mac /,
      /runner: ubuntu-[\w.-]+, dist: --linux --arch x64 /,
      /runner: ubuntu-[\w.-]+, dist: --linux --arch arm64 /,
    ])
      expect(workflow).toMatch(row);
    for (const ending of ['AppImage', 'deb', 'rpm', 'tar.gz', 'exe', 'msi', 'dmg', 'zip'])
      expect(workflow).toContain(`dist/*.${ending}\n`);
  });
});

describe('WUKONG_DIST', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    ['', false],
    ['fake', true],
  ])('%j', (value, fake) => {
    vi.stubEnv('WUKONG_DIST', value);
    expect(isFake()).toBe(fake);
  });

  it.each(['Fake', '1', 'real', ' fake'])('%j is refused: it would make packages for people', (value) => {
    vi.stubEnv('WUKONG_DIST', value);
    expect(isFake).toThrow(`WUKONG_DIST is ${JSON.stringify(value)}`);
  });
});
