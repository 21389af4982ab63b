import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';

// oxlint checks all TypeScript; this only adds what the templates of Svelte components need.
// ESLint reads its configuration from the default export.
// oxlint-disable-next-line import/no-default-export
export default [
  { ignores: ['**/paraglide/**', '**/build/**', '**/.svelte-kit/**'] },
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: {
      // Addresses are written out: the app is served at the root of its own origin.
      'svelte/no-navigation-without-resolve': 'off',
      // A plain Set or Map is right where nothing on screen is read from it.
      'svelte/prefer-svelte-reactivity': 'off',
      'svelte/require-each-key': 'error',
      'svelte/button-has-type': 'error',
      'svelte/no-at-html-tags': 'error',
      'svelte/no-target-blank': 'error',
      'svelte/valid-compile': 'error',
    },
  },
];
