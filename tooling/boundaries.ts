/**
 * Which part may import what. `ours` lists packages of this workspace; a part may always import
 * itself. `never` are modules (or prefixes ending in `/` or `:`) that would break its purity.
 */
export interface Boundary {
  readonly folder: string;
  readonly ours: readonly string[];
  readonly never: readonly string[];
}

const TRANSPORT_AND_STORES = [
  'fastify',
  '@fastify/',
  'ws',
  'socket.io',
  'redis',
  'kysely',
  'better-sqlite3',
  'pg',
];

/** The arrows of ARCHITECTURE.md. The most specific folder wins. */
export const BOUNDARIES: readonly Boundary[] = [
  { folder: 'packages/protocol', ours: [], never: ['node:'] },
  { folder: 'packages/relay', ours: ['protocol'], never: ['node:', ...TRANSPORT_AND_STORES] },
  { folder: 'packages/provider', ours: ['protocol'], never: ['node:', 'ws'] },
  { folder: 'packages/report-model', ours: [], never: ['node:', '@tiptap/', 'prosemirror-'] },
  {
    folder: 'packages/report-model/src/fuzz',
    ours: ['testing'],
    never: ['@tiptap/', 'prosemirror-'],
  },
  { folder: 'packages/editor', ours: ['report-model'], never: ['node:', 'svelte'] },
  { folder: 'packages/publishing', ours: ['report-model'], never: ['node:', '@tiptap/'] },
  {
    folder: 'packages/testing',
    ours: ['protocol', 'relay', 'provider', 'report-model'],
    never: ['fastify'],
  },
  {
    folder: 'server',
    ours: ['protocol', 'relay', 'report-model', 'publishing'],
    never: ['svelte'],
  },
  {
    folder: 'server/src/domain',
    ours: ['protocol', 'relay', 'report-model', 'publishing'],
    never: ['fastify', '@fastify/', 'ws', 'socket.io', 'redis', 'better-sqlite3', 'pg'],
  },
  { folder: 'web', ours: ['protocol', 'provider', 'report-model', 'editor'], never: ['node:'] },
  { folder: 'e2e', ours: ['protocol', 'provider', 'testing'], never: [] },
  { folder: 'bench', ours: ['protocol', 'provider', 'report-model', 'testing'], never: [] },
  { folder: 'tooling', ours: [], never: [] },
];

/** Paths under a package's name that others may import besides its index. */
export const OPEN_PATHS: ReadonlySet<string> = new Set([
  '@plenary/editor/editor.css',
  '@plenary/report-model/fuzz',
]);

export interface Import {
  /** Path of the importing file from the root, with `/`. */
  readonly file: string;
  /** The module as written. */
  readonly module: string;
}

/** Says why an import is not allowed, or null when it is. */
export function objection({ file, module }: Import): string | null {
  const boundary = boundaryOf(file);
  if (boundary === null) return null;
  const isTest = /\.test\.ts$|\/test\//.test(file);
  if (module.startsWith('.')) return leavesItsProject(file, module);
  if (module.startsWith('@plenary/')) return objectionToOurs(boundary, module, isTest);
  if (isTest || file.endsWith('.config.ts') || file.includes('/scripts/')) return null;
  const banned = boundary.never.find((name) => matches(module, name));
  return banned === undefined ? null : `${boundary.folder} may not import ${module}`;
}

function boundaryOf(file: string): Boundary | null {
  const holding = BOUNDARIES.filter(({ folder }) => file.startsWith(`${folder}/`));
  holding.sort((a, b) => b.folder.length - a.folder.length);
  return holding[0] ?? null;
}

function objectionToOurs(boundary: Boundary, module: string, isTest: boolean): string | null {
  const [, name = '', ...rest] = module.split('/');
  if (rest.length > 0 && !OPEN_PATHS.has(module)) return `deep import of ${module}`;
  const isItself = boundary.folder.endsWith(`/${name}`);
  const isAllowed = isItself || boundary.ours.includes(name) || (isTest && !isProgram(name));
  return isAllowed ? null : `${boundary.folder} may not import ${module}`;
}

function isProgram(name: string): boolean {
  return ['server', 'web', 'e2e', 'bench'].includes(name);
}

/** A relative path must stay inside the package or program that the file belongs to. */
function leavesItsProject(file: string, module: string): string | null {
  const depth = file.startsWith('packages/') ? 2 : 1;
  const home = file.split('/').slice(0, depth);
  const target = new URL(module, `file:///${file}`).pathname.slice(1).split('/').slice(0, depth);
  return home.join('/') === target.join('/') ? null : `${module} leaves ${home.join('/')}`;
}

function matches(module: string, name: string): boolean {
  return /[/:-]$/.test(name)
    ? module.startsWith(name)
    : module === name || module.startsWith(`${name}/`);
}
