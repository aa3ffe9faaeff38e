import { defineConfig } from 'playwright/test';

/** Specs against a server that is already running (`npm run e2e -- --server URL`); not part of `npm test`. */
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results',
  globalSetup: '../global-setup.ts',
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
});
