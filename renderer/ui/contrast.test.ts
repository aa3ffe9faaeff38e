// Vitest replaces imported style sheets by nothing, `?raw` included: the file has to be read.
// oxlint-disable-next-line no-restricted-imports
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/**
 * The tokens are read from the style sheet that ships; the pairs are the ones that meet on screen (ui.md 2, WCAG 2.2
 * AA).
 */

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');

function colours(selector: string): Record<string, string> {
  const start = css.indexOf(selector);
  const block = css.slice(start, css.indexOf('}', start));
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/gi)].map((match) => [match[1], match[2]]),
  );
}
const light = colours(":root,\nhtml[data-theme='light']");
const themes = { light, dark: { ...light, ...colours("html[data-theme='dark']") } };

const channels = (hex: string): number[] => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = channels(hex)
    .map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function ratio(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}
/** `share` of `tint` painted over `under`. */
function mix(tint: string, under: string, share: number): string {
  const below = channels(under);
  const mixed = channels(tint).map((value, at) => Math.round(value * share + (below[at] ?? 0) * (1 - share)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

const TEXT = 4.5;
const GRAPHIC = 3;
const panes = [
  'bg-rail',
  'bg-list',
  'bg-chat',
  'bg-surface',
  'bg-sunken',
  'bg-hover',
  'bg-hover-s',
  'bg-selected',
  'bubble-in',
  'bubble-out',
];
const on = (text: string, backs: string[], least = TEXT): [string, string, number][] =>
  backs.map((back) => [text, back, least]);
const pairs = [
  ...on('text-1', [...panes, 'mark']),
  ...on('text-2', panes),
  ...on('text-3', panes),
  ...on('accent-text', [
    'bg-list',
    'bg-chat',
    'bg-surface',
    'bg-hover',
    'bg-hover-s',
    'bg-selected',
    'accent-soft',
    'bubble-in',
    'bubble-out',
  ]),
  ...on('danger-text', [
    'bg-list',
    'bg-chat',
    'bg-surface',
    'bg-hover',
    'bg-hover-s',
    'bg-selected',
    'danger-soft',
  ]),
  ...on('warn-text', ['bg-list', 'bg-chat', 'bg-surface', 'bg-selected', 'warn-soft']),
  ...on('success-text', ['bg-surface', 'bg-chat', 'success-soft']),
  ...on('on-accent', ['accent', 'accent-hover', 'accent-press']),
  ...on('on-danger', ['danger', 'danger-hover']),
  ...on('on-badge', ['badge', 'badge-muted']),
  ...on('focus', ['bg-rail', 'bg-list', 'bg-chat', 'bg-surface', 'bg-selected'], GRAPHIC),
  ...on('border-strong', ['bg-surface', 'bg-list', 'bg-chat', 'bg-sunken'], GRAPHIC),
  ...on('accent', ['bg-surface', 'bg-list'], GRAPHIC),
];
/** Text on a 9 % tint: quotes, date chips. */
const tinted = [
  ['text-2', 'accent', 'bubble-in'],
  ['text-2', 'accent', 'bubble-out'],
  ['accent-text', 'accent', 'bubble-in'],
  ['accent-text', 'accent', 'bubble-out'],
  ['text-2', 'text-3', 'bubble-in'],
  ['text-2', 'text-3', 'bubble-out'],
  ['text-3', 'text-3', 'bg-chat'],
] as const;

describe.each(Object.entries(themes))('%s tokens', (_name, tokens) => {
  const colour = (name: string): string => {
    const value = tokens[name];
    if (value === undefined) throw new Error(`token --${name} is missing`);
    return value;
  };
  it.each(pairs)('%s on %s is at least %f', (text, back, least) => {
    expect(ratio(colour(text), colour(back))).toBeGreaterThanOrEqual(least);
  });
  it.each(tinted)('%s on 9 %% %s over %s is at least 4.5', (text, tint, under) => {
    expect(ratio(colour(text), mix(colour(tint), colour(under), 0.09))).toBeGreaterThanOrEqual(TEXT);
  });
});

describe('the measure itself', () => {
  it('is 21 for black on white and 1 for equal colours', () => {
    expect(ratio('#000000', '#ffffff')).toBeCloseTo(21);
    expect(ratio('#777777', '#777777')).toBe(1);
  });
});
