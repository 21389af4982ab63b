import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Peer } from './peers/peer.ts';
import { packageVersion } from './peers/versions.ts';
import type { Row, Shape } from './shapes/shape.ts';

/** What a shape measured of every server it was run against. */
export type Measured = {
  readonly shape: Shape;
  readonly rows: readonly { readonly peer: Peer; readonly row: Row }[];
};

const RESULTS = join(import.meta.dirname, '..', 'results');
const GIGABYTE = 1_073_741_824;

/** A table with a line for each server, in characters of one width. */
export function tableOf({ shape, rows }: Measured): string {
  const columns = Object.keys(rows[0]?.row ?? {});
  const lines = [
    ['server', ...columns],
    ...rows.map(({ peer, row }) => [
      `${peer.name} ${peer.version}`,
      ...columns.map((column) => row[column]?.shown ?? ''),
    ]),
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
  return [`${shape.letter}. ${shape.title}`, ...written].join('\n');
}

/** Keeps a result with everything needed to judge it; returns the file's name. */
export function keep(measured: Measured, command: string): string {
  const now = new Date();
  const name = `${now.toISOString().slice(0, 19).replaceAll(':', '')}-${measured.shape.letter}.json`;
  const content = {
    shape: measured.shape.letter,
    title: measured.shape.title,
    at: now.toISOString(),
    command,
    settings: measured.shape.settings,
    machine: {
      processor: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGigabytes: Math.round(totalmem() / GIGABYTE),
      system: `${platform()} ${release()} ${arch()}`,
      node: process.version,
    },
    versions: Object.fromEntries(
      ['yjs', 'ws', 'y-protocols'].map((of) => [of, packageVersion(of)]),
    ),
    servers: measured.rows.map(({ peer, row }) => ({
      name: peer.name,
      version: peer.version,
      storage: peer.storage,
      values: Object.fromEntries(Object.entries(row).map(([key, { value }]) => [key, value])),
      shown: Object.fromEntries(Object.entries(row).map(([key, { shown }]) => [key, shown])),
    })),
  };
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, name), `${JSON.stringify(content, null, 2)}\n`);
  return name;
}
