import type { CollabTables } from './collab-tables.ts';
import type { StoreTables } from './store-tables.ts';
import type { WorkspaceTables } from './workspace-tables.ts';

/** Every table of the database, as Kysely types it. The migrations create what is named here. */
export interface Database extends CollabTables, WorkspaceTables, StoreTables {}
