import { execFileSync, spawn } from 'node:child_process';
import { lstatSync, readFileSync, statSync } from 'node:fs';
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

  it('makes the folders that are not there, for its user alone', () => {
    const folder = tempFolder('wukong-report-');
    writeFileOrDevice(join(folder, 'a/b/report.json'), 'x');
    expect(readFileSync(join(folder, 'a/b/report.json'), 'utf8')).toBe('x');
    const mode = statSync(join(folder, 'a')).mode & 0o777;
    expect(process.platform === 'win32' ? 0o700 : mode).toBe(0o700);
  });

  it.runIf(process.platform === 'linux')('is given up where the system takes no folders', () => {
    expect(() => writeFileOrDevice('/proc/none/here/report.json', 'x')).toThrow('ENOENT');
  });

  it('says why it cannot be written', () => {
    const folder = tempFolder('wukong-report-');
    expect(() => writeFileOrDevice(folder, 'x')).toThrow('EISDIR');
    writeFileOrDevice(join(folder, 'file'), 'x');
    expect(() => writeFileOrDevice(join(folder, 'file/in/report.json'), 'x')).toThrow('ENOTDIR');
  });
});
