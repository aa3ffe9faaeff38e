/**
 * The app as it is packed, put together in a folder of its own: whatever else lies in the checkout cannot get into a
 * package. electron-builder packs this folder and is kept from looking for modules by itself.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { noticesText, sbom } from './notices/notices.ts';
import { electron, shippedPackages, sqlite } from './notices/shipped.ts';
import { OUT, ROOT } from '../paths.ts';

export interface Stage {
  root: string;
  /** Becomes app.asar. */
  app: string;
  /** Files beside app.asar, by name. */
  documents: Readonly<Record<string, string>>;
  electronVersion: string;
  version: string;
  description: string;
  /** Writes the marker of a kind of package and gives its path. */
  packageType: (kind: string) => string;
}

interface Manifest {
  name: string;
  productName: string;
  version: string;
  description: string;
  homepage: string;
  author: { name: string; email: string };
  license: string;
  main: string;
  type: string;
  desktopName: string;
}

/** Fields of package.json the packed app has; electron-builder and Electron read them. */
const FIELDS = [
  'name',
  'productName',
  'version',
  'description',
  'homepage',
  'author',
  'license',
  'type',
  'main',
  'desktopName',
] as const satisfies readonly (keyof Manifest)[];

/** `out`: the built app. `version` other than package.json's: for tests of upgrades. */
export function stageApp(
  root: string,
  { out = OUT, version }: { out?: string; version?: string } = {},
): Stage {
  rmSync(root, { recursive: true, force: true });
  const app = join(root, 'app');
  const commit = commitOf(ROOT);
  mkdirSync(app, { recursive: true });
  const own = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
  const manifest: Manifest = { ...own, version: version ?? own.version };
  const fields = {
    ...Object.fromEntries(FIELDS.map((field) => [field, manifest[field]])),
    // The page about the app says it.
    ...(commit === null ? {} : { commit }),
  };
  writeFileSync(join(app, 'package.json'), `${JSON.stringify(fields, null, 2)}\n`);
  for (const part of ['main', 'preload', 'renderer']) {
    const folder = join(out, part);
    if (!existsSync(folder)) throw new Error(`the app is not built: ${folder} is missing`);
    cpSync(folder, join(app, 'out', part), { recursive: true });
  }
  stageAddon(join(root, 'better-sqlite3'));
  const components = [...shippedPackages(out), electron(), sqlite(sqliteVersion())];
  const documents = {
    'LICENSE.txt': readFileSync(join(ROOT, 'LICENSE'), 'utf8'),
    'THIRD-PARTY-NOTICES.txt': noticesText({ ...manifest, name: manifest.productName }, components),
    'sbom.cdx.json': sbom(manifest, components),
  };
  for (const [name, text] of Object.entries(documents)) writeFileSync(join(root, name), text);
  return {
    root,
    app,
    documents,
    electronVersion: electron().version,
    version: manifest.version,
    description: manifest.description,
    packageType(kind) {
      const path = join(root, `package-type.${kind}`);
      writeFileSync(path, kind);
      return path;
    },
  };
}

/** What is checked out; null where there is no repository (an archive of the sources). */
function commitOf(folder: string): string | null {
  try {
    const said = execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return said.trim() || null;
  } catch {
    return null;
  }
}

/** better-sqlite3 without its sources. All binaries: which one is packed, the configuration says by processor. */
function stageAddon(to: string): void {
  const from = join(ROOT, 'node_modules/better-sqlite3');
  for (const name of ['package.json', 'LICENSE', 'lib', 'prebuilds'])
    cpSync(join(from, name), join(to, name), { recursive: true });
}

function sqliteVersion(): string {
  const Database = createRequire(join(ROOT, 'package.json'))(
    'better-sqlite3',
  ) as typeof import('better-sqlite3');
  const db = new Database(':memory:');
  try {
    return db.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '?';
  } finally {
    db.close();
  }
}
