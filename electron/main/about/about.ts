/** The page about the app: what it was built from, what it runs on, what it is made with. */
import { readFileSync } from 'node:fs';
import { arch, release } from 'node:os';
import { join } from 'node:path';
import { app } from 'electron';
import type { About } from '../../../shared/ipc/contract/shell.ts';
import { readLicences } from './licences.ts';

const NOTICES = 'THIRD-PARTY-NOTICES.txt';
const SYSTEMS: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  win32: 'Windows',
  darwin: 'macOS',
  linux: 'Linux',
};

/** `outDir`: the built app. */
export async function aboutThisApp(outDir: string): Promise<About> {
  const { electron, chrome, node } = process.versions;
  return {
    version: app.getVersion(),
    commit: packedCommit(),
    // The stand-in has no Electron.
    runtime: electron === undefined ? `Node ${node}` : `Electron ${electron} · Chromium ${chrome ?? '?'}`,
    system: `${SYSTEMS[process.platform] ?? process.platform} ${systemVersion()} · ${arch()}`,
    licences: await readLicences([
      ...(app.isPackaged ? [join(process.resourcesPath, NOTICES)] : []),
      join(outDir, NOTICES),
    ]),
  };
}

/** Of macOS the version that people know; Node has the kernel's. */
const systemVersion = (): string => (process.platform === 'darwin' ? process.getSystemVersion() : release());

/** Packages say which one they were made from (scripts/dist/stage.ts). */
function packedCommit(): string | null {
  try {
    const { commit } = JSON.parse(readFileSync(join(app.getAppPath(), 'package.json'), 'utf8')) as {
      commit?: unknown;
    };
    return typeof commit === 'string' ? commit : null;
  } catch {
    return null;
  }
}
