import { describe, expect, it } from 'vitest';
import { latinKey } from './latin-key.ts';

describe('latinKey', () => {
  it.each([
    ['л', 'KeyK', 'k'],
    ['Л', 'KeyK', 'k'],
    ['κ', 'KeyK', 'k'],
    ['ㅏ', 'KeyK', 'k'],
    ['ל', 'KeyK', 'k'],
    ['ن', 'KeyK', 'k'],
    ['ı', 'KeyI', 'i'],
    ['б', 'Comma', ','],
    ['ת', 'Comma', ','],
    ['é', 'Digit2', '2'],
    ['٣', 'Digit3', '3'],
    ['K', 'KeyK', 'k'],
    ['ArrowUp', 'ArrowUp', 'arrowup'],
    ['Enter', 'Enter', 'enter'],
    ['\u{1e922}', 'KeyK', 'k'],
  ])('%s on %s is %s', (key, code, latin) => expect(latinKey({ key, code })).toBe(latin));

  it('leaves the letters and signs of Latin layouts where they are', () => {
    latinKey({ key: 'a', code: 'KeyQ' });
    // AZERTY, Dvorak.
    for (const [key, code, keyCode] of [
      ['a', 'KeyQ', 65],
      [',', 'KeyM', 188],
      [',', 'KeyW', 188],
      ["'", 'KeyQ', 222],
      ['-', 'Slash', 189],
    ] as const) {
      expect(latinKey({ key, code, keyCode })).toBe(key);
    }
  });

  it('knows signs that other scripts write with the keys of letters', () => {
    // Hebrew on Windows: the number of the key is its letter's.
    expect(latinKey({ key: '/', code: 'KeyQ', keyCode: 81 })).toBe('q');
    // Without a number, after Hebrew was typed.
    latinKey({ key: 'ש', code: 'KeyA' });
    expect(latinKey({ key: '/', code: 'KeyQ' })).toBe('q');
    expect(latinKey({ key: '.', code: 'Slash', keyCode: 191 })).toBe('/');
    latinKey({ key: 'a', code: 'KeyA' });
    expect(latinKey({ key: ',', code: 'KeyM' })).toBe(',');
  });
});
