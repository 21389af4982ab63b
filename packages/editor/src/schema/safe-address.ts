import { cleanAddress, leadsElsewhere, linkAddress } from '@plenary/report-model';

/** Longer addresses are refused: browsers stop following them at about this length. */
const MAX_ADDRESS_LENGTH = 2_048;

/**
 * The address as it may be put into a link, or null when its protocol could run code or it cannot
 * be read. Addresses without a protocol (`#part`, `/documents/1`, `example.org`) are kept: a browser
 * reads them relative to the page. Exports keep the same ones.
 */
export function safeHref(value: unknown): string | null {
  return typeof value === 'string' && value.length <= MAX_ADDRESS_LENGTH
    ? linkAddress(value)
    : null;
}

/**
 * The address of an image as it may be loaded, or null: only paths of the server's own origin, so
 * that no picture tells somebody outside who is reading (no request leaves the origin).
 */
export function ownImageSource(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > MAX_ADDRESS_LENGTH) return null;
  const address = cleanAddress(value);
  return address.startsWith('/') && !leadsElsewhere(address) ? address : null;
}

/**
 * A link as somebody typed it into a field, made whole: `example.org` becomes
 * `https://example.org`, `ana@example.org` a mail address. Null when it cannot be a safe link.
 */
export function hrefFromInput(value: string): string | null {
  const address = safeHref(value);
  if (address === null) return null;
  if (/^([a-z][a-z0-9+.-]*:|[/#?])/iu.test(address)) return address;
  if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/u.test(address)) return `mailto:${address}`;
  return `https://${address}`;
}
