import { describe, expect, it } from 'vitest';
import { isDeeperThan, withoutDeepFields } from './json.ts';

describe('depth of a JSON value', () => {
  it.each([
    [0, 'text', false],
    [0, {}, true],
    [1, {}, false],
    [1, { a: 1 }, false],
    [1, { a: {} }, true],
    [2, [[1], { b: 2 }], false],
    [2, [1, [2, [3]]], true],
  ])('more than %i: %j -> %s', (levels, value, expected) => {
    expect(isDeeperThan(value, levels)).toBe(expected);
  });

  it('is counted without recursion', () => {
    expect(isDeeperThan(JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)), 64)).toBe(true);
  });
});

describe('an object without its deep fields', () => {
  const object = { type: 99, cmd: 'messageRevoke', param: { a: { b: 1 } }, flat: [1] };

  it.each([
    [4, object],
    [3, object],
    [2, { type: 99, cmd: 'messageRevoke', flat: [1] }],
    [1, { type: 99, cmd: 'messageRevoke' }],
  ])('%i levels', (levels, expected) => {
    expect(withoutDeepFields(object, levels)).toEqual(expected);
  });
});
