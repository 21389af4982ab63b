import type { CompilerOptions } from '@inlang/paraglide-js';

/** How the messages in messages/ become functions: the same for the build and for the type check. */
export const messages: CompilerOptions = {
  project: './project.inlang',
  outdir: './src/paraglide',
  strategy: ['localStorage', 'preferredLanguage', 'baseLocale'],
  localStorageKey: 'plenary.locale',
  isServer: 'import.meta.env.SSR',
  emitTsDeclarations: true,
};
