/**
 * The secret of a one-time link, from the fragment (`/link#secret`), which never reaches a server or
 * its log. Null when there is none.
 */
export function linkToken(url: { readonly hash: string }): string | null {
  const secret = url.hash.slice(1);
  return secret === '' ? null : secret;
}
