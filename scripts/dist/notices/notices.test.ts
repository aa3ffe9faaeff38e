import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noticesText, sbom } from './notices.ts';
import { componentsOf, electron, sqlite } from './shipped.ts';

const APP = { name: 'wukong-desktop', version: '1.2.3', license: 'MIT' };
let root = '';

function install(name: string, manifest: object, files: Record<string, string> = {}): void {
  const folder = join(root, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0', ...manifest }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'wukong-notices-'));
  install('@a/b', { license: 'MIT' }, { 'LICENCE.txt': 'Copyright A\r\nfree', NOTICE: 'and B' });
  install('bare', { license: 'ISC', author: { name: 'Somebody' } });
  install('unheard-of', { license: 'GPL-3.0-only' }, { LICENSE: 'x' });
  install('silent', {}, { LICENSE: 'x' });
  install('textless', { license: 'MIT' });
  const integrity = `sha512-${Buffer.from('hash').toString('base64')}`;
  writeFileSync(
    join(root, 'package-lock.json'),
    JSON.stringify({ packages: { 'node_modules/@a/b': { integrity } } }),
  );
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('what is shipped', () => {
  it('has the texts that it came with, each once', () => {
    const found = componentsOf(['node_modules/@a/b', 'node_modules/bare', 'node_modules/@a/b'], root);
    expect(found.map(({ name }) => name)).toEqual(['@a/b', 'bare']);
    expect(found[0]).toMatchObject({
      text: 'Copyright A\nfree\n\nand B',
      purl: 'pkg:npm/%40a/b@1.0.0',
      sha512: Buffer.from('hash').toString('hex'),
    });
    expect(found[1]?.text).toContain('Copyright (c) Somebody');
  });

  it.each(['unheard-of', 'silent'])('a licence that nobody decided on is an error: %s', (name) =>
    expect(() => componentsOf([`node_modules/${name}`], root)).toThrow(/decide on it/),
  );

  it('a licence without a text is an error', () =>
    expect(() => componentsOf(['node_modules/textless'], root)).toThrow(/carries no licence text/));
});

describe('notices and bill of materials', () => {
  const components = [electron(), sqlite('3.50.0')];

  it('are the same bytes for the same checkout', () => {
    expect(sbom(APP, components)).toBe(sbom(APP, [...components]));
    expect(noticesText(APP, components)).toBe(noticesText(APP, [...components]));
    expect(sbom({ ...APP, version: '1.2.4' }, components)).not.toBe(sbom(APP, components));
  });
});
