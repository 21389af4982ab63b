/** Runs one of our TypeScript programs on the pinned Node: `node tooling/run.mjs FILE [args]`. */
import { becomeProgram, ensureInstalled, say } from './bootstrap.mjs';

try {
  await ensureInstalled();
  becomeProgram(process.argv.slice(2));
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
