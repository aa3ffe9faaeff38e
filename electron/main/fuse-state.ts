/**
 * The fuses of the program that runs: single bytes in it that switch off what an installed app never needs
 * (docs/packaging.md). Read as they are in the file; Electron offers no call for it.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

const NAMES = [
  'runAsNode',
  'cookieEncryption',
  'nodeOptions',
  'nodeCliInspect',
  'asarIntegrity',
  'onlyLoadAppFromAsar',
  'browserV8Snapshot',
  'fileProtocolPrivileges',
  'wasmTrapHandlers',
] as const;
export type FuseStates = Partial<Record<(typeof NAMES)[number], 'on' | 'off' | 'removed'>>;

const SENTINEL = Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX');
const STATES: Readonly<Record<string, 'on' | 'off' | 'removed'>> = { 0: 'off', 1: 'on', r: 'removed' };
const CHUNK = 4 * 1024 * 1024;

/** The file that carries them: on macOS the framework's, elsewhere the program itself. */
export function fuseFile(exe: string, platform: NodeJS.Platform): string {
  if (platform !== 'darwin') return exe;
  return join(exe, '../../Frameworks/Electron Framework.framework/Electron Framework');
}

/** null = the file has none. Some hundred megabytes are read through a buffer of four. */
export function fuseStates(path: string): FuseStates | null {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(CHUNK + SENTINEL.length);
    for (let start = 0; ; start += CHUNK) {
      const length = readSync(file, buffer, 0, buffer.length, start);
      const at = buffer.subarray(0, length).indexOf(SENTINEL);
      if (at !== -1) return wireAt(file, start + at + SENTINEL.length);
      if (length < buffer.length) return null;
    }
  } finally {
    closeSync(file);
  }
}

function wireAt(file: number, position: number): FuseStates | null {
  const wire = Buffer.alloc(2 + 255);
  const length = readSync(file, wire, 0, wire.length, position);
  if (length < 2 || wire[0] !== 1) return null;
  const states = wire.toString('latin1', 2, 2 + (wire[1] ?? 0));
  return Object.fromEntries(
    NAMES.flatMap((name, index) => {
      const state = STATES[states[index] ?? ''];
      return state === undefined ? [] : [[name, state]];
    }),
  );
}
