import type { Theme } from '@plenary/protocol';

/** Where src/app.html finds the theme before the first paint. */
const THEME_KEY = 'plenary.theme';

/** Shows the page in a theme and remembers it on this device. */
export function applyTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = theme;
  try {
    localStorage.setItem(THEME_KEY, theme);
  } catch {
    // Storage is switched off: the choice lasts as long as this page.
  }
}
