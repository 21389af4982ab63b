/** Set-up of the `server-postgres` project: one PostgreSQL for all its files. */
import type { TestProject } from 'vitest/node';
import { startTestPostgres, type TestPostgres } from './test-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of a database of the server that all files of the project share. */
    readonly postgresUrl: string;
  }
}

let server: TestPostgres | null = null;

/** Called by vitest before the first file. */
export async function setup(project: TestProject): Promise<void> {
  server = await startTestPostgres();
  project.provide('postgresUrl', server.url('postgres'));
}

/** Called by vitest after the last file. */
export async function teardown(): Promise<void> {
  await server?.stop();
}
