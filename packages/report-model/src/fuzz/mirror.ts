import { cut } from '../diff-inlines.ts';
import { inlineLength } from '../block.ts';
import { sameMarks } from '../marks.ts';
import type { AreaKey, Block, Inline, ModelChange, TextOp } from '../types.ts';
import { BODY } from '../keys.ts';

/** A copy of a chapter kept up to date by a model's changes alone: what an editor does. */
export class Mirror {
  #blocks: Block[];

  constructor(blocks: readonly Block[]) {
    this.#blocks = [...blocks];
  }

  get blocks(): readonly Block[] {
    return this.#blocks;
  }

  apply(changes: readonly ModelChange[]): void {
    for (const change of changes) {
      if (change.area === BODY) this.#blocks = applyChange(this.#blocks, change);
      else this.#blocks = this.#blocks.map((block) => inCell(block, change.area, change));
    }
  }
}

function inCell(block: Block, area: AreaKey, change: ModelChange): Block {
  if (block.type !== 'table') return block;
  const cells = block.grid.cells.map((row) =>
    row.map((cell) =>
      cell.area === area ? { ...cell, blocks: applyChange([...cell.blocks], change) } : cell,
    ),
  );
  return { ...block, grid: { ...block.grid, cells } };
}

function applyChange(blocks: Block[], change: ModelChange): Block[] {
  if (change.kind === 'blocks') {
    return blocks.toSpliced(change.from, change.to - change.from, ...change.blocks);
  }
  const block = blocks[change.index];
  if (block?.key !== change.key) throw new Error(`block ${change.key} is not at ${change.index}`);
  if (change.kind === 'text') {
    return blocks.with(change.index, { ...block, inlines: applyOps(block.inlines, change.ops) });
  }
  const { block: now } = change;
  if (now.type === 'table' && block.type === 'table') {
    return blocks.with(change.index, { ...now, grid: block.grid, inlines: block.inlines });
  }
  return blocks.with(change.index, { ...now, inlines: block.inlines });
}

function applyOps(inlines: readonly Inline[], ops: readonly TextOp[]): Inline[] {
  const result: Inline[] = [];
  let offset = 0;
  for (const op of ops) {
    switch (op.kind) {
      case 'retain':
        result.push(...cut(inlines, offset, offset + op.length));
        offset += op.length;
        break;
      case 'mark':
        result.push(
          ...cut(inlines, offset, offset + op.length).map((inline) => ({
            ...inline,
            marks: op.marks,
          })),
        );
        offset += op.length;
        break;
      case 'delete':
        offset += op.length;
        break;
      case 'insert':
        result.push(...op.inlines);
        break;
      default:
        throw new Error('unknown step');
    }
  }
  const length = inlines.reduce((sum, inline) => sum + inlineLength(inline), 0);
  if (offset > length) throw new Error(`a change reaches ${offset} of ${length}`);
  return merged([...result, ...cut(inlines, offset)]);
}

function merged(inlines: readonly Inline[]): Inline[] {
  const result: Inline[] = [];
  for (const inline of inlines) {
    const last = result.at(-1);
    if (inline.kind === 'text' && last?.kind === 'text' && sameMarks(last.marks, inline.marks)) {
      result[result.length - 1] = { ...last, text: last.text + inline.text };
    } else result.push(inline);
  }
  return result;
}
