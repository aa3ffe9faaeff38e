/** What is in a package besides our own code: whose it is, under which licence, with which hash it came. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../paths.ts';
import { bundledPackages } from './module-graph.ts';

export interface Component {
  name: string;
  version: string;
  /** SPDX expression. */
  license: string;
  /** As the package carries it. */
  text: string;
  /** Package URL; what is not of npm has none. */
  purl: string | null;
  /** Hexadecimal, of the archive it was installed from. */
  sha512: string | null;
  homepage: string | null;
}

interface Manifest {
  name: string;
  version: string;
  license?: string;
  author?: string | { name?: string };
  homepage?: string;
}

/** Not bundled but packed as it is (electron.vite.config.ts, `external`). */
const UNBUNDLED = ['node_modules/better-sqlite3'];

/** Licences of packages that carry no text; {author} is filled in. Another one is an error: look at it first. */
const TEXTS: Readonly<Record<string, string>> = {
  MIT: `The package carries no licence text; its package.json says MIT:

Copyright (c) {author}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`,
  ISC: `The package carries no licence text; its package.json says ISC:

Copyright (c) {author}

Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby
granted, provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.`,
};

/** What may be shipped in an app under MIT; a licence that is not here needs a decision, not a notice. */
const ACCEPTED = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'Apache-2.0',
  'Python-2.0',
  'BlueOak-1.0.0',
  // Fonts, which may be part of any program; a changed one may not bear a reserved name, and this one reserves none.
  'OFL-1.1',
]);

/** Everything from npm that the packages hold, sorted by name. `out` is the built app's folder. */
export function shippedPackages(out: string): Component[] {
  return componentsOf([...bundledPackages(out), ...UNBUNDLED], ROOT);
}

/** Throws for a package without licence, with one nobody has decided on, or without a text that could be found. */
export function componentsOf(folders: readonly string[], root: string): Component[] {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { integrity?: string }>;
  };
  const components = [...new Set(folders)].map((folder): Component => {
    const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
    const { name, version, license = '', homepage } = manifest;
    if (!ACCEPTED.has(license))
      throw new Error(
        `${name} is shipped under "${license}": decide on it in scripts/dist/notices/shipped.ts`,
      );
    const integrity = lock.packages[folder]?.integrity ?? '';
    return {
      name,
      version,
      license,
      text: licenceText(join(root, folder), manifest),
      purl: `pkg:npm/${name.replace(/^@/, '%40')}@${version}`,
      sha512: integrity.startsWith('sha512-')
        ? Buffer.from(integrity.slice(7), 'base64').toString('hex')
        : null,
      homepage: homepage ?? null,
    };
  });
  return components.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function licenceText(folder: string, { name, license = '', author }: Manifest): string {
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)([.-].*)?$/i.test(file));
  if (files.length > 0)
    return files
      .sort()
      .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim())
      .join('\n\n');
  const text = TEXTS[license];
  const who = typeof author === 'string' ? author : author?.name;
  if (text === undefined || who === undefined)
    throw new Error(`${name} (${license}) carries no licence text`);
  return text.replace('{author}', who);
}

/** Compiled into better-sqlite3's binary. */
export function sqlite(version: string): Component {
  return {
    name: 'SQLite',
    version,
    license: 'blessing',
    text: 'The authors of SQLite have dedicated its code to the public domain (https://sqlite.org/copyright.html).',
    purl: null,
    sha512: null,
    homepage: 'https://sqlite.org',
  };
}

/** The runtime. Its folder in the package carries the licences of Chromium and of everything in it. */
export function electron(root = ROOT): Component {
  const folder = join(root, 'node_modules/electron');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  return {
    name: 'electron',
    version,
    license: 'MIT',
    text: `${readFileSync(join(folder, 'LICENSE'), 'utf8').trim()}

Electron holds Chromium and Node.js: their licences are in LICENSES.chromium.html, beside this file or the program.`,
    purl: `pkg:npm/electron@${version}`,
    sha512: null,
    homepage: 'https://www.electronjs.org',
  };
}
