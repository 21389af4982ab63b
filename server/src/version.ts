import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
}; // our own manifest

/** Version of this server. */
export const VERSION: string = manifest.version;
