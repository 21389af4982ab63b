import type Database from 'better-sqlite3';

/** A table of a backup's database. */
export interface StagedTable {
  readonly name: string;
  readonly columns: readonly string[];
}

/**
 * Our tables in a SQLite database, each after those it refers to, so that rows can be written in this
 * order. What belongs to SQLite or keeps the migrations is not among them.
 */
export function tablesOf(connection: Database.Database): readonly StagedTable[] {
  const names = connection
    .prepare<[], string>(
      `select name from sqlite_master where type = 'table'
       and name not like 'sqlite_%' and name not like 'kysely_%' order by name`,
    )
    .pluck()
    .all();
  const columnsOf = connection
    .prepare<[string], string>('select name from pragma_table_info(?)')
    .pluck();
  const parentsOf = connection
    .prepare<[string], string>('select distinct "table" from pragma_foreign_key_list(?)')
    .pluck();
  const sorted: string[] = [];
  const add = (name: string): void => {
    if (sorted.includes(name)) return;
    for (const parent of parentsOf.all(name)) if (parent !== name) add(parent);
    sorted.push(name);
  };
  for (const name of names) add(name);
  return sorted.map((name) => ({ name, columns: columnsOf.all(name) }));
}

/** A name as both databases take it. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Names as both databases take them, with commas between. */
export function quotedNames(names: readonly string[]): string {
  return names.map(quotedName).join(', ');
}
