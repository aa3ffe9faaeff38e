import { defineConfig } from 'vitest/config';
import { ipcNames } from './scripts/ipc-names.ts';

export default defineConfig({
  define: ipcNames,
  test: {
    include: ['{electron,renderer,shared,server,e2e,bench,scripts}/**/*.test.{ts,tsx}'],
    server: { deps: { inline: ['wukongimjssdk'] } },
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // Some wait for time-outs of the wire or for child processes: one more than the processors of the smallest machine
    // we test on.
    maxWorkers: 3,
  },
});
