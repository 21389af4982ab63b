/**
 * What has to be true before anything of ours can run, on a machine that may have nothing but
 * Node 20, npm and git. This file and its two callers are therefore plain JavaScript for that old
 * Node; everything they start runs on the Node pinned in package.json.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** The pinned runtime itself, not the shim beside it: signals reach the program directly. */
export const NODE = join(ROOT, 'node_modules', 'node', 'bin', 'node');

const PNPM = 'pnpm@12.21.0';
const INSTALL_STAMP = join(ROOT, 'node_modules', '.plenary-installed');
const BUILD_STAMP = join(ROOT, 'web', 'build', '.plenary-built');

/** What the web build is made of. A change in any of these files makes it stale. */
const BUILD_INPUTS = [
  'web',
  'packages/protocol',
  'packages/provider',
  'packages/report-model',
  'packages/editor',
];
/** What the build or its tools write beside the sources, or does not concern it. */
const NOT_INPUTS = new Set([
  'node_modules',
  'build',
  '.svelte-kit',
  '.tsbuild',
  'paraglide',
  'cache',
  '.lix',
  '.meta.json',
  '.gitignore',
  'README.md',
]);

/** @param {string} text */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * Runs a program to its end and resolves to its exit code.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, quiet?: boolean }} [options]
 *   With `quiet`, output is shown only when the program fails.
 * @returns {Promise<number>}
 */
export function run(command, args, options = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? ROOT,
      env: { ...process.env, ...options.env },
      stdio: options.quiet === true ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
    /** @type {Buffer[]} */
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    child.once('error', fail);
    child.once('close', (code) => {
      if (code !== 0 && output.length > 0) process.stderr.write(Buffer.concat(output));
      done(code ?? 1);
    });
  });
}

/** Installs the packages when the lockfile or a manifest differs from what was installed last. */
export async function ensureInstalled() {
  const wanted = hashFiles(['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests()]);
  if (existsSync(NODE) && readStamp(INSTALL_STAMP) === wanted) return;
  say('Installing packages (the first time this takes about half a minute) …');
  const code = await run('npx', ['--yes', PNPM, 'install', '--frozen-lockfile'], { quiet: true });
  if (code !== 0) throw new Error('the packages could not be installed; see above');
  writeFileSync(INSTALL_STAMP, wanted);
}

/** Builds the web application when its sources differ from what was built last. */
export async function ensureBuilt() {
  const wanted = hashFiles([
    'pnpm-lock.yaml',
    ...BUILD_INPUTS.flatMap((folder) => filesIn(folder)),
  ]);
  if (readStamp(BUILD_STAMP) === wanted) return;
  say('Building the web application (about half a minute) …');
  const vite = join(ROOT, 'web', 'node_modules', 'vite', 'bin', 'vite.js');
  const code = await run(NODE, [vite, 'build'], { cwd: join(ROOT, 'web'), quiet: true });
  if (code !== 0) throw new Error('the web application could not be built; see above');
  mkdirSync(dirname(BUILD_STAMP), { recursive: true });
  writeFileSync(BUILD_STAMP, wanted);
}

/**
 * Runs one of our programs on the pinned Node in this terminal. Its exit code becomes ours, and a
 * signal sent to this process alone reaches it too.
 *
 * @param {readonly string[]} args
 */
export function becomeProgram(args) {
  const child = spawn(NODE, args, { cwd: ROOT, stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal));
  }
  child.once('error', (error) => {
    say(`could not start: ${error.message}`);
    process.exitCode = 1;
  });
  child.once('close', (code) => {
    process.exitCode = code ?? 1;
  });
}

function manifests() {
  const packages = readdirSync(join(ROOT, 'packages')).map((name) => `packages/${name}`);
  return ['.', ...packages, 'server', 'web', 'e2e', 'bench']
    .map((folder) => join(folder, 'package.json'))
    .filter((path) => existsSync(join(ROOT, path)));
}

/** @param {string} folder @returns {string[]} */
function filesIn(folder) {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    if (NOT_INPUTS.has(entry.name) || entry.name.endsWith('.test.ts')) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : entry.isFile() ? [path] : [];
  });
}

/** @param {readonly string[]} paths relative to the root */
function hashFiles(paths) {
  const hash = createHash('sha256');
  for (const path of [...paths].sort()) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(ROOT, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** @param {string} path */
function readStamp(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
