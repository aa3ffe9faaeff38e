import { describe, expect, it } from 'vitest';
import { avatarHue, avatarInitial, avatarLightness } from './avatar-look.ts';
import { placeMenu } from './menu-placement.ts';
import { TypeAhead } from './type-ahead.ts';

describe('avatar', () => {
  it('has a stable hue in 0-359', () => {
    for (const id of ['', 'a', 'u1', '群', 'x'.repeat(500)]) {
      expect(avatarHue(id)).toBe(avatarHue(id));
      expect(avatarHue(id)).toBeGreaterThanOrEqual(0);
      expect(avatarHue(id)).toBeLessThan(360);
    }
    expect(avatarHue('alice')).not.toBe(avatarHue('bob'));
  });
  it('is as light as white letters on it allow, whatever the hue', () => {
    const light = Array.from({ length: 360 }, (_, hue) => avatarLightness(hue));
    expect(Math.max(...light)).toBe(47);
    // hsl(60 42% 33%) is rgb(119 119 49): 4.60; one percent more is 4.39.
    expect(light[60]).toBe(33);
    expect(Math.min(...light)).toBeGreaterThan(30);
  });
  it.each([
    ['许一诺', '许'],
    ['  anna', 'A'],
    ['👩‍👩‍👧 family', '👩‍👩‍👧'],
    ['', '?'],
  ])('%s', (name, initial) => {
    expect(avatarInitial(name)).toBe(initial);
  });
});

const rect = (left: number, top: number, right: number, bottom: number) => ({ left, top, right, bottom });

describe('placeMenu', () => {
  const view = { innerWidth: 1000, innerHeight: 600 };
  const size = { width: 248, height: 200 };
  it('opens right of and below the point', () => {
    expect(placeMenu({ x: 100, y: 100 }, size, view)).toEqual({ left: 100, top: 100 });
  });
  it('flips at the right and bottom edge', () => {
    expect(placeMenu({ x: 900, y: 550 }, size, view)).toEqual({ left: 652, top: 350 });
  });
  it('goes under what it must not cover, else above it', () => {
    expect(placeMenu({ x: 100, y: 120, avoid: rect(50, 100, 400, 160) }, size, view).top).toBe(166);
    expect(placeMenu({ x: 100, y: 420, avoid: rect(50, 400, 400, 460) }, size, view).top).toBe(194);
  });
  it('stays in the window whatever is asked', () => {
    for (const x of [-50, 0, 500, 1200]) {
      for (const y of [-50, 0, 300, 900]) {
        // Also beside what is above or below it.
        for (const avoid of [rect(0, 100, 1000, 590), rect(0, -300, 400, -200), rect(0, 900, 400, 990)]) {
          const { left, top } = placeMenu({ x, y, avoid }, size, view);
          expect(left).toBeGreaterThanOrEqual(8);
          expect(top).toBeGreaterThanOrEqual(8);
          expect(left + size.width).toBeLessThanOrEqual(992);
          expect(top + size.height).toBeLessThanOrEqual(592);
        }
      }
    }
  });
});

describe('TypeAhead', () => {
  const labels = ['Reply', 'Copy', 'Recall', 'Forward'];
  it('goes on to the next match for the same letter, and around', () => {
    const typing = new TypeAhead();
    expect(typing.find('r', labels, 0, 0)).toBe(2);
    expect(typing.find('r', labels, 2, 100)).toBe(0);
  });
  it('joins letters that come quickly', () => {
    const typing = new TypeAhead();
    expect(typing.find('r', labels, 1, 0)).toBe(2);
    expect(typing.find('e', labels, 2, 200)).toBe(2);
    expect(typing.find('p', labels, 2, 400)).toBe(0);
  });
  it('starts a new word after a pause', () => {
    const typing = new TypeAhead();
    expect(typing.find('r', labels, 1, 0)).toBe(2);
    expect(typing.find('c', labels, 2, 2_000)).toBe(1);
    expect(typing.find('x', labels, 1, 9_000)).toBe(-1);
  });
});
