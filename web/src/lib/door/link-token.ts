/** The part of a query that is read here; SvelteKit's own is read-only. */
type Query = Pick<URLSearchParams, 'get'>;

/**
 * The secret of a one-time link: from the fragment (`/link#secret`, which never reaches a server's
 * log), the path or `?token=`. Null when there is none.
 */
export function linkToken(
  param: string | undefined,
  url: { readonly hash: string; readonly searchParams: Query },
): string | null {
  const found = url.hash.slice(1) || param || url.searchParams.get('token');
  return found ? found : null;
}
