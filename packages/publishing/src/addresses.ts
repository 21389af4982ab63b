const LINK_SCHEMES = new Set(['http', 'https', 'mailto', 'tel']);
const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
const PICTURE_DATA = /^data:image\/(?:png|jpeg|gif|webp|avif);base64,[a-z0-9+/=]*$/i;
// Browsers drop these when they read an address, so `java\tscript:` would run as a script.
// eslint-disable-next-line no-control-regex
const DROPPED = /[\u0000-\u0020\u007f-\u009f]/g;

/**
 * The address of a link if following it is harmless: web, mail, telephone, or relative to the
 * document. Null for anything else (`javascript:`, `data:`, `file:`, …) and
 * for an empty or broken address.
 */
export function safeLink(href: string): string | null {
  const address = href.replaceAll(DROPPED, '');
  const scheme = SCHEME.exec(address)?.[1];
  if (address === '') return null;
  if (scheme !== undefined && !LINK_SCHEMES.has(scheme.toLowerCase())) return null;
  return parsed(encoded(address));
}

/**
 * The address of a picture if showing it asks nobody outside: a path on the same server, or the
 * picture itself as base64 data of a raster type. Null for anything else: opening a report must not
 * tell a foreign server that it was opened.
 */
export function safePicture(src: string): string | null {
  const address = src.replaceAll(DROPPED, '');
  if (PICTURE_DATA.test(address)) return address;
  if (address === '' || SCHEME.test(address)) return null;
  // browsers read a backslash as a slash, and two slashes as the start of a host name
  return /^[/\\]{2}/.test(address) ? null : parsed(encoded(address));
}

/** The address unless a browser would not understand it, wherever the document lies. */
function parsed(address: string): string | null {
  return URL.canParse(address, 'https://document.invalid/') ? address : null;
}

/** Characters that no address may hold as they are (RFC 3986) and that mean something in markup. */
function encoded(address: string): string {
  return address.toWellFormed().replaceAll(/[<>"`{}|\\^]/g, encodeURIComponent);
}
