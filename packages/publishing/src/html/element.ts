/** Markup that is already written; everything else is text and gets escaped. */
export type Markup = { readonly markup: string };

/** The content of an element: text to escape, or markup. */
export type Content = string | Markup;

/** Attributes by name. Null and false leave an attribute out, true writes it without a value. */
export type Attributes = Readonly<Record<string, string | number | boolean | null>>;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const VOID = new Set(['br', 'hr', 'img', 'meta']);

/** Text as HTML shows it, in an element or a quoted attribute. */
function escapeText(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character]!);
}

/**
 * Writes one element. This is the only place where angle brackets come from, so nothing that people
 * wrote can become markup. Names are ours, never taken from a report.
 */
export function element(
  name: string,
  attributes: Attributes,
  ...content: readonly Content[]
): Markup {
  const written = Object.entries(attributes).map(([key, value]) => {
    if (value === null || value === false) return '';
    return value === true ? ` ${key}` : ` ${key}="${escapeText(String(value))}"`;
  });
  const start = `<${name}${written.join('')}>`;
  return { markup: VOID.has(name) ? start : `${start}${join(content).markup}</${name}>` };
}

/** Writes content one after the other; text is escaped. */
export function join(content: readonly Content[], between = ''): Markup {
  const written = content.map((part) =>
    typeof part === 'string' ? escapeText(part) : part.markup,
  );
  return { markup: written.join(between) };
}
