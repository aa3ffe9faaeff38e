import { describe, expect, it } from 'vitest';
import { accountName, accountNames, bareDigits, phoneNumber, saysZone, withZone } from './phone-number.ts';
import { PHONE_REGIONS } from './phone-zones.ts';

describe('the account of a phone number', () => {
  it.each([
    '13800138000',
    ' 138 0013 8000 ',
    '138-0013-8000',
    '138–0013—8000',
    '138.0013.8000',
    '(138) 0013 8000',
    '+86 138 0013 8000',
    '+8613800138000',
    '+86-138-0013-8000',
    '0086 138 0013 8000',
    '008613800138000',
    '86 138 0013 8000',
    '8613800138000',
    '(+86)13800138000',
    '１３８００１３８０００',
    '＋８６　１３８　００１３　８０００',
    '００８６13800138000',
    'tel:+8613800138000',
    '\u202d138 0013 8000\u202c',
    '138\u00a00013\u20098000',
    '\ufeff+86\u200b13800138000',
    '+0086 13800138000',
  ])('%s', (typed) => expect(accountName(typed)).toBe('008613800138000'));

  it.each([
    ['+852 9123 4567', '0085291234567'],
    ['00852-91234567', '0085291234567'],
    ['+1 (415) 555-2671', '0014155552671'],
    ['+886 912 345 678', '00886912345678'],
    ['+971 50 123 4567', '00971501234567'],
    ['+86 10 1234 5678', '00861012345678'],
  ])('%s', (typed, name) => expect(accountName(typed)).toBe(name));

  it('knows where the zone ends', () => {
    expect(phoneNumber('+852 9123 4567')).toEqual({ zone: '00852', phone: '91234567' });
    expect(phoneNumber('+7 912 345 67 89')).toEqual({ zone: '007', phone: '9123456789' });
    expect(phoneNumber('+971 50 123 4567')).toEqual({ zone: '00971', phone: '501234567' });
    expect(phoneNumber('+20 10 0123 4567')).toEqual({ zone: '0020', phone: '1001234567' });
    expect(phoneNumber('00351-912-345-678')).toEqual({ zone: '00351', phone: '912345678' });
  });
});

it.each([
  'alice001',
  ' chenyu01 ',
  'alice-001',
  '12345678',
  '1234-5678',
  '10086',
  '12800138000',
  '138001380001',
  '138 0013 8000x',
  '陈屿 13800138000',
  'a@example.com',
  '+86',
  '+86 123',
  '++8613800138000',
  '13800138000+',
  '',
  '1'.repeat(100_000),
])('what is no phone number stays as it is: %.20s', (typed) => {
  expect(accountName(typed)).toBe(typed.trim());
  expect(accountNames(typed)).toEqual([typed.trim()]);
});

it('people are found by zone and number, number, and the digits as a name', () => {
  expect(accountNames('+86 138 0013 8000')).toEqual(['008613800138000', '13800138000', '+86 138 0013 8000']);
  expect(accountNames('13800138000')).toEqual(['008613800138000', '13800138000']);
});

it('a zone is chosen for digits alone, and only for them', () => {
  expect(bareDigits('9123 4567')).toBe('91234567');
  for (const typed of ['alice001', '+85291234567', '0085291234567', '1234', '']) {
    expect(bareDigits(typed)).toBe('');
    expect(withZone(typed, '00852')).toBe(typed);
  }
  expect(accountName(withZone('9123 4567', '00852'))).toBe('0085291234567');
  expect(accountName(withZone('138 0013 8000', '0086'))).toBe('008613800138000');
  // The 0 that is dialled within a country only.
  expect(accountName(withZone('07911 123456', '0044'))).toBe('00447911123456');
  // Digits that are no mainland number stay a user name until another zone is chosen.
  expect(accountName(withZone('9123 4567', '0086'))).toBe('9123 4567');
});

it('every zone that is offered is understood again', () => {
  for (const { zone } of PHONE_REGIONS)
    expect(phoneNumber(withZone('5123456789', zone))).toEqual(
      zone === '0086' ? null : { zone, phone: '5123456789' },
    );
});

it('a number says its zone or leaves it to be chosen', () => {
  for (const [typed, zone, says] of [
    ['+852 9123 4567', '0086', true],
    ['0085291234567', '0086', true],
    ['86 138 0013 8000', '0086', true],
    ['138 0013 8000', '0086', false],
    ['9123 4567', '00852', false],
    ['07911 123456', '0044', false],
  ] as const) {
    const number = phoneNumber(withZone(typed, zone));
    expect(number).not.toBeNull();
    expect(saysZone(typed, number ?? { zone: '', phone: '' })).toBe(says);
  }
});
