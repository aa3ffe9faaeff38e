import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { licencesOf, readLicences } from '../../../electron/main/about/licences.ts';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';
import { noticesText } from './notices.ts';
import type { Component } from './shipped.ts';

const component = (name: string, about: Partial<Component> = {}): Component => ({
  name,
  version: '1.2.3',
  license: 'MIT',
  text: `Copyright of ${name}\n\nPermission is granted.`,
  purl: null,
  sha512: null,
  homepage: null,
  ...about,
});

it('reads what the packaging writes, whatever a text holds', () => {
  const components = [
    component('@scope/a', { license: '(MIT OR CC0-1.0)', homepage: 'https://a.example/' }),
    component('b', { text: `one\n${'='.repeat(80)}\ntwo` }),
    component('SQLite', { license: 'blessing' }),
  ];
  const app = { name: 'WuKong Desktop', version: '0.1.0', license: 'MIT' };
  expect(licencesOf(noticesText(app, components))).toEqual(
    components.map(({ name, version, license, homepage, text }) => ({
      name,
      version,
      licence: license,
      homepage,
      text,
    })),
  );
});

it('is empty of a document that is not there or is none', async () => {
  const folder = tempFolder('wukong-notices-');
  expect(await readLicences([join(folder, 'gone.txt')])).toEqual([]);
  writeFileSync(join(folder, 'odd.txt'), 'not a list');
  expect(await readLicences([join(folder, 'gone.txt'), join(folder, 'odd.txt')])).toEqual([]);
});
