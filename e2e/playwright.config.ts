import { defineConfig } from 'playwright/test';

export default defineConfig({
  testDir: './specs',
  outputDir: '../test-results',
  globalSetup: './global-setup.ts',
  // Every test starts its own servers and one to three browsers.
  workers: Number(process.env['WUKONG_E2E_WORKERS'] ?? 1),
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
});
