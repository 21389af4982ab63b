import { paraglideVitePlugin } from '@inlang/paraglide-js';
import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import { messages } from './paraglide.config.ts';
import { withEarlyStart } from './scripts/early-start.ts';

// In development Vite serves the page and hands everything else to a Plenary server beside it.
const SERVER = process.env['PLENARY_SERVER'] ?? 'http://127.0.0.1:3000';

const FOLDER = 'build';
const PAGE = '200.html';

export default defineConfig({
  plugins: [
    tailwindcss(),
    paraglideVitePlugin(messages),
    sveltekit({
      adapter: withEarlyStart(adapter({ pages: FOLDER, fallback: PAGE, precompress: false }), {
        folder: FOLDER,
        page: PAGE,
      }),
      // Asked on focus and by the server's answers; a page left open all week polls once an hour.
      version: { pollInterval: 3_600_000 },
    }),
  ],
  build: {
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What several pages share comes in a few files: a request costs more than the little
          // in a small file that this page may not need. Bytes before they are made smaller.
          groups: [
            // The page hands its version to this module before what reads it may run: alone, it
            // brings nothing along. (Else every page looks outdated, and an error page loads anew
            // for ever.)
            { name: 'payload', test: /runtime[\\/]client[\\/]payload\.js$/, priority: 1 },
            {
              name: 'shared',
              minShareCount: 2,
              entriesAware: true,
              entriesAwareMergeThreshold: 3_000,
            },
          ],
        },
      },
      treeshake: {
        // Our packages do nothing when they are imported, so what is not used of them is left out.
        moduleSideEffects: [{ test: /\/packages\/[^/]+\/src\/.*\.ts$/, sideEffects: false }],
      },
    },
    // `style-src 'self'` and `font-src 'self'`: nothing may be inlined as a data URL.
    assetsInlineLimit: 0,
  },
  server: {
    port: 5173,
    proxy: {
      '/api': { target: SERVER, changeOrigin: false },
      '/collab': { target: SERVER, ws: true },
      '/socket.io': { target: SERVER, ws: true },
    },
  },
});
