import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseLaunchOptions, userDataDirOf } from './launch-options.ts';

function parse(...argv: string[]): ReturnType<typeof parseLaunchOptions> & { warnings: string[] } {
  const warnings: string[] = [];
  return { ...parseLaunchOptions(argv, (message) => warnings.push(message)), warnings };
}

describe('launch arguments', () => {
  it('are all optional', () => {
    expect(parse('electron', '.', '--remote-debugging-port=0')).toEqual({
      server: null,
      demoServer: null,
      profile: null,
      userDataDir: null,
      language: null,
      hidden: false,
      open: null,
      selfCheck: null,
      forget: null,
      warnings: [],
    });
  });

  it('are understood with = and with a space; the last one wins', () => {
    const options = parse(
      '--server=http://a:1',
      '--server',
      'https://b',
      '--lang',
      'zh-CN',
      '--profile=二号',
      '--hidden',
    );
    expect(options).toMatchObject({
      server: 'https://b',
      language: 'zh',
      profile: '二号',
      hidden: true,
      warnings: [],
    });
    expect(parse('--lang=en-US').language).toBe('en');
    expect(parse('--lang=de').language).toBe('en');
  });

  it('a self-check without a file is asked for all the same: nothing else may start', () => {
    expect(parse('--self-check=report.json').selfCheck).toBe('report.json');
    expect(parse('--self-check', 'report.json').selfCheck).toBe('report.json');
    for (const argv of [['--self-check='], ['--self-check'], ['--self-check', '--hidden']])
      expect([argv, parse(...argv).selfCheck]).toEqual([argv, '']);
  });

  it.each([
    ['--server=ftp://x'],
    ['--server=nonsense'],
    ['--demo-server=file:///x'],
    ['--profile=../x'],
    ['--profile=a/b'],
    ['--profile=.x'],
  ])('reports and ignores %s', (arg) => {
    const options = parse(arg);
    expect([options.server, options.demoServer, options.profile]).toEqual([null, null, null]);
    expect(options.warnings).toHaveLength(1);
  });

  it.each([
    ['--open=new-group', 'newGroup'],
    ['--open=search', 'search'],
    ['--open=settings', 'settings'],
    ['--open=constructor', null],
    ['--open=', null],
  ])('%s opens %s', (arg, open) => expect(parse(arg).open).toBe(open));
  it('erase everything, asking unless that was done', () => {
    expect(parse('--forget-everything').forget).toBe('ask');
    expect(parse('--forget-everything=yes').forget).toBe('yes');
    expect(parse('--forget-everything-else', '--forget-everything=no').forget).toBeNull();
  });

  it('does not take the next option for a value', () => {
    const options = parse('--server', '--lang=zh');
    expect(options).toMatchObject({ server: null, language: 'zh', warnings: ['--server needs a value'] });
    expect(parse('--profile').warnings).toEqual(['--profile needs a value']);
  });

  it('choose the profile folder', () => {
    expect(userDataDirOf(parse(), '/base')).toBe('/base');
    expect(userDataDirOf(parse('--profile=b'), '/base')).toBe(join('/base', 'profiles', 'b'));
    expect(userDataDirOf(parse('--profile=b', '--user-data-dir=/x'), '/base')).toBe('/x');
  });
});
