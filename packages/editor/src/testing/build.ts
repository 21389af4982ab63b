import type { Attrs, Mark, Node } from '@tiptap/pm/model';
import { chapterSchema } from '../schema/schema.ts';

/** Builders of documents for tests: `doc(p('a'), h(1, 'b'))`. Strings become text. */
type Content = string | Node;

const { nodes, marks } = chapterSchema;

export function doc(...blocks: Node[]): Node {
  return nodes['doc'].create(null, blocks);
}

export function block(type: string, attrs: Attrs, ...content: Content[]): Node {
  return nodes[type]!.create(attrs, inlines(content));
}

export function p(...content: Content[]): Node {
  return block('paragraph', {}, ...content);
}

export function h(level: number, ...content: Content[]): Node {
  return block('heading', { level }, ...content);
}

export function item(list: 'bullet' | 'ordered', indent: number, ...content: Content[]): Node {
  return block('paragraph', { list, indent }, ...content);
}

export function math(tex: string): Node {
  return nodes['math']!.create({ tex });
}

export function marked(text: string, ...names: (string | Mark)[]): Node {
  const set = names.map((name) => (typeof name === 'string' ? marks[name]!.create() : name));
  return chapterSchema.text(
    text,
    set.reduce((all, mark) => mark.addToSet(all), [] as readonly Mark[]),
  );
}

export function link(href: string): Mark {
  return marks['link']!.create({ href });
}

/** A table of cells with one paragraph each; the first row is a header row. */
export function table(caption: string, rows: string[][]): Node {
  return nodes['table']!.create(null, [
    nodes['table_caption']!.create(null, inlines([caption])),
    nodes['table_grid']!.create(
      null,
      rows.map((row, index) =>
        nodes['table_row']!.create(
          null,
          row.map((text) =>
            nodes[index === 0 ? 'table_header' : 'table_cell']!.create(null, [p(text)]),
          ),
        ),
      ),
    ),
  ]);
}

function inlines(content: readonly Content[]): Node[] {
  return content.flatMap((part) => {
    if (typeof part !== 'string') return [part];
    return part === '' ? [] : [chapterSchema.text(part)];
  });
}
