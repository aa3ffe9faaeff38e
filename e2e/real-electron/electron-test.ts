/**
 * What only Electron's own runtime can show. On the stand-in each of these specs is skipped by its name and reason;
 * `npm test` lists them and counts no other skip as harmless (scripts/spec-sum.ts).
 */
import { test as base } from '../fixtures/test.ts';

export { expect } from '../fixtures/test.ts';

export const test = base.extend<{ electronOnly: undefined }>({
  electronOnly: [
    async ({ runtime }, use, testInfo) => {
      testInfo.skip(runtime.kind !== 'electron', "needs Electron's own runtime");
      await use(undefined);
    },
    { auto: true },
  ],
});

/** Some parts exist on one system only. */
export function only(systems: readonly NodeJS.Platform[], why: string): void {
  test.skip(!systems.includes(process.platform), why);
}
