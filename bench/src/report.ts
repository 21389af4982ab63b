import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Peer } from './peers/peer.ts';
import { packageVersion } from './peers/versions.ts';
import type { Point, Row, Shape } from './shapes/shape.ts';

/** What was measured of one thing, by name. */
export type NamedRow = { readonly name: string; readonly row: Row };

/** What a shape measured of every server it was run against. */
export type Measured = {
  readonly shape: Shape;
  readonly of: readonly { readonly peer: Peer; readonly points: readonly Point[] }[];
};

/** A result to keep, with everything needed to judge it. */
export type Result = {
  readonly title: string;
  readonly command: string;
  readonly settings: Readonly<Record<string, number>>;
  readonly rows: readonly NamedRow[];
  readonly [more: string]: unknown;
};

const RESULTS = join(import.meta.dirname, '..', 'results');
const GIGABYTE = 1_073_741_824;

/** A table with a line for each server, in characters of one width. */
export function tableOf({ shape, of }: Measured): string {
  return tableOfRows(`${shape.letter}. ${shape.title}`, named(of));
}

/** A line for each server at each size. */
function named(of: Measured['of']): NamedRow[] {
  return of.flatMap(({ peer, points }) =>
    points.map(({ at, row }) => ({
      name: `${peer.name} ${peer.version}${at === '' ? '' : `, ${at}`}`,
      row,
    })),
  );
}

/** A table of rows that have the same columns, under a title. */
export function tableOfRows(title: string, rows: readonly NamedRow[]): string {
  const columns = Object.keys(rows[0]?.row ?? {});
  const lines = [
    ['', ...columns],
    ...rows.map(({ name, row }) => [name, ...columns.map((column) => row[column]?.shown ?? '')]),
  ];
  const widths = lines[0]!.map((_, column) =>
    Math.max(...lines.map((line) => line[column]!.length)),
  );
  const written = lines.map((line) =>
    line
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!),
      )
      .join('   '),
  );
  return [title, ...written].join('\n');
}

/** Keeps what a shape measured; returns the file's name. */
export function keep({ shape, of }: Measured, command: string): string {
  return keepResult(shape.letter, {
    title: shape.title,
    command,
    settings: shape.settings,
    storage: Object.fromEntries(of.map(({ peer }) => [peer.name, peer.storage])),
    rows: named(of),
  });
}

/** Keeps a result with the moment, the machine and the versions; returns the file's name. */
export function keepResult(shape: string, result: Result): string {
  const now = new Date();
  const name = `${now.toISOString().slice(0, 19).replaceAll(':', '')}-${shape}.json`;
  const { rows, ...about } = result;
  const content = {
    shape,
    at: now.toISOString(),
    ...about,
    machine: {
      processor: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGigabytes: Math.round(totalmem() / GIGABYTE),
      system: `${platform()} ${release()} ${arch()}`,
      node: process.version,
    },
    versions: { yjs: packageVersion(import.meta.resolve('yjs')) },
    measured: rows.map(({ name: of, row }) => ({
      of,
      values: Object.fromEntries(Object.entries(row).map(([key, { value }]) => [key, value])),
      shown: Object.fromEntries(Object.entries(row).map(([key, { shown }]) => [key, shown])),
    })),
  };
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, name), `${JSON.stringify(content, null, 2)}\n`);
  return name;
}
