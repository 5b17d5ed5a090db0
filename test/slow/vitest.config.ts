import { defineConfig } from 'vitest/config';

/** The suites that take minutes: `npm run test:slow`. */
export default defineConfig({
  test: { include: ['test/slow/**/*.slow.ts'], testTimeout: 1_800_000 },
});
