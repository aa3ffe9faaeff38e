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
  `electron/core/${TESTS}`,
  `server/{business,guard,im}/${TESTS}`,
  `e2e/{fixtures,soak}/${TESTS}`,
];
/** Of those, what needs a process of its own. */
const APART = [
  // Memory and processor time are measured.
  'electron/core/connection/frame-cutter.test.ts',
  'electron/core/media/films.test.ts',
  'electron/core/sync/{catch-up,pinned-tips}.test.ts',
  'electron/core/slow-text.test.ts',
  'server/guard/guard-hardening.test.ts',
  // The bare SDK is one object for all of a process.
  'electron/core/connection/sdk-*.test.ts',
  'server/im/sdk-interop.test.ts',
  // Modules are mocked, or authorities and variables of the process changed.
  'electron/core/network/*.test.ts',
  'electron/core/residue/residue-scanner.test.ts',
  'renderer/features/search/search-store.test.ts',
  // Tens of seconds in one file, to which a process of its own is little.
  'electron/core/recall/one-state.test.ts',
  '**/*.integration.test.ts',
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
      { extends: true, test: { name: 'apart', include: APART } },
      {
        extends: true,
        test: {
          name: 'together',
          include: TOGETHER,
          exclude: [...APART, '**/node_modules/**'],
          isolate: false,
        },
      },
    ],
  },
});
