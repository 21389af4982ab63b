import { readFileSync } from 'node:fs';
import path from 'node:path';

const WEB = path.resolve(import.meta.dirname, '..');
const GENERATED = path.join(WEB, '.svelte-kit/generated/build/client-optimized');

/** Where `vite build` leaves what browsers load. */
export const CLIENT_FOLDER = path.join(WEB, '.svelte-kit/output/client');

/** The modules every page begins with, by the ends of their names in the manifest. */
export const START_MODULES = [
  '/client/entry.js',
  '/client/client-entry.js',
  'client-optimized/app.js',
] as const;

/** What a report imports when its page has begun: the texts' engine, the editor and its tools. */
export const REPORT_MODULES = [
  'collab/engine.ts',
  'report/editor-module.ts',
  'report/Toolbar.svelte',
] as const;

/** The address of a report in the router's table. */
export const REPORT_ADDRESS = '/documents/[id]';

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

/** What was built, by the names of the modules it was built from. */
export class ClientBuild {
  readonly #manifest: Readonly<Record<string, Chunk>>;

  /** Reads what `vite build` left. Throws when nothing was built. */
  constructor() {
    const manifest = readFileSync(path.join(CLIENT_FOLDER, '.vite/manifest.json'), 'utf8');
    this.#manifest = JSON.parse(manifest) as Readonly<Record<string, Chunk>>;
  }

  /**
   * The scripts, and with `css` also the style sheets, that come with modules, given by the ends of
   * their names. Throws for a module that is not in the build.
   */
  filesOf(endings: readonly string[], { css = false } = {}): Set<string> {
    const files = new Set<string>();
    const visit = (name: string): void => {
      const chunk = this.#manifest[name];
      if (chunk === undefined || files.has(chunk.file)) return;
      files.add(chunk.file);
      if (css) chunk.css?.forEach((file) => files.add(file));
      chunk.imports?.forEach(visit);
    };
    for (const ending of endings) {
      const name = Object.keys(this.#manifest).find((candidate) => candidate.endsWith(ending));
      if (name === undefined) throw new Error(`${ending} is not in the build`);
      visit(name);
    }
    return files;
  }
}

/** Addresses with the modules of their layouts and pages, from the router's own table. */
export function builtRoutes(): readonly { address: string; modules: readonly string[] }[] {
  const table = readFileSync(path.join(GENERATED, 'app.js'), 'utf8');
  return [...table.matchAll(/"(\/[^"]*)": \[(\d+)(?:,\[([\d,]*)\])?/g)].map(
    ([, address = '', page = '', layouts = '']) => ({
      address: address.replaceAll(/\/\([^)]+\)/g, '') || '/',
      modules: ['0', ...layouts.split(',').filter(Boolean), page].map(
        (node) => `client-optimized/nodes/${node}.js`,
      ),
    }),
  );
}
