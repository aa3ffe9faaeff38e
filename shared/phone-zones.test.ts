import { expect, it } from 'vitest';
import { phoneNumber } from './phone-number.ts';
import { PHONE_REGIONS, regionOf, zoneOf } from './phone-zones.ts';

it('has every region once, with a code that numbers are cut at', () => {
  expect(new Set(PHONE_REGIONS.map(({ region }) => region)).size).toBe(PHONE_REGIONS.length);
  expect(PHONE_REGIONS.length).toBeGreaterThan(230);
  const wrong = PHONE_REGIONS.filter(({ zone }) => {
    const number = phoneNumber(`+${zone.slice(2)} 5123 4567`);
    return number?.zone !== zone || number.phone !== '51234567';
  });
  expect(wrong).toEqual([]);
});

it('each has a name in both languages', () => {
  for (const language of ['zh-CN', 'en']) {
    const names = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
    expect(PHONE_REGIONS.filter(({ region }) => names.of(region) === undefined)).toEqual([]);
  }
});

it('goes from region to code and back, to the best known of those that share one', () => {
  expect(zoneOf('HK')).toBe('00852');
  expect(regionOf('001')).toBe('US');
  expect(regionOf('007')).toBe('RU');
  expect(regionOf('00999')).toBe(null);
});
