/** `npm start`: installs and builds what is missing, then becomes the server. */
import { becomeProgram, ensureBuilt, ensureInstalled, say } from './bootstrap.mjs';

try {
  await ensureInstalled();
  await ensureBuilt();
  becomeProgram(['server/src/main.ts', ...process.argv.slice(2)]);
} catch (error) {
  say(`Plenary cannot start: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
