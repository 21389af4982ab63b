/** An element as it is written, with its attributes unescaped. */
type ReadElement = {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
};

/** What a strict reader finds in a document. */
export type ReadHtml = {
  readonly elements: readonly ReadElement[];
  /** All text outside of `style`, unescaped. */
  readonly text: string;
  readonly deepest: number;
  /** Ends without a start, starts without an end, and anything that is no tag, text or entity. */
  readonly problems: readonly string[];
};

const TOKEN = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z:-]+(?:="[^"<>]*")?)*)\s*>|([^<]+)|(<)/gi;
const ATTRIBUTE = /([a-z:-]+)(?:="([^"]*)")?/gi;
const VOID = new Set(['br', 'hr', 'img', 'meta']);
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&#x27;': "'",
};

/** Reads the strict subset of HTML that an export is written in; a browser would be more lenient. */
export function readHtml(html: string): ReadHtml {
  const source = html.replace('<!doctype html>\n', '').replace(/<style>[^<]*<\/style>/, '');
  const elements: ReadElement[] = [];
  const problems: string[] = [];
  const open: string[] = [];
  const texts: string[] = [];
  let deepest = 0;
  for (const [token, slash, name, attributes, text, bracket] of source.matchAll(TOKEN)) {
    if (bracket !== undefined) problems.push(`bare < in ${source.slice(0, 80)}`);
    else if (text !== undefined) texts.push(text);
    else if (slash === '/') {
      if (open.pop() !== name) problems.push(`unexpected ${token}`);
    } else {
      elements.push({ name: name!, attributes: readAttributes(attributes!) });
      if (!VOID.has(name!)) open.push(name!);
      deepest = Math.max(deepest, open.length);
    }
  }
  if (open.length > 0) problems.push(`left open: ${open.join(' ')}`);
  return { elements, text: unescape(texts.join('')), deepest, problems };
}

function readAttributes(source: string): Record<string, string> {
  const found = [...source.matchAll(ATTRIBUTE)];
  return Object.fromEntries(found.map(([, key, value]) => [key!, unescape(value ?? '')]));
}

function unescape(text: string): string {
  return text.replaceAll(/&(?:amp|lt|gt|quot|#39|#x27);/g, (entity) => ENTITIES[entity]!);
}
