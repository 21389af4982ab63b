import * as Y from 'yjs';
import { MAX_DESCRIPTION } from './keys.ts';

/** Items looked at for one description: an upper bound on the time a hostile document can take. */
const MAX_ITEMS_LOOKED_AT = 5_000;

/**
 * What text there is in content this version does not understand: names of elements and their words,
 * in document order, at most MAX_DESCRIPTION units. Walks with a list of its own, so depth cannot
 * overflow the stack. Empty content gives ''.
 */
export function describe(value: unknown): string {
  const parts: string[] = [];
  const pending: unknown[] = [value];
  let length = 0;
  let budget = MAX_ITEMS_LOOKED_AT;
  while (pending.length > 0 && budget > 0 && length < MAX_DESCRIPTION) {
    budget -= 1;
    const next = pending.pop();
    if (next instanceof Y.Item) {
      if (next.right) pending.push(next.right);
      if (!next.deleted) pushContent(next, pending);
    } else if (next instanceof Y.AbstractType) {
      for (const item of next._map.values()) if (!item.deleted) pushContent(item, pending);
      if (next._start) pending.push(next._start);
      if (next instanceof Y.XmlElement) pending.push(`<${next.nodeName}>`);
    } else {
      const text = describePlain(next);
      if (text !== '') parts.push(text);
      length += text.length + 1;
    }
  }
  return parts.join(' ').slice(0, MAX_DESCRIPTION);
}

function pushContent(item: Y.Item, pending: unknown[]): void {
  const { content } = item;
  if (content instanceof Y.ContentType) pending.push(content.type);
  else if (content instanceof Y.ContentString) pending.push(content.str);
  else if (content instanceof Y.ContentEmbed) pending.push(content.embed);
  else if (content instanceof Y.ContentAny) pending.push(...content.arr.slice(0, 100).toReversed());
  else if (content instanceof Y.ContentJSON)
    pending.push(...content.arr.slice(0, 100).toReversed());
}

function describePlain(value: unknown): string {
  if (typeof value === 'object') {
    return value === null || value instanceof Uint8Array ? '' : describeObject(value);
  }
  return describeScalar(value);
}

function describeScalar(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, MAX_DESCRIPTION);
  const isShown =
    typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint';
  return isShown ? String(value) : '';
}

function describeObject(value: object): string {
  const words: string[] = [];
  const pending: unknown[] = [value];
  for (let budget = 200; pending.length > 0 && budget > 0; budget -= 1) {
    const next = pending.pop();
    if (typeof next === 'object' && next !== null) {
      for (const [key, inner] of Object.entries(next).slice(0, 50).toReversed()) {
        pending.push(inner);
        if (!Array.isArray(next)) pending.push(`${key}:`);
      }
    } else words.push(describeScalar(next));
  }
  return words
    .filter((word) => word !== '')
    .join(' ')
    .slice(0, MAX_DESCRIPTION);
}
