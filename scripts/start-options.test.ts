import { describe, expect, it } from 'vitest';
import { parseStartOptions } from './start-options.ts';

describe('npm start arguments', () => {
  it('reach the app in one piece', () => {
    const options = parseStartOptions([
      '--server',
      'http://a:1',
      '--profile=b',
      '--remote-debugging-port',
      '9222',
      '--lang=zh',
    ]);
    expect(options).toEqual({
      server: 'http://a:1',
      hasDebuggingPort: true,
      appArgs: ['--server=http://a:1', '--profile=b', '--remote-debugging-port=9222', '--lang=zh'],
    });
  });

  it('may be none; unknown ones are passed on', () => {
    expect(parseStartOptions([])).toEqual({ server: null, hasDebuggingPort: false, appArgs: [] });
    expect(parseStartOptions(['--force-device-scale-factor=2', '--hidden']).appArgs).toEqual([
      '--force-device-scale-factor=2',
      '--hidden',
    ]);
  });

  it.each([[['--server']], [['--server=']], [['--lang', '--hidden']]])('%j is refused', (argv) => {
    expect(() => parseStartOptions(argv)).toThrow(/^--(server|lang) needs a value\.$/);
  });
});
