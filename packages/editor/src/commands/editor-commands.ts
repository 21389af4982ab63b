import type { MarkName } from './marks.ts';
import type { TextBlockType } from './blocks.ts';
import type { ListKind } from '../schema/block-attributes.ts';

/**
 * What a toolbar or palette can ask the editor to do. Each returns whether it applied; none does
 * anything while the chapter is read-only. The focus goes back into the text.
 */
export interface EditorCommands {
  undo(): boolean;
  redo(): boolean;
  toggleMark(mark: MarkName): boolean;
  clearMarks(): boolean;
  /** False for an address that is no safe link. */
  setLink(href: string): boolean;
  removeLink(): boolean;
  /** `level` is for headings, 1 to 6. */
  setBlockType(type: TextBlockType, level?: number): boolean;
  /** The same, back to a paragraph where all selected blocks are of the type already. */
  toggleBlockType(type: TextBlockType, level?: number): boolean;
  setCodeLanguage(language: string): boolean;
  toggleList(kind: ListKind): boolean;
  toggleQuote(): boolean;
  indent(): boolean;
  outdent(): boolean;
  moveBlocksUp(): boolean;
  moveBlocksDown(): boolean;
  insertRule(): boolean;
  insertEquation(): boolean;
  insertMath(): boolean;
  /** Up to 50 rows and 50 columns. False inside a table. */
  insertTable(rows: number, columns: number): boolean;
  /** Sends the file to the server first. False when images cannot be inserted. */
  insertImage(file: File): boolean;
  /** Describes the selected image, or the one with the caret in its caption, for who cannot see it. */
  setImageDescription(description: string): boolean;
  addRowBefore(): boolean;
  addRowAfter(): boolean;
  deleteRow(): boolean;
  addColumnBefore(): boolean;
  addColumnAfter(): boolean;
  deleteColumn(): boolean;
  deleteTable(): boolean;
  toggleHeaderRow(): boolean;
  toggleHeaderColumn(): boolean;
}
