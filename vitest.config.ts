import { readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const packages = readdirSync(new URL('packages', import.meta.url)).map(
  (name) => `packages/${name}`,
);

/** The API's own tests a second time, on the other store. */
const ON_POSTGRES = [
  'activities',
  'administration',
  'export',
  'files',
  'housekeeping',
  'live-rights',
  'mail',
  'operator',
  'sign-in',
];

export default defineConfig({
  test: {
    projects: [
      ...[...packages, 'server', 'web', 'tooling'].map((root) => ({
        extends: true as const,
        test: { name: root, root, include: ['src/**/*.test.ts', 'test/**/*.test.ts', '*.test.ts'] },
      })),
      {
        extends: true as const,
        test: {
          name: 'server-postgres',
          root: 'server',
          include: ON_POSTGRES.map((name) => `test/${name}.test.ts`),
          env: { PLENARY_TEST_STORE: 'postgres' },
          globalSetup: [new URL('server/test/postgres-for-all.ts', import.meta.url).pathname],
        },
      },
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
