import type { Migration } from 'kysely/migration';
import { collabMigration } from './0001-collab.ts';
import { workspaceMigration } from './0002-workspace.ts';
import { sharedStoreMigration } from './0003-shared-store.ts';

/** Every migration by name; the names sort in the order of running and never change. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-collab': collabMigration,
  '0002-workspace': workspaceMigration,
  '0003-shared-store': sharedStoreMigration,
};
