import { expect, it } from 'vitest';

const sources = import.meta.glob<string>(['./**/*.ts', '!./**/*.test.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

it('every store that listens from the start is loaded at the start', () => {
  const listens = /^(?:on[A-Z]\w*|watch\w+|use[A-Z]\w*\.subscribe)\(/m;
  const listening = Object.keys(sources).filter((path) => listens.test(sources[path] ?? ''));
  const list = sources['./listening.ts'] ?? '';
  const loaded = [...list.matchAll(/^import '(.+)';$/gm)].map(([, path]) => path);
  expect(listening.length).toBeGreaterThan(5);
  expect(new Set(loaded)).toEqual(new Set(listening));
});
