import { expect, it } from 'vitest';
import { outputType } from './output.ts';

it('a JPEG stays one, everything else is a PNG, whatever it is called', () => {
  for (const [name, mime] of [
    ['a.JPG', 'image/jpeg'],
    ['a.b.jpeg', 'image/jpeg'],
    ['a.png', 'image/png'],
    ['a.webp', 'image/png'],
    ['jpg', 'image/png'],
    ['', 'image/png'],
  ] as const)
    expect(outputType(name)).toBe(mime);
});
