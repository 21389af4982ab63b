import type { BlockKey } from '@plenary/report-model';
import type { Awareness } from 'y-protocols/awareness';
import type { Doc } from 'yjs';
import type { EditorCommands } from './commands/editor-commands.ts';
import type { MarkName } from './commands/marks.ts';
import type { ListKind } from './schema/block-attributes.ts';
import type { MathRenderer } from './views/math-renderer.ts';

/** Every string the editor shows or speaks, in the reader's language. */
export interface EditorLabels {
  /** The accessible name of the chapter's text field, e.g. "Text of chapter Methods". */
  readonly editor: string;
  /** The hint in an empty chapter. */
  readonly placeholder: string;
  /** Name of the field with a formula's TeX. */
  readonly formulaSource: string;
  /** What stands in the place of a formula without TeX. */
  readonly emptyFormula: string;
  /** Beside content this version does not understand. */
  readonly unknownContent: string;
  /** In the place of an image on its way to the server, with the file's name. */
  readonly uploadingImage: (fileName: string) => string;
  /**
   * In the place of an image that could not be sent, with the file's name and what `uploadImage` was
   * rejected with; null for a file that is no image, which is never sent.
   */
  readonly failedImage: (fileName: string, why: unknown) => string;
  /** Hint for an empty caption. */
  readonly caption: string;
  /** What a table, or an equation, is called where it is wider than the page and can be scrolled. */
  readonly table: string;
  readonly equation: string;
}

/** What the editor tells the toolbar. A new object only when something in it changed. */
export interface EditorUiState {
  readonly isEditable: boolean;
  readonly isFocused: boolean;
  /** Whether the chapter holds nothing but one empty paragraph. */
  readonly isEmpty: boolean;
  readonly hasSelection: boolean;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** The block at the caret. */
  readonly block: {
    readonly type: string;
    /** Of a heading 1 to 6, else 0. */
    readonly level: number;
    readonly list: ListKind | null;
    readonly indent: number;
    readonly quote: number;
  };
  readonly marks: Readonly<Record<MarkName, boolean>>;
  /** The address of the link at the caret, or null. */
  readonly linkHref: string | null;
  /** Whether text at the caret takes marks: not in code and equations. */
  readonly canMark: boolean;
  /** Whether the caret is in a table, so that the table commands apply. */
  readonly isInTable: boolean;
}

/** Where the caret goes when the editor takes the focus. */
export type FocusPlace = 'start' | 'end' | 'keep';

/** What one chapter's editor is made of. */
export interface ChapterEditorOptions {
  /** The empty element the editor is drawn into; it stays the caller's. */
  readonly element: HTMLElement;
  /** The chapter (docs/spec/document-format.md). Opening it writes nothing. */
  readonly doc: Doc;
  /** Presence of this chapter, or null for none. */
  readonly awareness: Awareness | null;
  readonly isEditable: boolean;
  readonly labels: EditorLabels;
  /** The level in the page's outline at which headings of level 1 stand; 1 when left out. */
  readonly topHeadingLevel?: number;
  /**
   * Sends an image to the server and returns the path it is shown from. A rejection shows
   * `failedImage` until it is dismissed. Null: images cannot be inserted.
   */
  readonly uploadImage: ((file: File) => Promise<{ readonly url: string }>) | null;
  readonly onState: (state: EditorUiState) => void;
  /** The caret would leave the chapter at this end by an arrow key: true takes it over. */
  readonly onLeave?: (towards: 'before' | 'after') => boolean;
  /** The page and the document differed and the page was drawn anew: a defect, to be logged. */
  readonly onMismatch?: (what: string) => void;
  /** Another renderer of formulas, for tests. */
  readonly loadMath?: () => Promise<MathRenderer>;
}

/** One chapter's editor, mounted. */
export interface ChapterEditor {
  readonly commands: EditorCommands;
  readonly state: EditorUiState;
  setEditable(isEditable: boolean): void;
  /** Another accessible name, in the place of `labels.editor`: the chapter was renamed or moved. */
  setName(name: string): void;
  focus(place?: FocusPlace): void;
  /**
   * Scrolls to a block, named as the model's outline names it, and puts the caret into it. False
   * when it is gone.
   */
  showBlock(key: BlockKey): boolean;
  /** Takes everything down. Twice is safe. The document and the presence stay the caller's. */
  destroy(): void;
}
