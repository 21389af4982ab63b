import * as Y from 'yjs';
import type { Fragment, Piece } from './fragment.ts';
import type { FlowBlock } from './flow.ts';
import {
  MAX_DESCRIPTION,
  asBounded,
  asHeadingLevel,
  asLevel,
  asListKind,
  asString,
} from './keys.ts';
import { marksOf, sameMarks } from './marks.ts';
import type { Block, BlockShape, BlockType, Inline } from './types.ts';
import { describe } from './unknown.ts';

/** Types whose text keeps its newlines: they are part of the code or the formula. */
const LITERAL: ReadonlySet<BlockType> = new Set(['code', 'equation']);

/** Whether newlines in a block's text are part of it, not breaks. */
export function isLiteral(type: BlockType): boolean {
  return LITERAL.has(type);
}

/** A block as a plain value, tables aside (`tableBlock` adds the grid). */
export function toBlock(flowBlock: FlowBlock): Block {
  return withShape(flowBlock, shapeOf(flowBlock));
}

/** A block of a given shape with the containers and the text of a place in the document. */
export function withShape(flowBlock: FlowBlock, shape: BlockShape): Block {
  const keys = flowBlock.fragments[0]?.keys ?? {};
  return {
    ...shape,
    key: flowBlock.key,
    list: asListKind(keys['list']),
    indent: asLevel(keys['indent']),
    quote: asLevel(keys['quote']),
    inlines: readInlines(flowBlock.fragments, isLiteral(shape.type)),
  };
}

/** The marker of a block that claims to be a table, else null. */
export function tableMarker(flowBlock: FlowBlock): Y.Map<unknown> | null {
  const holder = flowBlock.fragments[0]?.holder;
  return holder instanceof Y.Map && holder.get('type') === 'table' ? holder : null;
}

function shapeOf(flowBlock: FlowBlock): BlockShape {
  const first = flowBlock.fragments[0];
  if (!first) return { type: 'paragraph' };
  const { keys } = first;
  const type = keys['type'];
  switch (type) {
    case undefined:
    case 'paragraph':
      return { type: 'paragraph' };
    case 'heading':
      return { type: 'heading', level: asHeadingLevel(keys['level']) };
    case 'code':
      return { type: 'code', lang: asString(keys['lang']) };
    case 'image':
      return {
        type: 'image',
        src: asString(keys['src']),
        alt: asString(keys['alt']),
        width: asBounded(keys['width'], 1, 100),
      };
    case 'equation':
      return { type: 'equation' };
    case 'rule':
      return flowBlock.length === 0 ? { type: 'rule' } : { type: 'paragraph' };
    default:
      return { type: 'unknown', description: describeMarker(type, first.holder) };
  }
}

function describeMarker(type: unknown, holder: Fragment['holder']): string {
  const inside = holder instanceof Y.Map ? describe(holder) : describe(type);
  return inside.slice(0, MAX_DESCRIPTION);
}

/** The pieces of a block's fragments as inlines: neighbours with the same marks are one. */
export function readInlines(fragments: readonly Fragment[], literal: boolean): Inline[] {
  const inlines: Inline[] = [];
  for (const fragment of fragments) {
    for (const piece of fragment.pieces) pushInlines(inlines, piece, literal);
  }
  return inlines;
}

/** One piece as inlines, appended to `inlines`. */
export function pushInlines(inlines: Inline[], piece: Piece, literal: boolean): void {
  const marks = marksOf(piece.attributes);
  switch (piece.kind) {
    case 'text':
      if (literal) pushText(inlines, { kind: 'text', text: piece.text, marks });
      else pushLines(inlines, piece.text, marks);
      return;
    case 'atom':
      inlines.push(readAtom(piece.value, marks));
      return;
    case 'foreign':
      inlines.push({ kind: 'unknown', description: describeItem(piece.item), marks });
      return;
    case 'hidden':
      return;
  }
}

function describeItem(item: Y.Item): string {
  const { content } = item;
  if (content instanceof Y.ContentAny || content instanceof Y.ContentJSON)
    return describe(content.arr);
  return '';
}

function pushLines(inlines: Inline[], text: string, marks: Inline['marks']): void {
  for (const [index, line] of text.split('\n').entries()) {
    if (index > 0) inlines.push({ kind: 'break', marks });
    if (line !== '') pushText(inlines, { kind: 'text', text: line, marks });
  }
}

function pushText(inlines: Inline[], next: Inline & { kind: 'text' }): void {
  const last = inlines.at(-1);
  if (last?.kind === 'text' && sameMarks(last.marks, next.marks)) {
    inlines[inlines.length - 1] = { ...last, text: last.text + next.text };
  } else inlines.push(next);
}

function readAtom(value: unknown, marks: Inline['marks']): Inline {
  if (value instanceof Y.Map && value.get('inline') === 'math') {
    return { kind: 'math', tex: asString(value.get('tex')), marks };
  }
  return { kind: 'unknown', description: describe(value), marks };
}

/** What a reader counts for an inline: UTF-16 units of text, 1 for anything else. */
export function inlineLength(inline: Inline): number {
  return inline.kind === 'text' ? inline.text.length : 1;
}
