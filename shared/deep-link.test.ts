import { describe, expect, it } from 'vitest';
import { DeepLink, isLink, MAX_LINK_LENGTH, parseLink } from './deep-link.ts';

const UID = '436e66604a7d4810869cd8cc690569d8';

describe('a link of a known form', () => {
  it.each([
    [`wukong://chat/person/${UID}`, { kind: 'chat', channel: { channelId: UID, channelType: 1 } }],
    [`wukong://chat/group/${UID}/`, { kind: 'chat', channel: { channelId: UID, channelType: 2 } }],
    [`WuKong://Chat/person/u_10000`, { kind: 'chat', channel: { channelId: 'u_10000', channelType: 1 } }],
    ['wukong://friend/linzhixia', { kind: 'friend', keyword: 'linzhixia' }],
    ['wukong://friend/%E6%9E%97%E7%9F%A5%E5%A4%8F', { kind: 'friend', keyword: '林知夏' }],
    ['wukong://friend/008613800138000/', { kind: 'friend', keyword: '008613800138000' }],
    [
      'wukong://server?address=https://im.example.com/api/',
      { kind: 'server', server: 'https://im.example.com/api' },
    ],
    [
      'wukong://server/?address=http%3A%2F%2FIM.Example.com%3A8090',
      { kind: 'server', server: 'http://im.example.com:8090' },
    ],
  ])('%s', (text, link) => {
    expect(isLink(text)).toBe(true);
    expect(parseLink(text)).toEqual(link);
    expect(DeepLink.safeParse(link).success).toBe(true);
  });
});

describe('anything else is a bad one and says nothing of itself', () => {
  it.each([
    'wukong:',
    'wukong://',
    'wukong:chat/person/a',
    'wukong:/chat/person/a',
    'wukong:///chat/person/a',
    'wukong://chat',
    'wukong://chat/person',
    'wukong://chat/person/a/b',
    'wukong://chat/person//a',
    'wukong://chat/person/a//',
    'wukong://chat/Person/a',
    'wukong://chat/constructor/a',
    'wukong://chat/3/a',
    'wukong://chat/person/../a',
    'wukong://chat/person/..',
    'wukong://chat/person/a%2Fb',
    'wukong://chat/person/%00',
    'wukong://chat/person/%zz',
    'wukong://chat/person/-a',
    'wukong://chat/person/a?token=x',
    'wukong://chat/person/a?',
    'wukong://chat/person/a#b',
    'wukong://chat:1/person/a',
    'wukong://me:secret@chat/person/a',
    'wukong://me@chat/person/a',
    'wukong://chat/person/a b',
    'wukong://chat/person/a\nb',
    ' wukong://chat/person/a',
    'wukong://chat/person/a ',
    String.raw`wukong://chat\person\a`,
    `wukong://chat/person/${'a'.repeat(201)}`,
    'wukong://friend/',
    'wukong://friend/a%E2%80%AEb',
    'wukong://friend/a%20b',
    'wukong://friend/a/apply',
    'wukong://friend/a?vercode=x',
    'wukong://login?token=x',
    'wukong://server',
    'wukong://server?',
    'wukong://server?address',
    'wukong://server?Address=https://a',
    'wukong://server?address=https://a&token=x',
    'wukong://server?address=https://a&address=https://b',
    'wukong://server/x?address=https://a',
    'wukong://server?token=x&address=https://a',
    'wukong://settings',
    'wukong://app.localhost/index.html',
    'wukong://人/person/a',
    'wukongs://chat/person/a',
    'wu\u212aong://chat/person/a',
    'wukong://\u017ferver?address=https://a',
    'wukong://server?address=%zz',
  ])('%s', (text) => expect(parseLink(text)).toEqual({ kind: 'bad', why: 'form' }));

  it.each([
    '',
    'im.example.com',
    'ftp://im.example.com',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'wukong://chat/person/a',
    'https://',
    'https://me:secret@im.example.com',
    'https://me@im.example.com',
    'https://im.example.com/?token=x',
    'https://im.example.com?',
    'https://im.example.com/#x',
    'https://im.example.com/a b',
    'https://im.example.com\\@evil.example',
    'https://im.example.com/\u202e',
    `https://im.example.com/${'a'.repeat(500)}`,
  ])('a server at %j', (address) => {
    const link = parseLink(`wukong://server?address=${encodeURIComponent(address)}`);
    expect(link).toEqual({ kind: 'bad', why: 'address' });
  });

  it('a long one is not looked at', () => {
    const text = `wukong://friend/${'a'.repeat(MAX_LINK_LENGTH)}`;
    expect(parseLink(text)).toEqual({ kind: 'bad', why: 'long' });
    expect(parseLink(`wukong://friend/${'%'.repeat(1_000)}`)).toEqual({ kind: 'bad', why: 'form' });
  });
});

it.each(['https://wukong/', '--open=settings', 'wukong', '/wukong://chat', ''])('%j is no link', (text) =>
  expect(isLink(text)).toBe(false),
);
