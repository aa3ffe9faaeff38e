import { execFileSync, spawn } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';
import { writeFileOrDevice } from './json-file.ts';

describe('a report', () => {
  it('is a new file, or takes the place of one', () => {
    const path = join(tempFolder('wukong-report-'), 'report.json');
    writeFileOrDevice(path, 'one');
    writeFileOrDevice(path, 'two');
    expect(readFileSync(path, 'utf8')).toBe('two');
  });

  it.skipIf(process.platform === 'win32')('goes through a pipe, which stays one', async () => {
    const path = join(tempFolder('wukong-report-'), 'pipe');
    execFileSync('mkfifo', [path]);
    const reader = spawn('cat', [path], { stdio: ['ignore', 'pipe', 'ignore'] });
    const read = text(reader.stdout);
    writeFileOrDevice(path, 'through');
    expect(await read).toBe('through');
    expect(lstatSync(path).isFIFO()).toBe(true);
  });

  it('says why it cannot be written', () => {
    expect(() => writeFileOrDevice(tempFolder('wukong-report-'), 'x')).toThrow('EISDIR');
  });
});
