import { readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const packages = readdirSync(new URL('packages', import.meta.url)).map(
  (name) => `packages/${name}`,
);

export default defineConfig({
  test: {
    projects: [...packages, 'server', 'web', 'tooling'].map((root) => ({
      extends: true as const,
      test: { name: root, root, include: ['src/**/*.test.ts', 'test/**/*.test.ts', '*.test.ts'] },
    })),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
