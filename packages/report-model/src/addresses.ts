/** Where a link may lead: what can be written here can be taken away (docs/spec/export.md, X4). */
const LINK_SCHEMES: ReadonlySet<string> = new Set(['http', 'https', 'mailto', 'tel']);

/** Browsers drop control characters when they read an address: `java\tscript:` would run. */
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g;

/** An address as a browser reads it: without control characters, and without space around it. */
export function cleanAddress(address: string): string {
  return address.replaceAll(CONTROLS, '').trim();
}

/**
 * The address of a link if following it is harmless: web, mail, telephone, or relative to the page.
 * Null for anything else (`javascript:`, `data:`, `file:`, …) and for an empty one.
 */
export function linkAddress(address: string): string | null {
  const clean = cleanAddress(address);
  const scheme = schemeOf(clean);
  if (clean === '') return null;
  return scheme === null || LINK_SCHEMES.has(scheme) ? clean : null;
}

/**
 * Whether a clean address leads away from the server of the page. Browsers read a backslash as a
 * slash, and two slashes as the start of a host's name.
 */
export function leadsElsewhere(address: string): boolean {
  return schemeOf(address) !== null || /^[/\\]{2}/.test(address);
}

/** The scheme in lower case; null for a relative address. A space inside of it hides none. */
function schemeOf(address: string): string | null {
  const compact = address.replaceAll(/\s/g, '');
  return /^([a-z][a-z0-9+.-]*):/i.exec(compact)?.[1]?.toLowerCase() ?? null;
}
