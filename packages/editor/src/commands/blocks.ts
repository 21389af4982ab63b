import type { Attrs } from '@tiptap/pm/model';
import type { Command } from '@tiptap/pm/state';
import { type ListKind, MAX_INDENT, placeOf } from '../schema/block-attributes.ts';
import { type PlacedBlock, selectedBlocks } from '../schema/flow.ts';
import { chapterSchema } from '../schema/schema.ts';

/** The types a text block can be given by a person. */
export type TextBlockType = 'paragraph' | 'heading' | 'code_block' | 'equation';

/**
 * Makes the selected text blocks of the given type; their texts, marks and places stay. Tables and
 * images are left as they are. False when no selected block can change.
 */
export function setBlockType(type: TextBlockType, attrs: Attrs = {}): Command {
  return (state, dispatch) => {
    const nodeType = chapterSchema.nodes[type]!;
    const blocks = selectedBlocks(state.selection).filter(
      ({ node }) =>
        canChangeType(node.type.name) && !node.hasMarkup(nodeType, changed(node, attrs)),
    );
    if (blocks.length === 0) return false;
    if (dispatch) {
      const tr = state.tr;
      for (const { node, pos } of blocks) tr.setNodeMarkup(pos, nodeType, changed(node, attrs));
      dispatch(tr.scrollIntoView());
    }
    return true;
  };
}

/** Makes the selected blocks of the type, or paragraphs when all of them are of it already. */
export function toggleBlockType(type: TextBlockType, attrs: Attrs = {}): Command {
  return (state, dispatch, view) =>
    setBlockType(type, attrs)(state, dispatch, view) ||
    setBlockType('paragraph')(state, dispatch, view);
}

/** Makes the selected blocks items of a list of this kind, or takes them out of it. */
export function toggleList(kind: ListKind): Command {
  return changePlaces((blocks) => {
    const isOn = blocks.every(({ node }) => node.attrs['list'] === kind);
    return () => ({ list: isOn ? null : kind });
  });
}

/** Puts the selected blocks into a quotation, or takes them out of the innermost one. */
export const toggleQuote: Command = changePlaces((blocks) => {
  const isOn = blocks.every(({ node }) => placeOf(node.attrs).quote > 0);
  return ({ node }) => ({ quote: placeOf(node.attrs).quote + (isOn ? -1 : 1) });
});

/** Moves the selected list items one level in. False outside lists and at the deepest level. */
export const indentListItems: Command = (state, dispatch, view) =>
  selectedBlocks(state.selection).some(({ node }) => node.attrs['list'] !== null) &&
  indentBlocks(state, dispatch, view);

/** Moves the selected blocks one level in. False at the deepest level. */
export const indentBlocks: Command = changePlaces((blocks) => {
  if (blocks.some(({ node }) => placeOf(node.attrs).indent >= MAX_INDENT)) return null;
  return ({ node }) => ({ indent: placeOf(node.attrs).indent + 1 });
});

/** Moves the selected blocks one level out. False when none is indented. */
export const outdentBlocks: Command = changePlaces((blocks) => {
  if (blocks.every(({ node }) => placeOf(node.attrs).indent === 0)) return null;
  return ({ node }) => ({ indent: Math.max(0, placeOf(node.attrs).indent - 1) });
});

/**
 * A command that changes attributes of the selected blocks one by one. `plan` sees all of them and
 * returns what to change in each, or null when the command does not apply.
 */
function changePlaces(
  plan: (blocks: readonly PlacedBlock[]) => ((block: PlacedBlock) => Attrs) | null,
): Command {
  return (state, dispatch) => {
    const blocks = selectedBlocks(state.selection);
    const change = blocks.length === 0 ? null : plan(blocks);
    if (change === null) return false;
    if (dispatch) {
      const tr = state.tr;
      for (const block of blocks) {
        for (const [name, value] of Object.entries(change(block))) {
          if (block.node.attrs[name] !== value) tr.setNodeAttribute(block.pos, name, value);
        }
      }
      dispatch(tr.scrollIntoView());
    }
    return true;
  };
}

function canChangeType(name: string): boolean {
  return ['paragraph', 'heading', 'code_block', 'equation'].includes(name);
}

function changed({ attrs }: { readonly attrs: Attrs }, change: Attrs): Attrs {
  return { ...placeOf(attrs), ...change };
}
