import { describe, expect, it } from 'vitest';
import { relaunchArguments } from './relaunch-arguments.ts';

describe('the new version is started', () => {
  it('with the profile, server and language of the old one, and without what was of the moment', () => {
    expect(
      relaunchArguments([
        '/tmp/.mount_x/wukong-desktop',
        '--no-sandbox',
        '--hidden',
        '--updated',
        '--open=search',
        '--profile=two',
        '--lang',
        'en',
        '--user-data-dir',
        '/home/u/a b',
        '--ozone-platform=wayland',
        'wukong://chat/1',
        '/home/u/file.txt',
      ]),
    ).toEqual([
      '--profile=two',
      '--lang',
      'en',
      '--user-data-dir',
      '/home/u/a b',
      '--ozone-platform=wayland',
    ]);
  });
});
