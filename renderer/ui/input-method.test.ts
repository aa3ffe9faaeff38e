// oxlint-disable-next-line no-restricted-imports -- looks through the sources
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InputMethodKeys } from './input-method.ts';

const press = (timeStamp: number, keyCode = 13, isComposing = false) => ({ timeStamp, keyCode, isComposing });

describe('keys of an input method', () => {
  it('are those while it composes, and those it reports as its own', () => {
    const keys = new InputMethodKeys();
    expect(keys.takes(press(1, 13, true))).toBe(true);
    expect(keys.takes(press(2, 229))).toBe(true);
    expect(keys.takesCharacter()).toBe(true);
    expect(keys.takes(press(3))).toBe(false);
    expect(keys.takesCharacter()).toBe(false);
  });
  it('are also the one that ended a composition, told after its end', () => {
    const keys = new InputMethodKeys();
    keys.compositionEnded(100);
    expect(keys.takes(press(101))).toBe(true);
    // The next Enter sends.
    expect(keys.takes(press(102))).toBe(false);
    keys.compositionEnded(200);
    keys.released();
    expect(keys.takes(press(201))).toBe(false);
    keys.compositionEnded(300);
    expect(keys.takes(press(400))).toBe(false);
  });
  it('are not the Enter that a Korean method commits with and passes on', () => {
    const keys = new InputMethodKeys();
    expect(keys.takes(press(100, 229, true))).toBe(true);
    keys.compositionEnded(101);
    expect(keys.takes(press(102))).toBe(false);
  });
});

const files = Object.keys(import.meta.glob('../**/*.{ts,tsx}')).filter((path) => !path.endsWith('.test.ts'));
const source = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

describe('no key handler goes without the guard', () => {
  it('stands there before anything is drawn or listens', () => {
    const main = source('../main.tsx');
    expect(main.indexOf('guardKeys(window)')).toBeGreaterThan(0);
    expect(main.indexOf('guardKeys(window)')).toBeLessThan(main.indexOf('createRoot(root)'));
    expect(files.length).toBeGreaterThan(200);
    // At the left margin: while modules are loaded, which is before the guard.
    const early = /^(?:window|document|globalThis)\.(?:addEventListener|onkey)/m;
    expect(files.filter((path) => early.test(source(path)))).toEqual([]);
  });
  it('nobody else has an opinion of its own', () => {
    const own =
      /isComposing|keyCode\b|compositionend|onComposition|keypress|onKeyPress|onkey(?:down|up|press)\b/;
    const found = files.filter((path) => !path.endsWith('input-method.ts') && own.test(source(path)));
    // The code of a key says its letter on layouts of other scripts.
    expect(found.filter((path) => !path.endsWith('latin-key.ts'))).toEqual([]);
  });
});
