import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: ['packages/*', 'server', 'tooling'].map((root) => ({
      extends: true as const,
      test: { name: root, root, include: ['src/**/*.test.ts', 'test/**/*.test.ts', '*.test.ts'] },
    })),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    passWithNoTests: false,
    maxWorkers: 2,
  },
});
