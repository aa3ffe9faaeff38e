import { expect, it } from 'vitest';
import { translate } from '../../shared/strings/index.ts';
import { knownRefusal } from './server-words.ts';

it.each([
  ['该用户名已存在', 'This username is taken'],
  ['密码不正确！', 'Wrong password'],
  ['操作过于频繁，请稍后再试！', 'Too often; try again later'],
])('a refusal in Chinese is said in the language of the interface: %s', (said, english) => {
  const key = knownRefusal(said);
  expect(key && translate('en', key)).toBe(english);
  expect(key && translate('zh', key)).toBe(said.replace('！', ''));
});

it('of what is not known the server has the word', () => {
  expect(['今天不行', '', '该用户名已存在，请换一个'].map(knownRefusal)).toEqual([null, null, null]);
});
