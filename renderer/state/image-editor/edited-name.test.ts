import { expect, it } from 'vitest';
import { editedName } from './edited-name.ts';

it('the name ends as what the picture is now', () => {
  for (const [name, mime, edited] of [
    ['a.JPG', 'image/jpeg', 'a.JPG'],
    ['a.jpeg', 'image/jpeg', 'a.jpeg'],
    ['holiday.2026.webp', 'image/png', 'holiday.2026.png'],
    ['a.png', 'image/png', 'a.png'],
    ['', 'image/png', 'image.png'],
    ['.bmp', 'image/png', 'image.png'],
  ] as const)
    expect(editedName(name, mime)).toBe(edited);
});
