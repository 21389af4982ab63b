/**
 * Where to go after signing in, read from `?next=`. Only a path of this site counts: another origin,
 * `//host` or a `javascript:` address gives the home page.
 */
export function returnAddress(search: Pick<URLSearchParams, 'get'>, origin: string): string {
  const next = search.get('next');
  if (next === null || !next.startsWith('/')) return '/';
  const url = URL.parse(next, origin);
  if (url === null || url.origin !== origin) return '/';
  return url.pathname + url.search + url.hash;
}

/** The sign-in page that leads back to `path`. */
export function signInAddress(path: string): string {
  return path === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`;
}
