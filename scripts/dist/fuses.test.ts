import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fuseWire } from './fake/fuse-wire.ts';
import { FUSES, setFuses, fuseProblems } from './fuses.ts';
import { fuseFile, fuseStates } from '../../electron/main/fuse-state.ts';

const folder = mkdtempSync(join(tmpdir(), 'wukong-fuses-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const program = (name: string, ...parts: Buffer[]): string => {
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat(parts));
  return path;
};

describe('fuses', () => {
  it('are set in the bytes of a program and read back, by the packaging and by the app', async () => {
    const path = program('plain', Buffer.alloc(1000, 1), fuseWire(), Buffer.alloc(1000, 2));
    expect(fuseStates(path)?.runAsNode).toBe('on');
    expect(await fuseProblems(path)).toContain('fuse RunAsNode is enable, not disable');
    await setFuses(path, false);
    expect(await fuseProblems(path)).toEqual([]);
    expect(Object.values(fuseStates(path) ?? {})).toEqual(
      Object.values(FUSES).map((on) => (on ? 'on' : 'off')),
    );
  });

  it.each([-20, -1, 0])('are found where the wire meets the border of two reads, at %i', (shift) => {
    const path = program('border', Buffer.alloc(4 * 1024 * 1024 - 37 + shift), fuseWire());
    expect(fuseStates(path)?.onlyLoadAppFromAsar).toBe('off');
  });

  it('a program without a wire has none; a runtime with one more is an error', async () => {
    expect(fuseStates(program('none', Buffer.alloc(100)))).toBeNull();
    const wire = fuseWire();
    const states = Buffer.concat([wire, Buffer.from('0')]);
    states[wire.length - 10] = 10;
    const path = program('ten', states);
    await expect(setFuses(path, false)).rejects.toThrow(/strictlyRequireAllFuses/);
    expect(await fuseProblems(path)).toContain('the runtime has a fuse 9 that nobody decided on');
  });

  it('are in the framework on macOS', () =>
    expect(fuseFile('/A/X.app/Contents/MacOS/X', 'darwin')).toBe(
      '/A/X.app/Contents/Frameworks/Electron Framework.framework/Electron Framework',
    ));
});
