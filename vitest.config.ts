import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{electron,renderer,shared,server,e2e,bench,scripts}/**/*.test.{ts,tsx}'],
    server: { deps: { inline: ['wukongimjssdk'] } },
    testTimeout: 20_000,
    hookTimeout: 20_000,
    maxWorkers: 2,
  },
});
