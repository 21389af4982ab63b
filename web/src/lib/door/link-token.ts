/** Where a tab keeps the secret of the link it shows. */
const KEPT = 'plenary.link';

/**
 * The secret of a one-time link, from the fragment (`/link#secret`), which never reaches a server or
 * its log. Without one, that of the link this tab showed last and has not spent: the page takes the
 * secret out of the address, and a reload or another language must not lose it. Null when there is none.
 */
export function linkToken(url: { readonly hash: string }): string | null {
  const secret = url.hash.slice(1);
  try {
    if (secret === '') return sessionStorage.getItem(KEPT);
    sessionStorage.setItem(KEPT, secret);
  } catch {
    // Storage is switched off: the link has to be opened again after a reload.
  }
  return secret === '' ? null : secret;
}

/** Forgets the secret, once it is spent or turned out to be of no use. */
export function forgetLinkToken(): void {
  try {
    sessionStorage.removeItem(KEPT);
  } catch {
    // Storage is switched off: nothing was kept.
  }
}
