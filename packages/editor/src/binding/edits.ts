import type { Mark, Node } from '@tiptap/pm/model';
import type { Token } from './tokens.ts';

/** Names a flow by numbers: the body, or a cell of the body's block `block`, which is a table. */
export type FlowPath =
  | { readonly kind: 'body' }
  | {
      readonly kind: 'cell';
      readonly block: number;
      readonly row: number;
      readonly column: number;
    };

/** A place in a flow: a block's number and a position in its text. */
export interface FlowPoint {
  readonly block: number;
  /** From the start of the block's text; -1 is before the block's marker. */
  readonly offset: number;
}

/** A block to be inserted: `node` says what it is, `inlines` what stands in it. */
export interface NewBlock {
  readonly node: Node;
  readonly inlines: readonly Token[];
}

/** What an edit does, in the flow it belongs to. */
export type EditAction =
  | {
      readonly kind: 'delete-text';
      readonly block: number;
      readonly from: number;
      readonly to: number;
    }
  /** Whole blocks, `to` exclusive. */
  | { readonly kind: 'delete-blocks'; readonly from: number; readonly to: number }
  /** From inside one block to inside a later one, which are one block after. */
  | { readonly kind: 'delete-across'; readonly from: FlowPoint; readonly to: FlowPoint }
  | { readonly kind: 'insert-inlines'; readonly at: FlowPoint; readonly inlines: readonly Token[] }
  /** Whole blocks before the one with this number; past the last one: at the end. */
  | {
      readonly kind: 'insert-blocks';
      readonly before: number;
      readonly blocks: readonly NewBlock[];
    }
  /** Into a block, whose text after the place ends up in the last of the new blocks. */
  | {
      readonly kind: 'insert-content';
      readonly at: FlowPoint;
      readonly inlines: readonly Token[];
      readonly blocks: readonly NewBlock[];
    }
  /** Gives a block the type and attributes of `node`; `before` is the block as it was. */
  | {
      readonly kind: 'set-block';
      readonly block: number;
      readonly before: Node;
      readonly node: Node;
    }
  | {
      readonly kind: 'format';
      readonly block: number;
      readonly from: number;
      readonly to: number;
      readonly mark: Mark;
      readonly isOn: boolean;
    };

/**
 * One change of the document in the terms of its format, numbered by blocks as the edits before it
 * have left them: what a ProseMirror step means, without ProseMirror's tree.
 */
export type Edit = EditAction & { readonly flow: FlowPath };
