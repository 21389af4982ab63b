/** Identity of a block for as long as it lives: the Yjs id of its marker, or `head` (see D4). */
export type BlockKey = string;

/** Where blocks stand: `body`, or the cell `table key/row id/column id`. */
export type AreaKey = string;

/** A place in a block: `offset` counts UTF-16 units of text, and 1 for a break or an inline object. */
export interface Point {
  readonly block: BlockKey;
  readonly offset: number;
}

/** From one place to a later one (in visible order) of the same area. */
export interface Span {
  readonly from: Point;
  readonly to: Point;
}

/** What is drawn over a run of text. Absent means off. */
export interface Marks {
  readonly bold?: true;
  readonly italic?: true;
  readonly underline?: true;
  readonly strike?: true;
  readonly code?: true;
  readonly superscript?: true;
  readonly subscript?: true;
  readonly link?: { readonly href: string };
}

/** The name of a mark. */
export type MarkName = keyof Marks;

/** What a block's text consists of, in order. Text has its own length; all others count 1. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string; readonly marks: Marks }
  /** A line break inside a block: a newline character, except in code and equations, whose text keeps it. */
  | { readonly kind: 'break'; readonly marks: Marks }
  | { readonly kind: 'math'; readonly tex: string; readonly marks: Marks }
  /** Something this version does not know. It is kept; `description` is bounded text to show. */
  | { readonly kind: 'unknown'; readonly description: string; readonly marks: Marks };

export type ListKind = 'bullet' | 'ordered';
export type HeadingLevel = 1 | 2 | 3 | 4 | 5 | 6;

/** The part of a block that depends on its type. `width` is a percentage of the column, 1–100. */
export type BlockShape =
  | { readonly type: 'paragraph' }
  | { readonly type: 'heading'; readonly level: HeadingLevel }
  | { readonly type: 'code'; readonly lang: string }
  | {
      readonly type: 'image';
      readonly src: string;
      readonly alt: string;
      readonly width: number | null;
    }
  | { readonly type: 'equation' }
  | { readonly type: 'table'; readonly grid: TableGrid }
  | { readonly type: 'rule' }
  | { readonly type: 'unknown'; readonly description: string };

/** The name of a block's type. */
export type BlockType = BlockShape['type'];

/**
 * One block as a reader sees it. Lists and quotes are levels, not nesting: a list item has `list`
 * and stands `indent` levels deep (0 = outermost); a further paragraph of an item has `list: null`
 * and `indent` one more than the item; `quote` is the number of quotations around the block.
 * `inlines` is the text, the caption of an image or a table, the TeX of an equation, the code.
 */
export type Block = BlockShape & {
  readonly key: BlockKey;
  readonly list: ListKind | null;
  readonly indent: number;
  readonly quote: number;
  readonly inlines: readonly Inline[];
};

/** Rows and columns in visible order; `cells[row][column]`. */
export interface TableGrid {
  readonly rows: readonly TableRow[];
  readonly columns: readonly TableColumn[];
  readonly cells: readonly (readonly TableCell[])[];
}
export interface TableRow {
  readonly id: string;
  readonly header: boolean;
}
/** `width` in CSS pixels at 100 %, or null when nobody set one. */
export interface TableColumn {
  readonly id: string;
  readonly header: boolean;
  readonly width: number | null;
}
/** A cell always has at least one block. */
export interface TableCell {
  readonly area: AreaKey;
  readonly blocks: readonly Block[];
}

/** A root of the document that is not the chapter's body, described in bounded text and left alone. */
export interface ForeignRoot {
  readonly name: string;
  readonly description: string;
}

/** A chapter as a tree of plain values. There is always at least one block. */
export interface ReportChapter {
  readonly version: number;
  readonly blocks: readonly Block[];
  readonly foreign: readonly ForeignRoot[];
}

/** Text or an inline object to insert. A newline in text is a break. */
export type InlineInput =
  | { readonly kind: 'text'; readonly text: string; readonly marks?: Marks }
  | { readonly kind: 'break'; readonly marks?: Marks }
  | { readonly kind: 'math'; readonly tex: string; readonly marks?: Marks };

/** Changes of a block's keys; a key left out stays as it is. */
export interface BlockPatch {
  readonly type?: Exclude<BlockType, 'unknown' | 'table'>;
  readonly level?: HeadingLevel;
  readonly lang?: string;
  readonly src?: string;
  readonly alt?: string;
  readonly width?: number | null;
  readonly list?: ListKind | null;
  readonly indent?: number;
  readonly quote?: number;
}

/** A block to insert. `table` makes it a table, whose `inlines` are the caption. */
export interface BlockInput extends BlockPatch {
  readonly inlines?: readonly InlineInput[];
  readonly table?: TableInput;
}
/** All rows must have the same number of cells, at least one; a cell is a list of blocks, [] for an empty one. */
export interface TableInput {
  readonly rows: readonly {
    readonly header?: boolean;
    readonly cells: readonly (readonly BlockInput[])[];
  }[];
  readonly columns?: readonly { readonly header?: boolean; readonly width?: number | null }[];
}

/** A step through a block's old text from its start: what is left over at the end stays. */
export type TextOp =
  | { readonly kind: 'retain'; readonly length: number }
  /** The same text, whose marks are now exactly these. */
  | { readonly kind: 'mark'; readonly length: number; readonly marks: Marks }
  | { readonly kind: 'delete'; readonly length: number }
  | { readonly kind: 'insert'; readonly inlines: readonly Inline[] };

/**
 * One change of what is visible. Changes of one event apply one after the other: `index`, `from` and
 * `to` count blocks of the area as it stands after the changes before.
 */
export type ModelChange =
  | {
      readonly kind: 'text';
      readonly area: AreaKey;
      readonly index: number;
      readonly key: BlockKey;
      readonly ops: readonly TextOp[];
    }
  /** Type, attributes or containers changed; the text did not. `key` is what it was before. */
  | {
      readonly kind: 'shape';
      readonly area: AreaKey;
      readonly index: number;
      readonly key: BlockKey;
      readonly block: Block;
    }
  /** The blocks `from` (inclusive) to `to` (exclusive) became `blocks`. A table whose grid changed is one of these. */
  | {
      readonly kind: 'blocks';
      readonly area: AreaKey;
      readonly from: number;
      readonly to: number;
      readonly blocks: readonly Block[];
    };

/** What one Yjs transaction changed for a reader. `changes` is never empty. */
export interface ModelEvent {
  readonly changes: readonly ModelChange[];
  /** The transaction's origin: compare with your own to tell an echo. */
  readonly origin: unknown;
  /** Whether this copy made the change (by whatever origin). */
  readonly isLocal: boolean;
}
