/**
 * Type-checks the front end: compiles the messages, lets SvelteKit write its generated types, then
 * runs svelte-check, whose exit code becomes this script's.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { compile } from '@inlang/paraglide-js';
import { messages } from '../paraglide.config.ts';

const WEB = path.resolve(import.meta.dirname, '..');
const require = createRequire(import.meta.url);

/** Runs the command-line program of an installed package in web/, and stops when it fails. */
function run(packageName: string, program: string, args: readonly string[]): void {
  const folder = path.dirname(require.resolve(`${packageName}/package.json`));
  const { status } = spawnSync(process.execPath, [path.join(folder, program), ...args], {
    cwd: WEB,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

process.chdir(WEB);
await compile(messages);
run('@sveltejs/kit', 'svelte-kit.js', ['sync']);
run('svelte-check', 'bin/svelte-check', ['--tsconfig', './tsconfig.json', '--fail-on-warnings']);
