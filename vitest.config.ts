import { defineConfig } from 'vitest/config';
import { ipcNames } from './scripts/ipc-names.ts';

const TESTS = '**/*.test.{ts,tsx}';
/**
 * Tests that keep nothing outside what a test makes: their files share processes, and what they import is loaded once,
 * which is half of what they cost. What mocks modules, measures memory or changes its process belongs elsewhere.
 */
const TOGETHER = [
  `{shared,scripts}/${TESTS}`,
  `renderer/{features,i18n,text,ui}/${TESTS}`,
  `electron/core/{account-store,api,export,handlers,publisher,search,session}/${TESTS}`,
  `electron/core/store/{tables,views}/${TESTS}`,
  `server/business/${TESTS}`,
];

export default defineConfig({
  define: ipcNames,
  test: {
    server: { deps: { inline: ['wukongimjssdk'] } },
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // Some wait for time-outs of the wire or for child processes: one more than the processors of the smallest machine
    // we test on.
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        test: {
          name: 'alone',
          include: [`{electron,renderer,shared,server,e2e,bench,scripts}/${TESTS}`],
          exclude: [...TOGETHER, '**/node_modules/**'],
        },
      },
      { extends: true, test: { name: 'together', include: TOGETHER, isolate: false } },
    ],
  },
});
