import { expect, test } from 'vitest';
import { serverTime } from './server-time.ts';

test.each([
  ['zh', '2026-11-30 09:17:49', '2026年11月30日 09:17'],
  ['en', '2026-11-30 21:17:49', 'Nov 30, 2026, 9:17 PM'],
  ['zh', '2026-02-31 09:17:49', '2026-02-31 09:17:49'],
  ['en', '2026-11-30 25:17:49', '2026-11-30 25:17:49'],
  ['en', 'yesterday', 'yesterday'],
  ['zh', '', ''],
] as const)('%s: %s', (language, worded, shown) => {
  expect(serverTime(language, worded)).toBe(shown);
});
