import { describe, expect, it } from 'vitest';
import { growsFasterThanText } from '../../../shared/testing/slow-text.ts';
import { groupLinkIn, isGroupLink, noteCodeHost } from './group-links.ts';

const SERVER = 'https://im.wukong.example';
const CODE = '0123456789abcdef0123456789abcdef';

describe('links that are codes of groups', () => {
  it('are those of the own server only', () => {
    expect(isGroupLink(`${SERVER}/v1/qrcode/${CODE}`, SERVER)).toBe(true);
    expect(isGroupLink(`https://elsewhere.example/v1/qrcode/${CODE}`, SERVER)).toBe(false);
    expect(isGroupLink(`https://im.wukong.example.evil.example/v1/qrcode/${CODE}`, SERVER)).toBe(false);
    expect(isGroupLink(`https://im.wukong.example@evil.example/v1/qrcode/${CODE}`, SERVER)).toBe(false);
  });
  it('are no codes of people, and nothing too short', () => {
    for (const code of [`vercode_${CODE}`, `user_${CODE}`, 'short', ''])
      expect(isGroupLink(`${SERVER}/v1/qrcode/${code}`, SERVER)).toBe(false);
    expect(isGroupLink('not a link', SERVER)).toBe(false);
  });
  it('may have the address that the server calls itself by', () => {
    const own = `http://10.0.0.7:8090/v1/qrcode/${CODE}`;
    expect(isGroupLink(own, SERVER)).toBe(false);
    noteCodeHost(own);
    expect(isGroupLink(own, SERVER)).toBe(true);
  });
  it('are found among words, the first of them', () => {
    const link = `${SERVER}/v1/qrcode/${CODE}`;
    expect(groupLinkIn(`群聊“研发”的邀请：${link}`, SERVER)).toBe(link);
    expect(groupLinkIn(`https://a.example/qrcode/ ${link}`, SERVER)).toBe(link);
    expect(groupLinkIn('nothing here', SERVER)).toBeNull();
  });
  it('are looked for in time that grows with the words only', () => {
    expect(growsFasterThanText((text) => groupLinkIn(text, SERVER), `${SERVER}/v1/qrcode/ `)).toEqual([]);
  });
});
