import { BODY, type BlockInput, type ChapterModel } from '@plenary/report-model';
import type { Edit, NewBlock } from './edits.ts';
import {
  inputOfNode,
  inputsOfTokens,
  markValue,
  patchBetween,
  patchOfNode,
} from './node-to-input.ts';
import { areaOfPath } from './places.ts';
import { unreachable } from '../schema/unreachable.ts';

/**
 * Makes an edit in the model, by its deltas. False when the model has no such place or refused; the
 * page is then drawn from the model.
 */
export function applyEdit(model: ChapterModel, edit: Edit, origin: unknown): boolean {
  const area = areaOfPath(model, edit.flow);
  if (area === null) return false;
  const blocks = model.area(area);
  const keyOf = (block: number): string => blocks[block]?.key ?? '';
  switch (edit.kind) {
    case 'delete-text': {
      const block = keyOf(edit.block);
      const span = { from: { block, offset: edit.from }, to: { block, offset: edit.to } };
      return model.deleteRange(span, origin);
    }
    case 'delete-blocks': {
      const keys = blocks.slice(edit.from, edit.to).map(({ key }) => key);
      return keys.length === edit.to - edit.from && model.deleteBlocks(keys, origin);
    }
    case 'delete-across': {
      const { from, to } = edit;
      return model.deleteRange(
        {
          from: { block: keyOf(from.block), offset: from.offset },
          to: { block: keyOf(to.block), offset: to.offset },
        },
        origin,
      );
    }
    case 'insert-inlines': {
      const at = { block: keyOf(edit.at.block), offset: edit.at.offset };
      return model.insertInlines(at, inputsOfTokens(edit.inlines), origin);
    }
    case 'insert-content': {
      const at = { block: keyOf(edit.at.block), offset: edit.at.offset };
      const head = { inlines: inputsOfTokens(edit.inlines) };
      return model.insertContent(at, [head, ...edit.blocks.map(inputOfNew)], origin).length > 0;
    }
    case 'insert-blocks': {
      const inputs = edit.blocks.map(inputOfNew);
      if (inputs.length === 0) return true;
      const before = blocks[edit.before]?.key ?? null;
      const last = blocks.at(-1);
      if (before !== null || area === BODY) {
        return model.insertBlocks(before, inputs, origin).length > 0;
      }
      // `null` would mean the body's end: a cell's end is the end of its last block.
      const end = { block: last?.key ?? '', offset: Number.MAX_SAFE_INTEGER };
      return model.insertContent(end, [{}, ...inputs], origin).length > 0;
    }
    case 'set-block': {
      const patch = patchBetween(edit.before, edit.node);
      return Object.keys(patch).length === 0 || model.setBlocks([keyOf(edit.block)], patch, origin);
    }
    case 'format': {
      const block = keyOf(edit.block);
      const span = { from: { block, offset: edit.from }, to: { block, offset: edit.to } };
      const { name } = edit.mark.type;
      const change = edit.isOn
        ? { set: { [name]: markValue(edit.mark) } }
        : { unset: [name as 'bold'] };
      return model.format(span, change, origin);
    }
    default: {
      return unreachable(edit);
    }
  }
}

function inputOfNew({ node, inlines }: NewBlock): BlockInput {
  // A table comes whole, with its grid; other blocks may have been cut by the change.
  if (node.type.name === 'table') return { ...inputOfNode(node), inlines: inputsOfTokens(inlines) };
  return { ...patchOfNode(node), inlines: inputsOfTokens(inlines) };
}
