import { describe, expect, it } from 'vitest';
import { autostartEntry, startsAtLogin } from './autostart-file.ts';

/** As the desktop entry specification reads a value of type string, and then `Exec`. */
function commandOf(entry: string): string[] {
  const exec = /^Exec=(.*)$/m.exec(entry)?.[1] ?? '';
  const string = exec.replace(
    /\\([snrt\\])/g,
    (_whole, sign: string) => ({ s: ' ', n: '\n', r: '\r', t: '\t' })[sign] ?? '\\',
  );
  const found: string[] = [];
  for (const [, quoted = ''] of string.matchAll(/"((?:[^"\\`$]|\\["`$\\])*)"(?: |$)/g)) {
    found.push(quoted.replace(/\\(["`$\\])/g, '$1').replaceAll('%%', '%'));
  }
  return found;
}

describe('the autostart entry', () => {
  it.each([
    '/opt/wukong-desktop/wukong-desktop',
    '/home/陈屿/下载/WuKong Desktop 1.AppImage',
    '/home/a/100%/%u %F/wukong',
    '/home/a/"quoted"/wukong',
    '/home/a/$HOME/`id`/$(id)/wukong',
    String.raw`/home/a/back\slash\\twice\n/wukong`,
    "/home/a/it's;rm -rf ~&|<>*?#()/wukong",
    '/home/a/new\nline\ttab\rreturn/wukong',
    ' /leading blank',
  ])('starts %j, whatever the path holds, as one word of one line', (program) => {
    const entry = autostartEntry({ program, args: ['--hidden'] }, 'WuKong Desktop');
    expect(commandOf(entry)).toEqual([program, '--hidden']);
    expect(entry.split('\n').filter((line) => line !== '' && !/^(\[|[A-Za-z-]+=)/.test(line))).toEqual([]);
    expect(entry.match(/^Exec=/gm)).toHaveLength(1);
    expect(startsAtLogin(entry)).toBe(true);
  });

  it.each([
    ['no file', ''],
    ['hidden', '[Desktop Entry]\nExec=x\nHidden=true\n'],
    ['turned off by GNOME', '[Desktop Entry]\nExec=x\nX-GNOME-Autostart-enabled=false\n'],
    ['with blanks', '[Desktop Entry]\r\nExec = x\r\nHidden = true\r\n'],
    ['nothing to start', '[Desktop Entry]\nHidden=false\n'],
    ['another group', '[Desktop Action x]\nExec=x\n'],
  ])('%s: off', (_name, entry) => expect(startsAtLogin(entry)).toBe(false));

  it('is on when another group says otherwise', () => {
    expect(startsAtLogin('[Desktop Entry]\nExec=x\n[Desktop Action y]\nHidden=true\n')).toBe(true);
  });
});
