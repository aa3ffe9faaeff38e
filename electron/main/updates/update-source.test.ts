import { describe, expect, it } from 'vitest';
import { NO_UPDATES_POLICY } from '../../../shared/updates-policy.ts';
import { feedAddress } from './feed-address.ts';
import { type SourceOptions, updateSource } from './update-source.ts';

const release = { feed: 'https://updates.example/wukong', keys: ['key 1', 'key 2'] };
const env = { WUKONG_UPDATE_FEED: 'http://127.0.0.1:1/feed', WUKONG_UPDATE_KEYS: 'evil,other' };
const packaged: SourceOptions = {
  isPackaged: true,
  env: {},
  policy: NO_UPDATES_POLICY,
  channel: 'latest',
  release,
};

describe('where updates are looked for', () => {
  it('is what was built in, whatever the environment of an installed app says', () => {
    for (const options of [packaged, { ...packaged, env }])
      expect(updateSource(options)).toEqual({
        feed: new URL('https://updates.example/wukong/'),
        keys: release.keys,
        channel: 'latest',
      });
    // And without anything built in there is nothing, and no other source.
    expect(updateSource({ ...packaged, env, release: { feed: '', keys: [] } })).toBe('noFeed');
    expect(updateSource({ ...packaged, env, release: { ...release, keys: [] } })).toBe('noFeed');
  });

  it('is the environment of a development run only', () => {
    expect(updateSource({ ...packaged, isPackaged: false })).toBe('development');
    expect(updateSource({ ...packaged, isPackaged: false, env })).toEqual({
      feed: new URL('http://127.0.0.1:1/feed/'),
      keys: ['evil', 'other'],
      channel: 'latest',
    });
  });

  it('may be another feed and channel by policy, never with other keys', () => {
    const policy = { disabled: false, url: 'https://intern.example/updates/', channel: 'stable-corp' };
    expect(updateSource({ ...packaged, policy })).toEqual({
      feed: new URL(policy.url),
      keys: release.keys,
      channel: 'stable-corp',
    });
    expect(updateSource({ ...packaged, policy: { ...policy, disabled: true } })).toBe('policy');
    expect(updateSource({ ...packaged, policy, release: { ...release, keys: [] } })).toBe('noFeed');
    for (const url of ['http://intern.example/', 'http://127.0.0.1/', 'file:///srv/updates', 'nonsense', ''])
      expect([url, updateSource({ ...packaged, policy: { ...policy, url } })]).toEqual([url, 'policy']);
    for (const channel of ['', '../x', 'a b', '__proto__', 'x'.repeat(40)])
      expect([channel, updateSource({ ...packaged, policy: { ...policy, channel } })]).toEqual([
        channel,
        'policy',
      ]);
  });

  it.each([
    'http://updates.example/',
    'http://localhost/',
    'http://127.0.0.1.evil.example/',
    'ftp://updates.example/',
    'https://user:password@updates.example/',
    'https://updates.example/?a=b',
    'https://updates.example/#a',
    'javascript:alert(1)',
    '//updates.example/',
  ])('is never %s', (address) => {
    for (const loopbackToo of [true, false]) expect(feedAddress(address, loopbackToo)).toBeNull();
  });
});
