/** `npm start`: the server. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Compiled code is kept between starts: half of what a start costs is compiling.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/plenary', import.meta.url)));
const { serve } = await import('./serve.ts');
await serve();
