import { cleanAddress, leadsElsewhere, linkAddress } from '@plenary/report-model';

const PICTURE_DATA = /^data:image\/(?:png|jpeg|gif|webp|avif);base64,[a-z0-9+/=]*$/i;

/**
 * The address of a link if following it is harmless: web, mail, telephone, or relative to the
 * document. Null for anything else (`javascript:`, `data:`, `file:`, …) and
 * for an empty or broken address.
 */
export function safeLink(href: string): string | null {
  const address = linkAddress(href);
  return address === null ? null : parsed(encoded(address));
}

/**
 * The address of a picture if showing it asks nobody outside: a path on the same server, or the
 * picture itself as base64 data of a raster type. Null for anything else: opening a report must not
 * tell a foreign server that it was opened.
 */
export function safePicture(src: string): string | null {
  const address = cleanAddress(src);
  if (PICTURE_DATA.test(address)) return address;
  return address === '' || leadsElsewhere(address) ? null : parsed(encoded(address));
}

/** The address unless a browser would not understand it, wherever the document lies. */
function parsed(address: string): string | null {
  return URL.canParse(address, 'https://document.invalid/') ? address : null;
}

/** Characters that no address may hold as they are (RFC 3986) and that mean something in markup. */
function encoded(address: string): string {
  return address.toWellFormed().replaceAll(/[ <>"`{}|\\^]/g, encodeURIComponent);
}
