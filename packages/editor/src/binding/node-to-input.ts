import type { BlockInput, BlockPatch, InlineInput, Marks, TableInput } from '@plenary/report-model';
import type { Mark, Node } from '@tiptap/pm/model';
import { placeOf } from '../schema/block-attributes.ts';
import { headingLevel } from '../schema/blocks.ts';
import { type Token, textHolder } from './tokens.ts';
import { unreachable } from '../schema/unreachable.ts';

/** A block node as the model takes it in, with its content. */
export function inputOfNode(node: Node): BlockInput {
  const inlines = inputsOfHolder(textHolder(node));
  const patch = patchOfNode(node);
  if (node.type.name === 'table') return { ...patch, inlines, table: tableInput(node.child(1)) };
  return { ...patch, inlines };
}

/** A block node's type, attributes and place as the model takes them in, without its content. */
export function patchOfNode(node: Node): BlockPatch {
  const { attrs } = node;
  const place = placeOf(attrs);
  switch (node.type.name) {
    case 'heading': {
      return { ...place, type: 'heading', level: headingLevel(attrs['level']) };
    }
    case 'code_block': {
      return { ...place, type: 'code', lang: text(attrs['lang']) };
    }
    case 'image': {
      const width = typeof attrs['width'] === 'number' ? attrs['width'] : null;
      return { ...place, type: 'image', src: text(attrs['src']), alt: text(attrs['alt']), width };
    }
    case 'equation': {
      return { ...place, type: 'equation' };
    }
    case 'rule': {
      return { ...place, type: 'rule' };
    }
    case 'table':
    case 'unknown': {
      return place;
    }
    default: {
      return { ...place, type: 'paragraph' };
    }
  }
}

/**
 * What of a block changed from one node to the other, so that only those keys are written: two
 * people who change different keys of a block both get what they asked for.
 */
export function patchBetween(before: Node, after: Node): BlockPatch {
  const old = patchOfNode(before);
  const isSameType = before.type === after.type;
  const changes = Object.entries(patchOfNode(after)).filter(
    ([name, value]) =>
      (!isSameType && name !== 'type' && !(name in old)) || value !== old[name as keyof BlockPatch],
  );
  return Object.fromEntries(changes);
}

/** Inline tokens as the model takes them in. What it cannot take (unknown embeds) becomes text. */
export function inputsOfTokens(tokens: readonly Token[]): InlineInput[] {
  return tokens.flatMap((token): InlineInput[] => {
    switch (token.kind) {
      case 'text': {
        return [{ kind: 'text', text: token.text, marks: marksOfNode(token.marks) }];
      }
      case 'atom': {
        return [inputOfAtom(token.node)];
      }
      case 'marker':
      case 'grid': {
        return [];
      }
      default: {
        return unreachable(token);
      }
    }
  });
}

/** The schema's marks as the model has them. */
export function marksOfNode(marks: readonly Mark[]): Marks {
  return Object.fromEntries(marks.map((mark) => [mark.type.name, markValue(mark)]));
}

/** A mark's value in the model: true, or a link's address. */
export function markValue(mark: Mark): true | { readonly href: string } {
  return mark.type.name === 'link' ? { href: text(mark.attrs['href']) } : true;
}

function inputOfAtom(node: Node): InlineInput {
  const marks = marksOfNode(node.marks);
  if (node.type.name === 'math') return { kind: 'math', tex: text(node.attrs['tex']), marks };
  return { kind: 'text', text: '\u{FFFC}', marks };
}

function inputsOfHolder(holder: Node): InlineInput[] {
  const tokens: Token[] = [];
  for (let index = 0; index < holder.childCount; index++) {
    const node = holder.child(index);
    if (node.isText) tokens.push({ kind: 'text', text: node.text!, marks: node.marks });
    else if (node.type.name === 'hard_break') {
      tokens.push({ kind: 'text', text: '\n', marks: node.marks });
    } else tokens.push({ kind: 'atom', node });
  }
  return inputsOfTokens(tokens);
}

function tableInput(grid: Node): TableInput {
  const columnCount = Math.max(...childrenOf(grid).map((row) => row.childCount));
  const rows = childrenOf(grid).map((row) => {
    const cells = childrenOf(row);
    const blocks = Array.from({ length: columnCount }, (_, column) => {
      const cell = cells[column];
      return cell === undefined ? [] : childrenOf(cell).map((block) => inputOfNode(block));
    });
    return { header: cells.every((cell) => cell.type.name === 'table_header'), cells: blocks };
  });
  const columns = Array.from({ length: columnCount }, (_, column) => ({
    header:
      childrenOf(grid).every(
        (row, index) => rows[index]!.header || row.maybeChild(column)?.type.name === 'table_header',
      ) && rows.some(({ header }) => !header),
  }));
  return { rows, columns };
}

function childrenOf(node: Node): Node[] {
  return [...node.children];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
