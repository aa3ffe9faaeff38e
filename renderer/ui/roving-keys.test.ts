import { describe, expect, it } from 'vitest';
import { rovingTarget } from './roving-keys.ts';

describe('rovingTarget', () => {
  it('goes up and down and holds at the ends', () => {
    expect(rovingTarget('ArrowDown', { count: 3, at: 0 })).toBe(1);
    expect(rovingTarget('ArrowDown', { count: 3, at: 2 })).toBe(2);
    expect(rovingTarget('ArrowUp', { count: 3, at: 0 })).toBe(0);
    expect(rovingTarget('ArrowDown', { count: 3, at: -1 })).toBe(0);
  });
  it('goes around where asked to, also from no row at all', () => {
    expect(rovingTarget('ArrowDown', { count: 3, at: 2, wrap: true })).toBe(0);
    expect(rovingTarget('ArrowUp', { count: 3, at: 0, wrap: true })).toBe(2);
    expect(rovingTarget('ArrowUp', { count: 3, at: -1, wrap: true })).toBe(2);
  });
  it('leaves Home, End and the page keys alone unless they are wanted', () => {
    expect(rovingTarget('Home', { count: 3, at: 2 })).toBeNull();
    expect(rovingTarget('PageDown', { count: 30, at: 2 })).toBeNull();
    expect(rovingTarget('Home', { count: 3, at: 2, edges: true })).toBe(0);
    expect(rovingTarget('End', { count: 3, at: 0, edges: true })).toBe(2);
    expect(rovingTarget('PageDown', { count: 30, at: 2, page: 10 })).toBe(12);
    expect(rovingTarget('PageUp', { count: 30, at: 2, page: 10 })).toBe(0);
  });
  it('walks a grid in four directions and stays where there is no neighbour', () => {
    const grid = { count: 20, at: 9, columns: 8 };
    expect(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'].map((key) => rovingTarget(key, grid))).toEqual(
      [8, 10, 1, 17],
    );
    expect(rovingTarget('ArrowDown', { ...grid, at: 14 })).toBe(14);
    expect(rovingTarget('ArrowUp', { ...grid, at: 3 })).toBe(3);
  });
  it('walks a row sideways only', () => {
    expect(rovingTarget('ArrowRight', { count: 3, at: 2, wrap: true, horizontal: true })).toBe(0);
    expect(rovingTarget('ArrowDown', { count: 3, at: 1, horizontal: true })).toBeNull();
  });
  it('has nowhere to go without rows', () => {
    expect(rovingTarget('ArrowDown', { count: 0, at: -1 })).toBeNull();
  });
});
