/**
 * Which packages of npm are in a bundle: the build's own module graph says, not package.json, whose dependencies name
 * only what is loaded at run time. Each part of the build leaves a list in out/.packages, which is never packed.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';

const FOLDER = '.packages';

/** The bundles of the app. */
export const PARTS = ['main', 'worker', 'syllables', 'voice', 'preload', 'renderer'] as const;
export type Part = (typeof PARTS)[number];

/** Vite plugin: writes the folders of the packages whose code this bundle holds, relative to the checkout. */
export function listPackages(part: Part): Plugin {
  return {
    name: 'wukong:list-packages',
    generateBundle({ dir }) {
      // Not paths.ts: this file becomes part of the bundled configuration, which lies elsewhere.
      const out = resolve(dir ?? `out/${part}`, '..');
      // Also what was left out again by tree shaking: a notice too many harms nobody.
      const folders = new Set([...this.getModuleIds()].map(packageFolder).filter((one) => one !== null));
      mkdirSync(join(out, FOLDER), { recursive: true });
      writeFileSync(join(out, FOLDER, `${part}.json`), `${JSON.stringify([...folders].sort(), null, 1)}\n`);
    },
  };
}

/** `node_modules/a/node_modules/@b/c` of a module's path; null for our own modules. */
export function packageFolder(id: string): string | null {
  // Bundlers mark virtual modules with a NUL, and add queries.
  const path = id.replace(/^\0/, '').replaceAll('\\', '/').replace(/\?.*$/s, '');
  // From the first to the last of nested ones, wherever the checkout lies.
  return (
    /(?<=^|\/)node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/[^/]+|[^@./][^/]*)(?=\/|$)/.exec(path)?.[0] ??
    null
  );
}

/** Throws when a part was built without its list: notices with a gap would be worse than none. */
export function bundledPackages(out: string): string[] {
  const all = PARTS.flatMap((part) => {
    try {
      return JSON.parse(readFileSync(join(out, FOLDER, `${part}.json`), 'utf8')) as string[];
    } catch {
      throw new Error(`out/ holds no list of the packages in ${part}: build the app again (npm run build)`);
    }
  });
  return [...new Set(all)].sort();
}
