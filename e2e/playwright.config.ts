import { defineConfig } from 'playwright/test';

export default defineConfig({
  outputDir: '../test-results',
  globalSetup: './global-setup.ts',
  // Every test starts servers, profiles and browsers of its own, on free ports and in temporary folders: any two can
  // run at the same time, also of one file. They wait for much of their time, so there may be more of them than
  // processors.
  fullyParallel: true,
  workers: Number(process.env['WUKONG_E2E_WORKERS'] ?? 3),
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  projects: [
    { name: 'app', testDir: './specs' },
    // Skipped by name on the stand-in.
    { name: 'electron', testDir: './real-electron' },
  ],
});
