import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { erase, forgetArguments, mayBeErased, placesOf } from './forget.ts';

vi.mock('electron', () => ({ app: { isPackaged: true }, dialog: {} }));

const folder = mkdtempSync(join(tmpdir(), 'wukong-forget-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what is erased', () => {
  const computer = { profile: '/p', home: '/home/a' };

  it('is the profile', () => {
    expect(placesOf({ ...computer, platform: 'linux' })).toEqual(['/p']);
    expect(placesOf({ ...computer, platform: 'win32' })).toEqual(['/p']);
  });

  it('is on macOS also what the system keeps for the app, and nothing else of the library', () => {
    const places = placesOf({ ...computer, platform: 'darwin' });
    expect(places[0]).toBe('/p');
    for (const place of places.slice(1))
      expect(place).toMatch(/^\/home\/a\/Library\/[^/]+( [^/]+)*\/(WuKong Desktop|im\.wukong\.desktop)/);
  });
});

describe('a folder that is erased whole', () => {
  const home = join(folder, 'home');
  const make = (name: string, ...files: string[]): string => {
    const path = join(home, name);
    mkdirSync(path, { recursive: true });
    for (const file of files) writeFileSync(join(path, file), 'x');
    return path;
  };

  it('is a profile, or one that was never used', () => {
    expect(mayBeErased(make('profile', 'device-id', 'settings.json', 'Cookies'), home)).toBe(true);
    expect(mayBeErased(make('new', 'SingletonLock', 'Local State'), home)).toBe(true);
    expect(mayBeErased(join(home, 'nowhere'), home)).toBe(true);
  });

  it('is neither somebody’s files nor the home folder nor what holds it, whatever lies in it', () => {
    expect(mayBeErased(make('documents', 'letter.odt'), home)).toBe(false);
    expect(mayBeErased(make('.', 'device-id'), home)).toBe(false);
    expect(mayBeErased(folder, home)).toBe(false);
    expect(mayBeErased('/', home)).toBe(false);
    rmSync(home, { recursive: true });
  });
});

describe('erasing', () => {
  it('takes whole folders, minds nothing that is not there, and follows no link out of them', async () => {
    const profile = join(folder, 'profile');
    mkdirSync(join(profile, 'accounts', 'x'), { recursive: true });
    writeFileSync(join(profile, 'accounts', 'x', 'cache.db'), 'words');
    writeFileSync(join(folder, 'saved.txt'), 'theirs');
    const { symlinkSync } = await import('node:fs');
    symlinkSync(folder, join(profile, 'link'));
    expect(await erase([profile, join(folder, 'nowhere')])).toEqual([]);
    expect(readdirSync(folder)).toEqual(['saved.txt']);
  });

  it('goes on after a place that cannot be erased, and says which', async () => {
    const other = join(folder, 'other');
    writeFileSync(other, 'x');
    // A name with a NUL is one that no system erases.
    const left = await erase(['\0', other]);
    expect(left).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(['saved.txt']);
  });
});

describe('the process that erases', () => {
  it('gets the profile and the language of the one that ends, and no page, link or server', () => {
    const argv = [
      '/opt/x',
      '--user-data-dir=/p',
      '--lang=zh',
      '--server=https://a',
      '--hidden',
      'wukong://chat/x',
    ];
    expect(forgetArguments(argv)).toEqual(['--user-data-dir=/p', '--lang=zh', '--forget-everything=yes']);
    // The start script of an AppImage adds it again.
    expect(forgetArguments(['/opt/x', '--no-sandbox'])).toEqual(['--forget-everything=yes']);
  });

  it('keeps a value that stands behind a space', () =>
    expect(forgetArguments(['/opt/x', '--user-data-dir', '/p', '--profile', 'b'])).toEqual([
      '--user-data-dir',
      '/p',
      '--forget-everything=yes',
    ]));
});
