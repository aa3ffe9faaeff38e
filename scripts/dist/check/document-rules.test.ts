import { describe, expect, it } from 'vitest';
import { noticesText, sbom } from '../notices/notices.ts';
import type { Component } from '../notices/shipped.ts';
import { documentProblems, type Documents } from './document-rules.ts';

const component = (name: string, version = '1.0.0', license = 'MIT'): Component => ({
  name,
  version,
  license,
  text: `Licence of ${name}`,
  purl: name === 'SQLite' ? null : `pkg:npm/${name.replace(/^@/, '%40')}@${version}`,
  sha512: null,
  homepage: `https://${name}.example`,
});
const COMPONENTS = ['@a/b', 'better-sqlite3', 'electron', 'react', 'SQLite', 'wukongimjssdk', 'zod'].map(
  (name) => component(name),
);
const APP = { name: 'wukong-desktop', productName: 'WuKong Desktop', version: '0.1.0' };

function documents(components = COMPONENTS): Documents {
  const described = { version: APP.version, license: 'MIT' };
  return {
    licence: 'MIT License\n',
    ownLicence: 'MIT License\n',
    notices: noticesText({ ...described, name: APP.productName }, components),
    sbom: sbom({ ...described, name: APP.name }, components),
    packed: { app: APP, addon: { name: 'better-sqlite3', version: '1.0.0' } },
  };
}
const GOOD = documents();
const SERIAL = 'sbom.cdx.json is not what its serial number says';

describe('the documents of a package', () => {
  it('that say the same are fit', () => expect(documentProblems(GOOD)).toEqual([]));

  it.each<[string, Partial<Documents>, string[]]>([
    ['another licence', { licence: 'MIT License, but' }, ['LICENSE.txt is not the licence of the app']],
    [
      'a component that the notices forget',
      { notices: documents(COMPONENTS.slice(1)).notices },
      ['the notices do not name @a/b 1.0.0 (MIT)'],
    ],
    [
      'a component that the list forgets',
      { sbom: documents(COMPONENTS.slice(1)).sbom },
      ['the notices name @a/b 1.0.0 (MIT), which sbom.cdx.json does not'],
    ],
    [
      'another version',
      { sbom: documents([component('@a/b', '1.0.1'), ...COMPONENTS.slice(1)]).sbom },
      [
        'the notices do not name @a/b 1.0.1 (MIT)',
        'the notices name @a/b 1.0.0 (MIT), which sbom.cdx.json does not',
      ],
    ],
    [
      'another licence of a component',
      { sbom: documents([component('@a/b', '1.0.0', 'ISC'), ...COMPONENTS.slice(1)]).sbom },
      [
        'the notices do not name @a/b 1.0.0 (ISC)',
        'the notices name @a/b 1.0.0 (MIT), which sbom.cdx.json does not',
      ],
    ],
    [
      'those of another version of the app',
      { packed: { ...GOOD.packed, app: { ...APP, version: '0.2.0' } } },
      ['the notices are not those of 0.2.0', 'sbom.cdx.json is not of wukong-desktop 0.2.0'],
    ],
    [
      'another better-sqlite3 than the packed one',
      { packed: { ...GOOD.packed, addon: { name: 'better-sqlite3', version: '2.0.0' } } },
      ['sbom.cdx.json says better-sqlite3 1.0.0, app.asar holds 2.0.0'],
    ],
    [
      'another address',
      { sbom: GOOD.sbom.replace('"purl": "pkg:npm/zod@1.0.0"', '"purl": "pkg:npm/dos@1.0.0"') },
      ['sbom.cdx.json has another address for zod 1.0.0', SERIAL],
    ],
    ['another home', { sbom: GOOD.sbom.replace('https://zod.example', 'https://dos.example') }, [SERIAL]],
    [
      'one that nothing depends on',
      { sbom: GOOD.sbom.replace(/,\s*"pkg:npm\/zod@1\.0\.0"\s*\]/, ']') },
      ['sbom.cdx.json does not say what depends on its components', SERIAL],
    ],
  ])('with %s are not', (_what, change, problems) => {
    expect(documentProblems({ ...GOOD, ...change })).toEqual(problems);
  });

  it.each(['{}', 'null', '[]', 'no JSON', ''])('with a list that is none (%s) are not', (text) => {
    const problems = documentProblems({ ...GOOD, sbom: text });
    expect(problems).toContain('sbom.cdx.json is no CycloneDX 1.6');
    expect(problems).toContain('sbom.cdx.json does not name electron');
  });
});
