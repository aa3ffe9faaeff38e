import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extended, MAX_SELECTED, type Picks, toggled, without } from './selection.ts';

const order = Array.from({ length: 200 }, (_, index) => `k${index}`);
const keysOf = (picks: Picks | null): string[] => [...(picks?.keys ?? [])];

describe('selection', () => {
  it('begins with one, takes in and out, and ends with none', () => {
    let picks = toggled(null, 'k3');
    picks = toggled(picks, 'k5');
    expect(keysOf(picks)).toEqual(['k3', 'k5']);
    picks = toggled(picks, 'k3');
    expect(keysOf(picks)).toEqual(['k5']);
    expect(toggled(picks, 'k5')).toBeNull();
  });

  it('extends from the anchor in both directions and keeps it', () => {
    const picks = toggled(null, 'k5');
    const down = extended(picks, 'k7', order);
    expect(keysOf(down)).toEqual(['k5', 'k6', 'k7']);
    expect(keysOf(extended(down, 'k3', order)).toSorted()).toEqual(['k3', 'k4', 'k5', 'k6', 'k7']);
    expect(extended(down, 'k3', order)?.anchor).toBe('k5');
  });

  it('starts anew where the anchor is no longer shown', () => {
    const picks = toggled(null, 'gone');
    expect(keysOf(extended(picks, 'k2', order))).toEqual(['gone', 'k2']);
    expect(extended(picks, 'nowhere', order)).toBe(picks);
  });

  it('says when a pick does not fit, and keeps those next to the anchor', () => {
    const full = extended(toggled(null, 'k150'), 'k0', order);
    expect(full).toMatchObject({ full: true, anchor: 'k150' });
    expect(keysOf(full)).toHaveLength(MAX_SELECTED);
    expect(keysOf(full)).toContain('k51');
    expect(keysOf(full)).not.toContain('k50');
    expect(toggled(full, 'k199')).toMatchObject({ full: true });
  });

  it('loses what is gone and ends when it is empty', () => {
    const picks = extended(toggled(null, 'k1'), 'k3', order) as Picks;
    expect(without(picks, new Set(['other']))).toBe(picks);
    expect(keysOf(without(picks, new Set(['k2'])))).toEqual(['k1', 'k3']);
    expect(without(picks, new Set(['k1', 'k2', 'k3']))).toBeNull();
  });

  it('never holds a key twice, more than the limit, or nothing', () => {
    const step = fc.tuple(fc.constantFrom('toggle', 'extend', 'gone'), fc.nat({ max: 199 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let picks: Picks | null = null;
        for (const [what, at] of steps) {
          const key = `k${at}`;
          if (what === 'toggle') picks = toggled(picks, key);
          else if (what === 'extend') picks = extended(picks, key, order);
          else if (picks) picks = without(picks, new Set([key]));
          const keys = keysOf(picks);
          expect(new Set(keys).size).toBe(keys.length);
          expect(keys.length).toBeLessThanOrEqual(MAX_SELECTED);
          expect(picks === null).toBe(keys.length === 0);
        }
      }),
    );
  });
});
