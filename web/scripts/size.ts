/**
 * Tells what a browser has to load, in compressed kilobytes (1,000 bytes): the script of the first
 * load of every address, and for a report also the editor and what else it fetches at once. Reads
 * what `vite build` left; writes nothing. Equations (KaTeX) and the palette come when they are used.
 *
 * Usage: node scripts/size.ts. Exit code 1 when a budget is exceeded.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** Budgets in kilobytes as they are served (brotli): a page before the editor, a report with it. */
const FIRST_LOAD_KB = 80;
const WITH_EDITOR_KB = 240;

const WEB = path.resolve(import.meta.dirname, '..');
const CLIENT = path.join(WEB, '.svelte-kit/output/client');
const GENERATED = path.join(WEB, '.svelte-kit/generated/build/client-optimized');

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
}

const manifest = JSON.parse(
  readFileSync(path.join(CLIENT, '.vite/manifest.json'), 'utf8'),
) as Readonly<Record<string, Chunk>>;

/** The scripts that come with modules, given by the ends of their names in the manifest. */
function scripts(...endings: readonly string[]): Set<string> {
  const files = new Set<string>();
  const visit = (name: string): void => {
    const chunk = manifest[name];
    if (chunk === undefined || files.has(chunk.file)) return;
    files.add(chunk.file);
    chunk.imports?.forEach(visit);
  };
  for (const ending of endings) {
    const name = Object.keys(manifest).find((candidate) => candidate.endsWith(ending));
    if (name === undefined) throw new Error(`${ending} is not in the build`);
    visit(name);
  }
  return files;
}

const sizes = new Map<string, { gzip: number; brotli: number }>();

function sizeOf(file: string): { gzip: number; brotli: number } {
  let size = sizes.get(file);
  if (size === undefined) {
    const bytes = readFileSync(path.join(CLIENT, file));
    size = {
      gzip: gzipSync(bytes, { level: 9 }).length,
      brotli: brotliCompressSync(bytes).length,
    };
    sizes.set(file, size);
  }
  return size;
}

function kilobytes(files: ReadonlySet<string>, kind: 'gzip' | 'brotli'): number {
  return [...files].reduce((sum, file) => sum + sizeOf(file)[kind], 0) / 1000;
}

/** Addresses with the numbers of their layouts and pages, from the router's own table. */
function routes(): { address: string; nodes: number[] }[] {
  const table = readFileSync(path.join(GENERATED, 'app.js'), 'utf8');
  return [...table.matchAll(/"(\/[^"]*)": \[(\d+)(?:,\[([\d,]*)\])?/g)].map(
    ([, address = '', page = '', layouts = '']) => ({
      address: address.replaceAll(/\/\([^)]+\)/g, '') || '/',
      nodes: [0, ...layouts.split(',').filter(Boolean).map(Number), Number(page)],
    }),
  );
}

let isOver = false;

function report(label: string, files: ReadonlySet<string>, budget: number): void {
  const brotli = kilobytes(files, 'brotli');
  if (brotli > budget) isOver = true;
  const figures = `${brotli.toFixed(1)} kB brotli, ${kilobytes(files, 'gzip').toFixed(1)} kB gzip`;
  const verdict = brotli > budget ? `, over ${budget}` : '';
  process.stdout.write(`${label.padEnd(36)} ${figures}${verdict}\n`);
}

const START = ['/client/entry.js', '/client/client-entry.js', 'client-optimized/app.js'];
for (const { address, nodes } of routes()) {
  const names = [...START, ...nodes.map((node) => `client-optimized/nodes/${node}.js`)];
  report(address, scripts(...names), FIRST_LOAD_KB);
  if (!address.startsWith('/documents/')) continue;
  const editor = ['collab/engine.ts', 'report/editor-module.ts', 'report/Toolbar.svelte'];
  report(`${address} with the editor`, scripts(...names, ...editor), WITH_EDITOR_KB);
  const live = 'socket.io-client/build/esm/index.js';
  report(`${address} with live news`, scripts(...names, ...editor, live), WITH_EDITOR_KB);
}
process.exit(isOver ? 1 : 0);
