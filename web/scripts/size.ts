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
import {
  builtRoutes,
  CLIENT_FOLDER,
  ClientBuild,
  REPORT_ADDRESS,
  REPORT_MODULES,
  START_MODULES,
} from './client-build.ts';

/**
 * Budgets in kilobytes for those who cannot take brotli (plain HTTP), which is always less: a page
 * before the editor, a report until one can type in it, and with what is loaded right after that.
 */
const FIRST_LOAD_KB = 80;
const WITH_EDITOR_KB = 240;
const WITH_LIVE_NEWS_KB = 255;

const sizes = new Map<string, { gzip: number; brotli: number }>();

function sizeOf(file: string): { gzip: number; brotli: number } {
  let size = sizes.get(file);
  if (size === undefined) {
    const bytes = readFileSync(path.join(CLIENT_FOLDER, file));
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

let isOver = false;

function report(label: string, files: ReadonlySet<string>, budget: number): void {
  const sum = { brotli: kilobytes(files, 'brotli'), gzip: kilobytes(files, 'gzip') };
  const isTooMuch = sum.gzip > budget;
  if (isTooMuch) isOver = true;
  const figures = `${sum.brotli.toFixed(1)} kB brotli, ${sum.gzip.toFixed(1)} kB gzip`;
  process.stdout.write(`${label.padEnd(36)} ${figures}${isTooMuch ? `, over ${budget}` : ''}\n`);
}

const build = new ClientBuild();
for (const { address, modules } of builtRoutes()) {
  const names = [...START_MODULES, ...modules];
  report(address, build.filesOf(names), FIRST_LOAD_KB);
  if (address !== REPORT_ADDRESS) continue;
  names.push(...REPORT_MODULES);
  report(`${address} with the editor`, build.filesOf(names), WITH_EDITOR_KB);
  names.push('socket.io-client/build/esm/index.js');
  report(`${address} with live news`, build.filesOf(names), WITH_LIVE_NEWS_KB);
}
process.exit(isOver ? 1 : 0);
