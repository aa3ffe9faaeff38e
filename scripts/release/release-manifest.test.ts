import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkSignature } from '../../electron/main/updates/manifest-signature.ts';
import { readManifest } from '../../electron/main/updates/manifest.ts';
import { readRelease, releaseFile } from '../release-define.ts';
import { makeKeys } from './make-keys.ts';
import { releaseManifest } from './release-manifest.ts';
import { publicKeyText, takeSigningKeys } from './signing-keys.ts';

let dir: string;
let key: KeyObject;
let pem: string;
let publicKey: string;
const PACKAGES: Readonly<Record<string, string>> = {
  'WuKong-Desktop-0.2.0-x86_64.AppImage': 'latest-linux.yml',
  'wukong-desktop_0.2.0_amd64.deb': 'latest-linux.yml',
  'WuKong-Desktop-0.2.0-arm64.AppImage': 'latest-linux-arm64.yml',
  'WuKong-Desktop-0.2.0-x64.exe': 'latest.yml',
  'WuKong-Desktop-0.2.0-universal-mac.zip': 'latest-mac.yml',
};

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wukong-release-'));
  key = generateKeyPairSync('ed25519').privateKey;
  pem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  publicKey = publicKeyText(key);
  for (const name of Object.keys(PACKAGES)) writeFileSync(join(dir, name), `bytes of ${name}`);
  writeFileSync(join(dir, 'WuKong-Desktop-0.2.0.dmg'), 'for people');
  writeFileSync(join(dir, 'builder-debug.yml'), 'not ours');
  writeFileSync(join(dir, 'policy-templates.zip'), 'for administrators');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A release.json. */
const file = (value: object): string => {
  const path = join(dir, 'release.json');
  writeFileSync(path, JSON.stringify(value));
  return path;
};

const sign = (args: string[], env: Record<string, string | undefined> = { WUKONG_UPDATE_SIGNING_KEY: pem }) =>
  releaseManifest(['--dir', dir, '--version', '0.2.0', ...args], env, [publicKey]);

describe('the manifests of a release', () => {
  it('are one a system, name every package with its hash, and are believed by the app', async () => {
    const names = await sign(['--rollout', '10', '--days', '30', '--notes', 'https://wukong.example/n']);
    expect(names.sort()).toEqual([...new Set(Object.values(PACKAGES))].sort());
    for (const name of names) {
      const bytes = readFileSync(join(dir, name));
      checkSignature(bytes, readFileSync(join(dir, `${name}.sig`)), [publicKey]);
      const manifest = readManifest(bytes, name);
      expect(manifest).toMatchObject({ version: '0.2.0', stagingPercentage: 10 });
      expect(manifest.expires - manifest.issued).toBe(30 * 24 * 60 * 60_000);
      expect(manifest.files.map(({ url }) => url).sort()).toEqual(
        Object.keys(PACKAGES)
          .filter((file) => PACKAGES[file] === name)
          .sort(),
      );
    }
  });

  it('are signed anew for the next step of a rollout', async () => {
    await sign(['--rollout', '10']);
    const before = readManifest(readFileSync(join(dir, 'latest.yml')), 'latest.yml');
    await sign(['--rollout', '100']);
    const after = readManifest(readFileSync(join(dir, 'latest.yml')), 'latest.yml');
    expect(after).toMatchObject({ stagingPercentage: 100, files: before.files });
    expect(after.issued).toBeGreaterThanOrEqual(before.issued);
  });

  it.each([
    [['--rollout', '101'], '--rollout'],
    [['--rollout', 'all'], '--rollout'],
    [['--rollout', ''], '--rollout'],
    [['--rollout', '1e1'], '--rollout'],
    [['--days', ' '], '--days'],
    [['--days', '0'], '--days'],
    [['--days', '10000'], '--days'],
    [['--notes', 'http://wukong.example'], 'notesUrl'],
    [['--key', 'x'], '--key'],
    [['--version', '0.3.0'], 'is not of version 0.3.0'],
    [['--version', 'new'], 'not a version'],
    [['--channel', '../x'], 'no name of a channel'],
    [['--channel', ''], 'no name of a channel'],
    [['--dir', '/nowhere'], '/nowhere'],
  ])('are not made with %j', async (args, why) => {
    await expect(sign(args)).rejects.toThrow(why);
    expect(readdirSync(dir).filter((name) => name.endsWith('.sig'))).toEqual([]);
  });

  it('are not signed with a key that the app does not know', async () => {
    const other = generateKeyPairSync('ed25519')
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString();
    await expect(sign([], { WUKONG_UPDATE_SIGNING_KEY: other })).rejects.toThrow('the app knows no key');
  });
});

describe('private keys', () => {
  it('come from the environment, as PEM, DER or with a passphrase, and are taken out of it', () => {
    const der = key.export({ type: 'pkcs8', format: 'der' }).toString('base64');
    const sealed = key
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'words' })
      .toString();
    for (const value of [pem, der, sealed]) {
      const env: Record<string, string | undefined> = {
        WUKONG_UPDATE_SIGNING_KEY: value,
        WUKONG_UPDATE_SIGNING_KEY_2: pem,
        WUKONG_UPDATE_SIGNING_PASSPHRASE: 'words',
      };
      expect(takeSigningKeys(env).map(publicKeyText)).toEqual([publicKey, publicKey]);
      expect(env).toEqual({});
    }
  });

  it('are never repeated, whatever is wrong with them', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    const wrong = [
      pem.replace('MC4', 'XXX'),
      (pem.split('\n')[1] ?? '').slice(2),
      rsa.export({ type: 'pkcs8', format: 'pem' }).toString(),
      'not a key but a secret all the same',
    ];
    for (const value of wrong) {
      const said = await sign([], { WUKONG_UPDATE_SIGNING_KEY: value }).then(String, String);
      expect(said).toContain('holds no Ed25519 private key');
      for (const line of value.split('\n').filter((text) => text.length > 10 && !text.startsWith('-----')))
        expect(said).not.toContain(line);
    }
    const run = spawnSync(
      process.execPath,
      [join(import.meta.dirname, 'release-manifest.ts'), '--dir', dir],
      {
        env: { ...process.env, WUKONG_UPDATE_SIGNING_KEY: 'secret words' },
        encoding: 'utf8',
      },
    );
    expect([run.status, run.stdout, run.stderr]).toEqual([
      1,
      '',
      'WUKONG_UPDATE_SIGNING_KEY holds no Ed25519 private key\n',
    ]);
  });

  it('are written to a new file for their owner alone; what is printed is public', () => {
    const path = join(dir, 'release-key.pem');
    const script = join(import.meta.dirname, 'make-keys.ts');
    const said = execFileSync(process.execPath, [script, path], { encoding: 'utf8' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const written = readFileSync(path, 'utf8');
    const made = takeSigningKeys({ WUKONG_UPDATE_SIGNING_KEY: written }).map(publicKeyText);
    expect(said).toContain(made.join());
    expect(said).not.toContain(written.split('\n')[1]);
    // An older key is never written over.
    expect(() => makeKeys(path, undefined)).toThrow('EEXIST');
    expect(readFileSync(path, 'utf8')).toBe(written);
  });
});

describe('what is built in', () => {
  it('is a feed by https with two keys, or neither', () => {
    const [a, b] = ['a', 'b'].map(() => publicKeyText(generateKeyPairSync('ed25519').privateKey));
    const feed = 'https://updates.example/';
    expect(readRelease(file({ feed, keys: [a, b] }))).toEqual({ feed, keys: [a, b] });
    expect(readRelease(file({ feed: '', keys: [] }))).toEqual({ feed: '', keys: [] });
    for (const wrong of [
      { feed, keys: [a] },
      { feed, keys: [a, a] },
      { feed, keys: [a, b, a] },
      { feed, keys: [a, 'short'] },
      { feed: 'http://updates.example/', keys: [a, b] },
      { feed: 'http://127.0.0.1/', keys: [a, b] },
      { keys: [a, b] },
      { feed },
    ])
      expect(() => readRelease(file(wrong))).toThrow(/release\.json|a release key is/);
  });

  it('can be read in this repository', () => {
    expect(readRelease(releaseFile(join(import.meta.dirname, '../..')))).toBeDefined();
  });
});
