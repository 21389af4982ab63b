import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Adapter } from '@sveltejs/kit';
import { builtRoutes, ClientBuild, REPORT_ADDRESS, REPORT_MODULES } from './client-build.ts';

/** Where the page keeps a place for the script. */
const PLACE = '<!-- early start -->';

/** What a report's address loads besides what every page does. */
interface ReportFiles {
  readonly scripts: readonly string[];
  readonly styles: readonly string[];
}

/**
 * Runs inside the page, before any module: at the address of a report it asks at once for what the
 * report will ask for when its code is there (`lib/api/early-answers.ts` hands that out), and has
 * the browser fetch that code while it fetches the rest. It must not refer to anything outside of
 * itself: the page gets its text.
 */
function startReport({ scripts, styles }: ReportFiles): void {
  const id = /^\/documents\/([\w-]+)\/?$/.exec(location.pathname)?.[1];
  if (id === undefined) return;
  const ask = (path: string): Promise<Response | null> =>
    fetch(`/api/v1${path}`, { headers: { accept: 'application/json' } }).catch(() => null);
  globalThis.plenaryEarlyAnswers = {
    '/session': ask('/session'),
    [`/documents/${id}`]: ask(`/documents/${id}`),
  };
  const fetchEarly = (file: string, rel: string, as: string): void => {
    const link = document.createElement('link');
    link.rel = rel;
    if (as !== '') link.as = as;
    // As the code that uses it will ask for it; else the browser fetches it a second time.
    link.crossOrigin = '';
    link.href = `/${file}`;
    document.head.append(link);
  };
  // After what every page needs, which the browser finds while it reads the rest of this one.
  const fetchCode = (): void => {
    for (const file of scripts) fetchEarly(file, 'modulepreload', '');
    for (const file of styles) fetchEarly(file, 'preload', 'style');
  };
  document.addEventListener('readystatechange', fetchCode, { once: true });
}

/** The script for the page, for what was built. */
function earlyStart(): string {
  const build = new ClientBuild();
  const report = builtRoutes().find(({ address }) => address === REPORT_ADDRESS);
  if (report === undefined) throw new Error(`${REPORT_ADDRESS} is not in the router's table`);
  const files = [...build.filesOf([...report.modules, ...REPORT_MODULES], { css: true })];
  const given: ReportFiles = {
    scripts: files.filter((file) => file.endsWith('.js')),
    styles: files.filter((file) => file.endsWith('.css')),
  };
  return `<script>(${String(startReport)})(${JSON.stringify(given)})</script>`;
}

/**
 * An adapter that writes the early start into the page the other one made, then compresses what is
 * in the folder. The other one must not compress: its copy of the page would be an older one.
 */
export function withEarlyStart(
  adapter: Adapter,
  { folder, page }: { readonly folder: string; readonly page: string },
): Adapter {
  return {
    ...adapter,
    async adapt(builder) {
      await adapter.adapt(builder);
      const file = path.join(folder, page);
      const html = await readFile(file, 'utf8');
      if (!html.includes(PLACE)) throw new Error(`${page} has no place for the early start`);
      await writeFile(
        file,
        html.replace(PLACE, () => earlyStart()),
      );
      await builder.compress(folder);
    },
  };
}
