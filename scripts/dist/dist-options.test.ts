import { describe, expect, it } from 'vitest';
import { parseDistOptions } from './dist-options.ts';

describe('npm run dist arguments', () => {
  it('may be none: this computer, everything it can make', () =>
    expect(parseDistOptions([], 'win32')).toEqual({
      systems: ['win'],
      archs: [],
      targets: [],
      dirOnly: false,
    }));

  it('choose systems, processors and kinds', () =>
    expect(
      parseDistOptions(
        ['--linux', '--mac', '--arch', 'arm64', '--target=deb', '--target', 'zip', '--dir'],
        'linux',
      ),
    ).toEqual({ systems: ['linux', 'mac'], archs: ['arm64'], targets: ['deb', 'zip'], dirOnly: true }));

  it.each([
    [['--arch', 'mips'], /--arch is one of x64, arm64, universal/],
    [['--target=snap'], /--target is one of AppImage/],
    [['--publish'], /does not know --publish/],
    [['linux'], /does not know linux/],
    [['--arch'], /--arch is one of/],
    [['--arch='], /--arch is one of/],
    [['--target', '--dir'], /--target is one of/],
    [['--win', '--target', 'deb'], /--target deb is no kind of package for win/],
    [['--linux', '--arch=universal'], /universal is for macOS only, not for --linux/],
    [['--mac', '--arch', 'universal'], /universal can only be made on macOS/],
    [['--Linux'], /does not know --Linux/],
    [[''], /does not know/],
  ])('%j is refused', (argv, message) => expect(() => parseDistOptions(argv, 'linux')).toThrow(message));

  it('a system nobody makes packages for has to say which', () =>
    expect(() => parseDistOptions([], 'freebsd')).toThrow(/say --linux, --win or --mac/));
});
