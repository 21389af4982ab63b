import { type Command, NodeSelection } from '@tiptap/pm/state';
import { blockAround } from '../schema/flow.ts';

/** Sets one attribute of the block at the caret, if it is of this type. */
export function setBlockAttribute(type: string, name: string, value: unknown): Command {
  return (state, dispatch) => {
    const { selection } = state;
    const block =
      selection instanceof NodeSelection && selection.node.isBlock
        ? { node: selection.node, pos: selection.from }
        : blockAround(selection.$from);
    if (block === null || block.node.type.name !== type) return false;
    if (dispatch) dispatch(state.tr.setNodeAttribute(block.pos, name, value));
    return true;
  };
}
