/** Specs that change the system they run on; scripts/dist/smoke runs them, as root and on a package of its own. */
import { defineConfig } from 'playwright/test';

export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/installed',
  globalSetup: '../global-setup.ts',
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 240_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
});
